# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""master.cf as Postfix takes it apart: services, the words of their commands, their options.

``read_master`` goes on behind a line for which master(8) does not start and keeps it as a
``Problem``.

Source: master(5); get_master_ent of Postfix's master program, mystrtokq and extpar of its util
library, and the getopt(3) loops of its daemons.
"""

from __future__ import annotations

from ...endpoint import Problem
from ...patterns import lazy
from .syntax import BLANK, Entry, Line, lines, split_setting, value_span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ...text import Text
    from ...text.assume import Assumptions
    from ...text.place import Place
    from ...text.values import Setting, Undecided

WORD_BLANK = " \t\r\n"
TYPES = ("inet", "unix", "unix-dgram", "fifo", "pass")
# The columns of master.cf in front of the command, with the default that "-" stands for.
COLUMNS = ("name", "type", "private", "unprivileged", "chroot", "wakeup", "maxproc", "command")
# Options of a daemon that take a value, and those that take none.
VALUED_FLAGS = "imnorst"
PLAIN_FLAGS = "cdDlSuvVz"

# The programs that take message flags behind their options (smtp(8), since 3.5).
CLIENTS = ("smtp", "lmtp")

_CLIENT_FLAGS = lazy(r"(?i)flags=[DORX]*\Z")
_ADDITION = lazy(r"[^\s/=]+/(?:inet|unix|unix-dgram|fifo|pass)/\w+[ \t]*=")
_SETTING = lazy(r"[A-Za-z]\w*[ \t]*=")
_WORD = lazy(r"[^ \t\r\n]+")
_HEAD = lazy(
    r"#[# \t]*([^\s#]\S*)[ \t]+(?:inet|unix|unix-dgram|fifo|pass)"
    r"[ \t]+[-yn][ \t]+[-yn][ \t]+[-yn][ \t]"
)


class Word:
    """A word of a service's command column; ``start`` and ``end`` are offsets of its line.

    ``inner`` is the span without the braces and the blanks in them.
    """

    __slots__ = ("end", "inner", "start")

    def __init__(self, start: int, end: int, inner: tuple[int, int]) -> None:
        self.start = start
        self.end = end
        self.inner = inner


class Option:
    """A ``-o`` of a service, or an argument that makes its program die.

    ``start`` and ``end`` span the flag and its value, ``value_start`` and ``value_end`` the
    argument.  ``entry`` is ``None`` and ``fatal`` a sentence where the program dies of it.
    """

    __slots__ = ("end", "entry", "fatal", "start", "unknown")

    def __init__(
        self,
        start: int,
        end: int,
        entry: Entry | None,
        fatal: str = "",
        unknown: bool = False,
    ) -> None:
        self.start = start
        self.end = end
        self.entry = entry
        self.fatal = fatal
        # A hole that may be any options at all.
        self.unknown = unknown


class Service:
    """An entry of master.cf.  ``columns`` are the spans of the words up to the command."""

    __slots__ = ("columns", "line", "options", "setting", "words")

    def __init__(self, line: Line, columns: list[tuple[int, int]], words: list[Word]) -> None:
        self.line = line
        self.columns = columns
        self.words = words
        self.options = _options(line, words, line.string[columns[-1][0] : columns[-1][1]])
        # What a cause shows of it, as soon as one does.
        self.setting: Setting | None = None

    def column(self, name: str, assume: Assumptions) -> str | Undecided:
        """The word of a column (``COLUMNS``)."""
        return self.line.value(*self.columns[COLUMNS.index(name)], assume)

    def head(self) -> tuple[int, int]:
        """The span from the name to the command, on its first physical line at least."""
        return self.columns[0][0], self.columns[-1][1]

    def place(self) -> Place:
        """Where the service is defined: its head line."""
        return self.line.place(*self.head())


class Master:
    """A master.cf.  ``unknown`` are lines that may define any services."""

    __slots__ = ("_by_head", "additions", "counting", "problems", "services", "text", "unknown")

    def __init__(self, text: Text) -> None:
        self.text = text
        self.services: list[Service] = []
        self.problems: list[Problem] = []
        self.unknown: list[Line] = []
        # Lines of the form service/type/name=value, as "postconf -P" takes them.
        self.additions: list[Line] = []
        # For edits: the services, by the ``id``, for which main.cf's value of a parameter counts.
        self.counting: dict[str, frozenset[int]] = {}
        self._by_head: dict[Place, Service] | None = None

    def at(self, place: Place) -> Service | None:
        """The service whose head stands at a place."""
        if self._by_head is None:
            self._by_head = {service.place(): service for service in reversed(self.services)}
        return self._by_head.get(place)


def read_master(text: Text) -> Master:
    """A master.cf's services, in order.  ``text`` is settled."""
    master = Master(text)
    found, master.problems = lines(text)
    # The first line tells, for next to all files, without a look at the pattern.
    if found and "=" in found[0].string and all(_ADDITION.match(line.string) for line in found):
        # Settings for "postconf -P", to be added to a master.cf that is not here.
        master.additions = found
        return master
    for line in found:
        service = _service(line, master)
        if service is not None:
            master.services.append(service)
    return master


