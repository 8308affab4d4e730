# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lists of networks and words: ``mynetworks`` and its like, ``smtpd_sasl_mechanism_filter``.

The first pattern that fits decides; ``!`` turns its answer over.

Source: postconf(5), mynetworks; match_list and match_ops of Postfix.
"""

from __future__ import annotations

from ... import peers
from ...text import Undecided
from .written import HERE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, NamedTuple, Sequence

    from ...answers import Answer
    from ...endpoint import Setting
    from ...source import Source
    from . import tables
else:
    from ...tuples import NamedTuple


class _Pattern(NamedTuple):
    """One pattern: what it is, and whether it lets in (``!`` does not)."""

    word: str
    within: bool
    network: peers.Network | None
    table: tables.Table | None
    is_table: bool


class MatchList:
    """A list as it counts: file names are replaced by what the files hold."""

    __slots__ = ("_answers", "_patterns", "causes")

    def __init__(self, patterns: Sequence[_Pattern | Undecided], why: Sequence[Setting]) -> None:
        self._patterns = patterns
        self.causes = tuple(why)
        self._answers: dict[peers.Peer, Answer] = {}

    def networks(self) -> list[peers.Network]:
        """The networks that the list names."""
        found: list[peers.Network] = []
        for pattern in self._patterns:
            if isinstance(pattern, Undecided):
                continue
            if pattern.network is not None:
                found.append(pattern.network)
            elif pattern.table is not None and pattern.table.kind == "cidr":
                found.extend(network for network, _value in pattern.table.networks())
        return found

    def is_plain(self) -> bool:
        """Whether every network that the list names is in it."""
        return all(isinstance(one, _Pattern) and one.within for one in self._patterns)

    def holds(self, peer: peers.Peer) -> Answer:
        """Whether the peer is in the list."""
        known = self._answers.get(peer)
        if known is None:
            known = self._answers[peer] = self._holds(peer)
        return known

    def _holds(self, peer: peers.Peer) -> Answer:
        for pattern in self._patterns:
            if isinstance(pattern, Undecided):
                return pattern
            fits = _fits(pattern, peer)
            if isinstance(fits, Undecided):
                return fits
            if fits:
                return pattern.within
        return False

    def matches(self, word: str) -> Answer:
        """Whether a word, without regard to case, is in the list."""
        for pattern in self._patterns:
            if isinstance(pattern, Undecided):
                return pattern
            if pattern.is_table:
                table = pattern.table
                if table is None:
                    return Undecided(pattern.word)
                if table.kind == "static" or any(rule.key == word.lower() for rule in table.rules):
                    return pattern.within
            elif pattern.word.lower() == word.lower():
                return pattern.within
        return False


def _fits(pattern: _Pattern, peer: peers.Peer) -> Answer:
    if pattern.network is not None:
        return peer.is_in(pattern.network, pattern.within)
    if not pattern.is_table:
        # A name: what it resolves to is not in the files, and it is not everybody's.
        return False
    if pattern.table is None:
        return Undecided(pattern.word)
    if pattern.table.kind == "static":
        return True
    return any(peer.is_in(network, pattern.within) for network, _value in pattern.table.networks())


# The list that was made last: the services of a file mostly share theirs.
_last: list[tuple[Any, Source, MatchList]] = []


def match_list(value: Any, why: Sequence[Setting], source: Source, beside: str) -> MatchList:
    """The list that a parameter's words make; file names and tables are looked up."""
    if _last and _last[0][0] is value and _last[0][1] is source:
        return _last[0][2]
    _last[:] = [(value, source, _made(value, why, source, beside))]
    return _last[0][2]


def _made(value: Any, why: Sequence[Setting], source: Source, beside: str) -> MatchList:
    found: list[_Pattern | Undecided] = []
    opened: dict[str, tables.Table | None] = {}
    for word in value:
        if isinstance(word, Undecided):
            found.append(word)
            continue
        bare = word.lstrip("!")
        within = (len(word) - len(bare)) % 2 == 0
        network = peers.parse(bare)
        if bare.startswith(("/", f"{HERE}/")):
            found.extend(_of_file(bare, within, source, beside))
        elif network is None and ":" in bare and not bare.startswith("["):
            if bare not in opened:
                opened[bare] = _table(bare, source, beside)
            found.append(_Pattern(bare, within, None, opened[bare], True))
        else:
            found.append(_Pattern(bare, within, network, None, False))
    return MatchList(found, why)


def _of_file(
    name: str, within: bool, source: Source, beside: str
) -> Iterator[_Pattern | Undecided]:
    from . import tables

    words = tables.file_words(name, source, beside)
    if words is None:
        yield Undecided(name)
    for word in words or ():
        yield _Pattern(word, within, peers.parse(word), None, False)


def _table(spec: str, source: Source, beside: str) -> tables.Table | None:
    from . import tables

    return tables.opened(spec, source, beside)
