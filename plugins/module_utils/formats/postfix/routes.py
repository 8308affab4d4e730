# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where Postfix sends mail: every next hop that the configuration names.

Of the classes of addresses only those that leave through smtp(8) or lmtp(8) are next hops; what a
table that is not known would say is kept by its name.

Source: trivial-rewrite(8) (which of relayhost, transport_maps and their sender-dependent relatives
counts), transport(5), cleanup(8) and local(8) of Postfix.
"""

from __future__ import annotations

from ...text.values import causes, reason
from .destinations import shown
from .macros import MARK
from .parameters import split_list
from .written import PROGRAM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, NamedTuple

    from ...source import Source
    from ...text.assume import Assumptions
    from ...text.place import Place
    from ...text.values import Setting
    from .configuration import Configuration
    from .lookup_tables import Table
    from .parameters import Parameters
else:
    from ...tuples import NamedTuple

# Parameters of one ``transport:nexthop`` for mail that stays with the host's own users.
LOCAL = ("local_transport", "mailbox_transport", "fallback_transport", "virtual_transport")
# Services that every master.cf has and that are no clients.
INSIDE = frozenset({"local", "virtual", "error", "retry", "discard"})
# Tables that name next hops.
MAPS = (
    "sender_dependent_relayhost_maps",
    "sender_dependent_default_transport_maps",
    "transport_maps",
)


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
        self.parameters = _rewrite(configuration)
        self.unknown: list[tuple[str, Place | None]] = []
        # The tables that were asked.
        self.tables: list[Table] = []
        # Why no mail is routed at all, each with the settings behind it.
        self.failures: list[tuple[Setting, ...]] = []
        self.found: list[Route] = []
        for routes in (
            self._default(),
            self._relay(),
            self._tables(),
            self._filters(),
            self._local(),
        ):
            self.found.extend(routes)

    def fail(self, message: str, setting: Setting) -> None:
        """Note why all mail is deferred that asks where to go."""
        self.failures.append((reason(f"all mail is deferred: {message}"), setting))

    def transport(self, name: str) -> Route:
        """A parameter that holds ``transport:nexthop``."""
        text, why = self.parameters.pieces(name)
        transport, _colon, nexthop = text.partition(":")
        return Route(name, transport, nexthop, "", self.parameters.names(name), why)

    def with_relayhost(self, route: Route) -> Route:
        """The route as mail takes it that no table redirects: an own next hop, or the relayhost."""
        if route.nexthop:
            return route
        relayhost, why = self.parameters.pieces("relayhost")
        if not relayhost:
            return route
        names = route.names + self.parameters.names("relayhost")
        return route._replace(nexthop=relayhost, names=names, causes=causes(route.causes, why))

    def _default(self) -> Iterator[Route]:
        own = self.transport("default_transport")
        route = self.with_relayhost(own)
        if own.nexthop:
            yield from each(own, self.parameters.assume)
        elif route.nexthop:
            yield from each(route._replace(name="relayhost"), self.parameters.assume)
        else:
            yield route._replace(name="mx-delivery")

    def _relay(self) -> Iterator[Route]:
        """Mail for relay_domains takes a service of its own."""
        domains, _why = self.parameters.pieces("relay_domains")
        if domains:
            yield from each(
                self.with_relayhost(self.transport("relay_transport")), self.parameters.assume
            )

    def _tables(self) -> Iterator[Route]:
        if any(self.parameters.pieces(name).value for name in MAPS):
            from . import route_tables

            main = self._configuration.main
            beside = main.text.path if main is not None else ""
            yield from route_tables.found(self, self._source, beside)

    def _filters(self) -> Iterator[Route]:
        route = self.transport("content_filter")
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
                domains, _why = self.parameters.pieces("virtual_mailbox_domains")
                if not domains:
                    continue
            route = self.transport(name)
            if route.transport and (route.nexthop or name != "local_transport"):
                yield route


def _rewrite(configuration: Configuration) -> Parameters:
    """The parameters of trivial-rewrite(8), which decides where mail goes."""
    master = configuration.master
    for service in master.services if master is not None else ():
        if service.column("command", configuration.assume) == "trivial-rewrite":
            return configuration.parameters("trivial-rewrite", service)
    return configuration.parameters("trivial-rewrite")


def each(route: Route, assume: Assumptions) -> Iterator[Route]:
    """The next hops of a list: since 3.5 they are tried one after the other."""
    hops = split_list(route.nexthop)
    if len(hops) < 2 or not assume.since(PROGRAM, "3.5"):
        yield route
        return
    for hop in hops:
        name = "{}/{}".format(route.name, shown(hop.replace(MARK, "?")))
        yield route._replace(name=name, nexthop=hop)
