# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The accounts of an msmtp configuration, with every setting that decides how they connect.

A file is read as msmtp 1.6 to 1.8 read it.  A line is a command, blanks, and the rest as its
argument, with one pair of double quotes around it taken off; a comment has a line of its own.
``defaults`` changes what later accounts begin with, an account takes what its bases say themselves
(not what these had from the defaults), the last word counts.  msmtp refuses a whole file at its
first error; each error is a problem here and the rest is read.
"""

from __future__ import annotations

from ...endpoint import Problem, Remark
from ...patterns import lazy
from ...text.parts import split
from ...text.values import Setting, Undecided, Value, applied
from .commands import COMMANDS, DECIDING, DEPRECATED, MECHANISMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, NamedTuple

    from ...text import Text
    from ...text.assume import Assumptions
    from ...text.place import Place
else:
    from ...tuples import NamedTuple

PROGRAM = "msmtp"
IMPLIED = "default"
# A line of so many bytes is too long, a comment too.
LIMIT = 500
_BLANKS = " \t"
# What a command line prints first, where a shell's echo or printf says so.
_PRINTS = lazy(r"""(?:echo|printf)[ \t]+(?:-[neE]+[ \t]+)*["']?([a-z0-9_]+)(?=[ \t"'\\]|$)""")
_WORD = lazy(r"[A-Za-z0-9_-]{1,40}")
# Commands whose arguments are no secrets.
_HARMLESS = frozenset(COMMANDS) - {"password", "passwordeval"} | {"account", "defaults"}


def since(assume: Assumptions, version: str) -> bool:
    """Whether msmtp is of this version or newer.

    What nobody names is taken as current: every distribution that is still cared for ships 1.8.6
    or newer, and what 1.8.3 and older do otherwise would put a doubt on every file.
    """
    return assume.named(PROGRAM) is None or assume.since(PROGRAM, version)


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


def command_lines(text: Text, assume: Assumptions) -> Iterator[tuple[Line, bool]]:
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
        too_long = _is_too_long(text, start, len(string) if end < 0 else end, assume)
        line = _line(text, start, stop, number, assume)
        if line.command != "" or too_long:
            yield line, too_long
        if end < 0:
            return
        start, number = end + 1, number + 1


def _is_too_long(text: Text, start: int, end: int, assume: Assumptions) -> bool:
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
    whole = text.value(start, end, assume)
    if isinstance(whole, str):
        # What fills a hole may hold the blank behind the command.
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
    output = Undecided(f"the output of eval in line {line.number}")
    printed = _PRINTS.match(line.argument) if isinstance(line.argument, str) else None
    return line._replace(command=printed.group(1) if printed else output, argument=output)


class Account:
    """An account, or the defaults: its settings, and the lines that are its own."""

    __slots__ = ("bases", "header", "lines", "name", "own", "settings")

    def __init__(self, name: str, header: Line | None) -> None:
        self.name = name
        self.bases: list[Account] = []
        self.header = header
        # Each has one cause: the line that says so.
        self.settings: dict[str, Value] = {}
        # What this account or a base of it says itself; the rest comes from the defaults.
        self.own: set[str] = set()
        self.lines: list[Line] = []

    @property
    def start(self) -> Line:
        """The line that begins the account; ``LookupError`` for defaults that no line begins."""
        return self.lines[0] if self.header is None else self.header


class Accounts:
    """What a whole file says."""

    def __init__(self, text: Text, assume: Assumptions) -> None:
        self.text = text
        self.assume = assume
        self.accounts: list[Account] = []
        self.problems: list[Problem] = []
        self.remarks: list[Remark] = []
        self.opaque: list[tuple[str, Place]] = []
        # The first line that makes msmtp refuse the file; none where it does not.
        self.refusal: tuple[Setting, ...] = ()
        self._by_name: dict[str, Account] = {}
        self._defaults = Account("defaults", None)
        self._current: Account | None = None
        for line, too_long in command_lines(text, assume):
            if too_long:
                self._refuse(line, "msmtp reads no line of 500 bytes or more, not even a comment")
            if line.command != "":
                self._command(line)

    def find(self, name: str) -> Account | None:
        """The account of that name; names differ by case."""
        return self._by_name.get(name)

    def _add(self, account: Account) -> None:
        self.accounts.append(account)
        self._by_name[account.name] = account

    def _setting(self, line: Line, name: str, value: str) -> Setting:
        return Setting(name, value, self.text.place(line.start, line.end), self._shown(line))

    def _shown(self, line: Line) -> str:
        text = _written(self.text, line.start, line.end)
        # A line that may hold a secret shows its first word only.
        return text if line.command in _HARMLESS else _keyword(text)

    def _refuse(self, line: Line, message: str) -> None:
        place = self.text.place(line.start, max(line.end, line.start + 1))
        self.problems.append(Problem("syntax-error", message, place))
        if not self.refusal:
            command = _word(line.command) if isinstance(line.command, str) else ""
            self.refusal = (Setting(command, "", place, self._shown(line)),)

    def _command(self, line: Line) -> None:
        if line.command == "eval" and since(self.assume, "1.8.21"):
            if line.argument == "":
                self._refuse(line, "eval needs an argument")
                return
            line = evaluated(line)
            if line.command in ("account", "defaults"):
                line = line._replace(command=line.argument)
        if isinstance(line.command, Undecided):
            self._anything(line, line.command)
        elif line.command == "defaults":
            self._begin_defaults(line)
        elif line.command == "account":
            self._begin_account(line)
        else:
            self._set(line, line.command)

    def _begin_defaults(self, line: Line) -> None:
        if isinstance(line.argument, str) and line.argument:
            self._refuse(line, "defaults does not take an argument")
        self._current = self._defaults

    def _begin_account(self, line: Line) -> None:
        name, colon, bases = self._names(line)
        account = Account(name, line)
        account.settings.update(self._defaults.settings)
        self._current = account
        if not name:
            self._refuse(line, "account needs a name")
        elif "," in name:
            self._refuse(line, "the name of an account cannot hold commas")
        elif self.find(name):
            self._refuse(line, f"account {name} is already defined")
        else:
            self._add(account)
            for base in bases if colon else ():
                self._inherit(account, base, line)

    def _names(self, line: Line) -> tuple[str, str, list[str | Undecided]]:
        """An account's name and its bases; a hole in the name is shown by what decides it."""
        if isinstance(line.argument, str):
            name, colon, rest = line.argument.partition(":")
            return name.strip(_BLANKS), colon, [unquoted(base) for base in rest.split(",")]
        name, colon, rest = unquoted(_written(self.text, *line.raw)).partition(":")
        if self.text.string.startswith('"', line.raw[0]):
            return name.strip(_BLANKS), colon, [line.argument]
        bases = [
            applied(unquoted, base)
            for part in split(line.argument, ":", 1)[1:]
            for base in split(part, ",")
        ]
        return name.strip(_BLANKS), colon, bases

    def _inherit(self, account: Account, name: str | Undecided, line: Line) -> None:
        if isinstance(name, Undecided):
            self._leave_open(account, name, line)
            return
        base = self.find(name)
        if not name:
            self._refuse(line, "the name of a base account is missing")
        elif base is None or base is account:
            self._refuse(line, f"account {name} is not defined above")
        else:
            account.bases.append(base)
            account.settings.update((setting, base.settings[setting]) for setting in base.own)
            account.own |= base.own

    def _anything(self, line: Line, unknown: Undecided) -> None:
        """A line that may say anything: nothing above it is sure, and it may begin an account."""
        place = self.text.place(line.start, line.end)
        self.opaque.extend((name, place) for name in unknown.depends_on)
        self._leave_open(self._current or self._defaults, unknown, line)

    def _leave_open(self, account: Account, unknown: Undecided, line: Line) -> None:
        value = Value(unknown, (self._setting(line, "", ""),))
        account.settings.update(dict.fromkeys(DECIDING, value))
        account.own.update(DECIDING)

    def _set(self, line: Line, name: str) -> None:
        if self._current is None:
            # Settings above any account are an account called "default".
            self._current = Account(IMPLIED, None)
            self._current.settings.update(self._defaults.settings)
            self._add(self._current)
        self._current.lines.append(line)
        command = COMMANDS.get(name)
        if command is None or (command.since and not since(self.assume, command.since)):
            shown = _keyword(name) if line.argument == "" else _word(name)
            self._refuse(line, f"msmtp does not know the command {shown}")
            return
        value = line.argument
        if isinstance(value, str):
            checked = command.check(value)
            if checked is None or not self._known_mechanism(name, checked):
                self._refuse(line, self._wrong(name, line))
                return
            value = checked
        if command.setting in DECIDING:
            shown = "" if isinstance(value, Undecided) else value
            setting = self._setting(line, name, shown)
            self._current.settings[command.setting] = Value(value, (setting,))
            self._current.own.add(command.setting)
        self._deprecated(name, line)

    def _known_mechanism(self, name: str, value: str) -> bool:
        version = MECHANISMS.get(value, "") if name == "auth" else ""
        return not version or since(self.assume, version)

    def _wrong(self, name: str, line: Line) -> str:
        if line.argument == "":
            return f"{name} needs an argument"
        if name.endswith(("_nostarttls", "_nocertcheck")):
            return f"{name} does not take an argument"
        if name == "port":
            return f"{line.argument} is no port number; msmtp takes no service names"
        return f"{line.argument} is no argument for {name}"

    def _deprecated(self, name: str, line: Line) -> None:
        if name not in DEPRECATED:
            return
        version, instead = DEPRECATED[name]
        if version and not since(self.assume, version):
            return
        advice = f"write {instead}" if instead else "it does nothing"
        message = f"msmtp keeps {name} for old files only; {advice}"
        shown = "" if isinstance(line.argument, Undecided) else line.argument
        self.remarks.append(Remark("setting-deprecated", message, self._setting(line, name, shown)))


def _word(text: str) -> str:
    """What a text begins with, as far as it is a word: behind it may stand a secret."""
    word = _WORD.match(text)
    return (word.group() if word else "") + ("" if word and word.end() == len(text) else "…")


def _keyword(text: str) -> str:
    """A line's first word; one that is alone there may be a password, if it is like no command."""
    alone = not any(char.isspace() for char in text)
    if alone and not (text.islower() and text.replace("_", "").isalpha()):
        return "…"
    return _word(text)


def _written(text: Text, start: int, end: int) -> str:
    """The characters between the offsets, each hole as the name of what decides it."""
    parts: list[str] = []
    done = start
    for at in text.hole_offsets(start, end):
        parts.append(text.string[done:at])
        parts.append(f"{{{text.holes[at].name}}}")
        done = at + 1
    parts.append(text.string[done:end])
    return "".join(parts)
