# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files of environment variables (``.env``), as the programs that load them differ over them.

A leaf's path is the variable's name alone.  ``${NAME}`` is resolved if an earlier line sets the
name; else the environment decides, and the value is undecided by ``${NAME}``.  A default
(``${NAME:-587}``) is a supplied answer: it holds unless the environment sets the name.  A name
without a value, which some programs take from the environment, is undecided likewise.

Sources: python-dotenv 1.2 (``parser.py``, ``variables.py``), phpdotenv 5.6 (``Lines``,
``EntryParser``, ``Lexer``, ``Resolver``), compose-go 2 (``dotenv/parser.go``), docker's
``--env-file`` (cli ``kvfile``), POSIX.1-2017 XCU 2 for a shell.
"""

from __future__ import annotations

from ..text import HOLE
from ..text.values import Undecided
from . import dotenv_values as values
from .leaves import LAST, Leaf, Leaves, problem, reading_back, settled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterator, NamedTuple

    from ..endpoint import Problem
    from ..text import Text
    from ..text.assume import Assumptions
    from .leaves import Known
    from .references import Parts
else:
    from ..tuples import NamedTuple

SKIPPED, OUTSIDE = "skipped", "outside"


class Variant(NamedTuple):
    """How a program reads its file of variables.

    ``separators`` stand behind a name, ``blanks`` says whether blanks may stand between, ``names``
    which characters a name has (empty: any but blanks, ``=`` and ``#``).  ``word`` is how a value
    is read: ``QUOTED`` with quotes around all of it or none, ``SHELL`` as a word of a shell,
    ``RAW`` to the end of its line.  ``comment`` is what begins a comment behind an unquoted value:
    a sign behind a blank, a space and a sign, or a sign.  ``escapes`` are those in double quotes,
    ``single`` those in single quotes; ``strict`` refuses all others, and blanks in an unquoted
    value.  ``refers`` says which references there are (``dotenv_values``).  ``lines``: which quotes
    reach over lines.  ``behind`` says whether something else may follow behind a closing quote.
    ``lone_names``: what a name without a value is.  ``fatal``: the program refuses a wrong file.
    """

    separators: str = "="
    blanks: bool = True
    names: str = ""
    word: str = values.QUOTED
    comment: str = values.BEHIND_A_BLANK
    escapes: tuple[tuple[str, str], ...] = ()
    single: str = ""
    strict: bool = False
    refers: str = ""
    lines: str = "\"'"
    behind: bool = False
    lone_names: str = OUTSIDE
    fatal: bool = True
    duplicates: str = LAST


_C = (("a", "\a"), ("b", "\b"), ("f", "\f"), ("n", "\n"), ("r", "\r"), ("t", "\t"), ("v", "\v"))
_SAME = (("\\", "\\"), ('"', '"'))
PYTHON = Variant(
    escapes=(*_C, *_SAME, ("'", "'")), single="\\'", refers=values.BRACES_OR_DEFAULT, fatal=False
)
# Laravel reads its .env with phpdotenv.
PHP = Variant(
    names=values.WORD + ".", comment=values.ANYWHERE, escapes=(*_C[2:], *_SAME, ("$", "$")),
    strict=True, refers=values.BRACES, lines='"',
)  # fmt: skip
# docker compose: ``env_file`` and ``.env``.
COMPOSE = Variant(
    separators="=:", names=values.WORD + ".-[]", comment=values.BLANK_AND_SIGN,
    escapes=(*_C, *_SAME, ("$", "$")), single="'", refers=values.DOLLAR, behind=True,
)  # fmt: skip
# docker run --env-file.
DOCKER = Variant(word=values.RAW, blanks=False)
# What a shell reads with ``.``, and systemd's and others' EnvironmentFile as far as it is the same.
SHELL = Variant(
    blanks=False, names=values.WORD, word=values.SHELL, refers=values.DOLLAR, lone_names=SKIPPED
)  # fmt: skip
DEFAULT = PYTHON


def read(text: Text, assume: Assumptions, variant: Variant = DEFAULT) -> Leaves:
    """The variables of a file."""
    from .references import Resolver

    reader = _Reader(settled(text, assume), assume, variant)
    reader.read()
    resolver = Resolver(assume)
    leaves, opaque = resolver.leaves(reader.text, reader.entries)
    return Leaves(reader.text, leaves, tuple(reader.problems), opaque)


def encode(leaf: Leaf, new: str, variant: Variant = DEFAULT) -> str | None:
    """How a new value is written in the place of the leaf's; ``None`` if it cannot be."""
    if leaf.start == leaf.end == leaf.key_end:
        return None

    def reader(text: Text, assume: Assumptions) -> Leaves:
        return read(text, assume, variant)

    before = ("k=", "k= ") if variant.word == values.QUOTED else ("k=",)
    return reading_back(_candidates(leaf.quoted, new, variant), new, reader, before, "\nz=1\n")


def _candidates(quoted: str, new: str, variant: Variant) -> Iterator[str]:
    signs = {sign: name for name, sign in variant.escapes}
    escaped = "".join("\\" + signs[sign] if sign in signs else sign for sign in new)
    single = "".join("\\" + sign if sign in variant.single else sign for sign in new)
    if variant.word == values.SHELL:
        escaped = "".join("\\" + sign if sign in '$`"\\' else sign for sign in new)
    ways = {"": new, '"': f'"{escaped}"', "'": f"'{single}'"}
    yield ways.pop(quoted, new)
    yield from ways.values()


class _Reader:
    def __init__(self, text: Text, assume: Assumptions, variant: Variant) -> None:
        self.text = text
        self.string = text.string
        self.assume = assume
        self.variant = variant
        self.scanner = values.Scanner(variant)
        # Each leaf with its parts: what it says literally, and its references.
        self.entries: list[tuple[Leaf, Parts | Callable[[], Parts | Undecided]]] = []
        self.problems: list[Problem] = []

    def read(self) -> None:
        at = 1 if self.string.startswith("\ufeff") else 0
        if self.variant.lines == '"':
            # phpdotenv finds its entries by lines, before it looks at what is in them.
            for start, end in values.php_entries(self.string, at):
                self._statement(start, end)
            return
        while at < len(self.string):
            if self.string[at].isspace():
                at += 1
            else:
                at = self._statement(at, len(self.string))

    def _statement(self, at: int, limit: int) -> int:
        """Read what begins at an offset; where reading goes on."""
        string = self.string
        while at < limit and string[at].isspace():
            at += 1
        if at == limit or string[at] == "#":
            return values.line_end(string, at, limit)
        start, at = at, self._exported(at, limit)
        key_start, key_end, at = self._name(at, limit)
        while self.variant.blanks and at < limit and values.is_blank(string[at]):
            at += 1
        if at < limit and string[at] in self.variant.separators:
            return self._value(start, key_start, key_end, at + 1, limit)
        return self._lone(start, key_start, key_end, at, limit)

    def _exported(self, at: int, limit: int) -> int:
        """Behind ``export`` and blanks, if a name follows."""
        end = at + len("export")
        if not self.string.startswith("export", at, limit) or self.variant.word == values.RAW:
            return at
        behind = end
        while behind < limit and values.is_blank(self.string[behind]):
            behind += 1
        # To phpdotenv it is a name if nothing else is there.
        named = self.variant.strict and self.string.startswith("=", behind)
        return behind if behind > end and not named else at

    def _name(self, at: int, limit: int) -> tuple[int, int, int]:
        """The span of a name, and where it ends with its quotes."""
        string = self.string
        quote = string[at] if at < limit and self.variant.word == values.QUOTED else ""
        if quote and (quote == "'" or (quote == '"' and self.variant.strict)):
            gone = self.scanner.gone
            end = -1 if quote in gone else string.find(quote, at + 1, limit)
            if end < 0 and limit == len(string):
                gone.add(quote)
            return (at + 1, end, end + 1) if end > at + 1 else (at, at, at)
        end = at
        if self.variant.word == values.RAW:
            line = values.line_end(string, at, limit)
            end = string.find("=", at, line)
            end = line if end < 0 else end
            return at, end, end
        while end < limit and (self._hole(end) or self._in_name(string[end])):
            end += 1
        return at, end, end

    def _in_name(self, sign: str) -> bool:
        names = self.variant.names
        return sign in names if names else not sign.isspace() and sign not in "=#"

    def _hole(self, at: int) -> bool:
        return self.string[at] == HOLE and at in self.text.holes

    def _lone(self, start: int, key_start: int, key_end: int, at: int, limit: int) -> int:
        """A name without a value, or what is no name."""
        line = values.line_end(self.string, at, limit)
        rest = self.string[at:line].strip()
        if self.text.has_hole(start, line):
            names = self.text.hole_names(start, line)
            leaf = Leaf((HOLE,), Undecided(*names), "", line, line, start, line, start, line)
            self.entries.append((leaf, lambda: Undecided(*names)))
        elif key_start == key_end or (rest and not rest.startswith("#")):
            self._wrong(start, line, "not the name of a variable and its value")
        elif self.variant.lone_names == OUTSIDE:
            name = self.string[key_start:key_end].strip()
            shown = Undecided(f"${{{name}}}")
            span = (key_end, key_end, start, key_end, key_start, key_end)
            self.entries.append((Leaf((name,), shown, "", *span), lambda: shown))
        return line

    def _value(self, start: int, key_start: int, key_end: int, at: int, limit: int) -> int:
        string = self.string
        raw = self.variant.word == values.RAW
        if key_start == key_end or (raw and any(map(str.isspace, string[key_start:key_end]))):
            scan = values.Scan(at, at, at, "", (), "not the name of a variable")
        else:
            scan = self.scanner.scan(string, at, limit)
        if scan.error:
            end = values.line_end(string, scan.behind, limit)
            self._wrong(start, end, scan.error)
            return end
        name = self.text.value(key_start, key_end, self.assume)
        key = string[key_start:key_end] if isinstance(name, Undecided) else name
        span = (scan.start, scan.end, start, max(scan.end, key_end), key_start, key_end)
        opened = isinstance(name, Undecided)
        leaf = Leaf((key,), name if opened else "", scan.quoted, *span)
        parts: Parts | Callable[[], Parts | Undecided] = scan.parts
        if self.text.has_hole(scan.start, scan.end):
            parts = self._filled(scan.start, scan.end)
        self.entries.append((leaf, parts))
        return scan.behind

    def _filled(self, start: int, end: int) -> Callable[[], Parts | Undecided]:
        def parts() -> Parts | Undecided:
            written: Known = self.text.value(start, end, self.assume)
            if isinstance(written, Undecided):
                return written
            return values.Scanner(self.variant).scan(written, 0, len(written)).parts

        return parts

    def _wrong(self, start: int, end: int, message: str) -> None:
        self.problems.append(problem(self.text, start, end, message, self.variant.fatal))
