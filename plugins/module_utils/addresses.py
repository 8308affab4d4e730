# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Addresses and host names as configurations write them, and what kind of address each is.

Loopback and private ranges are told by their first digits: importing ``ipaddress`` costs more than
a whole lint of a small file and is needed only where a policy declares networks.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable

LOCAL_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")


def bare(name: str) -> str:
    """A host or address without brackets, zone, trailing dot and capitals."""
    text = name.strip().lower()
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    if text.startswith("ipv6:"):
        text = text[5:]
    if ":" in text:
        text = text.split("%")[0]
        if text.startswith("::ffff:") and "." in text:
            text = text[7:]
    return text[:-1] if text.endswith(".") else text


def is_ipv4(text: str) -> bool:
    """Whether a text is an IPv4 address in four decimal parts."""
    parts = text.split(".")
    return len(parts) == 4 and all(
        part.isdigit() and part.isascii() and len(part) < 4 and int(part) < 256 for part in parts
    )


def is_address(text: str) -> bool:
    """Whether a bare text is an address and no name."""
    return ":" in text or is_ipv4(text)


def is_loopback(name: str) -> bool:
    """Whether a host name or address never leaves the host (RFC 1122 3.2.1.3, RFC 6761 6.3)."""
    text = bare(name)
    if text in LOCAL_NAMES or text.endswith(".localhost"):
        return True
    if ":" in text:
        return text.replace("0", "").strip(":") == "1" and text.endswith("1")
    return text.startswith("127.") and is_ipv4(text)


def is_private(name: str) -> bool:
    """Whether an address is loopback or in a private range.

    RFC 1918, RFC 3927, RFC 4193 and RFC 4291 section 2.5.6.  A name is not: what it resolves to is
    not in the files.
    """
    text = bare(name)
    if is_loopback(text):
        return is_address(text)
    if ":" in text:
        head = text.split(":")[0]
        return len(head) == 4 and head.startswith(("fc", "fd", "fe8", "fe9", "fea", "feb"))
    if not is_ipv4(text):
        return False
    first, second = (int(part) for part in text.split(".")[:2])
    return (
        first == 10
        or (first == 172 and 16 <= second <= 31)
        or (first, second) in ((192, 168), (169, 254))
    )


def in_networks(name: str, networks: Iterable[str]) -> bool:
    """Whether an address lies in one of the networks; a name never does."""
    text = bare(name)
    wanted = list(networks)
    if not wanted or not is_address(text):
        return False
    import ipaddress

    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    # A network of the other family simply does not hold it.
    return any(address in ipaddress.ip_network(network, strict=False) for network in wanted)


def is_within(network: str, networks: Iterable[str]) -> bool:
    """Whether a network lies in one of the networks; what is no network never does."""
    wanted = list(networks)
    if not wanted:
        return False
    import ipaddress

    try:
        inner = ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
    outer = [ipaddress.ip_network(one, strict=False) for one in wanted]
    return any(
        inner.version == one.version
        and int(one.network_address) <= int(inner.network_address)
        and int(inner.broadcast_address) <= int(one.broadcast_address)
        for one in outer
    )


def host_matches(host: str, patterns: Iterable[str]) -> bool:
    """Whether a host name is one of the patterns; ``*.example.org`` is every name below."""
    text = bare(host)
    for pattern in patterns:
        wanted = bare(pattern)
        if wanted.startswith("*."):
            if text.endswith(wanted[1:]) and len(text) > len(wanted) - 1:
                return True
        elif "*" in wanted:
            from fnmatch import fnmatchcase

            if fnmatchcase(text, wanted):
                return True
        elif text == wanted:
            return True
    return False
