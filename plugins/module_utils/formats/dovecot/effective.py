# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the settings are for one connection: filters over what holds for all, defaults last."""

from __future__ import annotations

from ...endpoint import Setting, Value, causes, default
from ...text import Undecided
from .configuration import PROGRAM
from .filters import ROOT, conflicting, fits, ordered
from .settings import SETTINGS, truth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from .configuration import Configuration, Entry
    from .filters import Connection, Filter


class Effective:
    """The settings that count for a connection.

    ``conflict`` holds the settings of two filters that 2.3 can not bring together: the login
    process dies of them.
    """

    def __init__(self, configuration: Configuration, connection: Connection) -> None:
        self._configuration = configuration
        found = [one for one in configuration.filters if fits(one, connection)]
        self._order = ordered(found, configuration.modern)
        self.conflict = () if configuration.modern else conflict(configuration, self._order)

    def text(self, name: str) -> Value:
        """The setting's value: a ``str`` or ``Undecided``."""
        entry = self._entry(name)
        blind = self._configuration.blinding()
        if blind:
            return Value(Undecided(*blind), (entry.setting,) if entry is not None else ())
        if entry is not None:
            return Value(entry.value, (entry.setting,))
        return self._default(name)

    def _entry(self, name: str) -> Entry | None:
        stores = self._configuration.filters
        for one in self._order:
            entry = stores[one].get(name)
            if entry is not None:
                return entry
        return None

    def form(self, name: str) -> str:
        """How the value is written; empty for a default."""
        entry = self._entry(name)
        return entry.form if entry is not None else ""

    def _default(self, name: str) -> Value:
        configuration = self._configuration
        known = SETTINGS[name]
        value = (known.since if configuration.modern else known.before) or ""
        if name == "ssl_min_protocol" and not configuration.assume.since(PROGRAM, "2.3.15"):
            value = "TLSv1"
        return Value(value, (default(PROGRAM, name, value),))

    def flag(self, name: str) -> Value:
        """A boolean: a ``bool`` or ``Undecided``."""
        value, why = self.text(name)
        if isinstance(value, Undecided):
            return Value(value, why)
        return Value(truth(value) is True, why)

    def words(self, name: str) -> Value:
        """A list: ``list`` or ``Undecided``."""
        known = self._configuration.blinding(
            self._last(name) if name in ("protocols", "listen") else -1
        )
        return listed(self._entry(name), self._default(name), known)

    def _last(self, name: str) -> int:
        entry = self._configuration.filters[ROOT].get(name)
        return entry.order if entry is not None else -1


def conflict(configuration: Configuration, order: Sequence[Filter]) -> tuple[Setting, ...]:
    """The settings of two filters that 2.3 can not bring together."""
    stores = configuration.filters
    taken: dict[str, Entry] = {}
    before: Filter | None = None
    for one in order:
        if before is not None and conflicting(one, before):
            for name in stores[one]:
                if name in taken:
                    return taken[name].setting, stores[one][name].setting
        for name, entry in stores[one].items():
            taken.setdefault(name, entry)
        before = one
    return ()


def listed(entry: Entry | None, otherwise: Value, blind: tuple[str, ...] = ()) -> Value:
    """A list's words, as one value gives them or as 2.4 gives them one by one."""
    why: tuple[Setting, ...] = otherwise.causes
    value = otherwise.value
    if entry is not None and entry.value is not None:
        value, why = entry.value, (entry.setting,)
    if blind:
        return Value(Undecided(*blind), why)
    if isinstance(value, Undecided):
        return Value(value, why)
    found = [word.strip('"') for word in value.replace(",", " ").split()]
    for word, said, setting in entry.words if entry is not None else ():
        why = causes(why, (setting,))
        if isinstance(said, Undecided):
            return Value(said, why)
        if word in found:
            found.remove(word)
        if truth(said):
            found.append(word)
    return Value(found, why)
