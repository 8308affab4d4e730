# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Java's properties files, and the placeholders that Spring resolves in their values.

The path of a leaf is its key alone, dots and all.  ``${key}`` is what the file says for the key,
wherever it says so; else the environment decides, and the value is undecided by ``${key}``.  A
default (``${PORT:587}``) is a supplied answer: it holds unless the environment sets the key.

Sources: ``java.util.Properties.load``; Spring's ``PropertyPlaceholderHelper``.
"""

from __future__ import annotations

from ..patterns import lazy
from ..text import HOLE
from ..text.values import Undecided
from .leaves import LAST, Leaf, Leaves, fits, lines, problem, reading_back, settled, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, NamedTuple

    from ..endpoint import Problem
    from ..text import Text
    from ..text.assume import Assumptions
    from .leaves import Known
else:
    from ..tuples import NamedTuple

_BLANKS = " \t\f"
_ESCAPE = lazy(r"\\(?:u([0-9A-Fa-f]{4})|(?s:(.))|\Z)")
# Any escape; the group is one that is no character.
_WRONG = lazy(r"\\(?:(u(?![0-9A-Fa-f]{4}))|(?s:.))")
_NAMED = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
# So deep are placeholders resolved in what placeholders stand for; real files have two or three.
DEPTH = 10
_WHAT = "the placeholders of the values"


class Variant(NamedTuple):
    """How the values are read: with Spring's placeholders, or as they are."""

    placeholders: bool = True
    duplicates: str = LAST


SPRING = DEFAULT = Variant()
JAVA = Variant(placeholders=False)


def read(text: Text, assume: Assumptions, variant: Variant = DEFAULT) -> Leaves:
    """The keys of a properties file."""
    leaves = _Reader(settled(text, assume), assume).leaves()
    return _Resolver(leaves, assume).leaves() if variant.placeholders else leaves


def encode(leaf: Leaf, new: str, variant: Variant = DEFAULT) -> str | None:
    """How a new value is written in the place of the leaf's; ``None`` if it cannot be."""
    if leaf.start == leaf.end == leaf.key_end or not new:
        # Behind a line end that a backslash hides, nothing would join the next line.
        return None

    def reader(text: Text, assume: Assumptions) -> Leaves:
        return read(text, assume, variant)

    written = "".join(map(_escaped, new))
    if new[:1] in (" ", "=", ":"):
        # Behind a blank each would belong to the separator.
        written = "\\" + written
    return reading_back((written,), new, reader, ("k=", "k = ", "k "), "\nz=1\n")


def _escaped(sign: str) -> str:
    names = {value: name for name, value in _NAMED.items()}
    if sign in names or sign == "\\":
        return "\\" + names.get(sign, sign)
    if " " <= sign <= "~":
        return sign
    # A file may be read as Latin-1 or as UTF-8; an escape is the same in both.
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def decoded(written: str) -> str:
    """What a key or a value says: lines joined, escapes resolved."""
    if "\\" not in written:
        return written
    rows = [written[start:end] for start, end in lines(written)]
    joined = rows[0] if rows else ""
    parts = [joined[:-1] if len(rows) > 1 else joined]
    for number, row in enumerate(rows[1:], 2):
        part = row.lstrip(_BLANKS)
        parts.append(part[:-1] if number < len(rows) else part)
    made = _ESCAPE.sub(_unescaped, "".join(parts))
    if any("\ud800" <= sign <= "\udbff" for sign in made):
        # Two escapes may be one character.
        return made.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return made


def _unescaped(found: object) -> str:
    code, sign = found.groups()  # type: ignore[attr-defined]
    if code:
        return chr(int(code, 16))
    return _NAMED.get(sign, sign) if sign else ""


