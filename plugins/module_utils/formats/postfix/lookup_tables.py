# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The entries of lookup tables that route mail or choose TLS, each with its place.

What stands in main.cf (``inline:``, ``static:``) or in a text file of the source is read;
``hash:`` and its like are compiled from the text file of that name.  Everything else (LDAP, SQL,
network services, a file outside) is not known, and its name is what decides.

Source: DATABASE_README, postmap(1), regexp_table(5), transport(5): of two equal keys in one file
the first counts.
"""

from __future__ import annotations

import re

from ...endpoint import Setting
from ...errors import MailwardenError
from ...patterns import lazy
from ...text import Undecided
from .parameters import split_list
from .syntax import BLANK, lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Sequence, Tuple, Union

    from ...assume import Assumptions
    from ...source import Source
    from ...text import Text
    from .parameters import Parameters
    from .syntax import Line

    Known = Union[str, Undecided]
    # A setting of main.cf, or a line of a file with the parameter that names it.
    Origin = Union[Setting, Tuple[Line, str]]

COMPILED = frozenset({"hash", "btree", "dbm", "sdbm", "cdb", "lmdb", "texthash"})
PATTERNS = frozenset({"pcre", "regexp"})
# Tables made of tables: each member is asked.
JOINED = frozenset({"unionmap", "pipemap", "randmap", "multi"})
DEPTH = 8
# How many tables are kept between two questions.
KEPT = 8

_PATTERN = lazy(r"(!?)([^\s\w])((?:\\.|(?!\2)[^\\])*)\2([a-zA-Z]*)\s*(.*)", re.DOTALL)
# The parts of patterns that a matcher of ours can try in time that grows with the text alone.
_SIMPLE = lazy(r"\^?(?:\\[^\w\s]|[\w@:/,=%\-]|\.(?![*+?{])|\.\*)*\$?\Z", re.ASCII)
# No next hop and no address is longer.
KEY_LIMIT = 1024


_read: dict[str, tuple[Text, str, Table]] = {}


class Entry:
    """One line of a table.  ``pattern`` says that the key is one, and no plain text."""

    __slots__ = ("_origin", "key", "pattern", "value")

    def __init__(self, key: Known, value: Known, origin: Origin, pattern: bool = False) -> None:
        self.key = key
        self.value = value
        self.pattern = pattern
        self._origin = origin

    @property
    def setting(self) -> Setting:
        """The entry as a setting: its own line, or the parameter in which it stands."""
        if isinstance(self._origin, Setting):
            return self._origin
        line, name = self._origin
        value = self.value if isinstance(self.value, str) else ""
        # Places cost, and most entries are never shown.
        shown = " ".join(written(line).split())
        return Setting(name, value, line.place(), shown)


class Table:
    """A table and its entries; ``unknown`` says what decides where they can not be read."""

    __slots__ = ("_index", "entries", "kind", "spec", "unknown")

    def __init__(
        self,
        spec: str,
        kind: str,
        entries: Sequence[Entry] = (),
        unknown: Undecided | None = None,
    ) -> None:
        self.spec = spec
        self.kind = kind
        self.entries = entries
        self.unknown = unknown
        self._index: dict[str, Entry] | None = None
        if kind not in ("static", "cidr") and all(map(_is_plain, entries)):
            self._index = {str(entry.key).lower(): entry for entry in reversed(entries)}

    def find(self, key: str) -> Entry | Undecided | None:
        """The entry that answers for the key; undecided where that can not be told."""
        if self.unknown is not None:
            return self.unknown
        if self._index is not None:
            return self._index.get(key.lower())
        doubt: list[str] = []
        for entry in self.entries:
            fits = self._fits(entry, key)
            if isinstance(fits, Undecided):
                doubt.extend(fits.depends_on)
            elif fits:
                return Undecided(*doubt) if doubt else entry
        return Undecided(*doubt) if doubt else None

    def _fits(self, entry: Entry, key: str) -> bool | Undecided:
        if self.kind == "static":
            return True
        if self.kind == "cidr":
            # Addresses alone are asked for there, and a next hop or a sender is none.
            return False
        if isinstance(entry.key, Undecided):
            return entry.key
        if entry.pattern:
            return _matches(entry.key, key, self.spec)
        return entry.key.lower() == key.lower()


def _is_plain(entry: Entry) -> bool:
    """Whether the key is a text that is compared as a whole."""
    return not entry.pattern and isinstance(entry.key, str)


def opened(
    words: Sequence[Known],
    setting: Setting,
    parameters: Parameters,
    source: Source,
    beside: str,
    kinds: Sequence[str],
) -> Iterator[Table]:
    """The tables of a parameter's words, as ``lookups.opened`` gives them."""
    for word in words:
        if isinstance(word, Undecided):
            yield Table("", "", (), word)
        elif kinds and not word.startswith(tuple(kind + ":" for kind in kinds)):
            yield Table(word, "", (), Undecided(word))
        else:
            yield from _open(word, setting, source, beside, parameters.assume, 0)


