# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""INI files: sections, keys, and the ways in which programs differ over them.

The path of a leaf is its section and its key; a key before any section has the section ``""``, or
the one that the variant names.  A variant of git's own grammar gives ``("remote", "origin",
"url")`` for a subsection.

Sources: CPython's ``Lib/configparser.py`` (3.8 to 3.13), go-ini's ``parser.go`` and ``key.go``,
git-config(1) with git's ``config.c``.
"""

from __future__ import annotations

from ..text import HOLE
from ..text.values import Undecided
from . import ini_values
from .ini_values import ANYWHERE, BEHIND_A_BLANK, GO, INDENTED, blanks_off
from .leaves import (
    ERROR,
    LAST,
    Leaf,
    Leaves,
    chosen,
    lines,
    problem,
    reading_back,
    settled,
    value_of,
)  # fmt: skip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterator, NamedTuple, Sequence

    from ..endpoint import Problem
    from ..text import Text
    from ..text.assume import Assumptions
    from .leaves import Known, Path
else:
    from ..tuples import NamedTuple

MERGED = "merged"
SKIPPED, KEPT = "skipped", "kept"
# How a value refers to other keys (``ini_references``).
BASIC, EXTENDED = "basic", "extended"
GIT = "git"


class Variant(NamedTuple):
    """How a program reads its INI file.

    ``separators`` stand behind a key; ``comments`` begin a comment line, ``trailing`` a comment
    behind a value (``behind``: whether a blank must stand before it).  ``lines`` says how a value
    goes on in the next line: not, indented, with a backslash, or as go-ini has it (``joins``: with
    a backslash too).  ``quotes`` are taken off.  ``duplicates`` says which of equal keys counts,
    ``sections`` which of equal sections (all, the last, none).  ``folds`` holds what is compared in
    lower case, ``sections`` and ``keys``.  ``unsectioned`` is the section of the keys before any,
    ``None`` if the program refuses them.  ``lone_keys``: what a key without a separator is, an
    error, skipped, or kept with an empty value.  ``refers`` is how values refer to other keys,
    ``defaults`` the section whose keys every section has.  ``outside`` is a form of
    ``ini_references`` for what the program takes from its environment.  ``grammar`` is ``GIT`` for
    a grammar of its own.
    """

    separators: str = "="
    comments: str = "#;"
    trailing: str = ""
    behind: str = BEHIND_A_BLANK
    lines: str = ""
    joins: bool = False
    quotes: str = ""
    duplicates: str = LAST
    sections: str = MERGED
    folds: tuple[str, ...] = ()
    unsectioned: str | None = ""
    lone_keys: str = ERROR
    refers: str = ""
    defaults: str = ""
    outside: str = ""
    grammar: str = ""


DEFAULT = Variant()
# Python's RawConfigParser and ConfigParser without arguments, and with ExtendedInterpolation.
PYTHON_RAW = Variant(
    separators="=:", lines=INDENTED, duplicates=ERROR, sections=ERROR, folds=("keys",),
    unsectioned=None, defaults="DEFAULT",
)  # fmt: skip
PYTHON = PYTHON_RAW._replace(refers=BASIC)
PYTHON_EXTENDED = PYTHON_RAW._replace(refers=EXTENDED)
# go-ini as ``ini.Load`` sets it.
GO_INI = Variant(
    separators="=:", trailing="#;", behind=ANYWHERE, lines=GO, joins=True, quotes="\"'",
    unsectioned="DEFAULT", refers=GO,
)  # fmt: skip
# Grafana's pkg/setting: ``ini.Load``, then ``$__env{X}``, ``$__file{X}`` and ``${X}``.
GRAFANA = GO_INI._replace(outside="grafana")
# Gitea's and Forgejo's modules/setting: ``IgnoreContinuation``.
GITEA = GO_INI._replace(joins=False)
GIT_CONFIG = Variant(grammar=GIT, lone_keys=KEPT)


def read(text: Text, assume: Assumptions, variant: Variant = DEFAULT) -> Leaves:
    """The keys of an INI file with their sections."""
    text = settled(text, assume)
    if variant.grammar == GIT:
        from . import ini_git

        return ini_git.read(text, assume)
    leaves = _Reader(text, assume, variant).leaves()
    if variant.refers or variant.outside:
        from . import ini_references

        return ini_references.resolved(leaves, assume, variant)
    return leaves


def encode(leaf: Leaf, new: str, variant: Variant = DEFAULT) -> str | None:
    """How a new value is written in the place of the leaf's; ``None`` if it cannot be."""
    if leaf.start == leaf.end == leaf.key_end:
        return None

    def reader(text: Text, assume: Assumptions) -> Leaves:
        return read(text, assume, variant)

    # A value that begins with the sign of a comment is none behind a blank.
    before = ("[s]\nk =", "[s]\nk = ")
    candidates = _candidates(leaf, new, variant)
    return reading_back(candidates, new, reader, before, "\nz = 1\n")