def _service(line: Line, master: Master) -> Service | None:
    columns: list[tuple[int, int]] = []
    rest = 0
    for match in _WORD.finditer(line.string):
        columns.append(match.span())
        rest = match.end()
        if len(columns) == len(COLUMNS):
            break
    short = len(columns) < len(COLUMNS)
    if short and line.has_hole(0, len(line.string)):
        master.unknown.append(line)
        return None
    reason = _bad_column(line, columns)
    words: list[Word] = []
    if short:
        reason = reason or f'missing "{COLUMNS[len(columns)]}" field'
    elif not reason:
        words, reason = split_words(line, rest)
    if reason:
        _refused(line, master, reason)
        return None
    return Service(line, columns, words)


def _refused(line: Line, master: Master, reason: str) -> None:
    message = f"{reason}; the Postfix master does not start{_misplaced(line.string)}"
    master.problems.append(Problem("syntax-error", message, line.place(), True))


def _named(word: str) -> str:
    """A word in a message: what stands behind an equals sign may be a secret."""
    name, equals, value = word.partition("=")
    return f"{name}{equals}…" if value else word


def _misplaced(string: str) -> str:
    """What a line that is no service seems to be, and where it belongs."""
    if string.startswith("-o"):
        return " (with a blank in front, the option is one of the service above)"
    return " (settings belong in main.cf)" if _SETTING.match(string) else ""


def _bad_column(line: Line, columns: list[tuple[int, int]]) -> str:
    """Why the master refuses the columns that are there, or nothing: in its own order."""
    for number, (start, end) in enumerate(columns):
        if line.has_hole(start, end):
            continue
        word = line.string[start:end]
        if number == 1 and word not in TYPES:
            # A line of a few words is no service: `password x` has a secret there.
            known = len(columns) == len(COLUMNS) or "=" in word
            return "bad transport type" + (f": {_named(word)}" if known else "")
        if number in (2, 3, 4) and word not in ("-", "y", "n"):
            return f'field "{COLUMNS[number]}": bad value: "{word}"'
        if number == 2 and word != "n" and line.string[slice(*columns[1])] == "inet":
            return "an inet service cannot be private"
        if number in (5, 6) and word != "-" and not ("0" <= word[0] <= "9"):
            return f'field "{COLUMNS[number]}": bad value: "{word}"'
        if number == 7 and word == "-":
            return 'field "command" has no default value'
    return ""


def split_words(line: Line, start: int) -> tuple[list[Word], str]:
    """The words of a command column, and why the master refuses them.

    Blanks separate words, but not between braces; a word that begins with a brace must end with
    its match, and loses both with the blanks inside.  Quotes mean nothing.
    """
    string = line.string
    found: list[Word] = []
    at, length = start, len(string)
    while True:
        while at < length and string[at] in WORD_BLANK:
            at += 1
        if at >= length:
            return found, ""
        end = _word_end(string, at)
        word = Word(at, end, (at, end))
        if string[at] == "{":
            close = _balanced(string, at, end)
            if close < 0:
                return found, f"missing '}}' in {_begun(string[at:end])}"
            if close != end:
                return found, f"syntax error after '}}' in {_begun(string[at:end])}"
            word.inner = value_span(string, at + 1, end - 1)
        found.append(word)
        at = end


_WORD_SPECIAL = lazy(r"[{} \t\r\n]")


