# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values in files of variables: where one ends, and what it says with its references."""

from __future__ import annotations

from ..patterns import lazy
from .references import Reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, NamedTuple

    from .dotenv import Variant
    from .references import Part, Parts
else:
    from ..tuples import NamedTuple

QUOTED, SHELL, RAW = "quoted", "shell", "raw"
# Where the comment behind an unquoted value begins: at a sign, at a sign behind a blank (which may
# be that behind the separator), at a space and a sign.
ANYWHERE, BEHIND_A_BLANK, BLANK_AND_SIGN = "anywhere", "blank", "space"
# Which references there are: ${NAME} and ${NAME:-default} wherever they stand in the value,
# ${NAME} outside of single quotes, and there $NAME and the forms of a shell too.
BRACES_OR_DEFAULT, BRACES, DOLLAR = "braces or default", "braces", "dollar"
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
WORD = _LETTERS + "0123456789"
_OPERATORS = (":-", "-", ":?", "?", ":+", "+")
_LINE_END = lazy(r"[\r\n]")
# What ends a word of a shell.
_ENDS = ";&|()<>"


class Scan(NamedTuple):
    """A value as written, where reading goes on, its quotes and parts; or what is wrong."""

    start: int
    end: int
    behind: int
    quoted: str = ""
    parts: Parts = ()
    error: str = ""


def is_blank(sign: str) -> bool:
    """Whether a character is white space within a line."""
    return sign.isspace() and sign not in "\r\n"


def line_end(string: str, at: int, limit: int) -> int:
    """Where the line ends that an offset is in."""
    end = _LINE_END.search(string, at, limit)
    return end.start() if end else limit


