# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Client settings of Postfix that do nothing where they stand, or that it is giving up."""

from __future__ import annotations

from ...endpoint import Remark
from .client_level import keys
from .macros import MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Sequence

    from .destinations import Destination
    from .lookups import Entry, Table
    from .parameters import Parameters

# What the TLS level has replaced; Postfix warns of it since 3.9.
_OLD = ("use_tls", "enforce_tls", "tls_enforce_peername", "tls_per_site")


def deprecated(parameters: Parameters, prefix: str) -> Iterator[Remark]:
    """The settings that the TLS level has replaced, as deprecated or without effect."""
    level, _why = parameters.pieces(prefix + "_tls_security_level")
    policies, _why = parameters.pieces(prefix + "_tls_policy_maps")
    for name in _OLD:
        parameter = f"{prefix}_{name}"
        _value, why = parameters.pieces(parameter)
        if not parameters.is_set(parameter):
            continue
        stronger = policies if name == "tls_per_site" else level
        newer = "policy_maps" if name == "tls_per_site" else "security_level"
        instead = f"{prefix}_tls_{newer}"
        if stronger and MARK not in stronger:
            message = f"{parameter} does nothing beside {instead}"
            yield Remark("setting-ineffective", message, why[0])
        else:
            message = f"{parameter} is given up by Postfix; use {instead}"
            yield Remark("setting-deprecated", message, why[0])


def is_domain(entry: Entry) -> bool:
    """Whether the key is a domain, or a parent of domains, and no next hop of a relay."""
    if entry.pattern or not isinstance(entry.key, str) or not entry.key:
        return False
    return not entry.key.startswith(("[", "/")) and ":" not in entry.key


def unmatched(tables: Sequence[Table], destinations: Sequence[Destination]) -> Iterator[Remark]:
    """Keys of policy tables that no next hop is ever looked up by.

    A next hop is looked up as it is spelled, brackets and port included; only a bare domain is
    looked up by its parents too.
    """
    if any(MARK in one.spelled for one in destinations):
        return
    hops = [one for one in destinations if not one.lookup or one.host]
    asked = {key.lower() for one in hops for key in keys(one.spelled)}
    anybody = len(hops) < len(destinations)
    shown = ", ".join(sorted({one.spelled for one in hops})) or "the domains of recipients"
    for table in tables:
        for entry in table.entries:
            if entry.pattern or not isinstance(entry.key, str) or table.kind in ("static", "cidr"):
                continue
            key = entry.key.lower()
            if key in asked or (anybody and is_domain(entry)):
                continue
            message = f"no next hop is spelled {entry.key}: Postfix looks up {shown}"
            yield Remark("setting-ineffective", message, entry.setting)
