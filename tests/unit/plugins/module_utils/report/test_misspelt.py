"""Lines that nobody understands: what a reader may see of them."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.report.misspelt import only_named
from ansible_collections.mailwarden.policy.plugins.module_utils.report.secrets import MASK


@pytest.mark.parametrize(
    ("line", "message", "shown"),
    [
        ("pasword hunter2", "does not know the command pasword", "pasword " + MASK),
        ("passwrd=hunter2", "missing name", "passwrd=" + MASK),
        ("  -o bogus hunter2", "syntax error", "  -o bogus " + MASK),
        ("= hunter2", "missing name", "= " + MASK),
        ("Hunter2", "does not know the command …", MASK),
        ("tls maybe", "maybe is no argument for tls", "tls maybe"),
        ("bogus b", "maybe is no argument for tls", "bogus " + MASK),
        ("default", "does not know the command default", "default"),
        ("smtp inet n - y - x smtpd", "bad value", "smtp inet n - y - x smtpd"),
        ("ssl_cert = /etc/x.pem", "2.4 does not know it", "ssl_cert = /etc/x.pem"),
        ("protocols imap pop3", "missing =", "protocols imap pop3"),
        ("smtpd_use_tls yes", "missing '='", "smtpd_use_tls yes"),
        ("  -o smtpd_tls_security_level may", "=", "  -o smtpd_tls_security_level may"),
        ("inet_listener imaps {", "listens as well", "inet_listener imaps {"),
        ("tls_key_file x", "missing '='", "tls_key_file x"),
        ("tls_pasword hunter2", "missing '='", "tls_pasword " + MASK),
        ("key hunter2", "missing '='", "key " + MASK),
        ("auth user hunter2", "missing '='", "auth " + MASK),
        ("relayhost u:hunter2", "missing =", "relayhost " + MASK),
    ],
)
def test_of_a_line_that_nobody_understands_the_keyword_is_shown(
    line: str, message: str, shown: str
) -> None:
    assert only_named(line, message) == shown
