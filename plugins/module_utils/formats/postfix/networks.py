# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the peers of networks see that lists and tables of smtpd name."""

from __future__ import annotations

from ... import peers
from ...endpoint import Value, causes, reason
from ...text import Undecided

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ...endpoint import Setting
    from .smtpd import Smtpd, View

# The fields that a network may see otherwise than ordinary peers do.
DIFFERING = ("tls", "auth", "cleartext_auth", "tls_works")
# Beyond this many networks, those that one list names together are looked at through one of them.
NETWORK_LIMIT = 64


def views(server: Smtpd) -> list[tuple[peers.Peer, View]]:
    """What a peer of every network sees that may see something else; loopback last."""
    networks = sorted(
        (one for one in server.networks() if not peers.reaches_ordinary(one)),
        key=lambda one: (peers.is_loopback(one), one.version, one.bits, one.base),
    )
    trusted = server.restrictions.mynetworks
    alike = set(trusted.networks()) if len(networks) > NETWORK_LIMIT and trusted.is_plain() else ()
    found: list[tuple[peers.Peer, View]] = []
    shared: View | None = None
    for network in networks:
        peer = _Within(network.first_host(), network)
        view = shared if network in alike else None
        if view is None:
            view = server.view(peer)
            shared = view if network in alike else shared
        found.append((peer, view))
    return found


class _Within(peers.Peer):
    """A peer that stands for a network."""

    network: peers.Network

    def __new__(cls, address: peers.Network, network: peers.Network) -> _Within:
        made = super().__new__(cls, address)
        made.network = network
        return made


def exceptions(
    server: Smtpd,
    deciding: peers.Peer,
    view: View,
    views: Sequence[tuple[peers.Peer, View]],
) -> Value:
    """What the peers of other networks see differently.

    A peer that is turned away is shown nothing.  One from which STARTTLS is hidden, so that it gets
    nothing done, finds the port of no use.
    """
    found: list[tuple[str, str, Any]] = []
    # Networks by the number of their bits: what holds another one is looked up, not searched.
    seen: dict[tuple[int, int], dict[int, View]] = {}
    for peer, other in views:
        if peer is deciding or not isinstance(peer, _Within):
            continue
        network = peer.network
        if other.works is False:
            ordinary = deciding.address is None and view.works is True
            if ordinary and _is_hidden(server, peer, deciding):
                found.append((str(network), "usable", False))
            continue
        base = _outer(network, seen) or view
        shift = network.width - network.bits
        seen.setdefault((network.version, network.bits), {})[network.base >> shift] = other
        for name in DIFFERING:
            theirs, ours = getattr(other, name), getattr(base, name)
            if theirs != ours and not isinstance(theirs, Undecided):
                found.append((str(network), name, theirs))
    why: tuple[Setting, ...] = ()
    if found:
        trusted = server.restrictions.mynetworks.causes
        hidden = any(name == "usable" for _network, name, _value in found)
        words = (reason("STARTTLS is demanded, and not offered there"),) if hidden else ()
        discards = [one for one in server.discard_why if one.place is not None]
        why = causes(words, server.level.why, trusted, discards)
    return Value(tuple(found), why)


def _is_hidden(server: Smtpd, peer: peers.Peer, deciding: peers.Peer) -> bool:
    """Whether STARTTLS is hidden from the one and not from the other."""
    hidden = server.discards("starttls", peer) is True
    return hidden and server.discards("starttls", deciding) is not True


def _outer(network: peers.Network, seen: dict[tuple[int, int], dict[int, View]]) -> View | None:
    """What the narrowest network that holds this one sees."""
    for bits in range(network.bits, -1, -1):
        known = seen.get((network.version, bits))
        if known is not None:
            view = known.get(network.base >> (network.width - bits))
            if view is not None:
                return view
    return None
