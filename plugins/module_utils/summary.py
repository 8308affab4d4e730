# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The counts of a report, of which every run shows the last line."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .finding import Report


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
