"""One TCP connection of a peer: lines, TLS and the PROXY line, whatever is spoken on it."""

from __future__ import annotations

import socket
import ssl
from typing import NamedTuple

from .certificates import Pair
from .namespaces import tcp_socket

PATIENCE = 4.0
VERSIONS = ("1.0", "1.1", "1.2", "1.3")


class Target(NamedTuple):
    """Where to connect from and to."""

    namespace: str
    family: int
    source: str
    address: str
    port: int


class BrokenError(Exception):
    """The connection gave no answer; the text says how: silent, closed, refused, no TLS."""


class Connection:
    """One connection; every method raises BrokenError where no answer comes."""

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
        self.send(f"PROXY {kind} {here[0]} {there[0]} {here[1]} {there[1]}")

    def secure(self, version: str | None = None, pair: Pair | None = None) -> None:
        """Do a TLS handshake, of one version only where it is named."""
        context = _context(version, pair)
        try:
            self._socket = context.wrap_socket(self._socket)
        except (OSError, ValueError) as error:
            kind = "silent" if isinstance(error, TimeoutError) else "no TLS"
            raise BrokenError(kind) from None

    def send(self, line: str) -> None:
        try:
            self._socket.sendall(line.encode() + b"\r\n")
        except OSError:
            raise BrokenError("closed") from None

    def line(self) -> str:
        """The next line, without its end."""
        found = self.peek()
        _line, _sign, self._buffer = self._buffer.partition(b"\n")
        return found

    def peek(self) -> str:
        """The next line, which stays to be read."""
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
        return self._buffer.partition(b"\n")[0].decode("utf-8", "replace").rstrip("\r")


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
