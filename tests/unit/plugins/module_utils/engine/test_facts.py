"""What one format tells another: the mechanisms of Dovecot, which Postfix offers."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

MAIN = """\
compatibility_level = 3.6
smtpd_tls_chain_files = /etc/mail.pem
smtpd_tls_security_level = may
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_sasl_security_options = noanonymous, noplaintext
smtpd_sasl_tls_security_options = noanonymous
"""
MASTER = "smtp inet n - n - - smtpd\n"
SOCKET = (
    "service auth {\n  unix_listener /var/spool/postfix/private/auth {\n    mode = 0666\n  }\n}\n"
)
PLAIN = "protocols = imap\nauth_mechanisms = plain login\n" + SOCKET
CRAM = "protocols = imap\nauth_mechanisms = plain cram-md5\n" + SOCKET
MODERN = "dovecot_config_version = 2.4.0\nauth_mechanisms {\n  cram-md5 = yes\n}\n" + SOCKET
OPEN = "!include_try /etc/elsewhere.conf\n"
# Without another mechanism nothing is left before TLS, and smtpd dies.
DIES, LIVES, UNKNOWN = False, True, None


def usable(files: dict[str, str], postfix: str = "postfix") -> bool | None:
    """Whether the port of one Postfix can be used; None where that is open."""
    files = {
        f"{postfix}/main.cf": MAIN,
        f"{postfix}/master.cf": MASTER,
        **files,
    }
    source = MemorySource({path: text.encode() for path, text in files.items()})
    options = Options(programs={"postfix": "3.7"}, fixes=False)
    report = engine.check(source, load({}), list(files), options)
    for unit, shown in report.endpoints:
        if unit.name == f"{postfix}/main.cf" and shown.endpoint.side == "server":
            return None if "usable" in shown.undecided else shown.endpoint.usable
    raise AssertionError("no such endpoint")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({}, UNKNOWN, id="no Dovecot"),
        pytest.param({"dovecot/dovecot.conf": PLAIN}, DIES, id="plaintext alone"),
        pytest.param({"dovecot/dovecot.conf": CRAM}, LIVES, id="another mechanism"),
        pytest.param(
            {"dovecot/dovecot.conf": CRAM.replace("0666", "0")},
            DIES,
            id="a socket that is not made",
        ),
        pytest.param(
            {"dovecot/dovecot.conf": CRAM.replace("private/auth", "private/other")},
            DIES,
            id="another socket",
        ),
        pytest.param({"dovecot/dovecot.conf": MODERN}, LIVES, id="another mechanism of 2.4"),
        pytest.param({"dovecot/dovecot.conf": OPEN + PLAIN}, UNKNOWN, id="open"),
        pytest.param(
            {"conf/dovecot.conf": OPEN + CRAM, "etc/dovecot.conf": CRAM},
            UNKNOWN,
            id="one of two open",
        ),
        pytest.param(
            {"conf/dovecot.conf": PLAIN, "etc/dovecot.conf": CRAM}, UNKNOWN, id="two that disagree"
        ),
        pytest.param(
            {"conf/dovecot.conf": CRAM, "etc/dovecot.conf": CRAM}, LIVES, id="two that agree"
        ),
        pytest.param(
            {"dovecot.conf": PLAIN, "postfix/dovecot.conf": CRAM}, LIVES, id="the nearer one"
        ),
    ],
)
def test_mechanisms(files: dict[str, str], expected: bool | None) -> None:
    assert usable(files) is expected


def test_the_dovecot_of_another_host_is_not_asked() -> None:
    other = {"hosts/b/main.cf": MAIN, "hosts/b/master.cf": MASTER, "hosts/b/dovecot.conf": CRAM}
    assert usable(other, "hosts/a") is UNKNOWN


@pytest.mark.parametrize(
    ("postfix", "dovecot", "expected"),
    [
        pytest.param("postfix", "dovecot", LIVES, id="beside each other"),
        pytest.param("roles/mail/files/postfix", "roles/mail/files/dovecot", LIVES, id="a role"),
        pytest.param("mx/etc/postfix", "mx/etc/dovecot", LIVES, id="a host"),
        pytest.param("mx1/postfix", "imap1/dovecot", UNKNOWN, id="two hosts"),
        pytest.param("hosts/mx1", "hosts/imap1", UNKNOWN, id="two hosts without folders"),
        pytest.param("roles/postfix/files", "roles/dovecot/files", UNKNOWN, id="two roles"),
        pytest.param("/etc/postfix", "/usr/local/etc/dovecot", LIVES, id="this host"),
        pytest.param("/etc/postfix", "/srv/imap/dovecot", LIVES, id="this host, elsewhere"),
    ],
)
def test_which_dovecot_is_asked(postfix: str, dovecot: str, expected: bool | None) -> None:
    assert usable({f"{dovecot}/dovecot.conf": CRAM}, postfix) is expected


def test_what_the_caller_knows_counts() -> None:
    files = {"main.cf": MAIN, "master.cf": MASTER, "dovecot.conf": PLAIN}
    source = MemorySource({path: text.encode() for path, text in files.items()})
    facts = {"sasl-mechanisms:dovecot": "PLAIN CRAM-MD5"}
    report = engine.check(source, load({}), list(files), Options(facts=facts))
    usable = [one.endpoint.usable for unit, one in report.endpoints if unit.format == "postfix"]
    assert usable[0] is True
