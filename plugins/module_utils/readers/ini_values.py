# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the value of an INI key ends, and what it says: plain, with indented lines, and Go's.

A value is told apart in two steps, so that it can be decoded again when its holes are filled:
``span`` finds what is written, ``decoded`` says what that means.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple, Sequence

    from .ini import Variant

    Rows = Sequence[tuple[int, int]]
else:
    from ..tuples import NamedTuple

# How lines are joined.
INDENTED, BACKSLASH, GO = "indented", "backslash", "go"
# What must stand before the sign of a comment behind a value: nothing, or a blank.
ANYWHERE, BEHIND_A_BLANK = "anywhere", "blank"
_LONG = '"""'


class Span(NamedTuple):
    """A value as written, its quotes, and the number of the row behind it; or what is wrong."""

    start: int
    end: int
    quoted: str
    row: int
    error: str = ""


def span(string: str, rows: Rows, row: int, at: int, variant: Variant) -> Span:
    """The value that begins at ``at`` in a row and may go on in the rows that follow."""
    first, last = blanks_off(string, at, rows[row][1])
    if variant.lines == GO:
        return _go(string, rows, row, at, variant)
    quote = _quote(string, first, last, variant.quotes)
    if quote:
        end = string.find(quote, first + 1, last) + 1
        if end and is_comment(string, *blanks_off(string, end, last), variant):
            return Span(first, end, quote, row + 1)
    last = comment_off(string, first, last, variant)
    if first == last:
        # A new value goes before the blanks of a comment.
        first = last = at
    if variant.lines == BACKSLASH:
        return _continued(string, rows, row, first, last, variant)
    if variant.lines == INDENTED:
        return _indented(string, rows, row, first, last, variant)
    return Span(first, last, quoted(string[first:last], variant), row + 1)


def decoded(written: str, variant: Variant) -> str:
    """What a value says that is written so."""
    if variant.lines == GO:
        return _go_decoded(written, variant)
    if variant.lines == INDENTED and ("\n" in written or "\r" in written):
        return _joined(written, variant)
    if variant.lines == BACKSLASH and written.find("\\") >= 0:
        parts = [line.strip() for line in written.replace("\r", "\n").split("\n")]
        written = "".join(map(_without_backslash, parts[:-1])) + parts[-1]
    return unquoted(written[: comment_off(written, 0, len(written), variant)].strip(), variant)


