# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lists of networks and words: ``mynetworks`` and its like, ``smtpd_sasl_mechanism_filter``.

The first pattern that fits decides; ``!`` turns its answer over.

Source: postconf(5), mynetworks; match_list and match_ops of Postfix.
"""

from __future__ import annotations

from typing import NamedTuple

from ...text import Undecided
from . import peers, tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

    from ...endpoint import Setting
    from ...source import Source
    from .answers import Answer


class MatchList(NamedTuple):
    """A list as it counts: file names are replaced by what the files hold."""

    words: Tuple[Union[str, Undecided], ...]
    tables: Dict[str, Optional[tables.Table]]
    causes: Tuple[Setting, ...]

    def networks(self) -> List[peers.Network]:
        """The networks that the list names."""
        found = []
        for word in self.words:
            if isinstance(word, str):
                network = peers.parse(word.lstrip("!"))
                table = self.tables.get(word.lstrip("!"))
                if network is not None:
                    found.append(network)
                elif table is not None and table.kind == "cidr":
                    found.extend(one for one, _value in table.networks())
        return found

    def holds(self, peer: peers.Peer) -> Answer:
        """Whether the peer is in the list."""
        for word in self.words:
            if isinstance(word, Undecided):
                return word
            pattern = word.lstrip("!")
            within = (len(word) - len(pattern)) % 2 == 0
            fits = self._fits(pattern, peer, within)
            if isinstance(fits, Undecided):
                return fits
            if fits:
                return within
        return False

    def _fits(self, pattern: str, peer: peers.Peer, within: bool) -> Answer:
        network = peers.parse(pattern)
        if network is not None:
            return peer.is_in(network, within)
        if pattern not in self.tables:
            # A name: what it resolves to is not in the files, and it is not everybody's.
            return False
        table = self.tables[pattern]
        if table is None:
            return Undecided(pattern)
        if table.kind == "static":
            return True
        return any(peer.is_in(network, within) for network, _value in table.networks())

    def matches(self, word: str) -> Answer:
        """Whether a word, without regard to case, is in the list."""
        for pattern in self.words:
            if isinstance(pattern, Undecided):
                return pattern
            bare = pattern.lstrip("!")
            within = (len(pattern) - len(bare)) % 2 == 0
            if bare in self.tables:
                table = self.tables[bare]
                if table is None:
                    return Undecided(bare)
                if table.kind == "static" or any(rule.key == word.lower() for rule in table.rules):
                    return within
            elif bare.lower() == word.lower():
                return within
        return False


def match_list(value: Any, why: Sequence[Setting], source: Source, beside: str) -> MatchList:
    """The list that a parameter's words make; file names and tables are looked up."""
    words: List[Union[str, Undecided]] = []
    found: Dict[str, Optional[tables.Table]] = {}
    for word in value:
        if isinstance(word, Undecided):
            words.append(word)
            continue
        pattern = word.lstrip("!")
        if pattern.startswith("/"):
            inner = tables.file_words(pattern, source, beside)
            words.extend([Undecided(pattern)] if inner is None else inner)
            continue
        words.append(word)
        if ":" in pattern and peers.parse(pattern) is None and not pattern.startswith("["):
            found[pattern] = tables.opened(pattern, source, beside)
    return MatchList(tuple(words), found, tuple(why))
