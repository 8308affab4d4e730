# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lines of an msmtp configuration: a command and its argument.

As msmtp 1.6 to 1.8 read them: a line is a command, blanks, and the rest as its argument, with one
pair of double quotes around it taken off.  A comment has a line of its own; ``#`` behind a command
is part of the argument.  A line of 500 bytes is too long, a comment too.
"""

from __future__ import annotations

from ...patterns import lazy
from ...text import Undecided

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, NamedTuple

    from ...assume import Assumptions
    from ...text import Text
else:
    from ...tuples import NamedTuple

LIMIT = 500
_BLANKS = " \t"
# What a command line prints first, where a shell's echo or printf says so.
_PRINTS = lazy(r"""(?:echo|printf)[ \t]+(?:-[neE]+[ \t]+)*["']?([a-z0-9_]+)(?=[ \t"'\\]|$)""")


class Line(NamedTuple):
    """One command.

    ``command`` and ``argument`` are undecided where a hole or an ``eval`` makes them; ``start`` and
    ``end`` are the offsets of both together, ``raw`` those of the argument alone as it is written.
    """

    command: str | Undecided
    argument: str | Undecided
    number: int
    start: int
    end: int
    raw: tuple[int, int]


def read(text: Text, assume: Assumptions) -> Iterator[tuple[Line, bool]]:
    """Every command line in order, and whether msmtp finds its line too long.

    A comment that is too long comes as a line with an empty command.
    """
    string = text.string
    start, number = 0, 1
    while start < len(string):
        end = string.find("\n", start)
        stop = len(string) if end < 0 else end
        if end > start and string[end - 1] == "\r":
            stop -= 1
        too_long = _too_long(text, start, len(string) if end < 0 else end, assume)
        line = _line(text, start, stop, number, assume)
        if line.command != "" or too_long:
            yield line, too_long
        if end < 0:
            return
        start, number = end + 1, number + 1


def _too_long(text: Text, start: int, end: int, assume: Assumptions) -> bool:
    # No character takes more than four bytes.
    if end - start < LIMIT // 4 and not text.has_hole(start, end):
        return False
    value = text.value(start, end, assume)
    known = text.string[start:end] if isinstance(value, Undecided) else value
    return len(known.encode("utf-8", "surrogateescape")) >= LIMIT


def _line(text: Text, start: int, end: int, number: int, assume: Assumptions) -> Line:
    first, word, raw_start, raw_end = _split(text.string[start:end])
    at, span = start + first, (start + raw_start, start + raw_end)
    stop = span[1] if raw_end > raw_start else start + word
    if not text.has_hole(start, end):
        return Line(
            text.string[at : start + word],
            unquoted(text.string[slice(*span)]),
            number,
            at,
            stop,
            span,
        )
    whole = text.value(start, end, assume)
    if isinstance(whole, str):
        first, word, raw_start, raw_end = _split(whole)
        return Line(whole[first:word], unquoted(whole[raw_start:raw_end]), number, at, stop, span)
    command = text.value(at, start + word, assume)
    argument = text.value(span[0], span[1], assume)
    if isinstance(command, str) and command.startswith("#"):
        return Line("", "", number, at, stop, span)
    if isinstance(argument, str):
        argument = unquoted(argument)
    return Line(command, argument, number, at, stop, span)


def _split(line: str) -> tuple[int, int, int, int]:
    """Offsets of the command and of the argument, blanks around both left out."""
    end = len(line.rstrip(_BLANKS))
    first = len(line) - len(line.lstrip(_BLANKS))
    if first >= end or line[first] == "#":
        return first, first, first, first
    word = first
    while word < end and line[word] not in _BLANKS:
        word += 1
    argument = word
    while argument < end and line[argument] in _BLANKS:
        argument += 1
    return first, word, argument, end


def unquoted(argument: str) -> str:
    """An argument without blanks around it and without the quotes that enclose it."""
    text = argument.strip(_BLANKS)
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1]
    return text


def evaluated(line: Line) -> Line:
    """The line that an ``eval`` puts in its own place, as far as it can be told without running it.

    A command that begins with ``echo`` or ``printf`` and a word prints that word first: the msmtp
    command is known, its argument is not.
    """
    open_value = Undecided(f"the output of eval in line {line.number}")
    found = _PRINTS.match(line.argument) if isinstance(line.argument, str) else None
    return line._replace(command=found.group(1) if found else open_value, argument=open_value)
