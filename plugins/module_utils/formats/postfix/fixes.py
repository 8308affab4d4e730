# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edits that give an endpoint's field another value."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from ...endpoint import Endpoint, Fix, Unit


def edit(unit: Unit, endpoint: Endpoint, field: str, value: Any) -> Optional[Fix]:
    """The edits that give the endpoint's field that value, or ``None``."""
    return None
