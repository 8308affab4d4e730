# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What one smtpd shows to one peer.

Source: smtpd.c of Postfix (pre_jail_init, smtpd_proto, starttls_cmd, ehlo_cmd).
"""

from __future__ import annotations

from ... import peers
from ...endpoint import IMPLICIT, NONE, STARTTLS_OPTIONAL, STARTTLS_REQUIRED
from ...values import Undecided, all_true, any_true, applied, causes, negated
from . import restrictions, sasl, tls
from .restrictions import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple

    from ...source import Source
    from ...values import Answer, Setting
    from . import tables
    from .configuration import Configuration
    from .parameters import Parameters
    from .services import Service
else:
    from ...tuples import NamedTuple

PROXY_PROTOCOLS = ("haproxy",)


class View(NamedTuple):
    """What a peer sees.  ``None``: nothing shows it."""

    tls: str | Undecided | None
    auth: bool | Undecided | None
    cleartext_auth: bool | Undecided | None
    tls_works: bool | Undecided | None
    # Whether a message is handed over, after a login or without one.
    works: Answer
    # Whether nothing gets done without a certificate of the client.
    certificate: Answer
    # Whether a message is taken from somebody who has not logged in.
    open: Answer
    # The settings that keep messages from being taken before TLS, or at all.
    refusing: tuple[Setting, ...]
    # Why nothing works, where that is so, and what refuses those who get furthest.
    reason: str = ""
    stopping: tuple[Setting, ...] = ()


class Smtpd:
    """An smtpd as its service's parameters make it."""

    def __init__(self, configuration: Configuration, service: Service, source: Source) -> None:
        assume = configuration.assume
        self.beside = configuration.unit.name
        self.source = source
        self.parameters = parameters = configuration.parameters("smtpd", service)
        self.level = tls.level(parameters)
        self.enforced = self.level.enforced()
        self.sasl = sasl.read(parameters, source, assume, self.beside)
        self.auth_only, self.auth_only_why = parameters.flag("smtpd_tls_auth_only")
        self.restrictions = restrictions.of(parameters, source, self.beside)
        self.certificate = tls.Certificate(False, ())
        self.versions = tls.Versions(None, ())
        if self.level.used() is not False:
            self.certificate = tls.certificate(parameters, source, assume, self.enforced)
            self.versions = tls.versions(parameters, self.enforced, assume)
        self.require_certificate, self.require_why = parameters.flag("smtpd_tls_req_ccert")
        self.ask_certificate, self.ask_why = parameters.flag("smtpd_tls_ask_ccert")
        self.proxy, self.proxy_why = self._proxy()
        self._discarded()
        self.failures = parameters.check()

    def _proxy(self) -> tuple[Answer, tuple[Setting, ...]]:
        name = "smtpd_upstream_proxy_protocol"
        return proxy_protocol(self.parameters, name)

    def _discarded(self) -> None:
        name = "smtpd_discard_ehlo_keyword"
        self._keywords, self.discard_why = self.parameters.words(name + "s")
        maps, why = self.parameters.words(name + "_address_maps", braces=True)
        self._maps: list[tuple[Any, tables.Table | None]] = [
            (one, None if isinstance(one, Undecided) else self._opened(one)) for one in maps
        ]
        if maps:
            self.discard_why = causes(self.discard_why, why)

    def _opened(self, spec: str) -> tables.Table | None:
        from . import tables

        return tables.opened(spec, self.source, self.beside, self.parameters.assume)

    def networks(self) -> set[peers.Network]:
        """The networks whose peers may see something else."""
        found = set(self.restrictions.networks)
        for _name, table in self._maps:
            if table is not None:
                found.update(table.networks())
        return found

    def discards(self, keyword: str, peer: peers.Peer) -> Answer:
        """Whether an extension is neither offered to the peer nor taken from it."""
        words: Any = self._keywords
        for name, table in self._maps:
            if table is None:
                return name if isinstance(name, Undecided) else Undecided(name)
            value = _by_address(table, peer)
            if isinstance(value, Undecided):
                return value
            if value is not None:
                words = value.replace(",", " ").split()
                break
        return any_true(applied(lambda word: word.lower() == keyword, word) for word in words)

    def relays(self, view: View) -> tuple[Setting, ...] | None:
        """Why anybody's mail goes anywhere, before TLS or behind it; ``None`` where it does not."""
        found = None
        if self.enforced is False and view.works is True:
            found = self.restrictions.relays(False)
        if found is None and view.tls_works is True and view.certificate is False:
            found = self.restrictions.relays(True)
        return found

    def without_tls(self) -> str:
        """Why TLS does not work, where that is so."""
        if self.certificate.works is not False:
            return "no TLS version is left"
        named = any(one.place is not None and one.value for one in self.certificate.why)
        return "the certificate or its key is not there" if named else "there is no certificate"

    def view(self, peer: peers.Peer) -> View:
        """What the peer sees."""
        connects, connect_why = self.restrictions.connects(Session(peer))
        if self.failures or connects is False:
            why = connect_why if not self.failures else self.failures[0].shown("smtpd")
            return _silent(why, "every connection is refused")
        sides = _Sides(self, peer)
        alive = all_true([connects, negated(sides.dies_before)])
        if alive is False:
            why = causes(self.sasl.why, self.sasl.why_mechanisms)
            # Before TLS these do not count.
            why = tuple(one for one in why if one.name != "smtpd_sasl_tls_security_options")
            return _silent(why, "smtpd dies: no SASL mechanism is left")
        plainly = any_true([sides.sends_before, sides.sends_after])
        works = any_true([plainly, sides.after_with_certificate])
        needs = all_true([negated(plainly), sides.after_with_certificate])
        return View(
            sides.mode(),
            sides.auth(),
            sides.cleartext(),
            sides.tls_works(),
            all_true([alive, works]),
            needs,
            any_true([sides.hands_before, sides.hands_after]),
            sides.refusing,
            sides.reason() if works is False else "",
            sides.stopping,
        )


