"""Alpine, Arch, openSUSE and FreeBSD, which ship upstream's ``main.cf`` with little of their own.

The packages themselves are not read.  Left out: the settings that name programs, folders and
manuals, and what decides no endpoint.  Dovecot has files only where it is known that it installs
none.

Sources: ``conf/main.cf`` of Postfix 3.10 and 3.11; alpinelinux/aports (``main/postfix``,
``main/dovecot``), archlinux/svntogit-packages (``postfix``), bmwiedemann/openSUSE
(``packages/p/postfix/postfix-main.cf.patch``), freebsd/freebsd-ports (``mail/postfix``,
``mail/dovecot``).
"""

from __future__ import annotations

from collections.abc import Mapping

from .distribution import Distribution, Signs
from .master_cf import commented, master_cf

RECIPE = "the recipe of the package; the package itself is not read"
OLDER = "a version of the package's page; the files from an older recipe and upstream"
MAIN_CF = """\
compatibility_level = LEVEL
mail_owner = postfix
unknown_local_recipient_reject_code = 550
"""
IPV4 = "inet_protocols = ipv4\n"
ARCH = """\
alias_maps = hash:/etc/postfix/aliases
alias_database = hash:/etc/postfix/aliases
"""
FREEBSD = """\
inet_protocols = all
smtp_tls_CApath = /etc/ssl/certs
"""
OPENSUSE = """\
smtpd_banner = $myhostname ESMTP
biff = no
content_filter =
disable_vrfy_command = yes
inet_interfaces = all
inet_protocols = ipv4
mydestination = $myhostname, localhost.$mydomain, localhost
mynetworks_style = subnet
relayhost =
alias_maps =
smtpd_delay_reject = yes
smtpd_helo_required = no
smtpd_client_restrictions =
smtpd_helo_restrictions =
smtpd_sender_restrictions =
smtpd_recipient_restrictions =
smtpd_forbid_bare_newline = normalize
smtpd_forbid_bare_newline_exclusions = $mynetworks
smtp_sasl_auth_enable = no
smtp_sasl_security_options =
smtp_sasl_password_maps =
smtpd_sasl_auth_enable = no
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
relay_clientcerts =
smtp_tls_security_level =
smtp_tls_CAfile =
smtp_tls_CApath =
smtp_tls_cert_file =
smtp_tls_key_file =
smtp_tls_session_cache_database =
smtpd_tls_security_level =
smtpd_tls_CAfile =
smtpd_tls_CApath =
smtpd_tls_cert_file =
smtpd_tls_key_file =
smtpd_tls_ask_ccert = no
smtpd_tls_exclude_ciphers = RC4
smtpd_tls_received_header = no
relay_domains = $mydestination, lmdb:/etc/postfix/relay
"""
ALPINE_SIGNS = Signs(
    packages=frozenset(
        ("cyrus-sasl", "dovecot-lmtpd", "dovecot-openrc", "dovecot-pigeonhole-plugin",
         "dovecot-pop3d", "postfix-openrc", "postfix-pcre")
    ),
    paths=frozenset(
        ("/etc/apk", "/etc/ssl/certs/ca-certificates.crt", "/usr/libexec/postfix",
         "/usr/share/dovecot/protocols.d")
    ),
    managers=frozenset(("apk",)),
    families=frozenset(("Alpine",)),
)  # fmt: skip
ARCH_SIGNS = Signs(
    packages=frozenset(("pigeonhole",)),
    paths=frozenset(
        ("/etc/pacman.d", "/etc/ssl/certs/ca-certificates.crt", "/usr/lib/postfix/bin")
    ),
    managers=frozenset(("pacman",)),
    families=frozenset(("Archlinux",)),
    releases=frozenset(("arch", "archlinux")),
)
OPENSUSE_SIGNS = Signs(
    packages=frozenset(("cyrus-sasl", "cyrus-sasl-plain", "dovecot24", "postfix-lmdb")),
    paths=frozenset(("/etc/sasl2", "/etc/sysconfig", "/etc/zypp", "/usr/lib/postfix/bin")),
    managers=frozenset(("zypper", "zypper_repository")),
    families=frozenset(("Suse",)),
    releases=frozenset(("opensuse-tumbleweed", "tumbleweed")),
)
FREEBSD_SIGNS = Signs(
    packages=frozenset(
        ("cyrus-sasl", "dovecot-pigeonhole", "mail/dovecot", "mail/postfix", "postfix-sasl")
    ),
    paths=frozenset(
        ("/etc/mail/mailer.conf", "/usr/local/etc/dovecot", "/usr/local/etc/postfix",
         "/usr/local/libexec/postfix", "/var/db/postfix")
    ),
    managers=frozenset(("pkgng", "portinstall")),
    families=frozenset(("FreeBSD",)),
    releases=frozenset(("freebsd",)),
)  # fmt: skip


def _distribution(
    name: str,
    title: str,
    versions: dict[str, str],
    own: str,
    signs: Signs,
    evidence: str = OLDER,
    *,
    folder: str = "/etc/postfix",
    packages: Mapping[str, Mapping[str, str]] | None = None,
    unsure: Mapping[str, str] | None = None,
) -> Distribution:
    level = ".".join(versions["postfix"].split(".")[:2])
    files = {
        f"{folder}/main.cf": MAIN_CF.replace("LEVEL", level) + own,
        f"{folder}/master.cf": master_cf(versions["postfix"], "n"),
    }
    return Distribution(
        name=name,
        title=title,
        family=next(iter(signs.families)),
        versions=versions,
        packages={"postfix": files, **(packages or {})},
        evidence=dict.fromkeys(versions, evidence),
        signs=signs._replace(releases=signs.releases | {name}),
        # openSUSE spells its comments in its own way, which is not read.
        commented={}
        if name.startswith("opensuse")
        else {f"{folder}/master.cf": commented(versions["postfix"], "n")},
        unsure=unsure or {},
    )


# A package that installs no configuration.
EMPTY: dict[str, dict[str, str]] = {"dovecot": {}}
DISTRIBUTIONS = (
    _distribution("alpine-3.22", "Alpine 3.22", {"postfix": "3.10.8"}, IPV4, ALPINE_SIGNS),
    _distribution(
        "alpine-3.23", "Alpine 3.23", {"postfix": "3.10.7", "dovecot": "2.4.2"}, IPV4,
        ALPINE_SIGNS, packages=EMPTY,
    ),
    _distribution(
        "alpine-3.24", "Alpine 3.24", {"postfix": "3.11.7", "dovecot": "2.4.5"}, IPV4,
        ALPINE_SIGNS, RECIPE, packages=EMPTY,
    ),
    _distribution("arch", "Arch Linux", {"postfix": "3.11.7"}, ARCH + IPV4, ARCH_SIGNS),
    _distribution(
        "opensuse-tumbleweed", "openSUSE Tumbleweed", {"postfix": "3.11.7"}, OPENSUSE,
        OPENSUSE_SIGNS, RECIPE,
        unsure={"/etc/postfix/main.cf": "config.postfix may write it from /etc/sysconfig"},
    ),
    _distribution(
        "freebsd", "FreeBSD ports", {"postfix": "3.11.5"}, FREEBSD, FREEBSD_SIGNS, RECIPE,
        folder="/usr/local/etc/postfix", packages=EMPTY,
    ),
)  # fmt: skip
