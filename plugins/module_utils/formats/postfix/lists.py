# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lists of networks and words: ``mynetworks`` and its like, ``smtpd_sasl_mechanism_filter``.

The first pattern that fits decides; ``!`` turns its answer over.

Source: postconf(5), mynetworks; match_list and match_ops of Postfix.
"""

from __future__ import annotations

from ... import peers
from ...text.values import Undecided
from .written import HERE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Iterator, NamedTuple, Sequence

    from ...source import Source
    from ...text.assume import Assumptions
    from ...text.budget import Budget
    from ...text.values import Answer, Setting
    from . import tables
    from .entries import Known
else:
    from ...tuples import NamedTuple

# Files in files of a list; deeper Postfix may be caught in a circle.
DEPTH = 8


class _Pattern(NamedTuple):
    """One pattern: what it is, and whether it lets in (``!`` does not)."""

    word: str
    within: bool
    network: peers.Network | None
    table: tables.Table | None
    is_table: bool


class MatchList:
    """A list as it counts: file names are replaced by what the files hold."""

    __slots__ = ("_answers", "_budget", "_by_network", "_others", "_patterns", "causes")

    def __init__(
        self, patterns: Sequence[_Pattern | Undecided], why: Sequence[Setting], budget: Budget
    ) -> None:
        self._patterns = patterns
        self._budget = budget
        self._by_network = peers.Prefixes()
        self._others: list[int] = []
        for number, one in enumerate(patterns):
            network = None if isinstance(one, Undecided) else one.network
            if network is None:
                self._others.append(number)
            else:
                self._by_network.add(network, number)
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
                found.extend(pattern.table.networks())
        return found

    def is_plain(self) -> bool:
        """Whether every network that the list names is in it."""
        return all(
            isinstance(one, _Pattern) and one.within and (one.table is None or one.table.is_plain())
            for one in self._patterns
        )

    def holds(self, peer: peers.Peer) -> Answer:
        """Whether the peer is in the list."""
        known = self._answers.get(peer)
        if known is None:
            known = self._answers[peer] = self._holds(peer)
        return known

    def _near(self, address: peers.Network) -> list[int]:
        """The numbers of the patterns that may fit an address, in order."""
        # Of patterns of one network the first one decides.
        firsts = (numbers[0] for numbers in self._by_network.around(address))
        return sorted((*self._others, *firsts))

    def _holds(self, peer: peers.Peer) -> Answer:
        address = peer.address
        near = range(len(self._patterns)) if address is None else self._near(address)
        self._budget.spend(1 + len(near) // 4, "addresses and peers of a list")
        for pattern in map(self._patterns.__getitem__, near):
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
                found = (
                    pattern.table.find(word, self._budget)
                    if pattern.table
                    else Undecided(pattern.word)
                )
                if isinstance(found, Undecided):
                    return found
                if found is not None:
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
    return pattern.table.lists(peer, pattern.within)


def match_list(
    value: Any, why: Sequence[Setting], source: Source, beside: str, assume: Assumptions
) -> MatchList:
    """The list that a parameter's words make; file names and tables are looked up."""
    # The services of a file mostly share theirs, so the last is kept.
    last = assume.made.get(MatchList)
    if last is not None and last[0] is value:
        kept: MatchList = last[1]
        return kept
    files = _Files(source, beside, assume)
    made = MatchList(list(files.patterns(value, True, 0)), why, assume.budget)
    assume.made[MatchList] = (value, made)
    return made


class _Files:
    """What a list's words name; a table that is named again is opened once."""

    def __init__(self, source: Source, beside: str, assume: Assumptions) -> None:
        self._where = (source, beside, assume)
        self._opened: dict[str, tables.Table | None] = {}

    def patterns(
        self, words: Iterable[Known], inside: bool, depth: int
    ) -> Iterator[_Pattern | Undecided]:
        """The patterns of a list, or of a file in it, whose words are a list again."""
        for word in words:
            if isinstance(word, Undecided):
                yield word
                continue
            bare = word.lstrip("!")
            within = inside is ((len(word) - len(bare)) % 2 == 0)
            network = peers.parse(bare)
            if bare.startswith(("/", f"{HERE}/")):
                yield from self.patterns(self._words(bare, depth), within, depth + 1)
            elif network is None and ":" in bare and not bare.startswith("["):
                yield _Pattern(bare, within, None, self._table(bare), True)
            else:
                yield _Pattern(bare, within, network, None, False)

    def _words(self, name: str, depth: int) -> Sequence[Known]:
        from . import tables

        words = tables.file_words(name, *self._where) if depth < DEPTH else None
        return [Undecided(name)] if words is None else words

    def _table(self, spec: str) -> tables.Table | None:
        from . import tables

        if spec not in self._opened:
            self._opened[spec] = tables.opened(spec, *self._where)
        return self._opened[spec]
