"""The last line of every run: what was looked at, found, left open and not read."""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils.finding import POSSIBLE
from ansible_collections.mailwarden.policy.plugins.module_utils.summary import summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ansible_collections.mailwarden.policy.plugins.module_utils.finding import Report


def summary_line(report: Report, passed: int = 0) -> str:
    """The last line: what was looked at, what was found, what was not decided and not read.

    ``passed`` is how many files were passed over that may be worth a look.
    """
    counts = summary(report)
    line = (
        f"{_counted(counts['files'], 'file')}, {_counted(counts['endpoints'], 'endpoint')}: "
        f"{_counted(counts['errors'], 'error')}, {_counted(counts['warnings'], 'warning')}, "
        f"{_counted(counts['notes'], 'note')}{_possible(report)}, "
        f"{counts['undecided']} undecided, "
        f"{counts['unread']} unread, {counts['suppressed']} suppressed"
    )
    passwords = sum(
        1
        for finding in report.findings
        if finding.suppressed is not None and finding.rule == "cleartext-auth"
    )
    line += f" ({passwords} of them cleartext-auth)" if passwords else ""
    return line + (f"; {passed} passed over, which --verbose lists" if passed else "")


def _possible(report: Report) -> str:
    """How many of the findings are possible only: outside the strict profile they do not count."""
    count = sum(
        1
        for finding in report.findings
        if finding.confidence == POSSIBLE and finding.suppressed is None
    )
    return f" ({count} of them possible)" if count else ""


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
