# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From the rules that are there to those that are wanted: one transaction, or none.

Only our own table, and rules with our comment in the chains of others, are ever added or deleted.
"""

from __future__ import annotations

from . import ours
from .ruleset import COMMENT, FAMILY, OWN, TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Tuple

    from .ours import Wanted
    from .points import Point
    from .ruleset import Chain, Expression, Name, Ruleset

    Command = Dict[str, Any]
    # A chain and the handle of the rule before which rules of ours stand; none for its end.
    Place = Tuple[Name, Optional[int]]
    Placed = Dict[Place, List[List[Expression]]]
else:
    from ..tuples import NamedTuple


class Target(NamedTuple):
    """What is to be ours: the rules in the chains of others, by their places, and our own table."""

    placed: Placed
    table: list[dict[str, Any]]


def target(wanted: Wanted, points: Iterable[Point]) -> Target:
    """What has to be there for this to be so."""
    placed: Placed = {}
    for point in points:
        rules = ours.accepts(wanted.doors, point.versions)
        place = (point.chain[:3], point.before.handle if point.before else None)
        exprs = [ours.expression(rule, point.chain.family) for rule in rules]
        if exprs:
            placed[place] = exprs
    return Target(placed, ours.table(wanted))


def present(ruleset: Ruleset) -> Target:
    """What is ours at this moment."""
    placed: Placed = {}
    for chain in ruleset.foreign():
        for handle, rules in _runs(chain):
            placed[chain[:3], handle] = [rule.expr for rule in rules]
    return Target(placed, ruleset.own)


def _runs(chain: Chain) -> Iterable[tuple[int | None, list[Any]]]:
    """Our rules of a chain, by the rule of somebody else that follows."""
    run: list[Any] = []
    for rule in chain.rules:
        if rule.ours:
            run.append(rule)
        elif run:
            yield rule.handle, run
            run = []
    if run:
        yield None, run


def commands(ruleset: Ruleset, wanted: Target) -> list[Command]:
    """The transaction that makes the one of the other; empty where they are the same."""
    made: list[Command] = []
    there = present(ruleset)
    for chain in ruleset.foreign():
        for handle, rules in _runs(chain):
            place = (chain[:3], handle)
            if wanted.placed.get(place) != there.placed[place]:
                made += [_delete(chain, rule.handle) for rule in rules]
    for place, exprs in wanted.placed.items():
        if there.placed.get(place) != exprs:
            made += [_add(place, expr) for expr in exprs]
    if wanted.table != there.table or ruleset.flags.get(OWN):
        made += _table(ruleset, wanted.table)
    return made


def _delete(chain: Chain, handle: int) -> Command:
    family, table, name = chain[:3]
    return {"delete": {"rule": {"family": family, "table": table, "chain": name, "handle": handle}}}


def _add(place: Place, expr: list[Expression]) -> Command:
    (family, table, chain), handle = place
    rule = {
        "family": family, "table": table, "chain": chain, "expr": expr, "comment": COMMENT,
    }  # fmt: skip
    if handle is None:
        return {"add": {"rule": rule}}
    # To an insertion a handle says before which rule.
    return {"insert": {"rule": {**rule, "handle": handle}}}


def _table(ruleset: Ruleset, objects: list[dict[str, Any]]) -> list[Command]:
    own = {"table": {"family": FAMILY, "name": TABLE}}
    made: list[Command] = [{"delete": own}] if OWN in ruleset.tables else []
    return made + [{"add": one} for one in objects]
