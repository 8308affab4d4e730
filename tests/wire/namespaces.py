"""Two hosts that only know each other: the server's namespace and the peers' namespace.

The server has a public-looking address. The *ordinary* peer comes from another public-looking
network that no configuration names, the *trusted* one from a private network that configurations
may name. There is no route to anywhere else.
"""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import os
import socket
import subprocess
from collections.abc import Iterator
from typing import NamedTuple

from . import cleanup

SERVER = {4: "192.0.2.1", 6: "2001:db8:1::1"}
SECOND = {4: "192.0.2.2", 6: "2001:db8:1::2"}
LOOPBACK = {4: "127.0.0.1", 6: "::1"}
ORDINARY = {4: "198.51.100.7", 6: "2001:db8:2::7"}
EARLY = {4: "198.51.100.8", 6: "2001:db8:2::8"}
TRUSTED = {4: "10.9.8.7", 6: "fd09:8::7"}

_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)
_numbers = itertools.count()


class World(NamedTuple):
    """The names of the two namespaces."""

    server: str
    peers: str


def _ip(*words: str) -> None:
    subprocess.run(("ip", *words), check=True, capture_output=True)


@contextlib.contextmanager
def world(extra: tuple[str, ...] = ()) -> Iterator[World]:
    """Make the two namespaces, joined by one cable; `extra` are more addresses of the peers."""
    stem = f"mailwarden-{os.getpid()}-{next(_numbers)}"
    made = World(f"{stem}-s", f"{stem}-p")

    def remove() -> None:
        for name in made:
            subprocess.run(("ip", "netns", "delete", name), capture_output=True, check=False)

    with cleanup.undone(remove):
        for name in made:
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        ends = ("name", "eth0", "netns", made.server), ("name", "eth0", "netns", made.peers)
        _ip("link", "add", *ends[0], "type", "veth", "peer", *ends[1])
        peers = [*ORDINARY.values(), *EARLY.values(), *TRUSTED.values(), *extra]
        _plug(made.server, [*SERVER.values(), *SECOND.values()])
        _plug(made.peers, peers)
        for network in ("192.0.2.0/24", "2001:db8:1::/64"):
            _route(made.peers, network)
        for network in ("198.51.100.0/24", "10.9.8.0/24", "2001:db8:2::/64", "fd09:8::/64"):
            _route(made.server, network)
        yield made


def _plug(name: str, addresses: list[str]) -> None:
    """Give the namespace's end of the cable its addresses, each alone in its network."""
    _ip("-n", name, "link", "set", "eth0", "up")
    for address in addresses:
        if ":" in address:
            _ip("-n", name, "address", "add", f"{address}/128", "dev", "eth0", "nodad")
        elif name.endswith("-s"):
            _ip("-n", name, "address", "add", f"{address}/24", "dev", "eth0")
        else:
            _ip("-n", name, "address", "add", f"{address}/32", "dev", "eth0")


def _route(name: str, network: str) -> None:
    _ip("-n", name, "route", "replace", network, "dev", "eth0")


@contextlib.contextmanager
def inside(name: str) -> Iterator[None]:
    """Put the calling thread into the namespace; sockets made meanwhile stay there for good."""
    here = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{name}", os.O_RDONLY)
    try:
        _enter(there)
        try:
            yield
        finally:
            _enter(here)
    finally:
        os.close(here)
        os.close(there)


def _enter(descriptor: int) -> None:
    if _libc.setns(descriptor, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns failed")


def tcp_socket(name: str, family: int) -> socket.socket:
    """A TCP socket, `family` 4 or 6, that lives in the namespace."""
    with inside(name):
        return socket.socket(socket.AF_INET6 if family == 6 else socket.AF_INET)
