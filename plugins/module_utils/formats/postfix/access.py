# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Access tables in the restriction lists of smtpd; loaded where a list has one.

Source: access(5); check_table_result of Postfix.
"""

from __future__ import annotations

from ... import peers
from ...text.values import Undecided
from .parameters import split_list
from .restriction_lists import (
    BY_ADDRESS,
    BY_CERTIFICATE,
    BY_LOGIN,
    BY_NAME_SERVICE,
    RestrictionList,
)
from .restrictions import DUNNO, OK, REJECT, Unless
from .tables import EVERY, catches_all, opened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ...source import Source
    from ...text.assume import Assumptions
    from .entries import Known
    from .restriction_lists import TablesByNetwork, Word
    from .restrictions import Outcome, Session
    from .tables import Fit, Table

# Results of access tables that neither accept nor refuse.
NEUTRAL = frozenset(
    (
        "dunno", "info", "warn", "filter", "hold", "delay", "redirect", "bcc", "prepend",
        "defer_if_reject",
    )
)  # fmt: skip
DUNNO_RANK = 2
# What a peer says of itself; a recipient is whom it wants to reach.
BY_CLAIM = frozenset(("check_helo_access", "check_sender_access"))


class Access:
    """The access tables of a service's lists.

    ``run`` is what a list of restrictions comes to; ``networks`` collects those that a peer can be
    in with an effect, ``by_network`` the tables that say nothing to peers outside of some.
    """

    def __init__(
        self,
        source: Source,
        beside: str,
        run: Callable[..., Outcome],
        networks: set[peers.Network],
        by_network: TablesByNetwork,
        assume: Assumptions,
    ) -> None:
        self._source = source
        self._beside = beside
        self._run = run
        self._networks = networks
        self._by_network = by_network
        self._assume = assume
        self._noted: set[str] = set()
        self._tables: dict[str, Table | None] = {}

    def answer(
        self,
        check: str,
        spec: Word | None,
        session: Session,
        local: bool,
        default: str,
        depth: int,
    ) -> Outcome:
        """What an access table answers, the kindest answer that the peer can bring about."""
        if spec is None:
            return REJECT
        if isinstance(spec, Undecided):
            return spec
        if check in BY_CERTIFICATE and not session.certificate:
            return DUNNO
        if check in BY_LOGIN and not session.login:
            return DUNNO
        if spec not in self._tables:
            self._tables[spec] = opened(spec, self._source, self._beside, self._assume)
        table = self._tables[spec]
        if table is None or check in BY_CERTIFICATE:
            return Undecided(f"{check} {spec}")
        if check in BY_LOGIN or check in BY_NAME_SERVICE:
            return DUNNO
        answers = (
            self._by_address(table, session.peer) if check in BY_ADDRESS else _by_choice(table)
        )
        if session.peer.stranger and check not in BY_CLAIM:
            # The last one answers for everybody.
            answers = answers[-1:]
        outcomes = [
            (self._result(value, session, local, default, depth), fit) for value, fit in answers
        ]
        kindest = max((one for one, fit in outcomes if not isinstance(fit, Undecided)), key=_rank)
        # What only may answer for the peer matters where it would be kinder.
        doubts = [
            fit
            for one, fit in outcomes
            if isinstance(fit, Undecided) and _rank(one) > _rank(kindest)
        ]
        if not doubts:
            return kindest
        return Unless(*doubts[0].depends_on) if _rank(kindest) < DUNNO_RANK else doubts[0]

    def _by_address(self, table: Table, peer: peers.Peer) -> list[tuple[Known, Fit]]:
        """The values that the peer may have, up to the one that it has if it has none before."""
        if table.spec not in self._noted:
            self._noted.add(table.spec)
            networks = table.networks()
            self._networks.update(one for one in networks if peers.is_private(one))
            if table.is_silent_elsewhere():
                self._by_network.add(table.spec, networks)
        found = [(entry.value, fit) for entry, fit in table.answers(peer, octets=True)]
        self._assume.budget.spend(
            2 + len(found), f"peers that are looked up in {table.kind} tables"
        )
        return found if found and found[-1][1] == EVERY else [*found, ("DUNNO", EVERY)]

    def _result(
        self, value: Known, session: Session, local: bool, check: str, depth: int
    ) -> Outcome:
        """What a table's answer means: access(5), or restrictions."""
        if isinstance(value, Undecided):
            return value
        words = split_list(value, braces=True)
        first = words[0].lower() if words else ""
        if first in ("ok", "relay", "discard") or (first.isdigit() and len(first) != 3):
            return OK
        if first in ("reject", "defer", "hangup", "defer_if_permit"):
            return REJECT
        if first.isdigit():
            return REJECT if first[0] in "45" else OK
        if not words or first in NEUTRAL:
            return DUNNO
        return self._run(RestrictionList(words, check), session, local, depth + 1)


def _rank(outcome: Outcome) -> int:
    """From the harshest to the kindest; what is not known may be kind."""
    if isinstance(outcome, Undecided):
        return 1 if isinstance(outcome, Unless) else 3
    return {REJECT: 0, DUNNO: DUNNO_RANK, OK: 4}[outcome]


def _by_choice(table: Table) -> list[tuple[Known, Fit]]:
    """The values that a peer can bring about by what it says of itself."""
    found: list[tuple[Known, Fit]] = []
    for entry in table.entries:
        found.append((entry.value, EVERY))
        if catches_all(entry, table.kind):
            return found
    return [*found, ("DUNNO", EVERY)]
