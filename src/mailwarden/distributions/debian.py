"""Debian and Ubuntu, of one family: the same scripts and files, each with its versions.

``main.cf`` is no file of the package.  Its script writes one where there is none, from a short
base, the settings for TLS, and the answers to its questions; afterwards it changes nothing.

Sources: the packages (``tests/fixtures/distributions`` has what is in them, ``python -m
tests.field.distributions`` renews it), their scripts ``config`` and ``postinst``, and installations
of Postfix 3.5.25, 3.7.11 and 3.10.13.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.formats.dovecot import configuration

from . import dovecot_conf
from .distribution import Distribution, Signs
from .master_cf import commented, master_cf

MASTER_CF = "/etc/postfix/master.cf"
MAIN_CF = "/etc/postfix/main.cf"
NO_CONFIGURATION = "No configuration"
SMARTHOST, SATELLITE, LOCAL = "Internet with smarthost", "Satellite system", "Local only"
# What the package asks, and what it takes where nobody answers.  Without an answer it takes a name
# of the host's domain as ``postfix/relayhost`` where the choice wants one, and nothing else.
QUESTIONS: dict[str, str] = {
    "postfix/main_mailer_type": "Internet Site",
    "postfix/destinations": "@DESTINATIONS@",
    "postfix/mynetworks": "127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128",
    "postfix/mailbox_limit": "0",
    "postfix/recipient_delim": "+",
    "postfix/protocols": "all",
}

BASE = """\
smtpd_banner = $myhostname ESMTP $mail_name (VENDOR)
biff = no
append_dot_mydomain = no
readme_directory = no
compatibility_level = LEVEL
"""
BASE_3_10 = """\
compatibility_level = LEVEL
myorigin = $myhostname
smtpd_banner = $myhostname ESMTP $mail_name (VENDOR)
inet_protocols = all
mynetworks_style = host
mynetworks = 127.0.0.0/8
mydestination = $myhostname, localhost.$mydomain, localhost
mailbox_size_limit = 51200000
mailbox_command =
alias_maps = $alias_database, nis:mail.aliases
alias_database = hash:/etc/aliases
biff = no
recipient_delimiter =
relayhost =
cyrus_sasl_config_path = /etc/postfix/sasl
"""
TLS = """\
smtpd_tls_cert_file=/etc/ssl/certs/ssl-cert-snakeoil.pem
smtpd_tls_key_file=/etc/ssl/private/ssl-cert-snakeoil.key
smtpd_tls_security_level=may
smtp_tls_CApath=/etc/ssl/certs
smtp_tls_security_level=may
smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache
"""
TLS_3_10 = """\
smtpd_tls_key_file = /etc/ssl/private/ssl-cert-snakeoil.key
smtpd_tls_cert_file = /etc/ssl/certs/ssl-cert-snakeoil.pem
smtpd_tls_security_level = may
smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt
smtp_tls_security_level = may
smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache
"""
UUCP = """\
uucp      unix  -       n       n       -       -       pipe
  flags=Fqhu user=uucp argv=uux -r -n -z -a$sender - $nexthop!rmail ($recipient)
"""
PIPES = (
    """\
maildrop  unix  -       n       n       -       -       pipe
  flags=DRXhu user=vmail argv=/usr/bin/maildrop -d ${recipient}
"""
    + UUCP
    + """\
ifmail    unix  -       n       n       -       -       pipe
  flags=F user=ftn argv=/usr/lib/ifmail/ifmail -r $nexthop ($recipient)
bsmtp     unix  -       n       n       -       -       pipe
  flags=Fq. user=bsmtp argv=/usr/lib/bsmtp/bsmtp -t$nexthop -f$sender $recipient
scalemail-backend unix -       n       n       -       2       pipe
  flags=R user=scalemail argv=/usr/lib/scalemail/bin/scalemail-store ${nexthop} ${user} ${extension}
mailman   unix  -       n       n       -       -       pipe
  flags=FRX user=list argv=/usr/lib/mailman/bin/postfix-to-mailman.py ${nexthop} ${user}
