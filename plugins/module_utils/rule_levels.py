# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules' names, levels and options, as far as a policy speaks of them.

A rule's file repeats its level and its options, so that it can be read by itself; a test holds the
two equal.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple
else:
    from .tuples import NamedTuple

LEVELS = ("off", "note", "warning", "error")
PROFILES = ("default", "strict", "legacy")
# Rules that no policy and no option switches off: without them a run could be clean because
# nothing was read, or while passwords cross the network.
MANDATORY = frozenset({"syntax-error", "unreadable", "cleartext-auth"})


class RuleLevels(NamedTuple):
    """A rule's level in each profile, and its options.

    An option is a name to ``(default, meaning)``, or to ``(default, meaning, values)`` where only
    these are allowed.
    """

    default: str
    strict: str
    legacy: str
    options: dict[str, tuple[Any, ...]] = {}  # noqa: RUF012  never changed


def _always(level: str) -> RuleLevels:
    return RuleLevels(level, level, level)


RULES: dict[str, RuleLevels] = {
    "syntax-error": _always("error"),
    "unreadable": _always("error"),
    "endpoint-unusable": _always("error"),
    "open-relay": _always("error"),
    "tls-broken": _always("error"),
    "port-protocol-mismatch": _always("error"),
    "implicit-tls-missing": _always("error"),
    "implicit-tls-unexpected": _always("error"),
    "starttls-missing": _always("error"),
    "cleartext-auth": _always("error"),
    "tls-auto": RuleLevels("error", "error", "warning"),
    "starttls-optional": RuleLevels("error", "error", "warning"),
    "provider-mismatch": _always("error"),
    "client-server-mismatch": _always("error"),
    "client-on-relay-port": _always("warning"),
    "relay-starttls-missing": _always("warning"),
    "relay-starttls-required": _always("warning"),
    "submission-auth-optional": _always("warning"),
    "trusted-network-cleartext": RuleLevels("warning", "error", "warning"),
    "certificate-unverified": RuleLevels("warning", "error", "warning"),
    "tls-version-weak": RuleLevels(
        "warning", "error", "warning",
        {"minimum": ("1.2", "the lowest TLS version that may be allowed", ("1.1", "1.2", "1.3"))},
    ),
    "implicit-tls-preferred": RuleLevels("off", "warning", "off"),
    "lmtp-exposed": _always("warning"),
    "setting-ineffective": _always("warning"),
    "suppression": _always("warning"),
    "auth-on-relay-port": _always("note"),
    "port-unknown": _always("note"),
    "setting-deprecated": _always("note"),
    "undecided": _always("note"),
}  # fmt: skip
