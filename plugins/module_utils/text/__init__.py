# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every format reads: a string that knows where each character came from and what is open.

An unknown piece (a template expression, an environment reference) is one private-use character, a
*hole*.  Holes are found by their offset, never by their character, so private-use characters of the
file's own are no holes.

Bytes that are not UTF-8 are carried through as lone surrogates (PEP 383), so every byte of a file
can be given back and byte offsets stay right.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from .place import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Iterator, Mapping, Sequence, TypeVar

    from .assume import Assumptions
    from .values import Setting, Undecided

    Made = TypeVar("Made")

    # A run of a text: its offset there, and what it stands for in its file, from start to end.
    Piece = tuple[int, "Original", int, int]

HOLE = "\uf8ff"
# The byte offset is kept once for so many characters: a line may be as long as its file.
STRETCH = 1024


class Hole:
    """A piece of text that is not known.

    ``name`` is what decides it.  ``options`` are the texts that it may be, each under the label of
    its branch; a text of ``None`` stands for "anything", no options at all likewise.  Holes of one
    name are decided together: where one takes the branch ``true``, all do.
    """

    __slots__ = ("name", "options")

    def __init__(self, name: str, options: Sequence[tuple[str, Text | None]] = ()) -> None:
        self.name = name
        self.options = tuple(options)

    def structural(self, signs: str = "\n") -> bool:
        """Whether an option holds one of the signs that decide where lines and sections are.

        The holes of an option count too.
        """
        texts = [text for _label, text in self.options if text is not None]
        return any(sign in text.string for text in texts for sign in signs) or any(
            hole.structural(signs) for text in texts for hole in text.holes.values()
        )


def hole_shown(name: str) -> str:
    """A hole as a reader sees it: a placeholder as it stands, a template's expression in braces."""
    variable = name.isidentifier() and not name.isupper()
    return f"{{{{ {name} }}}}" if variable else name


class Original:
    """A file as it was read: its path, its characters, its line starts."""

    __slots__ = ("_ascii", "_bytes", "_starts", "path", "string")

    def __init__(self, path: str, string: str) -> None:
        self.path = path
        self.string = string
        self._ascii = string.isascii()
        self._starts: list[int] | None = None
        # The byte offset of each stretch, for files that are not plain ASCII.
        self._bytes: list[int] | None = None

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1; a column counts code points."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            self._starts, at = [0], self.string.find("\n")
            while at >= 0:
                self._starts.append(at + 1)
                at = self.string.find("\n", at + 1)
        return self._starts

    def place(self, first: int, last: int) -> Place:
        """Where the characters from ``first`` to ``last`` (not included) stand."""
        line, column = self.position(first)
        end_line, end_column = line, column + last - first
        starts = self._line_starts()
        if line < len(starts) and last >= starts[line]:
            end_line, end_column = self.position(last)
            if end_column == 1:
                # An end just behind a line end belongs to the line that it closes.
                end_line, end_column = self.position(last - 1)
                end_column += 1
        begin, finish = self.byte(first), self.byte(last)
        return Place(self.path, line, column, end_line, end_column, begin, finish)

    def byte(self, offset: int) -> int:
        """The byte offset of a character offset."""
        if self._ascii:
            return offset
        if self._bytes is None:
            self._bytes, at = [], 0
            for first in range(0, len(self.string) + 1, STRETCH):
                self._bytes.append(at)
                at += len(_encoded(self.string[first : first + STRETCH]))
        number = offset // STRETCH
        return self._bytes[number] + len(_encoded(self.string[number * STRETCH : offset]))

    def start(self, line: int) -> int:
        """The offset at which a line begins, from 1."""
        return self._line_starts()[line - 1]

    def lines(self, first: int, last: int) -> str:
        """The lines from ``first`` to ``last`` (from 1, both in), without the last line end."""
        starts = self._line_starts()
        end = starts[last] if last < len(starts) else len(self.string)
        return self.string[starts[first - 1] : end].rstrip("\r\n")