"""
)
# Without the flag X, which Postfix 3.5 brought, and with tabs in one line.
PIPES_3_4 = PIPES
for new, old in (
    ("DRXhu", "DRhu"),
    ("FRX user=list argv=/usr/lib/mailman/bin/postfix-to-mailman.py",
     "FR user=list argv=/usr/lib/mailman/bin/postfix-to-mailman.py\n "),
    ("unix -       n       n       -       2       pipe", "unix\t-\tn\tn\t-\t2\tpipe"),
):  # fmt: skip
    PIPES_3_4 = PIPES_3_4.replace(new, old)


class Release(NamedTuple):
    """A release: its versions, the level and the vendor in its ``main.cf``, and of its
    ``master.cf`` the column for chroot and the services of its own.
    """

    name: str
    codename: str
    postfix: str
    dovecot: str
    msmtp: str
    level: str
    vendor: str
    chroot: str
    pipes: str

    @property
    def main_cf(self) -> str:
        """What ``main.cf`` begins with; the package ssl-cert is a dependency, so TLS is there."""
        new = self.postfix.startswith("3.10")
        base = BASE_3_10 if new else BASE
        base = base.replace("LEVEL", self.level).replace("VENDOR", self.vendor)
        return base + (TLS_3_10 if new else TLS)


RELEASES = (
    Release("debian-11", "bullseye", "3.5.25", "2.3.13", "1.8.11", "2", "Debian/GNU", "y", PIPES),
    Release("debian-12", "bookworm", "3.7.11", "2.3.19.1", "1.8.23", "3.6", "Debian/GNU", "y",
            PIPES),
    Release("debian-13", "trixie", "3.10.13", "2.4.1", "1.8.28", "3.9", "Debian", "y", ""),
    Release("ubuntu-20.04", "focal", "3.4.13", "2.3.7.2", "1.8.6", "2", "Ubuntu", "y", PIPES_3_4),
    Release("ubuntu-22.04", "jammy", "3.6.4", "2.3.16", "1.8.16", "3.6", "Ubuntu", "y", PIPES),
    Release("ubuntu-24.04", "noble", "3.8.6", "2.3.21", "1.8.24", "3.6", "Ubuntu", "y", UUCP),
    Release("ubuntu-26.04", "resolute", "3.10.6", "2.4.2", "1.8.32", "3.9", "Ubuntu", "n", ""),
)  # fmt: skip
BY_NAME = {release.name: release for release in RELEASES}

# By package: what its script adds to the protocols, and its file in conf.d.
PROTOCOLS = {
    "dovecot-imapd": ("imapd", "imap", "20-imap"),
    "dovecot-pop3d": ("pop3d", "pop3", "20-pop3"),
    "dovecot-lmtpd": ("lmtpd", "lmtp", "20-lmtp"),
    "dovecot-submissiond": ("submissiond", "submission", "20-submission"),
    "dovecot-managesieved": ("managesieved", "sieve", "20-managesieve"),
}
# By the packages ssl-cert and dovecot-core.
MADE = (
    "/etc/ssl/certs/ssl-cert-snakeoil.pem",
    "/etc/ssl/private/ssl-cert-snakeoil.key",
    "/etc/dovecot/private/dovecot.pem",
    "/etc/dovecot/private/dovecot.key",
    "/usr/share/dovecot/dh.pem",
)
SIGNS = Signs(
    packages=frozenset(
        ("bsd-mailx", "dovecot-core", "exim4", "exim4-daemon-heavy", "exim4-daemon-light",
         "libsasl2-modules", "mailutils", "postfix-pcre", "sasl2-bin", "ssl-cert",
         "dovecot-sieve", *PROTOCOLS)
    ),
    paths=frozenset(
        ("/etc/apt", "/etc/exim4", "/etc/mailname", "/etc/ssl/certs/ca-certificates.crt",
         "/etc/ssl/certs/ssl-cert-snakeoil.pem", "/etc/ssl/private/ssl-cert-snakeoil.key",
         "/usr/lib/postfix/sbin", "/usr/share/dovecot/protocols.d")
    ),
    managers=frozenset(("apt", "apt_key", "apt_repository", "debconf")),
    services=frozenset(("exim4",)),
    families=frozenset(("Debian", "Ubuntu")),
)  # fmt: skip


def answered(name: str, answers: Mapping[str, str]) -> Distribution:
    """A release whose package was told something before it was installed.

    In: the release, and answers to ``QUESTIONS`` and ``postfix/relayhost``.
    Out: the release with the ``main.cf`` of these answers, or with none ("No configuration").
    Raises ``KeyError`` where the release is not known.
    Source: ``postinst`` of the package.
    """
    release = BY_NAME[name]
    main = main_cf(release, {**QUESTIONS, **answers})
    files = {MAIN_CF: main} if main else {}
    files[MASTER_CF] = master_cf(release.postfix, release.chroot, release.pipes)
    sure = release.vendor != "Ubuntu" or "postfix/main_mailer_type" in answers
    system, _, number = name.partition("-")
    return Distribution(
        name=name,
        title=f"{system.title()} {number}",
        family="Debian",
        versions={"postfix": release.postfix, "dovecot": release.dovecot, "msmtp": release.msmtp},
        packages={"postfix": files, **_dovecot(release), "msmtp": {}},
        evidence=dict.fromkeys(("postfix", "dovecot", "msmtp"), "the packages, unpacked"),
        signs=SIGNS._replace(releases=frozenset((name, release.codename))),
        commented={MASTER_CF: commented(release.postfix, release.chroot)},
        facts={configuration.BUILD: configuration.DEBIAN},
        made=MADE,
        unsure={} if sure else {MAIN_CF: "installations without an answer are known without it"},
    )


def main_cf(release: Release, answers: Mapping[str, str]) -> str:
    """The ``main.cf`` that ``postinst`` writes; empty where it writes none.

    A setting that is there keeps its line, as ``postconf -e`` does it.
    """
    choice = answers["postfix/main_mailer_type"]
    if choice == NO_CONFIGURATION:
        return ""
    relayhost = "@RELAYHOST@" if choice in (SMARTHOST, SATELLITE) else ""
    lines = {line.partition("=")[0].strip(): line for line in release.main_cf.splitlines()}
    changes = {
        "smtpd_relay_restrictions": "permit_mynetworks permit_sasl_authenticated"
        " defer_unauth_destination",
        "myhostname": "@HOSTNAME@",
        "alias_maps": "hash:/etc/aliases",
        "alias_database": "hash:/etc/aliases",
        "myorigin": "/etc/mailname",
        "mydestination": answers["postfix/destinations"],
        "relayhost": answers.get("postfix/relayhost", relayhost),
        "mynetworks": answers["postfix/mynetworks"],
        "mailbox_size_limit": answers["postfix/mailbox_limit"],
        "recipient_delimiter": answers["postfix/recipient_delim"],
        "inet_interfaces": "loopback-only" if choice in (SATELLITE, LOCAL) else "all",
    }
    if choice == LOCAL:
        changes |= {"default_transport": "error", "relay_transport": "error"}
    changes["inet_protocols"] = answers["postfix/protocols"]
    lines |= {key: f"{key} = {value}" for key, value in changes.items()}
    return "".join(f"{line}\n" for line in lines.values())


def _dovecot(release: Release) -> dict[str, dict[str, str]]:
    """The files of each package of Dovecot."""
    old = release.dovecot.startswith("2.3")
    files = dict(dovecot_conf.SHARED)
    if old:
        files |= dovecot_conf.UPSTREAM_23 | dovecot_conf.DEBIAN_23
        files = {name: text for name, text in files.items()
                 if name not in dovecot_conf.NOT_DEBIAN_23}  # fmt: skip
        if release.dovecot != "2.3.21":
            files = dovecot_conf.without_submissions(files)
    else:
        files |= dovecot_conf.DEBIAN_24
    if release.dovecot == "2.3.7.2":
        files["conf.d/auth-vpopmail.conf.ext"] = dovecot_conf.VPOPMAIL
    packages = {"dovecot-core": files}
    for package, (file, protocol, part) in PROTOCOLS.items():
        added = f"protocols = $protocols {protocol}\n" if old else (
            f"protocols {{\n  {protocol} = yes\n}}\n"
        )  # fmt: skip
        packages[package] = {
            f"/etc/dovecot/conf.d/{part}.conf": files.pop(f"conf.d/{part}.conf"),
            f"/usr/share/dovecot/protocols.d/{file}.protocol": added,
        }
    packages["dovecot-core"] = {f"/etc/dovecot/{path}": text for path, text in files.items()}
    return packages


DISTRIBUTIONS = tuple(answered(release.name, {}) for release in RELEASES)
