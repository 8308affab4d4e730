# ruff: noqa: E501  tables whose rows read better on one line
"""Fixes of what makes a port or a client of no use, and of settings that do nothing."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine import edit
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Finding
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from hypothesis import given
from hypothesis import strategies as st

from tests.support.autoconfig import document, entry

MAIN = """\
compatibility_level = 3.6
myhostname = mail.example.com
smtpd_tls_chain_files = /etc/ssl/private/mail.pem
smtpd_tls_security_level = may
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtp_tls_security_level = may
"""
SMTP = "smtp inet n - n - - smtpd\n"
OPTIONS = """\
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
"""
SUBMISSION = "submission inet n - n - - smtpd\n" + OPTIONS
CLIENT = "smtp unix - - n - - smtp\n"
RELAY = """\
relayhost = [mail.example.net]:%s
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = hash:/etc/postfix/sasl
smtp_sasl_security_options = noanonymous
"""
DOVECOT = "protocols = imap\nssl = required\nssl_cert = %s\nssl_key = %s\n"
STRONG = MAIN.replace("smtp_tls_security_level = may", "smtp_tls_security_level = encrypt")
PROGRAMS = {"dovecot": "2.3.19"}
UNUSABLE, INEFFECTIVE = "endpoint-unusable", "setting-ineffective"


def postfix(main: str, master: str = SMTP + SUBMISSION + CLIENT, **more: str) -> dict[str, str]:
    return {"main.cf": main, "master.cf": master, **more}


def found(files: dict[str, str], rule: str) -> Finding:
    """The first finding of a rule."""
    source = MemorySource({path: text.encode() for path, text in files.items()})
    paths = [path for path in files if path != "policy"]
    report = engine.check(source, Policy.default(), paths, Options(programs=PROGRAMS))
    return next(one for one in report.findings if one.rule == rule)


@pytest.mark.parametrize(
    ("files", "rule", "path", "old", "new", "safe"),
    [
        pytest.param(postfix(MAIN.replace("smtpd_tls_security_level = may", "smtpd_tls_security_level == may")), UNUSABLE, "main.cf", "== may", "= may", True, id="a second equal sign"),
        pytest.param(postfix(STRONG.replace("smtp_tls_security_level = encrypt\n", "") + RELAY % 587 + "smtp_tls_security_level==encrypt\n"), UNUSABLE, "main.cf", "==encrypt", "=encrypt", True, id="without blanks"),
        pytest.param(postfix(MAIN, SMTP + SUBMISSION.replace("level=enc", "level==enc")), UNUSABLE, "master.cf", "level==enc", "level=enc", True, id="of an option"),
        pytest.param(postfix(MAIN + RELAY % 587 + "smtp_tls_security_level = = may\n"), UNUSABLE, "main.cf", "smtp_tls_security_level = = may", "smtp_tls_security_level =  encrypt", True, id="with what it brings"),
        pytest.param(postfix(MAIN + "smtpd_tls_auth_only = yes   # always\n"), UNUSABLE, "main.cf", "smtpd_tls_auth_only = yes   # always\n", "# always\nsmtpd_tls_auth_only = yes\n", True, id="a comment behind a value"),
        pytest.param(postfix((MAIN + "smtpd_tls_auth_only = yes # always").replace("\n", "\r\n")), UNUSABLE, "main.cf", "smtpd_tls_auth_only = yes # always", "# always\r\nsmtpd_tls_auth_only = yes", True, id="CRLF, and no line end"),
        pytest.param(postfix(MAIN, SMTP + SUBMISSION.replace("encrypt\n", "encrypt # always\n") + CLIENT), UNUSABLE, "master.cf", "  -o smtpd_tls_security_level=encrypt # always\n", "  # always\n  -o smtpd_tls_security_level=encrypt\n", True, id="a comment behind an option"),
        pytest.param(postfix(MAIN, SMTP.replace("smtpd\n", "smtpd # mail\n") + SUBMISSION), UNUSABLE, "master.cf", SMTP.replace("smtpd\n", "smtpd # mail\n"), "# mail\n" + SMTP, True, id="a comment behind a head"),
        pytest.param(postfix(MAIN + RELAY % 465 + "smtp_tls_wrappermode = yes\n"), UNUSABLE, "main.cf", "smtp_tls_security_level = may", "smtp_tls_security_level = encrypt", True, id="wrappermode with a weak level"),
        pytest.param(postfix(STRONG + RELAY % 465 + "smtp_tls_wrappermode = yes\ncontent_filter = amavis:[127.0.0.1]:10024\n", SMTP + "amavis unix - - n - 2 smtp\n  -o smtp_tls_security_level=none\n" + CLIENT), UNUSABLE, "master.cf", "=none\n", "=none\n  -o smtp_tls_wrappermode=no\n", True, id="wrappermode of all at a filter"),
        pytest.param(postfix(MAIN + RELAY % 587 + "smtp_tls_policy_maps = texthash:policy\n", policy="[mail.example.net]:587 encrypt protocols=!SSLv2 !SSLv3, !TLSv1\n"), UNUSABLE, "policy", "!SSLv2 !SSLv3, !TLSv1", "!SSLv2:!SSLv3:!TLSv1", True, id="blanks in a policy's list"),
        pytest.param({"dovecot.conf": DOVECOT % ("/etc/ssl/a.crt", "/etc/ssl/a.key")}, UNUSABLE, "dovecot.conf", DOVECOT % ("/etc/ssl/a.crt", "/etc/ssl/a.key"), DOVECOT % ("</etc/ssl/a.crt", "</etc/ssl/a.key"), True, id="without the sign of a file"),
        pytest.param({"dovecot.conf": DOVECOT % ("</etc/ssl/a.crt", "/etc/ssl/a.key")}, UNUSABLE, "dovecot.conf", "ssl_key = /etc", "ssl_key = </etc", True, id="the key alone"),
        pytest.param({"config-v1.1.xml": document(entry("smtp", "587", "STARTSSL"))}, INEFFECTIVE, "config-v1.1.xml", "STARTSSL", "STARTTLS", False, id="a socketType misspelt"),
        pytest.param(postfix(MAIN, SMTP + "#" + SUBMISSION), INEFFECTIVE, "master.cf", "#submission", "submission", False, id="a head commented out"),
        pytest.param(postfix(MAIN, SMTP + "# # " + SUBMISSION + "  -o syslog_name=x\n"), INEFFECTIVE, "master.cf", "# # submission", "submission", False, id="and spaced"),
    ],
)  # fmt: skip
def test_what_is_meant_is_written(
    files: dict[str, str], rule: str, path: str, old: str, new: str, safe: bool
) -> None:
    finding = found(files, rule)
    assert finding.fix is not None
    source = MemorySource({path: text.encode() for path, text in files.items()})
    assert old in files[path]
    made = {path: data.decode() for path, data in edit.edited(source, finding.fix.edits).items()}
    assert made == {path: files[path].replace(old, new)}
    assert finding.fix.safe is safe


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        pytest.param(postfix(MAIN + "smtpd_tls_auth_only = maybe\n"), UNUSABLE, id="a value that means nothing"),
        pytest.param(postfix(MAIN + "smtpd_tls_auth_only = # nothing\n"), UNUSABLE, id="a comment and no value"),
        pytest.param(postfix(MAIN + "smtpd_tls_auth_only = =\n"), UNUSABLE, id="an equal sign and no value"),
        pytest.param({"dovecot.conf": DOVECOT % ("mail.crt", "mail.key")}, UNUSABLE, id="no path"),
        pytest.param({"config-v1.1.xml": document(entry("smtp", "587", "TLS"))}, INEFFECTIVE, id="either of two"),
        pytest.param({"config-v1.1.xml": document(entry("smtp", "587", "none"))}, INEFFECTIVE, id="never plaintext"),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_not_guessed(files: dict[str, str], rule: str) -> None:
    assert found(files, rule).fix is None


LINES = st.lists(st.sampled_from((b"a\n", b"b\n", b"\r\n", b"\xff", b"a", b"\r")), max_size=8)


@given(LINES, LINES)
def test_a_difference_leads_there(before: list[bytes], after: list[bytes]) -> None:
    old, new = b"".join(before), b"".join(after)
    assert edit.apply(old, edit.difference("f", old, new)) == new
