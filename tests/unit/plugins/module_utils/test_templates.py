# ruff: noqa: E501  tables whose rows read better on one line
"""What a configuration is rendered from is told from the configuration."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import edit, engine, formats
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.templates import opened, refuse
from ansible_collections.mailwarden.policy.plugins.module_utils.text import HOLE, Text
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("name", "string", "line"),
    [
        pytest.param("msmtp", "account a\nport {{ port }}\n", 2, id="Jinja"),
        pytest.param("msmtp", 'host {{ "mail." ~ domain }}\n', 1, id="Jinja, a literal first"),
        pytest.param("postfix", "x = {{ lookup('env', 'R', default='x') }}\n", 1, id="with ="),
        pytest.param("postfix", "x = {{ 'may' if t == 1 else 'none' }}\n", 1, id="with =="),
        pytest.param("postfix", "x = {{ (a | default('*')) }}\n", 1, id="in parentheses"),
        pytest.param("postfix", "relayhost = [{{ host }}]:{{ port }}\n", 1, id="behind a colon"),
        pytest.param("dovecot", "\n{%- if x %}\nssl = no\n{% endif %}\n", 2, id="a block"),
        pytest.param("dovecot", "{%raw%}\n", 1, id="a block without blanks"),
        pytest.param("dovecot", "# {{ x }}\nssl = {{ .Env.SSL }}\n", 2, id="Go"),
        pytest.param("dovecot", "{{#if x}}\nssl = no\n{{/if}}\n", 1, id="Mustache"),
        pytest.param("postfix", "myhostname = <%= @host %>\n", 1, id="ERB"),
        pytest.param("dovecot", "ssl = <%=ssl%>\n", 1, id="ERB without blanks"),
        pytest.param("autoconfig", "<!-- a\nb --><port>{{ port }}</port>\n", 2, id="XML"),
    ],
)
def test_a_template_is_refused(name: str, string: str, line: int) -> None:
    with pytest.raises(MailwardenError, match="is a template") as caught:
        refuse(Text.of("x", string), formats.load(name))
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("name", "string"),
    [
        pytest.param("postfix", "# {{ ansible_managed }}\n", id="a comment"),
        pytest.param("dovecot", "ssl = required # {{ ansible_managed }}\n", id="behind a value"),
        pytest.param("autoconfig", "<!-- from\n{{ domain }} --><a/>\n", id="a comment of XML"),
        pytest.param("postfix", "x = ${{$compatibility_level} < {3.6} ? {no} : {yes}}\n", id="level"),
        pytest.param("postfix", "x = ${y?{{a}}}\n", id="braces that are the value"),
        pytest.param("postfix", "x = ${y?{a}:{{b}}}\n", id="the other value"),
        pytest.param("postfix", "x = inline:{{a.example = smtp:[b]}, {.onion=smtp}}\n", id="inline"),
        pytest.param("postfix", "x = check_client_access cidr:{{10.0.0.0/8 REJECT}}\n", id="cidr"),
        pytest.param("postfix", "x = pcre:{{/foo$$/ REJECT}}\n", id="pcre"),
        pytest.param("postfix", "x = unionmap:{{static:a}}, randmap:{{b}}\n", id="maps of maps"),
        pytest.param(
            "msmtp", "passwordeval docker inspect --format '{{ .Config.Labels.pw }}' c\n", id="shell"
        ),
        pytest.param("msmtp", "  password a{{b}}\n", id="a password"),
        pytest.param("dovecot", "mail_location = maildir:%{home}/{%{user}\n", id="variables"),
        pytest.param("dovecot", "mail_plugins {\n  {{\n}}\n}\n", id="on two lines"),
    ],
)  # fmt: skip
def test_a_finished_file_is_not_refused(name: str, string: str) -> None:
    refuse(Text.of("x", string), formats.load(name))


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


def test_a_file_with_what_is_filled_in_is_fixed_beside_it() -> None:
    before = (
        "# é ${X}\naccount default\nhost h\nuser é${U}\npassword ${P}\nauth on\ntls on\nport 465\n"
    )
    source = MemorySource({"msmtprc": before.encode()})
    report = engine.check(source, Policy.default(), ["msmtprc"])
    fixes = [one.fix for one in report.findings if one.rule == "implicit-tls-missing" and one.fix]
    after = [edit.edited(source, fix.edits)["msmtprc"].decode() for fix in fixes]
    assert after == [before + "tls_starttls off\n"]


@given(st.lists(st.sampled_from(["${A}", "${B_1}", "$", "{", "}", "${a}", "A", "\n", "é", HOLE])))
def test_each_character_keeps_its_place(words: list[str]) -> None:
    string = "".join(words)
    text = opened(Text.of("x", string))
    known = [at for at in range(len(text)) if at not in text.holes]
    assert [string[text.origin(at)[1]] for at in known] == [text.string[at] for at in known]
    filled = {at: hole.name for at, hole in text.holes.items()}
    assert "".join(filled.get(at, one) for at, one in enumerate(text.string)) == string
