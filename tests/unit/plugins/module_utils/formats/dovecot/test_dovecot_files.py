# ruff: noqa: E501  tables whose rows read better on one line
"""Lines, sections, includes, values; what Dovecot refuses."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.dovecot import lines
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from tests.support.dovecot import BEFORE, SINCE, before, bound, endpoint, read, since

CLEAR = "disable_plaintext_auth = no"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a = b", ("setting", "a", "b", "plain"), id="setting"),
        pytest.param("  a=b\t", ("setting", "a", "b", "plain"), id="blanks"),
        pytest.param("a = b # c", ("setting", "a", "b", "plain"), id="comment"),
        pytest.param("a = b#c", ("setting", "a", "b", "plain"), id="comment without a blank"),
        pytest.param('a = "b # c"', ("setting", "a", "b # c", "quoted"), id="no comment in quotes"),
        pytest.param("a = 'b'", ("setting", "a", "b", "quoted"), id="single quotes"),
        pytest.param('a = "b', ("setting", "a", '"b', "plain"), id="one quote"),
        pytest.param(
            'a = "b # c',
            ("setting", "a", '"b # c', "plain"),
            id="an open quote keeps comments away",
        ),
        pytest.param("a =", ("setting", "a", "", "plain"), id="empty"),
        pytest.param("a = <b", ("setting", "a", "b", "file"), id="file"),
        pytest.param("a = < b", ("setting", "a", "b", "file"), id="file behind a blank"),
        pytest.param("a = $a b", ("setting", "a", "$a b", "variable"), id="variable"),
        pytest.param('a = "$a b"', ("setting", "a", "$a b", "quoted"), id="no variable in quotes"),
        pytest.param("a = b \\\n  c", ("setting", "a", "b c", "plain"), id="continued"),
        pytest.param("a = \\\n\\\n c", ("setting", "a", "c", "plain"), id="continued twice"),
        pytest.param(
            "a = b \\\r\n  c\r", ("setting", "a", "b c", "plain"), id="continued with CRLF"
        ),
        pytest.param("a {", ("begin", "a", "", "plain"), id="section"),
        pytest.param("a b {", ("begin", "a", "b", "plain"), id="named section"),
        pytest.param('a "b c" {', ("begin", "a", "b c", "quoted"), id="section with a quoted name"),
        pytest.param("group @a b {", ("begin", "@a", "b", "plain"), id="group"),
        pytest.param('"a b" = c', ("setting", "a b", "c", "plain"), id="quoted name"),
        pytest.param("}", ("end", "}", "}", "plain"), id="end"),
        pytest.param("!include a b", ("!include", "!include", "a b", "plain"), id="include"),
        pytest.param(
            "!include_try a # b", ("!include_try", "!include_try", "a", "plain"), id="include_try"
        ),
        pytest.param("a { b = c }", ("bad", "a", "b = c }", "plain"), id="more behind the brace"),
        pytest.param("a", ("bad", "a", "", "plain"), id="neither"),
        pytest.param("a b c {", ("bad", "a", "", "plain"), id="two names"),
        pytest.param("a{", ("bad", "a{", "", "plain"), id="glued brace"),
        pytest.param(
            "a = b \\\n# c\nd = e",
            ("lost", "a = b", "a = b", "plain"),
            id="a comment loses what is continued",
        ),
    ],
)
def test_lines(text: str, expected: tuple[str, str, str, str]) -> None:
    first = next(iter(lines.statements(Text.of("x", text))))
    string = first.text.string
    value = string[slice(*first.value)].strip()
    assert (first.kind, string[slice(*first.key)], value, first.form) == expected


@pytest.mark.parametrize("text", ["", "# a = b", "\n \n", "  # {"])
def test_nothing_is_said(text: str) -> None:
    assert list(lines.statements(Text.of("x", text))) == []


@pytest.mark.parametrize(
    ("main", "files", "tls"),
    [
        pytest.param(
            "!include a.conf\n", {"/etc/dovecot/a.conf": CLEAR}, "starttls-optional", id="beside"
        ),
        pytest.param(
            "!include conf.d/*.conf\n",
            {
                "/etc/dovecot/conf.d/a.conf": CLEAR,
                "/etc/dovecot/conf.d/b.conf": "disable_plaintext_auth = yes",
            },
            "starttls-required",
            id="glob in order",
        ),
        pytest.param(
            "!include conf.d/*.conf\n",
            {
                "/etc/dovecot/conf.d/b.conf": CLEAR,
                "/etc/dovecot/conf.d/a.conf": "disable_plaintext_auth = yes",
                "/etc/dovecot/conf.d/.c.conf": "x",
            },
            "starttls-optional",
            id="glob in order, hidden files left out",
        ),
        pytest.param(
            "!include conf.d/{b,a}.conf\n",
            {
                "/etc/dovecot/conf.d/b.conf": CLEAR,
                "/etc/dovecot/conf.d/a.conf": "disable_plaintext_auth = yes",
            },
            "starttls-required",
            id="braces",
        ),
        pytest.param(
            "!include /etc/x/*.conf\n", {"/etc/x/a.conf": CLEAR}, "starttls-optional", id="absolute"
        ),
        pytest.param(
            "!include_try /etc/x/*.conf\n!include_try local.conf\n",
            {},
            "starttls-required",
            id="tried and not there",
        ),
        pytest.param(
            "protocol imap {\n!include a.conf\n}\n",
            {"/etc/dovecot/a.conf": CLEAR},
            "starttls-optional",
            id="in a section",
        ),
        pytest.param(
            "protocol pop3 {\n!include a.conf\n}\n",
            {"/etc/dovecot/a.conf": CLEAR},
            "starttls-required",
            id="in another section",
        ),
        pytest.param(
            "!include d/a.conf\n",
            {"/etc/dovecot/d/a.conf": "!include b.conf", "/etc/dovecot/d/b.conf": CLEAR},
            "starttls-optional",
            id="relative to the includer",
        ),
        pytest.param(
            "!include a.conf\n",
            {"/etc/dovecot/a.conf": "protocol imap {"},
            None,
            id="a section left open",
        ),
    ],
)
def test_includes(main: str, files: dict[str, str], tls: str | None) -> None:
    reading = before(main, files)
    if tls is None:
        assert "not closed" in reading.problems[0].message
    else:
        assert endpoint(reading, 143).tls == tls


@pytest.mark.parametrize(
    ("reading", "message"),
    [
        pytest.param(
            before("service imap-login { inet_listener imap { port = 0 } }\n"),
            "last on its line",
            id="one line",
        ),
        pytest.param(before("ssl = require\n"), "one of yes, no, required", id="enumeration"),
        pytest.param(
            before("ssl = YES\n"), "one of yes, no, required", id="case of an enumeration"
        ),
        pytest.param(before("disable_plaintext_auth = true\n"), "yes or no", id="boolean"),
        pytest.param(
            before("service imap-login {\ninet_listener imap {\nport = imap\n}\n}\n"),
            "number of a port",
            id="name of a port",
        ),
        pytest.param(
            before("service imap-login {\ninet_listener imap {\nlisten = *\n}\n}\n"),
            "no setting listen",
            id="2.4's listen",
        ),
        pytest.param(
            since("service imap-login {\ninet_listener imap {\naddress = *\n}\n}\n"),
            "it is listen",
            id="2.3's address",
        ),
        pytest.param(
            before(
                "remote 10.0.0.0/8 {\n protocol imap {\n ssl = no\n }\n}\nprotocol imap {\n ssl = required\n}\n"
            ),
            "not around this one",
            id="filters that cross",
        ),
        pytest.param(
            read("!include_try local.conf\n" + SINCE, "2.3.19"), "to be the first", id="not first"
        ),
        pytest.param(
            since("ssl_server_request_client_cert = yes\n"),
            "needs ssl_server_ca_file",
            id="client certificates without authorities in 2.4",
        ),
        pytest.param(
            before("ssl_verify_client_cert = yes\n"),
            "needs ssl_ca",
            id="client certificates without authorities in 2.3",
        ),
        pytest.param(
            since("protocol imap {\n ssl = required\n auth_allow_cleartext = yes\n}\n"),
            "does not go with ssl = required beside it",
            id="required and cleartext in one section",
        ),
        pytest.param(
            since(
                "ssl_server_ca_file = /etc/ssl/ca.crt\nprotocol imap {\n ssl_server_request_client_cert = yes\n}\n"
            ),
            "needs ssl_server_ca_file in the same section",
            id="client certificates in a section of 2.4",
        ),
        pytest.param(
            before("protocol imap {\n ssl_verify_client_cert = yes\n}\n"),
            "needs ssl_ca",
            id="client certificates in a section of 2.3",
        ),
        *(
            pytest.param(
                reading, "may not stand in local, local_name or remote", id=f"auth {number}"
            )
            for number, reading in enumerate(
                (
                    before("remote 10.0.0.0/8 {\n auth_mechanisms = cram-md5\n}\n"),
                    since("local 192.0.2.1 {\n auth_verbose = yes\n}\n"),
                    before("local_name a.example {\n ssl_client_ca_file = /etc/ssl/ca.crt\n}\n"),
                    since("remote 10.0.0.0/8 {\n passdb pam {\n }\n}\n"),
                )
            )
        ),
        pytest.param(
            before("!include_try=local.conf\n"), "wants a blank", id="a sign behind include_try"
        ),
        pytest.param(
            since("protocols = imap imaps\n"), "no protocol imaps", id="an old protocol in 2.4"
        ),
        pytest.param(before("protocols = smtp\n"), "no protocol smtp", id="no such protocol"),
        pytest.param(
            since("mail_location = maildir:~/Maildir\n"),
            "2.4 knows no mail_location",
            id="a setting that is gone",
        ),
        pytest.param(
            before("mail_driver = maildir\n"),
            "2.3 knows no mail_driver",
            id="a setting that is to come",
        ),
        pytest.param(since("plugin {\n}\n"), "no section plugin", id="plugin in 2.4"),
        pytest.param(
            since("passdb {\n}\n"),
            "wants a name for each passdb",
            id="passdb without a name in 2.4",
        ),
        pytest.param(
            before("service imap-login {\n ssl = yes\n}\n"),
            "no setting ssl of a service",
            id="a setting in a service",
        ),
        pytest.param(
            before("service imap-login {\n protocol imap {\n ssl = yes\n }\n}\n"),
            "",
            id="a filter in a service",
        ),
        pytest.param(
            before("service imap-login {\n metric x {\n }\n}\n"),
            "no section metric",
            id="a section in a service",
        ),
        pytest.param(
            read("dovecot_config_version = 2.5\n", "2.4.1"),
            "no version of a configuration",
            id="no version",
        ),
        pytest.param(
            read("dovecot_config_version = 2.4.0\n", "2.4.1"),
            "dovecot_storage_version is missing",
            id="no version of the storage",
        ),
        pytest.param(
            before("listen = *:1143\n"),
            "listens on port 1143 as well",
            id="a port for all protocols",
        ),
        pytest.param(before("}\n"), "no section to close", id="one too many"),
        pytest.param(before("protocol imap {\n"), "not closed", id="one too few"),
        pytest.param(
            before("!include nothing.conf\n"), "no file nothing.conf", id="missing include"
        ),
        pytest.param(
            before("!include dovecot.conf\n", {"/etc/dovecot/dovecot.conf": BEFORE}),
            "includes itself",
            id="cycle",
        ),
        pytest.param(
            before("ssl_cert = </etc/ssl/nothing.crt\n"),
            "no file /etc/ssl/nothing.crt",
            id="missing certificate of 2.3",
        ),
        pytest.param(
            since("ssl_server_cert_file = /etc/ssl/nothing.crt\n"),
            "no file /etc/ssl/nothing.crt",
            id="missing certificate of 2.4",
        ),
        pytest.param(
            since("ssl_server_cert_file = </etc/ssl/mail.crt\n"),
            "without <",
            id="content of a file in 2.4",
        ),
        pytest.param(
            since("disable_plaintext_auth = no\n"), "auth_allow_cleartext", id="2.3's name in 2.4"
        ),
        pytest.param(
            since("ssl_cert = </etc/ssl/mail.crt\n"),
            "ssl_server_cert_file",
            id="2.3's certificate in 2.4",
        ),
        pytest.param(
            since("passdb sql {\n args = /etc/dovecot/sql.conf\n}\n"),
            "no setting args of a passdb",
            id="2.3's name in a section of 2.4",
        ),
        pytest.param(
            since("service imap-login {\n service_count = 1\n}\n"),
            "no setting service_count of a service",
            id="2.3's name in a service of 2.4",
        ),
        pytest.param(
            since("protocol imap {\n namespace inbox {\n  location =\n }\n}\n"),
            "no setting location of a namespace",
            id="2.3's name in a section within a filter",
        ),
        pytest.param(
            before("auth_allow_cleartext = yes\n"),
            "2.3 knows no auth_allow_cleartext",
            id="2.4's name in 2.3",
        ),
        pytest.param(
            read(SINCE, "2.3.19"), "2.3 knows no dovecot_config_version", id="a file of 2.4"
        ),
        pytest.param(
            read("\ufeff" + BEFORE, "2.3.19"), "2.3 knows no \ufeff", id="a mark of the byte order"
        ),
        pytest.param(read(BEFORE, "2.4.1"), "as the first setting", id="a file of 2.3"),
        pytest.param(
            since("ssl = required\nauth_allow_cleartext = yes\n"),
            "auth_allow_cleartext",
            id="2.4 takes no clear login with required",
        ),
    ],
)
def test_what_keeps_dovecot_from_starting(reading: object, message: str) -> None:
    assert message in reading.problems[0].message  # type: ignore[attr-defined]
    assert "does not start" in reading.problems[0].message  # type: ignore[attr-defined]
    assert reading.endpoints == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(
            "mail_plugins = $mail_plugins quota\n", id="a setting that does not count here"
        ),
        pytest.param("plugin {\n sieve = file:~/sieve\n ssl = perhaps\n}\n", id="plugin"),
        pytest.param("passdb {\n driver = pam\n args = x\n}\n", id="section without a name"),
        pytest.param("namespace inbox {\n mailbox Junk {\n  auto = create\n }\n}\n", id="nested"),
        pytest.param("disable_plaintext_auth = YES\n", id="a boolean in any case"),
        pytest.param('ssl = "required"\n', id="quotes"),
        pytest.param(
            "service stats {\n unix_listener stats-reader {\n  mode = 0666\n }\n}\n",
            id="other listeners",
        ),
        pytest.param("service imap-login {\n service_count = 0\n}\n", id="settings of a service"),
        pytest.param(
            "metric imap_command {\n filter = event=imap_command_finished\n}\n", id="metric"
        ),
    ],
)
def test_no_false_alarm(more: str) -> None:
    assert bound(before(more))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        pytest.param(
            "protocol imap {\nremote 10.0.0.0/8 {\n}\n}\n",
            "remote may not stand within protocol",
            id="remote in protocol",
        ),
        pytest.param(
            "protocol imap {\nprotocol pop3 {\n}\n}\n",
            "protocol may not stand within protocol",
            id="protocol in protocol",
        ),
        pytest.param(
            "remote 10.0.0.1 {\nlocal 10.0.0.2 {\n}\n}\n",
            "local may not stand within remote",
            id="local in remote",
        ),
        pytest.param(
            "local_name a {\nlocal 10.0.0.2 {\n}\n}\n",
            "local may not stand within local_name",
            id="local in local_name",
        ),
        pytest.param(
            "remote 10.0.0.0/16 {\nremote 10.0.0.0/8 {\n}\n}\n",
            "does not lie within the remote",
            id="a wider network",
        ),
        pytest.param(
            "local 10.0.0.0/16 {\nlocal 10.1.0.0/24 {\n}\n}\n",
            "does not lie within the local",
            id="another network",
        ),
        pytest.param(
            "local 10.0.0.1 {\nremote 10.0.0.2 {\nprotocol imap {\n}\n}\n}\n",
            "",
            id="as it should be",
        ),
        pytest.param(
            "remote 0.0.0.0/0 {\nlocal 10.0.0.2 {\n}\n}\n",
            "",
            id="everybody is nobody in particular",
        ),
    ],
)
def test_filters_within_each_other(more: str, message: str) -> None:
    for reading in (before(more), since(more)):
        assert [message in one.message for one in reading.problems] == ([True] if message else [])


def test_names_of_2_4() -> None:
    more = 'local_name "a b" {\n}\n'
    assert before(more).problems == []
    assert "one name" in since(more).problems[0].message


@pytest.mark.parametrize(
    "reading",
    [
        since("local_name a.example {\n auth_socket_path = x\n}\n"),
        since("local_name a.example {\n ssl_client_ca_file = /etc/ssl/ca.crt\n}\n"),
        before("remote 0.0.0.0/0 {\n auth_verbose = yes\n}\n"),
        before("protocol imap {\n auth_verbose = yes\n}\n"),
        since("ssl = required\nprotocol imap {\n auth_allow_cleartext = yes\n}\n"),
        since("protocol imap {\n ssl = no\n ssl_server_request_client_cert = yes\n}\n"),
        before("ssl_ca = </etc/ssl/ca.crt\nprotocol imap {\n ssl_verify_client_cert = yes\n}\n"),
    ],
)
def test_what_does_not_keep_dovecot_from_starting(reading: Any) -> None:
    assert reading.problems == []
