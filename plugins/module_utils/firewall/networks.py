# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Networks as nft lists them: sorted, nothing twice, what touches joined."""

from __future__ import annotations

import ipaddress

from ..errors import MailwardenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Tuple

    # First and last address.
    Range = Tuple[int, int]

ANYWHERE = {4: (0, 2**32 - 1), 6: (0, 2**128 - 1)}
MAKE: dict[int, Any] = {4: ipaddress.IPv4Address, 6: ipaddress.IPv6Address}
# What no peer can connect to: the host's own loopback, multicast (RFC 5771, RFC 4291), broadcast.
NOBODYS = ("127.0.0.0/8", "224.0.0.0/4", "255.255.255.255", "::1", "ff00::/8")


def version(text: str) -> int:
    """The IP version of an address, a network or a range."""
    return 6 if ":" in text else 4


def parse(texts: Iterable[str]) -> tuple[str, ...]:
    """Addresses and networks as people write them, each as a network or an address.

    Raises ``MailwardenError`` for what is neither.
    """
    found = []
    for text in texts:
        try:
            network = ipaddress.ip_network(str(text).strip(), strict=False)
        except ValueError as error:
            raise MailwardenError(f"sources: {error}") from None
        single = network.num_addresses == 1
        found.append(str(network.network_address if single else network))
    return tuple(found)


def normal(texts: Iterable[str], of: int) -> tuple[str, ...] | None:
    """The networks of one IP version as nft lists them in a set.

    ``()`` for everything; ``None`` for nothing.
    """
    ranges = sorted({span(text) for text in texts if version(text) == of})
    if not ranges:
        return None
    if any(first != last for first, last in ranges):
        # Single addresses alone stay single; beside networks nft joins what touches.
        ranges = _joined(ranges)
    if ranges == [ANYWHERE[of]]:
        return ()
    return tuple(_text(first, last, of) for first, last in ranges)


def span(text: str) -> Range:
    """The first and the last address of an address, a network or a range."""
    if "-" in text:
        first, _minus, last = text.partition("-")
        return int(ipaddress.ip_address(first)), int(ipaddress.ip_address(last))
    network = ipaddress.ip_network(text, strict=False)
    return int(network.network_address), int(network.broadcast_address)


def is_everywhere(text: str) -> bool:
    """Whether this is every address of an IP version."""
    return span(text) == ANYWHERE[version(text)]


def is_nobodys(text: str) -> bool:
    """Whether a peer can connect to none of these addresses."""
    first, last = span(text)
    known = [span(one) for one in NOBODYS if version(one) == version(text)]
    return any(lowest <= first and last <= highest for lowest, highest in known)


def _joined(ranges: Iterable[Range]) -> list[Range]:
    joined: list[Range] = []
    for first, last in ranges:
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _text(first: int, last: int, of: int) -> str:
    make = MAKE[of]
    if first == last:
        return str(make(first))
    parts = list(ipaddress.summarize_address_range(make(first), make(last)))
    return str(parts[0]) if len(parts) == 1 else f"{make(first)}-{make(last)}"


def element(text: str) -> Any:
    """An address, a network or a range as an element of a set, in nft's JSON."""
    if "-" in text:
        return {"range": text.split("-")}
    if "/" in text:
        address, _slash, length = text.partition("/")
        return {"prefix": {"addr": address, "len": int(length)}}
    return text


def of_element(value: Any) -> str:
    """What ``element`` was made from.  Raises ``ValueError`` for what it never makes."""
    if isinstance(value, str) and not value.startswith("@"):
        return value
    if isinstance(value, dict) and "range" in value:
        return "-".join(value["range"])
    if isinstance(value, dict) and "prefix" in value:
        return "{addr}/{len}".format(**value["prefix"])
    raise ValueError(f"no address: {value}")
