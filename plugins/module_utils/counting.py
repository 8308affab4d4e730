# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What counts: which findings change the command's exit status, and fail the module's task."""

from __future__ import annotations

from .finding import CONFIDENCES, LIKELY, POSSIBLE, SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from .tuples import NamedTuple

UNDECIDED = "undecided"
NEVER = "never"
STRICT = "strict"


class Threshold(NamedTuple):
    """From where on findings count: ``fail_on``, and how sure they have to be."""

    fail_on: str
    confidence: str


def threshold_of(
    profile: str, fail_on: str | None = None, confidence: str | None = None
) -> Threshold:
    """What its caller says that a run counts, and where that is nothing, what the profile says.

    In the strict profile warnings count, and what is only possible does.
    """
    strict = profile == STRICT
    return Threshold(
        fail_on or ("warning" if strict else "error"),
        confidence or (POSSIBLE if strict else LIKELY),
    )


def sure(confidence: str, least: str) -> bool:
    """Whether a finding is as sure as ``least``, or surer."""
    return CONFIDENCES.index(confidence) >= CONFIDENCES.index(least)


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
    enough = SEVERITIES.index(severity) >= SEVERITIES.index(least)
    return enough and sure(confidence, threshold.confidence)
