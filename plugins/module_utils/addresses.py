# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Addresses and host names as configurations write them, and what kind of address each is.

What an address is says ``peers``, the one reader of addresses and networks.  It is loaded where it
is asked alone: nearly every configuration names a host, and whether that is a name, or 127.0.0.1,
its characters tell.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable

    from .peers import Network

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
        from . import peers

        network = peers.parse(text)
        return network is not None and peers.is_loopback(network)
    return text.startswith("127.") and is_ipv4(text)


def is_private(name: str) -> bool:
    """Whether an address is loopback or in a private range.

    A name is not: what it resolves to is not in the files.
    """
    text = bare(name)
    if not is_address(text):
        return False
    from . import peers

    network = peers.parse(text)
    return network is not None and peers.is_private(network)


def in_networks(name: str, networks: Iterable[str]) -> bool:
    """Whether an address lies in one of the networks; a name never does."""
    text = bare(name)
    return is_address(text) and "/" not in text and is_within(text, networks)


def is_within(network: str, networks: Iterable[str]) -> bool:
    """Whether a network lies in one of the networks; what is no network never does."""
    from .peers import parse

    inner = parse(network)
    return inner is not None and any(_declared(one).holds(inner) for one in networks)


def _declared(text: str) -> Network:
    """A network, or an address, as a policy may declare it: all that ``policy.check`` lets pass."""
    from .peers import Network, parse

    network = parse(text if "/" in text else bare(text))
    if network is None:
        # With a mask, or a zone: 10.0.0.0/255.0.0.0.
        import ipaddress

        other = ipaddress.ip_network(text, strict=False)
        network = Network(other.version, int(other.network_address), other.prefixlen)
    return network


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
