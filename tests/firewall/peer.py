"""The peer: tries every port of the host and tells open, refused, rejected and filtered apart.

While it looks, something listens on every port that it tries, so that what it finds is what the
firewall lets through.
"""

from __future__ import annotations

import contextlib
import errno
import selectors
import socket
import time
from collections.abc import Iterator
from typing import Literal

from tests.wire.namespaces import SECOND, SERVER, World, inside

# Every port that the policy knows, and those of the providers.
MAIL = (24, 25, 110, 143, 465, 587, 993, 995, 2000, 2525, 4190)
OTHERS = (
    21, 26, 53, 80, 111, 389, 443, 464, 466, 636,
    1143, 2526, 3306, 4650, 5432, 5870, 8025, 8080, 10025, 12345,
)  # fmt: skip
ADDRESSES = (SERVER[4], SECOND[4], SERVER[6], SECOND[6])
# A filtered port is one that has not answered until then; the cable answers within a millisecond.
PATIENCE = 0.7

Answer = Literal["open", "refused", "rejected", "filtered"]
Door = tuple[str, int]
Scan = dict[Door, Answer]


def scan(world: World, ports: tuple[int, ...]) -> Scan:
    """Try ports of every address of the host, from the peer's ordinary address."""
    with standing_in(world, ports):
        doors = [(address, port) for address in ADDRESSES for port in ports]
        return knock(world.peers, doors)


def reached(found: Scan) -> dict[str, list[int]]:
    """Say which ports are open, by address."""
    return {
        address: [
            port for (where, port), answer in found.items() if where == address and answer == "open"
        ]
        for address in ADDRESSES
    }


def knock(namespace: str, doors: list[Door]) -> Scan:
    """Connect to all of them at once."""
    found: Scan = {}
    with selectors.DefaultSelector() as waiting, contextlib.ExitStack() as stack:
        with inside(namespace):
            for door in doors:
                one = stack.enter_context(socket.socket(family_of(door[0])))
                one.setblocking(False)
                error = one.connect_ex(door)
                if error == errno.EINPROGRESS:
                    waiting.register(one, selectors.EVENT_WRITE, door)
                else:
                    found[door] = answer(error)
        end = time.monotonic() + PATIENCE
        while waiting.get_map() and (left := end - time.monotonic()) > 0:
            for key, _events in waiting.select(left):
                assert isinstance(key.fileobj, socket.socket)
                error = key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                found[key.data] = answer(error)
                waiting.unregister(key.fileobj)
    return {door: found.get(door, "filtered") for door in doors}


def answer(error: int) -> Answer:
    """Name the outcome of a connection."""
    if error == 0:
        return "open"
    return "refused" if error == errno.ECONNREFUSED else "rejected"


def family_of(address: str) -> socket.AddressFamily:
    """Return the family of a numeric address."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


@contextlib.contextmanager
def standing_in(world: World, ports: tuple[int, ...]) -> Iterator[None]:
    """Listen wherever nothing does, for the length of the block."""
    with contextlib.ExitStack() as stack, inside(world.server):
        for address in ADDRESSES:
            for port in ports:
                stack.callback(listener(address, port).close)
        yield


def listener(address: str, port: int) -> socket.socket:
    """Listen on one address, unless something does already."""
    one = socket.socket(family_of(address))
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind((address, port))
        one.listen(8)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
    return one
