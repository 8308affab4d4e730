# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The networks that filters name, found once, so that no listener looks through all filters."""

from __future__ import annotations

from ... import peers
from .filters import network_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator, Mapping

    from ...peers import Network
    from .configuration import Entry
    from .filters import Connection, Filter

OWN = ("127.0.0.1", "::1")
TRUSTED = "login_trusted_networks"


class Nearby:
    """Filters by their networks, in order of creation."""

    __slots__ = ("_anywhere", "_filters", "_local", "_remote")

    def __init__(self, filters: Iterable[Filter]) -> None:
        self._filters = list(filters)
        self._anywhere: list[int] = []
        self._local, self._remote = peers.Prefixes(), peers.Prefixes()
        for number, one in enumerate(self._filters):
            if one.local is not None and one.local.bits:
                self._local.add(one.local, number)
            elif one.remote is not None and one.remote.bits:
                self._remote.add(one.remote, number)
            else:
                self._anywhere.append(number)

    def around(self, local: Network | None, remote: Network | None) -> list[Filter]:
        """The filters for no network, and those of which the first network holds the address.

        The first network is that of ``local``; a filter with both may be for another ``remote``.
        """
        numbers = list(self._anywhere)
        for prefixes, address in ((self._local, local), (self._remote, remote)):
            for alike in prefixes.around(address) if address is not None else ():
                numbers += alike
        return [self._filters[number] for number in sorted(numbers)]


class Networks:
    """What the filters of a configuration say of networks."""

    __slots__ = ("_local", "_nearby", "_peers")

    def __init__(self, filters: Mapping[Filter, Mapping[str, Entry]]) -> None:
        # Names count for no connection before TLS.
        self._nearby = Nearby(one for one in filters if not (one.host or one.local_name))
        local = dict.fromkeys(one.local for one in filters if one.local is not None)
        self._local = _by_family(one for one in local if one.bits and not one.is_unspecified)
        self._peers = _by_family(dict.fromkeys(_peers(filters)))

    def near(self, connection: Connection) -> list[Filter]:
        """The filters that may count for a connection."""
        peer = connection.peer
        return self._nearby.around(connection.local, peer.address if peer is not None else None)

    def local(self, family: object) -> list[Network]:
        """The networks of ``local`` filters in a family: ``ipv4``, ``ipv6`` or ``any``."""
        return self._local[family] if isinstance(family, str) else []

    def peers(self, family: object) -> list[Network]:
        """The networks of peers that settings name, and the host itself, in a family."""
        return self._peers[family] if isinstance(family, str) else []


def _by_family(networks: Iterable[Network]) -> dict[str, list[Network]]:
    found: dict[str, list[Network]] = {"any": list(networks)}
    for version in (4, 6):
        found[f"ipv{version}"] = [one for one in found["any"] if one.version == version]
    return found


def _peers(filters: Mapping[Filter, Mapping[str, Entry]]) -> Iterator[Network]:
    for one, said in filters.items():
        if one.remote is not None and one.remote.bits:
            yield one.remote
        for word in _words(said.get(TRUSTED)):
            network = network_of(word)
            if network is not None and network.bits:
                yield network
    yield from (one for one in map(peers.parse, OWN) if one is not None)


def _words(entry: Entry | None) -> list[str]:
    if entry is None:
        return []
    value = entry.value.replace(",", " ").split() if isinstance(entry.value, str) else []
    return value + [word for word, _value, _setting in entry.words]
