# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lines whose names, ends or words are not known: loaded where a text has holes."""

from __future__ import annotations

from .syntax import BLANK, BLANK_INSIDE, Entry, value_span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...text import Text
    from ...text.assume import Assumptions
    from ...text.values import Undecided
    from .syntax import Line


def filled(text: Text, assume: Assumptions, master: bool) -> Text:
    """The text with the holes filled that ``syntax.settled`` speaks of."""
    return text.filled(assume, _decides_words if master else _decides_names)


def hole_names(line: Line, start: int, end: int) -> tuple[str, ...]:
    """What decides the holes between two characters of a logical line."""
    names: set[str] = set()
    for a, b in spans(line, start, end):
        names.update(line.text.hole_names(a, b))
    return tuple(sorted(names))


def pieces(line: Line, start: int, end: int, assume: Assumptions) -> list[str | Undecided]:
    """What stands there, with what is known around a hole apart from what fills it."""
    text = line.text
    found: list[str | Undecided] = []
    for a, b in spans(line, start, end):
        done = a
        for at in text.hole_offsets(a, b):
            found.extend([text.string[done:at], text.value(at, at + 1, assume)])
            done = at + 1
        found.append(text.string[done:b])
    return [piece for piece in found if piece != ""]


def spans(line: Line, start: int, end: int) -> list[tuple[int, int]]:
    """Where the characters stand in the text, one span for each physical line."""
    if len(line.parts) == 1:
        first = line.parts[0][0]
        return [(first + start, first + end)] if end > start else []
    found = []
    at = 0
    for first, last in line.parts:
        found.append((first + max(0, start - at), min(last, first + end - at)))
        at += last - first
    return [(a, b) for a, b in found if b > a]


def _at_line_start(text: Text, at: int) -> bool:
    while at and text.string[at - 1] in " \t\v\f\r":
        at -= 1
    return not at or text.string[at - 1] == "\n"


def _decides_names(text: Text, at: int) -> bool:
    if _at_line_start(text, at):
        return True
    if not any(option and "=" in option.string for _label, option in text.holes[at].options):
        return False
    return text.string.rfind("=", 0, at) <= text.string.rfind("\n", 0, at)


def _decides_words(text: Text, at: int) -> bool:
    if _at_line_start(text, at):
        return True
    return any(
        option is not None and (not option.string or set(option.string) & set(" \t\r\n{}"))
        for _label, option in text.holes[at].options
    )


def setting(line: Line, start: int, end: int, equals: int) -> Entry:
    """A setting with a hole before any "="."""
    stop = end if equals < 0 else equals
    name = line.string[start:stop].strip(BLANK)
    first = line.string.find(name, start) if name else start
    head = BLANK_INSIDE.split(name, 1)[0]
    if not line.has_hole(first, first + len(head)):
        # The name is whole; the hole holds the "=" or something that Postfix refuses.
        return Entry(line, head, (first, first + len(head)), (first + len(head), end), None, True)
    pattern = _pattern(line, first, first + len(head))
    valued = equals >= 0
    value = value_span(line.string, equals + 1, end) if valued else (stop, stop)
    return Entry(line, None, (first, stop), value, pattern, valued)


def _pattern(line: Line, start: int, end: int) -> tuple[str, ...] | None:
    """The literal pieces of a name around its holes; ``None`` where there are none."""
    pieces = [""]
    for at in range(start, end):
        if line.has_hole(at, at + 1):
            pieces.append("")
        else:
            pieces[-1] += line.string[at]
    return tuple(pieces) if any(pieces) else None


def fits(pieces: tuple[str, ...], name: str) -> bool:
    """Whether the name begins and ends as the pieces do and holds the others in between."""
    first, last = pieces[0], pieces[-1]
    if len(name) < len(first) + len(last) or not name.startswith(first) or not name.endswith(last):
        return False
    at, end = len(first), len(name) - len(last)
    for piece in pieces[1:-1]:
        found = name.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
