# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules: one row each, which the policy and the engine read without loading any.

A rule's file repeats its level, its scope, its sides and its options, so that it can be read by
itself; a test holds the two equal.
"""

from __future__ import annotations

from .ports import ACCESS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple
else:
    from .tuples import NamedTuple

LEVELS = ("off", "note", "warning", "error")
PROFILES = ("default", "strict", "legacy")

OFF, NOTE, WARNING, ERROR = LEVELS
BOTH = ("server", "client")
SERVER = ("server",)
CLIENT = ("client",)
# Kinds of ports: for mail between servers; for implicit TLS alone; for STARTTLS alone; unusual for
# the protocol that is spoken there.
RELAY, IMPLICIT, STARTTLS, UNUSUAL = "relay", "implicit", "starttls", "unusual"


class Row(NamedTuple):
    """A rule's level, scope and sides, as its file has them, and the field that it hangs on.

    A rule is loaded and asked only where ``field`` has one of ``values`` (without values: where it
    is not empty; without a field: always), since it has nothing to say elsewhere; it is also asked
    where one of the fields ``also`` is not empty, and where the endpoint has the ``tag``.  One
    about some ``protocols``, or about a kind of ``port``, is asked only there.  One that an
    ``option`` can widen is asked of more where a policy sets that, and one is never asked of an
    endpoint with the tag ``without``.

    ``strict`` and ``legacy`` are the levels of these profiles where they differ.  An option is a
    name to ``(default, meaning)``, or to ``(default, meaning, values)`` where only these are
    allowed.
    """

    default: str
    scope: str
    sides: tuple[str, ...]
    field: str = ""
    values: tuple[object, ...] = ()
    also: tuple[str, ...] = ()
    tag: str = ""
    protocols: tuple[str, ...] = ()
    port: str = ""
    option: str = ""
    without: str = ""
    strict: str = ""
    legacy: str = ""
    options: dict[str, tuple[Any, ...]] = {}  # noqa: RUF012  never changed

    def level(self, profile: str) -> str:
        """The rule's level in a profile."""
        return str(getattr(self, profile)) or self.default


# The gravest first.
RULES: dict[str, Row] = {
    "syntax-error": Row(ERROR, "engine", BOTH),
    "unreadable": Row(ERROR, "engine", BOTH),
    "endpoint-unusable": Row(
        ERROR, "endpoint", BOTH, "usable", (False,), ("exceptions", "requires")
    ),
    "open-relay": Row(ERROR, "endpoint", SERVER, "tags", ("open-relay",)),
    "tls-broken": Row(ERROR, "endpoint", BOTH, "tls_works", (False,)),
    "port-protocol-mismatch": Row(ERROR, "endpoint", BOTH, "port", port=UNUSUAL),
    "implicit-tls-missing": Row(
        ERROR,
        "endpoint",
        BOTH,
        "tls",
        ("none", "starttls-optional", "starttls-required"),
        port=IMPLICIT,
    ),
    "implicit-tls-unexpected": Row(ERROR, "endpoint", BOTH, "tls", ("implicit",), port=STARTTLS),
    "starttls-missing": Row(ERROR, "endpoint", BOTH, "tls", ("none",)),
    "cleartext-auth": Row(ERROR, "endpoint", BOTH, "cleartext_auth", (True,)),
    "tls-auto": Row(ERROR, "endpoint", CLIENT, "tls", ("auto",), legacy=WARNING),
    "starttls-optional": Row(
        ERROR, "endpoint", BOTH, "tls", ("starttls-optional",), protocols=ACCESS, legacy=WARNING
    ),
    "provider-mismatch": Row(ERROR, "endpoint", CLIENT, "host"),
    "client-server-mismatch": Row(ERROR, "run", CLIENT, "host"),
    "client-on-relay-port": Row(WARNING, "endpoint", CLIENT, "protocol", ("submission",)),
    "relay-starttls-missing": Row(WARNING, "endpoint", BOTH, "tls", ("none",)),
    "relay-starttls-required": Row(
        WARNING,
        "endpoint",
        SERVER,
        "tls",
        ("starttls-required",),
        protocols=("smtp",),
        port=RELAY,
    ),
    "submission-auth-optional": Row(
        WARNING,
        "endpoint",
        SERVER,
        "auth",
        (False,),
        tag="auth-optional",
        protocols=("submission",),
    ),
    "trusted-network-cleartext": Row(
        WARNING, "endpoint", SERVER, "requires", also=("exceptions",), strict=ERROR
    ),
    "certificate-unverified": Row(
        WARNING,
        "endpoint",
        CLIENT,
        "certificate_verified",
        ("none", "chain"),
        without="mx-delivery",
        strict=ERROR,
    ),
    "tls-version-weak": Row(
        WARNING,
        "endpoint",
        BOTH,
        "tls_min",
        ("ssl2", "ssl3", "1.0", "1.1"),
        protocols=ACCESS,
        option="minimum",
        strict=ERROR,
        options={
            "minimum": ("1.2", "the lowest TLS version that may be allowed", ("1.1", "1.2", "1.3"))
        },
    ),
    "implicit-tls-preferred": Row(
        OFF, "run", BOTH, "tls", ("starttls-optional", "starttls-required"), strict=WARNING
    ),
    "lmtp-exposed": Row(WARNING, "endpoint", SERVER, "protocol", ("lmtp",)),
    "setting-ineffective": Row(WARNING, "setting", BOTH),
    "suppression": Row(WARNING, "engine", BOTH),
    "auth-on-relay-port": Row(NOTE, "endpoint", SERVER, "auth", (True,), port=RELAY),
    "port-unknown": Row(NOTE, "endpoint", BOTH, "port", port=UNUSUAL),
    "setting-deprecated": Row(NOTE, "setting", BOTH),
    "undecided": Row(NOTE, "engine", BOTH),
}
# Of these, the first that fires speaks for one endpoint and lists the others that it stands for.
PRECEDENCE = (
    "syntax-error",
    "endpoint-unusable",
    "open-relay",
    "tls-broken",
    "port-protocol-mismatch",
    "implicit-tls-missing",
    "implicit-tls-unexpected",
    "starttls-missing",
    "cleartext-auth",
    "tls-auto",
    "starttls-optional",
)
# No option and no policy switches these off: a run must not be clean because nothing was read, or
# while a password crosses the network.
MANDATORY = frozenset({"syntax-error", "unreadable", "cleartext-auth"})
# What could not be read is left out by name, never by a comment in it.
NEVER_SUPPRESSED = frozenset({"syntax-error", "unreadable", "suppression"})