class Scanner:
    """Reads values; remembers which signs close nothing any more, so that none is sought twice."""

    def __init__(self, variant: Variant) -> None:
        self.variant = variant
        self.escapes = dict(variant.escapes)
        self.gone: set[str] = set()

    def scan(self, string: str, at: int, limit: int) -> Scan:
        """The value that begins behind a separator."""
        if self.variant.word == RAW:
            end = line_end(string, at, limit)
            return Scan(at, end, end, "", (string[at:end],) if end > at else ())
        if self.variant.word == SHELL:
            return self._shell(string, at, limit)
        start = at
        while at < limit and is_blank(string[at]):
            at += 1
        if at < limit and string[at] in "\"'":
            return self._quoted(string, at, limit)
        return self._plain(string, start, at, limit)

    def _quoted(self, string: str, start: int, limit: int) -> Scan:
        quote = string[start]
        parts, at = self._until(string, start + 1, limit, quote)
        if isinstance(parts, str):
            return Scan(start, at, start, quote, (), parts)
        behind = at
        while not self.variant.behind and behind < limit and is_blank(string[behind]):
            behind += 1
        if behind < limit and string[behind] not in "#\r\n" and not self.variant.behind:
            return Scan(start, at, at, quote, (), "something stands behind the closing quote")
        behind = at if self.variant.behind else line_end(string, behind, limit)
        return Scan(start, at, behind, quote, self._whole(parts))

    def _until(self, string: str, at: int, limit: int, quote: str) -> tuple[list[Part] | str, int]:
        """The parts up to a closing quote and the offset behind it; or what is wrong."""
        variant = self.variant
        end = limit if quote in variant.lines else line_end(string, at, limit)
        parts: list[Part] = []
        while at < end and quote not in self.gone:
            sign = string[at]
            if sign == quote:
                return parts, at + 1
            following = string[at + 1 : min(at + 2, end)]
            if sign == "\\" and quote == '"' and self.escapes and following in self.escapes:
                parts.append(self.escapes[following])
                at += 2
            elif sign == "\\" and quote == "'" and following and following in variant.single:
                parts.append(following)
                at += 2
            elif sign == "\\" and quote == '"' and variant.strict:
                return "an escape that is not known", at
            elif sign == "\\" and (quote == '"' or variant.single) and following:
                parts.append(sign + following)
                at += 2
            elif sign == "$" and quote == '"' and variant.refers in (BRACES, DOLLAR):
                part, at = self._reference(string, at, end)
                parts.append(part)
            else:
                parts.append(sign)
                at += 1
        if end == len(string):
            self.gone.add(quote)
        return "a missing closing quote", at

    def _plain(self, string: str, start: int, at: int, limit: int) -> Scan:
        variant = self.variant
        line = line_end(string, at, limit)
        end = at
        cut = -1
        if variant.comment == ANYWHERE:
            cut = string.find("#", at, line)
        elif variant.comment == BLANK_AND_SIGN:
            cut = string.find(" #", at, line)
        else:
            cut = string.find("#", at, line)
            while cut > 0 and not (is_blank(string[cut - 1]) and cut > start):
                cut = string.find("#", cut + 1, line)
        end = at + len(string[at : line if cut < 0 else cut].rstrip())
        if end == at:
            return Scan(start, start, line)
        if variant.strict and any(map(str.isspace, string[at:end])):
            return Scan(at, end, line, "", (), "a blank in a value without quotes")
        parts: list[Part] = []
        first = at
        while at < end:
            if string[at] == "$" and variant.refers in (BRACES, DOLLAR):
                part, at = self._reference(string, at, end)
                parts.append(part)
            else:
                parts.append(string[at])
                at += 1
        return Scan(first, end, line, "", self._whole(parts))

    def _whole(self, parts: list[Part]) -> Parts:
        """The parts with their literals joined, and the references in them if they are to be."""
        if self.variant.refers == BRACES_OR_DEFAULT:
            return _python(_joined(parts))
        return _joined(parts)

    def _reference(self, string: str, at: int, end: int) -> tuple[Part, int]:
        """The reference that begins at a dollar sign, or the sign itself."""
        if not self.variant.refers:
            return "$", at + 1
        dollar = self.variant.refers == DOLLAR
        following = string[at + 1 : min(at + 2, end)]
        if following == "{":
            return self._braces(string, at, end)
        if not dollar or not following:
            return "$", at + 1
        if following == "$" and self.variant.word != SHELL:
            return "$", at + 2
        if following in _LETTERS:
            stop = at + 1
            while stop < end and string[stop] in WORD:
                stop += 1
            return Reference(string[at + 1 : stop]), stop
        if self.variant.word == SHELL and (following in "(" or following in "0123456789@*#?-$!"):
            return self._substituted(string, at, end)
        return "$", at + 1

    def _substituted(self, string: str, at: int, end: int) -> tuple[Part, int]:
        """A command's output or a parameter of the shell: nothing that a file says."""
        if string[at + 1] != "(":
            return Reference(string[at + 1]), at + 2
        depth, stop = 0, at + 1
        while stop < end:
            depth += (string[stop] == "(") - (string[stop] == ")")
            stop += 1
            if not depth:
                break
        return Reference("the output of a command"), stop

    def _braces(self, string: str, at: int, end: int) -> tuple[Part, int]:
        stop = at + 2
        names = WORD + "." if self.variant.refers == BRACES else WORD
        while stop < end and string[stop] in names:
            stop += 1
        name = string[at + 2 : stop]
        if name and string.startswith("}", stop, end):
            return Reference(name), stop + 1
        if not name or self.variant.refers == BRACES or "}" in self.gone:
            return "$", at + 1
        operator = next((sign for sign in _OPERATORS if string.startswith(sign, stop, end)), "")
        close = string.find("}", stop, end)
        if close < 0:
            if end == len(string):
                self.gone.add("}")
            return "$", at + 1
        if not operator:
            return Reference(name), close + 1
        default: str | None = string[stop + len(operator) : close]
        if operator[-1] != "-" or any(sign in str(default) for sign in "$\\\"'`{"):
            default = None
        return Reference(name, default, operator[0] == ":"), close + 1

    def _shell(self, string: str, start: int, limit: int) -> Scan:
        """A word: quoted and unquoted parts up to a blank or an operator."""
        at = start
        parts: list[Part] = []
        quotes = ""
        while at < limit and not string[at].isspace() and string[at] not in _ENDS:
            sign = string[at]
            if sign in "\"'":
                quotes = quotes or sign
                inner, at = self._shell_quoted(string, at + 1, limit, sign)
                if isinstance(inner, str):
                    return Scan(start, at, at, sign, (), inner)
                parts += inner
            elif sign == "\\":
                parts.append("" if string.startswith("\n", at + 1) else string[at + 1 : at + 2])
                at = min(at + 2, limit)
            elif sign == "$":
                part, at = self._reference(string, at, limit)
                parts.append(part)
            elif sign == "`":
                return Scan(start, at, at, "", (), "the output of a command")
            else:
                parts.append(sign)
                at += 1
        return self._behind(string, Scan(start, at, at, quotes, _joined(parts)), limit)

    def _shell_quoted(
        self, string: str, at: int, limit: int, quote: str
    ) -> tuple[list[Part] | str, int]:
        parts: list[Part] = []
        while at < limit and quote not in self.gone:
            sign = string[at]
            following = string[at + 1 : min(at + 2, limit)]
            if sign == quote:
                return parts, at + 1
            if quote == '"' and sign == "\\" and following and following in '$`"\\\n':
                parts.append("" if following == "\n" else following)
                at += 2
            elif quote == '"' and sign == "$":
                part, at = self._reference(string, at, limit)
                parts.append(part)
            elif quote == '"' and sign == "`":
                return "the output of a command", at
            else:
                parts.append(sign)
                at += 1
        if limit == len(string):
            self.gone.add(quote)
        return "a missing closing quote", at

    def _behind(self, string: str, scan: Scan, limit: int) -> Scan:
        """The scan, if nothing follows that makes the line a command."""
        at = scan.end
        while at < limit and string[at] in " \t":
            at += 1
        if at == limit or string[at] in "\r\n" or (string[at] == "#" and at > scan.end):
            return scan._replace(behind=line_end(string, at, limit))
        if string[at] == ";" and not string.startswith(";;", at):
            return scan._replace(behind=at + 1)
        return scan._replace(error="a command follows")


