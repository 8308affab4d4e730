# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An exposure as rules of our own in nft's expressions, and read back from them.

One rule for each group of ports that have families, addresses and sources in common.  Everything
is written as nft lists it, so that a rule that is there equals the one that is planned.
"""

from __future__ import annotations

from . import networks
from .exposure import RELAY, Door, Exposure
from .ruleset import FAMILIES, FAMILY, TABLE, canonical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List, NamedTuple

    from .ruleset import Expression, Ruleset

    # What a listing is made of: a table, a chain or a rule.
    Object = Dict[str, Any]
    # The ports at each address; the empty one is every address.
    ByAddress = Dict[str, List[int]]
else:
    from ..tuples import NamedTuple

INPUT, OUTPUT = "input", "output"
IN_TABLE = {"family": FAMILY, "table": TABLE}
# After the chains that filter: what they drop, count or log, they still do.
BASE = {"type": "filter", "prio": 10, "policy": "accept"}
BOTH = frozenset((4, 6))
# A packet that opens a connection: of these flags SYN alone.  What is connected stays connected.
OPENING = {
    "match": {
        "op": "==",
        "left": {
            "&": [{"payload": {"protocol": "tcp", "field": "flags"}}, ["fin", "syn", "rst", "ack"]]
        },
        "right": "syn",
    }
}
LOOPBACK = {"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": "lo"}}
TO_LOOPBACK = {"match": {"op": "==", "left": {"meta": {"key": "oifname"}}, "right": "lo"}}
# Programs of the host itself hear at once that they may not.
REFUSE = {"reject": {"type": "tcp reset"}}


class Accept(NamedTuple):
    """One accepting rule."""

    versions: frozenset[int]
    addresses: tuple[str, ...]
    sources: tuple[str, ...]
    ports: tuple[int, ...]


def accepts(doors: Iterable[Door], versions: frozenset[int]) -> list[Accept]:
    """The rules that accept these doors in a chain that sees these IP versions."""
    made = [
        Accept(frozenset((version,)), addresses, sources, ports)
        for (version, sources), by_address in sorted(_grouped(doors, versions).items())
        for ports, alike in sorted(_by_ports(by_address).items())
        for addresses in _sets(alike)
    ]
    return _merged(made) if versions == BOTH else made


def _grouped(
    doors: Iterable[Door], versions: frozenset[int]
) -> dict[tuple[int, tuple[str, ...]], ByAddress]:
    """The doors by IP version and sources; a port that is open at every address needs no other."""
    grouped: dict[tuple[int, tuple[str, ...]], ByAddress] = {}
    for door in sorted(doors):
        if door.version in versions:
            group = grouped.setdefault((door.version, door.sources), {})
            if door.port not in group.get("", ()):
                group.setdefault(door.address, []).append(door.port)
    return grouped


def _by_ports(by_address: ByAddress) -> dict[tuple[int, ...], list[str]]:
    """The addresses that have the same ports open."""
    alike: dict[tuple[int, ...], list[str]] = {}
    for address, ports in by_address.items():
        alike.setdefault(tuple(ports), []).append(address)
    return alike


def _sets(addresses: list[str]) -> list[tuple[str, ...]]:
    """The addresses of each rule: none for every address, and one set for the others."""
    named = tuple(one for one in addresses if one)
    return [()] * ("" in addresses) + [named] * bool(named)


def _merged(made: list[Accept]) -> list[Accept]:
    """One rule for the ports that both IP versions have open to every peer at every address."""
    plain = {one.versions: one for one in made if not one.addresses and not one.sources}
    four, six = plain.get(frozenset((4,))), plain.get(frozenset((6,)))
    shared = set(four.ports) & set(six.ports) if four and six else set()
    if not shared:
        return made
    rest = []
    for one in made:
        if one in (four, six):
            one = one._replace(ports=tuple(port for port in one.ports if port not in shared))
        if one.ports:
            rest.append(one)
    return [Accept(BOTH, (), (), tuple(sorted(shared))), *rest]


def expression(rule: Accept, family: str) -> list[Expression]:
    """The rule for a chain of a family."""
    made: list[Expression] = []
    protocol = "ip" if rule.versions == {4} else "ip6"
    for field, texts in (("saddr", rule.sources), ("daddr", rule.addresses)):
        if texts:
            left = {"payload": {"protocol": protocol, "field": field}}
            made.append(_match(left, [networks.element(one) for one in texts]))
    if not made and FAMILIES[family] != rule.versions:
        name = "ipv4" if rule.versions == {4} else "ipv6"
        made.append(_match({"meta": {"key": "nfproto"}}, [name]))
    return [*made, _ports(rule.ports), {"accept": None}]


def _match(left: Any, values: list[Any]) -> Expression:
    right = values[0] if len(values) == 1 else {"set": values}
    return canonical({"match": {"op": "==", "left": left, "right": right}})  # type: ignore[no-any-return]


def _ports(ports: Iterable[int]) -> Expression:
    return _match({"payload": {"protocol": "tcp", "field": "dport"}}, sorted(ports))


def table(exposure: Exposure) -> list[Object]:
    """Our own table, as nft lists it, chains before rules; nothing where nothing is closed."""
    chains = {INPUT: _input(exposure), OUTPUT: _output(exposure)}
    filled = {name: rules for name, rules in chains.items() if rules}
    if not filled:
        return []
    made: list[Object] = [{"table": {"family": FAMILY, "name": TABLE}}]
    made += [{"chain": {**IN_TABLE, "name": name, "hook": name, **BASE}} for name in filled]
    for name, rules in filled.items():
        made += [{"rule": {**IN_TABLE, "chain": name, "expr": canonical(expr)}} for expr in rules]
    return made


def _input(exposure: Exposure) -> list[list[Expression]]:
    """The rules on what comes in."""
    closing = exposure.closing
    everywhere = {(one.version, one.port) for one in exposure.doors if not one.address}
    shut = [one for one in exposure.shut if (one.version, one.port) in everywhere]
    if not closing and not shut:
        return []
    rules: list[list[Expression]] = [[LOOPBACK, {"accept": None}]]
    rules += [_dropping(expression(one, FAMILY)) for one in accepts(shut, BOTH)]
    doors = [door for door in exposure.doors if door.port in closing]
    rules += [expression(one, FAMILY) for one in accepts(doors, BOTH)]
    if closing:
        rules.append([_ports(closing), OPENING, {"drop": None}])
    return rules


def _output(exposure: Exposure) -> list[list[Expression]]:
    """The rules on what the host itself dials."""
    if exposure.dials:
        return []
    return [[TO_LOOPBACK, {"accept": None}], [_ports([RELAY]), OPENING, REFUSE]]


def _dropping(expr: list[Expression]) -> list[Expression]:
    """An accepting rule as one that drops what opens a connection."""
    return [*expr[:-1], OPENING, {"drop": None}]


def read(ruleset: Ruleset) -> Exposure:
    """The exposure that our rules of this moment make; one that we would not write is ignored."""
    rules = incoming(ruleset.own)
    for chain in ruleset.foreign():
        rules += [(rule.expr, chain.family) for rule in chain.rules if rule.ours]
    refuses = any(one["rule"]["expr"][-1:] == [REFUSE] for one in ruleset.own if "rule" in one)
    return of_rules(rules)._replace(dials=not refuses)


def incoming(objects: Iterable[Object]) -> list[tuple[list[Expression], str]]:
    """The rules of our own table on what comes in, each with the table's family."""
    rules = [one["rule"] for one in objects if "rule" in one]
    return [(rule["expr"], FAMILY) for rule in rules if rule["chain"] == INPUT]


