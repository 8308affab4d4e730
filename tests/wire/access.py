"""The protocols that fetch mail and manage filters, as a peer speaks them: IMAP, POP3, ManageSieve.

Answers are noted as far as the code that a program reads; the sentence behind it is for people.
"""

from __future__ import annotations

import re

from .accounts import PASSWORD, USER
from .certificates import Pair
from .speech import COMMAND, Speech, offered

_VERDICT = re.compile(r"\S+( \[[\w/-]+\]| \([\w/-]+\))?")
_YES = ("OK", "+OK")
# What POP3 offers by other names than the rest, or alone.
_SHORT = {"STLS": ["STARTTLS"], "USER": ["USER"]}


class Imap(Speech):
    """IMAP4rev1 (RFC 9051); offers `LOGINDISABLED` as the server does."""

    name = "imap"
    begins = r"\* "
    welcome = "* OK"
    commands = (COMMAND,)

    def greeting(self) -> str:
        star, _sign, said = self.connection.line().partition(" ")
        return f"{star} {_plain(said)}"

    def hello(self) -> list[str]:
        self.connection.send("x CAPABILITY")
        names: list[str] = []
        while not (line := self.connection.line()).startswith("x "):
            if line.startswith("* CAPABILITY "):
                names = line.upper().split()[2:]
        mechanisms = [name[5:] for name in names if name.startswith("AUTH=")]
        rest = {"STARTTLS", "LOGINDISABLED"}.intersection(names)
        return sorted([*offered(mechanisms), *rest]) if names else [_plain(line[2:])]

    def ask(self, command: str) -> str:
        return self._said("x " + command)

    def go_on(self, response: str) -> str:
        return self._said(response)

    def begin_login(self, mechanism: str, first: str | None) -> str:
        return self.ask(f"AUTHENTICATE {mechanism}" + (f" {first}" if first else ""))

    def challenge(self, answer: str) -> str | None:
        return answer[2:] if answer.startswith("+ ") else None

    def command_login(self) -> str:
        return self.ask(f"LOGIN {USER} {PASSWORD}")

    def _said(self, line: str) -> str:
        """The tagged answer to a line, or the challenge that it meets."""
        self.connection.send(line)
        while (said := self.connection.line()).startswith("* "):
            pass
        return said if said.startswith("+ ") else _plain(said.partition(" ")[2])


class Pop3(Speech):
    """POP3 with CAPA (RFC 2449); offers `USER` as the server does."""

    name = "pop3"
    begins = r"\+OK|-ERR"
    welcome = "+OK"
    starttls = "STLS"
    commands = (COMMAND,)

    def greeting(self) -> str:
        return _plain(self.connection.line())

    def hello(self) -> list[str]:
        said = self.ask("CAPA")
        if not said.startswith("+OK"):
            return [said]
        found: list[str] = []
        while (line := self.connection.line().upper()) != ".":
            name, *rest = line.split()
            found += offered(rest) if name == "SASL" else _SHORT.get(name, [])
        return sorted(found)

    def ask(self, command: str) -> str:
        self.connection.send(command)
        said = self.connection.line()
        return said if said.startswith("+ ") else _plain(said)

    def begin_login(self, mechanism: str, first: str | None) -> str:
        return self.ask(f"AUTH {mechanism}" + (f" {first}" if first else ""))

    def challenge(self, answer: str) -> str | None:
        return answer[2:] if answer.startswith("+ ") else None

    def command_login(self) -> str:
        said = self.ask(f"USER {USER}")
        return self.ask(f"PASS {PASSWORD}") if said.startswith("+OK") else said


class Sieve(Speech):
    """ManageSieve (RFC 5804): its greeting is what it offers, and is said again behind TLS."""

    name = "managesieve"
    begins = r'"IMPLEMENTATION"|NO|BYE'
    welcome = "OK"

    def greeting(self) -> str:
        return self._answer()[-1]

    def hello(self) -> list[str]:
        self.connection.send("CAPABILITY")
        *lines, said = self._answer()
        found: list[str] = []
        for line in lines:
            name, *rest = re.findall(r'"([^"]*)"', line.upper())
            if name == "SASL":
                found += offered(rest[0].split())
            elif name == "STARTTLS":
                found.append(name)
        return sorted(found) if said.startswith(_YES) else [said]

    def ask(self, command: str) -> str:
        self.connection.send(command)
        return self._answer()[-1]

    def begin_login(self, mechanism: str, first: str | None) -> str:
        return self._challenged(f'AUTHENTICATE "{mechanism}"' + (f' "{first}"' if first else ""))

    def challenge(self, answer: str) -> str | None:
        return answer.strip('"') if answer.startswith('"') else None

    def go_on(self, response: str) -> str:
        return self._challenged(f'"{response}"')

    def secure(self, version: str | None = None, pair: Pair | None = None) -> None:
        super().secure(version, pair)
        self.greeting()

    def _answer(self) -> list[str]:
        """The lines of an answer; the last one is the verdict."""
        lines = [self.connection.line()]
        while not re.match(r"(OK|NO|BYE)\b", lines[-1]):
            lines.append(self.connection.line())
        return [*lines[:-1], _plain(lines[-1])]

    def _challenged(self, line: str) -> str:
        """The answer to a line of a login: the challenge as a quoted string, or the verdict."""
        self.connection.send(line)
        said = self.connection.line()
        if re.fullmatch(r"\{\d+\+?\}", said):
            return f'"{self.connection.line()}"'
        return said if said.startswith('"') else _plain(said)


def _plain(answer: str) -> str:
    """The word that decides, and the code behind it where there is one."""
    if answer.startswith(_YES):
        return answer.split()[0]
    return _VERDICT.match(answer)[0].strip()  # type: ignore[index]
