# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Logical lines, which main.cf and master.cf share, and the settings of main.cf.

``read_main`` goes on behind a line that Postfix refuses and keeps it as a ``Problem``.  Nothing is
expanded or judged here, and a hole stays a hole: ``Line.value`` fills it when somebody asks.

Source: postconf(5); readllines and split_nameval of Postfix's util library.
"""

from __future__ import annotations

from bisect import bisect_right

from ...endpoint import Problem
from ...patterns import lazy
from ...text import Text
from ...text.values import Setting, Undecided, concatenated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from ...text.assume import Assumptions
    from ...text.place import Place

# What Postfix takes for a blank around a name or a value, and between the words of master.cf.
BLANK = " \t\n\v\f\r"

BLANK_INSIDE = lazy(r"[ \t\n\v\f\r]")


class Line:
    """A logical line: what is left of its physical lines, without line ends and comments.

    ``string`` holds its characters; offsets in it are turned into offsets of the text by
    ``offset``.  ``comments`` are the spans (in the text) of comment lines between its parts, each
    with the number of parts before it.
    """

    __slots__ = ("_starts", "comments", "parts", "string", "text")

    def __init__(
        self,
        text: Text,
        parts: Sequence[tuple[int, int]],
        comments: Sequence[tuple[int, int, int]] = (),
    ) -> None:
        self.text = text
        self.parts = parts
        self.comments = comments
        source = text.string
        if len(parts) == 1:
            self.string = source[parts[0][0] : parts[0][1]]
            self._starts = [0]
            return
        self.string = "".join([source[start:end] for start, end in parts])
        self._starts = []
        at = 0
        for start, end in parts:
            self._starts.append(at)
            at += end - start

    def part(self, at: int) -> int:
        """The number of the physical line that holds the character ``at``."""
        return bisect_right(self._starts, at) - 1

    def offset(self, at: int) -> int:
        """The offset in the text of the character ``at`` of the logical line."""
        part = self.part(at)
        return self.parts[part][0] + at - self._starts[part]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The text's offsets of the characters from ``start`` to ``end`` of the logical line."""
        if len(self.parts) == 1:
            begin = self.parts[0][0]
            return begin + start, begin + max(start, end)
        if end <= start:
            at = self.offset(start) if start < len(self.string) else self.parts[-1][1]
            return at, at
        return self.offset(start), self.offset(end - 1) + 1

    def place(self, start: int = 0, end: int | None = None) -> Place:
        """Where a part of the logical line stands; by default all of it."""
        if end is None:
            end = len(self.string.rstrip(BLANK))
        return self.text.place(*self.span(start, end))

    def has_hole(self, start: int, end: int) -> bool:
        """Whether anything between the two is not known."""
        if not self.text.holes:
            return False
        from .open_lines import spans

        return any(self.text.has_hole(a, b) for a, b in spans(self, start, end))

    def hole_names(self, start: int, end: int) -> tuple[str, ...]:
        """What decides the holes between the two."""
        from .open_lines import hole_names

        return hole_names(self, start, end)

    def value(self, start: int, end: int, assume: Assumptions) -> str | Undecided:
        """The characters from ``start`` to ``end``, holes filled by what ``assume`` takes."""
        if not self.text.holes:
            return self.string[start:end]
        from .open_lines import spans

        return concatenated(self.text.value(a, b, assume) for a, b in spans(self, start, end))

    def pieces(self, start: int, end: int, assume: Assumptions) -> list[str | Undecided]:
        """Like ``value``, but what is known around an unknown hole is kept apart from it."""
        if not self.has_hole(start, end):
            return [self.string[start:end]]
        from .open_lines import pieces

        return pieces(self, start, end, assume)


class Entry:
    """``name = value`` of main.cf, or of a ``-o``; offsets are those of the line.

    ``name`` is the literal name, or ``None`` where a hole stands in it; then ``pattern`` holds the
    literal pieces around the holes (``None``: there are none, it may be anything).  ``valued`` is
    false where a hole may hold the whole rest of the line.
    """

    __slots__ = (
        "end", "line", "name", "pattern", "setting", "start", "value_end", "value_start", "valued",
    )  # fmt: skip

    def __init__(
        self,
        line: Line,
        name: str | None,
        span: tuple[int, int],
        value: tuple[int, int],
        pattern: tuple[str, ...] | None = None,
        valued: bool = True,
    ) -> None:
        self.line = line
        self.name = name
        self.start, self.end = span
        self.value_start, self.value_end = value
        self.pattern = pattern
        self.valued = valued
        # What a cause shows of it, as soon as one does.
        self.setting: Setting | None = None

    def could_be(self, name: str) -> bool:
        """Whether the entry may set the parameter, as far as its literal characters tell."""
        if self.name is not None:
            return self.name == name
        from . import open_lines

        return self.pattern is None or open_lines.fits(self.pattern, name)

    def sets(self, name: str, assume: Assumptions) -> bool | Undecided:
        """Whether the entry sets the parameter under these assumptions."""
        if self.name is not None:
            return self.name == name
        if not self.could_be(name):
            return False
        if self.pattern is None or not self.valued:
            return Undecided(*self.line.hole_names(self.start, len(self.line.string)))
        found = self.line.value(self.start, self.end, assume)
        return found if isinstance(found, Undecided) else found.strip(BLANK) == name

    def place(self) -> Place:
        """Where the entry stands, name and value."""
        return self.line.place(self.start, max(self.value_end, self.end))


