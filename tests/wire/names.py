"""A name server for the server's namespace: a fixed table, and no such name for all the rest."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator, Mapping

from .namespaces import inside

_A, _MX = 1, 15


@contextlib.contextmanager
def name_server(
    namespace: str, addresses: Mapping[str, str], exchangers: Mapping[str, str]
) -> Iterator[None]:
    """Answer on 127.0.0.1:53: `addresses` host to IPv4, `exchangers` domain to mail host."""
    with inside(namespace):
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with server:
        server.bind(("127.0.0.1", 53))
        arguments = (server, addresses, exchangers)
        threading.Thread(target=_serve, args=arguments, daemon=True).start()
        yield
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


def _serve(
    server: socket.socket, addresses: Mapping[str, str], exchangers: Mapping[str, str]
) -> None:
    while True:
        try:
            query, peer = server.recvfrom(4096)
            if len(query) < 17:
                return
            server.sendto(_reply(query, addresses, exchangers), peer)
        except OSError:
            return


def _reply(query: bytes, addresses: Mapping[str, str], exchangers: Mapping[str, str]) -> bytes:
    name, end = _question(query)
    (kind,) = struct.unpack_from(">H", query, end)
    question = query[12 : end + 4]
    data = b""
    if kind == _A and name in addresses:
        data = socket.inet_aton(addresses[name])
    elif kind == _MX and name in exchangers:
        data = struct.pack(">H", 10) + _encoded(exchangers[name])
    known = name in addresses or name in exchangers
    flags = 0x8580 if known else 0x8583
    header = query[:2] + struct.pack(">HHHHH", flags, 1, 1 if data else 0, 0, 0)
    answer = struct.pack(">HHHIH", 0xC00C, kind, 1, 60, len(data)) + data if data else b""
    return header + question + answer


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
