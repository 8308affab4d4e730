# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where Postfix sends mail: every next hop that the configuration names.

Of the classes of addresses only those that leave through smtp(8) or lmtp(8) are next hops; what a
table that is not known would say is kept by its name.

Source: trivial-rewrite(8) (which of relayhost, transport_maps and their sender-dependent relatives
counts), transport(5), cleanup(8) and local(8) of Postfix.
"""

from __future__ import annotations

from ...endpoint import causes
from . import lookups
from .macros import MARK
from .parameters import PROGRAM, split_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, NamedTuple

    from ...assume import Assumptions
    from ...endpoint import Setting
    from ...place import Place
    from ...source import Source
    from .configuration import Configuration
    from .lookup_tables import Entry, Table
    from .parameters import Parameters
else:
    from ...tuples import NamedTuple

# Parameters of one ``transport:nexthop`` for mail that stays with the host's own users.
LOCAL = ("local_transport", "mailbox_transport", "fallback_transport", "virtual_transport")
NOTHING = "dunno"
# More next hops of one table than anybody reads about; what is left out is said.
LIMIT = 1000


class Route(NamedTuple):
    """A next hop.

    ``transport`` is the service of master.cf, ``nexthop`` what it is given: empty for the
    recipient's domain, which is ``domain`` where the table names one.  In either, ``MARK`` stands
    for what ``names`` decide.
    """

    name: str
    transport: str
    nexthop: str
    domain: str
    names: tuple[str, ...]
    causes: tuple[Setting, ...]

    @property
    def place(self) -> Place | None:
        """Where a file names the next hop."""
        return next((one.place for one in reversed(self.causes) if one.place is not None), None)


class Routes:
    """All next hops of one instance, and the tables that could name more."""

    def __init__(self, configuration: Configuration, source: Source) -> None:
        self._configuration = configuration
        self._source = source
        self._parameters = _rewrite(configuration)
        self.unknown: list[tuple[str, Place | None]] = []
        self.found: list[Route] = []
        for routes in (
            self._default(),
            self._relay(),
            self._tables(),
            self._filters(),
            self._local(),
        ):
            self.found.extend(routes)

    def _transport(self, name: str) -> Route:
        """A parameter that holds ``transport:nexthop``."""
        text, why = self._parameters.pieces(name)
        transport, _colon, nexthop = text.partition(":")
        return Route(name, transport, nexthop, "", self._parameters.names(name), why)

    def _with_relayhost(self, route: Route) -> Route:
        """The route as mail takes it that no table redirects: an own next hop, or the relayhost."""
        if route.nexthop:
            return route
        relayhost, why = self._parameters.pieces("relayhost")
        if not relayhost:
            return route
        names = route.names + self._parameters.names("relayhost")
        return route._replace(nexthop=relayhost, names=names, causes=causes(route.causes, why))

    def _default(self) -> Iterator[Route]:
        own = self._transport("default_transport")
        route = self._with_relayhost(own)
        if own.nexthop:
            yield from _each(own, self._parameters.assume)
        elif route.nexthop:
            yield from _each(route._replace(name="relayhost"), self._parameters.assume)
        else:
            yield route._replace(name="mx-delivery")

    def _relay(self) -> Iterator[Route]:
        """Mail for relay_domains takes a service of its own."""
        domains, _why = self._parameters.pieces("relay_domains")
        if domains:
            yield from _each(
                self._with_relayhost(self._transport("relay_transport")), self._parameters.assume
            )

    def _tables(self) -> Iterator[Route]:
        default = self._transport("default_transport")
        for entry in self._entries("sender_dependent_relayhost_maps"):
            # A transport's own next hop beats every relayhost.
            if _said(entry) and not default.nexthop:
                route = _named("sender_dependent_relayhost", entry, default.transport)
                yield from _each(
                    route._replace(names=default.names + route.names), self._parameters.assume
                )
        for entry in self._entries("sender_dependent_default_transport_maps"):
            if _said(entry):
                route = _parted("sender_dependent_default_transport", entry)
                if route.nexthop != default.nexthop or route.transport != default.transport:
                    yield from _each(self._with_relayhost(route), self._parameters.assume)
        for entry in self._entries("transport_maps"):
            route = _parted("transport", entry)
            if not route.transport and route.nexthop:
                route = route._replace(transport=default.transport)
            if route.transport:
                yield from _each(route._replace(domain=_domain(entry)), self._parameters.assume)

    def _filters(self) -> Iterator[Route]:
        route = self._transport("content_filter")
        if route.transport:
            yield route
        master = self._configuration.master
        for service in master.services if master is not None else ():
            if not any(one.entry and one.entry.name == "content_filter" for one in service.options):
                continue
            parameters = self._configuration.parameters("trivial-rewrite", service)
            text, why = parameters.pieces("content_filter")
            transport, _colon, nexthop = text.partition(":")
            name = "content_filter/{}".format(service.column("name", parameters.assume))
            if transport:
                names = parameters.names("content_filter")
                yield Route(name, transport, nexthop, "", names, why)

    def _local(self) -> Iterator[Route]:
        for name in LOCAL:
            if name == "virtual_transport":
                domains, _why = self._parameters.pieces("virtual_mailbox_domains")
                if not domains:
                    continue
            route = self._transport(name)
            if route.transport and (route.nexthop or name != "local_transport"):
                yield route

    def _entries(self, name: str) -> Iterator[Entry]:
        """The entries of a parameter's tables, one for each next hop that they name."""
        known: set[str] = set()
        for table in self._opened(name):
            for entry in table.entries:
                said = entry.value if isinstance(entry.value, str) else None
                # "smtp:" alone is another next hop for each domain.
                if said is not None and said.partition(":")[2] and said.lower() in known:
                    continue
                if len(known) >= LIMIT:
                    more = f"{table.spec} (more than {LIMIT} next hops)"
                    self.unknown.append((more, entry.setting.place))
                    return
                known.add(said.lower() if said else str(len(known)))
                yield entry

    def _opened(self, name: str) -> Iterator[Table]:
        main = self._configuration.main
        beside = main.text.path if main is not None else ""
        for table in lookups.opened(name, self._parameters, self._source, beside):
            if table.unknown is not None:
                _words, why = self._parameters.pieces(name)
                place = next((one.place for one in why if one.place is not None), None)
                self.unknown.extend((one, place) for one in table.unknown.depends_on)
            yield table


