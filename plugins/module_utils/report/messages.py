# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a task says of a report: why it fails, as the command shows it, and what it warns of."""

from __future__ import annotations

from . import counting
from .plain import plain, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Sequence

    from ..engine.finding import Finding, Report
    from .counting import Threshold

# The rules that say of a file that it is among the unread.
NOT_READ = ("syntax-error", "unreadable")
# How many names a sentence has room for.
NAMES = 3


def failures(report: Report, threshold: Threshold) -> list[str]:
    """Why the task fails, line by line; empty where it does not."""
    if threshold.fail_on == counting.NEVER:
        return []
    counted = [one for one in report.findings if _fails(one, threshold)]
    said = _shown(counted, report) if counted else []
    said += _unread(report, {one.place.path for one in counted if one.rule in NOT_READ})
    if threshold.fail_on == counting.UNDECIDED and counting.undecided(report) and not said:
        # The rule that would name it may be off.
        said.append(f"{counting.undecided(report)} undecided")
    return said


def _shown(findings: Sequence[Finding], report: Report) -> list[str]:
    # A node compiles what it loads, and most runs have nothing to show.
    from . import lines
    from .excerpt import Shown

    shown, style = Shown(report), lines.Style(options=False)
    return [line for one in findings for line in lines.of_finding(one, shown, style)]


def _fails(finding: Finding, threshold: Threshold) -> bool:
    suppressed = finding.suppressed is not None
    if finding.rule == counting.UNDECIDED:
        return threshold.fail_on == counting.UNDECIDED and not suppressed
    said = finding.rule, finding.severity, finding.confidence
    return counting.counts(*said, suppressed, threshold)


def _unread(report: Report, named: set[str]) -> list[str]:
    return [
        f"{plain(path)}: unread: {words(reason)}"
        for path, reason in report.unread
        if path not in named
    ]


def warnings(report: Report, asked: Sequence[str], threshold: Threshold) -> list[str]:
    """What the task warns of: whatever is wrong and does not fail it, each on a line.

    In: the report, and the files and folders that were to be checked.
    """
    said = [_on_a_line(one) for one in _passed(report, threshold)]
    if threshold.fail_on == counting.NEVER:
        said += _unread(report, {one.place.path for one in report.findings})
    if not counting.checked(report) and not report.unread:
        said.append(_nothing(report.files, asked))
    return said


def _passed(report: Report, threshold: Threshold) -> Iterator[Finding]:
    for one in report.findings:
        speaks = one.suppressed is None and one.severity in ("error", "warning")
        if speaks and one.rule != counting.UNDECIDED and not _fails(one, threshold):
            yield one


def _on_a_line(finding: Finding) -> str:
    """Ansible breaks a warning where its line is full, and nowhere else."""
    sure = "" if finding.confidence == "certain" else f" ({finding.confidence})"
    fix = f"; fix: {words(finding.fix.title)}" if finding.fix is not None else ""
    place = finding.place
    where = f"{plain(place.path)}:{place.line}:{place.column}"
    said = f"{where}: {finding.severity}: {words(finding.message)} [{finding.rule}]"
    return said + sure + fix


def _nothing(read: Sequence[str], asked: Sequence[str]) -> str:
    names = [plain(path) for path in (read or asked)]
    more = f" and {len(names) - NAMES} more" if len(names) > NAMES else ""
    where = ", ".join(names[:NAMES]) + more
    if read:
        return f"nothing was checked: no port is opened or dialled in {where}"
    if asked:
        return f"nothing was checked: no mail configuration is at or below {where}"
    return "nothing was checked: no mail program's configuration is where the programs look"
