# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the peers of networks see that lists and tables of smtpd name."""

from __future__ import annotations

from ... import peers
from ...values import Undecided, Value, causes, reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Iterator, Sequence

    from ...values import Setting
    from .smtpd import Smtpd, View

# The fields that a network may see otherwise than ordinary peers do.
DIFFERING = ("tls", "auth", "cleartext_auth", "tls_works")
# Beyond this many networks, those that one list names together are looked at through one of them.
NETWORK_LIMIT = 64


class Within(peers.Peer):
    """A peer that stands for a network; ``outer`` stands for the narrowest one around that.

    ``alike`` are those that see the same, because nothing but one list names them.
    """

    network: peers.Network
    outer: Within | None
    alike: bool

    def __new__(cls, network: peers.Network, outer: Within | None, alike: bool) -> Within:
        made = super().__new__(cls, network.first_host())
        made.network, made.outer, made.alike = network, outer, alike
        return made


def views(server: Smtpd) -> list[tuple[Within, View]]:
    """What a peer of every network sees that may see something else; loopback last."""
    found: list[tuple[Within, View]] = []
    shared: View | None = None
    for peer in _within(server):
        view = shared if peer.alike else None
        if view is None:
            view = server.view(peer)
            shared = view if peer.alike else shared
        found.append((peer, view))
    return found


def _within(server: Smtpd) -> list[Within]:
    """Peers for the networks of a server; services that have the same lists share them."""
    networks = frozenset(server.networks())
    server.parameters.assume.budget.spend(len(networks), "networks, for all the services")
    known = server.restrictions.within
    if networks not in known:
        trusted = server.restrictions.mynetworks
        many = len(networks) > NETWORK_LIMIT and trusted.is_plain()
        known[networks] = _peers(networks, set(trusted.networks()) if many else set())
    return known[networks]


def _peers(networks: Iterable[peers.Network], alike: set[peers.Network]) -> list[Within]:
    made: list[Within] = []
    around = peers.Prefixes()
    for network in sorted(
        (one for one in networks if not peers.reaches_ordinary(one)),
        key=lambda one: (peers.is_loopback(one), one.version, one.bits, one.base),
    ):
        # The wider ones came before.
        wider = [number for numbers in around.around(network) for number in numbers]
        outer = max((made[number] for number in wider), key=_bits, default=None)
        around.add(network, len(made))
        made.append(Within(network, outer, network in alike))
    return made


def _bits(peer: Within) -> int:
    return peer.network.bits


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
    # What those see that are shown anything, by their networks.
    seen: dict[peers.Network, View] = {}
    # Many networks share a view.
    known: dict[tuple[int, int], list[tuple[str, Any]]] = {}
    for peer, other in views:
        if peer is deciding or not isinstance(peer, Within):
            continue
        if other.works is False:
            ordinary = deciding.address is None and view.works is True
            if ordinary and _is_hidden(server, peer, deciding):
                found.append((str(peer.network), "usable", False))
            continue
        base = _outer(peer, seen) or view
        seen[peer.network] = other
        pair = id(other), id(base)
        if pair not in known:
            known[pair] = list(_differences(other, base))
        found.extend((str(peer.network), name, theirs) for name, theirs in known[pair])
    why: tuple[Setting, ...] = ()
    if found:
        trusted = server.restrictions.mynetworks.causes
        hidden = any(name == "usable" for _network, name, _value in found)
        words = (reason("STARTTLS is demanded, and not offered there"),) if hidden else ()
        discards = [one for one in server.discard_why if one.place is not None]
        why = causes(words, server.level.why, trusted, discards)
    return Value(tuple(found), why)


def _differences(other: View, base: View) -> Iterator[tuple[str, Any]]:
    for name in DIFFERING:
        theirs, ours = getattr(other, name), getattr(base, name)
        if theirs != ours and not isinstance(theirs, Undecided):
            yield name, theirs


def _is_hidden(server: Smtpd, peer: peers.Peer, deciding: peers.Peer) -> bool:
    """Whether STARTTLS is hidden from the one and not from the other."""
    hidden = server.discards("starttls", peer) is True
    return hidden and server.discards("starttls", deciding) is not True


def _outer(peer: Within, seen: dict[peers.Network, View]) -> View | None:
    """What the narrowest network around this one sees."""
    outer = peer.outer
    while outer is not None:
        if outer.network in seen:
            return seen[outer.network]
        outer = outer.outer
    return None
