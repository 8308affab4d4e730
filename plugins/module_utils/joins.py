# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Facts that join units of different formats; loaded where a run has several.

A format that offers ``facts(unit, source, assume)`` tells, others ask by ``Assumptions.fact``.
"""

from __future__ import annotations

from . import formats
from .assume import explore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Mapping, Sequence

    from .endpoint import Unit
    from .source import Source


def facts(
    units: Sequence[Unit], source: Source, programs: Mapping[str, str]
) -> list[dict[str, str]]:
    """What each unit may ask of those of other formats, in the order of the units."""
    told = [_told(unit, source, programs) for unit in units]
    return [_heard(unit, units, told) for unit in units]


def _told(unit: Unit, source: Source, programs: Mapping[str, str]) -> dict[str, str] | None:
    """What a unit tells the others, where that is decided; ``None``: its format tells nothing."""
    tell = getattr(formats.load(unit.format), "facts", None)
    if tell is None:
        return None
    outcomes, _open = explore(lambda assume: tell(unit, source, assume), programs)
    return _agreed([facts for _when, facts in outcomes])


def _agreed(all_facts: Sequence[dict[str, str]]) -> dict[str, str]:
    return {
        name: value
        for name, value in (all_facts[0] if all_facts else {}).items()
        if all(facts.get(name) == value for facts in all_facts)
    }


def _heard(
    unit: Unit, units: Sequence[Unit], told: Sequence[dict[str, str] | None]
) -> dict[str, str]:
    """The facts that count for a unit: of the units that are nearest, and to which it is.

    A repository may hold several hosts, and a server that it says nothing of is not the one of
    another host.  Where the nearest disagree nobody knows.
    """
    near = [
        facts
        for other, facts in zip(units, told)
        if facts is not None and other in _nearest(unit, units, other.format)
        if unit in _nearest(other, units, unit.format)
    ]
    return _agreed(near)


def _nearest(unit: Unit, units: Sequence[Unit], kind: str) -> list[Unit]:
    """The units of another format that share the most folders with this one."""
    mine = unit.name.split("/")[:-1]

    def shared(other: Unit) -> int:
        number = 0
        for one, two in zip(mine, other.name.split("/")[:-1]):
            if one != two:
                break
            number += 1
        return number

    others = [other for other in units if other.format == kind != unit.format]
    most = max((shared(other) for other in others), default=0)
    return [other for other in others if shared(other) == most]
