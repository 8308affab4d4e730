# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Git's configuration files, which look like INI and have a grammar of their own.

``[section "Sub"]`` and ``[section.sub]`` begin a section, and a key may follow in the same line; a
value has quotes and escapes anywhere in it, goes on behind a backslash, and ends at a comment.
Names are compared in lower case, those of subsections in quotes as they are.  A key without a value
is true, which is for the dialect to say: its span is empty and ends with the key.

Source: git-config(1), git's ``config.c`` (2.39).
"""

from __future__ import annotations

from ..text import HOLE
from ..text.values import Undecided
from .leaves import Leaf, Leaves, problem, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ..endpoint import Problem
    from ..text import Text
    from ..text.assume import Assumptions
    from .leaves import Known, Path

_BLANKS = " \t\r\n"
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "\\": "\\", '"': '"'}
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_KEY = _LETTERS + "0123456789-"


def read(text: Text, assume: Assumptions) -> Leaves:
    """The keys of one of git's files; a branch that decides lines is already taken."""
    reader = _Reader(text, assume)
    reader.read()
    return Leaves(text, tuple(reader.found), tuple(reader.problems), tuple(reader.opaque))


def decoded(written: str) -> str:
    """What a value says: quotes and escapes resolved, blanks at its end left out."""
    parts: list[str] = []
    kept = at = 0
    quoted = False
    while at < len(written):
        char = written[at]
        at += 1
        if char in '"\\':
            # What follows blanks keeps them, if it is only a quote or a line end.
            kept = len(parts)
        if char == '"':
            quoted = not quoted
        elif char == "\\":
            char = written[at : at + 1]
            at += 1 + (char == "\r")
            if char not in "\r\n":
                parts.append(_ESCAPES.get(char, char))
                kept = len(parts)
        elif char != "\r" or written[at : at + 1] != "\n":
            parts.append(char)
            kept = kept if char in _BLANKS and not quoted else len(parts)
    return "".join(parts[:kept])


class _Reader:
    def __init__(self, text: Text, assume: Assumptions) -> None:
        self.text = text
        self.string = text.string
        self.assume = assume
        self.section: Path = ()
        self.open: tuple[str, ...] = ()
        self.found: list[Leaf] = []
        self.opaque: list[Leaf] = []
        self.problems: list[Problem] = []

    def read(self) -> None:
        at = 1 if self.string.startswith("\ufeff") else 0
        while at < len(self.string):
            char = self.string[at]
            if char in _BLANKS:
                at += 1
            elif char in "#;":
                at = self._line_end(at)
            elif char == "[":
                at = self._section(at)
            else:
                at = self._entry(at)

    def _line_end(self, at: int) -> int:
        end = self.string.find("\n", at)
        return len(self.string) if end < 0 else end

    def _skip(self, at: int, signs: str) -> int:
        while at < len(self.string) and self.string[at] in signs:
            at += 1
        return at

    def _names(self, at: int, signs: str) -> int:
        """Where the characters of a name end; a hole may be a part of it."""
        while at < len(self.string) and (self.string[at] in signs or self._hole(at)):
            at += 1
        return at

    def _hole(self, at: int) -> bool:
        return self.string[at] == HOLE and at in self.text.holes

    def _wrong(self, start: int, at: int, message: str) -> int:
        end = self._line_end(at)
        self.problems.append(problem(self.text, start, end, message))
        return end

    def _section(self, start: int) -> int:
        """Read ``[section]``, ``[section.sub]`` or ``[section "Sub"]``."""
        end = self._names(start + 1, _KEY + ".")
        head, self.open = self._known(start + 1, end)
        name, dot, sub = head.lower().partition(".")
        parts = [name, sub] if dot else [name]
        at = self._skip(end, " \t\r")
        if at > end and self.string.startswith('"', at):
            close = self._quoted_end(at + 1)
            if close < 0:
                return self._wrong(start, at, "the name of the subsection has no closing quote")
            written, names = self._known(at + 1, close)
            self.open += names
            # A backslash stands for what follows it.
            parts = [head.lower(), _without_backslashes(written)]
            at = end = close + 1
        if at != end or not self.string.startswith("]", at):
            self.section, self.open = (), ()
            return self._wrong(start, start, "the section has no closing bracket")
        self.section = tuple(parts)
        return at + 1

    def _quoted_end(self, at: int) -> int:
        while at < len(self.string) and self.string[at] not in '"\n':
            at += 2 if self.string[at] == "\\" and self.string[at + 1 : at + 2] != "\n" else 1
        return at if self.string.startswith('"', at) else -1

    def _known(self, start: int, end: int) -> tuple[str, tuple[str, ...]]:
        known = self.text.value(start, end, self.assume)
        if isinstance(known, Undecided):
            return self.string[start:end], known.depends_on
        return known, ()

    def _entry(self, start: int) -> int:
        key_end = self._names(start, _KEY)
        at = self._skip(key_end, " \t")
        line_end = self._line_end(at)
        alone = at == line_end or self.string[at:line_end] == "\r"
        if alone and self.text.has_hole(start, key_end):
            names = self.text.hole_names(start, key_end)
            span = (key_end, key_end, start, key_end, start, key_end)
            self.opaque.append(Leaf((HOLE,), Undecided(*names), "", *span))
            return line_end
        if self.string[start] not in _LETTERS and not self._hole(start):
            return self._wrong(start, start, "neither a section nor a key")
        if alone:
            self._add("", "", (key_end, key_end), start, (start, key_end))
            return line_end
        if not self.string.startswith("=", at):
            return self._wrong(start, at, "neither a section nor a key with a value")
        first, last, behind, error = self._value(at + 1)
        if error:
            return self._wrong(start, behind, error)
        quoted = '"' if '"' in self.string[first:last] else ""
        value = value_of(self.text, first, last, self.assume, decoded)
        self._add(value, quoted, (first, last), start, (start, key_end))
        return behind

    def _value(self, at: int) -> tuple[int, int, int, str]:
        """The span of a value, where reading goes on, and what is wrong."""
        string = self.string
        first = last = at = self._skip(at, " \t\r")
        quoted = False
        while at < len(string) and string[at] != "\n":
            char = string[at]
            if char in "#;" and not quoted:
                return first, last, self._line_end(at), ""
            if char == "\\":
                char = string[at + 1 : at + 2]
                if char == "\r" and string.startswith("\n", at + 2):
                    at, char = at + 1, "\n"
                if char and char not in _ESCAPES and char != "\n":
                    return first, last, at, "an escape that git does not know"
                at += 1
                last = min(at + 1, len(string))
            elif char == '"':
                quoted, last = not quoted, at + 1
            elif char not in _BLANKS or quoted:
                last = at + 1
            at += 1
        error = "the value has no closing quote" if quoted else ""
        return first, last, min(at, len(string)), error

    def _add(
        self,
        value: Known | Callable[[], Known],
        quoted: str,
        span: tuple[int, int],
        start: int,
        key: tuple[int, int],
    ) -> None:
        name, names = self._known(*key)
        path = (*self.section, name.lower())
        line = (start, max(span[1], key[1]))
        if names or self.open:
            value = Undecided(*self.open, *names)
            self.opaque.append(Leaf(path, value, quoted, *span, *line, *key))
        else:
            self.found.append(Leaf(path, value, quoted, *span, *line, *key))


def _without_backslashes(written: str) -> str:
    parts = written.split("\\\\")
    return "\\".join(part.replace("\\", "") for part in parts)
