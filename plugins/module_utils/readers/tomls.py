# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""TOML 1.0.0 (https://toml.io/en/v1.0.0), all of it.

The reader is our own: ``tomllib`` is of Python 3.11, and says of no value where it stands.  What it
refuses is a problem at its line, and the other lines are read.  Numbers, dates, ``true`` and
``false`` stay as they are written.  A byte order mark is passed over.

A line that is nothing but a hole may bring keys and tables; the rest is read without it.
"""

from __future__ import annotations

from ..patterns import lazy
from .leaves import ERROR, value_of
from .nested import DEEPEST, MOST, Collected, Key, Malformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Match
    from typing import Callable, NamedTuple

    from ..text import Text
    from ..text.assume import Assumptions
    from .leaves import Leaf, Leaves, Path
else:
    from ..tuples import NamedTuple

# An option of a hole that holds one of these decides where lines, keys and values are.
STRUCTURE = "\"'\\\n{}[],=#"
BASIC, LITERAL, LONG_BASIC, LONG_LITERAL = '"', "'", '"""', "'''"
_DIGITS = "[0-9](?:_?[0-9])*"
_INTEGER = "[-+]?(?:0|[1-9](?:_?[0-9])*)"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
_ZONE = "(?:[Zz]|[-+](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_TOML_BLANKS = lazy("[ \t]*")
_TOML_LINES = lazy("(?:[ \t\n]|\r\n)*")
_TOML_LINE_END = lazy("\n|\r\n|\\Z")
_TOML_COMMENT = lazy(r"#[^\n]*")
_TOML_CONTROL = lazy("[\x00-\x08\x0a-\x1f\x7f]")
_TOML_BARE = lazy("[^ \t\r\n.=#\\[\\]{},\"']*")
_TOML_KEY = lazy("[A-Za-z0-9_-]+")
_TOML_WORD = lazy("[^ \t\r\n,\\]}#=\"']*")
_TOML_LATER = lazy("[ ][0-9]{2}:[^ \t\r\n,\\]}#]*")
_TOML_DATE = lazy(rf"({_DATE})(?:[Tt ]{_TIME}{_ZONE}?)?")
_TOML_PLAIN = lazy(
    rf"true|false|[-+]?(?:inf|nan)|0x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|0o[0-7](?:_?[0-7])*"
    rf"|0b[01](?:_?[01])*|{_INTEGER}(?:\.{_DIGITS})?(?:[eE][-+]?{_DIGITS})?|{_TIME}"
)
_TOML_SPECIAL = lazy('["\\\\\x00-\x08\x0a-\x1f\x7f]')
_TOML_LONG = lazy('["\\\\\x00-\x08\x0b-\x1f\x7f]')
_TOML_LITERAL = lazy("['\x00-\x08\x0a-\x1f\x7f]")
_TOML_LONG_LITERAL = lazy("['\x00-\x08\x0b-\x1f\x7f]")
_TOML_CODE = lazy("u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}")
_TOML_CONTINUED = lazy("[ \t]*\r?\n[ \t\r\n]*")
_TOML_ESCAPE = lazy("(?s:\\\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[ \t]*\r?\n[ \t\r\n]*|.))")
_TOML_BYTE = lazy("[\ud800-\udfff]")
_TOML_UNSAFE = lazy('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]')
_MEANINGS = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}
_ESCAPES = {meaning: sign for sign, meaning in _MEANINGS.items()}
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Variant(NamedTuple):
    """TOML knows no variants; every program refuses a key that stands twice."""

    duplicates: str = ERROR


DEFAULT = Variant()


def read(text: Text, assume: Assumptions, variant: Variant = DEFAULT) -> Leaves:
    """The values of a document, each under the keys and numbers that lead to it."""
    return _Scanner(text.settled(assume, STRUCTURE), assume).read()


def encode(leaf: Leaf, new: str, variant: Variant = DEFAULT) -> str | None:
    """A new value as it is written in the place of the old one.

    A number, a date, ``true`` or ``false`` is plain where the old value is plain.  ``None`` for
    characters that no TOML holds.
    """
    if _TOML_BYTE.search(new):
        return None
    if not leaf.quoted and _is_plain(new):
        return new
    if leaf.quoted in (LITERAL, LONG_LITERAL) and not ("'" in new or _TOML_CONTROL.search(new)):
        return f"'{new}'"
    return '"' + _TOML_UNSAFE.sub(_escaped, new) + '"'


