"""The report for people: findings as a compiler shows them, and a last line."""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils.report import counting, lines
from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import plain

from . import printed
from .closing import closing

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import TextIO

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report

    from ..run import Run


def write(run: Run, report: Report, arguments: argparse.Namespace, stream: TextIO) -> None:
    """Write what ``--quiet`` and ``--verbose`` leave of the report."""
    style = lines.Style(
        colour=printed.colour(arguments.color, stream),
        quiet=arguments.quiet,
        verbose=arguments.verbose,
        undecided=not arguments.quiet or arguments.fail_on == counting.UNDECIDED,
        path=lambda path: plain(run.shown(path)),
    )
    if arguments.verbose:
        stream.writelines(f"host: {plain(words)}\n" for words in run.hosts)
        if run.hosts:
            from . import origins

            stream.writelines(f"{line}\n" for line in origins.lines(run))
    for line in lines.of_report(report, style, run.passed_over()):
        stream.write(line + "\n")
    if arguments.verbose:
        stream.writelines(f"no longer there: {plain(entry)}\n" for entry in run.gone)
    if arguments.statistics:
        stream.writelines(f"{line}\n" for line in statistics(report))
    last = closing(run, report, arguments.quiet)
    stream.write(last and last + "\n")


def statistics(report: Report) -> Iterator[str]:
    """How many findings each rule has, the most first; what is suppressed is not counted."""
    count: dict[tuple[str, str], int] = {}
    for finding in report.findings:
        if finding.suppressed is None:
            key = finding.rule, finding.severity
            count[key] = count.get(key, 0) + 1
    room = max((len(str(number)) for number in count.values()), default=0)
    for (rule, severity), number in sorted(count.items(), key=lambda item: (-item[1], item[0])):
        yield f"{number:>{room}}  {severity:<7}  {rule}"
