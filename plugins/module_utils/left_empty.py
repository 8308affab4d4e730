# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a template does not write because a variable of its role is empty.

A role's empty default says that whoever uses the role sets it.  Loaded where nothing works with a
text that a template makes.
"""

from __future__ import annotations

from bisect import bisect_right

from .patterns import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator

    from .endpoint import Unit
    from .text import Original, Text
    from .text.place import Place
    from .text.values import Setting

    # A file, the ends of the spans for which something stands, and where those from there begin.
    Runs = tuple[Original, list[int], list[int]]

# An expression that begins with a variable, as it stands in a template or in a task.
EXPRESSION = lazy(r"\{\{-?[ \t]{0,80}([A-Za-z_][A-Za-z0-9_.]{0,200})")
# A branch that begins, goes on or ends, and a setting at the beginning of its line.
BRANCH = lazy(
    r"\{%[-+]?[ \t]{0,80}(if|elif|else|endif)\b([^%]{0,400})%\}"
    r"|(?m:^)[ \t]{0,80}([A-Za-z_][A-Za-z0-9_]{0,80})[ \t]{0,80}="
)
WORD = lazy(r"[A-Za-z_][A-Za-z0-9_]*")


def variables(
    unit: Unit, places: Iterable[Place | None], cause: Iterable[Setting]
) -> tuple[str, ...]:
    """The variables that have written nothing: on the lines of some places, or a setting at all.

    Of ``cause`` those count that stand in no file, if one would in a branch that was not taken.
    """
    found: dict[str, None] = {}
    for text in unit.texts.values():
        runs = text.made("runs", _runs)
        for place in places:
            if place is not None and place.path in runs:
                found.update(dict.fromkeys(_silent(runs[place.path], place)))
    empty = frozenset().union(*(made.empty for made in unit.templates.values()))
    absent = [setting.name for setting in cause if setting.place is None]
    for text in unit.texts.values() if empty and absent else ():
        skipped = text.made(("skipped", empty), lambda text: _skipped(text, empty))
        for name in absent:
            found.update(dict.fromkeys(skipped.get(name, ())))
    return tuple(found)


def _runs(text: Text) -> dict[str, Runs]:
    """For what of each file something stands: an expression, or a hole, stands for all of it."""
    spans: dict[str, list[tuple[int, int]]] = {}
    files = {}
    for original, first, last in text.runs():
        files[original.path] = original
        spans.setdefault(original.path, []).append((last, first))
    found = {}
    for path, file in files.items():
        ends = sorted(spans[path])
        # Of the spans that end behind an offset the first begins here.
        starts = [first for _last, first in ends]
        for number in range(len(starts) - 2, -1, -1):
            starts[number] = min(starts[number], starts[number + 1])
        found[path] = file, [last for last, _first in ends], starts
    return found


def _is_written(runs: Runs, at: int) -> bool:
    _original, ends, starts = runs
    number = bisect_right(ends, at)
    return number < len(ends) and starts[number] <= at


def _silent(runs: Runs, place: Place) -> Iterator[str]:
    """The variables of the expressions on the lines of a place that have written nothing."""
    begin = runs[0].start(place.line)
    lines = runs[0].lines(place.line, place.end_line)
    for one in EXPRESSION.finditer(lines, place.column - 1):
        if not _is_written(runs, begin + one.start()):
            yield one.group(1)


def _skipped(text: Text, empty: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """The settings in branches that were not taken, each with the empty variables that decided."""
    found: dict[str, tuple[str, ...]] = {}
    for runs in text.made("runs", _runs).values():
        around: list[tuple[str, ...]] = []
        for one in BRANCH.finditer(runs[0].string):
            word, condition, name = one.groups()
            names = tuple(found for found in WORD.findall(condition or "") if found in empty)
            if word == "if":
                around.append(names)
            elif word == "endif":
                around = around[:-1]
            elif word and around:
                around[-1] += names
            elif name and name not in found and not _is_written(runs, one.start(3)):
                found.setdefault(name, tuple(one for names in around for one in names))
    return found