class Text:
    """A string with holes and exact positions.

    ``string`` is what a format reads.  ``holes`` maps an offset in it to the hole that stands
    there.  ``pieces`` says where runs of it came from: ``(offset, original, start, end)``, ordered
    by the first.  A hole is a piece of its own and may be of any width in its file; so is a
    character that stands for several there.  ``written`` maps the offset of a piece to the settings
    that its characters were made of: in the file stands an expression, and each of them is all of
    it.
    """

    __slots__ = (
        "_hole_offsets", "_made", "_pieces", "_starts", "_whole", "holes", "path", "string",
        "written",
    )  # fmt: skip

    def __init__(
        self,
        path: str,
        string: str,
        pieces: Sequence[Piece],
        holes: dict[int, Hole] | None = None,
        written: Mapping[int, tuple[Setting, ...]] | None = None,
    ) -> None:
        self.path = path
        self.string = string
        self.holes = holes or {}
        self.written = written or {}
        self._pieces = list(pieces)
        self._starts = [piece[0] for piece in self._pieces]
        self._hole_offsets = sorted(self.holes)
        self._made: dict[object, Any] | None = None
        # The piece of a text that is one run of a file as it stands there.
        self._whole: tuple[Original, int, int] | None = None
        if len(self._pieces) == 1 and not self.written:
            _offset, original, first, last = self._pieces[0]
            if last - first == len(string):
                self._whole = original, first, last

    @classmethod
    def of(cls, path: str, data: bytes | str) -> Text:
        """A text without holes, of a file's bytes."""
        string = data if isinstance(data, str) else data.decode("utf-8", "surrogateescape")
        return cls(path, string, [(0, Original(path, string), 0, len(string))])

    @classmethod
    def joined(cls, path: str, parts: Iterable[Text]) -> Text:
        """One text of several."""
        string: list[str] = []
        pieces: list[Piece] = []
        holes: dict[int, Hole] = {}
        written: dict[int, tuple[Setting, ...]] = {}
        at = 0
        for part in parts:
            pieces.extend((at + piece[0], *piece[1:]) for piece in part._pieces)
            holes.update((at + offset, hole) for offset, hole in part.holes.items())
            written.update((at + offset, settings) for offset, settings in part.written.items())
            string.append(part.string)
            at += len(part.string)
        return cls(path, "".join(string), pieces, holes, written)

    def __len__(self) -> int:
        return len(self.string)

    def made(self, key: object, make: Callable[[Text], Made]) -> Made:
        """What ``make`` makes of the text: made once, and kept under ``key`` while the text is."""
        if self._made is None:
            self._made = {}
        if key not in self._made:
            self._made[key] = make(self)
        made: Made = self._made[key]
        return made

    def cut(self, start: int, end: int) -> Text:
        """The part from ``start`` to ``end``, with its positions and holes."""
        first = self._number(start)
        last = max(first + 1, bisect_left(self._starts, end))
        pieces = [
            (max(offset, start) - start, original, *self._inside(number, start, end))
            for number, (offset, original, _start, _end) in enumerate(
                self._pieces[first:last], first
            )
        ]
        holes = {at - start: self.holes[at] for at in self.hole_offsets(start, end)}
        written = {
            max(at, start) - start: self.written[at]
            for at in (self._starts[first:last] if self.written else ())
            if at in self.written
        }
        return Text(self.path, self.string[start:end], pieces, holes, written)

    def replaced(self, start: int, end: int, character: str) -> Text:
        """One character that stands for those from ``start`` to ``end``."""
        return Text(self.path, character, [(0, *self.span(start, end))])

    def opened(self, spans: Iterable[tuple[int, int, Hole]]) -> Text:
        """The text with a hole for each span; they are in order and do not overlap."""
        from . import holes

        return holes.opened(self, spans)

    def hole_offsets(self, start: int, end: int) -> list[int]:
        """The offsets of the holes between the two."""
        if not self._hole_offsets:
            return []
        first = bisect_left(self._hole_offsets, start)
        return self._hole_offsets[first : bisect_left(self._hole_offsets, end)]

    def has_hole(self, start: int, end: int) -> bool:
        """Whether there is a hole between the offsets."""
        return bool(self.hole_offsets(start, end))

    def hole_names(self, start: int, end: int) -> tuple[str, ...]:
        """What decides the holes between the offsets."""
        return tuple(sorted({self.holes[at].name for at in self.hole_offsets(start, end)}))

    def paths(self) -> set[str]:
        """The files that its characters came from, and those of what its holes may be."""
        found = {original.path for _offset, original, _start, _end in self._pieces}
        for settings in self.written.values():
            found.update(one.place.path for one in settings if one.place is not None)
        for hole in self.holes.values():
            for _label, text in hole.options:
                found |= text.paths() if text is not None else set()
        return found

    def _number(self, offset: int) -> int:
        """The number of the piece that holds the character at ``offset``, or that ends there."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def _inside(self, number: int, start: int, end: int) -> tuple[int, int]:
        """What a piece's characters between two offsets of the text stand for in its file."""
        offset, _original, first, last = self._pieces[number]
        if offset in self.written:
            return first, last
        following = number + 1
        until = self._starts[following] if following < len(self._starts) else len(self.string)
        return (
            last if start >= until else first + max(0, start - offset),
            last if end >= until else first + end - offset,
        )

    def origin(self, offset: int) -> tuple[Original, int]:
        """The file that the character at ``offset`` came from, and its offset there."""
        original, start, _end = self.span(offset, offset)
        return original, start

    def span(self, start: int, end: int) -> tuple[Original, int, int]:
        """The file that the characters from ``start`` to ``end`` came from, and their span there.

        A span that begins in one file and ends in another is shown by its beginning.
        """
        if self._whole is not None:
            original, first, last = self._whole
            return original, min(first + start, last), min(first + max(start, end), last)
        if not self._pieces:
            return Original(self.path, ""), 0, 0
        number = self._number(start)
        original = self._pieces[number][1]
        first, last = self._inside(number, start, max(start, end))
        if end <= start:
            return original, first, first
        ending = self._number(end - 1)
        if ending != number:
            other, offset = self._pieces[ending][1], self._inside(ending, start, end)[1]
            last = offset if other is original and offset >= first else first
        return original, first, last

    def within(self, path: str, start: int, end: int) -> list[tuple[int, int, int, int]]:
        """What came from a span of a file's bytes: each run's offsets, and those of its bytes."""
        found = []
        ends = [*self._starts[1:], len(self.string)]
        for (offset, original, first, last), stop in zip(self._pieces, ends):
            if original.path == path:
                begin, finish = original.byte(first), original.byte(last)
                if begin < end and start < finish:
                    found.append((offset, stop, begin, finish))
        return found

    def stands(self, path: str, start: int, end: int) -> bool:
        """Whether bytes of a file are characters of the text, as they stand there."""
        return any(
            original.path == path
            and offset not in self.written
            and offset not in self.holes
            and original.byte(first) <= start
            and end <= original.byte(last)
            for offset, original, first, last in self._pieces
        )

    def runs(self) -> Iterator[tuple[Original, int, int]]:
        """The spans of files that its characters stand for, and those of what its holes may be."""
        waiting, seen = [self], {id(self)}
        while waiting:
            text = waiting.pop()
            for offset, original, first, last in text._pieces:
                hole = text.holes.get(offset)
                options = [option for _label, option in hole.options] if hole is not None else []
                if not options or None in options:
                    yield original, first, last
                for option in options:
                    if option is not None and id(option) not in seen:
                        seen.add(id(option))
                        waiting.append(option)

    def place(self, start: int, end: int | None = None) -> Place:
        """Where the characters from ``start`` to ``end`` (not included) stand in their file."""
        original, first, last = self.span(start, start if end is None else end)
        return original.place(first, last)

    def settled(self, assume: Assumptions, signs: str = "\n") -> Text:
        """The text with every structural hole replaced by the branch that ``assume`` takes.

        What may be anything stays a hole.  A text without structural holes is returned as it is.
        ``signs`` are the characters that make a hole structural in the format.
        """
        offsets = [at for at in self._hole_offsets if self.holes[at].structural(signs)]
        if not offsets:
            return self
        from . import holes

        return holes.settled(self, offsets, assume, signs)

    def filled(self, assume: Assumptions, decides: Callable[[Text, int], bool]) -> Text:
        """The text with every hole filled that has options and that ``decides`` picks.

        An option may hold further holes; each is judged where it then stands.
        """
        if not self.holes:
            return self
        from . import holes

        return holes.filled(self, assume, decides)

    def value(self, start: int, end: int, assume: Assumptions) -> str | Undecided:
        """The characters from ``start`` to ``end``, holes filled by what ``assume`` takes for them.

        If one of them may be anything, returns ``Undecided`` with the names of the holes and the
        known text around them.
        """
        offsets = self.hole_offsets(start, end)
        if not offsets:
            return self.string[start:end]
        from . import holes

        return holes.value(self, start, end, offsets, assume)


def _encoded(string: str) -> bytes:
    return string.encode("utf-8", "surrogateescape")
