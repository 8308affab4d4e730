# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The findings of a report as plain data: most runs of a node have none."""

from __future__ import annotations

from .. import rules
from . import causes
from .fingerprint import fingerprints
from .secrets import masked_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping

    from ..engine.finding import Finding, Report


def as_data(
    report: Report, names: Mapping[tuple[str, str], str], texts: causes.Texts
) -> list[dict[str, Any]]:
    """Each finding; ``names`` are the endpoints' ids in the run, by unit and id."""
    marked = zip(report.findings, fingerprints(report))
    return [_finding(finding, names, fingerprint, texts) for finding, fingerprint in marked]


def _finding(
    finding: Finding, names: Mapping[tuple[str, str], str], fingerprint: str, texts: causes.Texts
) -> dict[str, Any]:
    place = finding.place
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "message": masked_words(finding.message),
        "url": rules.url(finding.rule),
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "cause": causes.as_data(finding.cause, texts),
        "endpoints": [names.get((finding.unit, name), name) for name in finding.endpoints],
        "hosts": list(finding.hosts),
        "when": list(finding.when),
        "rests_on": [masked_words(one) for one in finding.rests_on],
        "also": list(finding.also),
        "fix": _fix(finding),
        "suppressed": (
            None
            if finding.suppressed is None
            else {
                "reason": finding.suppressed.reason,
                "path": finding.suppressed.path,
                "line": finding.suppressed.line or None,
            }
        ),
        "fingerprint": fingerprint,
    }


def _fix(finding: Finding) -> Any:
    if finding.fix is None:
        return None
    return {
        "safe": finding.fix.safe,
        "title": finding.fix.title,
        "edits": [one._asdict() for one in finding.fix.edits],
    }
