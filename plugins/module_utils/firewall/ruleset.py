# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A ruleset as ``nft -j list ruleset`` prints it: tables, chains, and whose each rule is.

Source: libnftables-json(5), and what nft 1.0.6 prints.
"""

from __future__ import annotations

import json

from ..errors import MailwardenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, NamedTuple, Tuple

    # One expression or statement of a rule, as JSON.
    Expression = Dict[str, Any]
    # Family, table and chain.
    Name = Tuple[str, str, str]
else:
    from ..tuples import NamedTuple

# The table of our own, and the comment on our rules in the chains of others.
TABLE = "mailwarden"
FAMILY = "inet"
COMMENT = "mailwarden"
OWN = (FAMILY, TABLE)
# The families of tables through which IP packets come in, and the IP versions that each sees.
FAMILIES = {"inet": frozenset((4, 6)), "ip": frozenset((4,)), "ip6": frozenset((6,))}
# What a rule has counted is no part of it.
COUNTED = ("packets", "bytes")


class Rule(NamedTuple):
    """One rule. ``expr`` is canonical; ``text`` is how ``nft list`` shows it."""

    handle: int
    expr: list[Expression]
    comment: str = ""
    text: str = ""

    @property
    def ours(self) -> bool:
        """Whether it is one of our rules in a chain of others."""
        return self.comment == COMMENT


class Chain(NamedTuple):
    """One chain with its rules; a base chain has a type, a hook and a policy."""

    family: str
    table: str
    name: str
    rules: list[Rule]
    type: str = ""
    hook: str = ""
    policy: str = "accept"

    @property
    def shown(self) -> str:
        """The chain as ``nft`` is told it: ``inet filter input``."""
        return f"{self.family} {self.table} {self.name}"

    @property
    def filters_input(self) -> bool:
        """Whether what comes in for this host passes here, and can be dropped here."""
        return self.type == "filter" and self.hook == "input" and self.family in FAMILIES


class Ruleset:
    """All tables of the host's network namespace.

    ``flags`` holds the words that a table has (``dormant``, ``owner``); ``own`` what our own
    table consists of, without what nft counts.
    """

    def __init__(self) -> None:
        self.chains: dict[Name, Chain] = {}
        self.tables: list[tuple[str, str]] = []
        self.flags: dict[tuple[str, str], list[str]] = {}
        self.own: list[dict[str, Any]] = []

    def chain(self, family: str, table: str, name: str) -> Chain | None:
        """A chain by its name."""
        return self.chains.get((family, table, name))

    def places(self) -> Any:
        """What a plan goes by, for comparison: every chain, and every rule with its handle.

        By the rules' texts, in which nothing is counted.
        """
        chains = {
            name: (*chain[4:], [(rule.handle, rule.comment, rule.text) for rule in chain.rules])
            for name, chain in self.chains.items()
        }
        return chains, self.tables, self.flags, self.own

    def base_chains(self) -> Iterable[Chain]:
        """The chains of others that filter what comes in, in the order in which they are listed."""
        for chain in self.chains.values():
            table = (chain.family, chain.table)
            if chain.filters_input and table != OWN and "dormant" not in self.flags.get(table, ()):
                yield chain

    def foreign(self) -> Iterable[Chain]:
        """Every chain outside of our own table."""
        return (one for one in self.chains.values() if (one.family, one.table) != OWN)


def port_sets(listing: str) -> list[Name]:
    """The named sets of ports: family, table and name."""
    sets = [one["set"] for one in _objects(listing) if "set" in one]
    return [
        (one["family"], one["table"], one["name"]) for one in sets if one["type"] == "inet_service"
    ]


def parse(listing: str, shown: str = "", named: Iterable[str] = ()) -> Ruleset:
    """The ruleset.

    In: what ``nft -j list ruleset`` printed; what ``nft -a list ruleset`` printed, from which come
    the texts of the rules and the flags of the tables (in JSON, nft 1.0.6 gets them wrong); and,
    if the first is terse, what nft printed of the named maps and of those sets of which the
    elements count.  Raises ``MailwardenError`` for what is none of it.
    """
    ruleset = Ruleset()
    ruleset.flags = _flags_of_tables(shown)
    texts = _texts(shown)
    elements = _elements(one for each in named for one in _objects(each))
    for one in _objects(listing):
        for kind, value in one.items():
            _add(ruleset, kind, value, texts)
    for chain in ruleset.foreign():
        for at, rule in enumerate(chain.rules):
            expr = [_with_elements(chain, one, elements) for one in rule.expr]
            chain.rules[at] = rule._replace(expr=expr)
    return ruleset


def _objects(listing: str) -> list[dict[str, Any]]:
    try:
        return list(json.loads(listing)["nftables"])
    except (ValueError, KeyError, TypeError) as error:
        raise MailwardenError(f"nft -j list printed no ruleset: {error}") from None


def _elements(objects: Iterable[dict[str, Any]]) -> dict[Name, Any]:
    """The elements of the named maps that lead to verdicts, and of sets."""
    named = [one.get("map") or one.get("set") for one in objects]
    return {
        (one["family"], one["table"], one["name"]): canonical({"set": one.get("elem", [])})
        for one in named
        if one and one.get("map", "verdict") == "verdict"
    }


def _with_elements(chain: Chain, one: Expression, elements: dict[Name, Any]) -> Expression:
    """An expression that looks up a named map or set as one that has the elements itself."""
    for kind, key in (("vmap", "data"), ("match", "right")):
        said = one[kind][key] if kind in one else None
        name = said[1:] if isinstance(said, str) and said.startswith("@") else ""
        found = elements.get((chain.family, chain.table, name))
        if found:
            return {kind: {**one[kind], key: found}}
    return one


def _add(
    ruleset: Ruleset, kind: str, value: dict[str, Any], texts: dict[tuple[Name, int], str]
) -> None:
    """Adds an object of the listing; what our own table has, as it is."""
    if kind == "metainfo":
        return
    table = (value["family"], value["name"] if kind == "table" else value["table"])
    if table == OWN:
        ruleset.own.append({kind: canonical(without_handles(value))})
    if kind == "table":
        ruleset.tables.append(table)
    elif kind == "chain":
        ruleset.chains[(*table, value["name"])] = _chain(value)
    elif kind == "rule":
        name = (*table, value["chain"])
        text = texts.get((name, value["handle"]), "")
        ruleset.chains[name].rules.append(_rule(value, text))


def _chain(value: dict[str, Any]) -> Chain:
    where = (value["family"], value["table"], value["name"])
    said = {key: value[key] for key in ("type", "hook", "policy") if key in value}
    return Chain(*where, [], **said)


def _rule(value: dict[str, Any], text: str) -> Rule:
    expr = canonical(value.get("expr", []))
    return Rule(value["handle"], expr, value.get("comment", ""), text)


def without_handles(value: dict[str, Any]) -> dict[str, Any]:
    """An object of the listing as one that can be added."""
    return {key: inner for key, inner in value.items() if key not in ("handle", "flags")}


def canonical(value: Any) -> Any:
    """An expression without what does not distinguish it.

    Leaves out counts, puts sets in order, and joins flags as nft 1.0.6 lists them (``["syn",
    "ack"]``; later versions: ``{"|": ["syn", "ack"]}``).
    """
    if isinstance(value, list):
        return [canonical(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ["|"]:
        return _flags(value)
    return {
        key: _sorted(inner) if key == "set" and isinstance(inner, list) else canonical(inner)
        for key, inner in value.items()
        if not (key in COUNTED and isinstance(inner, int))
    }


def _flags(value: Any) -> list[Any]:
    if isinstance(value, dict) and list(value) == ["|"]:
        return [flag for inner in value["|"] for flag in _flags(inner)]
    return [canonical(value)]


def _sorted(elements: list[Any]) -> list[Any]:
    return sorted((canonical(one) for one in elements), key=_rank)


def _rank(element: Any) -> tuple[int, str]:
    return (element, "") if isinstance(element, int) else (-1, json.dumps(element))


def _texts(shown: str) -> dict[tuple[Name, int], str]:
    """The text of each rule, by its chain and handle."""
    texts: dict[tuple[Name, int], str] = {}
    table, chain, begun = ("", ""), "", ""
    for line in shown.splitlines():
        words, depth = line.split(), _depth(line)
        if depth == 0 and words[:1] == ["table"]:
            table = (words[1], words[2])
        elif depth == 1 and len(words) > 1:
            chain, begun = (words[1] if words[0] == "chain" else ""), ""
        elif depth >= 2 and chain:
            # A rule with a long set goes over several lines; its handle ends it.
            begun = (begun + " " + line.strip()).strip()
            rule, mark, handle = begun.rpartition(" # handle ")
            if mark and handle.isdigit():
                texts[(*table, chain), int(handle)] = rule
                begun = ""
            elif begun.startswith("type "):
                begun = ""
    return texts


def _flags_of_tables(shown: str) -> dict[tuple[str, str], list[str]]:
    flags: dict[tuple[str, str], list[str]] = {}
    table = ("", "")
    for line in shown.splitlines():
        words, depth = line.split(), _depth(line)
        if depth == 0 and words[:1] == ["table"]:
            table = (words[1], words[2])
        elif depth == 1 and words[:1] == ["flags"]:
            flags[table] = [word.strip(",;") for word in words[1:] if word != "#"]
    return flags


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip("\t"))
