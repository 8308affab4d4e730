# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether smtp(8) logs in, and what it may send before TLS.

Source: smtp_sasl_glue.c and smtp_sasl_proto.c of Postfix; SASL_README; Cyrus SASL's security flags.
"""

from __future__ import annotations

from ...endpoint import IMPLICIT, NONE, STARTTLS_REQUIRED
from ...text.values import Undecided, Value, any_true, causes
from . import lookups
from .client_level import discards
from .lists import match_list
from .shown import dead

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...source import Source
    from .destinations import Destination
    from .parameters import Parameters

# Mechanisms that hand over the secret itself: noplaintext keeps Cyrus SASL from all of them.
CLEARTEXT = ("PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER")
OTHERS = ("CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "GSSAPI", "NTLM", "EXTERNAL")


class Login:
    """The login of one client service."""

    def __init__(self, parameters: Parameters, prefix: str, source: Source, beside: str) -> None:
        self._parameters = parameters
        self._prefix = prefix
        self._source = source
        self._beside = beside

    def auth(self, destination: Destination, no_relay: bool, aside: bool) -> Value:
        """Whether the client logs in.

        ``no_relay`` says that it delivers to others' servers or to the host's own filter, ``aside``
        that the passwords may well be for another next hop alone.  No file of passwords is opened:
        a relay is taken to have one, but for a table in main.cf itself that names others only.
        What is no relay only meets a login where every key has a password, or perhaps where it
        hangs on the sender.
        """
        enabled = self._parameters.flag(self._name("auth_enable"))
        if enabled.value is not True:
            return enabled
        table, why = self._parameters.pieces(self._name("password_maps"))
        both = causes(enabled.causes, why)
        discarded = discards(self._parameters, self._prefix, "auth")
        if discarded.value is True:
            return Value(False, causes(both, discarded.causes))
        if "static:" in table:
            return Value(True, both)
        by_sender = self._parameters.flag(self._prefix + "_sender_dependent_authentication")
        if by_sender.value is False and (no_relay or not self._holds(table, destination)):
            return Value(False, causes(both, by_sender.causes))
        if not no_relay and (self.is_own() or "inline:" in table or not aside):
            return Value(True, both)
        # For whom the passwords are, or which senders have one, and whether those have a relay of
        # their own.  The table is not named as it is written: the passwords may stand in it.
        return Value(Undecided(self._name("password_maps")), causes(both, by_sender.causes))

    def is_own(self) -> bool:
        """Whether the service itself is told to log in, or with which passwords."""
        names = (self._name("auth_enable"), self._name("password_maps"))
        return any(self._parameters.is_overridden(name) for name in names)

    def _holds(self, table: str, destination: Destination) -> bool:
        """Whether the table may hold a password for the next hop."""
        if "inline:" not in table:
            return True
        name = self._name("password_maps")
        tables = lookups.opened(name, self._parameters, self._source, self._beside, ("inline",))
        keys = (destination.host, destination.spelled)
        budget = self._parameters.assume.budget
        return any(lookups.find(tables, key, budget) is not None for key in keys)

    def unset(self) -> Value | None:
        """What the client dies of: it is to log in and has no passwords."""
        enabled = self._parameters.flag(self._name("auth_enable"))
        table, why = self._parameters.pieces(self._name("password_maps"))
        if enabled.value is True and not table:
            words = f"the client dies: it is to log in, and {self._name('password_maps')} is empty"
            return dead(words, why, enabled.causes)
        return None

    def impossible(self, auth: Value, tls: Value, matched: bool) -> Value | None:
        """Why no login can succeed: the filter leaves only mechanisms that the options forbid."""
        if auth.value is not True or tls.value not in (NONE, IMPLICIT, STARTTLS_REQUIRED):
            return None
        options = "security_options"
        if tls.value != NONE:
            options = "tls_verified_security_options" if matched else "tls_security_options"
        plain = self.allows_plaintext(options)
        other = self._passes(OTHERS)
        if plain.value is False and other.value is False:
            return dead("no SASL mechanism is left", other.causes, plain.causes)
        return None

    def allows_plaintext(self, options: str) -> Value:
        """Whether these options let a mechanism pass that hands over the secret itself."""
        words, why = self._parameters.words(self._name(options))
        known = [word.lower() for word in words if isinstance(word, str)]
        if "noplaintext" in known:
            return Value(False, why)
        unknown = next((word for word in words if isinstance(word, Undecided)), None)
        passes = self._passes(CLEARTEXT)
        if passes.value is False or unknown is None:
            return Value(passes.value, causes(why, passes.causes))
        return Value(unknown, why)

    def _passes(self, mechanisms: tuple[str, ...]) -> Value:
        words, why = self._parameters.words(self._name("mechanism_filter"), braces=True)
        if not words:
            return Value(True)
        wanted = match_list(words, why, self._source, self._beside, self._parameters.assume)
        return Value(any_true([wanted.matches(one) for one in mechanisms]), why)

    def _name(self, name: str) -> str:
        return f"{self._prefix}_sasl_{name}"
