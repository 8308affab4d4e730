"""ssmtp: what its settings come to, and which line a fix adds."""

from __future__ import annotations

import pytest

from tests.support.dialects import clients, fixed


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ("mailhub=mail.example.org:465", "UseTLS=YES", "AuthUser=u", "AuthPass=x"),
            "mail.example.org 465 implicit yes no none",
            id="secure",
        ),
        pytest.param(
            ("mailhub=mail.example.org:587", "UseTLS=Yes", "UseSTARTTLS=YES", "AuthUser=u"),
            "mail.example.org 587 starttls-required yes no none",
            id="STARTTLS",
        ),
        pytest.param(
            ("mailhub=mail.example.org:587", "AuthUser=u"),
            "mail.example.org 587 none yes yes -",
            id="plaintext",
        ),
        pytest.param(
            ("mailhub=mail.example.org", "AuthUser=u", "AuthMethod=CRAM-MD5"),
            "mail.example.org 25 none yes no -",
            id="plaintext, CRAM-MD5",
        ),
        pytest.param(("mailhub=mail",), "mail 25 none no no -", id="missing keys"),
        pytest.param(("usetls=YES",), "mailhub 25 implicit no no none", id="no mailhub"),
        pytest.param(
            ("mailhub=mail:587", "UseSTARTTLS=YES", "UseTLS=NO"),
            "mail 587 none no no -",
            id="taken back",
        ),
        pytest.param(
            ("mailhub=mail:587", "UseTLS=NO", "UseSTARTTLS=YES"),
            "mail 587 starttls-required no no none",
            id="not taken back",
        ),
        pytest.param(
            ("mailhub=mail:465", "UseTLS=on"), "mail 465 none no no -", id="no truth but YES"
        ),
        pytest.param(
            ("mailhub={{ hub }}:587", "UseSTARTTLS=YES"),
            "? 587 starttls-required no no none",
            id="hole",
        ),
        pytest.param(
            ("mailhub=mail:587", "UseSTARTTLS={{ starttls }}", "AuthUser=u"),
            "mail 587 ? yes ? none",
            id="open mode",
        ),
    ],
)
def test_what_the_settings_come_to(lines: tuple[str, ...], expected: str) -> None:
    assert clients("ssmtp", "\n".join(lines) + "\n") == [expected]


@pytest.mark.parametrize(
    ("lines", "value", "expected"),
    [
        pytest.param(
            ("mailhub=m:587", "UseTLS=YES"),
            "starttls-required",
            ("mailhub=m:587", "UseSTARTTLS=YES", "UseTLS=YES"),
            id="STARTTLS is missing",
        ),
        pytest.param(
            ("MailHub=m:465", "UseSTARTTLS=YES", ""),
            "implicit",
            ("MailHub=m:465", "UseTLS=YES", "UseSTARTTLS=no", ""),
            id="STARTTLS is too much",
        ),
    ],
)
def test_fixes(lines: tuple[str, ...], value: str, expected: tuple[str, ...]) -> None:
    assert fixed("ssmtp", "\n".join(lines), "tls", value) == "\n".join(expected)