def _joined(parts: list[Part]) -> Parts:
    made: list[Part] = []
    literal: list[str] = []
    for part in parts:
        if isinstance(part, str):
            literal.append(part)
        else:
            made += ["".join(literal), part]
            literal = []
    return (*made, "".join(literal))


def _python(parts: Parts) -> Parts:
    """``${NAME}`` and ``${NAME:-default}``, which python-dotenv finds in the decoded value."""
    value = "".join(map(str, parts))
    made: list[Part] = []
    done = 0
    at = value.find("${")
    while at >= 0:
        close = value.find("}", at)
        if close < 0:
            break
        name, colon, default = value[at + 2 : close].partition(":")
        if not colon or default.startswith("-"):
            made += [value[done:at], Reference(name, default[1:] if colon else None)]
            done = close + 1
            at = value.find("${", done)
        else:
            at = value.find("${", at + 2)
    return (*made, value[done:])


def php_entries(string: str, at: int) -> Iterator[tuple[int, int]]:
    """The spans of phpdotenv's entries: lines, or several from ``="`` to a closing quote."""
    begun = -1
    while at < len(string):
        end = line_end(string, at, len(string))
        line = string[at:end]
        quotes = _closing(line)
        opens = '="' in line and line != '"' and quotes < 2
        if opens and begun < 0:
            begun = at
        if begun < 0:
            yield at, end
        elif line == '"' or (quotes > 1 if opens else quotes > 0):
            yield begun, end
            begun = -1
        at = end + (2 if string.startswith("\r\n", end) else 1)


def _closing(line: str) -> int:
    """How many quotes have a sign before them that is no backslash; two of those count as none."""
    line = line.replace("\\\\", "")
    return sum(1 for at, sign in enumerate(line) if sign == '"' and at > 0 and line[at - 1] != "\\")
