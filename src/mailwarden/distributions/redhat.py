"""RHEL with its rebuilds (AlmaLinux, Rocky Linux, CentOS Stream), and Fedora.

``main.cf`` and ``dovecot.conf`` are upstream's with a patch; the packages themselves are not read.
Left out: the settings that name programs and manuals, and what decides no endpoint.

Sources: openela-main/postfix and openela-main/dovecot (branches el8, el9: ``postfix.spec``,
``postfix-3.5.0-config.patch``, ``dovecot.spec``, ``dovecot-2.0-defaultconfig.patch``),
major/fedora-rpm-specs (Postfix 3.8.4, Dovecot 2.3.21), and ``conf/main.cf`` of Postfix.
"""

from __future__ import annotations

from typing import NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.formats.dovecot import configuration

from . import dovecot_conf
from .distribution import Distribution, Signs
from .master_cf import commented, master_cf

MASTER_CF = "/etc/postfix/master.cf"
MAIN_CF = """\
compatibility_level = LEVEL
mail_owner = postfix
inet_interfaces = localhost
inet_protocols = all
mydestination = $myhostname, localhost.$mydomain, localhost
unknown_local_recipient_reject_code = 550
alias_maps = MAPS:/etc/aliases
alias_database = MAPS:/etc/aliases
smtpd_tls_cert_file = /etc/pki/tls/certs/postfix.pem
smtpd_tls_key_file = /etc/pki/tls/private/postfix.key
smtpd_tls_security_level = may
smtp_tls_CApath = /etc/pki/tls/certs
smtp_tls_CAfile = /etc/pki/tls/certs/ca-bundle.crt
smtp_tls_security_level = may
"""
DOVECOT_23 = {
    "conf.d/10-mail.conf": """\
namespace inbox {
  inbox = yes
}
first_valid_uid = 1000
protocol !indexer-worker {
}
mbox_write_locks = fcntl
""",
    "conf.d/10-ssl.conf": """\
ssl = required
ssl_cert = </etc/pki/dovecot/certs/dovecot.pem
ssl_key = </etc/pki/dovecot/private/dovecot.pem
ssl_cipher_list = PROFILE=SYSTEM
""",
}
SOURCES = "the source package; the package itself is not read"
SAME = "a version from an installation; the files from the source package of an older one"
# By the installation of Postfix and the first start of Dovecot.
MADE = (
    "/etc/pki/tls/certs/postfix.pem",
    "/etc/pki/tls/private/postfix.key",
    "/etc/pki/dovecot/certs/dovecot.pem",
    "/etc/pki/dovecot/private/dovecot.pem",
)
SIGNS = Signs(
    packages=frozenset(
        ("cyrus-sasl", "cyrus-sasl-lib", "cyrus-sasl-plain", "dovecot-pigeonhole", "epel-release",
         "policycoreutils-python-utils", "postfix-pcre", "postfix-perl-scripts",
         "python3-policycoreutils")
    ),
    paths=frozenset(
        ("/etc/pki/ca-trust", "/etc/pki/dovecot", "/etc/pki/tls", "/etc/sasl2", "/etc/sysconfig",
         "/etc/yum.repos.d", "/usr/libexec/postfix")
    ),
    managers=frozenset(("dnf", "dnf5", "yum", "yum_repository", "rpm_key", "seboolean")),
    families=frozenset(("RedHat",)),
)  # fmt: skip


class Release(NamedTuple):
    """A release: its versions (none where it is not known), its maps, and the other names."""

    name: str
    title: str
    postfix: str
    dovecot: str
    maps: str
    evidence: str
    names: tuple[str, ...]


def _rebuilds(number: int) -> tuple[str, ...]:
    systems = ("rhel", "el", "ubi", "centos", "centos-stream", "rockylinux", "rocky", "almalinux")
    return tuple(f"{system}-{number}" for system in (*systems, "alma", "oraclelinux"))


RELEASES = (
    Release("rhel-8", "RHEL 8", "3.5.8", "2.3.16", "hash", SOURCES, _rebuilds(8)),
    Release("rhel-9", "RHEL 9", "3.5.25", "2.3.16", "hash", SOURCES, _rebuilds(9)),
    Release("rhel-10", "RHEL 10", "3.8.5", "2.3.21", "lmdb", SAME, _rebuilds(10)),
    # Not known: the Postfix of Fedora 42, and what the Dovecot 2.4 of 43 and 45 installs.
    Release("fedora-42", "Fedora 42", "", "2.3.21.1", "", SAME, ()),
    Release("fedora-43", "Fedora 43", "3.10.3", "2.4.1", "", SAME, ()),
    Release("fedora-45", "Fedora 45", "3.11.6", "2.4.2", "", SAME, ()),
)


def _distribution(release: Release) -> Distribution:
    versions = {"postfix": release.postfix, "dovecot": release.dovecot}
    versions = {program: version for program, version in versions.items() if version}
    packages = {}
    if release.postfix:
        packages["postfix"] = _postfix(release)
    if release.dovecot.startswith("2.3"):
        files = {**dovecot_conf.SHARED, **dovecot_conf.UPSTREAM_23, **DOVECOT_23}
        if not release.dovecot.startswith("2.3.21"):
            files = dovecot_conf.without_submissions(files)
        packages["dovecot"] = {f"/etc/dovecot/{path}": text for path, text in files.items()}
    bundle = release.postfix.startswith("3.11")
    why = "Fedora has changed where it finds authorities since 3.11.1"
    return Distribution(
        name=release.name,
        title=release.title,
        family="RedHat",
        versions=versions,
        packages=packages,
        evidence=dict.fromkeys(versions, release.evidence),
        signs=SIGNS._replace(releases=frozenset((release.name, *release.names))),
        commented={MASTER_CF: commented(release.postfix, "n")} if release.postfix else {},
        facts={configuration.BUILD: configuration.UPSTREAM},
        made=MADE,
        unsure={"/etc/postfix/main.cf": why} if bundle else {},
    )


def _postfix(release: Release) -> dict[str, str]:
    minor = int(release.postfix.split(".")[1])
    level = f"3.{minor}" if minor >= 6 else "2"
    main = MAIN_CF.replace("LEVEL", level)
    if release.maps:
        main = main.replace("MAPS", release.maps)
    else:
        # Which kind of map Fedora has is not known; it decides no endpoint.
        main = "".join(line for line in main.splitlines(True) if "MAPS" not in line)
    return {"/etc/postfix/main.cf": main, MASTER_CF: master_cf(release.postfix, "n")}


DISTRIBUTIONS = tuple(map(_distribution, RELEASES))
