# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Logical lines of a Dovecot configuration, and what each of them is.

Nothing is expanded or judged here, and a hole stays a hole.

Source: config_parse_line of Dovecot's config-parser.c, 2.3.19 and 2.4.1; the two differ in quoted
names and ``group`` only, which 2.3 refuses.
"""

from __future__ import annotations

from ...text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, NamedTuple
else:
    from ...tuples import NamedTuple

BLANK = " \t\v\f\r"
_ENDS_NAME = BLANK + "="

SETTING, BEGIN, END = "setting", "begin", "end"
INCLUDE, INCLUDE_TRY, BAD, LOST = "!include", "!include_try", "bad", "lost"
# How a value is written: as it is, between quotes, as the name of a file, with ``$`` in it.
PLAIN, QUOTED, FILE, VARIABLE = "plain", "quoted", "file", "variable"


class Statement(NamedTuple):
    """One logical line.  Spans are offsets of ``text``.

    ``key`` is the span of the name that it begins with, ``value`` that of the value, the section's
    name or the file to include.  ``message`` says what is wrong with a line of kind ``bad``.
    """

    kind: str
    text: Text
    key: tuple[int, int]
    value: tuple[int, int]
    form: str = PLAIN
    message: str = ""

    @property
    def key_text(self) -> str:
        """What the line begins with."""
        return self.text.string[slice(*self.key)]

    @property
    def span(self) -> tuple[int, int]:
        """The whole line, from its name to the end of its value."""
        return self.key[0], max(self.key[1], self.value[1] + (self.form == QUOTED))


def statements(text: Text) -> Iterator[Statement]:
    """What the file says, line by line.  ``text`` is settled.

    A backslash at the end continues a line.  A comment or an empty line in between loses what came
    before it: Dovecot then begins anew.
    """
    pending: list[tuple[int, int]] = []
    at = 0
    for physical in text.string.split("\n"):
        begin, at = at, at + len(physical) + 1
        start, end = _bare(text.string, begin, begin + len(physical))
        if start == end:
            if pending:
                yield Statement(LOST, text, pending[0], pending[-1])
            pending = []
            continue
        if text.string[end - 1] == "\\":
            last = len(text.string[start : end - 1].rstrip(BLANK)) + start
            if last > start:
                pending.append((start, last))
            continue
        if pending:
            yield _joined(text, [*pending, (start, end)])
            pending = []
        else:
            yield _statement(text, start, end)
    if pending:
        yield Statement(LOST, text, pending[0], pending[-1])


def _joined(text: Text, parts: list[tuple[int, int]]) -> Statement:
    pieces: list[Text] = []
    done = 0
    for start, end in parts:
        if pieces:
            pieces.append(text.replaced(done, start, " "))
        pieces.append(text.cut(start, end))
        done = end
    whole = Text.joined(text.path, pieces)
    return _statement(whole, 0, len(whole))


def _bare(string: str, start: int, end: int) -> tuple[int, int]:
    """The line without the blanks around it and its comment; empty where nothing is left."""
    line = string[start:end]
    start += len(line) - len(line.lstrip(BLANK))
    sign = string.find("#", start, end)
    if sign == start:
        return start, start
    if sign > 0:
        end = _comment(string, start, end)
    return start, start + len(string[start:end].rstrip(BLANK))


def _comment(string: str, start: int, end: int) -> int:
    """Where the comment begins; quotes anywhere in the line keep a ``#`` from beginning one."""
    quote = ""
    at = start
    while at < end:
        sign = string[at]
        if quote:
            if sign == "\\" and at + 1 < end:
                at += 1
            elif sign == quote:
                quote = ""
        elif sign in "'\"":
            quote = sign
        elif sign == "#":
            return at
        at += 1
    return end


def _statement(text: Text, start: int, end: int) -> Statement:
    string = text.string
    key, at = _key(string, start, end)
    word = string[slice(*key)]
    at = _skip(string, at, end)
    if word in (INCLUDE, INCLUDE_TRY):
        if key[1] < end and string[key[1]] == "=":
            message = f"{word} wants a blank and no '=' before its path"
            return Statement(BAD, text, key, (at, end), message=message)
        return Statement(word, text, key, (at, end))
    if string[at : at + 1] == "=" and at < end:
        return _setting(text, key, _skip(string, at + 1, end), end)
    if word == "}" and at == end:
        return Statement(END, text, key, key)
    return _section(text, key, at, end)


def _key(string: str, start: int, end: int) -> tuple[tuple[int, int], int]:
    """The span of a line's first word, and where the line goes on."""
    at = start
    if string[start] == '"':
        at += 1
        while at < end and string[at] != '"':
            at += 2 if string[at] == "\\" else 1
        at = min(at, end)
        return (start + 1, at), min(at + 1, end)
    while at < end and string[at] not in _ENDS_NAME:
        at += 1
    return (start, at), at


def _skip(string: str, at: int, end: int) -> int:
    while at < end and string[at] in BLANK:
        at += 1
    return at


def _setting(text: Text, key: tuple[int, int], start: int, end: int) -> Statement:
    string = text.string
    first = string[start : start + 1] if start < end else ""
    if first == "<":
        return Statement(SETTING, text, key, (_skip(string, start + 1, end), end), FILE)
    if first and first in "'\"":
        if end - start > 1 and string[end - 1] == first:
            return Statement(SETTING, text, key, (start + 1, end - 1), QUOTED)
    elif "$" in string[start:end]:
        return Statement(SETTING, text, key, (start, end), VARIABLE)
    return Statement(SETTING, text, key, (start, end))


def _section(text: Text, key: tuple[int, int], at: int, end: int) -> Statement:
    """``type name {``, with the brace last on the line."""
    string = text.string
    name = (at, at)
    form = PLAIN
    if string[slice(*key)] == "group" and string[at : at + 1] == "@":
        # What a group is called comes in two words.
        key, at = _key(string, at, end)
        at = _skip(string, at, end)
    if at < end and string[at] != "{":
        if string[at] == '"':
            close = string.find('"', at + 1, end)
            name, form = (at + 1, close if close >= 0 else end), QUOTED
            at = name[1] + 1
        else:
            name = _word(string, at, end)
            at = name[1]
        at = _skip(string, at, end)
    if at >= end or string[at] != "{":
        message = "neither a setting, which needs a '=', nor a section, which needs a '{'"
        return Statement(BAD, text, key, (end, end), message=message)
    if at + 1 < end:
        message = "a '{' has to be the last on its line"
        return Statement(BAD, text, key, (at + 1, end), message=message)
    return Statement(BEGIN, text, key, name, form)


def _word(string: str, start: int, end: int) -> tuple[int, int]:
    at = start
    while at < end and string[at] not in BLANK:
        at += 1
    return start, at


def unescaped(value: str) -> str:
    """A quoted value without its backslashes."""
    if "\\" not in value:
        return value
    found: list[str] = []
    signs = iter(value)
    for sign in signs:
        found.append(next(signs, "\\") if sign == "\\" else sign)
    return "".join(found)
