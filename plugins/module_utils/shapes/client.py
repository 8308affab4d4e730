# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A client: what it shows on the wire, decided by the few things that its settings say.

In: ``Knobs``.  Each is a ``Value``: a literal or ``Undecided``, with the settings behind it.  Out:
``fields``, as ``Endpoint`` takes them, each with its causes.  A program that speaks STARTTLS if the
server does, logs in with PLAIN or LOGIN, and checks no certificate::

    knobs = Knobs(
        host=Value("mail.example.org", (host,)),
        port=Value(587, (port,)),
        mode=Value(STARTTLS, (tls,)),
        insists=Value(False, (default("prog", "require_tls", "no"),)),
        login=Value(True, (user,)),
        plaintext=Value(is_plaintext(["PLAIN", "LOGIN"])),
        verified=Value("none", (default("prog", "verify", "no"),)),
    )
    Endpoint("prog:mail", CLIENT, "prog", "mail", place, fields(knobs))

A knob that is left out is as most programs have it.  If several knobs decide a field, the one to
blame comes last: for a password in cleartext that is the mode, since TLS mends it.  Only for a
``careful`` program it is the setting that made it careless.
"""

from __future__ import annotations

from ..endpoint import DUAL, IMPLICIT, NONE, STARTTLS_OPTIONAL, STARTTLS_REQUIRED
from ..ports import SUBMISSION_PORTS
from ..text.values import NOTHING, Value, all_of, any_of, causes, of, reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, NamedTuple
else:
    from ..tuples import NamedTuple

# A mode: STARTTLS, and whether TLS is required depends on whether the program insists on it.
STARTTLS = "starttls"
# With these a server that offers no TLS gets no login.
_ALWAYS_TLS = (IMPLICIT, STARTTLS_REQUIRED, DUAL)
# Mechanisms that hand over the secret itself, or a token that is as good (RFC 4616, RFC 7628).
PLAINTEXT = frozenset(("PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"))


class Knobs(NamedTuple):
    """What a client's configuration says.

    ``host`` is what it dials and ``port`` the port (``NOTHING`` for a socket).  ``mode`` is one of
    ``TLS_MODES``, or ``STARTTLS``: then ``insists`` says whether the program stops if the server
    offers no STARTTLS or answers it with an error.  ``login`` is whether it authenticates,
    ``plaintext`` whether it hands over the secret itself (``is_plaintext``) if a server without TLS
    asks for that.  ``protocol`` is ``smtp`` for relay and submission alike: which of them it is
    follows from the login and the port; every other protocol stands.  ``verified`` is one of
    ``VERIFICATIONS``; ``least`` is the lowest TLS version that the client permits, empty if none is
    left.  ``usable`` is false, with the reason, if the program never comes to connect.

    ``careful`` says that the program by itself hands over no secret without TLS, so that a setting
    that makes it do so is to blame (msmtp's ``auth plain``, mbsync's ``AuthMechs LOGIN``).
    """

    host: Value[str]
    port: Value[int | None]
    mode: Value[str]
    login: Value[bool]
    plaintext: Value[bool] = Value(True)
    insists: Value[bool] = Value(True)
    protocol: Value[str] = Value("smtp")
    verified: Value[str | None] = NOTHING
    least: Value[str | None] = NOTHING
    usable: Value[bool] = Value(True)
    careful: bool = False


def is_plaintext(mechanisms: Iterable[str]) -> bool:
    """Whether one of the mechanisms hands over the secret itself."""
    return any(mechanism.upper() in PLAINTEXT for mechanism in mechanisms)


def fields(knobs: Knobs) -> dict[str, Value]:
    """The fields of the client's endpoint.

    One that is unusable has those that need no connection; one without TLS has none of TLS.
    """
    shown: dict[str, Value] = {"host": knobs.host, "port": knobs.port, "usable": knobs.usable}
    if knobs.usable.value is False:
        return shown
    tls = _tls(knobs)
    shown["protocol"] = _protocol(knobs)
    shown["tls"] = tls
    shown["auth"] = knobs.login
    shown["cleartext_auth"] = _cleartext(knobs, tls)
    if tls.value != NONE:
        shown.update(_encrypted(knobs, tls))
    return shown


def _tls(knobs: Knobs) -> Value[str]:
    """The TLS mode, by what the program does if STARTTLS is not offered."""
    mode, insists = knobs.mode, knobs.insists
    if mode.value != STARTTLS:
        return mode
    return of(lambda _mode, stops: STARTTLS_REQUIRED if stops else STARTTLS_OPTIONAL, mode, insists)


def _cleartext(knobs: Knobs, tls: Value) -> Value:
    """Whether a secret may cross before TLS; the setting to blame comes last."""
    bare = of(lambda mode: mode not in _ALWAYS_TLS, tls)
    if knobs.careful:
        return all_of(bare, knobs.login, knobs.plaintext)
    return all_of(knobs.login, knobs.plaintext, bare)


def _protocol(knobs: Knobs) -> Value[str]:
    """A client that logs in submits, and so does one that dials a port for submission."""
    if knobs.protocol.value != "smtp":
        return knobs.protocol
    submits = any_of(knobs.login, of(lambda port: port in SUBMISSION_PORTS, knobs.port))
    return of(lambda yes: "submission" if yes else "smtp", submits)


def _encrypted(knobs: Knobs, tls: Value[str]) -> dict[str, Value]:
    """The fields of a connection that has TLS, or may have."""
    if knobs.least.value == "":
        # The handshake fails before the server shows a certificate.
        works = of(lambda _mode: False, tls)
        why = causes((reason("no TLS version is left"),), knobs.least.causes)
        return {"tls_works": works._replace(causes=why)}
    return {
        "tls_works": of(lambda _mode: True, tls),
        "certificate_verified": knobs.verified,
        "tls_min": knobs.least,
    }