def of_rules(rules: Iterable[tuple[list[Expression], str]]) -> Exposure:
    """The exposure that rules of ours make, each with the family of its chain."""
    doors: set[Door] = set()
    shut: set[Door] = set()
    managed: set[int] = set()
    for expr, family in rules:
        if expr[-1:] == [{"accept": None}]:
            doors.update(_doors(expr[:-1], family))
        elif expr[-2:] == [OPENING, {"drop": None}]:
            found = _doors(expr[:-2], family)
            shut.update(one for one in found if one.address)
            managed.update(one.port for one in found if not one.address)
    # A port that is open to every peer needs no rule that drops.
    opened = Exposure(frozenset(doors), frozenset(one.port for one in doors))
    managed |= opened.managed - opened.closing
    return Exposure(opened.doors, frozenset(managed), frozenset(shut))


def _doors(matches: list[Expression], family: str) -> list[Door]:
    """The doors that a rule with these matches is about; none if it is not one of ours."""
    try:
        values = {_field(one["match"]["left"]): _values(one["match"]["right"]) for one in matches}
        known = {"saddr", "daddr", "dport", "nfproto"}
        if not set(values) <= known or "dport" not in values:
            return []
        versions = _versions(values, FAMILIES.get(family, BOTH))
        sources = tuple(networks.of_element(one) for one in values.get("saddr", ()))
        addresses = [networks.of_element(one) for one in values.get("daddr", ())] or [""]
        ports = [int(port) for port in values["dport"]]
    except (KeyError, TypeError, ValueError):
        return []
    return [
        Door(version, address, networks.normal(sources, version) or (), port)
        for version in versions
        for address in addresses
        for port in ports
    ]


def _field(left: Any) -> str:
    return str(left["payload"]["field"] if "payload" in left else left["meta"]["key"])


def _values(right: Any) -> list[Any]:
    return list(right["set"]) if isinstance(right, dict) and "set" in right else [right]


def _versions(values: dict[str, list[Any]], seen: frozenset[int]) -> list[int]:
    if "nfproto" in values:
        return [4 if values["nfproto"] == ["ipv4"] else 6]
    for field in ("saddr", "daddr"):
        if field in values:
            return [networks.version(networks.of_element(values[field][0]))]
    return sorted(seen)
