# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a login process, or lmtp, shows to one peer.

Source: login-common (client-common.c, client-common-auth.c, sasl-server.c, main.c), auth
(auth-request-handler.c) and lmtp-client.c of Dovecot 2.3.19 and 2.4.1.
"""

from __future__ import annotations

from ... import peers
from ...ports import IMPLICIT_PORTS
from ...shapes.client import PLAINTEXT
from ...shapes.server import View, closed, in_words, mode, tls_works
from ...text.values import Undecided, Value, all_true, any_true, applied, causes, negated, of
from . import certificate as certificates
from .effective import Effective, effective
from .filters import Connection, network_of
from .settings import truth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from ...peers import Network, Peer
    from ...shapes.server import Why
    from ...text.values import Answer
    from .certificate import Certificate
    from .configuration import Configuration
    from .listeners import Listener

# Nobody is let in by these but with a certificate, or by other services.
BY_CERTIFICATE = "EXTERNAL"
NEVER = frozenset(("DOVECOT-TOKEN",))
# Why a connection is closed at once.
REFUSED = "the login dies where ssl = required meets auth_allow_cleartext = yes"
STRIPPED = "ssl = no, and the process offers STARTTLS all the same"
UNPROXIED = "it is for proxies, and haproxy_trusted_networks names none"


def unknown(server: Login, *names: str) -> View:
    """What a connection shows of which nothing is known."""
    answer = Value(Undecided(*names), server.listener.head)
    return View(answer, answer, answer, answer, answer, answer)


class Login:
    """The login process, or lmtp, behind a listener, ready to be looked at by peers."""

    def __init__(
        self, configuration: Configuration, listener: Listener, local: Network | None
    ) -> None:
        self.configuration = configuration
        self.listener = listener
        self.local = local
        kind = listener.kind
        # The process reads its settings once before anybody connects.
        process = effective(configuration, Connection(kind.protocol, listener.service))
        self.process = of(lambda ssl: ssl != "no", process.text("ssl"))
        self.mechanisms, self.mechanisms_why = mechanisms(configuration)
        proxies, self.proxies_why = process.words("haproxy_trusted_networks")
        if proxies == []:
            needed = process.needed("haproxy_trusted_networks").value
            proxies = needed if isinstance(needed, Undecided) else proxies
        self.unknown_proxies = proxies if isinstance(proxies, Undecided) else None
        self.proxies = [] if isinstance(proxies, Undecided) else _networks(proxies)
        # Where anybody may be the proxy, a peer may tell of itself.
        self.tells_of_itself = listener.haproxy.value is True and _within(
            peers.ORDINARY, self.proxies
        )
        self._process_dies = _refuses(configuration, process)

    def _connection(self, peer: Peer) -> Connection:
        listener = self.listener
        return Connection(listener.kind.protocol, listener.service, peer, self.local)

    def view(self, peer: Peer) -> View:
        """What the peer sees."""
        if self._process_dies:
            return closed(self._process_dies, REFUSED)
        proxied = self.listener.haproxy.value
        if isinstance(proxied, Undecided):
            return unknown(self, *proxied.depends_on)
        if proxied is True:
            if self.unknown_proxies is not None:
                return unknown(self, *self.unknown_proxies.depends_on)
            if not _within(peer, self.proxies):
                return closed(self.listener.haproxy.causes, "" if self.proxies else UNPROXIED)
            # Whom a proxy speaks for is anybody.
            return self._seen(peer if self.tells_of_itself else peers.ORDINARY)
        return self._seen(peer)

    def _seen(self, peer: Peer) -> View:
        connection = self._connection(peer)
        settings = effective(self.configuration, connection)
        if settings.conflict:
            name = settings.conflict[0].name
            return closed(settings.conflict, f"two filters that are not in each other set {name}")
        refused = _refuses(self.configuration, settings)
        if refused:
            return closed(refused, REFUSED)
        offer = _Offer(self, settings, certificates.of(self.configuration, connection))
        if self.listener.kind.speaks == "lmtp":
            return offer.lmtp()
        return offer.login(_Peer(self, settings, peer, offer.ssl))


def _refuses(configuration: Configuration, settings: Effective) -> Why:
    """The two settings of which a login process of 2.4 dies together."""
    if not configuration.modern:
        return ()
    ssl, why = settings.text("ssl")
    clear, clear_why = settings.flag("auth_allow_cleartext")
    return causes(why, clear_why) if ssl == "required" and clear is True else ()


class _Peer:
    """How a peer is treated before TLS."""

    def __init__(
        self, server: Login, settings: Effective, peer: Peer, ssl: str | Undecided
    ) -> None:
        modern = server.configuration.modern
        self.required = applied(lambda mode: mode == "required", ssl)
        proxied = server.listener.haproxy.value is True
        own = peer.address is not None and peers.is_loopback(peer.address)
        if proxied and not modern:
            # 2.3 goes by the connection there, which is the proxy's.
            own = False
        networks, why = settings.words("login_trusted_networks")
        trusted = applied(lambda words: _within(peer, _networks(words)), networks)
        self.why: Why = why if trusted is not False else ()
        if modern:
            trusted = all_true([trusted, negated(self.required)])
        if proxied and modern:
            # 2.4 takes what a proxy brings for secure.
            trusted = any_true([trusted, negated(self.required)])
            self.why = causes(self.why, server.proxies_why if self.required is not True else ())
        self.secured = any_true([own, trusted])
        if modern:
            allowed, self.clear_why = settings.flag("auth_allow_cleartext")
        else:
            allowed, self.clear_why = settings.flag("disable_plaintext_auth")
            allowed = negated(allowed)
        self.plaintext = any_true([self.secured, all_true([negated(self.required), allowed])])
        self.challenge = any_true([self.secured, negated(self.required)])


class _Offer:
    """TLS and logins of one connection."""

    def __init__(self, server: Login, settings: Effective, certificate: Certificate) -> None:
        self._server = server
        self._listener = server.listener
        self._settings = settings
        self._certificate = certificate
        self.ssl, self.ssl_why = settings.text("ssl")
        process, process_why = server.process
        on = applied(lambda mode: mode != "no", self.ssl)
        self.enabled = all_true([process, on])
        # managesieve-login offers STARTTLS wherever its process has TLS, and refuses it then.
        self.offered = process if self._listener.kind.speaks == "managesieve" else self.enabled
        # What the process does not have, no client gets.
        self.why = process_why if process is False else self.ssl_why
        self.handshake = all_true([self.enabled, certificate.works])
        self.implicit: Answer = self._listener.ssl.value

    def lmtp(self) -> View:
        """LMTP: whoever connects hands over mail; STARTTLS where a handshake can work."""
        offered, why = self.handshake, causes(self.why, self._certificate.why)
        no_login = Value(False, self._listener.head)
        tls = mode(self.implicit, offered, offered, True)
        return View(
            Value(tls, causes(self._listener.ssl.causes, why)),
            no_login,
            no_login,
            Value(None if offered is False else offered, why),
            Value(any_true([negated(self.implicit), offered]), why),
            tls_min=self._certificate.lowest,
            why=self._listener.head,
        )

    def login(self, peer: _Peer) -> View:
        """A login process: imap, pop3, submission, managesieve."""
        plaintext, challenge, behind, by_certificate = self._kinds()
        demands, demands_why = self._settings.flag("auth_ssl_require_client_cert")
        asks, asks_why = self._asks()
        served, served_why = self._served()
        early = all_true([negated(self.implicit), negated(demands)])
        clear = all_true([early, plaintext, peer.plaintext])
        before = any_true([clear, all_true([early, challenge, peer.challenge])])
        after = all_true([self.handshake, negated(demands), behind])
        certified = all_true(
            [self.handshake, asks, any_true([all_true([demands, behind]), by_certificate])]
        )
        # A proxy that says in its header that it took the TLS off is enough for every version.
        proxied = self._listener.haproxy.value
        told = all_true([early, proxied, any_true([plaintext, challenge])])
        # AUTH is offered to whoever has no certificate too.
        offered = any_true([before, all_true([self.handshake, behind]), told, certified])
        clear, before, after, told, certified = (
            all_true([one, served]) for one in (clear, before, after, told, certified)
        )
        works = any_true([before, after, told, certified])
        needs = all_true([negated(any_true([before, after, told])), certified])
        speaks = self.implicit is not True or self.handshake is not False
        tls_why = self._tls_why(peer, before)
        mechanisms_why = self._server.mechanisms_why
        clear_why = guilty_last(
            self._listener.ssl.causes if self.implicit is True else (),
            mechanisms_why, self.why, peer.clear_why, peer.why,
        )  # fmt: skip
        if served is not False:
            served_why = self._works_why(peer, demands_why)
        refuses = self.offered is True and self.enabled is False
        works_behind = Value(
            tls_works(all_true([self.offered, negated(self.implicit)]), self.handshake),
            guilty_last(self.why, () if refuses else self._certificate.why),
        )
        return View(
            Value(mode(self.implicit, self.offered, self.handshake, before), tls_why),
            Value(offered if speaks else None, clear_why),
            Value(clear if speaks else None, clear_why),
            # STARTTLS may be offered where ssl = no leaves nothing to do it with.
            in_words(works_behind, STRIPPED if refuses else self._certificate.words),
            Value(works, served_why),
            Value(needs, causes(asks_why, demands_why)),
            tls_min=self._certificate.lowest,
            useless="submission_relay_host is not set" if served is False else self._words(demands),
            why=clear_why,
        )

    def _works_why(self, peer: _Peer, demands_why: Why) -> Why:
        if self.enabled is False:
            return guilty_last(peer.clear_why if self.implicit is not True else (), self.why)
        if self.handshake is False:
            return guilty_last(self.why, self._certificate.why)
        return guilty_last(self.why, demands_why, self._server.mechanisms_why)

    def _words(self, demands: Answer) -> str:
        """Why nobody logs in, where nobody does."""
        if self.enabled is False:
            what = "speaks TLS alone" if self.implicit is True else "takes no login without TLS"
            return f"ssl = no, and it {what}"
        if self.handshake is False:
            return self._certificate.words
        if demands is True:
            return "auth_ssl_require_client_cert wants a certificate that nobody is asked for"
        return "auth_mechanisms has none to log in with"

    def _served(self) -> Value[bool]:
        """Whether a login leads anywhere: submission hands everything on."""
        if self._listener.kind.speaks != "submission":
            return Value(True)
        host, why = self._settings.needed("submission_relay_host")
        supposed = self._server.configuration.supposed
        if supposed and host == "" and all(setting.place is None for setting in why):
            # Whoever has the protocol enabled elsewhere may have named the relay there.
            return Value(Undecided(*supposed), why)
        return Value(applied(lambda one: one != "", host), why)

    def _tls_why(self, peer: _Peer, before: Answer) -> Why:
        listener = self._listener
        if self.implicit is True:
            return guilty_last(self.ssl_why, listener.ssl.causes)
        if listener.port.value in IMPLICIT_PORTS:
            # That TLS does not come first is the listener's doing.
            said = any(setting.place is not None for setting in listener.ssl.causes)
            where = listener.ssl.causes if said else causes(listener.head, listener.port.causes)
            return causes(self._mode_why(peer, before), where)
        return self._mode_why(peer, before)

    def _mode_why(self, peer: _Peer, before: Answer) -> Why:
        if self.enabled is False:
            return guilty_last(self._listener.ssl.causes, self.why)
        if peer.required is True:
            return guilty_last(self.why, peer.why)
        if before is not False and peer.plaintext is not False:
            return guilty_last(self.why, peer.clear_why, peer.why)
        # Mechanisms that need no TLS, or the want of them.
        return guilty_last(peer.clear_why, self._server.mechanisms_why, self.why)

    def _asks(self) -> Value[bool]:
        modern = self._server.configuration.modern
        name = "ssl_server_request_client_cert" if modern else "ssl_verify_client_cert"
        return of(lambda asks: truth(asks) is not False, self._settings.text(name))

    def _kinds(self) -> tuple[Answer, Answer, Answer, Answer]:
        """Whether there are mechanisms: in plaintext, others, for behind TLS, by certificate."""
        found = self._server.mechanisms
        if isinstance(found, Undecided):
            return found, found, found, found
        left = {one for one in found if self._works(one)}
        plus = {one for one in left if one.endswith("-PLUS")}
        by_certificate = {BY_CERTIFICATE} & left
        plaintext = PLAINTEXT & left
        challenge = left - plaintext - plus - by_certificate
        return bool(plaintext), bool(challenge), bool(left - by_certificate), bool(by_certificate)

    def _works(self, mechanism: str) -> bool:
        speaks = self._listener.kind.speaks
        if mechanism == "APOP":
            return speaks == "pop3"
        if mechanism == "ANONYMOUS":
            return speaks != "submission"
        return mechanism not in NEVER


def mechanisms(configuration: Configuration) -> Value[frozenset[str]]:
    """What the auth process offers; it does not go by filters."""
    settings = effective(configuration, Connection("", "auth"))
    return of(lambda words: frozenset(map(str.upper, words)), settings.words("auth_mechanisms"))


def _networks(words: Sequence[str]) -> list[Network]:
    return [network for word in words for network in [network_of(word)] if network]


def _within(peer: Peer, networks: list[Network]) -> bool:
    return any(peer.is_in(network) for network in networks)


def guilty_last(*values: Why) -> Why:
    """The settings, those that no file says before the others."""
    found = causes(*values)
    return tuple(sorted(found, key=lambda setting: setting.place is not None))
