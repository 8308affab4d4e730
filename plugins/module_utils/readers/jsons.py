# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""JSON (RFC 8259), and JSON with comments as editors write it.

The scanner is our own: the standard library's says of no value where it stands.  What ``json``
reads is read the same, but ``NaN`` and ``Infinity``, which the RFC does not know.  A byte order
mark is passed over.  Equal keys are kept.  Numbers, ``true``, ``false`` and ``null`` stay as they
are written, so a number of a million digits costs no more than its characters.

A hole without quotes is a value, a key, or, where neither can be, anything that may stand there.
"""

from __future__ import annotations

from ..patterns import lazy
from .leaves import LAST, value_of
from .nested import DEEPEST, Collected, Key, Malformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Match
    from typing import NamedTuple

    from ..text import Text
    from ..text.assume import Assumptions
    from .leaves import Leaf, Leaves, Path
else:
    from ..tuples import NamedTuple

# An option of a hole that holds one of these decides where values begin and end.
STRUCTURE = '"\\{}[],\n'
_JSON_BLANKS = lazy(r"[ \t\r\n]*")
_JSON_WORD = lazy(r'[^ \t\r\n",:\[\]{}/]*')
_JSON_SPECIAL = lazy(r'["\\\x00-\x1f]')
_JSON_LITERAL = lazy(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null")
_JSON_HEX = lazy(r"[0-9A-Fa-f]{4}")
_JSON_PAIR = r"u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}"
_JSON_ESCAPE = lazy(rf"(?s:\\({_JSON_PAIR}|u[0-9A-Fa-f]{{4}}|.))")
_JSON_UNSAFE = lazy('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]')
_MEANINGS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_ESCAPES = {meaning: sign for sign, meaning in _MEANINGS.items()}

# What stood last in a container, and what may follow: its end, a comma, an entry.
_BEGIN, _ENTRY, _COMMA, _LOOSE = range(4)
_MAY_FOLLOW = {_BEGIN: "end entry", _ENTRY: "end comma", _COMMA: "entry", _LOOSE: "end comma entry"}


class Variant(NamedTuple):
    """How a program's JSON differs: what it permits, and which of two equal keys counts."""

    comments: bool = False
    trailing_commas: bool = False
    duplicates: str = LAST


DEFAULT = Variant()
JSONC = Variant(comments=True, trailing_commas=True)


def read(text: Text, assume: Assumptions, variant: Variant = DEFAULT) -> Leaves:
    """The values of a document, each under the keys and numbers that lead to it.

    What is not JSON is one problem; what stands before it is read.
    """
    return _Scanner(text.settled(assume, STRUCTURE), assume, variant).read()


def encode(leaf: Leaf, new: str, variant: Variant = DEFAULT) -> str | None:
    """A new value as it is written in the place of the old one.

    A number, ``true``, ``false`` or ``null`` is plain where the old value is plain.
    """
    if not leaf.quoted and _JSON_LITERAL.fullmatch(new):
        return new
    return '"' + _JSON_UNSAFE.sub(_escaped, new) + '"'


def decoded(string: str) -> str:
    """What is between the quotes of a string, its escapes resolved."""
    return _JSON_ESCAPE.sub(_meaning, string) if "\\" in string else string


def _escaped(match: Match[str]) -> str:
    sign = match.group()
    if sign in '"\\':
        return "\\" + sign
    return "\\" + _ESCAPES.get(sign, f"u{ord(sign):04x}")


def _meaning(match: Match[str]) -> str:
    code = match.group(1)
    if len(code) > 5:
        high, low = int(code[1:5], 16), int(code[7:], 16)
        return chr(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF))
    if len(code) == 5:
        return chr(int(code[1:], 16))
    return _MEANINGS.get(code, code)


class _Container:
    """An object or array that is not closed yet."""

    __slots__ = ("close", "count", "key", "last")

    def __init__(self, key: Key, close: str) -> None:
        self.key = key
        self.close = close
        self.count = 0
        self.last = _BEGIN


