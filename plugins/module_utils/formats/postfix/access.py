# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Access tables in the restriction lists of smtpd; loaded where a list has one.

Source: access(5); check_table_result of Postfix.
"""

from __future__ import annotations

from ... import peers
from ...text import Undecided
from .parameters import split_list
from .restrictions import BY_ADDRESS, BY_CERTIFICATE, BY_LOGIN, BY_NAME_SERVICE, DUNNO, OK, REJECT
from .tables import opened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ...source import Source
    from .restrictions import Outcome, Session, Word
    from .tables import Table

# Results of access tables that neither accept nor refuse.
NEUTRAL = frozenset(
    (
        "dunno", "info", "warn", "filter", "hold", "delay", "redirect", "bcc", "prepend",
        "defer_if_reject",
    )
)  # fmt: skip


class Access:
    """The access tables of a service's lists.

    ``run`` is what a list of restrictions comes to; ``networks`` collects those that a peer can be
    in with an effect.
    """

    def __init__(
        self,
        source: Source,
        beside: str,
        run: Callable[..., Outcome],
        networks: set[peers.Network],
    ) -> None:
        self._source = source
        self._beside = beside
        self._run = run
        self._networks = networks
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
            self._tables[spec] = opened(spec, self._source, self._beside)
        table = self._tables[spec]
        if table is None or check in BY_CERTIFICATE:
            return Undecided(f"{check} {spec}")
        if check in BY_LOGIN or check in BY_NAME_SERVICE:
            return DUNNO
        values = self._by_address(table, session.peer) if check in BY_ADDRESS else _by_choice(table)
        outcomes = [self._result(value, session, local, default, depth) for value in values]
        for wanted in (OK, DUNNO):
            if wanted in outcomes:
                return wanted
        unknown = [outcome for outcome in outcomes if isinstance(outcome, Undecided)]
        if unknown:
            return unknown[0]
        return REJECT if outcomes else DUNNO

    def _by_address(self, table: Table, peer: peers.Peer) -> list[str]:
        """The value that counts for the peer; for an ordinary one, those that it may have."""
        found: list[str] = []
        for rule in table.rules:
            if table.catches_all(rule):
                return [*found, rule.value]
        for network, value in table.networks():
            if peers.is_private(network):
                self._networks.add(network)
            if peer.address is not None and network.holds(peer.address):
                return [value]
            if peer.address is None and network.bits == 0:
                return [*found, value]
            if peer.address is None and peers.reaches_ordinary(network):
                found.append(value)
        return [*found, "DUNNO"]

    def _result(self, value: str, session: Session, local: bool, check: str, depth: int) -> Outcome:
        """What a table's answer means: access(5), or restrictions."""
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
        return self._run(list(words), session, local, check, depth + 1)


def _by_choice(table: Table) -> list[str]:
    """The values that a peer can bring about by what it says of itself."""
    found = []
    for rule in table.rules:
        found.append(rule.value)
        if table.catches_all(rule):
            return found
    return [*found, "DUNNO"]