class _Reader:
    def __init__(self, text: Text, assume: Assumptions) -> None:
        self.text = text
        self.string = text.string
        self.assume = assume
        self.found: list[Leaf] = []
        self.opaque: list[Leaf] = []
        self.problems: list[Problem] = []

    def leaves(self) -> Leaves:
        for start, end in self._logical():
            self._entry(start, end)
        return Leaves(self.text, tuple(self.found), tuple(self.problems), tuple(self.opaque))

    def _logical(self) -> Iterator[tuple[int, int]]:
        """Each entry, from its first character that is no blank to its last line's end."""
        begun = -1
        for start, end in lines(self.string):
            if begun < 0:
                begun = start
                while begun < end and self.string[begun] in _BLANKS:
                    begun += 1
                if begun == end or self.string[begun] in "#!":
                    begun = -1
                    continue
            line = self.string[start:end]
            if (len(line) - len(line.rstrip("\\"))) % 2 == 0:
                yield begun, end
                begun = -1
        if begun >= 0:
            yield begun, len(self.string.rstrip("\r\n"))

    def _entry(self, start: int, end: int) -> None:
        if self.string[self._blanks(start, end) : end] in ("", "\\"):
            return
        key_end = self._key_end(start, end)
        at = self._blanks(key_end, end)
        if at < end and self.string[at] in "=:":
            at = self._blanks(at + 1, end)
        names = self.text.hole_names(start, max(key_end, start))
        for escape in _WRONG.finditer(self.string, start, end):
            if escape.group(1):
                message = "an escape that is no character"
                self.problems.append(problem(self.text, escape.start(), escape.end(), message))
        if names and key_end == end and self.string[start:end].strip(HOLE + _BLANKS) == "":
            entry = Leaf((HOLE,), Undecided(*names), "", end, end, start, end, start, end)
            self.opaque.append(entry)
            return
        known = self.text.value(start, key_end, self.assume)
        if isinstance(known, Undecided):
            path = (decoded(self.string[start:key_end]),)
            span = (at, end, start, end, start, key_end)
            self.opaque.append(Leaf(path, known, "", *span))
            return
        value = value_of(self.text, at, end, self.assume, decoded)
        self.found.append(Leaf((decoded(known),), value, "", at, end, start, end, start, key_end))

    def _key_end(self, at: int, end: int) -> int:
        while at < end and self.string[at] not in "=: \t\f":
            if self.string[at] == "\\" and self.string[at + 1 : at + 2] in ("\n", "\r"):
                # The blanks that the next line begins with are dropped.
                at += 3 if self.string.startswith("\r\n", at + 1) else 2
                while at < end and self.string[at] in _BLANKS:
                    at += 1
            else:
                at += 2 if self.string[at] == "\\" else 1
        return min(at, end)

    def _blanks(self, at: int, end: int) -> int:
        """Behind blanks, and behind line ends that a backslash hides.

        A backslash that the entry ends with hides none: it is the value, so that a new one takes
        its place.
        """
        while at < end:
            if self.string[at] in _BLANKS:
                at += 1
            elif self.string[at] == "\\" and at + 1 < end and self.string[at + 1] in "\r\n":
                at += 3 if self.string.startswith("\r\n", at + 1) else 2
            else:
                break
        return min(at, end)


class _Resolver:
    """Resolves placeholders at the first use of a value."""

    def __init__(self, leaves: Leaves, assume: Assumptions) -> None:
        self._leaves = leaves
        self._assume = assume
        self._index = {leaf.path[0]: leaf for leaf in leaves.leaves}

    def leaves(self) -> Leaves:
        return self._leaves._replace(leaves=tuple(map(self._leaf, self._leaves.leaves)))

    def _leaf(self, leaf: Leaf) -> Leaf:
        text = self._leaves.text
        if "$" in text.string[leaf.start : leaf.end] or text.has_hole(leaf.start, leaf.end):
            return leaf.under(leaf.path, lambda: self._value(leaf))
        return leaf

    def _value(self, leaf: Leaf) -> Known:
        return leaf.value if isinstance(leaf.value, Undecided) else self._resolved(leaf.value, 0)

    def _resolved(self, value: str, depth: int) -> Known:
        parts: list[str] = []
        names: list[str] = []
        done = 0
        at = value.find("${")
        while at >= 0:
            end = _closing(value, at)
            if end < 0:
                break
            parts.append(value[done:at])
            known = self._placeholder(value[at + 2 : end], depth)
            if isinstance(known, Undecided):
                names.extend(known.depends_on)
            else:
                parts.append(known)
            done = end + 1
            at = value.find("${", done)
        made = "".join([*parts, value[done:]])
        self._assume.budget.write(len(made), _WHAT)
        return Undecided(*names) if names else made

    def _placeholder(self, inner: str, depth: int) -> Known:
        name, colon, default = inner.partition(":")
        shown = f"${{{name}}}"
        self._assume.budget.spend(1 + len(self._leaves.opaque), _WHAT)
        if depth >= DEPTH or "${" in name:
            return Undecided("a placeholder in placeholders")
        for entry in self._leaves.opaque:
            if fits(entry.path, (name,)) and isinstance(entry.value, Undecided):
                return entry.value
        leaf = self._index.get(name)
        if leaf is not None:
            known = leaf.value
            return known if isinstance(known, Undecided) else self._resolved(known, depth + 1)
        if colon and self._assume.takes(shown, f"nothing outside the file sets {name}"):
            return self._resolved(default, depth + 1)
        return Undecided(shown)


def _closing(value: str, at: int) -> int:
    """Where the bracket of the placeholder at an offset closes; -1 if it does not."""
    depth = 0
    while at < len(value):
        if value.startswith("${", at):
            depth += 1
            at += 1
        elif value[at] == "}":
            depth -= 1
            if not depth:
                return at
        at += 1
    return -1