class _Scanner(Collected):
    """One pass over a text."""

    def __init__(self, text: Text, assume: Assumptions, variant: Variant) -> None:
        super().__init__(text, assume)
        self._string = text.string
        self._variant = variant
        self._at = 0
        self._open: list[_Container] = []

    def read(self) -> Leaves:
        try:
            self._document()
        except Malformed as error:
            self.fail(error)
        return self.leaves()

    def _document(self) -> None:
        if self._string.startswith("\ufeff"):
            self._at = 1
        self._skip()
        while self._is_loose_hole():
            self._anything(())
        self._value(Key((), self._at, self._at, self._at))
        while self._open:
            self._member(self._open[-1])
        self._skip()
        while self._is_loose_hole(last=True):
            self._anything(())
        if self._at < len(self._string):
            raise Malformed("something stands behind the end of the document", self._at)

    def _member(self, container: _Container) -> None:
        """One step in a container: its end, a comma, an entry, or a hole that may be any of them.

        In strict JSON a comma is followed by an entry.
        """
        self._skip()
        sign = self._string[self._at : self._at + 1]
        may_follow = _MAY_FOLLOW[container.last]
        if sign and sign == container.close:
            if "end" not in may_follow and not self._variant.trailing_commas:
                raise Malformed("a comma with nothing behind it", self._at)
            self._open.pop()
            self._at += 1
        elif sign == ",":
            if "comma" not in may_follow:
                raise Malformed("a comma with nothing before it", self._at)
            container.last = _COMMA if container.last != _LOOSE else _LOOSE
            self._at += 1
        elif self._is_loose_hole(container):
            self._anything(container.key.path)
            container.last = _LOOSE
        elif "entry" not in may_follow:
            expected = f"a comma or {container.close} is missing" if sign else "it is not finished"
            raise Malformed(expected, self._at)
        else:
            container.last = _ENTRY
            self._entry(container)

    def _entry(self, container: _Container) -> None:
        parent = container.key
        if container.close == "]":
            path: Path = (*parent.path, container.count)
            container.count += 1
            self._value(Key(path, self._at, self._at, self._at, parent.open))
            return
        start = self._at
        if self._string.startswith('"', start):
            name = decoded(self._string[start + 1 : self._string_end() - 1])
        else:
            word = self._word()
            if not self.text.has_hole(start, self._at):
                raise Malformed("a key in quotes is missing" if word else _stray(word), start)
            name = word
        end = self._at
        self._skip()
        if not self._string.startswith(":", self._at):
            raise Malformed("a colon is missing", self._at)
        self._at += 1
        is_open = parent.open or self.text.has_hole(start, end)
        self._value(Key((*parent.path, name), start, end, start, is_open))

    def _value(self, key: Key) -> None:
        self._skip()
        start = self._at
        sign = self._string[start : start + 1]
        if key.start == key.end:
            key = key._replace(line_start=start, start=start, end=start)
        if sign in ("{", "["):
            if len(self._open) >= DEEPEST:
                raise Malformed(f"nested more than {DEEPEST} deep", start)
            self._open.append(_Container(key, "}" if sign == "{" else "]"))
            self._at += 1
            if self.text.has_hole(key.start, key.end):
                self.unknown(key.path, self.text.hole_names(key.start, key.end), start, start)
        elif sign == '"':
            end = self._string_end()
            value = value_of(self.text, start + 1, end - 1, self.assume, decoded)
            self.leaf(key, value, '"', start, end)
        else:
            word = self._word()
            if not self.text.has_hole(start, self._at) and not _JSON_LITERAL.fullmatch(word):
                raise Malformed(_stray(word), start)
            value = value_of(self.text, start, self._at, self.assume, str)
            self.plain(key, value, start, self._at)

    def _word(self) -> str:
        """What stands without quotes; moves behind it."""
        match = _JSON_WORD.match(self._string, self._at)
        word = match.group() if match else ""
        self._at += len(word)
        return word

    def _string_end(self) -> int:
        """Moves behind the string that begins here, and says where that is."""
        start = at = self._at
        at += 1
        while True:
            special = _JSON_SPECIAL.search(self._string, at)
            if special is None:
                raise Malformed("a quote that is not closed", start, len(self._string))
            at = special.end()
            if special.group() == '"':
                self._at = at
                return at
            if special.group() != "\\":
                raise Malformed("a control character in a string", at - 1)
            at = self._escape_end(at)

    def _escape_end(self, at: int) -> int:
        sign = self._string[at : at + 1]
        if sign == "u" and (
            _JSON_HEX.match(self._string, at + 1) or self.text.has_hole(at + 1, at + 5)
        ):
            return at + 1
        if sign and (sign in '"\\/bfnrt' or self.text.has_hole(at, at + 1)):
            return at + 1
        raise Malformed("an escape that JSON does not know", at - 1)

    def _is_loose_hole(self, container: _Container | None = None, last: bool = False) -> bool:
        """Whether a hole stands here that is neither a key nor a value, nor a part of one."""
        if self._at not in self.text.holes:
            return False
        before = self._at
        word = self._word()
        alone = all(before + offset in self.text.holes for offset in range(len(word)))
        self._skip()
        following = self._string[self._at : self._at + 1]
        self._at = before
        if last or not alone:
            return last
        if container is None:
            return following != ""
        if container.last == _ENTRY:
            return True
        return following != ":" if container.close == "}" else following not in (",", "]")

    def _anything(self, path: Path) -> None:
        """A hole that may be anything: passes over it, and what it may bring is unknown."""
        start = self._at
        self._word()
        self.unknown(path, self.text.hole_names(start, self._at), start, self._at)
        self._skip()

    def _skip(self) -> None:
        """Passes over blanks, and over comments where they are permitted."""
        while True:
            match = _JSON_BLANKS.match(self._string, self._at)
            self._at = match.end() if match else self._at
            if not self._string.startswith("/", self._at):
                return
            self._comment()

    def _comment(self) -> None:
        start = self._at
        sign = self._string[start + 1 : start + 2]
        if not self._variant.comments or sign not in ("/", "*"):
            raise Malformed("a comment, which JSON has not" if sign in "/*" else "a stray /", start)
        if sign == "/":
            end = self._string.find("\n", start)
            self._at = end if end >= 0 else len(self._string)
            return
        end = self._string.find("*/", start + 2)
        if end < 0:
            raise Malformed("a comment that is not closed", start, len(self._string))
        self._at = end + 2


def _stray(word: str) -> str:
    """Why a word is no value; what it is may be a secret and is not repeated."""
    if not word:
        return "a value is missing"
    return "a value without quotes that is no number, true, false or null"