def _word_end(string: str, start: int) -> int:
    level = 0
    for match in _WORD_SPECIAL.finditer(string, start):
        character = match.group()
        if character == "{":
            level += 1
        elif character == "}":
            level = max(0, level - 1)
        elif not level:
            return match.start()
    return len(string)


def _balanced(string: str, start: int, end: int) -> int:
    """The offset behind the brace that closes the one at ``start``; negative without."""
    level = 0
    for at in range(start, end):
        if string[at] == "{":
            level += 1
        elif string[at] == "}":
            level -= 1
            if not level:
                return at + 1
    return -1


def _shown(text: str) -> str:
    return '"%s"' % (text if len(text) <= 40 else text[:39] + "…")


def _begun(text: str) -> str:
    """The braces and the name that a setting begins with; its value may be a secret."""
    words = text.lstrip("{" + BLANK).partition("=")[0].split()
    return _shown(f"{{ {words[0] if words else ''} …")


def _options(line: Line, words: list[Word], program: str) -> list[Option]:
    """The words as getopt(3) reads them, up to the first that is no option."""
    found: list[Option] = []
    number = 0
    while number < len(words):
        word = words[number]
        number += 1
        first, last = word.inner
        string = line.string[first:last]
        if line.has_hole(first, min(first + 2, last)):
            found.append(Option(word.start, word.end, None, unknown=True))
            continue
        if string == "--" or not string.startswith("-") or string == "-":
            at = number if string == "--" else number - 1
            found.extend(_arguments(line, words[at:], program))
            return found
        number = _flags(line, words, number, found)
    return found


def _arguments(line: Line, words: list[Word], program: str) -> Iterator[Option]:
    """What follows the options: ``flags=`` for the clients, nothing that other daemons take."""
    for word in words:
        first, last = word.inner
        flags = _CLIENT_FLAGS.match(line.string[first:last])
        if program not in CLIENTS or flags is None:
            yield _surplus(line, word)
            return


def _surplus(line: Line, word: Word) -> Option:
    shown = _shown(line.string[word.start : word.end])
    return Option(word.start, word.end, None, f"unexpected command-line argument: {shown}")


def _flags(line: Line, words: list[Word], number: int, found: list[Option]) -> int:
    """One word of bundled flags; the number of the word to go on with."""
    word = words[number - 1]
    first, last = word.inner
    for at in range(first + 1, last):
        flag = line.string[at]
        if flag in PLAIN_FLAGS:
            continue
        if flag not in VALUED_FLAGS:
            found.append(Option(word.start, word.end, None, f"invalid option: -{flag}"))
            return number
        argument: tuple[int, int] | None = (at + 1, last)
        end = word.end
        if at + 1 == last:
            argument = words[number].inner if number < len(words) else None
            end = words[number].end if number < len(words) else end
            number += 1
        if flag == "o":
            found.append(_override(line, word.start, end, argument))
        elif argument is None:
            found.append(Option(word.start, end, None, f"option -{flag} lacks its value"))
        return number
    return number


def _override(line: Line, start: int, end: int, argument: tuple[int, int] | None) -> Option:
    if argument is None:
        return Option(start, end, None, "option -o lacks its value")
    entry = split_setting(line, *argument)
    if isinstance(entry, str):
        shown = _shown(line.string[argument[0] : argument[1]])
        return Option(start, end, None, f'invalid "-o" value {shown}: {entry}')
    return Option(start, end, entry)


def left_behind(service: Service) -> list[tuple[str, int]]:
    """The options that belong to a service whose head is commented out, as it seems.

    Each with the number of the option and the name in the comment: Postfix gives them to the
    service above.
    """
    line = service.line
    heads = list(commented_heads(line))
    found = []
    above = -1
    for number, option in enumerate(service.options):
        part = line.part(option.start)
        while above + 1 < len(heads) and heads[above + 1][0] <= part:
            above += 1
        if above >= 0:
            found.append((heads[above][1], number))
    return found


def commented_heads(line: Line) -> Iterator[tuple[int, str, int, int]]:
    """The heads of services among the comments of a line, as it seems.

    Each with the number of parts before it, the service's name, and the span from the comment's
    sign to the name.
    """
    for part, start, end in line.comments:
        text = line.text.string[start:end]
        match = _HEAD.match(text.lstrip(BLANK))
        if match:
            at = start + len(text) - len(text.lstrip(BLANK))
            yield part, match.group(1), start, at + match.start(1)
