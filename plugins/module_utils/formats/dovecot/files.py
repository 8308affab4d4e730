# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The statements of a configuration in the order in which Dovecot meets them, across files.

An include is read where it stands, inside the section that it stands in.  What cannot be read
because it lies elsewhere is a ``Blind``: from there on anything may be set.

Source: settings_include and settings_add_include of config-parser.c.
"""

from __future__ import annotations

from ...endpoint import Problem, Remark
from ...errors import MailwardenError
from ...text.values import Setting, Undecided
from . import lines, packaged
from .includes import BRACES_LIMIT, braces, is_missing, is_whole, is_wild, matching

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, NamedTuple, Union

    from ...endpoint import Unit
    from ...source import Source
    from ...text import Text
    from ...text.assume import Assumptions
    from ...text.place import Place
    from .lines import Statement

    Known = Union[str, Undecided]
else:
    from ...tuples import NamedTuple

# What includes may bring: files, and their characters.
FILE_LIMIT = 1000
SIZE_LIMIT = 1_000_000
# What in a value ends it, or says how it is written.
SIGNS = "\n#\"'\\<$" + lines.BLANK
# Nobody nests sections, or files, deeper than five.
DEPTH = 50
# What people write before the path of an include, as before a value.
_NO_PATH = ("=", '"', "'")
# What is said in these counts for nobody's listeners, whatever it is.
ASIDE = frozenset(
    (
        "plugin", "passdb", "userdb", "namespace", "mailbox", "dict", "metric", "event_exporter",
        "unix_listener", "fifo_listener", "quota", "fts", "sieve_script", "sql", "ldap",
    )
)  # fmt: skip
# The words for what absent files bring: it counts if no file that was read says otherwise.
ADDED = "added"
# Where the dovecot.conf of a repository lies once it is installed, or /usr/local and this.
INSTALLED = "/etc/dovecot/"
EVERY, NONE = "every protocol", "none"
QUIET, LOUD = "sets nothing that counts here", "sets more"


class Section(NamedTuple):
    """``key name {``; ``key`` is ``None`` where a hole stands in it."""

    key: str | None
    name: Known
    place: Place


class Said(NamedTuple):
    """``name = value``, with the sections around it, the outermost first."""

    sections: tuple[Section, ...]
    name: str
    value: Known
    form: str
    setting: Setting


class Opened(NamedTuple):
    """A section, where it begins: it counts even where nothing is said in it."""

    sections: tuple[Section, ...]


class Blind(NamedTuple):
    """A place from which anything within the sections may be set, and what decides."""

    sections: tuple[Section, ...]
    depends_on: tuple[str, ...]
    place: Place


class Files:
    """The files of one unit; ``items`` yields what they say and notes what is wrong."""

    def __init__(self, unit: Unit, source: Source, assume: Assumptions) -> None:
        self._unit = unit
        self._source = source
        self._assume = assume
        self._sections: list[Section] = []
        self._reading: list[str] = []
        self._count = 0
        self._size = 0
        self._deep = False
        # Whether the files show that they are for Debian's build.
        self.debian = False
        # The questions that are answered by supposing that every protocol is enabled.
        self.supposed: list[str] = []
        # What keeps Dovecot from starting.
        self.problems: list[Problem] = []
        self.remarks: list[Remark] = []
        self.included: list[str] = []
        # What is included and not among the files that are checked.
        self.elsewhere: list[str] = []
        # The first thing that is said at all: it shows the grammar.
        self.first: Statement | None = None

    def items(self) -> Iterator[Said | Opened | Blind]:
        """Everything that is said, in order."""
        main = self._unit.texts.get("main")
        if main is None:
            yield from self._parts()
        else:
            yield from self._file(self._unit.name, main)
        if self._sections:
            message = "this section is not closed; Dovecot does not start"
            self._wrong(message, self._sections[-1].place)

    def _parts(self) -> Iterator[Said | Opened | Blind]:
        """Files that a dovecot.conf includes which is not read."""
        texts, unread = self._unit.texts, self._unit.unread
        place = beginning(self._unit)
        if "main" in unread:
            yield self._blind(place, self.partial)
        else:
            self.elsewhere.append(self.partial)
            if self._assume.choose(self.partial, [QUIET, LOUD]) != QUIET:
                yield self._blind(place, self.partial)
        question = f"protocols in the {self.partial}"
        answer = self._assume.choose(question, [EVERY, NONE])
        yield from self._protocols(question, answer, place)
        for path in sorted({*texts, *unread.values()} - {self.partial}):
            if path in texts:
                yield from self._file(path, texts[path])
            else:
                yield self._blind(place, path)

    @property
    def partial(self) -> str:
        """The dovecot.conf that is missing or cannot be read; empty where it is read."""
        if "main" in self._unit.texts:
            return ""
        return self._unit.unread.get("main", "dovecot.conf that includes " + self._unit.name)

    def names(self) -> Iterator[str]:
        """The names of all settings and sections; those in a section also behind its name."""
        for text in self._reached():
            around: list[str] = []
            for one in lines.statements(text):
                yield one.key_text
                if around:
                    yield f"{around[-1]} {one.key_text}"
                if one.kind == lines.BEGIN:
                    around.append(one.key_text)
                elif one.kind == lines.END and around:
                    around.pop()

    def _reached(self) -> Iterator[Text]:
        """The unit's texts, and those of what they include, in no order."""
        waiting = list(self._unit.texts.values())
        seen = {text.path for text in waiting}
        while waiting and len(seen) < FILE_LIMIT:
            text = waiting.pop()
            yield text
            for other in self._named_by(text):
                if other.path not in seen:
                    seen.add(other.path)
                    waiting.append(other)

    def _named_by(self, text: Text) -> Iterator[Text]:
        for one in lines.statements(text):
            if one.kind in (lines.INCLUDE, lines.INCLUDE_TRY) and not text.has_hole(*one.value):
                wanted = text.string[slice(*one.value)]
                for path in matching(wanted, text.path, self._source) or ():
                    try:
                        yield self._source.text(path)
                    except MailwardenError:
                        # Said where it is read.
                        continue

    def _installed(self, question: str, place: Place) -> Iterator[Said]:
        """``protocols`` by the packages that are installed: a server has those that it serves."""
        if self._assume.takes(question, "the package of every protocol is installed"):
            answer: str | None = EVERY
        else:
            answer = self._assume.choose(question, [EVERY, NONE])
        yield from self._protocols(question, answer, place)

    def _protocols(self, question: str, answer: str | None, place: Place) -> Iterator[Said]:
        """``protocols`` as files add to it that are not among those that are checked."""
        if answer == EVERY:
            self.supposed.append(question)
        value: Known = Undecided(question) if answer is None else "yes"
        setting = Setting("protocols", "", place, f"protocols ({question})")
        section = (Section("protocols", "", place),)
        for name in () if answer == NONE else ("imap", "pop3", "lmtp", "submission", "sieve"):
            yield Said(section, name, value, ADDED, setting)

    def _wrong(self, message: str, place: Place) -> None:
        self.problems.append(Problem("syntax-error", message, place))

    def _file(self, path: str, text: Text) -> Iterator[Said | Opened | Blind]:
        self._reading.append(path)
        for statement in lines.statements(settled(text, self._assume)):
            if self.first is None:
                self.first = statement
            yield from self._item(statement, path)
        self._reading.pop()

    def _item(self, statement: Statement, path: str) -> Iterator[Said | Opened | Blind]:
        kind, text = statement.kind, statement.text
        place = text.place(*statement.span)
        if kind == lines.END:
            if self._sections:
                self._sections.pop()
            else:
                self._wrong("there is no section to close; Dovecot does not start", place)
        elif text.has_hole(*statement.key):
            # It may be any setting, or the beginning of any section.
            yield self._blind(place, *text.hole_names(*statement.span))
            if kind == lines.BEGIN:
                self._sections.append(Section(None, "", place))
        elif kind == lines.BAD:
            self._wrong(f"{statement.message}; Dovecot does not start", place)
        elif kind == lines.LOST:
            shown = text.string[slice(*statement.span)]
            message = "lost: the line that it goes on in is a comment or empty"
            setting = Setting(statement.key_text, "", place, shown)
            self.remarks.append(Remark("setting-ineffective", message, setting))
        elif kind == lines.BEGIN:
            key = statement.key_text
            name = self._value(statement)
            if len(self._sections) == DEPTH:
                if not self._deep:
                    self._wrong(f"more than {DEPTH} sections in each other are not read", place)
                self._deep = True
                return
            self._sections.append(Section(key, name, place))
            yield Opened(tuple(self._sections))
        elif kind == lines.SETTING:
            yield self._said(statement, place)
        else:
            yield from self._include(statement, path, place)

    def _value(self, statement: Statement) -> Known:
        value = statement.text.value(*statement.value, self._assume)
        if statement.form == lines.QUOTED and isinstance(value, str):
            return lines.unescaped(value)
        return value

    def _said(self, statement: Statement, place: Place) -> Said:
        text = statement.text
        name = statement.key_text
        value = self._value(statement)
        shown = text.string[statement.key[0] : statement.span[1]]
        around = " in ".join(
            f"{one.key} {one.name}".strip() for one in reversed(self._sections) if one.key
        )
        setting = Setting(
            name, value if isinstance(value, str) else "", place,
            f"{shown} (in {around})" if around else shown,
        )  # fmt: skip
        return Said(tuple(self._sections), name, value, statement.form, setting)

    def _include(
        self, statement: Statement, path: str, place: Place
    ) -> Iterator[Said | Opened | Blind]:
        wanted = statement.text.value(*statement.value, self._assume)
        tries = statement.kind == lines.INCLUDE_TRY
        if isinstance(wanted, str) and packaged.names_protocols(wanted):
            self.debian = True
        if isinstance(wanted, Undecided):
            yield self._blind(place, *wanted.depends_on)
            return
        if tries and wanted[:1] in _NO_PATH:
            self._reads_nothing(statement, wanted[0], place)
            return
        if braces(wanted) is None:
            yield self._blind(place, f"an include of more than {BRACES_LIMIT} names")
            return
        found = matching(wanted, path, self._source)
        if found is None:
            found = self._beside(wanted) or None
        if found is None or not (found or is_missing(path, wanted, tries, self._source)):
            yield from self._elsewhere(wanted, place)
            return
        if not found and not tries:
            self._wrong(f"there is no file {wanted}; Dovecot does not start", place)
        yield from self._left_out(packaged.left_out(wanted, found), place)
        for one in found:
            yield from self._included(one, place)
        if found and not is_whole(wanted, path, self._source):
            words = f"no other file matches {wanted}"
            if not self._assume.takes(wanted, words, packaged.NEEDED):
                yield self._blind(place, wanted)

    def _reads_nothing(self, statement: Statement, sign: str, place: Place) -> None:
        """What stands before the path is a part of it, and there is no such file."""
        shown = statement.text.string[slice(*statement.span)]
        what = "=" if sign == "=" else "quote"
        message = f"reads nothing: the {what} before the path is taken for a part of it"
        self.remarks.append(
            Remark("setting-ineffective", message, Setting(lines.INCLUDE_TRY, "", place, shown))
        )

    def _beside(self, wanted: str) -> list[str] | None:
        """The files of a repository that are installed where an include looks for them."""
        below = wanted.partition(INSTALLED)[2]
        main = self._unit.name if "main" in self._unit.texts else ""
        return matching(below, main, self._source) if below and main else None

    def _blind(self, place: Place, *depends_on: str) -> Blind:
        return Blind(tuple(self._sections), depends_on, place)

    def _elsewhere(self, wanted: str, place: Place) -> Iterator[Said | Blind]:
        """A file that is not among those that are checked."""
        if packaged.names_protocols(wanted):
            yield from self._installed(wanted, place)
        elif packaged.is_quiet(wanted):
            return
        elif not any(one.key in ASIDE for one in self._sections):
            self.elsewhere.append(wanted)
            could_set = packaged.could_set(wanted)
            if not self._assume.takes(wanted, _absent(wanted), could_set):
                yield self._blind(place, wanted)

    def _left_out(self, absent: str, place: Place) -> Iterator[Said]:
        """What the package's file about TLS sets and no other file does.

        It has a certificate; whether it requires TLS differs, and Debian's does not.
        """
        if absent:
            known = self.debian or self._assume.takes(absent, _absent(absent), [packaged.MODE])
            for name in packaged.CERTIFICATE if known else (packaged.MODE, *packaged.CERTIFICATE):
                setting = Setting(name, "", place, f"{name} ({absent} is not here)")
                yield Said(tuple(self._sections), name, Undecided(absent), ADDED, setting)

    def _included(self, path: str, place: Place) -> Iterator[Said | Opened | Blind]:
        if path in self._reading:
            self._wrong(f"{path} includes itself; Dovecot does not start", place)
            return
        if len(self._reading) > DEPTH:
            yield self._blind(place, f"more than {DEPTH} files in each other")
            return
        try:
            text = self._unit.texts.get(path)
            text = self._source.text(path) if text is None else text
        except MailwardenError:
            # The source keeps the reason, and the report names the file.
            yield self._blind(place, path)
            return
        self._count += 1
        self._size += len(text)
        if self._count > FILE_LIMIT or self._size > SIZE_LIMIT:
            yield self._blind(place, f"more than {FILE_LIMIT} includes, or {SIZE_LIMIT} characters")
            return
        if path not in self.included:
            self.included.append(path)
        yield from self._file(path, text)


def _absent(wanted: str) -> str:
    """What is supplied for an include: it adds nothing."""
    return (
        f"{wanted} matches no file here"
        if is_wild(wanted) or "{" in wanted
        else f"{wanted} is not here"
    )


def beginning(unit: Unit) -> Place:
    """Where that begins which is read of a unit."""
    first = "main" if "main" in unit.texts else min(unit.texts)
    return unit.texts[first].place(0, 0)


def settled(text: Text, assume: Assumptions) -> Text:
    """The text with every hole filled that decides how it falls into lines, names and values."""
    text = text.settled(assume, SIGNS)
    return text.filled(assume, _names).settled(assume, SIGNS) if text.holes else text


def _names(text: Text, at: int) -> bool:
    """Whether the hole stands before the value of its line."""
    line = text.string.rfind("\n", 0, at) + 1
    return "=" not in text.string[line:at]
