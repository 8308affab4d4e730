# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The policy: what a port means, how loudly a rule speaks, what is internal, what is ignored.

A policy comes in as plain data and is checked against ``table``; ``given`` works on data that
passed.  A run without a policy stands on ``default`` alone.
"""

from __future__ import annotations

from .default import Policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

__all__ = ["Policy", "load"]


def load(data: Mapping[str, Any], profile: str | None = None, path: str = "") -> Policy:
    """A policy from plain data, such as YAML gives.

    In: the data; a profile that goes before the one that the data names; the file for messages.
    Raises ``PolicyErrors`` with everything that is wrong.
    """
    from ..errors import PolicyErrors
    from .check import check
    from .given import Given

    try:
        check(data)
    except PolicyErrors as error:
        error.path = path
        raise
    return Given(data, profile or data.get("profile", "default"), path)
