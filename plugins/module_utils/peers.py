# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Peers and networks: who connects, and which lists hold it.

Addresses are parsed here, and nowhere else in the engine, because importing ``ipaddress`` costs
more than reading a small file.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator, NamedTuple
else:
    from .tuples import NamedTuple


# How an IPv6 address begins that holds an IPv4 one (RFC 4291 section 2.5.5.2).
MAPPED, MAPPED_BITS = 0xFFFF, 96


class Network(NamedTuple):
    """An address range; ``base`` is its first address as a number."""

    version: int
    base: int
    bits: int

    @property
    def width(self) -> int:
        """The number of bits of an address of this family."""
        return 32 if self.version == 4 else 128

    @property
    def single(self) -> bool:
        """Whether the range is one address."""
        return self.bits == self.width

    @property
    def is_unspecified(self) -> bool:
        """Whether this is the address that no host has: bound to it, one has every address."""
        return self.single and not self.base

    def holds(self, other: Network) -> bool:
        """Whether the other range lies within this one."""
        if self.version != other.version or self.bits > other.bits:
            return False
        shift = self.width - self.bits
        return self.base >> shift == other.base >> shift

    def first_host(self) -> Network:
        """An address of the range that a peer can have."""
        if self.single:
            return self
        return Network(self.version, self.base + 1, self.width)

    def somebody(self, narrower: Iterable[Network]) -> Network:
        """An address of the range that is in none of the narrower ranges within it, if any is."""
        inner = [one for one in narrower if one.bits > self.bits and self.holds(one)]
        behind = (
            Network(one.version, one.base + (1 << one.width - one.bits), one.width) for one in inner
        )
        for address in (self.first_host(), *behind):
            if self.holds(address) and not any(one.holds(address) for one in inner):
                return address
        return self.first_host()

    def __str__(self) -> str:
        shown = _shown4(self.base) if self.version == 4 else _shown6(self.base)
        return f"{shown}/{self.bits}"


class Prefixes:
    """Numbers by the networks that they belong to; looked up, and never tried one by one."""

    __slots__ = ("_numbers",)

    def __init__(self) -> None:
        # By version and bits, and then by prefix.
        self._numbers: dict[tuple[int, int], dict[int, list[int]]] = {}

    def add(self, network: Network, number: int) -> None:
        """Take a number of a network."""
        alike = self._numbers.setdefault((network.version, network.bits), {})
        alike.setdefault(network.base >> network.width - network.bits, []).append(number)

    def around(self, inner: Network) -> Iterator[list[int]]:
        """The numbers of each network that holds the inner one, in the order they were added."""
        for (version, bits), alike in self._numbers.items():
            if version == inner.version and bits <= inner.bits:
                numbers = alike.get(inner.base >> inner.width - bits)
                if numbers is not None:
                    yield numbers


def parse(text: str) -> Network | None:
    """``192.0.2.0/24``, ``192.0.2.1``, ``2001:db8::/32``, ``[::1]/128``; ``None`` for others.

    An IPv4 range that is written as IPv6 (``::ffff:127.0.0.0/104``) is that IPv4 range: servers
    know a peer that comes by IPv4 under no other address.
    """
    address, slash, bits = text.partition("/")
    if address.startswith("[") and address.endswith("]"):
        address = address[1:-1]
    version = 6 if ":" in address else 4
    base = _parse6(address) if version == 6 else _parse4(address)
    width = 32 if version == 4 else 128
    if base is None or (slash and not (bits.isdigit() and bits.isascii() and len(bits) < 4)):
        return None
    count = int(bits) if slash else width
    if count > width:
        return None
    if version == 6 and count >= MAPPED_BITS and base >> 32 == MAPPED:
        version, base, width, count = 4, base & 0xFFFFFFFF, 32, count - MAPPED_BITS
    shift = width - count
    return Network(version, base >> shift << shift, count)


def _parse4(text: str) -> int | None:
    parts = text.split(".")
    if len(parts) != 4:
        return None
    value = 0
    for part in parts:
        if not (part.isdigit() and part.isascii() and len(part) < 4 and int(part) < 256):
            return None
        value = value << 8 | int(part)
    return value


def _parse6(text: str) -> int | None:
    if text.count("::") > 1 or len(text) > 45:
        return None
    head, double, tail = text.partition("::")
    first, last = _groups(head), _groups(tail)
    if first is None or last is None:
        return None
    missing = 8 - len(first) - len(last)
    if missing < 0 or (missing and not double) or (not missing and double):
        return None
    value = 0
    for group in first + [0] * missing + last:
        value = value << 16 | group
    return value


def _groups(text: str) -> list[int] | None:
    found: list[int] = []
    for part in text.split(":") if text else ():
        if "." in part:
            embedded = _parse4(part)
            if embedded is None:
                return None
            found.extend((embedded >> 16, embedded & 0xFFFF))
            continue
        if not 0 < len(part) < 5 or any(digit not in "0123456789abcdefABCDEF" for digit in part):
            return None
        found.append(int(part, 16))
    return found


def _shown4(value: int) -> str:
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))


def _shown6(value: int) -> str:
    groups = ["%x" % (value >> shift & 0xFFFF) for shift in range(112, -1, -16)]
    # RFC 5952: the longest run of zeros, and only one of two or more.
    best = (0, 0)
    start = 0
    while start < 8:
        end = start
        while end < 8 and groups[end] == "0":
            end += 1
        if end - start > max(1, best[1]):
            best = (start, end - start)
        start = end + 1
    if not best[1]:
        return ":".join(groups)
    return "{}::{}".format(":".join(groups[: best[0]]), ":".join(groups[sum(best) :]))


def _known(*texts: str) -> list[Network]:
    return [network for network in map(parse, texts) if network is not None]


LOOPBACK = _known("127.0.0.0/8", "::1/128")
# RFC 1918, RFC 3927, RFC 4193, RFC 4291 section 2.5.6.
PRIVATE = LOOPBACK + _known(
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"
)


# A range of fewer bits belongs to nobody; one of as many may (the largest were given away as /8).
OWNED = 8


def is_private(network: Network) -> bool:
    """Whether the range holds no address of an ordinary peer."""
    return any(private.holds(network) for private in PRIVATE)


def is_loopback(network: Network) -> bool:
    """Whether the range never leaves the host."""
    return any(loopback.holds(network) for loopback in LOOPBACK)


def reaches_ordinary(network: Network) -> bool:
    """Whether ordinary peers are in the range; one public address may be the host's own."""
    return not network.single and not is_private(network)


class Peer(NamedTuple):
    """Who connects: an address, or an ordinary peer where it is ``None``.

    ``listed`` is one of a name that access tables know, ``stranger`` one whom nothing names: only a
    good part of all addresses holds it.
    """

    address: Network | None
    listed: bool = False
    stranger: bool = False

    def is_in(self, network: Network, kindly: bool = True) -> bool:
        """Whether the peer is in the range.

        An ordinary peer is in one that reaches beyond the private ranges if that treats it
        ``kindly``: somebody there has the advantage.  What harms has to hold everybody.
        """
        if self.address is not None:
            return network.holds(self.address)
        if self.stranger:
            return network.bits < OWNED
        return reaches_ordinary(network) if kindly else network.bits == 0


ORDINARY = Peer(None)
LISTED = Peer(None, True)
STRANGER = Peer(None, stranger=True)
