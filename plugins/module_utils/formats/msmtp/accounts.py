# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The accounts of an msmtp configuration, with every setting that decides how they connect.

A file is read as msmtp reads it: ``defaults`` changes what later accounts begin with, an account
takes what its bases say themselves (not what these had from the defaults), the last word counts.
msmtp refuses a whole file at its first error; each error is a problem here and the rest is read.
"""

from __future__ import annotations

from ...endpoint import Problem, Remark, Setting
from ...patterns import lazy
from ...text import Undecided
from .commands import COMMANDS, DECIDING, DEPRECATED, MECHANISMS
from .lines import evaluated, read, unquoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    from ...assume import Assumptions
    from ...place import Place
    from ...text import Text
    from .lines import Line
else:
    from ...tuples import NamedTuple

PROGRAM = "msmtp"
IMPLIED = "default"
_WORD = lazy(r"[A-Za-z0-9_-]{1,40}")
_SHOWN = frozenset(COMMANDS) - {"password", "passwordeval"} | {"account", "defaults"}


def since(assume: Assumptions, version: str) -> bool:
    """Whether msmtp is of this version or newer.

    What nobody names is taken as current: every distribution that is still cared for ships 1.8.6
    or newer, and what 1.8.3 and older do otherwise would put a doubt on every file.
    """
    return assume.named(PROGRAM) is None or assume.since(PROGRAM, version)


class Assigned(NamedTuple):
    """What a setting is, where that is said, and the line (for edits)."""

    value: str | Undecided
    setting: Setting
    line: Line


class Account:
    """An account, or the defaults: what it says, and the lines that are its own."""

    __slots__ = ("bases", "header", "lines", "name", "own", "settings")

    def __init__(self, name: str, header: Line | None) -> None:
        self.name = name
        self.bases: list[Account] = []
        self.header = header
        self.settings: dict[str, Assigned] = {}
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
        self._refused: tuple[Setting, ...] = ()
        self._by_name: dict[str, Account] = {}
        self._defaults = Account("defaults", None)
        self._current: Account | None = None
        for line, too_long in read(text, assume):
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

    def refusal(self) -> tuple[Setting, ...]:
        """The first line that makes msmtp refuse the file, as a setting; none where it does not."""
        return self._refused

    def setting(self, line: Line, name: str, value: str) -> Setting:
        """A line as a setting."""
        return Setting(name, value, self.text.place(line.start, line.end), self._shown(line))

    def _shown(self, line: Line) -> str:
        text = written(self.text, line.start, line.end)
        # A line that may hold a secret shows its first word only.
        return text if line.command in _SHOWN else keyword(text)

    def _refuse(self, line: Line, message: str) -> None:
        place = self.text.place(line.start, max(line.end, line.start + 1))
        self.problems.append(Problem("syntax-error", message, place))
        if not self._refused:
            command = word(line.command) if isinstance(line.command, str) else ""
            self._refused = (Setting(command, "", place, self._shown(line)),)

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
        if line.argument != "" and not isinstance(line.argument, Undecided):
            self._refuse(line, "defaults does not take an argument")
        self._current = self._defaults

    def _begin_account(self, line: Line) -> None:
        shown, colon, bases = self._names(line)
        account = Account(shown, line)
        account.settings.update(self._defaults.settings)
        self._current = account
        if not shown:
            self._refuse(line, "account needs a name")
        elif "," in shown:
            self._refuse(line, "the name of an account cannot hold commas")
        elif self.find(shown):
            self._refuse(line, f"account {shown} is already defined")
        else:
            self._add(account)
            for base in bases if colon else ():
                self._inherit(account, base, line)

    def _names(self, line: Line) -> tuple[str, str, list[str | Undecided]]:
        """An account's name and its bases; a hole in the name is shown by what decides it."""
        if isinstance(line.argument, str):
            name, colon, rest = line.argument.partition(":")
            return name.strip(" \t"), colon, [unquoted(base) for base in rest.split(",")]
        name, colon, rest = unquoted(written(self.text, *line.raw)).partition(":")
        known: list[str | Undecided] = [unquoted(base) for base in rest.split(",")]
        if "{" in rest:
            known = [line.argument]
        return name.strip(" \t"), colon, known

    def _inherit(self, account: Account, base: str | Undecided, line: Line) -> None:
        if isinstance(base, Undecided):
            self._open(account, base, line)
            return
        found = self.find(base)
        if not base:
            self._refuse(line, "the name of a base account is missing")
        elif found is None or found is account:
            self._refuse(line, f"account {base} is not defined above")
        else:
            account.bases.append(found)
            for name in found.own:
                account.settings[name] = found.settings[name]
            account.own |= found.own

    def _anything(self, line: Line, unknown: Undecided) -> None:
        """A line that may say anything: nothing above it is sure, and it may begin an account."""
        place = self.text.place(line.start, line.end)
        self.opaque.extend((name, place) for name in unknown.depends_on)
        self._open(self._current or self._defaults, unknown, line)

    def _open(self, account: Account, unknown: Undecided, line: Line) -> None:
        setting = self.setting(line, "", "")
        for name in DECIDING:
            account.settings[name] = Assigned(unknown, setting, line)
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
            argued = isinstance(line.argument, Undecided) or bool(line.argument)
            shown = word(name) if argued else keyword(name)
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
            setting = self.setting(line, name, shown)
            self._current.settings[command.setting] = Assigned(value, setting, line)
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
        self.remarks.append(Remark("setting-deprecated", message, self.setting(line, name, shown)))


def word(text: str) -> str:
    """What a text begins with, as far as it is a word: behind it may stand a secret."""
    found = _WORD.match(text)
    return (found.group() if found else "") + ("" if found and found.end() == len(text) else "…")


def keyword(text: str) -> str:
    """A line's first word; one that is alone there may be a password, if it is like no command."""
    alone = not any(char.isspace() for char in text)
    if alone and not (text.islower() and text.replace("_", "").isalpha()):
        return "…"
    return word(text)


def written(text: Text, start: int, end: int) -> str:
    """The characters between the offsets, each hole as the name of what decides it."""
    if not text.has_hole(start, end):
        return text.string[start:end]
    parts: list[str] = []
    done = start
    for at in sorted(at for at in text.holes if start <= at < end):
        parts.append(text.string[done:at])
        parts.append(f"{{{text.holes[at].name}}}")
        done = at + 1
    parts.append(text.string[done:end])
    return "".join(parts)
