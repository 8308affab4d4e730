# ruff: noqa: E501  tables whose rows read better on one line
"""Fixes, tried by the engine: what is changed, and that nothing else is."""

from __future__ import annotations

import difflib

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine import edit
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Finding
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

BEFORE = "protocols = imap\nssl_cert = </etc/ssl/mail.crt\nssl_key = </etc/ssl/mail.key\n"
SINCE = """\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols = imap
ssl_server_cert_file = /etc/ssl/mail.crt
ssl_server_key_file = /etc/ssl/mail.key
"""
IMAPS = "service imap-login {\n  inet_listener imaps {\n%s  }\n}\n"
IMAP = "service imap-login {\n  inet_listener imap {\n%s  }\n}\n"


def fixed(main: str, rule: str, **more: str) -> tuple[list[str], Finding]:
    """The lines that the fix of a rule's finding takes away and adds, and the finding."""
    files = {"dovecot.conf": main, **{path.replace("_", "."): text for path, text in more.items()}}
    source = MemorySource({path: text.encode() for path, text in files.items()})
    options = Options(programs={"dovecot": "2.3.19"} if "version" not in main else {})
    report = engine.check(source, Policy.default(), ["dovecot.conf"], options)
    finding = next(one for one in report.findings if one.rule == rule)
    assert finding.fix is not None
    changed: list[str] = []
    for path, data in edit.edited(source, finding.fix.edits).items():
        old, new = files[path].splitlines(), data.decode().splitlines()
        diff = list(difflib.unified_diff(old, new, lineterm="", n=0))[2:]
        changed.extend(line for line in diff if not line.startswith("@@"))
    return changed, finding


@pytest.mark.parametrize(
    ("main", "rule", "expected"),
    [
        pytest.param(
            BEFORE + "disable_plaintext_auth = no\n",
            "cleartext-auth",
            ["-disable_plaintext_auth = no", "+disable_plaintext_auth = yes"],
            id="plaintext of 2.3",
        ),
        pytest.param(
            SINCE + "auth_allow_cleartext = yes # for now\n",
            "cleartext-auth",
            ["-auth_allow_cleartext = yes # for now", "+auth_allow_cleartext = no # for now"],
            id="plaintext of 2.4",
        ),
        pytest.param(
            BEFORE + "ssl = no\ndisable_plaintext_auth = no\n",
            "starttls-missing",
            [
                "-ssl = no",
                "-disable_plaintext_auth = no",
                "+ssl = required",
                "+disable_plaintext_auth = yes",
            ],
            id="TLS switched off",
        ),
        pytest.param(
            BEFORE + "auth_mechanisms = plain cram-md5\n",
            "starttls-optional",
            ["+ssl = required"],
            id="a challenge",
        ),
        pytest.param(
            BEFORE + "ssl = yes\nauth_mechanisms = plain cram-md5\n",
            "starttls-optional",
            ["-ssl = yes", "+ssl = required"],
            id="a challenge, ssl said",
        ),
        pytest.param(
            BEFORE + IMAPS % "    ssl = no\n",
            "implicit-tls-missing",
            ["-    ssl = no", "+    ssl = yes"],
            id="993 without TLS",
        ),
        pytest.param(
            BEFORE
            + "service imap-login {\n  inet_listener other {\n    port = 993\n  }\n  inet_listener imaps {\n    port = 0\n  }\n}\n",
            "implicit-tls-missing",
            ["+    ssl = yes"],
            id="993 of another name",
        ),
        pytest.param(
            BEFORE + IMAP % "    ssl = yes\n",
            "implicit-tls-unexpected",
            ["-    ssl = yes", "+    ssl = no"],
            id="143 with TLS",
        ),
        pytest.param(
            BEFORE + "ssl_min_protocol = TLSv1\n",
            "tls-version-weak",
            ["-ssl_min_protocol = TLSv1", "+ssl_min_protocol = TLSv1.2"],
            id="an old version",
        ),
        pytest.param(
            BEFORE
            + "imapc_host = h.example.org\nimapc_ssl = imaps\nimapc_port = 993\nimapc_ssl_verify = no\n",
            "certificate-unverified",
            ["-imapc_ssl_verify = no", "+imapc_ssl_verify = yes"],
            id="unverified",
        ),
        pytest.param(
            BEFORE + "imapc_host = h.example.org\n",
            "starttls-missing",
            ["+imapc_ssl = starttls"],
            id="a client without TLS",
        ),
        pytest.param(
            BEFORE + "imapc_host = h.example.org\nimapc_port = 993\nimapc_ssl = starttls\n",
            "implicit-tls-missing",
            ["-imapc_ssl = starttls", "+imapc_ssl = imaps"],
            id="a client of 993",
        ),
    ],
)
def test_fixes(main: str, rule: str, expected: list[str]) -> None:
    changed, _finding = fixed(main, rule)
    assert changed == expected


@pytest.mark.parametrize(
    ("more", "safe"),
    [
        pytest.param(
            ("disable_plaintext_auth = no\n", "cleartext-auth"), True, id="who used TLS still can"
        ),
        pytest.param(
            ("ssl_min_protocol = TLSv1\n", "tls-version-weak"), False, id="who is old no longer can"
        ),
        pytest.param(
            (IMAP % "    ssl = yes\n", "implicit-tls-unexpected"),
            False,
            id="who spoke TLS at once no longer can",
        ),
    ],
)
def test_safety(more: tuple[str, str], safe: bool) -> None:
    text, rule = more
    _changed, finding = fixed(BEFORE + text, rule)
    assert finding.fix is not None
    assert finding.fix.safe is safe


def test_a_setting_is_changed_in_the_file_that_says_it() -> None:
    changed, finding = fixed(
        BEFORE + "!include auth.conf\n", "cleartext-auth", auth_conf="disable_plaintext_auth = no\n"
    )
    assert finding.fix is not None
    assert [one.path for one in finding.fix.edits] == ["auth.conf"]
    assert changed == ["-disable_plaintext_auth = no", "+disable_plaintext_auth = yes"]


def test_line_ends_stay() -> None:
    main = (BEFORE + "auth_mechanisms = plain cram-md5\n").replace("\n", "\r\n")
    source = MemorySource({"dovecot.conf": main.encode()})
    report = engine.check(
        source, Policy.default(), ["dovecot.conf"], Options(programs={"dovecot": "2.3"})
    )
    fix = next(one.fix for one in report.findings if one.rule == "starttls-optional")
    assert fix is not None
    assert fix.edits[0].text == "ssl = required\r\n"
