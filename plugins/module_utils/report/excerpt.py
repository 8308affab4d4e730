# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The line that a finding points at, as it may be printed, and the marks below its span."""

from __future__ import annotations

from .misspelt import only_named
from .plain import COLUMNS, shown, width, without_secrets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..engine.finding import Report
    from ..text import Original
    from ..text.place import Place

BLANK = (" ", "\t")


class Shown:
    """The lines of the files that were read, without the secrets in them."""

    def __init__(self, report: Report) -> None:
        self._texts = report.texts
        # What is wrong with the lines that are not understood.
        self._problems = {
            (problem.place.path, problem.place.line): problem.message
            for one in report.units
            for alternative in one.alternatives
            for problem in alternative.reading.problems
        }
        # Path and line to the line as it is in the file, as it may be shown, and how many
        # characters the two begin with in common.
        self._lines: dict[tuple[str, int], tuple[str, str, int]] = {}

    def excerpt(self, place: Place) -> tuple[str, str]:
        """The line and the marks; empty where there is nothing to show or to mark."""
        text = self._texts.get(place.path)
        if text is None or place.end <= place.start:
            return "", ""
        if (place.path, place.line) not in self._lines:
            self._read(text.origin(0)[0], place.path, place.line)
        raw, line, same = self._lines[place.path, place.line]
        first = place.column - 1
        last = place.end_column - 1 if place.end_line == place.line else len(raw)
        if first > same:
            return cells(_window(line, 0, 0)[0]), ""
        # Where a mask stands in the span it is marked to its end.
        return _marked(line, first, last if last <= same else len(line))

    def _read(self, original: Original, path: str, number: int) -> None:
        """Mask a line together with those that its value goes on over."""
        first = number
        while first > 1 and original.lines(first, first)[:1] in BLANK:
            first -= 1
        count, _column = original.position(len(original.string))
        last = number
        while last < count and original.lines(last + 1, last + 1)[:1] in BLANK:
            last += 1
        lines = [original.lines(line, line) for line in range(first, last + 1)]
        for at, (raw, line) in enumerate(zip(lines, without_secrets(lines)), first):
            if (path, at) in self._problems:
                line = only_named(line, self._problems[path, at])
            self._lines[path, at] = raw, line, _common(raw, line)


def _common(one: str, other: str) -> int:
    """How many characters two strings begin with in common."""
    pairs = zip(one, other)
    different = (index for index, (left, right) in enumerate(pairs) if left != right)
    return next(different, min(len(one), len(other)))


def _marked(line: str, first: int, last: int) -> tuple[str, str]:
    """The line as it is printed, and the marks below it: ``^`` at the beginning, then ``~``."""
    line, first, last = _window(line, first, last)
    while last > first + 1 and line[last - 1 : last].isspace():
        last -= 1
    before, span, after = cells(line[:first]), cells(line[first:last]), cells(line[last:])
    mark = " " * width(before) + "^" + "~" * (max(1, width(span)) - 1)
    return (before + span + after).rstrip(), mark


def _window(line: str, first: int, last: int) -> tuple[str, int, int]:
    """The part of a long line that holds the beginning of the span."""
    if len(line) <= COLUMNS:
        return line, first, min(last, len(line))
    start = max(0, min(first - COLUMNS // 4, len(line) - COLUMNS))
    part = line[start : start + COLUMNS]
    head, tail = "…" if start else "", "…" if start + COLUMNS < len(line) else ""
    shift = len(head) - start
    return head + part + tail, first + shift, min(last + shift, len(head) + len(part))


def cells(text: str) -> str:
    """Text as it is printed; a tab is four blanks, so that marks stay below what they mark."""
    return "".join(" " * 4 if char == "\t" else shown(char) for char in text)
