# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""``protocol``, ``local``, ``local_name`` and ``remote``: for whom settings count, and which wins.

2.3 goes by how specific a filter is, and its login process dies where two that are not one within
the other set the same thing.  In 2.4 the filter that was opened last wins; what stands in a
``service`` goes before all others.

Source: config-filter.c of Dovecot 2.3.19; config-parser.c (config_parser_filter_cmp) of 2.4.1.
"""

from __future__ import annotations

from ... import peers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple, Sequence

    from ...peers import Network, Peer
else:
    from ...tuples import NamedTuple


class Filter(NamedTuple):
    """What has to hold for the settings within; empty or ``None`` for what does not matter."""

    protocol: str = ""
    local_name: str = ""
    local: Network | None = None
    remote: Network | None = None
    # A host name that is nobody's to look up here.
    host: str = ""
    service: str = ""
    # ``ssl_server`` and its like of 2.4.
    named: str = ""


ROOT = Filter()


class Connection(NamedTuple):
    """What a login process looks settings up for.

    Without a peer it is the process itself, before anybody has connected.  ``local`` is the
    server's address where that is known.
    """

    protocol: str
    service: str
    peer: Peer | None = None
    local: Network | None = None
    named: str = ""


def narrowed(outer: Filter, key: str, name: str) -> Filter | None:
    """The filter within another one; ``None`` where the section is none."""
    if key == "protocol":
        return outer._replace(protocol="sieve" if name == "managesieve" else name)
    if key == "local_name":
        return outer._replace(local_name=name)
    if key in ("local", "remote"):
        network = network_of(name)
        if network is None:
            return outer._replace(host=name)
        return outer._replace(local=network) if key == "local" else outer._replace(remote=network)
    return None


def misplaced(outer: Filter, key: str, name: str, modern: bool) -> str:
    """Why a filter may not stand within another one; empty where it may."""
    around = [
        one
        for one, there in (
            ("remote", _bits(outer.remote) > 0),
            ("protocol", bool(outer.protocol)),
            ("local_name", bool(outer.local_name)),
        )
        if there
    ]
    refused = {
        "protocol": ("protocol",),
        "local": ("remote", "protocol", "local_name"),
        "local_name": ("remote", "protocol"),
        "remote": ("protocol",),
    }
    first = next((one for one in around if one in refused.get(key, ())), "")
    if first:
        return f"{key} may not stand within {first}"
    if key == "local_name" and modern and " " in name:
        return "local_name takes one name in 2.4"
    network = network_of(name) if key in ("local", "remote") else None
    wider = outer.local if key == "local" else outer.remote
    if network is not None and wider is not None and wider.bits and not wider.holds(network):
        return f"{key} {name} does not lie within the {key} around it"
    return ""


def is_for_some(one: Filter) -> bool:
    """Whether it counts for some addresses or names of the server alone."""
    return bool(_bits(one.local) or _bits(one.remote) or one.local_name or one.host)


def network_of(text: str) -> Network | None:
    """A network, an address, or the one name that is known everywhere."""
    return peers.parse("127.0.0.1" if text == "localhost" else text)


def fits(one: Filter, connection: Connection) -> bool:
    """Whether the settings of the filter count for the connection.

    Names of the server (SNI) are never known before TLS.
    """
    if one.host or one.local_name:
        return False
    if one.protocol and not _is_protocol(one.protocol, connection.protocol):
        return False
    if one.service and one.service != connection.service:
        return False
    if one.named and one.named != connection.named:
        return False
    if one.remote is not None and one.remote.bits:
        peer = connection.peer
        # Who is not named is in no network at all.
        if peer is None or not peer.is_in(one.remote, kindly=False):
            return False
    if one.local is not None and one.local.bits:
        return connection.local is not None and one.local.holds(connection.local)
    return True


def covers(outer: Filter, inner: Filter) -> bool:
    """Whether the settings of one filter count wherever those of the other do."""
    if outer.protocol and not (inner.protocol and _is_protocol(outer.protocol, inner.protocol)):
        return False
    if outer.local_name and outer.local_name.lower() != inner.local_name.lower():
        return False
    if outer.host and outer.host != inner.host:
        return False
    return _holds(outer.remote, inner.remote) and _holds(outer.local, inner.local)


def _holds(outer: Network | None, inner: Network | None) -> bool:
    return outer is None or not outer.bits or (inner is not None and outer.holds(inner))


def _is_protocol(wanted: str, have: str) -> bool:
    return wanted[1:] != have if wanted.startswith("!") else wanted == have


def ordered(found: Sequence[Filter], modern: bool) -> list[Filter]:
    """The filters that fit, the one that wins first.  ``found`` is in order of creation."""
    if modern:
        # What stands in no filter was there first.
        later = found[::-1]
        return sorted(later, key=lambda one: (-bool(one.service), -bool(one.named)))
    return sorted(
        found,
        key=lambda one: (-_bits(one.local), -_bits(one.remote), -bool(one.protocol)),
    )


def conflicting(outer: Filter, inner: Filter) -> bool:
    """Whether 2.3 refuses both filters to set the same thing: neither is within the other."""
    return (
        _bits(outer.local) > _bits(inner.local)
        or _bits(outer.remote) > _bits(inner.remote)
        or bool(outer.protocol and not inner.protocol)
    )


def _bits(network: Network | None) -> int:
    """Dovecot takes a network of everybody for none."""
    return network.bits if network is not None else 0
