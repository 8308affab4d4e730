# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The next hops that tables name: ``transport_maps`` and its sender-dependent relatives.

Loaded where a configuration names such a table.

Source: trivial-rewrite(8), transport(5) of Postfix.
"""

from __future__ import annotations

from . import lookups
from .destinations import shown
from .macros import MARK
from .routes import Route, each

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ...source import Source
    from .entries import Entry
    from .lookup_tables import Table
    from .routes import Routes

NOTHING = "dunno"
# More next hops of one table than anybody reads about; what is left out is said.
LIMIT = 1000


def found(routes: Routes, source: Source, beside: str) -> Iterator[Route]:
    """The next hops that tables name; what is not known of them is noted in the routes."""
    assume = routes.parameters.assume
    default = routes.transport("default_transport")
    for entry in _entries("sender_dependent_relayhost_maps", routes, source, beside):
        # A transport's own next hop beats every relayhost.
        if _said(entry) and not default.nexthop:
            route = _named("sender_dependent_relayhost", entry, default.transport)
            yield from each(route._replace(names=default.names + route.names), assume)
    for entry in _entries("sender_dependent_default_transport_maps", routes, source, beside):
        if _said(entry):
            route = _parted("sender_dependent_default_transport", entry)
            if route.nexthop != default.nexthop or route.transport != default.transport:
                yield from each(routes.with_relayhost(route), assume)
    for entry in _entries("transport_maps", routes, source, beside):
        route = _parted("transport", entry)
        if not route.transport and route.nexthop:
            route = route._replace(transport=default.transport)
        if route.transport:
            yield from each(route._replace(domain=_domain(entry)), assume)


def _entries(name: str, routes: Routes, source: Source, beside: str) -> Iterator[Entry]:
    """The entries of a parameter's tables, one for each next hop that they name."""
    known: set[str] = set()
    answered: set[str] = set()
    for table in _opened(name, routes, source, beside):
        for entry in table.entries:
            if _is_answered(entry, answered):
                continue
            said = entry.value if isinstance(entry.value, str) else None
            # "smtp:" alone is another next hop for each domain.
            if said is not None and said.partition(":")[2] and said.lower() in known:
                continue
            if len(known) >= LIMIT:
                more = f"{table.spec} (more than {LIMIT} next hops)"
                routes.unknown.append((more, entry.setting.place))
                return
            known.add(said.lower() if said else str(len(known)))
            yield entry


def _is_answered(entry: Entry, answered: set[str]) -> bool:
    """Whether an entry before it answers for all that it is asked for; notes what this one does."""
    if not isinstance(entry.key, str):
        return False
    key = entry.key if entry.pattern else entry.key.lower()
    if key in answered:
        return True
    if not entry.within:
        answered.add(key)
    return False


def _opened(name: str, routes: Routes, source: Source, beside: str) -> Iterator[Table]:
    for table in lookups.opened(name, routes.parameters, source, beside):
        routes.tables.append(table)
        if table.fault is not None:
            routes.fail(f"{name}: {table.fault.fault}", table.fault.setting)
        if table.unknown is not None:
            _words, why = routes.parameters.pieces(name)
            place = next((one.place for one in why if one.place is not None), None)
            routes.unknown.extend((one, place) for one in table.unknown.depends_on)
        yield table


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
    """The key as the endpoint's name shows it; a next hop in its place may hold a password."""
    if isinstance(entry.key, str):
        hop = ":" in entry.key.rpartition("@")[0]
        return (shown(entry.key) if hop else entry.key) or "*"
    return " ".join(f"{{{name}}}" for name in entry.key.depends_on)


def _domain(entry: Entry) -> str:
    """The one domain that the key is for; empty where it may be for several."""
    if not isinstance(entry.key, str) or entry.pattern:
        return ""
    domain = entry.key.rpartition("@")[2]
    return "" if domain in ("", "*") or domain.startswith(".") else domain
