# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a text with holes becomes: with a hole for what is not known, or with what fills it.

The half of ``Text`` that a text without holes does not need, and that only ``Text`` calls.
"""

from __future__ import annotations

from . import HOLE, Hole, Text
from .values import Undecided, concatenated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterable

    from .assume import Assumptions


def opened(text: Text, spans: Iterable[tuple[int, int, Hole]]) -> Text:
    """The text with a hole for each span."""
    parts: list[Text] = []
    done = 0
    for start, end, hole in spans:
        parts.extend([text.cut(done, start), _hole(text, start, end, hole)])
        done = end
    if not parts:
        return text
    parts.append(text.cut(done, len(text)))
    return Text.joined(text.path, parts)


def settled(text: Text, offsets: Iterable[int], assume: Assumptions, signs: str) -> Text:
    """The text with the holes at these offsets replaced by the branches that are taken."""
    parts: list[Text] = []
    done = 0
    for at in offsets:
        hole = text.holes[at]
        parts.append(text.cut(done, at))
        done = at + 1
        chosen = _chosen(hole, assume)
        if chosen is None:
            parts.append(_hole(text, at, done, Hole(hole.name)))
            if is_of_whole_lines(hole):
                # What follows begins a line, whatever the hole is.
                parts.append(text.replaced(at, done, "\n"))
        else:
            parts.append(chosen.settled(assume, signs))
    parts.append(text.cut(done, len(text)))
    return Text.joined(text.path, parts)


def filled(text: Text, assume: Assumptions, decides: Callable[[Text, int], bool]) -> Text:
    """The text with every hole filled that has options and that ``decides`` picks."""
    parts: list[Text] = []
    done = 0
    for at in sorted(text.holes):
        hole = text.holes[at]
        if not hole.options or not decides(text, at):
            continue
        chosen = _chosen(hole, assume)
        if chosen is None:
            continue
        parts.extend([text.cut(done, at), chosen.settled(assume)])
        done = at + 1
    if not done:
        return text
    parts.append(text.cut(done, len(text)))
    return Text.joined(text.path, parts).filled(assume, decides)


def value(
    text: Text, start: int, end: int, offsets: Iterable[int], assume: Assumptions
) -> str | Undecided:
    """The characters from ``start`` to ``end``, with the holes at these offsets filled."""
    parts: list[str | Undecided] = []
    done = start
    for at in offsets:
        parts.append(text.string[done:at])
        done = at + 1
        hole = text.holes[at]
        chosen = _chosen(hole, assume)
        inner = None if chosen is None else chosen.value(0, len(chosen), assume)
        if inner is None:
            inner = Undecided(hole.name)
        elif isinstance(inner, Undecided):
            inner = Undecided(hole.name, *inner.depends_on, pieces=inner.pieces)
        parts.append(inner)
    parts.append(text.string[done:end])
    return concatenated(parts)


def _hole(text: Text, start: int, end: int, hole: Hole) -> Text:
    return Text(text.path, HOLE, [(0, *text.span(start, end))], {0: hole})


def is_of_whole_lines(hole: Hole) -> bool:
    """Whether each option consists of whole lines, or is empty."""
    return bool(hole.options) and all(
        text is not None and _ends_a_line(text) for _label, text in hole.options
    )


def _ends_a_line(text: Text) -> bool:
    if not text.string:
        return True
    last = text.holes.get(len(text) - 1)
    return text.string.endswith("\n") if last is None else is_of_whole_lines(last)


def _chosen(hole: Hole, assume: Assumptions) -> Text | None:
    if not hole.options:
        return None
    label = assume.choose(hole.name, [label for label, _text in hole.options])
    for option, text in hole.options:
        if option == label:
            return text
    # Another hole of the same name knew more branches than this one, or the choice stays open.
    return None
