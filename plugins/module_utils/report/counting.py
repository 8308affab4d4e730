# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What counts: the numbers of a report, and the findings that fail a run.

Every run shows the numbers in its last line.  Findings that count change the command's exit status
and fail the module's task.
"""

from __future__ import annotations

from ..engine.finding import CONFIDENCES, LIKELY, POSSIBLE, SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    from ..engine.finding import Report
else:
    from ..tuples import NamedTuple

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


def summary(report: Report) -> dict[str, int]:
    """The counts of the last line."""
    counted = [finding for finding in report.findings if finding.suppressed is None]
    by_severity = {"error": 0, "warning": 0, "note": 0}
    for finding in counted:
        by_severity[finding.severity] += 1
    return {
        "files": len(report.files),
        "endpoints": len(report.endpoints),
        "errors": by_severity["error"],
        "warnings": by_severity["warning"],
        "notes": by_severity["note"],
        "undecided": undecided(report),
        "unread": len(report.unread),
        "suppressed": len(report.findings) - len(counted),
        "checked": checked(report),
    }


def checked(report: Report) -> bool:
    """Whether a file gave an endpoint, a finding or an undecided note.

    What rules find counts also where they are not selected, or are off.  What is wrong with the
    policy says nothing of any file.
    """
    if report.endpoints or undecided(report):
        return True
    readings = (two.reading for one in report.units for two in one.alternatives)
    if any(reading.problems or reading.remarks for reading in readings):
        return True
    files = {*report.files, *(one.path for one in report.unread)}
    return any(finding.place.path in files for finding in report.findings)


def undecided(report: Report) -> int:
    """How many things decide something that the files do not say, whatever the rule's level."""
    return len(
        {
            (unit.name, name)
            for unit, shown in report.endpoints
            for names in (shown.depends_on, *(one.depends_on for one in shown.undecided.values()))
            for name in names
        }
        | {(one.unit.name, name) for one in report.units for name, _place, _sides in one.further()}
        | {(one.unit.name, "combinations") for one in report.units if one.overflow}
        | {(one.unit.name, "version") for one in report.units if one.unknown_version}
    )
