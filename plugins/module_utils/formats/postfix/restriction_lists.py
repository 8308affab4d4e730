# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The restrictions of a list, indexed by the networks whose peers they are about.

A list may ask many tables, and each network that one of them names is a peer that goes through the
list.  A table says nothing to a peer that none of its keys fits, so a peer is tried only on the
restrictions that may say something to it.
"""

from __future__ import annotations

from itertools import islice

from ... import peers
from ...text.values import Undecided

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Iterator, Sequence, Union

    from ...text.values import Answer

    Word = Union[str, Undecided]

# Restrictions that somebody gets past; some take an argument.
PASSABLE = frozenset(
    (
        "reject_unauth_pipelining", "defer_if_reject", "reject_unknown_client_hostname",
        "reject_unknown_client", "reject_unknown_reverse_client_hostname", "reject_maps_rbl",
        "reject_invalid_helo_hostname", "reject_invalid_hostname", "reject_unknown_helo_hostname",
        "reject_unknown_hostname", "permit_naked_ip_address", "reject_non_fqdn_helo_hostname",
        "reject_non_fqdn_hostname", "reject_unknown_address", "reject_unknown_sender_domain",
        "reject_unverified_sender", "reject_non_fqdn_sender",
        "reject_authenticated_sender_login_mismatch", "reject_known_sender_login_mismatch",
        "reject_unauthenticated_sender_login_mismatch", "reject_sender_login_mismatch",
        "reject_unlisted_sender", "reject_unknown_recipient_domain", "reject_non_fqdn_recipient",
        "check_recipient_maps", "reject_unlisted_recipient", "reject_multi_recipient_bounce",
        "reject_unverified_recipient", "permit_mx_backup",
    )
)  # fmt: skip
PASSABLE_WITH_ARGUMENT = frozenset(
    (
        "sleep", "reject_rbl_client", "reject_rbl", "reject_rhsbl_client",
        "reject_rhsbl_reverse_client", "reject_rhsbl_helo", "reject_rhsbl_sender",
        "reject_rhsbl_recipient",
    )
)  # fmt: skip
# What lets those in whom somebody outside of the files names.
NAMED_ELSEWHERE = frozenset(("check_policy_service", "permit_dnswl_client", "permit_rhswl_client"))
# Access tables by what they look up: where the peer is, or what it says of its own choice.
BY_ADDRESS = frozenset(("check_client_access", "check_reverse_client_hostname_access"))
BY_CHOICE = frozenset(
    (
        "check_helo_access", "check_sender_access", "check_recipient_access",
        "check_etrn_access",
    )
)  # fmt: skip
BY_NAME_SERVICE = frozenset(
    f"check_{who}_{what}_access"
    for who in ("client", "reverse_client_hostname", "helo", "sender", "recipient")
    for what in ("ns", "mx", "a")
)
BY_CERTIFICATE = frozenset(("check_ccert_access",))
BY_LOGIN = frozenset(("check_sasl_access",))
TABLE_CHECKS = BY_ADDRESS | BY_CHOICE | BY_NAME_SERVICE | BY_CERTIFICATE | BY_LOGIN
ALWAYS_REJECT = ("reject", "defer", "defer_if_permit")
ALWAYS_END = (*ALWAYS_REJECT, "permit")
WITH_ARGUMENT = PASSABLE_WITH_ARGUMENT | NAMED_ELSEWHERE | TABLE_CHECKS


class TablesByNetwork:
    """The tables that answer for certain networks alone, by these."""

    __slots__ = ("_known", "_networks", "_specs")

    def __init__(self) -> None:
        self._specs: list[str] = []
        self._known: set[str] = set()
        self._networks = peers.Prefixes()

    def __contains__(self, spec: str) -> bool:
        return spec in self._known

    def add(self, spec: str, networks: Sequence[peers.Network]) -> None:
        """Take a table that says nothing to peers outside of the networks."""
        for network in networks:
            self._networks.add(network, len(self._specs))
        self._specs.append(spec)
        self._known.add(spec)

    def around(self, address: peers.Network) -> set[str]:
        """The tables that have an answer for an address."""
        found = self._networks.around(address)
        return {self._specs[number] for numbers in found for number in numbers}


class RestrictionList:
    """A list's words, and its restrictions, each with the words that belong to it.

    ``check`` is what a bare table stands for.
    """

    __slots__ = (
        "_by_table", "_everybody", "_ordinary", "_restrictions", "_unknown", "check", "passed",
        "words",
    )  # fmt: skip

    def __init__(self, words: Sequence[Word], check: str) -> None:
        self.words = words
        self.check = check
        # Whether it lets a message through, by the session and the kind of recipient.
        self.passed: dict[tuple[Any, bool], Answer] = {}
        # One that lets a peer go on does so again.
        self._restrictions = list(dict.fromkeys(_restrictions(words)))
        # The numbers of those that every peer is tried on.
        self._everybody = {
            number: None for number, one in enumerate(self._restrictions) if not _is_passed(one)
        }
        self._by_table: dict[str, list[int]] = {}
        for number, one in enumerate(self._restrictions):
            spec = _table_by_address(one, check)
            if spec is not None:
                self._by_table.setdefault(spec, []).append(number)
        # An ordinary peer is tried on all that say something to anybody.
        self._ordinary = sorted({**self._everybody, **self._numbers_of(self._by_table)})
        # The tables of which it is not known whether they are for certain networks alone.
        self._unknown = dict(self._by_table)

    def tried(
        self, peer: peers.Peer, tables: TablesByNetwork
    ) -> Iterator[tuple[Word, Iterator[Word]]]:
        """The restrictions that may say something to the peer: a first word, and those behind."""
        for number in self._numbers(peer, tables):
            first, *rest = self._restrictions[number]
            yield first, iter(rest)

    def _numbers(self, peer: peers.Peer, tables: TablesByNetwork) -> list[int]:
        if peer.address is None or not self._by_table:
            return self._ordinary
        for spec in [spec for spec in self._unknown if spec in tables]:
            for number in self._unknown.pop(spec):
                del self._everybody[number]
        return sorted({**self._everybody, **self._numbers_of(tables.around(peer.address))})

    def _numbers_of(self, specs: Iterable[str]) -> dict[int, None]:
        return {number: None for spec in specs for number in self._by_table.get(spec, ())}


def _restrictions(words: Sequence[Word]) -> Iterator[tuple[Word, ...]]:
    feed = iter(words)
    for word in feed:
        found = [word]
        while isinstance(found[-1], str) and found[-1].lower() == "warn_if_reject":
            following = next(feed, None)
            if following is None:
                break
            found.append(following)
        last = found[-1]
        if isinstance(last, str) and last.lower() in WITH_ARGUMENT:
            found.extend(islice(feed, 1))
        yield tuple(found)
        if isinstance(word, str) and word.lower() in ALWAYS_END:
            # What is behind is never reached.
            return


def _is_passed(restriction: tuple[Word, ...]) -> bool:
    """Whether somebody of every kind gets past it."""
    name, *rest = restriction
    if not isinstance(name, str):
        return False
    return name.lower() in (PASSABLE_WITH_ARGUMENT if rest else PASSABLE)


def _table_by_address(restriction: tuple[Word, ...], check: str) -> str | None:
    """The table of a restriction that looks up where the peer is."""
    name, *rest = restriction
    if not isinstance(name, str):
        return None
    if is_table(name):
        return name if check in BY_ADDRESS else None
    table = rest[0] if rest and name.lower() in BY_ADDRESS else None
    return table if isinstance(table, str) else None


def is_table(word: str) -> bool:
    """Whether a word is a table without its check."""
    return ":" in word or word.startswith("{")