def _escaped(match: Match[str]) -> str:
    sign = match.group()
    return "\\" + (sign if sign in '"\\' else _ESCAPES.get(sign, f"u{ord(sign):04x}"))


def _is_plain(word: str) -> bool:
    """Whether a word is a value without quotes."""
    date = _TOML_DATE.fullmatch(word)
    return _is_day(date.group(1)) if date else _TOML_PLAIN.fullmatch(word) is not None


def _is_day(date: str) -> bool:
    year, month, day = map(int, date.split("-"))
    if not (year and 1 <= month <= 12):
        return False
    leap = month == 2 and not year % 4 and (year % 100 > 0 or not year % 400)
    return 1 <= day <= _DAYS[month - 1] + leap


def _decoded(written: str) -> str:
    """What a basic string says between its quotes."""
    return _TOML_ESCAPE.sub(_meaning, written) if "\\" in written else written


def _meaning(match: Match[str]) -> str:
    code = match.group(1)
    if len(code) > 4 and code[0] in "uU":
        return chr(int(code[1:], 16))
    return "" if code[0] in " \t\r\n" else _MEANINGS.get(code, code)


def _long(written: str) -> str:
    """A string of several lines; a line end right behind the opening quotes is not its own."""
    written = written.replace("\r\n", "\n")
    return written[1:] if written.startswith("\n") else written


def _long_decoded(written: str) -> str:
    return _decoded(_long(written))


_DECODE: dict[str, Callable[[str], str]] = {
    BASIC: _decoded,
    LITERAL: str,
    LONG_BASIC: _long_decoded,
    LONG_LITERAL: _long,
}


class _Table:
    """What is known of a table: its keys; ``None`` stands for a value that is closed.

    ``is_defined`` is true of one that has its own header, ``section`` is the number of the section
    whose dotted keys made it: in later ones it is defined too.
    """

    __slots__ = ("entries", "is_defined", "section")

    def __init__(self, is_defined: bool = False, section: int = 0) -> None:
        self.entries: dict[str, _Table | list[_Table] | None] = {}
        self.is_defined = is_defined
        self.section = section


class _Keys(NamedTuple):
    """A key as written, which may have several parts."""

    parts: tuple[str, ...]
    start: int
    end: int
    open: bool


class _Container:
    """An array or inline table that is not closed yet; ``last`` is what stood last in it."""

    __slots__ = ("close", "count", "key", "last", "start", "table")

    def __init__(self, key: Key, close: str, start: int) -> None:
        self.key = key
        self.close = close
        self.start = start
        self.count = 0
        self.last = ""
        self.table = _Table()


