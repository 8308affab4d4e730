"""Lines that do not fit the pattern by which ``lineinfile`` looks for them.

Such a line is written once more where an older one stands, so no fix may bring one about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from .steps.expressions import Expression
from .steps.outcome import FailsError, OpenError
from .steps.units import encoded

if TYPE_CHECKING:
    from .action import Action

MODULE = "lineinfile"


def is_loose(action: Action) -> bool:
    """Whether an action writes a line that does not fit its own pattern."""
    given = action.given
    if action.module != MODULE or given is None or "backrefs" in given:
        return False
    regexp, line = given.get("regexp", given.get("regex")), given.get("line", given.get("value"))
    if not isinstance(regexp, Text) or not isinstance(line, Text) or regexp.holes or line.holes:
        return False
    try:
        return Expression(encoded(regexp.string)).search(encoded(line.string)) is None
    except (FailsError, OpenError):
        return False
