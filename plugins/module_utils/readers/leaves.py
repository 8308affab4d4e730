# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a reader gives, whatever the file type: leaves with their paths, values and spans."""

from __future__ import annotations

from ..endpoint import Problem
from ..patterns import lazy
from ..text import HOLE, Text
from ..text.assume import Assumptions
from ..text.values import Undecided

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterable, Iterator, NamedTuple, Protocol, Sequence, Tuple, Union

    Path = Tuple[Union[str, int], ...]
    Known = Union[str, Undecided]

    class HasDuplicates(Protocol):
        """A variant that says which of several equal keys counts."""

        @property
        def duplicates(self) -> str:
            """``FIRST``, ``LAST`` or ``ERROR``."""

else:
    from ..tuples import NamedTuple

# Which of several equal keys counts.  After an error the program does not start, which a problem
# says; what it would have read is then taken from the last.
FIRST, LAST, ERROR = "first", "last", "error"
_LINE_ENDS = lazy(r"\r\n?|\n")
_NEWLINES = lazy(r"\n")


class Leaf:
    """One key with its value, or one item of a list.

    ``path`` is the keys that lead there: ``("smtp", "host")``, ``("receivers", 0, "smarthost")``; a
    key with dots in it is one part.  ``value`` is decoded as its file type decodes it, and is
    undecided, with the names of what decides it, if something in it is open.  It may be given as a
    function, which is called at the first use: questions about unused values (a template's
    ``default()``) would multiply the alternatives of the file.

    ``quoted`` is how the value is written: ``""`` plain, ``'"'``, ``"'"``, ``"|"`` for a block.
    Spans are offsets in the text: ``start`` to ``end`` is the value as written, quotes included;
    ``line_start`` to ``line_end`` is the whole entry, key and value; ``key_start`` to ``key_end``
    is the key as written, empty for an item of a list.
    """

    __slots__ = (
        "_value", "end", "key_end", "key_start", "line_end", "line_start", "path", "quoted",
        "start",
    )  # fmt: skip

    def __init__(
        self,
        path: Path,
        value: Known | Callable[[], Known],
        quoted: str,
        start: int,
        end: int,
        line_start: int,
        line_end: int,
        key_start: int,
        key_end: int,
    ) -> None:
        self.path = path
        self._value = value
        self.quoted = quoted
        self.start = start
        self.end = end
        self.line_start = line_start
        self.line_end = line_end
        self.key_start = key_start
        self.key_end = key_end

    @property
    def value(self) -> Known:
        """The decoded value, or what decides it."""
        value = self._value
        if not isinstance(value, (str, Undecided)):
            self._value = value = value()
        return value

    def under(self, path: Path, value: Known | Callable[[], Known]) -> Leaf:
        """The same entry, with another path and value."""
        return type(self)(
            path, value, self.quoted, self.start, self.end,
            self.line_start, self.line_end, self.key_start, self.key_end,
        )  # fmt: skip

    def __repr__(self) -> str:
        # The value may be a secret, and asking for it may open a branch.
        return f"Leaf({self.path!r}, {self.quoted!r}, {self.start}, {self.end})"


class Leaves(NamedTuple):
    """What a file holds, in the order of the file, equal keys kept.

    ``problems`` is what cannot be parsed.  ``opaque`` are entries with a hole in their path, or
    lines that are nothing but one: their path holds ``HOLE`` where anything may stand, and
    ``chosen`` reckons with what they may set.  The value of one that stands in an open section is
    undecided with the section's names.  Containers whose content is not known are opaque too: their
    path ends in ``HOLE``, and their value says what decides it.
    """

    text: Text
    leaves: tuple[Leaf, ...]
    problems: tuple[Problem, ...] = ()
    opaque: tuple[Leaf, ...] = ()


def chosen(leaves: Leaves, path: Path, variant: HasDuplicates) -> Leaf | None:
    """The leaf that counts for a path; ``None`` if the file has none.

    If an entry with a hole in its key may stand in its place, the leaf's value is undecided; a
    program that takes no key twice reads the leaf that is there.
    """
    found = every(leaves, path)
    first = variant.duplicates == FIRST
    leaf = found[0 if first else -1] if found else None
    if leaf is not None and variant.duplicates == ERROR:
        return leaf
    names: list[str] = []
    for entry in leaves.opaque:
        counts = not found or (entry.line_start < found[0 if first else -1].line_start) == first
        if counts and fits(entry.path, path):
            leaf = leaf or entry
            names.extend(_deciders(leaves.text, entry))
    return leaf.under(path, Undecided(*names)) if leaf and names else leaf


def _deciders(text: Text, entry: Leaf) -> tuple[str, ...]:
    """What decides the path of an entry: holes in its key, and in the section above it."""
    names = text.hole_names(entry.key_start, entry.key_end)
    value = entry.value
    return names if isinstance(value, str) else names + value.depends_on


def every(leaves: Leaves, path: Path) -> list[Leaf]:
    """All leaves of a path, in order."""
    return [leaf for leaf in leaves.leaves if leaf.path == path]


