"""``mailwarden explain RULE``: the rule's manual, which is its module's docstring.

Without a rule it lists them.
"""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.rule_table import RULES

from .output import printed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def run(rule: str | None) -> int:
    """Print the manual, or the list of all rules; returns the exit status."""
    if rule is None:
        from .listing import rules

        return rules()
    known(rule)
    from .docs import manual

    printed.lines([manual(rule).rstrip("\n")])
    return 0


def known(rule: str) -> None:
    """Raise ``MailwardenError`` with the nearest name for a rule that there is not."""
    if rule not in RULES:
        raise MailwardenError(f"no rule is called {rule}{nearest(rule, sorted(RULES))}")


def nearest(name: str, names: Sequence[str]) -> str:
    """``; did you mean …?`` where a known name is near."""
    from difflib import get_close_matches

    close = get_close_matches(name, names, n=1)
    return f"; did you mean {close[0]}?" if close else "; `mailwarden rules` lists them"
