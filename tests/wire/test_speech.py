"""What a peer makes of the answers of servers, and what it says to log in."""

from __future__ import annotations

import pytest

from .access import Imap, Pop3, Sieve
from .connection import BrokenError, Connection
from .dovecot import throttled
from .smtp import Smtp
from .speech import COMMAND, Speech


class Script(Connection):
    """A connection on which the server says the lines of a script, whatever it hears."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.heard: list[str] = []

    def send(self, line: str) -> None:
        self.heard.append(line)

    def peek(self) -> str:
        if not self.lines:
            raise BrokenError("closed")
        return self.lines[0]

    def line(self) -> str:
        said = self.peek()
        del self.lines[0]
        return said


@pytest.mark.parametrize(
    ("speech", "lines", "wanted"),
    [
        pytest.param(
            Smtp, ["250-mail", "250-AUTH PLAIN LOGIN", "250 STARTTLS"],
            ["AUTH LOGIN PLAIN", "STARTTLS"], id="smtp",
        ),
        pytest.param(Smtp, ["502 5.5.1 no", "250-mail", "250 STARTTLS"],
                     ["LHLO", "STARTTLS"], id="lmtp"),
        pytest.param(Smtp, ["550 5.7.1 no", "502 5.5.1 no"], ["550 5.7.1 no"], id="refused"),
        pytest.param(Smtp, ["421 4.7.1 go"], ["421 4.7.1 go"], id="sent away"),
        pytest.param(
            Imap, ["* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN AUTH=LOGIN", "x OK done"],
            ["AUTH LOGIN PLAIN", "STARTTLS"], id="imap",
        ),
        pytest.param(Imap, ["* CAPABILITY IMAP4rev1 LOGINDISABLED", "x OK done"],
                     ["LOGINDISABLED"], id="imap without login"),
        pytest.param(Imap, ["* BYE", "x BAD no"], ["BAD"], id="imap refused"),
        pytest.param(Pop3, ["+OK", "UIDL", "STLS", "USER", "SASL PLAIN", "."],
                     ["AUTH PLAIN", "STARTTLS", "USER"], id="pop3"),
        pytest.param(Pop3, ["-ERR no"], ["-ERR"], id="pop3 without CAPA"),
        pytest.param(
            Sieve, ['"IMPLEMENTATION" "x"', '"SASL" "PLAIN"', '"STARTTLS"', 'OK "done"'],
            ["AUTH PLAIN", "STARTTLS"], id="managesieve",
        ),
        pytest.param(Sieve, ['"IMPLEMENTATION" "x"', '"SASL" ""', "OK"], [], id="no mechanisms"),
    ],
)  # fmt: skip
def test_what_is_offered(speech: type[Speech], lines: list[str], wanted: list[str]) -> None:
    assert speech(Script(*lines)).hello() == wanted


@pytest.mark.parametrize(
    ("speech", "mechanism", "lines", "wanted"),
    [
        (Smtp, "PLAIN", ["235 2.7.0 welcome"], "235"),
        (Smtp, "LOGIN", ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 welcome"], "235"),
        (Smtp, "CRAM-MD5", ["504 5.5.4 unknown"], "504 5.5.4 unknown"),
        (Imap, COMMAND, ["* CAPABILITY IMAP4rev1", "x OK [CAPABILITY x] welcome"], "OK"),
        (Imap, COMMAND, ["x NO [PRIVACYREQUIRED] not here"], "NO [PRIVACYREQUIRED]"),
        (Imap, "CRAM-MD5", ["+ PDEuMkB4Pg==", "x OK welcome"], "OK"),
        (Imap, "XOAUTH2", ["+ e30=", "x NO no"], "+ e30="),
        (Pop3, COMMAND, ["+OK", "+OK welcome"], "+OK"),
        (Pop3, COMMAND, ["-ERR [AUTH] not here"], "-ERR [AUTH]"),
        (Pop3, "CRAM-MD5", ["+ PDEuMkB4Pg==", "-ERR [AUTH] no"], "-ERR [AUTH]"),
        (Sieve, "PLAIN", ['NO (ENCRYPT-NEEDED) "not here"'], "NO (ENCRYPT-NEEDED)"),
        (Sieve, "CRAM-MD5", ["{12}", "PDEuMkB4Pg==", 'OK "welcome"'], "OK"),
        (Sieve, "LOGIN", ['"VXNlcm5hbWU6"', '"UGFzc3dvcmQ6"', "OK"], "OK"),
    ],
)
def test_how_a_login_ends(
    speech: type[Speech], mechanism: str, lines: list[str], wanted: str
) -> None:
    assert speech(Script(*lines)).login(mechanism) == wanted


@pytest.mark.parametrize(
    ("speech", "line", "wanted"),
    [
        (Smtp, "220 mail ESMTP", True),
        (Smtp, "554 5.7.1 no", False),
        (Imap, "* OK [CAPABILITY x] ready", True),
        (Imap, "* BYE too many", False),
        (Pop3, "+OK ready", True),
        (Sieve, "BYE", False),
    ],
)
def test_which_greeting_lets_the_peer_go_on(speech: type[Speech], line: str, wanted: bool) -> None:
    assert speech(Script(line)).greeting().startswith(speech.welcome) is wanted


def test_a_broken_connection_is_no_answer() -> None:
    with pytest.raises(BrokenError, match="closed"):
        Imap(Script("* CAPABILITY IMAP4rev1")).hello()


def test_how_long_a_dead_service_stays_away() -> None:
    said = "master: Error: service(imap-login): command startup failed, throttling for {} secs"
    assert throttled([said.format("2.000"), "imap-login: Login", said.format("4.000")]) == 4.0
    assert throttled(["imap-login: Login"]) == 0.0
