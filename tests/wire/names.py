"""A name server for the server's namespace: a fixed table, and no such name for all the rest."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator, Mapping

from .namespaces import inside

_A, _MX, _TLSA = 1, 15, 52
_ANSWER, _NO_SUCH_NAME, _AUTHENTIC = 0x8580, 0x8583, 0x0020


class Names:
    """A fixed table; `signed` may be set and taken back while clients ask.

    `addresses` is host to IPv4, `exchangers` domain to mail host. `signed` holds the digests of the
    keys that every host may have; where it holds any, all answers are authentic (DNSSEC).
    """

    def __init__(self, addresses: Mapping[str, str], exchangers: Mapping[str, str]) -> None:
        self.addresses = addresses
        self.exchangers = exchangers
        self.signed: tuple[bytes, ...] = ()

    @contextlib.contextmanager
    def signing(self, *digests: bytes) -> Iterator[None]:
        """Publish TLSA records meanwhile."""
        self.signed = digests
        try:
            yield
        finally:
            self.signed = ()

    def reply(self, query: bytes) -> bytes:
        """The answer to one question."""
        name, end = _question(query)
        (kind,) = struct.unpack_from(">H", query, end)
        question = query[12 : end + 4]
        found = self._records(name, kind)
        known = bool(found) or name in self.addresses or name in self.exchangers
        flags = (_ANSWER if known else _NO_SUCH_NAME) | (_AUTHENTIC if self.signed else 0)
        header = query[:2] + struct.pack(">HHHHH", flags, 1, len(found), 0, 0)
        records = (struct.pack(">HHHIH", 0xC00C, kind, 1, 60, len(one)) + one for one in found)
        return header + question + b"".join(records)

    def _records(self, name: str, kind: int) -> list[bytes]:
        if kind == _A and name in self.addresses:
            return [socket.inet_aton(self.addresses[name])]
        if kind == _MX and name in self.exchangers:
            return [struct.pack(">H", 10) + _encoded(self.exchangers[name])]
        service, _sign, host = name.partition("._tcp.")
        if kind == _TLSA and service.startswith("_") and host in self.addresses:
            # The server's own certificate, its public key, SHA-256.
            return [b"\x03\x01\x01" + digest for digest in self.signed]
        return []


@contextlib.contextmanager
def name_server(namespace: str, names: Names) -> Iterator[None]:
    """Answer on 127.0.0.1:53."""
    with inside(namespace):
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with server:
        server.bind(("127.0.0.1", 53))
        threading.Thread(target=_serve, args=(server, names), daemon=True).start()
        yield
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


def _serve(server: socket.socket, names: Names) -> None:
    while True:
        try:
            query, peer = server.recvfrom(4096)
            if len(query) < 17:
                return
            server.sendto(names.reply(query), peer)
        except OSError:
            return


def _question(query: bytes) -> tuple[str, int]:
    """The name asked for, in lower case, and the offset behind it."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("ascii", "replace").lower())
        at += 1 + query[at]
    return ".".join(labels), at + 1


def _encoded(name: str) -> bytes:
    parts = (bytes([len(label)]) + label.encode() for label in name.split("."))
    return b"".join(parts) + b"\0"
