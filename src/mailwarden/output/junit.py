"""JUnit's XML, as Jenkins and GitLab read it: a suite for each file, a case for each finding.

A case fails if its finding changes the exit status, and is skipped if the finding is suppressed;
others pass, with the finding as their output.  A file without findings is one case that passes.
A file that was not read is an error, and so is a run that has checked nothing.

Source: junit-10.xsd of Jenkins' xunit plugin; "Unit test reports" (docs.gitlab.com), by which a
case is known by its name and the name of its suite, so that both stay when lines move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from ansible_collections.mailwarden.policy.plugins.module_utils.report import counting, lines
from ansible_collections.mailwarden.policy.plugins.module_utils.report.excerpt import Shown
from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import plain, words

from . import common
from .closing import last_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from typing import TextIO

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
        Finding,
        Report,
    )

    from ..run import Run

NAME = "mailwarden"
# What a case may have, and the count of it that its suite has.
COUNTS = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def write(run: Run, report: Report, arguments: argparse.Namespace, stream: TextIO) -> None:
    """Write a suite for each file, and one for the run where something is wrong with it."""
    inside = common.repository_paths(run)

    def named(path: str) -> str:
        return plain(inside(path))

    root = Element("testsuites", name=NAME)
    suites = {path: SubElement(root, "testsuite", name=named(path)) for path in report.files}
    threshold = counting.threshold_of(
        run.policy.profile, arguments.fail_on, arguments.min_confidence
    )
    excerpts, style = Shown(report), lines.Style(path=named)
    seen: dict[tuple[str, str], int] = {}
    for finding in report.findings:
        path = finding.place.path
        if path not in suites:
            suites[path] = SubElement(root, "testsuite", name=named(path))
        text = "\n".join(lines.of_finding(finding, excerpts, style))
        case = SubElement(
            suites[path], "testcase", name=_name(finding, seen), classname=named(path)
        )
        _fill(case, finding, text, threshold)
    for suite in suites.values():
        if len(suite) == 0:
            SubElement(suite, "testcase", name="nothing found", classname=suite.get("name", ""))
    _of_run(root, run, report, threshold, named)
    _count(root)
    common.write_xml(root, stream)


def _name(finding: Finding, seen: dict[tuple[str, str], int]) -> str:
    """A name that no other case of the file has, and that says nothing of lines."""
    name = finding.rule
    if finding.endpoints:
        name += f" ({plain(', '.join(finding.endpoints))})"
    key = finding.place.path, name
    seen[key] = seen.get(key, 0) + 1
    return name if seen[key] == 1 else f"{name} #{seen[key]}"


def _fill(case: Element, finding: Finding, text: str, threshold: counting.Threshold) -> None:
    if finding.suppressed is not None:
        SubElement(case, "skipped", message=words(finding.suppressed.reason))
    elif counting.counts(finding.rule, finding.severity, finding.confidence, False, threshold):
        message = common.message(finding)
        SubElement(case, "failure", message=message, type=finding.rule).text = text
    else:
        SubElement(case, "system-out").text = text


def _of_run(
    root: Element,
    run: Run,
    report: Report,
    threshold: counting.Threshold,
    named: Callable[[str], str],
) -> None:
    """What changes the exit status and is no finding."""
    wrong = [
        ("error", "unread", named(path), f"unread: {words(reason)}")
        for path, reason in report.unread
    ]
    if run.is_empty(report):
        wrong.append(("error", "empty", "nothing was checked", last_line(run, report)))
    undecided = counting.undecided(report)
    if undecided and threshold.fail_on == counting.UNDECIDED:
        wrong.append(("failure", "undecided", "undecided", f"{undecided} undecided"))
    suite = SubElement(root, "testsuite", name=NAME) if wrong else root
    for kind, about, name, message in wrong:
        case = SubElement(suite, "testcase", name=name, classname=NAME)
        SubElement(case, kind, message=message, type=about)


def _count(root: Element) -> None:
    """Give the suites, and what holds them, their counts."""
    total = dict.fromkeys(("tests", "failures", "errors"), 0)
    for suite in root:
        suite.set("tests", str(len(suite)))
        total["tests"] += len(suite)
        for tag, name in COUNTS.items():
            number = len(suite.findall(f"testcase/{tag}"))
            suite.set(name, str(number))
            if name in total:
                total[name] += number
    for name, number in total.items():
        root.set(name, str(number))
