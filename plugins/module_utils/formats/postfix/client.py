# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Postfix delivers to: one client endpoint for each next hop.

Delivery to the servers of others is one endpoint too (tag ``mx-delivery``): it stands for all
domains that no table names.  What another master.cf than the one that Postfix ships would add to
its clients is not guessed: main.cf speaks for them.
"""

from __future__ import annotations

from ...endpoint import CLIENT, Endpoint
from ...text.values import Setting, Value, causes
from .client_connection import Connection
from .destinations import parse, shown
from .macros import MARK
from .parameters import split_list
from .remarks import deprecated, lost
from .routes import INSIDE, Route, Routes
from .shown import dead, service_setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from ...endpoint import Reading, Remark
    from ...source import Source
    from ...text.place import Place
    from .configuration import Configuration
    from .destinations import Destination
    from .lookup_tables import Table
    from .parameters import Parameters
    from .services import Service
    from .syntax import Main

MX = "mx-delivery"
# Programs of master.cf that are clients, and services that every master.cf has of them.
CLIENTS = ("smtp", "lmtp")
SHIPPED = {"smtp": "smtp", "relay": "smtp", "lmtp": "lmtp"}


def add(configuration: Configuration, source: Source, reading: Reading) -> None:
    """Add the client endpoints of one instance, and what is to say about their settings."""
    main = configuration.main
    if main is None:
        master = configuration.master
        for service in master.services[:1] if master is not None else ():
            reading.opaque.append((configuration.missing, service.place()))
        return
    clients = _Clients(configuration, main, source)
    reading.endpoints.extend(clients.endpoints)
    reading.remarks.extend(clients.remarks())
    for name, place in clients.routes.unknown:
        reading.clients.append((name, place or clients.anywhere()))


class _Service:
    """A client service of master.cf: its program, its parameters, its tables."""

    def __init__(
        self, program: str, service: Service | None, configuration: Configuration, source: Source
    ) -> None:
        main = configuration.main
        self.program = program
        self.service = service
        self.beside = main.text.path if main is not None else ""
        self.parameters: Parameters = configuration.parameters(program, service)
        self.parameters.check()
        # Without the master nothing is ever delivered.
        self.fatal = configuration.fatal()
        self.policies = self._tables("policy_maps", source)
        self.per_site = self._tables("per_site", source)

    def _tables(self, name: str, source: Source) -> list[Table]:
        parameter = f"{self.program}_tls_{name}"
        if not self.parameters.words(parameter, braces=True).value:
            return []
        from . import lookups

        return lookups.opened(parameter, self.parameters, source, self.beside)

    @property
    def own(self) -> tuple[Setting, ...]:
        """The service's head line, where a file has it."""
        return () if self.service is None else (service_setting(self.service),)


