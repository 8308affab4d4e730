# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What one connection of smtp(8) or lmtp(8) to one next hop shows on the wire.

Source: smtp_connect.c, smtp_proto.c and smtp_tls_policy.c of Postfix 3.4 to 3.11.
"""

from __future__ import annotations

from ...endpoint import IMPLICIT, NONE, STARTTLS_OPTIONAL, STARTTLS_REQUIRED
from ...shapes.client import Knobs, fields
from ...text.values import NOTHING, Setting, Undecided, Value, causes, default
from . import client_level, interfaces, protocols
from .client_level import Level, rank
from .destinations import shown
from .macros import MARK
from .shown import dead
from .written import PROGRAM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Sequence

    from ...source import Source
    from .client_sasl import Login
    from .destinations import Destination
    from .routes import Route

VERIFIED = {"fingerprint": "pinned", "verify": "full", "secure": "full", "dane-only": "full"}


class Connection:
    """The connection of one client service to one next hop."""

    def __init__(
        self,
        client: Any,
        route: Route,
        destination: Destination,
        source: Source,
        why_port: tuple[Setting, ...],
        fatal: Sequence[tuple[Setting, ...]] = (),
    ) -> None:
        self._client = client
        self._parameters = client.parameters
        # Why nothing is delivered at all, whatever the next hop is.
        self._fatal = fatal
        self._prefix: str = client.program
        self._route = route
        self._destination = destination
        self._why_port = why_port
        self._level = self._settled(self._chosen())
        self._wrapper = self._parameters.flag(self._prefix + "_tls_wrappermode")
        self._login = self._logging_in(source)
        self.tls = self._tls()
        self.auth = self._auth()

    def fields(self) -> dict[str, Value]:
        """The fields of the endpoint."""
        silent = next(self._without_connection(), None)
        if silent is not None:
            return fields(self._knobs(silent))
        failing = next(self._without_delivery(), None)
        stops = next(self._never_encrypted(str(self._level.level)), None)
        shown = fields(self._knobs(Value(True, self._route.causes)))
        if stops is not None:
            shown["cleartext_auth"] = stops
        if failing is not None:
            # It gives up before it logs in, and in plaintext before it shows anything else.
            tls = () if self.tls.value == NONE else ("tls",)
            early = ("host", "port", "protocol", "cleartext_auth", *tls)
            return {**{name: shown[name] for name in early}, "usable": failing}
        return shown

    def _knobs(self, usable: Value[bool]) -> Knobs:
        """What the settings say; what nothing asks for is not looked up."""
        knobs = Knobs(
            self._host(),
            NOTHING if self._destination.path else self._port(),
            self.tls,
            self.auth,
            protocol=Value(self._prefix, causes(self._route.causes, self._client.own)),
            usable=usable,
        )
        if usable.value is False:
            return knobs
        if self._login is not None and self.tls.value not in (IMPLICIT, STARTTLS_REQUIRED):
            knobs = knobs._replace(plaintext=self._login.allows_plaintext("security_options"))
        if self.tls.value == NONE:
            return knobs
        level, why = self._level.level, self._level.causes
        if isinstance(level, Undecided):
            return knobs._replace(verified=Value(level, why), least=Value(level, why))
        verified = Value(VERIFIED.get(level, "none"), why)
        return knobs._replace(verified=verified, least=self._lowest())

    def _logging_in(self, source: Source) -> Login | None:
        """How the client logs in; ``None`` where it is not told to."""
        if self._parameters.flag(self._prefix + "_sasl_auth_enable").value is False:
            return None
        from .client_sasl import Login

        return Login(self._parameters, self._prefix, source, self._client.beside)

    def _auth(self) -> Value[bool]:
        if self._login is None:
            enabled: Value[bool] = self._parameters.flag(self._prefix + "_sasl_auth_enable")
            return enabled
        filters = self._route.name.startswith("content_filter")
        inside = filters and self._is_on_this_host(self._login)
        no_relay = inside or not self._route.nexthop
        return self._login.auth(self._destination, no_relay, filters or self._beside())

    def _is_on_this_host(self, login: Login) -> bool:
        from ...addresses import is_loopback

        return is_loopback(self._destination.host) and not login.is_own()

    def _beside(self) -> bool:
        """Whether the next hop is one for some domains, beside a relayhost for the others."""
        name = self._route.name
        if not name.startswith("transport/") or name == "transport/*":
            return False
        relayhost, _why = self._parameters.pieces("relayhost")
        return relayhost not in ("", self._route.nexthop)

    def _host(self) -> Value:
        if self._destination.path:
            return Value("unix:" + self._destination.path, self._route.causes)
        if self._destination.broken and MARK not in self._destination.spelled:
            return Value(shown(self._destination.spelled), self._route.causes)
        host = self._destination.host
        if MARK in host:
            return Value(Undecided(*self._names()), self._route.causes)
        return Value(host, self._route.causes)

    def _names(self) -> tuple[str, ...]:
        return self._route.names or (self._route.name,)

    def _port(self) -> Value:
        port, spelled = self._destination.port, self._destination.spelled
        own = spelled.startswith("[") or ":" in spelled
        if isinstance(port, Undecided) and any(MARK in name for name in port.depends_on):
            return Value(Undecided(*self._names()), self._route.causes)
        if MARK in self._destination.host and not own:
            return Value(Undecided(*self._names()), self._route.causes)
        named = spelled.rpartition("]")[2] if spelled.startswith("[") else spelled
        if ":" in named:
            return Value(port, self._route.causes)
        return Value(port, causes(self._why_port, self._route.causes))

    # The level.

    def _chosen(self) -> Level:
        tables, per_site = self._client.policies, self._client.per_site
        if MARK in self._destination.spelled and any(one.kind != "static" for one in tables):
            return Level(Undecided(*self._names()), self._route.causes)
        return client_level.chosen(
            self._parameters, self._prefix, self._destination, tables, per_site
        )

    def _settled(self, level: Level) -> Level:
        """The level as it acts on this connection: DANE needs DNSSEC, a socket needs no TLS."""
        if level.level in ("dane", "dane-only") and not level.broken:
            without = self._without_dnssec()
            if without is not None:
                both = causes(level.causes, without)
                if level.level == "dane-only" or self._destination.path:
                    return level._replace(causes=both, broken="DANE without DNSSEC")
                return level._replace(level="may", causes=both)
        if level.level == "may" and self._destination.path:
            return level._replace(level="none")
        return level

    def _without_dnssec(self) -> tuple[Setting, ...] | None:
        support, why = self._parameters.value(self._prefix + "_dns_support_level")
        if support != "dnssec" and not isinstance(support, Undecided):
            return tuple(why)
        ignores = self._parameters.flag("ignore_mx_lookup_error")
        if self._prefix == "smtp" and ignores.value is True:
            return tuple(ignores.causes)
        ways, why = self._parameters.words(self._prefix + "_host_lookup")
        return None if "dns" in ways else tuple(why)

    def _tls(self) -> Value:
        level, why = self._level.level, self._level.causes
        if isinstance(self._wrapper.value, Undecided) or isinstance(level, Undecided):
            unknown = [one for one in (self._wrapper.value, level) if isinstance(one, Undecided)]
            names = [name for one in unknown for name in one.depends_on]
            return Value(Undecided(*names), causes(why, self._wrapper.causes))
        if self._wrapper.value:
            return Value(IMPLICIT, causes(why, self._wrapper.causes))
        ignored = client_level.discards(self._parameters, self._prefix, "starttls")
        if level == "none" or ignored.value is True:
            extra = ignored.causes if level != "none" else ()
            return Value(NONE, causes(why, extra))
        if rank(level) >= client_level.ENCRYPT and level != "dane":
            return Value(STARTTLS_REQUIRED, why)
        if level == "dane":
            name = self._prefix + "_tls_security_level"
            note = "dane is may for a host without TLSA records"
            why = causes((Setting(name, "may", None, note),), why)
        return Value(STARTTLS_OPTIONAL, why)

    def _lowest(self) -> Value:
        """The lowest TLS version; empty where the list permits none or is wrong."""
        text, why = self._level.protocols, self._level.causes
        if text is None:
            # Without TLSA records dane is may, and is so before the versions are chosen.
            opportunistic = self._level.level in ("may", "dane")
            kind = "protocols" if opportunistic else "mandatory_protocols"
            value, why = self._parameters.value(f"{self._prefix}_tls_{kind}")
            if isinstance(value, Undecided):
                return Value(value, why)
            text = value
        written = any(setting.place is not None for setting in why)
        limits = "=" not in text or not written or self._parameters.assume.since(PROGRAM, "3.6")
        plain = protocols.lowest(text, limits) or ""
        if self._level.level not in VERIFIED or plain not in ("1.0", "1.1"):
            return Value(plain, why)
        strict = default(PROGRAM, "OpenSSL's security level", "1", "where certificates must match")
        lowest = protocols.lowest(text, limits, protocols.DEMANDING_FLOOR) or ""
        return Value(lowest, causes(why, (strict,)))

    # Why there is no connection, or never a delivery.

    def _without_connection(self) -> Iterator[Value]:
        """Why no connection is ever made: nothing shows then."""
        for why in self._fatal:
            yield Value(False, why)
        for failure in self._parameters.failures:
            yield Value(False, failure.shown("the client"))
        used = interfaces.families(self._parameters)
        if used.value == () and not self._destination.path:
            yield dead("inet_protocols leaves no protocol", used.causes)
        broken = self._destination.broken
        if broken and MARK not in self._destination.spelled:
            yield dead(broken, self._why_port, self._route.causes)
        unset = None if self._login is None else self._login.unset()
        if unset is not None:
            yield unset
        level, why = self._level.level, self._level.causes
        if self._level.broken:
            yield dead(self._level.broken, why)
        if isinstance(level, Undecided) or isinstance(self._wrapper.value, Undecided):
            return
        if self._wrapper.value and rank(level) < client_level.ENCRYPT:
            yield self._unwrapped(level)
        if level == "fingerprint" and not self._level.matches:
            known, why = self._parameters.pieces(self._prefix + "_tls_fingerprint_cert_match")
            if not known:
                yield dead("level fingerprint has no fingerprint to match", why, self._level.causes)

    def _unwrapped(self, level: str) -> Value:
        """TLS from the first byte with a level that could do without TLS."""
        name = self._prefix + "_tls_wrappermode"
        words = f"{name} needs level encrypt or stronger, and the level is {level}"
        own = self._parameters.is_overridden(self._prefix + "_tls_security_level")
        if own and not self._parameters.is_overridden(name):
            # What all services have is right for the others.
            return dead(words, self._wrapper.causes, self._level.causes)
        return dead(words, self._level.causes, self._wrapper.causes)

    def _without_delivery(self) -> Iterator[Value]:
        """Why the client connects and never delivers, whatever the server does."""
        level = self._level.level
        if isinstance(level, Undecided) or isinstance(self._wrapper.value, Undecided):
            return
        yield from self._never_encrypted(level)
        yield from self._never_trusted(level)
        if self._login is None:
            return
        impossible = self._login.impossible(self.auth, self.tls, level in VERIFIED)
        if impossible is not None:
            yield impossible

    def _never_encrypted(self, level: str) -> Iterator[Value]:
        """TLS is demanded and cannot be had."""
        if rank(level) < client_level.ENCRYPT or level == "dane":
            return
        ignored = client_level.discards(self._parameters, self._prefix, "starttls")
        silent = self._parameters.flag(self._prefix + "_never_send_ehlo")
        for hindrance, name in ((ignored, "discard_ehlo_keywords"), (silent, "never_send_ehlo")):
            if hindrance.value is True and self.tls.value != IMPLICIT:
                words = f"TLS is demanded, and {self._prefix}_{name} hides STARTTLS"
                yield dead(words, self._level.causes, hindrance.causes)
        lowest = self._lowest()
        if lowest.value == "":
            yield dead("TLS is demanded, and no TLS version is left", lowest.causes)

    def _never_trusted(self, level: str) -> Iterator[Value]:
        """A certificate is demanded that none can be."""
        if level not in ("verify", "secure") or self._level.trust:
            return
        names = ("CAfile", "CApath", "trust_anchor_file")
        found = [self._parameters.pieces(f"{self._prefix}_tls_{name}") for name in names]
        if not any(text for text, _why in found):
            why = causes(*(why for _text, why in found))
            words = f"level {level} wants a certificate of a known authority, and none is known"
            yield dead(words, why, self._level.causes)
