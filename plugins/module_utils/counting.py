# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What counts: which findings change the command's exit status, and fail the module's task."""

from __future__ import annotations

from .finding import CERTAIN, SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from .tuples import NamedTuple

UNDECIDED = "undecided"
NEVER = "never"
STRICT = "strict"


class Threshold(NamedTuple):
    """From where on findings count: ``fail_on``, and whether possible ones do."""

    fail_on: str
    possible: bool


def threshold_of(
    profile: str, fail_on: str | None = None, confidence: str | None = None
) -> Threshold:
    """What its caller says that a run counts, and where that is nothing, what the profile says.

    In the strict profile warnings count, and what may be wrong does.
    """
    strict = profile == STRICT
    possible = strict if confidence is None else confidence != CERTAIN
    return Threshold(fail_on or ("warning" if strict else "error"), possible)


def counts(
    rule: str, severity: str, confidence: str, suppressed: bool, threshold: Threshold
) -> bool:
    """Whether a finding counts.

    What is undecided counts by ``fail_on`` alone and not by its level: the caller asks how much
    of it there is, since the rule that names it may be off.
    """
    if suppressed or rule == UNDECIDED or threshold.fail_on == NEVER:
        return False
    least = "error" if threshold.fail_on == UNDECIDED else threshold.fail_on
    sure = threshold.possible or confidence == CERTAIN
    return sure and SEVERITIES.index(severity) >= SEVERITIES.index(least)