def blanks_off(string: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends; empty at ``start`` if there is nothing else."""
    part = string[start:end]
    behind = start + len(part.rstrip())
    return (start, start) if behind == start else (end - len(part.lstrip()), behind)


def quoted(value: str, variant: Variant) -> str:
    """The sign of the quotes around a value that the variant takes off."""
    around = len(value) > 1 and value[0] == value[-1] and value[0] in variant.quotes
    if around and variant.lines == GO:
        around = value.find(value[0], 1) == len(value) - 1
    return value[0] if around else ""


def unquoted(value: str, variant: Variant) -> str:
    """The value without the quotes around it."""
    return value[1:-1] if quoted(value, variant) else value


def comment_off(string: str, start: int, end: int, variant: Variant) -> int:
    """Where the value ends, a comment behind it and the blanks before that left out."""
    if not variant.trailing or quoted(string[start:end], variant):
        return end
    found = [_sign(string, sign, start, end, variant) for sign in variant.trailing]
    stop = min([at for at in found if at >= 0], default=-1)
    return end if stop < 0 else start + len(string[start:stop].rstrip())


def is_comment(string: str, start: int, end: int, variant: Variant) -> bool:
    """Whether a span is empty or a comment."""
    return start == end or string[start] in variant.trailing + variant.comments


def _sign(string: str, sign: str, start: int, end: int, variant: Variant) -> int:
    at = string.find(sign, start, end)
    while at >= 0 and variant.behind == BEHIND_A_BLANK and not string[at - 1 : at].isspace():
        at = string.find(sign, at + 1, end)
    return at


def _quote(string: str, first: int, last: int, quotes: str) -> str:
    return string[first] if first < last and string[first] in quotes else ""


def _continued(string: str, rows: Rows, row: int, first: int, last: int, variant: Variant) -> Span:
    while string.endswith("\\", first, last) and row + 1 < len(rows):
        row += 1
        last = blanks_off(string, *rows[row])[1]
    return Span(first, last, quoted(string[first:last], variant), row + 1)


def _indented(string: str, rows: Rows, row: int, first: int, last: int, variant: Variant) -> Span:
    """As Python's configparser: lines that are indented further than the key belong to it."""
    indent = _indent(string, rows[row])
    after = number = row + 1
    while number < len(rows):
        start, stop = blanks_off(string, *rows[number])
        if start < stop and string[start] not in variant.comments:
            if _indent(string, rows[number]) <= indent:
                break
            last, after = comment_off(string, rows[number][0], stop, variant), number + 1
        number += 1
    return Span(first, last, "", after)


def _indent(string: str, row: tuple[int, int]) -> int:
    line = string[row[0] : row[1]]
    return len(line) - len(line.lstrip())


def _joined(written: str, variant: Variant) -> str:
    """The lines of an indented value, comments left out."""
    parts: list[str] = []
    for line in written.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        part = line[: comment_off(line, 0, len(line), variant)].strip()
        comment = part[:1] in variant.comments if parts else False
        if (part and not comment) or not line.strip() or not parts:
            parts.append(part)
    return "\n".join(parts).rstrip()


def _go(string: str, rows: Rows, row: int, at: int, variant: Variant) -> Span:
    """As go-ini (``readValue``, ``readMultilines``, ``readContinuationLines``)."""
    end = rows[row][1]
    first = blanks_off(string, at, end)[0]
    quote = _go_quote(string[first : min(first + 4, end)], end < len(string))
    if quote:
        after = row
        close = string.rfind(quote, first + len(quote), end)
        while close < 0:
            after += 1
            if after == len(rows):
                return Span(first, end, quote, row + 1, f"no {quote} closes the value")
            close = string.rfind(quote, *rows[after])
        return Span(first, close + len(quote), quote, after + 1)
    first, last = blanks_off(string, first, end)
    if variant.joins and string.endswith("\\", first, last):
        return _continued_go(string, rows, row, first, last)
    # The comment comes off before the quotes do.
    last = comment_off(string, first, last, variant._replace(quotes=""))
    if first == last:
        first = last = at
    return Span(first, last, quoted(string[first:last], variant), row + 1)


def _go_quote(beginning: str, more: bool) -> str:
    """The quotes that may reach over lines; ``more``: a line end follows, which counts."""
    if beginning.startswith(_LONG) and (len(beginning) > 3 or more):
        return _LONG
    return "`" if beginning[:1] == "`" else ""


def _continued_go(string: str, rows: Rows, row: int, first: int, last: int) -> Span:
    while row + 1 < len(rows):
        row += 1
        start, stop = blanks_off(string, *rows[row])
        last = max(last, stop)
        if not string.endswith("\\", start, stop):
            break
    return Span(first, last, "\\", row + 1)


def _go_decoded(written: str, variant: Variant) -> str:
    quote = _go_quote(written[:4], False)
    if quote:
        close = written.rfind(quote, len(quote))
        return written[len(quote) : close] if close >= 0 else written[len(quote) :]
    if variant.joins and written.split("\n", 1)[0].rstrip().endswith("\\"):
        return "".join(_without_backslash(line.strip()) for line in written.split("\n"))
    end = comment_off(written, 0, len(written), variant._replace(quotes=""))
    return unquoted(written[:end].strip(), variant)


def _without_backslash(line: str) -> str:
    return line[:-1] if line.endswith("\\") else line