def _open(
    word: str, setting: Setting, source: Source, beside: str, assume: Assumptions, depth: int
) -> Iterator[Table]:
    if word.startswith("{"):
        # { type:name, options } since 3.0.
        words = split_list(_inside(word), braces=True)
        word = words[0] if words else ""
    kind, colon, rest = word.partition(":")
    if kind == "proxy" and depth < DEPTH:
        for table in _open(rest, setting, source, beside, assume, depth + 1):
            # What is not known is named as the file names it.
            known = table.unknown is None
            yield table if known else Table(word, table.kind, (), Undecided(word))
    elif kind in JOINED and depth < DEPTH:
        for inner in split_list(_inside(rest), braces=True):
            yield from _open(inner, setting, source, beside, assume, depth + 1)
    elif kind == "static":
        value = _inside(rest) if rest.startswith("{") else rest
        yield Table(word, kind, (Entry("", value, setting),))
    elif kind == "fail":
        yield Table(word, kind, ())
    elif rest.startswith("{") and kind in ("inline", "cidr", *PATTERNS):
        yield Table(word, kind, tuple(_inline(_inside(rest), kind, setting)))
    elif colon and kind in (*COMPILED, *PATTERNS, "cidr"):
        yield _file(word, kind, rest, setting, source, beside, assume)
    else:
        yield Table(word, kind, (), Undecided(word))


def _inside(text: str) -> str:
    return text[1:-1].strip(BLANK) if text[:1] == "{" and text[-1:] == "}" else text


def _inline(text: str, kind: str, setting: Setting) -> Iterator[Entry]:
    found: dict[tuple[int, str], Entry] = {}
    for item in split_list(text, braces=True):
        body = _inside(item)
        if kind != "inline":
            entry = _entry(body, kind, setting)
            found[len(found), ""] = entry
            continue
        key, _equals, value = body.partition("=")
        # Here the last of two equal keys counts.
        found[0, key.strip(BLANK).lower()] = Entry(key.strip(BLANK), value.strip(BLANK), setting)
    return iter(found.values())


def _file(
    word: str,
    kind: str,
    path: str,
    setting: Setting,
    source: Source,
    beside: str,
    assume: Assumptions,
) -> Table:
    located = source.locate(path, beside)
    if located is None or not source.exists(located):
        return Table(word, kind, (), Undecided(word))
    try:
        text = source.text(located).settled(assume)
    except MailwardenError:
        return Table(word, kind, (), Undecided(word))
    known = _read.get(word)
    if known is not None and known[0] is text and known[1] == setting.name:
        return known[2]
    table = Table(word, kind, tuple(_lines(text, kind, word, setting.name, assume)))
    if not text.holes:
        # Several services ask for one table, and alternatives share it.
        if len(_read) >= KEPT:
            _read.clear()
        _read[word] = (text, setting.name, table)
    return table


def _lines(text: Text, kind: str, word: str, name: str, assume: Assumptions) -> Iterator[Entry]:
    depth = 0
    for line in lines(text)[0]:
        entry = _line(line, kind, name, assume)
        first = line.string[:5].lower().split("/")[0].strip(BLANK + "!")
        if kind in PATTERNS and first in ("if", "endif"):
            depth += 1 if first == "if" else -1
        elif depth > 0:
            # What such a block holds is only asked where its own pattern fits.
            entry.key = Undecided(word)
            yield entry
        else:
            yield entry


def _line(line: Line, kind: str, name: str, assume: Assumptions) -> Entry:
    whole = line.value(0, len(line.string), assume)
    if isinstance(whole, str):
        return _entry(whole.strip(BLANK), kind, (line, name))
    key_end = len(line.string) - len(line.string.lstrip(BLANK))
    while key_end < len(line.string) and line.string[key_end] not in BLANK:
        key_end += 1
    key = line.value(0, key_end, assume)
    value = line.value(key_end, len(line.string), assume)
    known = key.strip(BLANK) if isinstance(key, str) and kind not in PATTERNS else whole
    return Entry(known, value.strip(BLANK) if isinstance(value, str) else value, (line, name))


def written(line: Line) -> str:
    """The line as a reader sees it; a hole is shown by its name."""
    names = line.hole_names(0, len(line.string))
    return (
        line.string
        if not names
        else "{} {{{{ {} }}}}".format(line.string.split()[0], ", ".join(names))
    )


def _entry(text: str, kind: str, origin: Origin) -> Entry:
    if kind in PATTERNS:
        match = _PATTERN.match(text)
        if match:
            negated, _mark, pattern, flags, value = match.groups()
            known = f"{negated}{pattern}/{flags}"
            return Entry(known, value, origin, True)
    key, _blank, value = text.replace("\t", " ").partition(" ")
    return Entry(key, value.strip(BLANK), origin)


def _matches(pattern: str, key: str, spec: str) -> bool | Undecided:
    """Whether a pattern fits; undecided where trying it could take for ever.

    The patterns are somebody else's: only plain ones are tried, piece by piece between their
    ``.*``, so that the time grows with the text alone.
    """
    negated = pattern.startswith("!")
    body, _slash, flags = pattern.lstrip("!").rpartition("/")
    if not _SIMPLE.match(body) or body.endswith("\\$") or set(flags) - {"i"}:
        return Undecided(spec)
    # Both kinds fold case; the flag i switches that off.
    folded = 0 if "i" in flags else re.IGNORECASE
    return _fits_pieces(body, key[:KEY_LIMIT], folded) is not negated


def _fits_pieces(body: str, key: str, flags: int) -> bool:
    pieces = body.split(".*")
    last = len(pieces) - 1
    at = 0
    for number, piece in enumerate(pieces):
        if number == last and piece.endswith("$") and number:
            # The end is fixed and whatever is before it may be anything.
            tail = re.search(piece, key[at:], flags)
            return tail is not None
        found = re.compile(piece, flags).search(key, at) if number else re.search(piece, key, flags)
        if found is None:
            return False
        at = found.end()
    return True
