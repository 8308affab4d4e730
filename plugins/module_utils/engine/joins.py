# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Facts that join units of different formats; loaded where a run has several.

A format that offers ``facts(unit, source, assume)`` tells, others ask by ``Assumptions.fact``.
"""

from __future__ import annotations

from .. import catalogue
from ..text.assume import explore
from ..text.budget import Overspent

# Folders in which programs of one host keep what they read.
FOLDERS = frozenset(
    ("conf", "conf.d", "config", "dovecot", "etc", "files", "local", "postfix", "templates", "usr")
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping, Sequence

    from ..endpoint import Unit
    from ..source import Source


def facts(
    units: Sequence[Unit], source: Source, programs: Mapping[str, str]
) -> list[dict[str, str]]:
    """What each unit may ask of those of other formats, in the order of the units."""
    told = {number: _told(units[number], source, programs) for number in telling(units)}
    return [
        _agreed([told[number] for number in heard_by(unit, units, list(told))]) for unit in units
    ]


def telling(units: Sequence[Unit]) -> list[int]:
    """The numbers of the units whose formats tell facts."""
    return [
        number for number, unit in enumerate(units) if hasattr(catalogue.load(unit.format), "facts")
    ]


def heard_by(unit: Unit, units: Sequence[Unit], tellers: Sequence[int]) -> list[int]:
    """The numbers of the units whose facts count for a unit: those of its own host, the nearest.

    A repository may hold several hosts, and what one serves says nothing of another.  Where the
    nearest disagree nobody knows.
    """
    near: dict[str, list[tuple[int, int]]] = {}
    for number in tellers:
        other = units[number]
        distance = _distance(unit, other) if other.format != unit.format else None
        if distance is not None:
            near.setdefault(other.format, []).append((distance, number))
    heard = []
    for found in near.values():
        least = min(found)[0]
        heard += [number for distance, number in found if distance == least]
    return heard


def _told(unit: Unit, source: Source, programs: Mapping[str, str]) -> dict[str, str]:
    """What a unit tells the others, where that is decided."""
    tell: Any = getattr(catalogue.load(unit.format), "facts", None)
    if unit.host is not None:
        programs = {**unit.host.programs, **programs}
    try:
        outcomes, _open = explore(lambda assume: tell(unit, source, assume), programs)
    except Overspent:
        # Said where the unit is read.
        return {}
    return _agreed([facts for _when, facts in outcomes])


def _agreed(all_facts: Sequence[dict[str, str]]) -> dict[str, str]:
    return {
        name: value
        for name, value in (all_facts[0] if all_facts else {}).items()
        if all(facts.get(name) == value for facts in all_facts)
    }


def _distance(one: Unit, other: Unit) -> int | None:
    """How many folders lie between the files of one host; ``None`` where the hosts may differ.

    Of one host are files whose paths part at folders that every host has; any other folder may
    be the name of a host, a role or a container.
    """
    mine, theirs = one.name.split("/")[:-1], other.name.split("/")[:-1]
    shared = 0
    while shared < min(len(mine), len(theirs)) and mine[shared] == theirs[shared]:
        shared += 1
    apart = mine[shared:] + theirs[shared:]
    if one.name.startswith("/") and other.name.startswith("/"):
        return len(apart)
    # Roles are called by their programs, and go to hosts that nothing here names.
    roles = shared and mine[shared - 1] == "roles" and apart
    return None if roles or not set(apart) <= FOLDERS else len(apart)
