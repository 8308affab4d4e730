# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What one smtpd shows to one peer.

Source: smtpd.c of Postfix (pre_jail_init, smtpd_proto, starttls_cmd, ehlo_cmd).
"""

from __future__ import annotations

from ... import peers
from ...endpoint import STARTTLS_REQUIRED
from ...ports import IMPLICIT_PORTS
from ...shapes.client import PLAINTEXT
from ...shapes.server import View, closed, in_words, mode, tls_works
from ...text.values import Undecided, Value, all_true, any_true, applied, causes, negated, of
from . import restrictions, sasl, tls
from .restrictions import Session, is_own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ...shapes.server import Why
    from ...source import Source
    from ...text.assume import Assumptions
    from ...text.values import Answer, Setting
    from . import tables
    from .configuration import Configuration
    from .parameters import Parameters
    from .services import Service

PROXY_PROTOCOLS = ("haproxy",)


class Smtpd:
    """An smtpd as its service's parameters make it, ready to be looked at by peers.

    ``head`` is the line that defines it, ``port`` where it listens.
    """

    def __init__(
        self,
        configuration: Configuration,
        service: Service,
        source: Source,
        head: Why,
        port: object,
    ) -> None:
        assume = configuration.assume
        self._head, self._port = head, port
        self.beside = configuration.unit.name
        self.source = source
        self.parameters = parameters = configuration.parameters("smtpd", service)
        self.level = parameters.shared(tls.level, tls.level)
        self.enforced = self.level.enforced()
        self.sasl = sasl.read(parameters, source, assume, self.beside)
        self.auth_only, self.auth_only_why = parameters.flag("smtpd_tls_auth_only")
        self.restrictions = restrictions.Restrictions(parameters, source, self.beside)
        self.ask_certificate, self.ask_why = parameters.flag("smtpd_tls_ask_ccert")
        self.require_certificate, self.require_why = parameters.flag("smtpd_tls_req_ccert")
        self.certificate = tls.Certificate(False, ())
        self.versions = tls.Versions(None, ())
        if self.level.used() is not False:
            self.certificate = self._certified(source, assume)
            self.versions = parameters.shared(
                (tls.versions, self.enforced), lambda own: tls.versions(own, self.enforced, assume)
            )
        self.proxy = proxy_protocol(parameters, "smtpd_upstream_proxy_protocol")
        self._discarded()
        self.failures = parameters.check()

    def _certified(self, source: Source, assume: Assumptions) -> tls.Certificate:
        asks = self.ask_why if self.ask_certificate is True else ()
        if not asks and self.require_certificate is True and self.enforced is True:
            asks = self.require_why
        return self.parameters.shared(
            (tls.certificate, asks), lambda own: tls.certificate(own, source, assume, asks)
        )

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
        found = set(self.restrictions.checks.networks)
        for _name, table in self._maps:
            if table is not None:
                found.update(table.networks())
        return found

    def kind(self, peer: peers.Peer) -> object:
        """What tells a peer from others: those of one kind see the same."""
        checks = self.restrictions.checks
        if self._maps or checks.asks_tables():
            return peer
        return checks.mynetworks.holds(peer), is_own(peer)

    def discards(self, keyword: str, peer: peers.Peer) -> Answer:
        """Whether an extension is neither offered to the peer nor taken from it."""
        words: Any = self._keywords
        if not words and not self._maps:
            return False
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

    def relays(self, view: View) -> Why | None:
        """Why anybody's mail goes anywhere, before TLS or behind it; ``None`` where it does not."""
        found = None
        if self.enforced is False and view.usable.value is True:
            found = self.restrictions.relays(False)
        if found is None and view.tls_works.value is True and view.certificate.value is False:
            found = self.restrictions.relays(True)
        return found

    def view(self, peer: peers.Peer) -> View:
        """What the peer sees."""
        connects, why = self.restrictions.connects(Session(peer))
        if connects is False:
            return self._silent(why, "every connection is refused")
        sides = Sides(self, peer)
        alive = all_true([connects, negated(sides.dies_before)])
        if alive is False:
            why = causes(self.sasl.why, self.sasl.why_mechanisms)
            # Before TLS these do not count.
            why = tuple(one for one in why if one.name != "smtpd_sasl_tls_security_options")
            return self._silent(why, "smtpd dies: no SASL mechanism is left")
        plainly = any_true([sides.sends_before, sides.sends_after])
        served = any_true([plainly, sides.after_with_certificate])
        usable = all_true([alive, served])
        needs = all_true([negated(plainly), sides.after_with_certificate])
        tls = mode(sides.wrapper, sides.offered, sides.handshake, sides.before)
        speaks = sides.wrapper is not True or sides.behind is not False
        broken_why = causes(self.level.why, self.broken_why())
        works = Value(tls_works(sides.offered, sides.behind), broken_why)
        useless_why: Why = ()
        if usable is not True or works.value is False:
            from . import useless

            works = in_words(works, useless.without_tls(self))
            if usable is not True:
                useless_why = useless.settings(self, sides.refusing, sides.stopping)
        trusted = self.restrictions.checks.mynetworks.causes
        auth, auth_why = any_true([sides.login_before, sides.login_after]), self.sasl.why
        if self.discards("auth", peers.ORDINARY) is not False:
            auth_why = causes(auth_why, self.discard_why)
        return View(
            Value(tls, self._tls_why(tls, sides.refusing)),
            Value(auth if speaks else None, auth_why),
            Value(sides.cleartext if speaks else None, self._cleartext_why()),
            works,
            Value(usable, useless_why),
            Value(needs, self.require_why if self.require_certificate is True else self.ask_why),
            Value(any_true([sides.hands_before, sides.hands_after]), sides.refusing),
            Value(*self.versions),
            useless=useless.words(self, sides) if served is False else "",
            why=causes(self.level.why, trusted, _named(self.discard_why)),
            trusts=causes(sides.refusing, trusted),
        )

    def _silent(self, why: Why, words: str) -> View:
        """What a peer sees that is never served at all."""
        from . import useless

        return closed(useless.settings(self, why), words)._replace(open=Value(False, why))

    def _tls_why(self, tls: object, refusing: Why) -> Why:
        why = self.level.why
        if tls == STARTTLS_REQUIRED and self.enforced is not True:
            late = self.auth_only_why if self.sasl.enabled is not False else ()
            why = causes(why, late, refusing)
        if self.discards("starttls", peers.ORDINARY) is not False:
            why = causes(why, self.discard_why)
        if self._port in IMPLICIT_PORTS and self.level.wrapper is not True:
            # What is amiss there is the wrapper, which the service has to say.
            why = _last(why, _named(self.level.wrapper_why) or self._head)
        return why

    def _cleartext_why(self) -> Why:
        level, login = self.level, self.sasl
        if self.enforced is True:
            return causes(login.why, level.why)
        why = causes(level.why, login.why, _named(login.why_mechanisms), self.auth_only_why)
        if _named(self.auth_only_why):
            return why
        # Where an -o of the service says the level, that line is the one to edit; wrappermode=no
        # is not, for it takes nothing away.
        paths = {one.place.path for one in self._head if one.place is not None}
        said = [one for one in _named(level.why) if one not in level.wrapper_why]
        return _last(why, [one for one in said if one.place and one.place.path in paths])

    def broken_why(self) -> Why:
        """The settings behind TLS that works, or does not."""
        if self.certificate.works is not False and self.versions.lowest is None:
            return self.versions.why
        return self.certificate.why


