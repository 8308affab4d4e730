# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the settings are for one connection: filters over what holds for all, defaults last."""

from __future__ import annotations

from ...text.values import Setting, Undecided, Value, causes, default, of
from .filters import conflicting, fits, ordered
from .grammar import PROGRAM
from .settings import SETTINGS, truth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from .configuration import Configuration, Entry
    from .filters import Connection, Filter


def effective(configuration: Configuration, connection: Connection) -> Effective:
    """The settings that count for a connection; many listeners ask for the same."""
    found = configuration.known.get(connection)
    if found is None:
        near = configuration.networks.near(connection)
        configuration.assume.budget.spend(1 + len(near) // 8, "filters and connections")
        fitting = [one for one in near if fits(one, connection)]
        order = ordered(fitting, configuration.modern)
        found = configuration.known[connection] = Effective(configuration, order)
    return found


class Effective:
    """The settings that count where some filters do, of which the first one wins.

    ``conflict`` holds the settings of two filters that 2.3 cannot bring together: the login
    process dies of them.
    """

    def __init__(self, configuration: Configuration, order: Sequence[Filter]) -> None:
        self._configuration = configuration
        self._words: dict[str, Value] = {}
        self._order = order
        self.conflict = () if configuration.modern else conflict(configuration, order)

    def text(self, name: str) -> Value:
        """The setting's value: a ``str`` or ``Undecided``."""
        entry = self._entry(name)
        blind = self._configuration.blinding()
        if blind:
            return Value(Undecided(*blind), (entry.setting,) if entry is not None else ())
        if entry is not None:
            return Value(entry.value, (entry.setting,))
        return self._default(name)

    def needed(self, name: str) -> Value:
        """The text of a setting without which nothing works.

        Where nobody says it and a file is not read, it is said there.
        """
        value, why = self.text(name)
        elsewhere = self._configuration.elsewhere
        if value == "" and elsewhere and self._entry(name) is None:
            return Value(Undecided(*elsewhere), why)
        return Value(value, why)

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
        if name == "protocols":
            usual = configuration.usual_protocols()
            shown = usual if isinstance(usual, str) else ""
            return Value(usual, (default(PROGRAM, name, shown),))
        value = (known.since if configuration.modern else known.before) or ""
        if name == "ssl_min_protocol" and not configuration.modern:
            if not configuration.assume.named(PROGRAM):
                # Before 2.3.15 it was TLSv1.  No alternative of its own: it decides nothing else.
                why = default(PROGRAM, name, "TLSv1 or TLSv1.2", "by its version")
                return Value(Undecided(f"the version of {PROGRAM}"), (why,))
            if not configuration.assume.since(PROGRAM, "2.3.15"):
                value = "TLSv1"
        return Value(value, (default(PROGRAM, name, value),))

    def flag(self, name: str) -> Value[bool]:
        """A boolean."""
        return of(lambda text: truth(text) is True, self.text(name))

    def words(self, name: str) -> Value[list[str]]:
        """A list's words.

        ``protocols`` and ``listen`` are what is known of them: what else there may be is kept by
        ``Configuration.blinds``.
        """
        known = self._words.get(name)
        if known is not None:
            return known
        blind = () if name in ("protocols", "listen") else self._configuration.blinding()
        entry = self._entry(name)
        otherwise = Value("", ()) if entry and entry.value is not None else self._default(name)
        found = self._words[name] = listed(entry, otherwise, blind)
        return found


def conflict(configuration: Configuration, order: Sequence[Filter]) -> tuple[Setting, ...]:
    """The settings of two filters that 2.3 cannot bring together."""
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
    if entry is None or not entry.words:
        return Value(found, why)
    last = dict.fromkeys(found)
    settings = []
    for word, said, setting in entry.words:
        settings.append(setting)
        if isinstance(said, Undecided):
            return Value(said, causes(why, settings))
        last.pop(word, None)
        if truth(said):
            last[word] = None
    return Value(list(last), causes(why, settings))
