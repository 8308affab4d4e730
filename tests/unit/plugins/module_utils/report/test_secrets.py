"""Secrets: what a reader may see of a line."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.report.secrets import (
    MASK,
    masked,
    masked_words,
)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("password hunter2", "password " + MASK),
        ('password "two words"', "password " + MASK),
        ("passwordeval echo hunter2", "passwordeval " + MASK),
        ("  passwordeval '/bin/printf hunter2'", "  passwordeval " + MASK),
        ("paswordeval hunter2", "paswordeval " + MASK),
        ("passwordeval x\npassword hunter2", "passwordeval x\npassword " + MASK),
        ("smtp_sasl_password_maps = inline:{h=u:p}", "smtp_sasl_password_maps = inline:" + MASK),
        ("-o smtp_sasl_password_maps=static:u:p", "-o smtp_sasl_password_maps=static:" + MASK),
        ("relayhost = smtp://user:p@host", f"relayhost = smtp://user:{MASK}@host"),
        ("# my Password: hunter2", "# my Password: " + MASK),
        ("# pasword hunter2", "# pasword " + MASK),
        ("passwords: hunter2", "passwords: " + MASK),
        ("# passwrd: hunter2", "# passwrd: " + MASK),
        ("x = ldap:{server_host=x bind_pw=p}", "x = ldap:{server_host=x bind_pw=" + MASK),
        ("secret_key abc", "secret_key " + MASK),
        ("relayhost = [user:p@host]:587", f"relayhost = [user:{MASK}@host]:587"),
        ("relayhost = user:p@host:587", f"relayhost = user:{MASK}@host:587"),
        ("example.org smtp:user:p@host:587", f"example.org smtp:user:{MASK}@host:587"),
        ("x = lmtp:inet:user:p@host", f"x = lmtp:inet:user:{MASK}@host"),
        ("relayhost = [u:p@a], [v:q@b]:25", f"relayhost = [u:{MASK}@a], [v:{MASK}@b]:25"),
        ("  <password>hunter2</password>", "  <password>" + MASK),
        ("<password>\nhunter2\n</password>", f"<password>\n{MASK}\n</password>"),
    ],
)
def test_secrets_are_masked(line: str, shown: str) -> None:
    assert masked(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        "smtpd_tls_security_level = may",
        "smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd",
        "-o smtpd_tls_auth_only=yes",
        "auth plain",
        "from jane@example.com",
        "relayhost = [2001:db8::1]:587",
        "x_maps = inline:{{jane@example.org=[smtp.gmail.com]:587},{joe@example.org=[h]:25}}",
        "smtpd_tls_key_file = /etc/ssl/private/key.pem",
        "smtp_tls_policy_maps = hash:/etc/postfix/policy@host",
        "#smtpd     pass  -       -       y       -       -       smtpd",
        "<authentication>password-cleartext</authentication>",
        "</password>\n<port>587</port>",
        "passwordeval gpg -d x",
        "# no passwords without encryption",
        'passwordeval "pass show mail"',
    ],
)
def test_what_is_no_secret_is_shown(line: str) -> None:
    assert masked(line) == line


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("port 25 may get the password in clear", "port 25 may get the password in clear"),
        ("bad value: password = hunter2", "bad value: password = " + MASK),
        ("bad URL smtp://u:p@h", f"bad URL smtp://u:{MASK}@h"),
    ],
)
def test_sentences_are_masked_where_they_quote(message: str, shown: str) -> None:
    assert masked_words(message) == shown
