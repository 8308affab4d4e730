"""``mailwarden lint``."""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils import counting
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError

from .output import printed
from .output.closing import last_line
from .run import Run, judged

# The exit status of a run that has checked nothing.
EMPTY = 4

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import TextIO

    from ansible_collections.mailwarden.policy.plugins.module_utils.counting import Threshold
    from ansible_collections.mailwarden.policy.plugins.module_utils.finding import Finding, Report
    from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy


def run(arguments: argparse.Namespace) -> int:
    """Lint, and fix where that is asked for; returns the exit status."""
    _refuse(arguments)
    one, report = judged(arguments)
    if arguments.fix or arguments.diff:
        from .fixing import fix

        report = fix(one, report, arguments)
    if one.policy.path and (one.policy.roots or one.policy.ignores):
        from .policy_paths import complaints

        report.findings.extend(complaints(one, report))
    least = arguments.min_confidence
    if least:
        report.findings = [one for one in report.findings if counting.sure(one.confidence, least)]
    if not arguments.diff:
        show(one, report, arguments)
    if arguments.diff or arguments.format == "json":
        tell_if_empty(one, report)
    return status(report, threshold_of(arguments, one.policy)) or empty(one, report, arguments)


def tell_if_empty(one: Run, report: Report) -> None:
    """Say on the standard error that nothing was checked, where the output has no place for it."""
    if one.is_empty(report):
        printed.tell(f"mailwarden: {last_line(one, report)}")


def empty(one: Run, report: Report, arguments: argparse.Namespace) -> int:
    """The exit status of a run that has found nothing: whether it has looked at anything."""
    return EMPTY if one.is_empty(report) and not arguments.allow_empty else 0


def _refuse(arguments: argparse.Namespace) -> None:
    """Raise for options that do not go together."""
    if arguments.unsafe_fixes and not (arguments.fix or arguments.diff):
        raise MailwardenError("--unsafe-fixes goes with --fix or --diff")
    if arguments.diff and arguments.format != "text":
        raise MailwardenError("--diff is text; in JSON every finding has the edits of its fix")
    if arguments.fix and "-" in arguments.paths:
        raise MailwardenError(
            "--fix writes files and not the standard input; --diff shows the fixes"
        )


def show(one: Run, report: Report, arguments: argparse.Namespace) -> None:
    """Print the report as it was asked for."""

    def write(stream: TextIO) -> None:
        if arguments.format == "json":
            from .output.json import document

            stream.write(document(report))
            return
        # Why the exit status is what it is, where no finding says it.
        last = last_line(one, report) if not arguments.quiet or one.is_empty(report) else ""
        if not (report.findings or report.unread or arguments.verbose):
            # Nothing to show but that there is nothing to show.
            stream.write(last and last + "\n")
            return
        from ansible_collections.mailwarden.policy.plugins.module_utils import lines
        from ansible_collections.mailwarden.policy.plugins.module_utils.plain import plain

        style = lines.Style(
            colour=printed.colour(arguments.color, stream),
            quiet=arguments.quiet,
            verbose=arguments.verbose,
            undecided=not arguments.quiet or arguments.fail_on == counting.UNDECIDED,
            path=lambda path: plain(one.shown(path)),
        )
        for line in lines.of_report(report, style, one.passed, last):
            stream.write(line + "\n")

    printed.to(arguments.output, write, one, report)


def threshold_of(arguments: argparse.Namespace, policy: Policy) -> Threshold:
    """What a finding has to reach in this run in order to count."""
    return counting.threshold_of(policy.profile, arguments.fail_on, arguments.min_confidence)


def status(report: Report, threshold: Threshold) -> int:
    """0 clean, 1 findings that count, 2 something was not read."""
    from ansible_collections.mailwarden.policy.plugins.module_utils.counting import undecided

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
