# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The fingerprints of findings, by which a baseline and a server know them again."""

from __future__ import annotations

from .form import LONGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..engine.finding import Finding, Report
    from ..text.place import Place


def fingerprints(report: Report) -> list[str]:
    """The fingerprint of each finding, as ``as_data`` has it."""
    seen: dict[str, int] = {}
    return [_fingerprint(finding, report, seen) for finding in report.findings]


def _fingerprint(finding: Finding, report: Report, seen: dict[str, int]) -> str:
    """Of rule, path, endpoints, the blamed text with blanks folded, and an ordinal.

    Never of line or message, so that it outlives edits elsewhere and better words.
    """
    endpoints = sorted(finding.endpoints)
    parts = (finding.rule, finding.place.path, *endpoints, blamed(finding.place, report))
    # Takes as long to load as a small report to make, and a text has no fingerprints.
    import hashlib

    key = "\0".join(parts)
    seen[key] = seen.get(key, 0) + 1
    data = f"{key}\0{seen[key]}"
    return hashlib.sha256(data.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def blamed(place: Place, report: Report) -> str:
    """The text that a finding points at, blanks folded; empty where the file was not read.

    Of a long one, at which many may point, it is a digest.
    """
    known = report.blamed.get(place)
    if known is None:
        data = report.bytes_of(place.path)[place.start : place.end]
        known = " ".join(data.decode("utf-8", "surrogateescape").split())
        if len(known) > LONGEST:
            import hashlib

            known = hashlib.sha256(known.encode("utf-8", "surrogateescape")).hexdigest()
        report.blamed[place] = known
    return known