def grouped(leaves: Leaves, depth: int) -> dict[Path, Leaves]:
    """The leaves by the first ``depth`` parts of their path, in the order of the file.

    For files with many sections or items: a search of the whole file for each would cost its
    square.  What is opaque is in the group that it belongs to; in each, if a hole says which that
    is.
    """
    groups: dict[Path, tuple[list[Leaf], list[Leaf]]] = {}
    for leaf in leaves.leaves:
        if len(leaf.path) >= depth:
            groups.setdefault(leaf.path[:depth], ([], []))[0].append(leaf)
    common = []
    for leaf in leaves.opaque:
        head = leaf.path[:depth]
        if any(isinstance(part, str) and HOLE in part for part in head):
            common.append(leaf)
        elif head in groups:
            groups[head][1].append(leaf)
    return {
        path: leaves._replace(leaves=tuple(group), opaque=(*own, *common))
        for path, (group, own) in groups.items()
    }


def fits(path: Path, wanted: Path) -> bool:
    """Whether a path with holes may be the wanted one.

    A last part that is a hole alone may be any number of parts: the line, or the content of the
    container, is not known.
    """
    if path[-1:] == (HOLE,):
        path = path[:-1]
        return len(path) < len(wanted) and all(map(_part_fits, path, wanted))
    return len(path) == len(wanted) and all(map(_part_fits, path, wanted))


def _part_fits(part: str | int, wanted: str | int) -> bool:
    if not isinstance(part, str) or not isinstance(wanted, str):
        return part in (wanted, HOLE)
    head, hole, rest = part.partition(HOLE)
    if not hole:
        return part == wanted
    tail = rest.rpartition(HOLE)[2]
    room = len(wanted) - len(head) - len(tail)
    return room >= 0 and wanted.startswith(head) and wanted.endswith(tail)


def settled(text: Text, assume: Assumptions) -> Text:
    """The text with the branches taken that decide where its lines and keys are.

    Holes in values stay, so that questions are asked only about values that are used.
    """
    return text.settled(assume, "\r\n").filled(assume, _begins_line) if text.holes else text


def _begins_line(text: Text, at: int) -> bool:
    while at > 0 and text.string[at - 1] in " \t":
        at -= 1
    return at == 0 or text.string[at - 1] in "\r\n"


def value_of(
    text: Text, start: int, end: int, assume: Assumptions, decode: Callable[[str], str]
) -> Known | Callable[[], Known]:
    """The value that is written from ``start`` to ``end``, decoded when its holes are filled."""
    if not text.has_hole(start, end):
        return decode(text.string[start:end])

    def value() -> Known:
        written = text.value(start, end, assume)
        return written if isinstance(written, Undecided) else decode(written)

    return value


def problem(text: Text, start: int, end: int, message: str, fatal: bool = True) -> Problem:
    """A place that cannot be parsed; ``fatal`` if the program refuses the file for it."""
    return Problem("syntax-error", message, text.place(start, end), fatal)


def lines(string: str, returns: bool = True) -> Iterator[tuple[int, int]]:
    """Each line as the offsets of its beginning and end.

    It ends at ``\\n``, and with ``returns`` at ``\\r`` and ``\\r\\n`` too.
    """
    start = 0
    for end in (_LINE_ENDS if returns else _NEWLINES).finditer(string):
        yield start, end.start()
        start = end.end()
    if start < len(string):
        yield start, len(string)


def stripped(string: str, start: int, end: int, blanks: str) -> tuple[int, int]:
    """The span without the blanks at its ends; empty at ``start`` if there is nothing else."""
    while start < end and string[end - 1] in blanks:
        end -= 1
    while start < end and string[start] in blanks:
        start += 1
    return start, end


def reading_back(
    candidates: Iterable[str],
    new: str,
    read: Callable[[Text, Assumptions], Leaves],
    before: Sequence[str],
    behind: str,
) -> str | None:
    """The first way to write a value that is read as the value; ``None`` if none is.

    Each is tried as the value of one key, behind each of ``before`` and in front of ``behind``,
    which holds another key.
    """
    for candidate in candidates:
        starts = before if candidate else before[:1]
        if all(_reads(start, candidate, behind, new, read) for start in starts):
            return candidate
    return None


def _reads(
    before: str, written: str, behind: str, new: str, read: Callable[[Text, Assumptions], Leaves]
) -> bool:
    leaves = read(Text.of("", before + written + behind), Assumptions({}))
    span = (len(before), len(before) + len(written))
    alone = [(leaf.start, leaf.end) for leaf in leaves.leaves][:-1] == [span]
    return alone and not leaves.problems and leaves.leaves[0].value == new


def replaced(text: Text, edits: Sequence[tuple[Leaf, str]]) -> str:
    """The text's characters with new values, each as ``encode`` writes it, in place of the old."""
    parts: list[str] = []
    at = 0
    for leaf, new in sorted(edits, key=lambda edit: edit[0].start):
        parts += [text.string[at : leaf.start], new]
        at = leaf.end
    return "".join([*parts, text.string[at:]])