def _rewrite(configuration: Configuration) -> Parameters:
    """The parameters of trivial-rewrite(8), which decides where mail goes."""
    master = configuration.master
    for service in master.services if master is not None else ():
        if service.column("command", configuration.assume) == "trivial-rewrite":
            return configuration.parameters("trivial-rewrite", service)
    return configuration.parameters("trivial-rewrite")


def _said(entry: Entry) -> bool:
    """Whether the entry redirects mail: ``DUNNO`` and nothing at all leave it as it is."""
    return not isinstance(entry.value, str) or entry.value.lower() not in ("", NOTHING)


def _text(value: object) -> str:
    return value if isinstance(value, str) else MARK


def _names(entry: Entry) -> tuple[str, ...]:
    return () if isinstance(entry.value, str) else entry.value.depends_on


def _named(table: str, entry: Entry, transport: str) -> Route:
    name = f"{table}/{_key(entry)}"
    return Route(name, transport, _text(entry.value), "", _names(entry), (entry.setting,))


def _parted(table: str, entry: Entry) -> Route:
    transport, _colon, nexthop = _text(entry.value).partition(":")
    return _named(table, entry, transport)._replace(nexthop=nexthop)


def _key(entry: Entry) -> str:
    """The key as the endpoint's name shows it."""
    if isinstance(entry.key, str):
        return entry.key or "*"
    return " ".join(f"{{{name}}}" for name in entry.key.depends_on)


def _domain(entry: Entry) -> str:
    """The one domain that the key is for; empty where it may be for several."""
    if not isinstance(entry.key, str) or entry.pattern:
        return ""
    domain = entry.key.rpartition("@")[2]
    return "" if domain in ("", "*") or domain.startswith(".") else domain


def _each(route: Route, assume: Assumptions) -> Iterator[Route]:
    """The next hops of a list: since 3.5 they are tried one after the other."""
    hops = split_list(route.nexthop)
    if len(hops) < 2 or not assume.since(PROGRAM, "3.5"):
        yield route
        return
    for hop in hops:
        yield route._replace(name="{}/{}".format(route.name, hop.replace(MARK, "?")), nexthop=hop)
