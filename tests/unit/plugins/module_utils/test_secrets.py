"""Secrets: what a reader may see of a line."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.secrets import (
    MASK,
    masked,
    masked_words,
)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("password hunter2", "password " + MASK),
        ('password "two words"', "password " + MASK),
        ("passwordeval gpg -d x", "passwordeval " + MASK),
        ("smtp_sasl_password_maps = inline:{h=u:p}", "smtp_sasl_password_maps = inline:" + MASK),
        ("-o smtp_sasl_password_maps=static:u:p", "-o smtp_sasl_password_maps=static:" + MASK),
        ("relayhost = smtp://user:p@host", f"relayhost = smtp://user:{MASK}@host"),
        ("# my Password: hunter2", "# my Password: " + MASK),
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
        "#smtpd     pass  -       -       y       -       -       smtpd",
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
