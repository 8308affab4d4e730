"""What the protocols of mail have in common: a greeting, what is offered, STARTTLS, a login.

What is offered is told in the words of SMTP whatever is spoken: `STARTTLS`, `AUTH LOGIN PLAIN`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from abc import ABC, abstractmethod
from collections.abc import Sequence

from . import scram
from .accounts import PASSWORD, USER
from .certificates import Pair
from .connection import BrokenError, Connection

# The command that logs in with a name and a password, where the protocol has one beside SASL.
COMMAND = "command"
MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5")
# What is tried only where it is offered.
OTHERS = ("XOAUTH2", "OAUTHBEARER", "SCRAM-SHA-256")
_CHALLENGING = ("LOGIN", "CRAM-MD5", "SCRAM-SHA-256")
# How an answer begins that says yes: to a login, to STARTTLS.
ACCEPTED = ("235", "+OK", "OK")
_GO_AHEAD = ("220", "+OK", "OK")


class Speech(ABC):
    """A protocol on a connection; every method raises BrokenError where no answer comes."""

    name = ""
    # How a first line of the protocol begins (a pattern), and a greeting that lets the peer go on.
    begins = ""
    welcome = ""
    starttls = "STARTTLS"
    commands: tuple[str, ...] = ()

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @abstractmethod
    def greeting(self) -> str:
        """What the server says first."""

    @abstractmethod
    def hello(self) -> list[str]:
        """What the server offers and what matters here, sorted; else the refusal alone."""

    @abstractmethod
    def ask(self, command: str) -> str:
        """Send a command; its answer, without what differs from run to run."""

    @abstractmethod
    def begin_login(self, mechanism: str, first: str | None) -> str:
        """Name the mechanism, with a first response where there is one; the answer."""

    @abstractmethod
    def challenge(self, answer: str) -> str | None:
        """What the answer challenges with, in Base64; None where it is no challenge."""

    def go_on(self, response: str) -> str:
        """Send one response, in Base64; the answer."""
        return self.ask(response)

    def command_login(self) -> str:
        """Log in with the protocol's own command."""
        raise NotImplementedError(self.name)

    def secure(self, version: str | None = None, pair: Pair | None = None) -> None:
        """Ask for TLS and begin it."""
        if not goes_ahead(self.ask(self.starttls)):
            raise BrokenError("no TLS")
        self.connection.secure(version, pair)

    def login(self, mechanism: str) -> str:
        """Log in with the right password; the last answer."""
        if mechanism == COMMAND:
            return self.command_login()
        said = self.begin_login(mechanism, _first_response(mechanism))
        for number in range(2):
            challenge = self.challenge(said)
            if challenge is None or mechanism not in _CHALLENGING:
                break
            said = self.go_on(_response(mechanism, number, challenge))
        return said

    @classmethod
    def mechanisms_to_try(cls, offers: Sequence[str]) -> list[str]:
        """The ways to log in that are tried in any case, and those tried where they are offered."""
        named = {word for line in offers if line.startswith("AUTH ") for word in line.split()}
        return [*cls.commands, *MECHANISMS, *(name for name in OTHERS if name in named)]


def goes_ahead(answer: str) -> bool:
    """Whether an answer to STARTTLS lets TLS begin."""
    return answer.startswith(_GO_AHEAD)


def offered(mechanisms: Sequence[str]) -> list[str]:
    """Mechanisms as SMTP would offer them; nothing where there are none."""
    return [" ".join(("AUTH", *sorted(mechanisms)))] if mechanisms else []


def _first_response(mechanism: str) -> str | None:
    texts = {
        "PLAIN": f"\0{USER}\0{PASSWORD}",
        "XOAUTH2": f"user={USER}\1auth=Bearer {PASSWORD}\1\1",
        "OAUTHBEARER": f"n,a={USER},\1auth=Bearer {PASSWORD}\1\1",
        "SCRAM-SHA-256": scram.CLIENT_FIRST,
    }
    return _base64(texts[mechanism]) if mechanism in texts else None


def _response(mechanism: str, number: int, challenge: str) -> str:
    if mechanism == "LOGIN":
        return _base64((USER, PASSWORD)[number])
    if mechanism == "SCRAM-SHA-256":
        said = base64.b64decode(challenge).decode()
        return _base64(scram.client_final(said)) if number == 0 else ""
    digest = hmac.new(PASSWORD.encode(), base64.b64decode(challenge), hashlib.md5).hexdigest()
    return _base64(f"{USER} {digest}")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
