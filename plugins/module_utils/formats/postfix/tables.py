# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lookup tables that are asked about addresses, and files that lists of addresses name.

A rule counts for a peer where its key fits and those of the blocks around it do.  A key of
``cidr:`` is a network, turned over by ``!``, which fits addresses of its own family alone.  What a
pattern fits is not computed but for those that fit everything.

Source: access(5), cidr_table(5), regexp_table(5); cidr_match.c of Postfix.
"""

from __future__ import annotations

from ... import peers
from ...errors import MailwardenError
from ...text.values import Setting, Undecided, any_true, open_part
from . import lookup_tables
from .entries import PATTERNS
from .parameters import split_list
from .syntax import lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, NamedTuple, Sequence, Union

    from ...source import Source
    from ...text import Text
    from ...text.assume import Assumptions
    from ...text.values import Answer
    from .entries import Entry, Known

    # Which of the peers that one stands for a rule is for; None for none of them.
    Fit = Union[str, Undecided, None]
else:
    from ...tuples import NamedTuple

EVERY, SOME = "every", "some"
# Patterns that fit everything.
CATCH_ALL = frozenset({".", "^", ".*", "^.*$", "^.*", ".+", "^.+$", ""})


class Range(NamedTuple):
    """The addresses of a network, or (not ``inside``) those of its family outside of it."""

    network: peers.Network
    inside: bool

    def holds(self, address: peers.Network) -> bool:
        """Whether the address is one of them."""
        same = self.network.version == address.version
        return same and self.network.holds(address) is self.inside


class Rule(NamedTuple):
    """An entry with the ranges that a peer has to be in; ``doubt`` where keys are not known.

    One that ``names`` peers is for those of a certain name, or of an address by a pattern.
    """

    entry: Entry
    ranges: tuple[Range, ...]
    doubt: Undecided | None = None
    names: bool = False

    def fit(self, peer: peers.Peer) -> Fit:
        """Whom of those that the peer stands for the rule fits."""
        if self.names:
            return SOME if peer.listed else None
        address = peer.address
        if peer.stranger:
            holds = all(peer.is_in(one.network) is one.inside for one in self.ranges)
            found = EVERY if holds else None
        elif address is None:
            found = _reach(self.ranges)
        else:
            found = EVERY if all(one.holds(address) for one in self.ranges) else None
        return found if found is None or self.doubt is None else self.doubt


class Table(lookup_tables.Table):
    """A table whose contents are known, in order."""

    __slots__ = ("_by_network", "_others", "_rules")

    def __init__(self, spec: str, kind: str, entries: Sequence[Entry]) -> None:
        super().__init__(spec, kind, entries)
        self._rules: list[Rule] | None = None
        # The numbers of the rules of one network by its version, bits and prefix; those of others.
        self._by_network: dict[tuple[int, int], dict[int, list[int]]] = {}
        self._others: list[int] = []

    def rules(self) -> list[Rule]:
        """The rules about addresses, in the order in which they count."""
        if self._rules is None:
            made = (_rule(entry, self.kind, self.spec) for entry in self.entries)
            self._rules = [rule for rule in made if rule is not None]
            if self.kind not in ("cidr", "static", *PATTERNS):
                self._rules.sort(key=_narrowest_first)
            for number, rule in enumerate(self._rules):
                self._note(number, rule)
        return self._rules

    def _note(self, number: int, rule: Rule) -> None:
        if rule.names:
            return
        if len(rule.ranges) != 1 or not rule.ranges[0].inside:
            self._others.append(number)
            return
        network = rule.ranges[0].network
        alike = self._by_network.setdefault((network.version, network.bits), {})
        alike.setdefault(network.base >> network.width - network.bits, []).append(number)

    def _near(self, peer: peers.Peer) -> list[Rule]:
        """The rules that may fit the peer, in order: tables are long and peers are many."""
        rules, address = self.rules(), peer.address
        if address is None:
            return rules
        numbers = list(self._others)
        for (version, bits), alike in self._by_network.items():
            if version == address.version and bits <= address.bits:
                numbers.extend(alike.get(address.base >> address.width - bits, ()))
        return [rules[number] for number in sorted(numbers)]

    def networks(self) -> list[peers.Network]:
        """The networks that the rules name."""
        return [one.network for rule in self.rules() for one in rule.ranges]

    def answers(self, peer: peers.Peer, octets: bool = False) -> Iterator[tuple[Entry, Fit]]:
        """The entries that may answer for the peer, up to the first that does for everyone like it.

        With ``octets`` a key may be the first octets of addresses, as access tables have them.
        """
        whole = octets or self.kind == "cidr"
        for rule in self._near(peer):
            if not whole and (rule.names or any(not one.network.single for one in rule.ranges)):
                continue
            fit = rule.fit(peer)
            if fit is not None:
                yield rule.entry, fit
            if fit == EVERY:
                return

    def lists(self, peer: peers.Peer, within: bool) -> Answer:
        """Whether there is an answer for the peer, whatever it is: the table stands in a list.

        ``within`` says that the list lets in what the table has.
        """
        answers: list[Answer] = []
        for _entry, fit in self.answers(peer):
            if isinstance(fit, Undecided):
                answers.append(fit)
            elif fit == EVERY or (within and not peer.stranger):
                return True
        if self.kind in PATTERNS and self.entries:
            # Made for addresses here, and no more is known of them than that not all fit.
            answers.append(Undecided(self.spec))
        return any_true(answers)

    def is_silent_elsewhere(self) -> bool:
        """Whether the table has no answer for an address outside of its networks."""
        self.rules()
        return not self._others

    def is_plain(self) -> bool:
        """Whether each network that the rules name is in the table."""
        return all(
            one.names or (len(one.ranges) == 1 and one.ranges[0].inside) for one in self.rules()
        )


def opened(spec: str, source: Source, beside: str, assume: Assumptions) -> Table | None:
    """The table that ``type:name`` names; ``None`` where its contents are not known."""
    named = Setting("", spec, None, spec)
    found = list(lookup_tables.named(spec, named, source, beside, assume))
    if len(found) != 1 or found[0].unknown is not None or found[0].kind == "fail":
        return None
    if found[0].fault is not None:
        return None
    return Table(spec, found[0].kind, found[0].entries)


def catches_all(entry: Entry, kind: str) -> bool:
    """Whether the entry answers for every key."""
    return kind == "static" or (entry.pattern and _left_of(entry) == [])


def _left_of(entry: Entry) -> list[Known] | None:
    """The patterns that do not fit everything; ``None`` where one fits nothing."""
    left: list[Known] = []
    for key in (*entry.within, entry.key):
        body = key.rpartition("/")[0] if isinstance(key, str) else None
        if body is None or body.lstrip("!") not in CATCH_ALL:
            left.append(key)
        elif body.startswith("!"):
            return None
    return left


def _rule(entry: Entry, kind: str, spec: str) -> Rule | None:
    if kind == "static":
        return Rule(entry, ())
    if kind in PATTERNS:
        return _by_pattern(entry, spec)
    keys = (*entry.within, entry.key)
    ranges = []
    for key in keys:
        if isinstance(key, str):
            bare = key.lstrip("!")
            network = peers.parse(bare) if kind == "cidr" else _by_octets(bare)
            if network is None:
                return None if kind == "cidr" else Rule(entry, (), names=True)
            ranges.append(Range(network, bare == key))
    return Rule(entry, tuple(ranges), open_part(keys))


def _by_pattern(entry: Entry, spec: str) -> Rule | None:
    left = _left_of(entry)
    if not left:
        return None if left is None else Rule(entry, ())
    if left == [entry.key] and isinstance(entry.key, str) and not entry.key.startswith("!"):
        # A pattern as others are: for those of a certain name or address, and not for everybody.
        return Rule(entry, (), names=True)
    unknown = open_part(left)
    return Rule(entry, (), Undecided(spec) if unknown is None else unknown)


def _narrowest_first(rule: Rule) -> tuple[bool, int]:
    """The order of keys of octets; one that is not known may be any of them."""
    return bool(rule.ranges), -rule.ranges[0].network.bits if rule.ranges else 0


def _reach(ranges: Sequence[Range]) -> str | None:
    """Whether every ordinary peer is in all of the ranges, somebody, or nobody."""
    if len({one.network.version for one in ranges}) > 1:
        return None
    inner = sorted((one.network for one in ranges if one.inside), key=lambda one: one.bits)
    outer = [one.network for one in ranges if not one.inside]
    if any(not wide.holds(narrow) for wide, narrow in zip(inner, inner[1:])):
        return None
    narrowest = inner[-1] if inner and inner[-1].bits else None
    if narrowest is not None and not peers.reaches_ordinary(narrowest):
        return None
    if any(one.bits == 0 or (narrowest and one.holds(narrowest)) for one in outer):
        return None
    everybody = narrowest is None and not any(peers.reaches_ordinary(one) for one in outer)
    return EVERY if everybody else SOME


def file_text(name: str, source: Source, beside: str) -> Text | None:
    """A file that a configuration names; ``None`` where it is not to be had."""
    located = lookup_tables.located_file(name, source, beside)
    if located is None:
        return None
    try:
        return source.text(located)
    except MailwardenError:
        return None


def file_words(name: str, source: Source, beside: str, assume: Assumptions) -> list[Known] | None:
    """The words of a file that a match list names (``mynetworks = /etc/postfix/networks``)."""
    text = file_text(name, source, beside)
    if text is None:
        return None
    found: list[Known] = []
    for line in lines(text.settled(assume))[0]:
        whole = line.value(0, len(line.string), assume)
        found.extend(split_list(whole, braces=True) if isinstance(whole, str) else [whole])
    return found


def _by_octets(key: str) -> peers.Network | None:
    """A key of an access table: an address, or the first octets of addresses."""
    network = peers.parse(key)
    if network is not None or ":" in key:
        return network if "/" not in key else None
    parts = key.rstrip(".").split(".")
    if len(parts) > 3 or not all(part.isdigit() and part.isascii() for part in parts):
        return None
    padded = ".".join(parts + ["0"] * (4 - len(parts)))
    return peers.parse(f"{padded}/{8 * len(parts)}")
