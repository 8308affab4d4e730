# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lookup tables: which a parameter names, and what they answer for a key.

What stands in main.cf (``inline:``, ``static:``) or in a text file of the source is read;
``hash:`` and its like are compiled from the text file of that name.  Everything else (LDAP, SQL,
network services, a file outside) is not known, and its name is what decides.

Source: DATABASE_README, postmap(1), regexp_table(5), transport(5).
"""

from __future__ import annotations

import re

from ...errors import MailwardenError
from ...patterns import lazy
from ...text.values import Undecided, all_true
from .entries import COMPILED, ORDERED, Entry, inside, of_inline, of_text
from .parameters import split_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterator, Sequence, Union

    from ...source import Source
    from ...text import Text
    from ...text.assume import Assumptions
    from ...text.budget import Budget
    from ...text.values import Setting
    from .entries import Known
    from .parameters import Parameters

    Matcher = Union[Callable[[str], bool], Undecided]

# Tables made of tables: each member is asked.
JOINED = frozenset({"unionmap", "pipemap", "randmap", "multi"})
DEPTH = 8
# Where main.cf is on hosts.
FOLDER = "/etc/postfix/"
# The parts of patterns that a matcher of ours can try in time that grows with the text alone.
_SIMPLE = lazy(r"\^?(?:\\[^\w\s]|[\w@:/,=%\-]|\.(?![*+?{])|\.\*)*\$?\Z", re.ASCII)
# No next hop and no address is longer.
KEY_LIMIT = 1024


class Table:
    """A table and its entries; ``unknown`` says what decides where they cannot be read.

    ``lost`` are entries whose key another one has, each with that one; ``fault`` is the one that
    makes every lookup fail.
    """

    __slots__ = (
        "_answers", "_index", "_matchers", "entries", "fault", "kind", "lost", "spec", "unknown",
    )  # fmt: skip

    def __init__(
        self,
        spec: str,
        kind: str,
        entries: Sequence[Entry] = (),
        unknown: Undecided | None = None,
        lost: Sequence[tuple[Entry, Entry]] = (),
    ) -> None:
        self.spec = spec
        self.kind = kind
        self.entries = entries
        self.unknown = unknown
        self.lost = lost
        faulty = (entry for entry in (*entries, *(one for one, _kept in lost)) if entry.fault)
        self.fault = next(faulty, None)
        self._index: dict[str, Entry] | None = None
        if kind not in ("static", "cidr") and all(map(_is_plain, entries)):
            self._index = {str(entry.key).lower(): entry for entry in reversed(entries)}
        # What has to be tried one by one is tried once for each key.
        self._answers: dict[str, Entry | Undecided | None] = {}
        self._matchers: list[list[Matcher]] | None = None

    def find(self, key: str, budget: Budget) -> Entry | Undecided | None:
        """The entry that answers for the key; undecided where that cannot be told."""
        if self.unknown is not None:
            return self.unknown
        if self.fault is not None:
            return self.fault
        if self._index is not None:
            return self._index.get(key.lower())
        if self.kind == "cidr":
            # Addresses alone are asked for there, and a next hop or a sender is none.
            return None
        if key not in self._answers:
            budget.spend(len(self.entries), "patterns of a table, for all that is looked up")
            self._answers[key] = self._tried(key)
        return self._answers[key]

    def _tried(self, key: str) -> Entry | Undecided | None:
        if self._matchers is None:
            self._matchers = [_matchers(entry, self.kind, self.spec) for entry in self.entries]
        doubt: list[str] = []
        for entry, matchers in zip(self.entries, self._matchers):
            fits = all_true(one if isinstance(one, Undecided) else one(key) for one in matchers)
            if isinstance(fits, Undecided):
                doubt.extend(fits.depends_on)
            elif fits:
                return Undecided(*doubt) if doubt else entry
        return Undecided(*doubt) if doubt else None


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
            yield from named(word, setting, source, beside, parameters.assume)


def named(
    word: str, setting: Setting, source: Source, beside: str, assume: Assumptions, depth: int = 0
) -> Iterator[Table]:
    """The table that ``type:name`` names, or the members of one that is made of tables."""
    if word.startswith("{"):
        # { type:name, options } since 3.0.
        words = split_list(inside(word), braces=True)
        word = words[0] if words else ""
    kind, colon, rest = word.partition(":")
    if kind == "proxy" and depth < DEPTH:
        for table in named(rest, setting, source, beside, assume, depth + 1):
            # What is not known is named as the file names it.
            known = table.unknown is None
            yield table if known else Table(word, table.kind, (), Undecided(word))
    elif kind in JOINED and depth < DEPTH:
        for inner in split_list(inside(rest), braces=True):
            yield from named(inner, setting, source, beside, assume, depth + 1)
    elif kind == "static":
        value = inside(rest) if rest.startswith("{") else rest
        yield Table(word, kind, (Entry("", value, setting),))
    elif kind == "fail":
        yield Table(word, kind, ())
    elif rest.startswith("{") and (kind == "inline" or kind in ORDERED):
        found = of_inline(inside(rest), kind, setting)
        yield Table(word, kind, found.kept, None, found.lost)
    elif colon and kind in COMPILED | ORDERED:
        yield _file(word, kind, rest, setting, source, beside, assume)
    else:
        yield Table(word, kind, (), Undecided(word))


def located_file(name: str, source: Source, beside: str) -> str | None:
    """Where the source has a file that a configuration names; ``None`` where it has none.

    What a repository has beside its ``main.cf`` becomes the folder of Postfix on a host.
    """
    names = [name] if not name.startswith(FOLDER) else [name, name[len(FOLDER) :]]
    for one in names:
        located = source.locate(one, beside)
        if located is not None and source.exists(located):
            return located
    return None


def _file(
    word: str,
    kind: str,
    path: str,
    setting: Setting,
    source: Source,
    beside: str,
    assume: Assumptions,
) -> Table:
    located = located_file(path, source, beside)
    if located is None:
        return Table(word, kind, (), Undecided(word))
    try:
        text = source.text(located).settled(assume)
    except MailwardenError:
        return Table(word, kind, (), Undecided(word))

    def read(text: Text) -> Table:
        found = of_text(text, kind, setting.name, assume)
        return Table(word, kind, found.kept, None, found.lost)

    # Several services ask for one table, and alternatives share it unless it has holes.
    return read(text) if text.holes else text.made((Table, word, setting.name), read)


def _matchers(entry: Entry, kind: str, spec: str) -> list[Matcher]:
    """What a key has to fit so that the entry answers for it."""
    if kind == "static":
        return []
    if entry.pattern or isinstance(entry.key, Undecided):
        return [_matcher(pattern, spec) for pattern in (*entry.within, entry.key)]
    whole = entry.key.lower()
    return [lambda key: key.lower() == whole]


def _matcher(pattern: Known, spec: str) -> Matcher:
    """Whether a pattern fits; undecided where trying it could take for ever.

    The patterns are somebody else's: only plain ones are tried, piece by piece between their
    ``.*``, so that the time grows with the text alone.
    """
    if isinstance(pattern, Undecided):
        return pattern
    negated = pattern.startswith("!")
    body, _slash, flags = pattern.lstrip("!").rpartition("/")
    if not _SIMPLE.match(body) or body.endswith("\\$") or set(flags) - {"i"}:
        return Undecided(spec)
    # Both kinds fold case; the flag i switches that off.
    folded = 0 if "i" in flags else re.IGNORECASE
    pieces = [re.compile(piece, folded) for piece in body.split(".*")]
    return lambda key: _fits_pieces(pieces, key[:KEY_LIMIT]) is not negated


def _fits_pieces(pieces: Sequence[re.Pattern[str]], key: str) -> bool:
    at = 0
    for piece in pieces:
        found = piece.search(key, at)
        if found is None:
            return False
        at = found.end()
    return True
