# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Postfix listens on: one endpoint for each address and port that smtpd or postscreen serves.

An ordinary peer decides the fields.  Where it gets nothing done, the first one that does decides
them, and the endpoint requires what that peer has.  What other networks see differently becomes an
exception.
"""

from __future__ import annotations

from ... import peers
from ...endpoint import SERVER, Endpoint
from ...ports import IMPLICIT_PORTS, SUBMISSION_PORTS
from ...values import Setting, Undecided, Value, causes, open_part, reason
from . import listeners, networks, remarks, strays
from .routes import INSIDE
from .shown import service_setting
from .smtpd import Smtpd
from .written import PROGRAM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ...endpoint import Reading
    from ...place import Place
    from ...source import Source
    from . import postscreen
    from .configuration import Configuration
    from .listeners import Listener
    from .smtpd import View

# The tag of a server that relays for everybody.
OPEN_RELAY = "open-relay"
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
    else:
        for line in configuration.master.unknown if configuration.master else ():
            names = line.hole_names(0, len(line.string))
            reading.opaque.append((names[0], line.place()))
        for line in configuration.master.additions[:1] if configuration.master else ():
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
    place = _place(configuration, listener)
    identity = f"{PROGRAM}:{listener.name}{listener.suffix}"
    while identity in taken:
        identity += "+"
    taken.add(identity)
    fields = {
        "address": listener.address,
        "family": listener.family,
        "port": listener.port,
    }
    if configuration.stock:
        fields = {name: Value(value.value, _stock(value.causes)) for name, value in fields.items()}
    tags: list[str] = []
    fields.update(_judged(configuration, listener, source, tags))
    relaying = fields.pop(OPEN_RELAY, None)
    if relaying is not None:
        tags.append(OPEN_RELAY)
    made = Endpoint(identity, SERVER, PROGRAM, listener.name, place, fields, tags)
    if relaying is not None:
        made.causes[OPEN_RELAY] = relaying.causes
    return made


def _neighbours(endpoints: Sequence[Endpoint]) -> None:
    """Beside a listener for any address, one for loopback is what the host itself meets there."""
    inner: dict[Any, list[tuple[peers.Network, Endpoint]]] = {}
    for endpoint in endpoints:
        network = peers.parse(endpoint.address) if endpoint.address else None
        if network is not None and peers.is_loopback(network) and endpoint.usable is not False:
            inner.setdefault(endpoint.port, []).append((network, endpoint))
    for endpoint in endpoints:
        if endpoint.address != "" or endpoint.exceptions is None:
            continue
        for network, other in inner.get(endpoint.port, ()):
            found = [
                (str(network), name, getattr(other, name))
                for name in networks.DIFFERING
                if getattr(other, name) != getattr(endpoint, name)
                and name not in (*other.undecided, *endpoint.undecided)
            ]
            if found:
                endpoint.exceptions += tuple(found)
                mine, theirs = endpoint.causes.get("exceptions", ()), other.causes.get("tls", ())
                endpoint.causes["exceptions"] = causes(mine, theirs)


def _stock(settings: Sequence[Setting]) -> tuple[Setting, ...]:
    """Settings of the master.cf that Postfix ships stand in no file of the unit."""
    return tuple(
        one._replace(place=None, text=f"{one.text} (the master.cf that Postfix ships)")
        if one.place is not None and one.place.path.startswith("master.cf beside ")
        else one
        for one in settings
    )


def _place(configuration: Configuration, listener: Listener) -> Place:
    if configuration.stock and configuration.main is not None:
        return configuration.main.text.place(0, 0)
    return listener.service.place()


def _judged(
    configuration: Configuration, listener: Listener, source: Source, tags: list[str]
) -> dict[str, Value]:
    """The fields that a peer decides, and ``OPEN_RELAY`` where mail is relayed for strangers."""
    head: tuple[Setting, ...] = (service_setting(listener.service),)
    if configuration.stock:
        head = _stock(head)
    fatal = configuration.fatal()
    if fatal:
        return _dead(listener, _stock(fatal[0]), head)
    front: postscreen.Postscreen | None = None
    service = listener.service
    if listener.program == "postscreen":
        from . import postscreen

        front = postscreen.read(configuration, service)
        if front.failures:
            return _dead(listener, front.failures[0].shown(listener.program), head)
        if front.service is None and front.unknown is not None:
            return {name: Value(front.unknown, head) for name in DECIDED_BY_PEER}
        if front.service is None:
            missing = reason("postscreen has no smtpd of type pass behind it")
            return _dead(listener, causes((missing,), front.why, head), head)
        service = front.service
    server = Smtpd(configuration, service, source)
    if server.failures:
        return _dead(listener, server.failures[0].shown("smtpd"), head)
    fields = _alive(server, front, listener, head, tags)
    if "auth-optional" in tags and _loopback(listener) is None:
        why = server.relays(server.view(peers.ORDINARY))
        if why is not None and _delivers_elsewhere(configuration):
            fields[OPEN_RELAY] = Value(True, why)
    return fields


def _delivers_elsewhere(configuration: Configuration) -> bool:
    """Whether mail for the domains of others leaves the host at all."""
    transport, _why = configuration.parameters("trivial-rewrite").pieces("default_transport")
    return transport.partition(":")[0] not in INSIDE


def _dead(
    listener: Listener, why: tuple[Setting, ...], head: tuple[Setting, ...]
) -> dict[str, Value]:
    fields: dict[str, Value] = {
        "usable": Value(False, why or head),
        "requires": Value((), ()),
        "exceptions": Value((), ()),
    }
    if listener.port.value in SUBMISSION_PORTS:
        fields["protocol"] = Value("submission", listener.port.causes)
    return fields


def _alive(
    server: Smtpd,
    front: postscreen.Postscreen | None,
    listener: Listener,
    head: tuple[Setting, ...],
    tags: list[str],
) -> dict[str, Value]:
    bound = _loopback(listener)
    first = peers.ORDINARY if bound is None else peers.Peer(bound)
    views = [(first, server.view(first))]
    if bound is None:
        views.extend(networks.views(server))
    deciding, view = _deciding(server, views, bound is None)
    fields = _fields(server, view, head, listener)
    _requirements(server, front, deciding, view, listener, fields)
    fields["exceptions"] = networks.exceptions(server, deciding, view, views)
    if view.works is False:
        _unshown(view, fields)
    _protocol(view, listener, fields, head)
    _tag(views[0][1], fields, tags)
    _name(server, tags)
    return fields


def _deciding(
    server: Smtpd, views: Sequence[tuple[peers.Peer, View]], strangers: bool
) -> tuple[peers.Peer, View]:
    """The first who gets anything done; failing all, who comes by a name that tables list."""
    found = next((one for one in views if one[1].works is not False), None)
    if found is None and strangers:
        view = server.view(peers.LISTED)
        found = (peers.LISTED, view) if view.works is not False else None
    return found or views[0]


def _loopback(listener: Listener) -> peers.Network | None:
    """The loopback address that is bound; ``None`` where the listener is for others too."""
    address = listener.address.value
    network = peers.parse(address) if isinstance(address, str) else None
    return network if network is not None and peers.is_loopback(network) else None


def _fields(
    server: Smtpd, view: View, head: tuple[Setting, ...], listener: Listener
) -> dict[str, Value]:
    level, login = server.level, server.sasl
    fields: dict[str, Value] = {}
    tls_why = _tls_why(server, view)
    if listener.port.value in IMPLICIT_PORTS and level.wrapper is not True:
        # What is amiss there is the wrapper, which the service has to say.
        tls_why = _last(tls_why, _named(level.wrapper_why) or head)
    auth_why = causes(login.why)
    if server.discards("auth", peers.ORDINARY) is not False:
        auth_why = causes(auth_why, server.discard_why)
    cleartext_why = causes(level.why, login.why, _named(login.why_mechanisms), server.auth_only_why)
    if server.enforced is True:
        cleartext_why = causes(login.why, level.why)
    elif not _named(server.auth_only_why):
        # Where an -o of the service says the level, that line is the one to edit; wrappermode=no
        # is not, for it takes nothing away.
        said = [one for one in level.why if one not in level.wrapper_why]
        cleartext_why = _last(cleartext_why, _own(said, head))
    values = {
        "tls": (view.tls, tls_why),
        "auth": (view.auth, auth_why),
        "cleartext_auth": (view.cleartext_auth, cleartext_why),
        "tls_works": (view.tls_works, _works_why(server, view)),
    }
    for name, (value, why) in values.items():
        if value is not None:
            fields[name] = Value(value, why or head)
    if view.tls_works is not None and view.tls_works is not False:
        lowest = server.versions.lowest
        if lowest is not None:
            fields["tls_min"] = Value(lowest, server.versions.why)
    fields["usable"] = Value(view.works, _usable_why(server, view) or head)
    return fields


def _tls_why(server: Smtpd, view: View) -> tuple[Setting, ...]:
    why = server.level.why
    if view.tls == "starttls-required" and server.enforced is not True:
        late = server.auth_only_why if server.sasl.enabled is not False else ()
        why = causes(why, late, view.refusing)
    if server.discards("starttls", peers.ORDINARY) is not False:
        why = causes(why, server.discard_why)
    return why


def _works_why(server: Smtpd, view: View) -> tuple[Setting, ...]:
    words = (reason(server.without_tls()),) if view.tls_works is False else ()
    return causes(words, server.level.why, _tls_works_why(server))


def _own(settings: Sequence[Setting], head: Sequence[Setting]) -> tuple[Setting, ...]:
    """Those of the settings that stand where the service does."""
    paths = {one.place.path for one in head if one.place is not None}
    return tuple(one for one in settings if one.place is not None and one.place.path in paths)


def _last(settings: Sequence[Setting], guilty: Sequence[Setting]) -> tuple[Setting, ...]:
    return (*(one for one in settings if one not in guilty), *guilty)


def _named(why: Sequence[Setting]) -> tuple[Setting, ...]:
    return tuple(setting for setting in why if setting.place is not None)


def _usable_why(server: Smtpd, view: View) -> tuple[Setting, ...]:
    """The settings that decide whether anything gets done, the one to be edited last."""
    if view.works is True:
        return ()
    words = (reason(view.reason),) if view.reason else ()
    broken = server.certificate.works is False or server.versions.lowest is None
    if broken and True in (server.enforced, server.level.wrapper):
        # Without TLS nothing else is ever asked for.
        return causes(words, server.level.why, _tls_works_why(server))
    hidden = server.discard_why if server.discards("starttls", peers.ORDINARY) is True else ()
    refusing = [one for one in view.refusing if one not in view.stopping]
    why = causes(words, server.level.why, server.certificate.why, server.sasl.why, hidden)
    return causes(why, refusing, view.stopping)


def _tls_works_why(server: Smtpd) -> tuple[Setting, ...]:
    if server.certificate.works is not False and server.versions.lowest is None:
        return server.versions.why
    return server.certificate.why


def _requirements(
    server: Smtpd,
    front: postscreen.Postscreen | None,
    deciding: peers.Peer,
    view: View,
    listener: Listener,
    fields: dict[str, Value],
) -> None:
    """What a peer has to have."""
    found: list[str] = []
    why: list[Sequence[Setting]] = []
    proxy, proxy_why = (front.proxy, front.proxy_why) if front else (server.proxy, server.proxy_why)
    if proxy is True:
        found.append("proxy-protocol")
        why.append(proxy_why)
    if view.certificate is True:
        found.append("client-certificate")
        why.append(causes(server.require_why if server.require_certificate else server.ask_why))
    special = deciding.listed or (deciding.address is not None and _loopback(listener) is None)
    if special and view.works is not False:
        found.append("trusted-network")
        why.append(causes(view.refusing, server.restrictions.mynetworks.causes))
    unknown = open_part((proxy, view.certificate))
    value = tuple(sorted(found)) if unknown is None else unknown
    fields["requires"] = Value(value, causes(*why))


def _protocol(
    view: View, listener: Listener, fields: dict[str, Value], head: tuple[Setting, ...]
) -> None:
    """Submission by port, or because only who has logged in can have mail relayed or delivered."""
    port = listener.port.value
    if port in SUBMISSION_PORTS:
        fields["protocol"] = Value("submission", listener.port.causes)
        return
    if "tls" not in fields:
        return
    if isinstance(port, Undecided):
        fields["protocol"] = Value(port, listener.port.causes)
        return
    asks = view.auth
    if asks is None or asks is False or view.open is True:
        fields["protocol"] = Value("smtp", head)
        return
    unknown = open_part((asks, view.open))
    fields["protocol"] = Value(
        "submission" if unknown is None else unknown, causes(fields["auth"].causes, view.refusing)
    )


def _unshown(view: View, fields: dict[str, Value]) -> None:
    """Where nobody gets anything done, AUTH that is never offered and a mode show nothing."""
    if view.auth is False:
        fields.pop("auth", None)
    if view.tls_works is True and view.tls != "implicit":
        fields.pop("tls", None)


def _name(server: Smtpd, tags: list[str]) -> None:
    """The name under which a client of the same run may dial it, where a file says it."""
    if server.parameters.is_set("myhostname"):
        name = server.parameters.value("myhostname").value
        if isinstance(name, str):
            tags.append("host:" + name.lower())


def _tag(view: View, fields: dict[str, Value], tags: list[str]) -> None:
    """Whether ordinary peers hand over mail without a login."""
    if view.works is False:
        return
    if isinstance(view.open, Undecided):
        tags.append("auth-optional-undecided")
    elif view.open:
        tags.append("auth-optional")