def look_up(leaves: Leaves, path: Path, variant: Variant) -> Leaf | None:
    """The leaf that the program finds for a section and a key.

    It may stand in the section of the defaults, or, as go-ini looks for ``a.b``, in ``a``.
    """
    section, key = path
    leaf = chosen(leaves, path, variant)
    if leaf is None and variant.defaults:
        return chosen(leaves, (variant.defaults, key), variant)
    while leaf is None and variant.lines == GO and isinstance(section, str) and "." in section:
        section = section.rpartition(".")[0]
        leaf = chosen(leaves, (section, key), variant)
    return leaf


def _candidates(leaf: Leaf, new: str, variant: Variant) -> Iterator[str]:
    quoted = leaf.quoted
    if variant.grammar == GIT:
        escaped = new.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        escaped = escaped.replace("\t", "\\t")
        yield from (f'"{escaped}"', escaped) if quoted else (escaped, f'"{escaped}"')
        return
    if variant.refers in (BASIC, EXTENDED):
        sign = "%" if variant.refers == BASIC else "$"
        new = new.replace(sign, sign + sign)
    around = ["", *variant.quotes]
    if variant.lines == GO and (leaf.line_end <= leaf.end or quoted in ("`", '"""')):
        # These end where they stand last in the line, be it in a comment.
        around += ["`", '"""']
    if quoted in around:
        around.remove(quoted)
        around.insert(0, quoted)
    yield from (quote + new + quote for quote in around)