def _silent(why: tuple[Setting, ...], reason: str) -> View:
    """What a peer sees that is never served at all."""
    return View(None, None, None, None, False, False, False, why, reason)


class _Sides:
    """What a peer gets done before TLS and behind it."""

    def __init__(self, smtpd: Smtpd, peer: peers.Peer) -> None:
        self._smtpd = smtpd
        login = smtpd.sasl
        self.wrapper = smtpd.level.wrapper
        enforced = smtpd.enforced
        self.offered = all_true(
            [
                smtpd.level.used(),
                negated(self.wrapper),
                negated(smtpd.discards("starttls", peer)),
            ]
        )
        some_version = applied(lambda lowest: lowest is not None, smtpd.versions.lowest)
        self.possible = all_true([smtpd.certificate.works, some_version])
        self.handshake = all_true([any_true([self.wrapper, self.offered]), self.possible])
        late = any_true([smtpd.auth_only, enforced])
        enabled = all_true([login.enabled, negated(smtpd.discards("auth", peer))])
        some_before, some_after = applied(bool, login.before), applied(bool, login.after)
        self.dies_before = all_true([login.enabled, negated(late), negated(some_before)])
        self.dies_after = all_true([login.enabled, negated(some_after)])
        self.login_before = all_true([enabled, negated(late), some_before])
        behind = all_true([self.handshake, negated(self.dies_after)])
        self.login_after = all_true([behind, enabled])
        self.refusing: tuple[Setting, ...] = ()
        self.stopping: tuple[Setting, ...] = ()
        plain, secured = Session(peer), Session(peer, tls=True)
        self.hands_before = all_true([negated(enforced), self._takes(plain)])
        self.hands_after = all_true([behind, self._takes(secured)])
        self.before = any_true([self.login_before, self.hands_before])
        self.sends_before = self._sends(self.hands_before, self.login_before, plain)
        demands = all_true([smtpd.require_certificate, enforced])
        sends = self._sends(self.hands_after, self.login_after, secured)
        self.sends_after = all_true([negated(demands), sends])
        asks = any_true([demands, smtpd.ask_certificate])
        self.after_with_certificate: Answer = False
        if asks is not False:
            known = secured._replace(certificate=True)
            sends = self._sends(self._takes(known), self.login_after, known)
            self.after_with_certificate = all_true([asks, behind, sends])
        self.behind = behind

    def _takes(self, session: Session) -> Answer:
        """Whether a message is taken in a state of the connection; notes the lists that refuse."""
        handed, self.stopping = self._smtpd.restrictions.hands_over(session)
        self.refusing = causes(self.refusing, self.stopping)
        return handed

    def _sends(self, hands: Answer, login: Answer, session: Session) -> Answer:
        """Whether a message is taken without a login, or after one: a login alone is no use."""
        if hands is True or login is False:
            return hands
        return any_true([hands, all_true([login, self._takes(session._replace(login=True))])])

    def reason(self) -> str:
        """Why nothing gets done, where that is so."""
        smtpd = self._smtpd
        if self.possible is False and True in (smtpd.enforced, self.wrapper):
            return smtpd.without_tls()
        if smtpd.enforced is True and self.offered is False and self.wrapper is False:
            return "STARTTLS is demanded and not offered"
        if any_true([self.login_before, self.login_after]) is not False:
            return "every recipient is refused, after a login too"
        if smtpd.sasl.enabled is not False:
            return "no login is possible, and without one every recipient is refused"
        return "every recipient is refused"

    def mode(self) -> str | Undecided | None:
        if isinstance(self.wrapper, Undecided):
            return self.wrapper
        if self.wrapper:
            return None if self.possible is False else IMPLICIT
        if isinstance(self.offered, Undecided):
            return self.offered
        if not self.offered:
            return NONE
        if isinstance(self.before, Undecided):
            return self.before
        return STARTTLS_OPTIONAL if self.before else STARTTLS_REQUIRED

    def _speaks(self) -> bool:
        return self.wrapper is not True or self.behind is not False

    def auth(self) -> bool | Undecided | None:
        return any_true([self.login_before, self.login_after]) if self._speaks() else None

    def cleartext(self) -> bool | Undecided | None:
        if not self._speaks():
            return None
        plain = applied(lambda left: bool(left & sasl.PLAINTEXT), self._smtpd.sasl.before)
        return all_true([self.login_before, plain])

    def tls_works(self) -> bool | Undecided | None:
        if self.behind is True:
            return True
        if isinstance(self.behind, Undecided):
            return self.behind
        if isinstance(self.offered, Undecided):
            return self.offered
        return False if self.offered else None


def proxy_protocol(parameters: Parameters, name: str) -> tuple[Answer, tuple[Setting, ...]]:
    """Whether the service waits for a header of a proxy; an unknown protocol kills it."""
    value, why = parameters.value(name)
    if isinstance(value, Undecided):
        return value, why
    if value and value not in PROXY_PROTOCOLS:
        parameters.fail(f"there is no proxy protocol {value}", why)
    return bool(value), why


def _by_address(table: tables.Table, peer: peers.Peer) -> str | Undecided | None:
    from .tables import EVERY

    for entry, fit in table.answers(peer):
        if isinstance(fit, Undecided):
            return fit
        if fit == EVERY:
            return entry.value
    return None
