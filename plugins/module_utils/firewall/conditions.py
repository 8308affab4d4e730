# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of the packets that open a connection to a mail port a rule's conditions are about.

The question is always the same: a peer of which nothing is known sends the first packet of a TCP
connection to a port that is to be open.  Does the condition hold?  Sources: nft(8),
libnftables-json(5).
"""

from __future__ import annotations

from . import networks
from .ruleset import FAMILIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, NamedTuple, Tuple

    from .ruleset import Expression

    # What decides, and what becomes of the packet: a name and its value.
    Verdict = Tuple[str, Any]
else:
    from ..tuples import NamedTuple

# From "for no such packet" to "for every one".  PARTICULAR: for some peers, or some packets of a
# peer (banned addresses, rates, marks).  NAMED: for mail ports that are named one by one.  PLACE:
# for what comes in at some interface or address.  OTHERS: for all peers but some.  MOSTLY: for
# every one, but not always (a limit after which the rule lets pass), or by a match that nft cannot
# show.
NEVER, PARTICULAR, NAMED, PLACE, OTHERS, MOSTLY, ALWAYS = range(7)

VERDICTS = ("accept", "drop", "reject", "jump", "goto", "return", "queue", "continue")
# Statements that decide nothing.
SILENT = (
    "counter",
    "log",
    "mangle",
    "notrack",
    "ct helper",
    "ct timeout",
    "ct expectation",
    "flow",
)
INTERFACES = ("iif", "iifname", "iifgroup", "iiftype", "iifkind", "sdif", "sdifname")
HIGHEST = 65535
COMPARED: dict[str, Callable[[int], tuple[int, int]]] = {
    "<": lambda port: (0, port - 1),
    "<=": lambda port: (0, port),
    ">": lambda port: (port + 1, HIGHEST),
    ">=": lambda port: (port, HIGHEST),
}
MARKS = ({"meta": {"key": "mark"}}, {"ct": {"key": "mark"}})
# A list of up to so many ports names each; a longer range is about ports in general.
LISTED = 16


class Scope(NamedTuple):
    """The packets that conditions hold for."""

    level: int
    versions: frozenset[int]
    ports: frozenset[int]

    def within(self, other: Scope) -> Scope:
        """Both at once."""
        versions, ports = self.versions & other.versions, self.ports & other.ports
        level = min(self.level, other.level) if versions and ports else NEVER
        if {self.level, other.level} == {OTHERS, MOSTLY} and level:
            level = PLACE
        return Scope(level, versions, ports)

    def is_for_all(self, ports: frozenset[int]) -> bool:
        """Whether a packet of which nothing is known goes this way, and no other, to any port.

        The few that do not are deliberate exceptions: a ban stays a ban.
        """
        return self.level in (OTHERS, ALWAYS) and self.ports == ports


def branches(expr: list[Expression], every: Scope) -> Iterator[tuple[Scope, Verdict]]:
    """What a rule may do, and to which packets: one for each verdict that it can come to.

    In: the rule, and what comes to it.
    """
    scope = every
    for one in expr:
        (kind, value), *_rest = one.items()
        if kind in VERDICTS:
            yield scope, (kind, value)
            return
        if kind == "vmap":
            yield from _mapped(value, scope, every)
            return
        if kind == "xt":
            verdict = _xt_verdict(value, one is expr[-1])
            if verdict:
                yield scope, (verdict, None)
                return
        scope = scope.within(_scope(kind, value, every))


def _mapped(value: dict[str, Any], scope: Scope, every: Scope) -> Iterator[tuple[Scope, Verdict]]:
    data = value["data"]
    if not (isinstance(data, dict) and isinstance(data.get("set"), list)):
        # The map has been deleted in the meantime.
        return
    for element, verdict in data["set"]:
        (kind, target), *_rest = verdict.items()
        yield scope.within(_of_element(value["key"], element, every)), (kind, target)


def _of_element(key: Any, element: Any, every: Scope) -> Scope:
    """The packets that one element of a map is for; with several keys, those of all of them."""
    if isinstance(element, dict) and "elem" in element:
        element = element["elem"]["val"]
    if not (isinstance(key, dict) and "concat" in key):
        return _of_match("==", key, element, every)
    scope = every
    for one, part in zip(key["concat"], element["concat"]):
        scope = scope.within(_of_match("==", one, part, every))
    return scope


def _xt_verdict(value: dict[str, Any] | None, last: bool) -> str:
    """The verdict of a target of iptables; the others decide nothing, or what nft cannot show.

    Of either nft 1.0.2 prints no more than that it is there (its src/json.c).  A target ends its
    rule, so one at the end may be a reject.
    """
    if value is None:
        return "reject" if last else ""
    if value.get("type") != "target":
        return ""
    return {"REJECT": "reject", "DROP": "drop"}.get(value.get("name", ""), "")


def _scope(kind: str, value: Any, every: Scope) -> Scope:
    """The packets, of those that come, for which the rule goes on behind an expression."""
    if kind == "match":
        return _of_match(value["op"], value["left"], value["right"], every)
    if kind in SILENT or (kind == "set" and not value.get("stmt")):
        return every
    if kind == "limit":
        return every._replace(level=PARTICULAR if value.get("inv") else MOSTLY)
    if kind == "xt":
        # iptables' own matches and targets; nft knows their names alone.
        return every._replace(level=MOSTLY)
    return every._replace(level=PARTICULAR)


def _of_match(op: str, left: Any, right: Any, every: Scope) -> Scope:
    if not isinstance(left, dict):
        return every._replace(level=PARTICULAR)
    if "meta" in left:
        return _of_meta(left["meta"]["key"], op, right, every)
    if "payload" in left:
        return _of_payload(left["payload"], op, right, every)
    if "concat" in left:
        return _of_several(left["concat"], op, right, every)
    if "&" in left:
        return _of_masked(left["&"], op, right, every)
    if "ct" in left:
        return _of_connection(left["ct"].get("key"), op, right, every)
    if left.get("fib") == {"result": "type", "flags": ["daddr"]}:
        return _one_of("local", op, right, every)
    return every._replace(level=PARTICULAR)


def _of_meta(key: str, op: str, right: Any, every: Scope) -> Scope:
    if key == "l4proto":
        return _one_of("tcp", op, right, every, 6)
    if key == "nfproto":
        return _of_versions({"ipv4": 4, "ipv6": 6}, op, right, every)
    if key == "protocol":
        return _of_versions({"ip": 4, "ip6": 6}, op, right, every)
    if key == "pkttype":
        return _one_of("host", op, right, every, "unicast")
    if key in INTERFACES:
        if values(right) != ["lo"]:
            return every._replace(level=PLACE)
        return every if _inverted(op) else every._replace(level=NEVER)
    if key == "mark":
        return _of_mark(op, right, every)
    return every._replace(level=PARTICULAR)


def _of_payload(payload: dict[str, Any], op: str, right: Any, every: Scope) -> Scope:
    protocol, field = payload.get("protocol"), payload.get("field")
    if protocol in ("ip", "ip6"):
        version = FAMILIES[protocol]
        every = every.within(every._replace(versions=version))
    if field == "dport" and protocol in ("tcp", "th"):
        return _of_ports(op, right, every)
    if field == "flags" and protocol == "tcp":
        return _of_flags(right, op, every)
    if field in ("protocol", "nexthdr") and protocol in ("ip", "ip6"):
        return _one_of("tcp", op, right, every, 6)
    if field == "version":
        return every
    if field == "daddr" and protocol in ("ip", "ip6"):
        return _of_destination(op, right, every)
    if field == "saddr":
        return _of_source(op, right, every)
    if protocol in ("udp", "icmp", "icmpv6", "sctp", "dccp", "udplite", "esp", "ah", "igmp"):
        return every._replace(level=NEVER)
    return every._replace(level=PARTICULAR)


def _of_source(op: str, right: Any, every: Scope) -> Scope:
    """From some peers, or from all but some."""
    if _all(networks.is_everywhere, right):
        return every._replace(level=NEVER) if _inverted(op) else every
    return every._replace(level=OTHERS if _inverted(op) else PARTICULAR)


def _of_destination(op: str, right: Any, every: Scope) -> Scope:
    """To an address of the host, to all but some, or to one that no peer can connect to."""
    if _all(networks.is_everywhere, right):
        return every._replace(level=NEVER) if _inverted(op) else every
    if _all(networks.is_nobodys, right):
        return every if _inverted(op) else every._replace(level=NEVER)
    return every._replace(level=PLACE)


def _all(question: Callable[[str], bool], right: Any) -> bool:
    """Whether something is so of all addresses that are named; a named set is not known."""
    try:
        return all(question(networks.of_element(one)) for one in values(right))
    except ValueError:
        return False


def _of_mark(op: str, right: Any, every: Scope) -> Scope:
    """A packet has no mark (0) until a rule sets one."""
    unmarked = (0 in values(right)) is not _inverted(op)
    return every._replace(level=OTHERS if unmarked else PARTICULAR)


def _of_several(fields: Any, op: str, right: Any, every: Scope) -> Scope:
    """Several fields at once, looked up in a set.

    All packets but those in the set are most packets, from any peer.
    """
    if isinstance(right, dict) and not _inverted(op):
        found = [_of_element({"concat": fields}, one, every) for one in values(right)]
        return Scope(
            max((one.level for one in found), default=NEVER),
            frozenset().union(*(one.versions for one in found)),
            frozenset().union(*(one.ports for one in found)),
        )
    scope = every
    for one in fields:
        scope = scope.within(_of_match("==", one, "@", every))
    return scope._replace(level=OTHERS) if scope.level and _inverted(op) else scope


def _of_masked(sides: Any, op: str, right: Any, every: Scope) -> Scope:
    """``tcp flags & (fin|syn|rst|ack) == syn``."""
    left, mask = sides[0], sides[1]
    if left in MARKS:
        return _of_mark(op, right, every)
    if left != {"payload": {"protocol": "tcp", "field": "flags"}}:
        return every._replace(level=PARTICULAR)
    seen = {"syn"} & set(values(mask))
    holds = seen == set(values(right)) if right != 0 else not seen
    return every if holds != _inverted(op) else every._replace(level=NEVER)


def _of_flags(right: Any, op: str, every: Scope) -> Scope:
    """``tcp flags syn`` holds where one of the bits is set, ``==`` where no other one is."""
    exact = op in ("==", "!=") and not isinstance(right, dict)
    holds = values(right) == ["syn"] if exact else "syn" in values(right)
    return every if holds != _inverted(op) else every._replace(level=NEVER)


def _of_connection(key: Any, op: str, right: Any, every: Scope) -> Scope:
    if key == "state":
        return _one_of("new", op, right, every)
    if key == "direction":
        return _one_of("original", op, right, every, 0)
    if key == "mark":
        return _of_mark(op, right, every)
    return every._replace(level=PARTICULAR)


def _of_versions(names: dict[str, int], op: str, right: Any, every: Scope) -> Scope:
    said = {names[one] for one in values(right) if one in names}
    versions = every.versions - said if _inverted(op) else every.versions & said
    return every.within(every._replace(versions=frozenset(versions)))


def _of_ports(op: str, right: Any, every: Scope) -> Scope:
    listed = True
    said: set[int] = set()
    for one in values(right):
        first, last = _span(op, one)
        if not (isinstance(first, int) and isinstance(last, int)):
            # A set of which the elements are not known.
            return every._replace(level=NAMED)
        listed = listed and last - first < LISTED
        said.update(port for port in every.ports if first <= port <= last)
    ports = every.ports - said if _inverted(op) else every.ports & said
    level = NAMED if listed and not _inverted(op) else every.level
    return every.within(Scope(level, every.versions, frozenset(ports)))


def _span(op: str, value: Any) -> Any:
    """The first and the last port that a comparison is about."""
    if isinstance(value, int) and op in COMPARED:
        return COMPARED[op](value)
    return value["range"] if isinstance(value, dict) and "range" in value else (value, value)


def _one_of(name: str, op: str, right: Any, every: Scope, also: Any = None) -> Scope:
    """A condition that holds for all such packets, or for none, by a word that it names or not."""
    if isinstance(right, str) and right.startswith("@"):
        return every._replace(level=NAMED)
    said = name in values(right) or (also is not None and also in values(right))
    return every if said != _inverted(op) else every._replace(level=NEVER)


def _inverted(op: str) -> bool:
    return op in ("!=", "!")


def values(right: Any) -> list[Any]:
    """The values that one side of a match names."""
    if isinstance(right, dict) and isinstance(right.get("set"), list):
        return [
            one["elem"]["val"] if isinstance(one, dict) and "elem" in one else one
            for one in right["set"]
        ]
    return right if isinstance(right, list) else [right]
