# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""References of variables to variables that an earlier line of the same file sets."""

from __future__ import annotations

from bisect import bisect_left

from ..text import HOLE
from ..text.values import Undecided
from .leaves import fits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, NamedTuple, Sequence, Tuple, Union

    from ..text import Text
    from ..text.assume import Assumptions
    from .leaves import Known, Leaf

    Part = Union[str, "Reference"]
    Parts = Tuple[Part, ...]
    Made = Union[Parts, Callable[[], Union[Parts, Undecided]]]
else:
    from ..tuples import NamedTuple

_WHAT = "the references of the variables"


class Reference(NamedTuple):
    """``${name}``; ``default`` counts if the name is not set; ``None`` if that is open.

    ``empty``: an empty value counts as none.
    """

    name: str
    default: str | None = None
    empty: bool = False

    @property
    def shown(self) -> str:
        """The reference without its default, which may be a secret."""
        return self.name if " " in self.name else f"${{{self.name}}}"


class Resolver:
    """Makes the leaves of entries; their values are resolved at the first use."""

    def __init__(self, assume: Assumptions) -> None:
        self._assume = assume
        self._found: list[tuple[Leaf, Made]] = []
        self._made: dict[int, Known] = {}
        self._parts: dict[int, Parts | Undecided] = {}
        # The numbers of the entries that set a name, and of those that may set any.
        self._setting: dict[str, list[int]] = {}
        self._opaque: list[int] = []

    def leaves(
        self, text: Text, entries: Sequence[tuple[Leaf, Made]]
    ) -> tuple[tuple[Leaf, ...], tuple[Leaf, ...]]:
        """The leaves whose names are known, and those whose are not."""
        self._found = list(entries)
        leaves: list[Leaf] = []
        opaque: list[Leaf] = []
        for number, (leaf, parts) in enumerate(entries):
            if text.has_hole(leaf.key_start, leaf.key_end) and HOLE in str(leaf.path[0]):
                self._opaque.append(number)
                opaque.append(leaf)
                continue
            self._setting.setdefault(str(leaf.path[0]), []).append(number)
            if isinstance(parts, tuple) and all(isinstance(part, str) for part in parts):
                leaves.append(leaf.under(leaf.path, "".join(map(str, parts))))
            else:
                leaves.append(leaf.under(leaf.path, self._later(number)))
        return tuple(leaves), tuple(opaque)

    def _later(self, number: int) -> Callable[[], Known]:
        return lambda: self._value(number)

    def _value(self, number: int) -> Known:
        """The value of an entry; the values that it refers to are made first, in their order."""
        if number not in self._made:
            for needed in sorted(self._needed(number)):
                if needed not in self._made:
                    self._made[needed] = self._resolved(needed)
        return self._made[number]

    def _needed(self, number: int) -> set[int]:
        """The entries that an entry's references lead to, itself included."""
        needed = {number}
        waiting = [number]
        while waiting:
            at = waiting.pop()
            parts = self._parts_of(at)
            for part in () if isinstance(parts, Undecided) else parts:
                earlier = None if isinstance(part, str) else self._earlier(part.name, at)
                if earlier is not None and earlier not in needed and earlier not in self._made:
                    needed.add(earlier)
                    waiting.append(earlier)
        return needed

    def _parts_of(self, number: int) -> Parts | Undecided:
        if number not in self._parts:
            parts = self._found[number][1]
            self._parts[number] = parts if isinstance(parts, tuple) else parts()
        return self._parts[number]

    def _earlier(self, name: str, number: int) -> int | None:
        setting = self._setting.get(name, [])
        at = bisect_left(setting, number)
        return setting[at - 1] if at else None

    def _resolved(self, number: int) -> Known:
        parts = self._parts_of(number)
        if isinstance(parts, Undecided):
            return parts
        made: list[str] = []
        names: list[str] = []
        for part in parts:
            known = part if isinstance(part, str) else self._referred(part, number)
            if isinstance(known, Undecided):
                names.extend(known.depends_on)
            else:
                made.append(known)
        self._assume.budget.spend(1, _WHAT)
        self._assume.budget.write(sum(map(len, made)), _WHAT)
        return Undecided(*names) if names else "".join(made)

    def _referred(self, reference: Reference, number: int) -> Known:
        earlier = self._earlier(reference.name, number)
        self._assume.budget.spend(1 + len(self._opaque), _WHAT)
        for at in self._opaque:
            entry = self._found[at][0]
            since = -1 if earlier is None else earlier
            if since < at < number and fits(entry.path, (reference.name,)):
                return entry.value if isinstance(entry.value, Undecided) else Undecided()
        known = None if earlier is None else self._made[earlier]
        if known is not None and not (known == "" and reference.empty):
            return known
        if reference.default is None:
            return Undecided(reference.shown)
        if known is None:
            words = f"the environment does not set {reference.name}"
            if not self._assume.takes(reference.shown, words):
                return Undecided(reference.shown)
        return reference.default