class _Scanner(Collected):
    """One pass over a text."""

    def __init__(self, text: Text, assume: Assumptions) -> None:
        super().__init__(text, assume)
        self._string = text.string
        self._at = 0
        self._root = _Table()
        self._table = self._root
        self._path: Path = ()
        self._path_open = False
        self._section = 1
        self._open: list[_Container] = []
        # Whether a line that holes have made unreadable may have begun a table.
        self._lost = False

    def read(self) -> Leaves:
        foreign = _TOML_BYTE.search(self._string)
        if foreign:
            self.refuse(Malformed("a byte that is not UTF-8", foreign.start()))
        self._at = 1 if self._string.startswith("\ufeff") else 0
        while self._at < len(self._string) and len(self._leaves) + len(self._opaque) < MOST:
            start = self._at
            try:
                self._line()
            except Malformed as error:
                self.fail(error)
                self._open.clear()
                self._lost = self._lost or self.text.has_hole(start, error.seen)
                self._next_line(max(self._at, error.offset))
                if self._may_be_header(start, self._at):
                    self._path_open, self._table = True, _Table()
        return self.leaves()

    def _may_be_header(self, start: int, end: int) -> bool:
        """Whether a line that cannot be read may have been meant to begin a table."""
        sign = self._string.find("[", start, end)
        before = self._string[start:sign]
        return sign >= 0 and (not before.strip() or self.text.has_hole(start, sign))

    def _next_line(self, at: int) -> None:
        end = self._string.find("\n", at)
        self._at = end + 1 if end >= 0 else len(self._string)

    def _line(self) -> None:
        self._blanks()
        start = self._at
        if self._string.startswith("[", start):
            self._header()
        elif self._is_hole_alone():
            self._at += 1
            self.unknown((), self.text.hole_names(start, self._at), start, self._at)
            self._blanks()
            return
        elif not self._ends_line():
            keys = self._keys()
            if not self._string.startswith("=", self._at):
                raise Malformed("no = behind a key", self._at)
            self._at += 1
            value_at = self._at
            self._blanks()
            is_container = self._string[self._at : self._at + 1] in ("[", "{")
            self._define(self._table, keys, self._section)
            path = (*self._path, *keys.parts)
            key = Key(path, keys.start, keys.end, start, self._path_open or keys.open)
            if keys.open and is_container:
                self.unknown(path, self.text.hole_names(start, value_at), start, value_at)
            self._value(key)
            while self._open:
                self._member(self._open[-1])
        self._line_end()

    def _is_hole_alone(self) -> bool:
        """Whether a hole stands here that no key or value goes on from."""
        if self._at not in self.text.holes:
            return False
        following = _TOML_BLANKS.match(self._string, self._at + 1)
        at = following.end() if following else self._at + 1
        return at in self.text.holes or self._string[at : at + 1] in ("", "\n", "\r", "#")

    def _ends_line(self) -> bool:
        return _TOML_LINE_END.match(self._string, self._at) is not None or self._string.startswith(
            "#", self._at
        )

    def _line_end(self) -> None:
        """Passes over what may follow on a line: blanks, a comment, holes."""
        self._blanks()
        while self._at in self.text.holes:
            at = self._at
            self.unknown((), self.text.hole_names(at, at + 1), at, at + 1)
            self._at += 1
            self._blanks()
        self._comment()
        end = _TOML_LINE_END.match(self._string, self._at)
        if end is None:
            raise Malformed("something stands behind the end of a value", self._at)
        self._at = end.end()

    def _comment(self) -> None:
        comment = _TOML_COMMENT.match(self._string, self._at)
        if comment is None:
            return
        end = comment.end()
        if self._string.startswith("\r", end - 1) and end < len(self._string):
            end -= 1
        control = _TOML_CONTROL.search(self._string, self._at, end)
        if control:
            raise Malformed("a control character in a comment", control.start())
        self._at = end

    def _blanks(self) -> None:
        match = _TOML_BLANKS.match(self._string, self._at)
        self._at = match.end() if match else self._at

    def _header(self) -> None:
        start = self._at
        is_array = self._string.startswith("[[", start)
        self._at += 2 if is_array else 1
        self._blanks()
        keys = self._keys()
        close = "]]" if is_array else "]"
        if not self._string.startswith(close, self._at):
            raise Malformed(f"a table's name without {close}", self._at)
        self._at += len(close)
        self._section += 1
        self._path, self._path_open = tuple(keys.parts), keys.open
        self._table = _Table()
        if keys.open:
            self.unknown(self._path, self.text.hole_names(start, self._at), start, self._at)
            return
        path: list[str | int] = []
        table = self._root
        for part in keys.parts[:-1]:
            path.append(part)
            inner = table.entries.setdefault(part, _Table())
            if isinstance(inner, list):
                path.append(len(inner) - 1)
                inner = inner[-1]
            if inner is None:
                self._wrong(Malformed("a table inside of a value", keys.start))
                return
            table = inner
        name = keys.parts[-1]
        path.append(name)
        if is_array:
            tables = table.entries.setdefault(name, [])
            if not isinstance(tables, list):
                self._wrong(Malformed("a table and an array of one name", keys.start))
                return
            # What a line may have begun that holes made unreadable counts with these.
            self._path_open = self._lost
            tables.append(self._table)
            path.append(len(tables) - 1)
        else:
            inner = table.entries.setdefault(name, self._table)
            if not isinstance(inner, _Table) or self._is_defined(inner):
                self._wrong(Malformed("a table that is defined twice", keys.start))
            if isinstance(inner, _Table):
                inner.is_defined = True
                self._table = inner
        self._path = tuple(path)

    def _wrong(self, error: Malformed) -> None:
        """Note what cannot stand beside what was read before it."""
        if self._lost:
            self.fail(error)
        else:
            self.refuse(error)

    def _is_defined(self, table: _Table) -> bool:
        return table.is_defined or table.section not in (0, self._section)

    def _define(self, table: _Table, keys: _Keys, section: int) -> None:
        """Note a key in a table; one that cannot stand there is a problem, and read all the same.

        What a hole in a key makes of it is not known.
        """
        if keys.open:
            return
        for part in keys.parts[:-1]:
            inner = table.entries.setdefault(part, _Table())
            if not isinstance(inner, _Table) or self._is_defined(inner):
                self._wrong(Malformed("a key inside of what is defined elsewhere", keys.start))
                return
            inner.section = section
            table = inner
        if keys.parts[-1] in table.entries:
            self._wrong(Malformed("a key that stands twice", keys.start))
        else:
            table.entries[keys.parts[-1]] = None

    def _keys(self) -> _Keys:
        """A key, and the blanks behind it."""
        start = end = self._at
        parts: list[str] = []
        while True:
            parts.append(self._key_part())
            end = self._at
            self._blanks()
            if not self._string.startswith(".", self._at):
                break
            self._at += 1
            self._blanks()
            if len(parts) > DEEPEST:
                raise Malformed(f"nested more than {DEEPEST} deep", start)
        return _Keys(tuple(parts), start, end, self.text.has_hole(start, end))

    def _key_part(self) -> str:
        start = self._at
        quote = self._string[start : start + 1]
        if quote in (BASIC, LITERAL):
            end = self._string_end(quote)
            return _DECODE[quote](self._string[start + 1 : end - 1])
        bare = _TOML_BARE.match(self._string, start)
        name = bare.group() if bare else ""
        self._at += len(name)
        if not self.text.has_hole(start, self._at) and not _TOML_KEY.fullmatch(name):
            raise Malformed("a key is missing", start)
        return name

    def _value(self, key: Key) -> None:
        self._blanks()
        start = self._at
        sign = self._string[start : start + 1]
        if key.start == key.end:
            key = key._replace(line_start=start, start=start, end=start)
        if sign in ("[", "{"):
            if len(self._open) >= DEEPEST:
                raise Malformed(f"nested more than {DEEPEST} deep", start)
            self._open.append(_Container(key, "]" if sign == "[" else "}", start))
            self._at += 1
        elif sign in (BASIC, LITERAL):
            quote = sign * 3 if self._string.startswith(sign * 3, start) else sign
            end = self._string_end(quote)
            inner = start + len(quote), end - len(quote)
            value = value_of(self.text, *inner, self.assume, _DECODE[quote])
            self.leaf(key, value, quote, start, end)
        else:
            self._plain(key)

    def _plain(self, key: Key) -> None:
        start = self._at
        match = _TOML_WORD.match(self._string, start)
        end = match.end() if match else start
        if end == start + 10 and _TOML_DATE.fullmatch(self._string, start, end):
            later = _TOML_LATER.match(self._string, end)
            end = later.end() if later else end
            # What is open behind a blank may be a time of that day.
            holes = (
                self.text.hole_offsets(end, end + 4) if self._string[end : end + 1] == " " else []
            )
            end = holes[0] + 1 if holes else end
        self._at = end
        word = self._string[start:end]
        if not self.text.has_hole(start, end) and not _is_plain(word):
            # What it is may be a secret and is not repeated.
            message = "a value without quotes that is no number, date, true or false"
            raise Malformed(message if word else "a value is missing", start)
        self.plain(key, value_of(self.text, start, end, self.assume, str), start, end)

    def _string_end(self, quote: str) -> int:
        """Moves behind the string that begins here, and says where that is."""
        start = self._at
        at = start + len(quote)
        special = {
            BASIC: _TOML_SPECIAL, LONG_BASIC: _TOML_LONG,
            LITERAL: _TOML_LITERAL, LONG_LITERAL: _TOML_LONG_LITERAL,
        }[quote]  # fmt: skip
        while True:
            match = special.search(self._string, at)
            if match is None:
                raise Malformed("a quote that is not closed", start, len(self._string))
            at = match.end()
            sign = match.group()
            if sign == "\\":
                at = self._escape_end(at, quote)
            elif sign != quote[0]:
                if sign != "\r" or len(quote) == 1 or not self._string.startswith("\n", at):
                    raise Malformed("a control character in a string", at - 1)
            elif self._string.startswith(quote, at - 1):
                at += len(quote) - 1
                # Up to two quotes may stand before those that close it.
                more = 2 if len(quote) == 3 else 0
                while more and self._string.startswith(sign, at):
                    at, more = at + 1, more - 1
                self._at = at
                return at

    def _escape_end(self, at: int, quote: str) -> int:
        sign = self._string[at : at + 1]
        if sign and (sign in 'btnfr"\\' or self.text.has_hole(at, at + 1)):
            return at + 1
        code = _TOML_CODE.match(self._string, at)
        if code:
            number = int(code.group()[1:], 16)
            if number < 0xD800 or 0xDFFF < number < 0x110000:
                return code.end()
        elif sign in ("u", "U") and self.text.has_hole(at, at + 9):
            return at + 1
        continued = _TOML_CONTINUED.match(self._string, at) if quote == LONG_BASIC else None
        if continued is None:
            raise Malformed("an escape that TOML does not know", at - 1)
        # A line end is looked at again, for a lone carriage return.
        return at

    def _member(self, container: _Container) -> None:
        """One step in an array or inline table: its end, a comma, an entry, or a loose hole.

        An array may go over several lines and end in a comma.
        """
        is_array = container.close == "]"
        if is_array:
            self._lines()
        else:
            self._blanks()
        start = self._at
        sign = self._string[start : start + 1]
        if sign == container.close:
            if container.last == "," and not is_array:
                raise Malformed("a comma with nothing behind it", start)
            self._open.pop()
            self._at += 1
        elif sign == ",":
            if container.last in ("", ","):
                raise Malformed("a comma with nothing before it", start)
            container.last = "," if container.last == "entry" else "hole"
            self._at += 1
        elif self._is_loose_hole(container):
            self._at += 1
            self.unknown(container.key.path, self.text.hole_names(start, self._at), start, self._at)
            container.last = "hole"
        elif container.last == "entry":
            message = f"a comma or {container.close} is missing"
            raise Malformed(message if sign else "it is not finished", start)
        elif not sign:
            raise Malformed("it is not finished", container.start)
        else:
            container.last = "entry"
            self._entry(container)

    def _is_loose_hole(self, container: _Container) -> bool:
        if self._at not in self.text.holes:
            return False
        if container.last == "entry":
            return True
        before = self._at
        self._at += 1
        if container.close == "]":
            self._lines()
        else:
            self._blanks()
        self._at, at = before, self._at
        following = self._string[at : at + 1]
        alone = at > before + 1 or following in (container.close, ",", "")
        if container.close == "}":
            return alone and following not in ("=", ".")
        return alone and following not in (container.close, ",")

    def _entry(self, container: _Container) -> None:
        parent = container.key
        if container.close == "]":
            path: Path = (*parent.path, container.count)
            container.count += 1
            self._value(Key(path, self._at, self._at, self._at, parent.open))
            return
        keys = self._keys()
        if not self._string.startswith("=", self._at):
            raise Malformed("no = behind a key", self._at)
        self._at += 1
        self._define(container.table, keys, 0)
        is_open = parent.open or keys.open
        self._value(Key((*parent.path, *keys.parts), keys.start, keys.end, keys.start, is_open))

    def _lines(self) -> None:
        """Passes over blanks, line ends and comments."""
        while True:
            match = _TOML_LINES.match(self._string, self._at)
            self._at = match.end() if match else self._at
            if not self._string.startswith("#", self._at):
                return
            self._comment()
