"""The last line of every run: what was looked at, found, left open and not read."""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import POSSIBLE
from ansible_collections.mailwarden.policy.plugins.module_utils.report.counting import summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report

    from ..run import Run


# How many names the last line has room for.
NAMES = 3


def closing(run: Run, report: Report, quiet: bool) -> str:
    """The last line as it is shown; with ``quiet`` only the reason for an exit status."""
    # No finding says why the exit status of an empty run is what it is.
    return last_line(run, report) if not quiet or run.is_empty(report) else ""


def last_line(run: Run, report: Report) -> str:
    """The last line of a run: what it has found, or that it has checked nothing, and why."""
    if run.is_empty(report):
        named = sorted(run.about) or run.files
        foreign = [path for path in named if path not in report.files]
        passed = [path for path, _why in run.passed_over()]
        return nothing_checked(report.files, foreign, passed, run.shown)
    return summary_line(report, len(run.passed_over()), len(run.gone))


def nothing_checked(
    read: Sequence[str],
    foreign: Sequence[str],
    passed: Sequence[str],
    shown: Callable[[str], str],
) -> str:
    """That nothing was checked, and why.

    In: what was read and gave nothing, what was named and is none to check, what was passed over,
    how paths are shown.
    """
    why = [
        f"{_files(paths, shown)} {what}"
        for paths, what in (
            (read, "read: no port is opened or dialled there"),
            (foreign, "named and not to be checked"),
            (passed, "passed over, which --verbose lists with reasons"),
        )
        if paths
    ]
    none = "no file to check was named or found (mailwarden formats lists their names)"
    return "nothing was checked: " + ("; ".join(why) or none)


def _files(paths: Sequence[str], shown: Callable[[str], str]) -> str:
    from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import plain

    names = ", ".join(plain(shown(path)) for path in paths[:NAMES])
    more = f" and {len(paths) - NAMES} more" if len(paths) > NAMES else ""
    return f"{_counted(len(paths), 'file')} ({names}{more})"


def summary_line(report: Report, passed: int = 0, gone: int = 0) -> str:
    """The last line: what was looked at, what was found, what was not decided and not read.

    ``passed`` is how many files were passed over that may be worth a look, ``gone`` how many
    findings of the baseline are no longer there.
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
        if finding.suppressed is not None and "cleartext-auth" in (finding.rule, *finding.also)
    )
    line += f" ({passwords} of them cleartext-auth)" if passwords else ""
    line += f"; {passed} passed over, which --verbose lists" if passed else ""
    return line + (f"; {gone} of the baseline gone, which --verbose lists" if gone else "")


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
