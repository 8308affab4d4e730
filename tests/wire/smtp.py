"""A small SMTP client that notes every answer, and the exchange that shows what a server allows."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import socket
import ssl
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .accounts import MARKER, PASSWORD, USER
from .certificates import Pair
from .namespaces import tcp_socket

PATIENCE = 4.0
VERSIONS = ("1.0", "1.1", "1.2", "1.3")
MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5")


class Target(NamedTuple):
    """Where to connect from and to."""

    namespace: str
    family: int
    source: str
    address: str
    port: int


class Recipients(NamedTuple):
    """Whom the server would deliver to itself, and whom it would have to relay to."""

    final: str
    foreign: str


class BrokenError(Exception):
    """The connection gave no answer; the text says how: silent, closed, refused, no TLS."""


class Connection:
    """One SMTP connection; every method raises BrokenError where no answer comes."""

    def __init__(self, target: Target, patience: float = PATIENCE) -> None:
        self._socket: socket.socket = tcp_socket(target.namespace, target.family)
        self._buffer = b""
        self._target = target
        self._socket.settimeout(patience)
        try:
            self._socket.bind((target.source, 0))
            self._socket.connect((target.address, target.port))
        except OSError as error:
            self.close()
            raise BrokenError(
                "refused" if isinstance(error, ConnectionRefusedError) else "silent"
            ) from None

    def close(self) -> None:
        self._socket.close()

    def announce(self) -> None:
        """Say with a PROXY line who is connecting."""
        here, there = self._socket.getsockname(), self._socket.getpeername()
        kind = f"TCP{self._target.family}"
        self._send(f"PROXY {kind} {here[0]} {there[0]} {here[1]} {there[1]}\r\n".encode())

    def secure(self, version: str | None = None, pair: Pair | None = None) -> None:
        """Do a TLS handshake, of one version only where it is named."""
        context = _context(version, pair)
        try:
            self._socket = context.wrap_socket(self._socket)
        except (OSError, ValueError) as error:
            kind = "silent" if isinstance(error, TimeoutError) else "no TLS"
            raise BrokenError(kind) from None

    def answer(self) -> list[str]:
        """The lines of the next answer."""
        lines: list[str] = []
        while not lines or lines[-1][3:4] == "-":
            lines.append(self._line())
        return lines

    def greeting(self) -> str:
        """What the server says first."""
        return _plain(self.answer()[-1])

    def ask(self, command: str) -> str:
        """Send a command; the last line of the answer, without what differs from run to run."""
        self._send(command.encode() + b"\r\n")
        return _plain(self.answer()[-1])

    def hello(self) -> list[str]:
        """The extensions that EHLO lists and that matter here, sorted; else the refusal alone."""
        self._send(b"EHLO client.example\r\n")
        lines = self.answer()
        if not lines[-1].startswith("250"):
            return [_plain(lines[-1])]
        names = [line[4:].upper().replace("AUTH=", "AUTH ") for line in lines[1:]]
        return sorted({_sorted_mechanisms(name) for name in names if _matters(name)})

    def login(self, mechanism: str) -> str:
        """Log in with the right password; the last answer."""
        if mechanism == "CRAM-MD5":
            return self._challenged("AUTH CRAM-MD5")
        if mechanism == "LOGIN":
            said = self.ask("AUTH LOGIN")
            for word in (USER, PASSWORD):
                if said.startswith("334"):
                    said = self.ask(_base64(word.encode()))
            return said
        secrets = {
            "PLAIN": f"\0{USER}\0{PASSWORD}",
            "XOAUTH2": f"user={USER}\1auth=Bearer {PASSWORD}\1\1",
        }
        return self.ask(f"AUTH {mechanism} {_base64(secrets[mechanism].encode())}")

    def _challenged(self, command: str) -> str:
        said = self.ask(command)
        if not said.startswith("334"):
            return said
        digest = hmac.new(PASSWORD.encode(), base64.b64decode(said[4:]), hashlib.md5).hexdigest()
        return self.ask(_base64(f"{USER} {digest}".encode()))

    def _send(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError:
            raise BrokenError("closed") from None

    def _line(self) -> str:
        while b"\n" not in self._buffer:
            try:
                data = self._socket.recv(4096)
            except TimeoutError:
                raise BrokenError("silent") from None
            except OSError:
                raise BrokenError("closed") from None
            if not data:
                raise BrokenError("closed")
            self._buffer += data
        line, _sign, self._buffer = self._buffer.partition(b"\n")
        return line.decode("utf-8", "replace").rstrip("\r")


def hand_over(connection: Connection, people: Recipients) -> dict[str, str]:
    """Try to hand over one message; the answers by stage, `DATA` being the last one given."""
    seen = {"MAIL": connection.ask("MAIL FROM:<bob@sender.example>")}
    if not seen["MAIL"].startswith("250"):
        return seen
    seen["final"] = connection.ask(f"RCPT TO:<{people.final}>")
    seen["foreign"] = connection.ask(f"RCPT TO:<{people.foreign}>")
    if any(seen[kind].startswith("250") for kind in ("final", "foreign")):
        seen["DATA"] = connection.ask("DATA")
        if seen["DATA"].startswith("354"):
            seen["DATA"] = connection.ask(f"Subject: {MARKER}\r\n\r\n{MARKER}\r\n.")
    return seen


def taken(seen: Mapping[str, str]) -> bool:
    """Whether `hand_over` got rid of its message."""
    return seen.get("DATA", "").startswith("250")


def mechanisms_to_try(offers: Sequence[str]) -> list[str]:
    """The mechanisms that are tried in any case, and XOAUTH2 where it is offered."""
    more = ["XOAUTH2"] if any("XOAUTH2" in line for line in offers) else []
    return [*MECHANISMS, *more]


def _context(version: str | None, pair: Pair | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    if version is not None:
        only = {
            "1.0": ssl.TLSVersion.TLSv1,
            "1.1": ssl.TLSVersion.TLSv1_1,
            "1.2": ssl.TLSVersion.TLSv1_2,
            "1.3": ssl.TLSVersion.TLSv1_3,
        }[version]
        context.minimum_version = context.maximum_version = only
    if pair is not None:
        context.load_cert_chain(pair.certificate, pair.key)
    return context


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _matters(name: str) -> bool:
    return name == "STARTTLS" or name.startswith("AUTH ")


def _sorted_mechanisms(name: str) -> str:
    first, *rest = name.split()
    return " ".join((first, *sorted(rest)))


def _plain(line: str) -> str:
    """The answer in a form that does not differ between runs: code alone where it says yes."""
    if line[:1] == "2" and line[:3] != "220":
        return line[:3]
    line = re.sub(r"(Invalid authentication mechanism): .*", r"\1", line)
    return re.sub(r"\b[\w.-]*\[[0-9a-fA-F.:]+\]", "peer", line).strip()