class _Reader:
    def __init__(self, text: Text, assume: Assumptions, variant: Variant) -> None:
        self.text = text
        self.string = text.string
        self.assume = assume
        self.variant = variant
        self.rows: Sequence[tuple[int, int]] = ()
        self.section: str | None = variant.unsectioned
        # What decides the name of the section.
        self.open: tuple[str, ...] = ()
        # The leaves, each with the number of its section, and which number a section has last.
        self.found: list[tuple[int, Leaf]] = []
        self.number = 0
        self.sections: dict[str, int] = {}
        self.opaque: list[Leaf] = []
        self.problems: list[Problem] = []
        self.keys: set[Path] = set()

    def leaves(self) -> Leaves:
        self.rows = list(lines(self.string, self.variant.lines != GO))
        row = 0
        while row < len(self.rows):
            row = self._read(row)
        found = self.found
        if self.variant.sections == LAST:
            found = [
                (at, leaf) for at, leaf in found if self.sections.get(str(leaf.path[0]), at) == at
            ]
        leaves = tuple(leaf for _number, leaf in found)
        return Leaves(self.text, leaves, tuple(self.problems), tuple(self.opaque))

    def _read(self, row: int) -> int:
        """Read what begins in a row; the number of the row behind it."""
        first, last = blanks_off(self.string, *self.rows[row])
        if row == 0 and self.string.startswith("\ufeff", first, last):
            first += 1
        if not self.variant.quotes:
            last = ini_values.comment_off(self.string, first, last, self.variant)
        if first >= last or self.string[first] in self.variant.comments:
            return row + 1
        if self.string[first] == "[" and self._section(first, last):
            return row + 1
        return self._entry(row, first, last)

    def _section(self, first: int, last: int) -> bool:
        """Begin a section; false if the line is a key to the program."""
        close = self.string.rfind("]", first, last)
        python = self.variant.lines == INDENTED
        if close < 0 or (python and close == first + 1):
            if not python:
                self._wrong(first, last, "the section has no closing bracket")
            return not python
        name, self.open = self._name(first + 1, close, "sections")
        self.section = name
        self.number += 1
        if self.open or name == self.variant.defaults:
            return True
        if name in self.sections and self.variant.sections == ERROR:
            self._wrong(first, last, "the section is there twice")
        self.sections[name] = self.number
        return True

    def _entry(self, row: int, first: int, last: int) -> int:
        key_start, key_end, at = self._key(first, last)
        if at < 0:
            return self._lone(row, first, last)
        if key_start == key_end:
            self._wrong(first, last, "a value without a key")
            return row + 1
        span = ini_values.span(self.string, self.rows, row, at, self.variant)
        if span.error:
            self._wrong(first, last, span.error)
        value = self._value(span.start, span.end)
        line, key = (first, max(last, span.end)), (key_start, key_end)
        self._add(value, span.quoted, (span.start, span.end), line, key)
        return span.row

    def _key(self, first: int, last: int) -> tuple[int, int, int]:
        """Where the key begins and ends, and where its value may begin; -1 if it has none."""
        quote = self.string[first] if self.variant.lines == GO else ""
        start = first
        if quote and quote in '"`':
            if quote == '"' and self.string.startswith('"""', first) and last - first > 5:
                quote = '"""'
            start = first + len(quote)
            end = self.string.find(quote, start, last)
            if end < 0:
                return first, last, -1
            at = self._separator(end + len(quote), last)
            return (*blanks_off(self.string, start, end), at + 1 if at >= 0 else -1)
        at = self._separator(first, last)
        return (*blanks_off(self.string, start, max(at, first)), at + 1 if at >= 0 else -1)

    def _separator(self, first: int, last: int) -> int:
        places = [self.string.find(sign, first, last) for sign in self.variant.separators]
        return min([at for at in places if at >= 0], default=-1)

    def _lone(self, row: int, first: int, last: int) -> int:
        """A line without a separator."""
        if self.text.has_hole(first, last):
            names = self.text.hole_names(first, last)
            entry = Leaf((HOLE,), Undecided(*names), "", last, last, first, last, first, last)
            self.opaque.append(entry)
        elif self.variant.lone_keys == ERROR:
            self._wrong(first, last, "neither a section nor a key with a value")
        elif self.variant.lone_keys == KEPT:
            end = ini_values.comment_off(self.string, first, last, self.variant)
            self._add("", "", (end, end), (first, last), (first, end))
        return row + 1

    def _add(
        self,
        value: Known | Callable[[], Known],
        quoted: str,
        span: tuple[int, int],
        line: tuple[int, int],
        key: tuple[int, int],
    ) -> None:
        name, names = self._name(*key, "keys")
        if self.section is None:
            self._wrong(*line, "a key before any section")
        path = (self.section or "", name)
        if names or self.open:
            entry = Leaf(path, Undecided(*self.open, *names), quoted, *span, *line, *key)
            self.opaque.append(entry)
            return
        if self.variant.duplicates == ERROR and path in self.keys:
            self._wrong(*line, "the key is there twice in its section")
        self.keys.add(path)
        self.found.append((self.number, Leaf(path, value, quoted, *span, *line, *key)))

    def _name(self, start: int, end: int, what: str) -> tuple[str, tuple[str, ...]]:
        """A name, and what decides it if it is open: then a hole stands for what is not known."""
        known = self.text.value(start, end, self.assume)
        name = self.string[start:end] if isinstance(known, Undecided) else known
        names = known.depends_on if isinstance(known, Undecided) else ()
        return name.lower() if what in self.variant.folds else name, names

    def _value(self, start: int, end: int) -> Known | Callable[[], Known]:
        variant = self.variant
        return value_of(
            self.text, start, end, self.assume, lambda written: ini_values.decoded(written, variant)
        )

    def _wrong(self, start: int, end: int, message: str) -> None:
        self.problems.append(problem(self.text, start, end, message))
