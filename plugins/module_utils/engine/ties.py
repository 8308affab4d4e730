# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which units of a run are tied to each other: an edit of one may change what is said of another.

What is judged again for a trial of fixes are the units that are tied and no others, so that a trial
costs what these cost, however many there are in the run.
"""

from __future__ import annotations

from ..endpoint import CLIENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Hashable, Iterator

    from .finding import Report


def tied(report: Report) -> list[tuple[int, ...]]:
    """The units of a report that are tied to each other, by their numbers in it."""
    of_knot: dict[Hashable, list[int]] = {}
    of_unit: list[list[Hashable]] = [[] for _judged in report.units]
    for number, knot in _knots(report):
        of_knot.setdefault(knot, []).append(number)
        of_unit[number].append(knot)
    groups = []
    seen: set[int] = set()
    for first in range(len(of_unit)):
        if first in seen:
            continue
        group, waiting = [], [first]
        seen.add(first)
        while waiting:
            number = waiting.pop()
            group.append(number)
            for knot in of_unit[number]:
                new = [other for other in of_knot.pop(knot, ()) if other not in seen]
                seen.update(new)
                waiting.extend(new)
        groups.append(tuple(sorted(group)))
    return groups


def _knots(report: Report) -> Iterator[tuple[int, Hashable]]:
    """The number of each unit with what may tie it to others."""
    for number, judged in enumerate(report.units):
        for path in judged.read:
            yield number, ("file", path)
    yield from _hosts(report)
    units = [judged.unit for judged in report.units]
    if len({unit.format for unit in units}) > 1:
        from . import joins

        tellers = joins.telling(units)
        for number, unit in enumerate(units):
            for other in joins.heard_by(unit, units, tellers):
                yield number, ("facts", number, other)
                yield other, ("facts", number, other)


def _hosts(report: Report) -> Iterator[tuple[int, Hashable]]:
    """Servers by the names that they are dialled by, and the clients that dial them."""
    numbers = {id(judged.unit): number for number, judged in enumerate(report.units)}
    served: dict[str, set[int]] = {}
    for unit, shown in report.endpoints:
        for tag in shown.endpoint.tags:
            if tag.startswith("host:"):
                served.setdefault(tag, set()).add(numbers[id(unit)])
    if not served:
        return
    from ..addresses import bare

    for unit, shown in report.endpoints:
        if shown.endpoint.side == CLIENT and shown.endpoint.host:
            host = "host:" + bare(shown.endpoint.host)
            if host in served:
                yield numbers[id(unit)], host
                for number in served.pop(host):
                    yield number, host
                served[host] = set()
