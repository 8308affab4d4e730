# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Postfix listens on: one endpoint for each address and port that smtpd or postscreen serves.

Each is looked at by an ordinary peer and by one of each network that lists and tables name.
"""

from __future__ import annotations

from ... import peers
from ...endpoint import SERVER, SHIPPED, Endpoint
from ...shapes.server import DIFFERING, Server, closed, fields, wider_first
from ...text.values import Undecided, Value, causes, reason
from . import listeners, remarks, strays
from .routes import INSIDE
from .shown import service_setting
from .smtpd import Smtpd
from .written import PROGRAM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Sequence

    from ...endpoint import Reading
    from ...peers import Network
    from ...shapes.server import View, Why
    from ...source import Source
    from .configuration import Configuration
    from .listeners import Listener

# The tag of a server that relays for everybody.
OPEN_RELAY = "open-relay"
# Beyond this many networks, those that one list names together are looked at through one of them.
NETWORK_LIMIT = 64
HIDDEN = "STARTTLS is demanded, and not offered there"
# What a peer decides, and so the smtpd behind a listener.
DECIDED_BY_PEER = (
    "protocol", "tls", "auth", "cleartext_auth", "usable", "tls_works", "requires", "tls_min",
    "exceptions",
)  # fmt: skip


def add(configuration: Configuration, source: Source, reading: Reading) -> None:
    """Add the server endpoints, and the remarks about settings of servers."""
    if configuration.master is None and configuration.main is not None:
        place = configuration.main.text.place(0, 0)
        reading.opaque.append((configuration.missing_master, place))
    elif configuration.master is not None:
        for line in configuration.master.unknown:
            names = line.hole_names(0, len(line.string))
            reading.opaque.append((names[0], line.place()))
        for line in configuration.master.additions[:1]:
            reading.opaque.append(("the master.cf that this is added to", line.place()))
    taken: set[str] = set()
    bound = listeners.listeners(configuration, reading)
    endpoints = [_endpoint(configuration, listener, source, taken) for listener in bound]
    _neighbours(endpoints)
    reading.endpoints.extend(endpoints)
    reading.remarks.extend(strays.remarks(configuration, list(zip(bound, endpoints))))
    remarks.add(configuration, reading)


def _endpoint(
    configuration: Configuration, listener: Listener, source: Source, taken: set[str]
) -> Endpoint:
    place = listener.service.place()
    head: Why = (service_setting(listener.service),)
    where = {"address": listener.address, "family": listener.family, "port": listener.port}
    if configuration.stock and configuration.main is not None:
        place = configuration.main.text.place(0, 0)
        head = _stock(head)
        where = {name: Value(value, _stock(why)) for name, (value, why) in where.items()}
    identity = f"{PROGRAM}:{listener.name}{listener.suffix}"
    while identity in taken:
        identity += "+"
    taken.add(identity)
    known = identity, SERVER, PROGRAM, listener.name, place
    server = _behind(configuration, listener, source, head)
    if isinstance(server, Undecided):
        return Endpoint(*known, {**where, **dict.fromkeys(DECIDED_BY_PEER, Value(server, head))})
    protocol = Value("smtp", head)
    if not isinstance(server, Smtpd):
        return Endpoint(*known, fields(Server([(None, closed(server))], protocol, **where)))
    bound = _loopback(listener.address.value)
    views = _views(server, bound)
    ordinary = views[0][1]
    tags = [*_named(server), *_taken(ordinary)]
    relaying = server.relays(ordinary) if "auth-optional" in tags and bound is None else None
    if configuration.stock:
        tags.append(SHIPPED)
    made = Endpoint(*known, fields(Server(views, protocol, server.proxy, **where)), tags)
    if relaying is not None and _delivers_elsewhere(configuration):
        made.tags |= {OPEN_RELAY}
        made.causes[OPEN_RELAY] = relaying
    return made


def _neighbours(endpoints: Sequence[Endpoint]) -> None:
    """Beside a listener for any address, one for loopback is what the host itself meets there."""
    inner: dict[Any, list[tuple[Network, Endpoint]]] = {}
    for endpoint in endpoints:
        network = _loopback(endpoint.address)
        if network is not None and endpoint.usable is not False:
            inner.setdefault(endpoint.port, []).append((network, endpoint))
    for endpoint in endpoints:
        if endpoint.address != "" or endpoint.exceptions is None:
            continue
        for network, other in inner.get(endpoint.port, ()):
            found = [
                (str(network), name, getattr(other, name))
                for name in DIFFERING
                if getattr(other, name) != getattr(endpoint, name)
                and name not in (*other.undecided, *endpoint.undecided)
            ]
            if found:
                endpoint.exceptions += tuple(found)
                why = endpoint.causes.get("exceptions", ()), other.causes.get("tls", ())
                endpoint.causes["exceptions"] = causes(*why)


def _stock(settings: Why) -> Why:
    """Settings of the master.cf that Postfix ships stand in no file of the unit."""
    return tuple(
        one._replace(place=None, text=f"{one.text} (the master.cf that Postfix ships)")
        if one.place is not None and one.place.path.startswith("master.cf beside ")
        else one
        for one in settings
    )


def _behind(
    configuration: Configuration, listener: Listener, source: Source, head: Why
) -> Smtpd | Why | Undecided:
    """The smtpd behind a service, the reason why there is none, or the open question."""
    fatal = configuration.fatal()
    if fatal:
        return _stock(fatal[0])
    service, proxy = listener.service, None
    if listener.program == "postscreen":
        from . import postscreen

        front = postscreen.read(configuration, service)
        if front.failures:
            return front.failures[0].shown("postscreen")
        if front.unknown is not None:
            return front.unknown
        if front.service is None:
            missing = reason("postscreen has no smtpd of type pass behind it")
            return causes((missing,), front.why, head)
        service, proxy = front.service, front.proxy
    server = Smtpd(configuration, service, source, head, listener.port.value)
    server.proxy = proxy or server.proxy
    return server.failures[0].shown("smtpd") if server.failures else server


def _views(server: Smtpd, bound: Network | None) -> list[tuple[Network | None, View]]:
    """What peers see: the host itself where a loopback address is ``bound``, else anybody."""
    if bound is not None:
        return [(bound, server.view(peers.Peer(bound)))]
    ordinary = server.view(peers.ORDINARY)
    found: list[tuple[Network | None, View]] = [(None, ordinary)]
    seen: dict[object, View] = {}
    for network, alike in _networks(server):
        peer = peers.Peer(network.first_host())
        kind = "alike" if alike else server.kind(peer)
        if kind not in seen:
            seen[kind] = _of_network(server, peer, ordinary)
        found.append((network, seen[kind]))
    if all(view.usable.value is False for _network, view in found):
        # Failing all, who comes by a name that tables list.
        found.append((None, server.view(peers.LISTED)))
    return found


def _of_network(server: Smtpd, peer: peers.Peer, ordinary: View) -> View:
    """What a peer sees.

    One that gets nothing done is turned away, unless that is because STARTTLS is hidden from it.
    """
    view = server.view(peer)
    if view.usable.value is not False:
        return view
    hidden = ordinary.usable.value is True and server.discards("starttls", peer) is True
    if hidden and server.discards("starttls", peers.ORDINARY) is not True:
        return view._replace(useless=HIDDEN, usable=Value(False, view.why))
    return view._replace(turned_away=True)


def _networks(server: Smtpd) -> list[tuple[Network, bool]]:
    """The networks of a server, and whether they see the same because one list alone names them.

    Services that have the same lists share them.
    """
    networks = frozenset(server.networks())
    server.parameters.assume.budget.spend(len(networks), "networks, for all the services")
    known = server.restrictions.checks.within
    if networks not in known:
        trusted = server.restrictions.checks.mynetworks
        many = len(networks) > NETWORK_LIMIT and trusted.is_plain()
        alike = set(trusted.networks()) if many else ()
        # Beyond the private ranges a network holds ordinary peers.
        apart = wider_first(one for one in networks if not peers.reaches_ordinary(one))
        known[networks] = [(one, one in alike) for one in apart]
    return known[networks]


def _delivers_elsewhere(configuration: Configuration) -> bool:
    """Whether mail for the domains of others leaves the host at all."""
    transport, _why = configuration.parameters("trivial-rewrite").pieces("default_transport")
    return transport.partition(":")[0] not in INSIDE


def _loopback(address: object) -> Network | None:
    """The loopback address that is bound; ``None`` where the listener is for others too."""
    network = peers.parse(address) if isinstance(address, str) else None
    return network if network is not None and peers.is_loopback(network) else None


def _taken(view: View) -> Iterator[str]:
    """Whether ordinary peers hand over mail without a login."""
    taken = view.open.value if view.usable.value is not False else False
    if taken is not False:
        yield "auth-optional" if taken is True else "auth-optional-undecided"


def _named(server: Smtpd) -> Iterator[str]:
    """The name under which a client of the same run may dial it, where a file says it."""
    if server.parameters.is_set("myhostname"):
        name = server.parameters.value("myhostname").value
        if isinstance(name, str):
            yield "host:" + name.lower()