class Main:
    """A main.cf."""

    __slots__ = ("entries", "named", "open", "problems", "referred", "text")

    def __init__(self, text: Text, entries: list[Entry], problems: list[Problem]) -> None:
        self.text = text
        self.entries = entries
        self.problems = problems
        # The numbers of the entries of each name, and of those whose name has a hole.
        self.named: dict[str, list[int]] = {}
        self.open: list[int] = []
        for number, entry in enumerate(entries):
            if entry.name is None:
                self.open.append(number)
            else:
                self.named.setdefault(entry.name, []).append(number)
        # For edits: whether something refers to a parameter.
        self.referred: dict[str, bool] = {}


def lines(text: Text) -> tuple[list[Line], list[Problem]]:
    """The logical lines of a file.

    A line that starts with a blank continues the one above; blank lines and comment lines are
    skipped and do not end it.
    """
    found: list[Line] = []
    problems: list[Problem] = []
    parts: list[tuple[int, int]] = []
    comments: list[tuple[int, int, int]] = []
    at = 0
    orphaned = False
    for physical in text.string.split("\n"):
        begin, at = at, at + len(physical) + 1
        body = physical.lstrip(BLANK)
        if not body:
            continue
        if body[0] == "#":
            if parts:
                comments.append((len(parts), begin, at - 1))
            continue
        if len(body) == len(physical):
            if parts:
                found.append(_line(text, parts, comments))
            parts, comments, orphaned = [(begin, at - 1)], [], False
        elif parts:
            parts.append((begin, at - 1))
        elif not orphaned:
            orphaned = True
            place = text.place(begin + len(physical) - len(body), at - 1)
            message = "continues a line, and there is none above; Postfix skips it"
            problems.append(Problem("syntax-error", message, place))
    if parts:
        found.append(_line(text, parts, comments))
    return found, problems


def _line(text: Text, parts: list[tuple[int, int]], comments: list[tuple[int, int, int]]) -> Line:
    # Comments behind the last part belong to whatever follows.
    return Line(text, parts, [comment for comment in comments if comment[0] < len(parts)])


def settled(text: Text, assume: Assumptions, master: bool) -> Text:
    """The text with every hole filled that decides how it falls into lines and words.

    Beyond the line ends of ``Text.settled`` these are, where their options are known, holes at the
    beginning of a line (``#`` comments it out, a blank makes it a continuation) and, in master.cf,
    those that may be no word or several.
    """
    text = text.settled(assume)
    if not text.holes:
        return text
    from . import open_lines

    return open_lines.filled(text, assume, master)


def read_main(text: Text) -> Main:
    """A main.cf's settings, in order.  ``text`` is settled."""
    entries: list[Entry] = []
    found, problems = lines(text)
    for line in found:
        entry = split_setting(line, 0, len(line.string))
        if isinstance(entry, str):
            message = f"{entry}; Postfix refuses main.cf"
            problems.append(Problem("syntax-error", message, line.place(), True))
        else:
            entries.append(entry)
    return Main(text, entries, problems)


def split_setting(line: Line, start: int, end: int) -> Entry | str:
    """``name = value`` between two offsets, or why Postfix cannot take it apart."""
    string = line.string
    equals = string.find("=", start, end)
    if line.has_hole(start, end if equals < 0 else equals):
        from . import open_lines

        return open_lines.setting(line, start, end, equals)
    name = string[start : end if equals < 0 else equals]
    bare = name.strip(BLANK)
    if not bare:
        return "missing name"
    if equals < 0 or (len(bare.split()) > 1 and BLANK_INSIDE.search(bare)):
        return "missing '=' after the name"
    first = start + len(name) - len(name.lstrip(BLANK))
    return Entry(line, bare, (first, first + len(bare)), value_span(string, equals + 1, end))


def value_span(string: str, start: int, end: int) -> tuple[int, int]:
    """The span without the blanks at its ends."""
    value = string[start:end]
    bare = value.strip(BLANK)
    first = start + len(value) - len(value.lstrip(BLANK)) if bare else start
    return first, first + len(bare)
