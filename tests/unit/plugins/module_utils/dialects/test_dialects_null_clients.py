"""dma, ssmtp: what their settings come to, and which line a fix adds."""

from __future__ import annotations

import pytest

from tests.support.dialects import clients, fixed

_TLS = "SECURETRANSFER"
# Each was tried with dma 0.13 (but for VERIFYCERT), against servers that offer STARTTLS, answer it
# with 454, offer none, and speak TLS from the first byte.
DMA = (
    ("secure", ("PORT 465", _TLS, "AUTHPATH a"), "hub 465 implicit yes no none"),
    ("the port stays", (_TLS,), "hub 25 implicit no no none"),
    ("STARTTLS", (_TLS, "STARTTLS", "AUTHPATH a"), "hub 25 starttls-required yes no none"),
    ("optional", (_TLS, "STARTTLS", "OPPORTUNISTIC_TLS", "AUTHPATH a"),
     "hub 25 starttls-optional yes yes none"),
    ("STARTTLS alone", ("STARTTLS", "OPPORTUNISTIC_TLS"), "hub 25 none no no -"),
    ("OPPORTUNISTIC_TLS alone", (_TLS, "OPPORTUNISTIC_TLS"), "hub 25 implicit no no none"),
    ("plaintext", ("PORT 587", "AUTHPATH a", "INSECURE"), "hub 587 none yes yes -"),
    ("plaintext, CRAM-MD5", ("PORT 587", "AUTHPATH a"), "hub 587 none yes no -"),
    ("missing keys", (), "hub 25 none no no -"),
    ("verified", (_TLS, "VERIFYCERT"), "hub 25 implicit no no full"),
    ("pinned", (_TLS, "FINGERPRINT 00"), "hub 25 implicit no no pinned"),
    ("indented", ("  " + _TLS,), "hub 25 none no no -"),
    ("comments", (_TLS + " # always", "PORT\t 465 # TLS"), "hub 465 implicit no no none"),
    ("the last counts", ("PORT 25", "PORT 587"), "hub 587 none no no -"),
    ("an argument", (_TLS + " yes",), "hub 25 unusable"),
    ("no argument", ("PORT",), "hub None unusable"),
    ("no word of dma", ("SECURE",), "hub 25 unusable"),
    ("hole", ("PORT {{ port }}", _TLS), "hub ? implicit no no none"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "expected"), [row[1:] for row in DMA], ids=[row[0] for row in DMA]
)
def test_dma(lines: tuple[str, ...], expected: str) -> None:
    assert clients("dma", "\n".join(("SMARTHOST hub", *lines)) + "\n") == [expected]


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        pytest.param("SECURETRANSFER\n", [], id="delivery to the MX"),
        pytest.param("SMARTHOST\n", ["None 25 unusable"], id="refused"),
    ],
)
def test_dma_without_a_hub(string: str, expected: list[str]) -> None:
    assert clients("dma", string) == expected


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        pytest.param("0.13", "hub 25 unusable", id="refused"),
        pytest.param("0.14", "hub 25 implicit no no full", id="known"),
    ],
)
def test_the_version_of_dma_decides_about_verifycert(version: str, expected: str) -> None:
    string = "SMARTHOST hub\nSECURETRANSFER\nVERIFYCERT\n"
    assert clients("dma", string, programs={"dma": version}) == [expected]


def test_no_fix_of_dma_writes_what_older_ones_refuse() -> None:
    string = "SMARTHOST hub\nSECURETRANSFER\n"
    assert fixed("dma", string, "certificate_verified", "full") is None


def test_a_fix_of_dma_adds_words_that_stand_alone() -> None:
    fix = fixed("dma", "SMARTHOST hub\nPORT 587\n", "tls", "starttls-required")
    assert fix == "SMARTHOST hub\nSECURETRANSFER\nSTARTTLS\nPORT 587\n"


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
        # Debian's 2.64-11 dials the port that comes last.
        pytest.param(
            ("RemotePort=465", "mailhub=mail:587"), "mail 587 none no no -", id="port behind"
        ),
        pytest.param(
            ("mailhub=mail:587", "RemotePort=465"), "mail 465 none no no -", id="port before"
        ),
        pytest.param(
            ("RemotePort=465", "mailhub=mail"), "mail 465 none no no -", id="no port in it"
        ),
        pytest.param(("mailhub=$MAIL_HUB:$PORT",), "? ? none no no -", id="filled in by a script"),
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
