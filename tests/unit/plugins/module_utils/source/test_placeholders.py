# ruff: noqa: E501  tables whose rows read better on one line
"""What stands for a value until a file is installed is not known, and its name decides."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue, engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine import edit
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.source.placeholders import (
    FORMS,
    opened,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text import HOLE, Text
from hypothesis import given
from hypothesis import strategies as st

MSMTP = "account default\nhost ${MAIL_HOST}\nport ${MAIL_PORT}\n"
LEVEL = "compatibility_level = 2\nsmtpd_tls_security_level = ${LEVEL}\n"
MODERN = (
    "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\nprotocols = imap\n"
    "ssl_server_key_file = /k\n"
)
LISTENER = "ssl_server_cert_file = /c\nservice imap-login {\n  inet_listener imaps {\n    port = 99${P}\n  }\n}\n"
AUTOCONFIG = (
    '<clientConfig version="1.1"><emailProvider id="a"><domain>a</domain><incomingServer type="imap">'
    "<hostname>imap.example.com</hostname><port>${IMAP_PORT}</port><socketType>SSL</socketType>"
    "<authentication>password-cleartext</authentication></incomingServer></emailProvider></clientConfig>"
)


@pytest.mark.parametrize(
    ("path", "string", "names"),
    [
        pytest.param("msmtprc", MSMTP, {"${MAIL_HOST}", "${MAIL_PORT}"}, id="msmtp"),
        pytest.param("/etc/msmtprc", MSMTP, set(), id="a host's is finished"),
        pytest.param("msmtprc", "account default\nhost h\nuser ${X}\n", set(), id="of no weight"),
        pytest.param("msmtprc", "account default\nhost ${x}\n", set(), id="in small letters"),
        pytest.param("config-v1.1.xml", AUTOCONFIG, {"${IMAP_PORT}"}, id="autoconfig"),
        pytest.param("main.cf", LEVEL, {"${LEVEL}"}, id="Postfix"),
        pytest.param("/etc/postfix/main.cf", LEVEL, set(), id="a host's Postfix"),
        pytest.param("main.cf", "LEVEL = may\n" + LEVEL, set(), id="which knows it"),
        pytest.param("main.cf", LEVEL.lower(), set(), id="which takes it for empty"),
        pytest.param("dovecot.conf", "protocols = imap\nlisten = ${IP}\n", {"${IP}"}, id="Dovecot"),
        pytest.param("dovecot.conf", MODERN + "ssl_server_cert_file = ${C}\n", {"${C}"}, id="Dovecot 2.4"),
        pytest.param("dovecot.conf", MODERN + "ssl_server_cert_file = /${C}\n", set(), id="a part of a name"),
        pytest.param("dovecot.conf", MODERN + "listen = 10.0.0.${N}\n", {"${N}"}, id="a part of an address"),
        pytest.param("dovecot.conf", MODERN + LISTENER, {"${P}"}, id="a part of a number"),
        pytest.param("/etc/dovecot/dovecot.conf", MODERN + "listen = ${IP}\n", set(), id="a host's Dovecot"),
    ],
)  # fmt: skip
def test_what_is_filled_in_when_a_file_is_installed_is_not_known(
    path: str, string: str, names: set[str]
) -> None:
    master = path.replace("main.cf", "master.cf")
    files = {master: b"smtp inet n - n - - smtpd\n", path: string.encode()}
    report = engine.check(MemorySource(files), Policy.default(), list(files))
    deciders = {one.decider for one in report.findings if one.rule == "undecided"}
    assert {one for one in deciders if one.startswith("${")} == names


@pytest.mark.parametrize(
    ("rest", "fixed"),
    [
        pytest.param("user é${U}\nauth on\ntls on\n", "user é${U}\nauth on\ntls on\ntls_starttls off\n", id="above"),
        pytest.param("auth on\ntls on\nuser ${U}\n", "auth on\ntls on\nuser ${U}\ntls_starttls off\n", id="in the last line"),
        pytest.param("auth on\ntls on\nuser ${U}", "auth on\ntls on\nuser ${U}\ntls_starttls off", id="without a line end"),
        pytest.param("auth on\r\ntls on\r\nuser ${U}\r\n", "auth on\r\ntls on\r\nuser ${U}\r\ntls_starttls off\r\n", id="CRLF"),
        pytest.param("auth on\ntls off\nuser ${U}\n", "auth on\ntls on\nuser ${U}\ntls_starttls off\n", id="and a line before it"),
    ],
)  # fmt: skip
def test_a_file_with_what_is_filled_in_is_fixed_beside_it(rest: str, fixed: str) -> None:
    head = "# é ${X}\naccount default\nhost h\npassword ${P}\nport 465\n"
    source = MemorySource({"msmtprc": (head + rest).encode()})
    report = engine.check(source, Policy.default(), ["msmtprc"])
    fixes = [one.fix for one in report.findings if one.rule == "implicit-tls-missing" and one.fix]
    after = [edit.edited(source, fix.edits)["msmtprc"].decode() for fix in fixes]
    assert after == [head + fixed]


@given(
    st.lists(
        st.sampled_from(
            ["${A}", "@B_1@", "$", "{", "}", "__C__", "@", "_", "A", "\n", "# ", "é", HOLE]
        )
    )
)
def test_each_character_keeps_its_place(words: list[str]) -> None:
    string = "".join(words)
    text = opened(Text.of("x", string), catalogue.row("msmtp"))
    known = [at for at in range(len(text)) if at not in text.holes]
    assert [string[text.origin(at)[1]] for at in known] == [text.string[at] for at in known]
    filled = {at: hole.name for at, hole in text.holes.items()}
    assert "".join(filled.get(at, one) for at, one in enumerate(text.string)) == string


MSMTP_OF = "account a\nhost {}\nport 587\ntls on\nauth plain\nuser u\n"
AUTOCONFIG_OF = AUTOCONFIG.replace("imap.example.com", "{}").replace("${IMAP_PORT}", "993")
DOVECOT_OF = (
    "protocols = imap\nservice imap-login {{\n  inet_listener imap {{\n    port = {}\n  }}\n}}\n"
)
POSTFIX_OF = "compatibility_level = 2\nsmtpd_tls_security_level = {}\n"


def deciders(path: str, string: str, policy: Policy | None = None) -> set[str]:
    """What is undecided in a file, beside a master.cf; nothing of it is a syntax error."""
    files = {path: string.encode()}
    if path.endswith("main.cf"):
        files[path.replace("main.cf", "master.cf")] = b"smtp inet n - n - - smtpd\n"
    report = engine.check(MemorySource(files), policy or Policy.default(), list(files))
    if not path.startswith("/"):
        assert not [one for one in report.findings if one.rule == "syntax-error"]
    return {one.decider for one in report.findings if one.rule == "undecided"}


@pytest.mark.parametrize(
    "written", ["@LEVEL@", "@level@", "__LEVEL__", "%LEVEL%", "PH_LEVEL", "<LEVEL>", "%{level}"]
)
def test_a_placeholder_is_open_by_its_name(written: str) -> None:
    assert written in deciders("main.cf", POSTFIX_OF.format(written))
    assert written in deciders("msmtprc", MSMTP_OF.replace("tls on", "tls {}").format("h", written))
    if written != "%{level}":
        assert written in deciders("dovecot.conf", DOVECOT_OF.format(written))
    if written != "<LEVEL>":
        assert written in deciders("config-v1.1.xml", AUTOCONFIG_OF.format("imap." + written))


@pytest.mark.parametrize("written", ["@LEVEL@", "PH_LEVEL"])
def test_on_a_host_nothing_is_a_placeholder(written: str) -> None:
    assert written not in deciders("/etc/postfix/main.cf", POSTFIX_OF.format(written))
    assert written not in deciders("/etc/msmtprc", MSMTP_OF.format(written))


@pytest.mark.parametrize(
    ("path", "string"),
    [
        pytest.param(
            "config-v1.1.xml", AUTOCONFIG_OF.format("imap.%EMAILDOMAIN%"), id="Thunderbird's"
        ),
        pytest.param(
            "config-v1.1.xml",
            AUTOCONFIG_OF.format("a.b").replace("password-cleartext", "OAuth2"),
            id="OAuth2",
        ),
        pytest.param(
            "dovecot.conf",
            "protocols = imap\nssl_cert = </etc/ssl/a\nssl_key = </etc/ssl/b\n",
            id="a file",
        ),
        pytest.param(
            "dovecot.conf",
            "protocols = imap\nmail_home = /x/%d/%Ln\nlogin_greeting = %{hostname}\n",
            id="Dovecot's variables",
        ),
        pytest.param(
            "main.cf",
            POSTFIX_OF.format("may") + "smtpd_banner = $myhostname ESMTP <a@b>\n",
            id="an address",
        ),
        pytest.param(
            "main.cf", POSTFIX_OF.format("may") + "# @NOT@ PH_NOT __NOT__\n", id="a comment"
        ),
        pytest.param(
            "main.cf",
            POSTFIX_OF.format("may") + "export_environment = TZ MAIL_CONFIG\n",
            id="words of capitals",
        ),
        pytest.param(
            "main.cf",
            POSTFIX_OF.format("may") + "x = me@example.org you@example.org\n",
            id="two addresses",
        ),
    ],
)
def test_what_the_program_knows_is_none(path: str, string: str) -> None:
    known = {
        one for one in deciders(path, string) if set(one) & set("@%<_") and "version" not in one
    }
    assert known == set()


def test_a_file_that_is_included_is_opened_as_well() -> None:
    files = {"dovecot.conf": b"protocols = imap\n!include a.conf\n", "a.conf": b"ssl = @SSL@\n"}
    report = engine.check(MemorySource(files), Policy.default(), ["dovecot.conf"])
    assert "@SSL@" in {one.decider for one in report.findings}


@pytest.mark.parametrize(
    ("form", "written"), [("[[NAME]]", "[[level]]"), ("ZZ-NAME", "ZZ-level_1"), ("NAME!", "level!")]
)
def test_a_policy_adds_forms(form: str, written: str) -> None:
    policy = load({"placeholders": [form]})
    assert written in deciders("main.cf", POSTFIX_OF.format(written), policy)
    assert written not in deciders("main.cf", POSTFIX_OF.format(written))


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_sought_where_its_sign_stands(form: str) -> None:
    sign, pattern = FORMS[form]
    assert sign in form
    assert pattern


def test_what_a_cause_shows_is_what_stands_there() -> None:
    files = {"main.cf": b"smtp_tls_security_level = none\nrelayhost = [PH_RELAY]:465\n"}
    report = engine.check(MemorySource(files), Policy.default(), ["main.cf"])
    causes = [why for _unit, shown in report.endpoints for why in shown.causes.values()]
    shown = {setting.text for why in causes for setting in why}
    assert "relayhost = [PH_RELAY]:465" in shown


def test_a_policy_service_at_an_unknown_address_may_let_everybody_in() -> None:
    rest = "smtpd_recipient_restrictions = reject_unauth_destination\n"
    checks = "smtpd_end_of_data_restrictions = check_policy_service inet:@HOST@:1\n"
    report = engine.check(
        MemorySource(
            {"main.cf": (rest + checks).encode(), "master.cf": b"smtp inet n - n - - smtpd\n"}
        ),
        Policy.default(),
        ["main.cf"],
    )
    assert not [one for one in report.findings if one.rule == "endpoint-unusable"]
