# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the readers of nested file types (JSON, TOML, XML, YAML) have in common.

They collect leaves under paths of several parts, know values that may be whole containers, and
stop where a file is made to hurt: deeper, or with more values, than any configuration.
"""

from __future__ import annotations

from ..text import HOLE
from ..text.values import Undecided, concatenated
from .leaves import Leaf, Leaves, problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, NamedTuple

    from ..endpoint import Problem
    from ..text import Text
    from ..text.assume import Assumptions
    from .leaves import Known, Path
else:
    from ..tuples import NamedTuple

# Containers in each other, and values in a file: the largest configurations have a tenth of it.
DEEPEST = 64
MOST = 50_000


class Malformed(Exception):  # noqa: N818  the file's error, not ours
    """The text is not of its file type: why, and at which offset."""

    def __init__(self, reason: str, offset: int, seen: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset
        # Up to where it was looked for; the longest escape has ten characters.
        self.seen = max(seen, offset + 10)


class Key(NamedTuple):
    """What leads to a value: its path, the key as written, and where the entry begins.

    ``open`` says that a hole is in one of the keys.
    """

    path: Path
    start: int
    end: int
    line_start: int
    open: bool = False


class Collected:
    """The leaves of one text while it is read."""

    def __init__(self, text: Text, assume: Assumptions) -> None:
        self.text = text
        self.assume = assume
        self._leaves: list[Leaf] = []
        self._opaque: list[Leaf] = []
        self._problems: list[Problem] = []
        # Up to where holes are known to leave anything open.
        self._open_to = 0

    def leaves(self) -> Leaves:
        """What was collected."""
        return Leaves(self.text, tuple(self._leaves), tuple(self._problems), tuple(self._opaque))

    def leaf(
        self, key: Key, value: Known | Callable[[], Known], quoted: str, start: int, end: int
    ) -> None:
        """Add a value; raises ``Malformed`` where there are too many."""
        touched = self.beside(start, end)
        value = value if touched is None else touched
        leaf = Leaf(key.path, value, quoted, start, end, key.line_start, end, key.start, key.end)
        self.add(leaf, key.open)

    def add(self, leaf: Leaf, is_open: bool = False) -> None:
        """Add a leaf, to those with a hole in their path if it is one; raises as ``leaf`` does."""
        if len(self._leaves) + len(self._opaque) >= MOST:
            raise Malformed(f"more than {MOST:,} values", leaf.start)
        (self._opaque if is_open else self._leaves).append(leaf)

    def unknown(self, path: Path, names: tuple[str, ...], start: int, end: int) -> None:
        """Note that anything may stand below a path, and what decides it."""
        value = Undecided(*names)
        self.add(Leaf((*path, HOLE), value, "", start, end, start, end, end, end), True)

    def beside(self, start: int, end: int) -> Undecided | None:
        """What decides a value that a hole touches: it may go on in there."""
        if start - 1 not in self.text.holes and end not in self.text.holes:
            return None
        return Undecided(*self.text.hole_names(max(0, start - 1), end + 1))

    def may_be_container(self, start: int, end: int) -> bool:
        """Whether a plain value is a hole alone that may be anything."""
        hole = self.text.holes.get(start) if end == start + 1 else None
        return hole is not None and (
            not hole.options or any(text is None for _label, text in hole.options)
        )

    def plain(self, key: Key, value: Known | Callable[[], Known], start: int, end: int) -> None:
        """Add a plain value, which may be a container if it is nothing but a hole."""
        self.leaf(key, value, "", start, end)
        if self.may_be_container(start, end):
            self.unknown(key.path, self.text.hole_names(start, end), start, end)

    def filled(self, decoded: str, start: int, end: int) -> Known | Callable[[], Known]:
        """A value whose file type was decoded with its holes in it, in their order."""
        offsets = self.text.hole_offsets(start, end)
        if not offsets:
            return decoded
        parts = decoded.split(HOLE)
        written = self.text.string.count(HOLE, start, end)
        if len(parts) != written + 1 or written != len(offsets):
            # A hole and a character of the file's own, or one that the parser passed over.
            return Undecided(*self.text.hole_names(start, end))

        def value() -> Known:
            filled: list[str | Undecided] = [parts[0]]
            for at, literal in zip(offsets, parts[1:]):
                filled += [self.text.value(at, at + 1, self.assume), literal]
            return concatenated(filled)

        return value

    def fail(self, error: Malformed, fatal: bool = True) -> None:
        """Note what cannot be parsed.

        Where holes stand before it, they may be what makes it so: then anything may be there.
        """
        names = self.text.hole_names(self._open_to, error.seen)
        if names:
            end = min(error.offset + 1, len(self.text))
            value = Undecided(*names)
            whole = Leaf((HOLE,), value, "", end, end, end, end, end, end)
            self._opaque.append(whole)
            self._open_to = error.seen
        elif not self._open_to:
            self.refuse(error, fatal)

    def refuse(self, error: Malformed, fatal: bool = True) -> None:
        """Note what is wrong, whatever the holes stand for."""
        end = min(error.offset + 1, len(self.text))
        start = min(error.offset, end)
        self._problems.append(problem(self.text, start, end, error.reason, fatal))
