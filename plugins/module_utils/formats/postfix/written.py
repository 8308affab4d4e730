# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is written about a parameter, before anything is expanded.

The service's command line goes before main.cf, and that before the default of its version.

Source: postconf(5); mail_conf of Postfix.
"""

from __future__ import annotations

from ...patterns import FILLED_IN
from ...text.values import Setting, Undecided
from . import defaults
from .macros import MARK
from .shown import entry_setting, option_setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple, Sequence

    from ...text.assume import Assumptions
    from .defaults import Row
    from .services import Service
    from .syntax import Entry, Main
else:
    from ...tuples import NamedTuple

PROGRAM = "postfix"
# The configuration's own folder, where it has no absolute path: files are located beside main.cf.
HERE = "."
# How a file is named that is there and not read: of that one nothing is taken for granted.
NOT_READ = ", which is not read"
# What each host answers for itself.
HOST_NAMES = {
    "myhostname": "the host's name",
    "mydomain": "the host's name",
    "mynetworks": "the host's networks",
}


class Found(NamedTuple):
    """A parameter before expansion; ``text`` may hold ``MARK``; ``None``: nothing sets it."""

    text: str | None
    names: tuple[str, ...]
    causes: tuple[Setting, ...]


class Written:
    """All that is written about one program of one service.

    ``named`` are the numbers of the service's options by the parameter that each sets, ``open`` of
    those that may set any.
    """

    def __init__(
        self,
        program: str,
        main: Main | None,
        service: Service | None,
        assume: Assumptions,
        missing: str,
    ) -> None:
        self.named, self.open = _overrides(service)
        self._main = main
        self._service = service
        self._assume = assume
        self._missing = missing
        self._table = defaults.table(program)
        self._found: dict[str, Found] = {}

    def find(self, name: str) -> Found:
        """What sets the parameter, or its default."""
        known = self._found.get(name)
        if known is None:
            known = self._found[name] = self._look(name)
        return known

    def _look(self, name: str) -> Found:
        found = None if self._service is None else self._override(self._service, name)
        if found is None and self._main is not None:
            found = self._setting(self._main, name)
        if found is None and self._missing:
            from . import absent

            said = absent.supplied if self._main is None else absent.left_alone
            found = said(name, self._missing, self._assume, self._by_default)
            return found or Found(MARK, (self._missing,), ())
        if found is None:
            found = self._by_default(name)
        if name == "compatibility_level" and found.text:
            # Older versions read the digits before the first dot.
            major, dot, _minor = found.text.partition(".")
            if dot and major.isdecimal() and not self._assume.since(PROGRAM, "3.6"):
                found = found._replace(text=major)
        return found

    def _override(self, service: Service, name: str) -> Found | None:
        for number in _merged(self.named.get(name, ()), self.open):
            option = service.options[number]
            setting = option_setting(service, option)
            if option.entry is None:
                names = service.line.hole_names(option.start, option.end)
                return Found(MARK, names, (setting,))
            sets = option.entry.sets(name, self._assume)
            if isinstance(sets, Undecided):
                return Found(MARK, sets.depends_on, (setting,))
            if sets:
                return _entry_text(option.entry, setting, self._assume)
        return None

    def _setting(self, main: Main, name: str) -> Found | None:
        if not main.open and name not in main.named:
            return None
        for number in _merged(main.named.get(name, ()), main.open):
            entry = main.entries[number]
            sets = entry.sets(name, self._assume)
            if sets is False:
                continue
            setting = entry_setting(entry)
            if isinstance(sets, Undecided):
                if entry.pattern is None and self._is_left_alone(name, sets):
                    continue
                return Found(MARK, sets.depends_on, (setting,))
            return _entry_text(entry, setting, self._assume)
        return None

    def _is_left_alone(self, name: str, lines: Undecided) -> bool:
        """Whether lines of which nothing is known are taken not to set the parameter."""
        from . import absent

        return absent.is_left_alone(name, ", ".join(lines.depends_on), self._assume)

    def row(self, name: str) -> Row | None:
        """The parameter's kind and default; ``None`` where the program has no such parameter."""
        row = self._table.ROWS.get(name)
        return None if row is None else defaults.row(row)

    def known(self, name: str) -> bool:
        """Whether the program, in its version, reads a parameter of this name."""
        table = self._table
        always = name not in table.HISTORY and name not in table.GONE
        return name in table.ROWS and (always or self.default(name) is not None)

    def default(self, name: str) -> tuple[str | None] | None:
        """The default in a tuple; ``None`` where the program has no such parameter."""
        row, table = self.row(name), self._table
        if row is None or (name in table.GONE and self._assume.since(PROGRAM, table.GONE[name])):
            return None
        current = (row.default,)
        for boundary, older in table.HISTORY.get(name, ()):
            if self._assume.since(PROGRAM, boundary):
                return current
            if older is None:
                return None
            current = (older,)
        return current

    def _unset(self, name: str) -> Found:
        """A parameter that is nowhere: Postfix takes a reference to it for empty.

        In a repository a name of capitals, which none of Postfix's has, stands for what is filled
        in when the file is installed (envsubst(1)).
        """
        finished = self._main is None or self._main.text.path.startswith("/")
        reference = f"${{{name}}}"
        if finished or not (name.isupper() and FILLED_IN.fullmatch(reference)):
            return Found(None, (), ())
        return Found(MARK, (reference,), ())

    def _by_default(self, name: str) -> Found:
        if name == "config_directory" and self._main is not None:
            # Where main.cf lies; of a repository's nobody knows what folder of a host it becomes.
            path = self._main.text.path
            folder = path.rpartition("/")[0] or "/" if path.startswith("/") else HERE
            return Found(folder, (), (Setting(name, folder, None, f"{name} holds main.cf"),))
        found = self.default(name)
        if found is None:
            return self._unset(name)
        text = found[0]
        if text is None:
            return Found(MARK, (HOST_NAMES.get(name, f"the default of {name}"),), ())
        return Found(text, (), (defaults.setting(name, text),))


def _entry_text(entry: Entry, setting: Setting, assume: Assumptions) -> Found:
    """The entry's value, ``MARK`` for each part that is not known."""
    if not entry.line.has_hole(entry.value_start, entry.value_end):
        text = entry.line.string[entry.value_start : entry.value_end]
        return Found(text.replace(MARK, "?"), (), (setting,))
    pieces = entry.line.pieces(entry.value_start, entry.value_end, assume)
    names = tuple(
        sorted({name for one in pieces if isinstance(one, Undecided) for name in one.depends_on})
    )
    text = "".join(MARK if isinstance(one, Undecided) else one.replace(MARK, "?") for one in pieces)
    if names and not entry.valued:
        text = MARK
    return Found(text, names, (setting,))


def _overrides(service: Service | None) -> tuple[dict[str, list[int]], list[int]]:
    named: dict[str, list[int]] = {}
    unknown: list[int] = []
    for number, option in enumerate(service.options if service else ()):
        if option.entry is not None and option.entry.name is not None:
            named.setdefault(option.entry.name, []).append(number)
        elif option.entry is not None or option.unknown:
            unknown.append(number)
    return named, unknown


def _merged(named: Sequence[int], unknown: Sequence[int]) -> list[int]:
    """The numbers from the last one down to the last literal one: what is before that is lost."""
    if not unknown:
        return [named[-1]] if named else []
    last = named[-1] if named else -1
    found = [number for number in reversed(unknown) if number > last]
    return found + [last] if named else found