class _Clients:
    """The endpoints of one instance."""

    def __init__(self, configuration: Configuration, main: Main, source: Source) -> None:
        self._configuration = configuration
        self._main = main
        self._source = source
        self._services: dict[str, _Service | None] = {}
        self._entries: dict[str, Service] | None = None
        self.routes = Routes(configuration, source)
        self.destinations: list[Destination] = []
        self.endpoints: list[Endpoint] = []
        # How mail goes by the endpoints that others were compared with, of which there may be many.
        self._ways: set[tuple[Any, ...]] = set()
        self._compared = 0
        self._taken: dict[str, Endpoint] = {}
        for route in self._all():
            endpoint = self._endpoint(route)
            if endpoint is not None and not self._repeats(route, endpoint):
                self._add(endpoint)

    def _add(self, endpoint: Endpoint) -> None:
        """Add an endpoint; of those with one name the different ones are counted."""
        while endpoint.id in self._taken:
            if _same(self._taken[endpoint.id], endpoint):
                return
            endpoint.id += "+"
        self._taken[endpoint.id] = endpoint
        self.endpoints.append(endpoint)

    def _all(self) -> Iterator[Route]:
        yield from self.routes.found
        yield from self._by_policy()
        first = next((one for one in self.routes.found if self._client(one.transport)), None)
        if first is None:
            return
        client = self._client(first.transport)
        if client is None or client.program != "smtp":
            return
        text, why = client.parameters.pieces("smtp_fallback_relay")
        names = client.parameters.names("smtp_fallback_relay")
        hops = split_list(text)
        for hop in hops:
            name = "fallback_relay" if len(hops) == 1 else f"fallback_relay/{shown(hop)}"
            yield Route(name, first.transport, hop, "", names, why)

    def _by_policy(self) -> Iterator[Route]:
        """Domains of others that a policy names: one next hop for all that have the same policy."""
        direct = next((one for one in self.routes.found if one.name == MX), None)
        client = self._client(direct.transport) if direct is not None else None
        if direct is None or client is None or not client.policies:
            return
        from .client_policies import is_domain

        known = set()
        answered = set()
        for table in client.policies:
            for entry in table.entries:
                policy = " ".join(str(entry.value).lower().split())
                domain = str(entry.key)
                # What an earlier table answers is not asked of the next.
                if is_domain(entry) and domain.lower() not in answered and policy not in known:
                    known.add(policy)
                    name = f"{MX}/{domain}"
                    why = causes(direct.causes, (entry.setting,))
                    yield direct._replace(name=name, domain=domain, causes=why)
                answered.add(domain.lower())

    def _repeats(self, route: Route, endpoint: Endpoint) -> bool:
        """Whether relayed mail goes where other mail goes, in the same way."""
        if not route.name.startswith(("relay_transport", MX + "/")):
            return False
        for other in self.endpoints[self._compared :]:
            self._ways.add(_way(other))
        self._compared = len(self.endpoints)
        return _way(endpoint) in self._ways

    def _client(self, transport: str) -> _Service | None:
        """The client behind a transport; ``None`` where it is none or is not known."""
        if transport not in self._services:
            self._services[transport] = self._find(transport)
        return self._services[transport]

    def _find(self, transport: str) -> _Service | None:
        configuration, assume = self._configuration, self._configuration.assume
        if configuration.master is None:
            program = SHIPPED.get(transport)
            return _Service(program, None, configuration, self._source) if program else None
        found = self._entry(transport)
        if found is None:
            return None
        program_name = found.column("command", assume)
        if program_name not in CLIENTS:
            return None
        service = None if configuration.stock else found
        return _Service(str(program_name), service, configuration, self._source)

    def _entry(self, transport: str) -> Service | None:
        """The service of that name: the last one counts."""
        if self._entries is None:
            self._entries = {}
            configuration, assume = self._configuration, self._configuration.assume
            master = configuration.master
            for service in master.services if master is not None else ():
                name = service.column("name", assume)
                if isinstance(name, str) and service.column("type", assume) == "unix":
                    self._entries[name] = service
        return self._entries.get(transport)

    def _endpoint(self, route: Route) -> Endpoint | None:
        client = self._client(route.transport)
        if client is None:
            return self._without_client(route)
        parameters = client.parameters
        default, why = parameters.pieces(client.program + "_tcp_port")
        nexthop = route.nexthop
        if nexthop:
            destination = parse(nexthop, default, parameters, client.program == "lmtp")
        else:
            # The servers of others: whom the recipient's domain names.
            spelled, host = route.domain, "" if route.name.startswith(MX) else route.domain
            destination = parse("x", default, parameters)._replace(
                spelled=spelled, host=host, lookup=True
            )
        self.destinations.append(destination)
        # What a content filter gets does not ask where to go.
        filtered = route.name.startswith("content_filter")
        fatal = client.fatal if filtered else [*client.fatal, *self.routes.failures]
        connection = Connection(client, route, destination, self._source, why, fatal)
        tags = (MX,) if not nexthop else ()
        place = route.place or self._place_of(client)
        name = f"postfix:{route.name}"
        return Endpoint(name, CLIENT, "postfix", route.name, place, connection.fields(), tags)

    def _without_client(self, route: Route) -> Endpoint | None:
        """A transport without a service delivers nothing; with another program it is no client."""
        master = self._configuration.master
        transport = route.transport
        if MARK in transport:
            self.routes.unknown.extend((name, route.place) for name in route.names)
            return None
        if transport in INSIDE or self._entry(transport) is not None or route.place is None:
            return None
        if master is None or self._configuration.stock:
            # The shipped one cannot be meant where main.cf names a service that it lacks.
            self.routes.unknown.append((self._configuration.missing_master, route.place))
            return None
        if master.unknown:
            for line in master.unknown:
                names = line.hole_names(0, len(line.string))
                self.routes.unknown.extend((name, line.place()) for name in names)
            return None
        host = shown(route.nexthop.replace(MARK, "?"))
        missing = dead(f"master.cf has no service {transport}", route.causes)
        fields = {"host": Value(host, route.causes), "usable": missing}
        name = f"postfix:{route.name}"
        return Endpoint(name, CLIENT, "postfix", route.name, route.place, fields)

    def _place_of(self, client: _Service) -> Place:
        return self.anywhere() if client.service is None else client.service.place()

    def anywhere(self) -> Place:
        """Where main.cf begins: for what no line says."""
        return self._main.text.place(0)

    def remarks(self) -> list[Remark]:
        """What is to say about the clients' settings."""
        services = [one for one in self._services.values() if one is not None]
        sure = not self.routes.unknown
        found: list[Remark] = []
        found.extend(lost(self.routes.tables))
        for service in services:
            found.extend(lost([*service.policies, *service.per_site]))
            found.extend(deprecated(service.parameters, service.program))
            if sure and service.policies:
                from .client_policies import unmatched

                found.extend(unmatched(service.policies, self.destinations))
        return list(dict.fromkeys(found))


def _same(one: Endpoint, other: Endpoint) -> bool:
    return _way(one) == _way(other)


def _way(endpoint: Endpoint) -> tuple[Any, ...]:
    """What an endpoint is on the wire, as far as it is known."""
    return (*endpoint.values(), *sorted(endpoint.undecided.items()))
