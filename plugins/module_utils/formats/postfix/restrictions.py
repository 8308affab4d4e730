# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may hand over mail: the restriction lists of smtpd, as far as they decide that.

A peer chooses its sender, its HELO name and one of two kinds of recipient, local or foreign, so a
message can be handed over where some choice gets through every list.  Checks that only turn away
certain peers (block lists, unknown names) let the others through.  What lets in those that a
table names counts where the table is known, and is undecided where it is not and would matter.

Source: postconf(5), access(5); generic_checks, check_table_result and smtpd_check_rcpt of Postfix.
"""

from __future__ import annotations

from ... import peers
from ...text.values import Undecided, all_true, any_true, applied, causes
from .lists import MatchList, match_list
from .restriction_lists import (
    ALWAYS_REJECT,
    NAMED_ELSEWHERE,
    PASSABLE,
    PASSABLE_WITH_ARGUMENT,
    TABLE_CHECKS,
    RestrictionList,
    TablesByNetwork,
    is_table,
)
from .written import HOST_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, NamedTuple, Sequence, Union

    from ...source import Source
    from ...text.values import Answer, Setting
    from .access import Access
    from .parameters import Parameters
    from .restriction_lists import Word

    Outcome = Union[str, Undecided]
else:
    from ...tuples import NamedTuple

OK, REJECT, DUNNO = "ok", "reject", "dunno"
# The lists that a message passes, with the check that a bare table in them stands for.
LISTS = (
    ("smtpd_client_restrictions", "check_client_access"),
    ("smtpd_helo_restrictions", "check_helo_access"),
    ("smtpd_sender_restrictions", "check_sender_access"),
    ("smtpd_relay_restrictions", "check_recipient_access"),
    ("smtpd_recipient_restrictions", "check_recipient_access"),
    ("smtpd_data_restrictions", ""),
    ("smtpd_end_of_data_restrictions", ""),
)
# Words that one of them has to hold, else smtpd does not serve.
WORKING = (
    "reject_unauth_destination", "defer_unauth_destination", "reject", "defer", "defer_if_permit",
    "check_relay_domains",
)  # fmt: skip
UNAUTH_DESTINATION = (
    "reject_unauth_destination", "defer_unauth_destination", "check_relay_domains",
)  # fmt: skip
# The numbers of those that decide who may send mail to others.
RELAYING = (3, 4)
DEPTH = 20
OWN = [str(network) for network in peers.LOOPBACK]


class Unless(Undecided):
    """A refusal, unless something unknown lets the peer pass."""

    __slots__ = ()


class Session(NamedTuple):
    """A peer in one state of its connection."""

    peer: peers.Peer
    tls: bool = False
    login: bool = False
    certificate: bool = False


class Restrictions:
    """The lists of one service, and the settings behind each."""

    def __init__(self, parameters: Parameters, source: Source, beside: str) -> None:
        self.checks = checks = parameters.shared(Checks, lambda own: Checks(own, source, beside))
        self._handed: dict[Session, tuple[Answer, tuple[Setting, ...]]] = {}
        self._lists: list[tuple[str, RestrictionList, tuple[Setting, ...]]] = []
        for name, check in LISTS:
            words, settings = parameters.words(name, braces=True)
            self._lists.append((name, checks.listed(words, check), settings))
        # Those that say something.
        self._filled = [(listed, why) for _name, listed, why in self._lists if listed.words]
        self._delay, self._delay_causes = parameters.flag("smtpd_delay_reject")
        if not any(checks.works(self._lists[number][1].words) for number in RELAYING):
            names, _lists, why = zip(*(self._lists[number] for number in RELAYING))
            message = "neither {} nor {} holds one of: {}".format(*names, ", ".join(WORKING))
            parameters.fail(message, causes(*why))

    def connects(self, session: Session) -> tuple[Answer, tuple[Setting, ...]]:
        """Whether the peer gets as far as a greeting.

        Without ``smtpd_delay_reject`` client restrictions answer to the connection itself.
        """
        if self._delay is True:
            return True, ()
        _name, listed, why = self._lists[0]
        passed = self.checks.lets(listed, session, False)
        if isinstance(self._delay, Undecided) and passed is not True:
            return self._delay, ()
        return passed, causes(self._delay_causes, why)

    def hands_over(self, session: Session) -> tuple[Answer, tuple[Setting, ...]]:
        """Whether the peer can hand over a message to any recipient, and the lists that refuse."""
        known = self._handed.get(session)
        if known is None:
            known = self._handed[session] = self._hands_over(session)
        return known

    def _hands_over(self, session: Session) -> tuple[Answer, tuple[Setting, ...]]:
        answers: list[Answer] = []
        refusing: list[list[tuple[Setting, ...]]] = []
        for local in (True, False):
            passes = self._passes(session, local)
            answers.append(all_true(passes))
            if answers[-1] is True:
                return True, ()
            refused = zip(passes, self._filled)
            refusing.append([why for passed, (_listed, why) in refused if passed is not True])
        # What refuses everybody is to blame before what refuses some.
        both = [why for why in refusing[0] if why in refusing[1]]
        return any_true(answers), causes(*(both or refusing[0] + refusing[1]))

    def relays(self, tls: bool) -> tuple[Setting, ...] | None:
        """Why a stranger's message to a domain that no table names is taken; ``None``: it is not.

        Where the trusted networks hold everybody, these are to blame, and else the lists.
        """
        if all_true(self._passes(Session(peers.STRANGER, tls), False)) is not True:
            return None
        lists = [self._lists[number][2] for number in RELAYING]
        trusted = self.checks.mynetworks.holds(peers.STRANGER) is True
        return causes(*lists, self.checks.mynetworks.causes if trusted else ())

    def _passes(self, session: Session, local: bool) -> list[Answer]:
        """Whether each list that says something lets through a message to one kind of recipient."""
        return [self.checks.lets(listed, session, local) for listed, _why in self._filled]


class Checks:
    """What a restriction says to a peer, and so a list of them, whichever service has it.

    What smtpd dies of in the classes is noted in the parameters.
    """

    def __init__(self, parameters: Parameters, source: Source, beside: str) -> None:
        self._assume = parameters.assume
        self._source = source
        self._beside = beside
        self._access: Access | None = None
        self._tables = TablesByNetwork()
        # Networks that a peer can be in with an effect, as far as they were asked about.
        self.networks: set[peers.Network] = set()
        # Such networks in order, and whether they all see the same.
        self.within: dict[frozenset[peers.Network], list[tuple[peers.Network, bool]]] = {}
        self._asked_mynetworks = False
        self.mynetworks = _mynetworks(parameters, source, beside)
        self._certificates = parameters.pieces("relay_clientcerts").value
        self._listed: dict[tuple[Word, ...], RestrictionList] = {}
        self._of_class: dict[tuple[str, str], RestrictionList] = {}
        self._classes: dict[str, list[Word]] = {}
        classes, named = parameters.words("smtpd_restriction_classes")
        for name in classes:
            if isinstance(name, str):
                words, why = parameters.words(name, braces=True)
                self._classes[name.lower()] = words
                if parameters.value(name).value == "":
                    message = f"restriction class {name} needs a definition"
                    parameters.fail(message, causes(named, why))

    def works(self, words: Sequence[Word], depth: int = 0) -> bool:
        """Whether a list has one of the words that smtpd insists on."""
        skip = False
        for word in words:
            if isinstance(word, Undecided):
                return True
            lower = word.lower()
            if skip or lower == "warn_if_reject":
                skip = not skip
                continue
            if lower == "permit":
                return False
            if lower in WORKING:
                return True
            known = lower in self._classes and depth < DEPTH
            self._assume.budget.spend(1, "restriction classes")
            if known and self.works(self._classes[lower], depth + 1):
                return True
        return False

    def listed(self, words: Sequence[Word], check: str) -> RestrictionList:
        """The list of these words, in which a bare table stands for a check."""
        key = (check, *words)
        listed = self._listed.get(key)
        if listed is None:
            listed = self._listed[key] = RestrictionList(words, check)
        return listed

    def asks_tables(self) -> bool:
        """Whether a table was asked so far: what it answers is a matter of every single peer."""
        return self._access is not None

    def lets(self, listed: RestrictionList, session: Session, local: bool) -> Answer:
        """Whether a list lets a message of the session through."""
        passed = listed.passed.get((session, local))
        if passed is None:
            outcome = self._run(listed, session, local, 0)
            passed = listed.passed[session, local] = applied(lambda one: one != REJECT, outcome)
        return passed

    def _run(self, listed: RestrictionList, session: Session, local: bool, depth: int) -> Outcome:
        """What one list comes to; ``Undecided`` where something unknown may let the peer in.

        A word that is not known may refuse mail to others as well; a server is there for its own.
        """
        maybe: list[str] = []
        unknown: list[str] = []
        if depth > DEPTH:
            return REJECT
        for word, feed in listed.tried(session.peer, self._tables):
            self._assume.budget.spend(1, "restrictions for all the peers")
            if isinstance(word, Undecided) and not local:
                unknown.extend(word.depends_on)
            outcome = self._one(word, feed, session, local, listed.check, depth)
            if isinstance(outcome, Undecided):
                maybe.extend(outcome.depends_on)
                if isinstance(outcome, Unless):
                    return Unless(*maybe)
            elif outcome == REJECT:
                return Unless(*maybe) if maybe else REJECT
            elif outcome == OK:
                return Undecided(*unknown) if unknown else OK
        return Undecided(*unknown) if unknown else DUNNO

    def _one(
        self,
        word: Word,
        feed: Iterator[Word],
        session: Session,
        local: bool,
        check: str,
        depth: int,
    ) -> Outcome:
        if isinstance(word, Undecided):
            return word
        name = word.lower()
        if name == "warn_if_reject":
            following = next(feed, None)
            while isinstance(following, str) and following.lower() == name:
                following = next(feed, None)
            if following is None:
                return DUNNO
            outcome = self._one(following, feed, session, local, check, depth)
            if isinstance(outcome, Unless):
                return Undecided(*outcome.depends_on)
            return DUNNO if outcome == REJECT else outcome
        if name in PASSABLE:
            return DUNNO
        if name in PASSABLE_WITH_ARGUMENT:
            return REJECT if next(feed, None) is None else DUNNO
        if name in NAMED_ELSEWHERE:
            argument = next(feed, None)
            if argument is None:
                return REJECT
            known = isinstance(argument, str)
            return Undecided(f"{word} {argument}") if known else argument
        if name in TABLE_CHECKS:
            return self._table(name, next(feed, None), session, local, check, depth)
        if is_table(name):
            # A table without its check stands for the list's own.
            return self._table(check, word, session, local, check, depth) if check else REJECT
        if name in self._classes:
            key = name, check
            if key not in self._of_class:
                self._of_class[key] = self.listed(self._classes[name], check)
            return self._run(self._of_class[key], session, local, depth + 1)
        return self._plain(name, session, local)

    def _plain(self, name: str, session: Session, local: bool) -> Outcome:
        """A restriction of one word that looks at the session."""
        if name in ALWAYS_REJECT:
            return REJECT
        if name == "permit" or (name == "permit_sasl_authenticated" and session.login):
            return OK
        if name in UNAUTH_DESTINATION:
            if not local:
                return REJECT
            return OK if name == "check_relay_domains" else DUNNO
        if name == "permit_auth_destination":
            return OK if local else DUNNO
        if name == "permit_mynetworks":
            return self._permits(self.mynetworks.holds(session.peer))
        if name == "permit_inet_interfaces":
            return self._permits(is_own(session.peer))
        if name == "reject_plaintext_session":
            return DUNNO if session.tls else REJECT
        if name == "permit_tls_all_clientcerts":
            return OK if session.certificate else DUNNO
        if name == "permit_tls_clientcerts":
            return OK if session.certificate and self._certificates else DUNNO
        # smtpd answers "server configuration error" to what it does not know.
        return DUNNO if name == "permit_sasl_authenticated" else REJECT

    def _permits(self, holds: Answer) -> Outcome:
        if not self._asked_mynetworks:
            self._asked_mynetworks = True
            self.networks.update(self.mynetworks.networks())
            self.networks.update(peers.LOOPBACK)
        if isinstance(holds, Undecided):
            return holds
        return OK if holds else DUNNO

    def _table(self, check: str, spec: Word | None, *how: Any) -> Outcome:
        """What an access table answers."""
        if self._access is None:
            from .access import Access

            self._access = Access(
                self._source,
                self._beside,
                self._run,
                self.networks,
                self._tables,
                self._assume,
            )
        return self._access.answer(check, spec, *how)


def _mynetworks(parameters: Parameters, source: Source, beside: str) -> MatchList:
    words, why = parameters.words("mynetworks", braces=True)
    if words == [Undecided(HOST_NAMES["mynetworks"])]:
        # By default these are the host's own addresses, or its subnets: no ordinary peer's.
        why = parameters.value("mynetworks_style").causes
        words = [*OWN]
    return match_list(words, why, source, beside, parameters.assume)


def is_own(peer: peers.Peer) -> bool:
    """Whether the peer is the host itself."""
    return peer.address is not None and peers.is_loopback(peer.address)
