"""The peer: tries every port of the host and tells open, refused, rejected and filtered apart.

While it looks, something listens on every port that it tries, so that what it finds is what the
firewall lets through.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from tests.wire.namespaces import ORDINARY, SECOND, SERVER, TRUSTED, World, inside

# Every port that the policy knows, and those of the providers among the others.
MAIL = (24, 25, 110, 143, 465, 587, 993, 995, 2000, 2525, 4190)
OTHERS = (
    21, 26, 53, 80, 111, 389, 443, 464, 466, 636,
    1143, 2526, 3306, 4650, 5432, 5870, 8025, 8080, 10025, 12345,
)  # fmt: skip
# The addresses of the host, and from which the peer comes: by name, IPv4 and IPv6.
ADDRESSES = (SERVER[4], SECOND[4], SERVER[6], SECOND[6])
ORIGINS = {"ordinary": ORDINARY, "trusted": TRUSTED}
# A filtered port is one that answers none of several attempts in so many seconds each. The cable
# answers within a millisecond, but on a busy machine one packet may be late, or lost.
PATIENCE = (0.1, 0.2, 0.5)

# A port that comes again soon may be taken for a connection of before, which is let through.
SOURCE_PORTS = itertools.cycle(range(13000, 65536))

Answer = Literal["open", "refused", "rejected", "filtered"]


class Door(NamedTuple):
    """One port of one address, and who tries it."""

    origin: str
    address: str
    port: int


Scan = dict[Door, Answer]
# Which ports are open, by origin and address.
Reached = dict[str, dict[str, list[int]]]


def scan(world: World, ports: Iterable[int]) -> Scan:
    """Try ports of every address of the host from every origin."""
    tried = tuple(dict.fromkeys(ports))
    doors = [
        Door(origin, address, port) for origin in ORIGINS for address in ADDRESSES for port in tried
    ]
    found: Scan = {}
    with standing_in(world, tried):
        for seconds in PATIENCE:
            silent = [door for door in doors if found.get(door, "filtered") == "filtered"]
            found.update(knock(world.peers, silent, seconds))
    return found


def reached(found: Scan) -> Reached:
    """Say which ports are open."""
    open_now: Reached = {origin: {address: [] for address in ADDRESSES} for origin in ORIGINS}
    for door, answer in sorted(found.items()):
        if answer == "open":
            open_now[door.origin][door.address].append(door.port)
    return open_now


def knock(namespace: str, doors: list[Door], seconds: float) -> Scan:
    """Connect to all of them at once."""
    found: Scan = {}
    with selectors.DefaultSelector() as waiting, contextlib.ExitStack() as stack:
        with inside(namespace):
            for door in doors:
                one = stack.enter_context(socket.socket(family_of(door.address)))
                error = begin(one, door)
                if error == errno.EINPROGRESS:
                    waiting.register(one, selectors.EVENT_WRITE, door)
                else:
                    found[door] = answer_of(error)
        end = time.monotonic() + seconds
        left = seconds
        while waiting.get_map() and left >= 0:
            # What has come while the machine was elsewhere counts, however late it is now.
            left = end - time.monotonic()
            for key, _events in waiting.select(max(left, 0)):
                assert isinstance(key.fileobj, socket.socket)
                error = key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                found[key.data] = answer_of(error)
                waiting.unregister(key.fileobj)
    return {door: found.get(door, "filtered") for door in doors}


def begin(one: socket.socket, door: Door) -> int:
    """Begin to connect; return the error number, which is mostly that it goes on."""
    one.setblocking(False)
    bind(one, ORIGINS[door.origin][6 if ":" in door.address else 4])
    return one.connect_ex((door.address, door.port))


def bind(one: socket.socket, address: str) -> None:
    """Take the next source port that nothing has."""
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for port in SOURCE_PORTS:
        try:
            one.bind((address, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            return


def answer_of(error: int) -> Answer:
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


def dialled(world: World, ports: tuple[int, ...]) -> dict[tuple[str, int], Answer]:
    """Have the host dial the peer, and itself, where something listens; say what it gets."""
    places = [(world.peers, ORDINARY[4]), (world.peers, ORDINARY[6]), (world.server, "127.0.0.1")]
    found: dict[tuple[str, int], Answer] = {}
    with contextlib.ExitStack() as stack:
        for namespace, address in places:
            with inside(namespace):
                for port in ports:
                    stack.callback(listener(address, port).close)
        with inside(world.server):
            for _namespace, address in places:
                for port in ports:
                    with socket.socket(family_of(address)) as one:
                        one.settimeout(max(PATIENCE))
                        found[address, port] = answer_of(one.connect_ex((address, port)))
    return found


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
