# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lines of a keyword and its argument: ``host smtp.example.com``, ``mailhub=smtp.example.com``.

The path of a leaf is its keyword alone.
"""

from __future__ import annotations

from ..text import HOLE
from ..text.values import Undecided
from . import ini_values
from .ini import KEPT, SKIPPED
from .ini import Variant as Ini
from .ini_values import ANYWHERE, BACKSLASH, BEHIND_A_BLANK, blanks_off
from .leaves import ERROR, LAST, Leaf, Leaves, lines, problem, reading_back, settled, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, NamedTuple, Sequence

    from ..endpoint import Problem
    from ..text import Text
    from ..text.assume import Assumptions
else:
    from ..tuples import NamedTuple


class Variant(NamedTuple):
    """How a program reads its lines.

    ``separators`` are signs that must stand behind a keyword; without any, blanks do.  ``comments``
    begin a comment line, ``trailing`` a comment behind an argument (``behind``: whether a blank
    must stand before it).  ``lines``: whether a line goes on in the next, ``BACKSLASH`` or
    ``INDENTED``.  ``quotes`` around an argument are taken off.  ``folds``: keywords are compared in
    lower case.  ``lone_keys``: what a keyword without an argument is, kept with an empty value,
    skipped, or an error.  ``tight``: a blank ends a keyword and its argument, and neither may begin
    with one.
    """

    separators: str = ""
    comments: str = "#"
    trailing: str = ""
    behind: str = BEHIND_A_BLANK
    lines: str = ""
    quotes: str = ""
    folds: bool = False
    lone_keys: str = KEPT
    tight: bool = False
    duplicates: str = LAST


DEFAULT = Variant()
# msmtp 1.6 to 1.8: the rest of the line, one pair of double quotes taken off.
MSMTP = Variant(quotes='"')
# ssmtp 2.64, as runs of Debian's show: "#" begins a comment wherever it stands, a line without "="
# counts for nothing, nor does one that is indented; a blank beside the sign makes the value empty.
SSMTP = Variant(
    separators="=", trailing="#", behind=ANYWHERE, folds=True, lone_keys=SKIPPED, tight=True
)  # fmt: skip
# dma 0.13, parse_conf: as ssmtp, but blanks are the sign, and a keyword may stand alone.
DMA = Variant(separators=" \t", trailing="#", behind=ANYWHERE, tight=True)
# Exim's main options, spec chapter 6.
EXIM = Variant(separators="=", lines=BACKSLASH, quotes='"')


def read(text: Text, assume: Assumptions, variant: Variant = DEFAULT) -> Leaves:
    """The keywords of a file."""
    return _Reader(settled(text, assume), assume, variant).leaves()


def encode(leaf: Leaf, new: str, variant: Variant = DEFAULT) -> str | None:
    """How a new argument is written in the place of the leaf's; ``None`` if it cannot be."""
    if leaf.start == leaf.end == leaf.key_end:
        return None

    def reader(text: Text, assume: Assumptions) -> Leaves:
        return read(text, assume, variant)

    sign = variant.separators[:1]
    before = (f"k{sign}",) if variant.tight else (f"k{sign}", f"k{sign} ")
    behind = f"\nz{sign or ' '}1\n"
    candidates = _candidates(leaf, new, variant)
    return reading_back(candidates, new, reader, before if sign else ("k ",), behind)


def _candidates(leaf: Leaf, new: str, variant: Variant) -> Iterator[str]:
    around = ["", *variant.quotes]
    if leaf.quoted in around:
        around.remove(leaf.quoted)
        around.insert(0, leaf.quoted)
    yield from (quote + new + quote for quote in around)


class _Reader:
    def __init__(self, text: Text, assume: Assumptions, variant: Variant) -> None:
        self.text = text
        self.string = text.string
        self.assume = assume
        self.variant = variant
        self.values = Ini(
            comments=variant.comments, trailing=variant.trailing, behind=variant.behind,
            lines=variant.lines, quotes=variant.quotes,
        )  # fmt: skip
        self.rows: Sequence[tuple[int, int]] = ()
        self.found: list[Leaf] = []
        self.opaque: list[Leaf] = []
        self.problems: list[Problem] = []

    def leaves(self) -> Leaves:
        self.rows = list(lines(self.string))
        row = 0
        while row < len(self.rows):
            row = self._read(row)
        return Leaves(self.text, tuple(self.found), tuple(self.problems), tuple(self.opaque))

    def _read(self, row: int) -> int:
        """Read what begins in a row; the number of the row behind it."""
        first, last = blanks_off(self.string, *self.rows[row])
        if row == 0 and self.string.startswith("\ufeff", first, last):
            first += 1
        if not self.variant.quotes:
            last = ini_values.comment_off(self.string, first, last, self.values)
        if first >= last or self.string[first] in self.variant.comments:
            return row + 1
        if self.variant.tight:
            # An indented line sets a key that has no name.
            return row + 1 if first > self.rows[row][0] else self._tight(row, first, last)
        at = first
        while at < last and not self._ends(self.string[at]):
            at += 1
        key_end = at
        while at < last and self.string[at].isspace():
            at += 1
        if at == last or not self._separated(at):
            return self._lone(row, first, key_end, last)
        at += 1 if self.variant.separators else 0
        span = ini_values.span(self.string, self.rows, row, at, self.values)
        line = (first, max(last, span.end))
        self._add(span.quoted, (span.start, span.end), line, (first, key_end))
        return span.row

    def _separated(self, at: int) -> bool:
        separators = self.variant.separators
        return not separators or self.string[at] in separators

    def _tight(self, row: int, first: int, last: int) -> int:
        """A line of which a blank ends what it stands behind, be it empty."""
        string, separators = self.string, self.variant.separators
        key_end = first
        while key_end < last and not self._ends(string[key_end]):
            key_end += 1
        if not any(sign in string[first:last] for sign in separators):
            return self._lone(row, first, key_end, last)
        start = key_end + 1
        while start < last and string[start].isspace() and string[key_end].isspace():
            start += 1
        end = start
        while end < last and not self._ends(string[end]):
            end += 1
        # Nothing can be written behind a blank.
        span = (start, end) if string[key_end] in separators else (key_end, key_end)
        self._add("", span, (first, last), (first, key_end))
        return row + 1

    def _ends(self, sign: str) -> bool:
        return sign.isspace() or sign in self.variant.separators

    def _lone(self, row: int, first: int, key_end: int, last: int) -> int:
        """A line of a keyword alone, or one without a separator."""
        if self.text.has_hole(first, last):
            names = self.text.hole_names(first, last)
            entry = Leaf((HOLE,), Undecided(*names), "", last, last, first, last, first, last)
            self.opaque.append(entry)
        elif key_end == first or self.variant.lone_keys == ERROR:
            message = "neither a keyword nor its argument"
            self.problems.append(problem(self.text, first, last, message))
        elif self.variant.lone_keys == KEPT:
            self._add("", (key_end, key_end), (first, last), (first, key_end))
        return row + 1

    def _add(
        self, quoted: str, span: tuple[int, int], line: tuple[int, int], key: tuple[int, int]
    ) -> None:
        known = self.text.value(*key, self.assume)
        name = self.string[slice(*key)] if isinstance(known, Undecided) else known
        path = (name.lower() if self.variant.folds else name,)
        if isinstance(known, Undecided):
            self.opaque.append(Leaf(path, known, quoted, *span, *line, *key))
            return
        value = value_of(
            self.text, *span, self.assume, lambda written: ini_values.decoded(written, self.values)
        )
        self.found.append(Leaf(path, value, quoted, *span, *line, *key))
