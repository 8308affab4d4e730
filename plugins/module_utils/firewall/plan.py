# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From our rules that are there to those that make an exposure so: one transaction, or none.

Only our own table, and rules with our comment in the chains of others, are ever added or deleted.
"""

from __future__ import annotations

from . import ours
from .ruleset import COMMENT, FAMILY, OWN, TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Tuple

    from .exposure import Exposure
    from .points import Point
    from .ruleset import Chain, Expression, Name, Ruleset

    Command = Dict[str, Any]
    # A chain and the handle of the rule before which rules of ours stand; none for its end.
    Place = Tuple[Name, Optional[int]]
    Placed = Dict[Place, List[List[Expression]]]
else:
    from ..tuples import NamedTuple


class OwnRules(NamedTuple):
    """Our rules: those in the chains of others, by their places, and our own table."""

    placed: Placed
    table: list[dict[str, Any]]


def own_rules(exposure: Exposure, points: Iterable[Point]) -> OwnRules:
    """The rules that make an exposure so, with accepts at the points."""
    placed: Placed = {}
    for point in points:
        rules = ours.accepts(exposure.doors, point.versions)
        place = (point.chain[:3], point.before.handle if point.before else None)
        exprs = [ours.expression(rule, point.chain.family) for rule in rules]
        if exprs:
            placed[place] = exprs
    return OwnRules(placed, ours.table(exposure))


def present(ruleset: Ruleset) -> OwnRules:
    """Our rules of this moment."""
    placed: Placed = {}
    for chain in ruleset.foreign():
        for handle, rules in _runs(chain):
            placed[chain[:3], handle] = [rule.expr for rule in rules]
    return OwnRules(placed, ruleset.own)


def _runs(chain: Chain) -> Iterable[tuple[int | None, list[Any]]]:
    """Our rules of a chain, by the foreign rule that follows."""
    run: list[Any] = []
    for rule in chain.rules:
        if rule.ours:
            run.append(rule)
        elif run:
            yield rule.handle, run
            run = []
    if run:
        yield None, run


def commands(ruleset: Ruleset, target: OwnRules) -> list[Command]:
    """The transaction that makes our rules the target; empty where they are."""
    made: list[Command] = []
    now = present(ruleset)
    for chain in ruleset.foreign():
        for handle, rules in _runs(chain):
            place = (chain[:3], handle)
            if target.placed.get(place) != now.placed[place]:
                made += [_delete(chain, rule.handle) for rule in rules]
    for place, exprs in target.placed.items():
        if now.placed.get(place) != exprs:
            made += [_add(place, expr) for expr in exprs]
    if target.table != now.table or ruleset.flags.get(OWN):
        made += _table(ruleset, target.table)
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
