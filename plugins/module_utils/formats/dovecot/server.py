# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One endpoint for each address and port on which Dovecot speaks mail.

An ordinary peer decides the fields.  Where it gets nothing done, the first one that does decides
them, and the endpoint requires what that peer has.  What other networks see differently becomes an
exception.
"""

from __future__ import annotations

from ... import peers
from ...endpoint import SERVER, Endpoint
from ...ports import SUBMISSION_PORTS
from ...values import Setting, Undecided, Value, causes, open_part
from . import listeners
from .filters import ROOT, network_of
from .grammar import PROGRAM
from .login import Server, guilty_last, unknown
from .settings import CONTENT, PATH, SETTINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ...endpoint import Reading
    from ...peers import Network
    from ...values import Answer
    from .configuration import Configuration
    from .listeners import Listener
    from .login import View

DIFFERING = ("tls", "auth", "cleartext_auth", "tls_works")
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
    anywhere = Server(configuration, listener, None).view(peers.ORDINARY)
    apart = []
    for address in named:
        view = Server(configuration, listener, address).view(peers.ORDINARY)
        seen = [getattr(view, name) != getattr(anywhere, name) for name in (*DIFFERING, "works")]
        if any(seen) and not _is_kinder(view, anywhere):
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
    server = Server(configuration, listener, local)
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
    fields = {"address": address, "family": family, "port": listener.port}
    views = _views(_kindest(server), local)
    deciding, (network, view) = next(
        ((number, one) for number, one in enumerate(views) if one[1].works is not False),
        (0, views[0]),
    )
    if view.works is False:
        # Where a proxy may come, what it is told is the reason, and not what others are.
        words = next((one.useless for _network, one in views if one.useless), "")
        view = view._replace(useless=words)
    fields.update(_fields(view))
    if view.tls is not None or listener.port.value in SUBMISSION_PORTS:
        # What closes at once shows nothing of itself.
        fields["protocol"] = Value(listener.kind.speaks, listener.head)
    fields["requires"] = _requires(server, deciding, view)
    fields["exceptions"] = _exceptions(deciding, views)
    if view.works is False:
        _unshown(view, fields)
    tags = [] if network is None or view.works is False else [f"trusts:{network}"]
    return Endpoint(identity, SERVER, PROGRAM, name, listener.place, fields, tags)


def _kindest(server: Server) -> Server:
    """The server on the address that treats ordinary peers most kindly."""
    if server.listener.address.value != listeners.ANY or server.local is not None:
        return server
    best = server
    named = _local(server.configuration, server.listener)
    for address in named if len(named) <= LIMIT else ():
        other = Server(server.configuration, server.listener, address)
        if not peers.is_loopback(address) and _is_kinder(
            other.view(peers.ORDINARY), best.view(peers.ORDINARY)
        ):
            best = other
    return best


def _views(server: Server, local: Network | None) -> list[tuple[Network | None, View]]:
    """What peers see: the ordinary one, then one of each network that may see something else."""
    if local is not None and peers.is_loopback(local):
        return [(local, server.view(peers.Peer(local)))]
    networks = _networks(server)
    if len(networks) > LIMIT:
        return [(None, unknown(server, f"more than {LIMIT} networks"))]
    ordinary = server.view(peers.ORDINARY)
    others = [(one, server.view(peers.Peer(one.somebody(networks)))) for one in networks]
    for network, view in others:
        # Beyond the private ranges, who is treated more kindly is an ordinary peer too.
        if peers.reaches_ordinary(network) and _is_kinder(view, ordinary):
            ordinary = view
    return [(None, ordinary), *others]


def _is_kinder(view: View, other: View) -> bool:
    if view.works is False:
        return False
    if other.works is False:
        return True
    return view.cleartext_auth is True and other.cleartext_auth is False


def _networks(server: Server) -> list[Network]:
    """The networks that settings name, and the host itself; loopback last."""
    found = {one for one in server.proxies if _speaks(server.listener, one)}
    if server.listener.haproxy.value is True and not server.tells_of_itself:
        # Whom filters are for is known from what the proxy says, and not from the connection.
        return sorted(found)
    known = server.configuration.networks.peers(server.listener.family.value)
    if len(known) > LIMIT:
        return known
    return sorted(
        found.union(known),
        key=lambda one: (peers.is_loopback(one), one.version, one.bits, one.base),
    )


def _speaks(listener: Listener, network: Network) -> bool:
    return listener.family.value in ("any", f"ipv{network.version}")


def _fields(view: View) -> dict[str, Value]:
    found = {
        "tls": (view.tls, view.tls_why),
        "auth": (view.auth, view.auth_why),
        "cleartext_auth": (view.cleartext_auth, view.auth_why),
        "tls_works": (view.tls_works, _in_words(view.tls_works, view.broken, view.tls_works_why)),
    }
    fields = {name: Value(value, why) for name, (value, why) in found.items() if value is not None}
    if view.lowest is not None and view.tls_works not in (None, False):
        fields["tls_min"] = view.lowest
    fields["usable"] = Value(view.works, _in_words(view.works, view.useless, view.works_why))
    return fields


def _in_words(answer: Answer | None, words: str, why: tuple[Setting, ...]) -> tuple[Setting, ...]:
    """The settings, and before them in words why the answer is no."""
    return (Setting("", "", None, words), *why) if answer is False and words else why


def _requires(server: Server, deciding: int, view: View) -> Value:
    """What a peer has to have."""
    found: list[str] = []
    why: list[Sequence[Setting]] = []
    if view.works is False:
        return Value((), ())
    proxied, proxied_why = server.listener.haproxy
    if proxied is True:
        found.append("proxy-protocol")
        why.append(proxied_why)
    if view.certificate is True:
        found.append("client-certificate")
        why.append(view.certificate_why)
    if deciding:
        found.append("trusted-network")
        why.append(_in_words(False, _closed(server), view.works_why))
    unknown = open_part((proxied, view.certificate))
    return Value(tuple(sorted(found)) if unknown is None else unknown, causes(*why))


def _closed(server: Server) -> str:
    """Why an ordinary peer is served nothing."""
    return server.view(peers.ORDINARY).useless


def _exceptions(deciding: int, views: Sequence[tuple[Network | None, View]]) -> Value:
    """What the peers of other networks see differently, against the narrowest one around them."""
    found: list[tuple[str, str, Any]] = []
    why: list[tuple[bool, tuple[Setting, ...]]] = []
    seen: list[tuple[Network, View]] = []
    for number, (network, view) in enumerate(views):
        if network is None or number == deciding:
            continue
        around = [one for one in seen if one[0].holds(network)]
        base = max(around, key=lambda one: one[0].bits)[1] if around else views[deciding][1]
        seen.append((network, view))
        if view.works is False and base.works is not False:
            found.append((str(network), "usable", False))
            why.append((peers.is_loopback(network), _in_words(False, view.useless, view.works_why)))
            continue
        for name in DIFFERING:
            theirs = getattr(view, name)
            if theirs != getattr(base, name) and not isinstance(theirs, Undecided):
                found.append((str(network), name, theirs))
                why.append((peers.is_loopback(network), view.auth_why))
    # That the host itself is trusted is nobody's setting.
    ours = sorted(why, key=lambda one: not one[0])
    return Value(tuple(found), guilty_last(*(settings for _own, settings in ours)))


def _unshown(view: View, fields: dict[str, Value]) -> None:
    """Where nobody gets anything done, AUTH that is never offered and a mode show nothing."""
    if view.auth is False:
        fields.pop("auth", None)
    if view.tls_works is True and view.tls != "implicit":
        fields.pop("tls", None)
