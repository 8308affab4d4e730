"""SMTP and LMTP as a peer speaks them, and the exchange that shows what a server takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from .accounts import MARKER
from .speech import Speech


class Recipients(NamedTuple):
    """Whom the server would deliver to itself, and whom it would have to relay to."""

    final: str
    foreign: str


class Smtp(Speech):
    """SMTP; LMTP where the server refuses EHLO and knows LHLO (RFC 2033): it offers `LHLO` then."""

    name = "smtp"
    begins = r"\d{3}[ -]"
    welcome = "220"

    def answer(self) -> list[str]:
        """The lines of the next answer."""
        lines: list[str] = []
        while not lines or lines[-1][3:4] == "-":
            lines.append(self.connection.line())
        return lines

    def greeting(self) -> str:
        return _plain(self.answer()[-1])

    def ask(self, command: str) -> str:
        self.connection.send(command)
        return _plain(self.answer()[-1])

    def hello(self) -> list[str]:
        lines = self._greeted("EHLO")
        if lines[-1].startswith("250"):
            return _offers(lines)
        if lines[-1].startswith("5"):
            others = self._greeted("LHLO")
            if others[-1].startswith("250"):
                return _offers([*others, "250 LHLO"])
        return [_plain(lines[-1])]

    def _greeted(self, verb: str) -> list[str]:
        self.connection.send(f"{verb} client.example")
        return self.answer()

    def begin_login(self, mechanism: str, first: str | None) -> str:
        return self.ask(f"AUTH {mechanism}" + (f" {first}" if first else ""))

    def challenge(self, answer: str) -> str | None:
        return answer[4:] if answer.startswith("334") else None

    def hand_over(self, people: Recipients) -> dict[str, str]:
        """Try to hand over one message; the answers by stage, `DATA` being the last one given."""
        seen = {"MAIL": self.ask("MAIL FROM:<bob@sender.example>")}
        if not seen["MAIL"].startswith("250"):
            return seen
        seen["final"] = self.ask(f"RCPT TO:<{people.final}>")
        seen["foreign"] = self.ask(f"RCPT TO:<{people.foreign}>")
        if any(seen[kind].startswith("250") for kind in ("final", "foreign")):
            seen["DATA"] = self.ask("DATA")
            if seen["DATA"].startswith("354"):
                seen["DATA"] = self.ask(f"Subject: {MARKER}\r\n\r\n{MARKER}\r\n.")
        return seen


def taken(seen: Mapping[str, str]) -> bool:
    """Whether `hand_over` got rid of its message."""
    return seen.get("DATA", "").startswith("250")


def _offers(lines: list[str]) -> list[str]:
    names = [line[4:].upper().replace("AUTH=", "AUTH ") for line in lines[1:]]
    return sorted({_sorted_mechanisms(name) for name in names if _matters(name)})


def _matters(name: str) -> bool:
    return name in ("STARTTLS", "LHLO") or name.startswith("AUTH ")


def _sorted_mechanisms(name: str) -> str:
    first, *rest = name.split()
    return " ".join((first, *sorted(rest)))


def _plain(line: str) -> str:
    """The answer in a form that does not differ between runs: code alone where it says yes."""
    if line[:1] == "2" and line[:3] != "220":
        return line[:3]
    line = re.sub(r"(Invalid authentication mechanism): .*", r"\1", line)
    return re.sub(r"\b[\w.-]*\[[0-9a-fA-F.:]+\]", "peer", line).strip()
