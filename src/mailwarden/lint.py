"""``mailwarden lint``."""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.report import counting

from .output import printed
from .output.closing import closing, last_line
from .run import Run, judged

# The exit status of a run that has checked nothing.
EMPTY = 4

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
        Finding,
        Report,
    )
    from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
    from ansible_collections.mailwarden.policy.plugins.module_utils.report.counting import Threshold


def run(arguments: argparse.Namespace) -> int:
    """Lint, and fix where that is asked for; returns the exit status."""
    if not _plain(arguments):
        _refuse(arguments)
    one, report = judged(arguments)
    if arguments.fix or arguments.diff:
        from .fixing import fix

        report = fix(one, report, arguments)
    settle(one, report)
    if arguments.baseline or arguments.write_baseline:
        from . import baseline

        one = baseline.applied(one, report, arguments)
    least = arguments.min_confidence
    if least:
        report.findings = [one for one in report.findings if counting.sure(one.confidence, least)]
    if not arguments.diff:
        show(one, report, arguments)
    if not _says_text(arguments):
        tell_if_empty(one, report)
        tell_if_gone(one)
    return status(report, threshold_of(arguments, one.policy)) or empty(one, report, arguments)


def settle(one: Run, report: Report) -> None:
    """Say once what several hosts of a role share, and what paths of the policy do nothing."""
    if one.hosts:
        from .hosted import merged

        merged(report, one.about)
    if one.policy.path and (one.policy.roots or one.policy.ignores):
        from .policy_paths import complaints

        report.findings.extend(complaints(one, report))


def tell_if_empty(one: Run, report: Report) -> None:
    """Say on the standard error that nothing was checked, where the output has no place for it."""
    if one.is_empty(report):
        printed.tell(f"mailwarden: {last_line(one, report)}")


def tell_if_gone(one: Run) -> None:
    """Say likewise how much of the baseline is no longer there."""
    if one.gone:
        printed.tell(f"mailwarden: {len(one.gone)} of the baseline gone")


def empty(one: Run, report: Report, arguments: argparse.Namespace) -> int:
    """The exit status of a run that has found nothing: whether it has looked at anything."""
    return EMPTY if one.is_empty(report) and not arguments.allow_empty else 0


def _plain(arguments: argparse.Namespace) -> bool:
    """Whether nothing but the text is asked for."""
    return not (
        arguments.format
        or arguments.output
        or arguments.fix
        or arguments.diff
        or arguments.unsafe_fixes
        or arguments.statistics
    )


def _says_text(arguments: argparse.Namespace) -> bool:
    """Whether a report for people is made."""
    if arguments.diff:
        return False
    return not arguments.format or any(name == "text" for name, _path in arguments.format)


def _refuse(arguments: argparse.Namespace) -> None:
    """Raise for options that do not go together."""
    from .output.reporters import targets

    wanted = targets(arguments)
    if arguments.unsafe_fixes and not (arguments.fix or arguments.diff):
        raise MailwardenError("--unsafe-fixes goes with --fix or --diff")
    if arguments.diff and [name for name, _path in wanted] != ["text"]:
        raise MailwardenError("--diff is text; in JSON every finding has the edits of its fix")
    if arguments.statistics and not _says_text(arguments):
        raise MailwardenError("--statistics is a part of the text, which no --format asks for")
    if arguments.fix and "-" in arguments.paths:
        raise MailwardenError(
            "--fix writes files and not the standard input; --diff shows the fixes"
        )


def show(one: Run, report: Report, arguments: argparse.Namespace) -> None:
    """Write the reports that were asked for."""
    if _plain(arguments) and not (report.findings or report.unread or arguments.verbose):
        # Nothing to show but that there is nothing to show, so no reporter is loaded.
        last = closing(one, report, arguments.quiet)
        printed.lines([last] if last else [])
        return
    from .output import reporters

    reporters.write(one, report, arguments)


def threshold_of(arguments: argparse.Namespace, policy: Policy) -> Threshold:
    """What a finding has to reach in this run in order to count."""
    return counting.threshold_of(policy.profile, arguments.fail_on, arguments.min_confidence)


def status(report: Report, threshold: Threshold) -> int:
    """0 clean, 1 findings that count, 2 something was not read."""
    from ansible_collections.mailwarden.policy.plugins.module_utils.report.counting import undecided

    if report.unread:
        return 2
    if threshold.fail_on == counting.UNDECIDED and undecided(report):
        return 1
    return 1 if any(counts(finding, threshold) for finding in report.findings) else 0


def counts(finding: Finding, threshold: Threshold) -> bool:
    """Whether a finding changes the exit status."""
    suppressed = finding.suppressed is not None
    said = finding.rule, finding.severity, finding.confidence
    return counting.counts(*said, suppressed, threshold)
