# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Client settings of Postfix that do nothing where they stand, or that it is giving up."""

from __future__ import annotations

from ...endpoint import Remark
from .macros import MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

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