def _last(settings: Why, guilty: Sequence[Setting]) -> Why:
    return (*(one for one in settings if one not in guilty), *guilty)


def _named(why: Why) -> Why:
    return tuple(setting for setting in why if setting.place is not None)


class Sides:
    """What a peer gets done before TLS and behind it."""

    def __init__(self, smtpd: Smtpd, peer: peers.Peer) -> None:
        self._smtpd = smtpd
        login = smtpd.sasl
        self.wrapper = smtpd.level.wrapper
        enforced = smtpd.enforced
        shown = negated(smtpd.discards("starttls", peer))
        self.offered = all_true([smtpd.level.used(), negated(self.wrapper), shown])
        some_version = applied(lambda lowest: lowest is not None, smtpd.versions.lowest)
        self.possible = all_true([smtpd.certificate.works, some_version])
        self.handshake = all_true([any_true([self.wrapper, self.offered]), self.possible])
        late = any_true([smtpd.auth_only, enforced])
        enabled = all_true([login.enabled, negated(smtpd.discards("auth", peer))])
        some_before, some_after = applied(bool, login.before), applied(bool, login.after)
        self.dies_before = all_true([login.enabled, negated(late), negated(some_before)])
        self.dies_after = all_true([login.enabled, negated(some_after)])
        self.login_before = all_true([enabled, negated(late), some_before])
        plaintext = applied(lambda left: bool(left & PLAINTEXT), login.before)
        self.cleartext = all_true([self.login_before, plaintext])
        behind = all_true([self.handshake, negated(self.dies_after)])
        self.login_after = all_true([behind, enabled])
        self.refusing: Why = ()
        self.stopping: Why = ()
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


def proxy_protocol(parameters: Parameters, name: str) -> Value[bool]:
    """Whether the service waits for a header of a proxy; an unknown protocol kills it."""
    protocol = Value(*parameters.value(name))
    if protocol.value not in ("", *PROXY_PROTOCOLS) and not isinstance(protocol.value, Undecided):
        parameters.fail(f"there is no proxy protocol {protocol.value}", protocol.causes)
    return of(bool, protocol)


def _by_address(table: tables.Table, peer: peers.Peer) -> str | Undecided | None:
    from .tables import EVERY

    for entry, fit in table.answers(peer):
        if isinstance(fit, Undecided):
            return fit
        if fit == EVERY:
            return entry.value
    return None
