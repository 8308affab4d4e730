# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One endpoint for each address and port on which Dovecot speaks mail.

Each is looked at by an ordinary peer and by those whom the settings name.
"""

from __future__ import annotations

from ... import peers
from ...endpoint import SERVER, Endpoint
from ...shapes.server import (
    DIFFERING,
    Server,
    deciding,
    fields,
    in_words,
    is_kinder,
    wider_first,
)
from ...text.values import Undecided, Value
from . import listeners
from .filters import ROOT, network_of
from .grammar import PROGRAM
from .login import Login, guilty_last, unknown
from .settings import CONTENT, PATH, SETTINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...endpoint import Reading
    from ...peers import Network
    from ...shapes.server import View
    from .configuration import Configuration
    from .listeners import Listener

# Beyond this many networks or addresses nothing is said of them; nobody has as many.
LIMIT = 100


def add(configuration: Configuration, reading: Reading) -> None:
    """Add the server endpoints."""
    _unresolved(configuration, reading)
    taken: set[str] = set()
    for listener in listeners.listeners(configuration, reading):
        for address in _addresses(configuration, listener, reading):
            endpoint = _endpoint(configuration, listener, address)
            while endpoint.id in taken:
                endpoint.id += "+"
            taken.add(endpoint.id)
            reading.endpoints.append(endpoint)


def _unresolved(configuration: Configuration, reading: Reading) -> None:
    """Filters with the name of a host, whose addresses Dovecot looks up when it starts.

    That it has a certificate of its own there changes nothing that counts here.
    """
    usual = configuration.filters[ROOT]
    for one, said in configuration.filters.items():
        for name, entry in said.items() if one.host else ():
            place = entry.setting.place
            known = SETTINGS[name].kind in (CONTENT, PATH) and name in usual
            if place is not None and not known:
                reading.opaque.append((f"the address of {one.host}", place))
                break


def _addresses(
    configuration: Configuration, listener: Listener, reading: Reading
) -> list[Network | None]:
    """The address that is bound; of any also those on which a ``local`` filter takes something.

    Where it gives something, whoever comes by that address is an ordinary peer of the others.
    """
    bound = listener.address.value
    if isinstance(bound, Undecided):
        return [None]
    if bound:
        return [network_of(bound)]
    named = _local(configuration, listener)
    if len(named) > LIMIT:
        reading.opaque.append((f"more than {LIMIT} local addresses", listener.place))
        return [None]
    anywhere = Login(configuration, listener, None).view(peers.ORDINARY)
    apart = []
    for address in named:
        view = Login(configuration, listener, address).view(peers.ORDINARY)
        names = (*DIFFERING, "usable")
        seen = [getattr(view, name).value != getattr(anywhere, name).value for name in names]
        if any(seen) and not is_kinder(view, anywhere):
            apart.append(address)
    return [None, *apart]


def _local(configuration: Configuration, listener: Listener) -> list[Network]:
    """The addresses of ``local`` filters that the listener answers on; of a range one of them."""
    ranges = configuration.networks.local(listener.family.value)
    if len(ranges) > LIMIT:
        return ranges
    served = [one for one in ranges if one.single or not peers.is_loopback(one)]
    return list(dict.fromkeys(one.somebody(ranges) for one in served))


def _endpoint(configuration: Configuration, listener: Listener, local: Network | None) -> Endpoint:
    server = Login(configuration, listener, local)
    name = f"{listener.service}/{listener.name}"
    identity = f"{PROGRAM}:{name}{listener.suffix}"
    address, family = listener.address, listener.family
    if local is not None and address.value == listeners.ANY:
        shown = str(local).partition("/")[0]
        address, family = (
            address._replace(value=shown),
            family._replace(value=f"ipv{local.version}"),
        )
        identity += f"@{shown}"
    views = _views(_kindest(server), local)
    protocol = Value(listener.kind.speaks, listener.head)
    number, view = deciding(views)
    network = views[number][0]
    useless = view.usable.value is False
    found = fields(Server(views, protocol, listener.haproxy, address, family, listener.port))
    exceptions = found["exceptions"]
    found["exceptions"] = exceptions._replace(causes=guilty_last(exceptions.causes))
    tags = [] if network is None or useless else [f"trusts:{network}"]
    return Endpoint(identity, SERVER, PROGRAM, name, listener.place, found, tags)


def _kindest(server: Login) -> Login:
    """The server on the address that treats ordinary peers most kindly."""
    if server.listener.address.value != listeners.ANY or server.local is not None:
        return server
    best = server
    named = _local(server.configuration, server.listener)
    for address in named if len(named) <= LIMIT else ():
        other = Login(server.configuration, server.listener, address)
        if not peers.is_loopback(address) and is_kinder(
            other.view(peers.ORDINARY), best.view(peers.ORDINARY)
        ):
            best = other
    return best


def _views(server: Login, local: Network | None) -> list[tuple[Network | None, View]]:
    """What peers see: the ordinary one, then one of each network that may see something else."""
    if local is not None and peers.is_loopback(local):
        return [(local, server.view(peers.Peer(local)))]
    networks = _networks(server)
    if len(networks) > LIMIT:
        return [(None, unknown(server, f"more than {LIMIT} networks"))]
    ordinary = server.view(peers.ORDINARY)
    found: list[tuple[Network | None, View]] = [(None, ordinary)]
    for network in networks:
        view = server.view(peers.Peer(network.somebody(networks)))
        # What lets this one in is told beside the reason for which others are not.
        trusts = in_words(Value(False, view.usable.causes), ordinary.useless).causes
        found.append((network, view._replace(trusts=trusts)))
    return found


def _networks(server: Login) -> list[Network]:
    """The networks that settings name, and the host itself; loopback last."""
    found = {one for one in server.proxies if _speaks(server.listener, one)}
    if server.listener.haproxy.value is True and not server.tells_of_itself:
        # Whom filters are for is known from what the proxy says, and not from the connection.
        return sorted(found)
    known = server.configuration.networks.peers(server.listener.family.value)
    if len(known) > LIMIT:
        return known
    return wider_first(found.union(known))


def _speaks(listener: Listener, network: Network) -> bool:
    return listener.family.value in ("any", f"ipv{network.version}")
