# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the files of a unit come to: settings by the filter that they stand in, and services.

``Configuration.effective`` answers what a login process goes by for one peer.

Source: config-parser.c of Dovecot 2.3.19 and 2.4.1; old-set-parser.c of 2.3.19.
"""

from __future__ import annotations

from ...endpoint import Problem
from ...text.values import Setting, Undecided, open_part
from . import ancient, further, grammar, lines
from .files import ADDED, ASIDE, EVERY, Blind, Files, Said
from .filters import ROOT, Filter, is_for_some, misplaced, narrowed
from .grammar import PROGRAM, VERSION
from .groups import Groups
from .networks import Networks
from .settings import (
    CONTENT,
    GONE,
    GONE_IN,
    LIST,
    LISTENER,
    NEW,
    PATH,
    RENAMED,
    SERVICE,
    SETTINGS,
    SOCKETS,
    SSL,
    Known,
    is_of_auth,
    refusal,
)
from .values import expanded, form_of, refers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple, Union

    from ...endpoint import Unit
    from ...source import Source
    from ...text.assume import Assumptions
    from ...text.place import Place
    from .certificate import Certificate
    from .effective import Effective
    from .files import Opened, Section
    from .filters import Connection

    Value = Union[str, Undecided]
else:
    from ...tuples import NamedTuple

# What some editors write at the beginning of a file; to Dovecot it is part of the first name.
BOM = "\ufeff"
BUILD, UPSTREAM, DEBIAN = "the build of Dovecot", "upstream's", "Debian's"
# The sections that have a name in 2.4.
NAMED = ("service", "inet_listener", "passdb", "userdb", "namespace", "mailbox")
# The sections of 2.4 whose settings are also written with the section's name before them.
PREFIXES = ("ssl_server", "ssl_client", "imapc", "inet_listener", "service")


class Entry(NamedTuple):
    """A setting with its value expanded.

    ``words`` are the parts of a list that 2.4 gives one by one: each with whether it is in; they
    add to ``value``, or to the default where that is ``None``.
    """

    value: Value | None
    form: str
    setting: Setting
    order: int
    words: tuple[tuple[str, Value, Setting], ...] = ()


class Service:
    """A ``service`` section: its own settings, and those of its listeners by their names."""

    __slots__ = ("blind", "listeners", "place", "places", "settings", "sockets")

    def __init__(self) -> None:
        self.settings: dict[str, Entry] = {}
        self.listeners: dict[str, dict[str, Entry]] = {}
        self.place: Place | None = None
        self.places: dict[str, Place] = {}
        # The names of its Unix sockets, and their modes where they are said.
        self.sockets: dict[str, Value] = {}
        self.blind: list[str] = []


class Configuration:
    """One Dovecot, as its files make it."""

    def __init__(self, unit: Unit, source: Source, assume: Assumptions) -> None:
        self.unit = unit
        self.source = source
        self.assume = assume
        files = Files(unit, source, assume)
        # In order of creation, which is what counts in 2.4.
        self.filters: dict[Filter, dict[str, Entry]] = {ROOT: {}}
        self.services: dict[str, Service] = {}
        self.blinds: list[Blind] = []
        self._open_by: set[str] = set()
        # What decides whom clients dial that are not looked at.
        self.clients: list[tuple[str, Place]] = []
        self.problems: list[Problem] = files.problems
        self._noted: set[Problem] = set()
        self.remarks = files.remarks
        # What has been asked for.
        self.known: dict[Connection, Effective] = {}
        self.certificates: dict[Connection, Certificate] = {}
        # What names each protocol in ``protocols``.
        self.enabling: dict[str, Setting] = {}
        # Settings that the same place says again: the lost one and the one that counts.
        self.overwritten: list[tuple[Setting, Setting]] = []
        # What says ``dovecot_config_version``, and whether anything says the storage's.
        self.version: Setting | None = None
        self.storage = False
        self._order = 0
        self._groups = Groups()
        self.modern = False
        self._files = files
        for number, item in enumerate(files.items()):
            if not number:
                grammar.decide(self, files, item)
            self._order = number
            self._take(item)
        if files.first is None:
            self.modern = assume.since(PROGRAM, "2.4")
        for found in self._groups.joined():
            # What stands where a group is used goes before it.
            if isinstance(found, Blind):
                self._blinded(found)
            else:
                self._said(found, overwrite=False)
        self.networks = Networks(self.filters)
        self.included = files.included

    def wrong(self, message: str, place: Place) -> None:
        """Note what keeps the whole daemon from starting."""
        problem = Problem("syntax-error", f"{message}; Dovecot does not start", place)
        if problem not in self._noted:
            self._noted.add(problem)
            self.problems.append(problem)

    # What is said

    def _take(self, item: Said | Opened | Blind) -> None:
        if isinstance(item, Blind):
            self._blinded(item)
        elif isinstance(item, Said):
            self._said(item)
        else:
            self._opened(item.sections)

    def _blinded(self, blind: Blind) -> None:
        if any(section.key in ASIDE for section in blind.sections):
            return
        service = _service_of(blind.sections)
        if service:
            self._service(service, blind.place).blind.extend(blind.depends_on)
        else:
            self.blinds.append(blind)
            self._open_by.update(blind.depends_on)

    def _opened(self, sections: tuple[Section, ...]) -> None:
        """A section that begins: services and listeners exist from here on, filters count."""
        filters, path = self._where(sections)
        if filters is None or path is None:
            return
        self._section(path, sections[-1].place)
        if len(path) == 2:
            self._auth(path[0], filters, sections[-1].place)
        if path[:1] == ["service"]:
            service = self._service(path[1], sections[-1].place)
            if path[2:3] == ["unix_listener"]:
                service.sockets.setdefault(path[3], "")
            if path[2:3] == ["inet_listener"]:
                service.listeners.setdefault(path[3], {})
                service.places[path[3]] = sections[-1].place
        elif not path:
            self._nested(sections)
            self.filters.setdefault(filters, {})

    def _nested(self, sections: tuple[Section, ...]) -> None:
        outer, _path = self._where(sections[:-1])
        last = sections[-1]
        if outer is not None and last.key and isinstance(last.name, str):
            why = misplaced(outer, last.key, last.name, self.modern)
            if why:
                self.wrong(why, last.place)

    def _section(self, path: list[str], place: Place) -> None:
        """Sections that a version does not have, or not like this."""
        if not self.modern:
            if path[:1] == ["service"] and len(path) > 2 and path[2] not in SOCKETS:
                self.wrong(f"there is no section {path[2]} of a service", place)
        elif path[-2:-1] == ["plugin"]:
            self.wrong("Dovecot 2.4 has no section plugin", place)
        elif path[-2:] and path[-2] in NAMED and not path[-1]:
            self.wrong(f"Dovecot 2.4 wants a name for each {path[-2]}", place)

    def _service(self, name: str, place: Place) -> Service:
        service = self.services.setdefault(name, Service())
        service.place = service.place or place
        return service

    def _where(self, sections: tuple[Section, ...]) -> tuple[Filter | None, list[str] | None]:
        """The filter that the sections make, and the names of those that are none.

        ``None`` for what depends on a hole.
        """
        filters = ROOT
        path: list[str] = []
        for section in sections:
            if section.key is None or isinstance(section.name, Undecided):
                return None, None
            found = narrowed(filters, section.key, section.name)
            if found is not None:
                filters = found
            else:
                path.extend((section.key, section.name))
        return filters, path

    def _said(self, said: Said, overwrite: bool = True) -> None:
        if self._groups.take(said):
            return
        place = said.setting.place
        if place is not None:
            self.clients.extend((one, place) for one in further.client(said, self.modern))
        filters, path = self._where(said.sections)
        if filters is None or path is None:
            self._blinded(_blind(said))
        elif self.modern and path and said.name in GONE_IN.get(path[-2], ()):
            self._refused_in(path[-2], said)
        elif path[:1] == ["service"] and len(path) > 1:
            self._of_service(said, filters, path, overwrite)
        elif not path and not self.modern and said.name in ancient.LISTENS:
            self._listening(said, filters, overwrite)
        elif not path:
            self._of_filter(said, filters, said.name, overwrite)
        elif len(path) == 2 and (self.modern or said.form == ADDED):
            self._in_section(said, filters, path[0], overwrite)

    def _listening(self, said: Said, filters: Filter, overwrite: bool) -> None:
        """``listen`` and its like, as 2.3 also takes them from older files."""
        heard = ancient.listening(said, filters, self.remarks)
        if heard is None:
            self._blinded(_blind(said))
        for one in heard or ():
            inside = self._where(one.sections)[1]
            if inside:
                self._of_service(one, ROOT, inside, overwrite)
            else:
                self._of_filter(one, filters, one.name, overwrite)

    def _in_section(self, said: Said, filters: Filter, key: str, overwrite: bool) -> None:
        """What stands in a section of 2.4 that is a list, or a name to set before the setting."""
        if key in SETTINGS and SETTINGS[key].kind == LIST:
            store = self.filters.setdefault(filters, {})
            store[key] = self._listed(store.get(key), said)
            if key == "protocols":
                self.enabling[said.name] = said.setting
        elif key in PREFIXES:
            name = said.name if said.name.startswith(key + "_") else f"{key}_{said.name}"
            if name in SETTINGS:
                self._of_filter(said, filters, name, overwrite)
            elif said.name in SETTINGS:
                self._of_filter(said, filters._replace(named=key), said.name, overwrite)

    def _listed(self, entry: Entry | None, said: Said) -> Entry:
        word = (said.name, said.value, said.setting)
        if entry is None:
            return Entry(None, said.form, said.setting, self._order, (word,))
        self.assume.budget.spend(1 + len(entry.words) // 64, "words of a list")
        return entry._replace(words=(*entry.words, word), order=self._order)

    def _of_filter(self, said: Said, filters: Filter, name: str, overwrite: bool) -> None:
        place = said.setting.place
        self.storage = self.storage or name == "dovecot_storage_version"
        self._auth(name, filters, place)
        if not self.modern and name in (*ancient.NAMES, *ancient.USELESS):
            said, name = ancient.translated(said, self.remarks)
        known = SETTINGS.get(name)
        if said.form == ADDED and not self._adds(name, filters):
            return
        if name in (GONE if self.modern else (*NEW, VERSION)) or (
            known is not None and (known.since if self.modern else known.before) is None
        ):
            self._refused(name, place)
            return
        if known is None:
            if not self.modern and name.startswith(("ssl", BOM)) and name not in (*SSL, *GONE):
                self._refused(name, place)
            return
        store = self.filters.setdefault(filters, {})
        if name in store and not overwrite:
            return
        again = said.form == lines.VARIABLE and name in store and refers(said, name)
        if name in store and not again and store[name].form != ADDED:
            # What packages add to a list they add for those who say nothing.
            self.overwritten.append((store[name].setting, said.setting))
        value = expanded(self, said, name, filters)
        if name == "protocols" and isinstance(said.value, str):
            for word in said.value.replace(",", " ").split():
                self.enabling[word] = said.setting
        if known.kind == PATH and said.form == lines.FILE and place is not None:
            self.wrong(f"{name} takes the name of a file without <", place)
        self._judge(known, name, value, place)
        form = form_of(self, said, filters) if known.kind == CONTENT else said.form
        words = store[name].words if again else ()
        store[name] = Entry(value, form, said.setting, self._order, words)

    def _adds(self, name: str, filters: Filter) -> bool:
        """Whether there is such a setting and no file sets it yet."""
        known = SETTINGS[name]
        there = (known.since if self.modern else known.before) is not None
        return there and name not in self.filters.get(filters, {})

    def _auth(self, name: str, filters: Filter, place: Place | None) -> None:
        """What the auth service has, which Dovecot takes in no filter for addresses and names."""
        if place is not None and is_for_some(filters) and is_of_auth(name, self.modern):
            self.wrong(f"{name} may not stand in local, local_name or remote", place)

    def _refused(self, name: str, place: Place | None) -> None:
        if place is None:
            return
        if name == VERSION:
            self.wrong(f"{name} has to be the first setting, and 2.3 knows none", place)
        elif self.modern:
            new = f"; it is {RENAMED[name]}" if name in RENAMED else ""
            self.wrong(f"Dovecot 2.4 knows no {name}{new}", place)
        else:
            self.wrong(f"Dovecot 2.3 knows no {name}", place)

    def _refused_in(self, section: str, said: Said) -> None:
        if said.setting.place is not None:
            self.wrong(f"there is no setting {said.name} of a {section}", said.setting.place)

    def _judge(self, known: Known, name: str, value: Value, place: Place | None) -> None:
        if isinstance(value, str) and place is not None:
            why = refusal(known, value, self.modern)
            if why:
                self.wrong(f"{name} = {value}: {why}", place)

    def _of_service(self, said: Said, filters: Filter, path: list[str], overwrite: bool) -> None:
        place = said.sections[-1].place
        service = self._service(path[1], place)
        if len(path) == 2:
            if self.modern and said.name in SETTINGS:
                # Any setting may stand here, and counts for this service alone.
                self._of_filter(said, filters._replace(service=path[1]), said.name, overwrite)
            elif not self.modern and said.name not in SERVICE:
                self._refused_in(f"service {path[1]}", said)
            elif filters == ROOT:
                entry = Entry(said.value, said.form, said.setting, self._order)
                service.settings[_without("service_", said.name)] = entry
        elif path[2] == "unix_listener" and said.name in ("mode", "unix_listener_mode"):
            service.sockets[path[3]] = said.value
        elif path[2] == "inet_listener" and filters == ROOT:
            listener = service.listeners.setdefault(path[3], {})
            if len(path) == 6 and self.modern and path[4] == "listen":
                listener["listen"] = self._listed(listener.get("listen"), said)
            elif len(path) == 4:
                self._of_listener(said, listener, overwrite)

    def _of_listener(self, said: Said, listener: dict[str, Entry], overwrite: bool) -> None:
        name = _without("inet_listener_", said.name) if self.modern else said.name
        place = said.setting.place
        known = LISTENER.get(name)
        if known is None or (known.since if self.modern else known.before) is None:
            if place is not None and not (self.modern and name in SETTINGS):
                new = f"; it is {RENAMED[name]}" if self.modern and name in RENAMED else ""
                self.wrong(f"there is no setting {name} of an inet_listener{new}", place)
            return
        if name in listener and not overwrite:
            return
        value = expanded(self, said, name, ROOT)
        self._judge(known, name, value, place)
        listener[name] = Entry(value, said.form, said.setting, self._order)

    @property
    def partial(self) -> str:
        """The dovecot.conf that is not among the files; empty where it is."""
        return self._files.partial

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The includes that are not read: what every server needs may be said there."""
        return tuple(self._files.elsewhere)

    @property
    def supposed(self) -> tuple[str, ...]:
        """What decides which protocols are enabled, where every one is supposed to be."""
        chosen = (question for question, answer in self.assume.taken if answer == EVERY)
        return (*chosen, *self._files.supposed)

    def usual_protocols(self) -> Value:
        """``protocols`` where nobody says them: nothing in 2.4, and in Debian's 2.3."""
        if self.modern or self._files.debian or self.partial:
            return ""
        answer = self.assume.fact(BUILD)
        if answer is None and not self.assume.takes(BUILD, f"{BUILD} is {UPSTREAM}"):
            answer = self.assume.choose(BUILD, [UPSTREAM, DEBIAN])
            if answer is None:
                return Undecided(BUILD)
        return "" if answer == DEBIAN else SETTINGS["protocols"].before or ""

    def blinding(self) -> tuple[str, ...]:
        """What may set anything."""
        return tuple(sorted(self._open_by))


def _without(prefix: str, name: str) -> str:
    return name[len(prefix) :] if name.startswith(prefix) else name


def _service_of(sections: tuple[Section, ...]) -> str:
    for section in sections:
        if section.key == "service" and isinstance(section.name, str):
            return section.name
    return ""


def _blind(said: Said) -> Blind:
    unknown = open_part((*(section.name for section in said.sections), said.value))
    names = ("a section's name",) if unknown is None else unknown.depends_on
    place = said.setting.place or said.sections[-1].place
    return Blind(said.sections, names, place)
