# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Client settings of Postfix that do nothing where they stand, or that it is giving up."""

from __future__ import annotations

from ...endpoint import Remark
from .macros import MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Sequence

    from .lookup_tables import Table
    from .parameters import Parameters

# What the TLS level has replaced; Postfix warns of it since 3.9.
_OLD = ("use_tls", "enforce_tls", "tls_enforce_peername", "tls_per_site")


def lost(tables: Sequence[Table]) -> Iterator[Remark]:
    """Entries whose key another entry of the table has, which counts in their place."""
    for table in tables:
        # Where a key twice makes every lookup fail, that is no remark.
        for entry, kept in () if table.fault is not None else table.lost:
            place = kept.setting.place
            if entry.value == kept.value or place is None:
                continue
            inline = entry.setting.place == place
            where = (
                "again behind it, and the last"
                if inline
                else f"in line {place.line}, and the first"
            )
            message = f"lost: {entry.key} stands {where} one counts"
            yield Remark("setting-ineffective", message, entry.setting)


def deprecated(parameters: Parameters, prefix: str) -> Iterator[Remark]:
    """The settings that the TLS level has replaced; without effect where they ask for more."""
    policies, _why = parameters.pieces(prefix + "_tls_policy_maps")
    for name in _OLD:
        parameter = f"{prefix}_{name}"
        _value, why = parameters.pieces(parameter)
        if not parameters.is_set(parameter):
            continue
        newer = "policy_maps" if name == "tls_per_site" else "security_level"
        instead = f"{prefix}_tls_{newer}"
        replaced = name == "tls_per_site" and policies and MARK not in policies
        if replaced or is_outdone(parameters, prefix, name):
            message = f"{parameter} does nothing beside {instead}"
            yield Remark("setting-ineffective", message, why[0])
        else:
            message = f"{parameter} is given up by Postfix; {instead} takes its place"
            yield Remark("setting-deprecated", message, why[0])


def is_outdone(parameters: Parameters, prefix: str, name: str) -> bool:
    """Whether a level that is set lets go what ``use_tls`` or ``enforce_tls`` asks for."""
    level, _why = parameters.pieces(prefix + "_tls_security_level")
    weaker = {"use_tls": ("none",), "enforce_tls": ("none", "may")}.get(name, ())
    return level.lower() in weaker and parameters.flag(f"{prefix}_{name}").value is True
