"""Annotations in a workflow of GitHub: one command a finding, and a last line for its log.

GitHub shows ten of each kind for a step; all of them stand in its log.

Source: "Workflow commands for GitHub Actions" (docs.github.com); ActionCommand.cs of actions/runner
for how a command is taken apart, and which signs stand for others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import plain, words

from . import common
from .closing import closing

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping
    from typing import TextIO

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
        Finding,
        Report,
    )

    from ..run import Run

KINDS = {"error": "error", "warning": "warning", "note": "notice"}
# The codes of the signs that end a line, a value or a command. That of the percent sign, with which
# every code begins, goes first.
IN_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
IN_VALUE = {**IN_DATA, ":": "%3A", ",": "%2C"}


def write(run: Run, report: Report, arguments: argparse.Namespace, stream: TextIO) -> None:
    """Write a command for each finding that is not suppressed, and for each file not read."""
    inside = common.repository_paths(run)

    def path_of(path: str) -> str:
        return plain(inside(path))

    for finding in common.findings(report):
        stream.write(_annotation(finding, path_of))
    for path, reason in common.unread(report):
        values = {"file": path_of(path), "title": "unread"}
        stream.write(command("error", f"unread: {words(reason)}", values))
    last = closing(run, report, arguments.quiet)
    if run.is_empty(report):
        stream.write(command("error", last, {"title": "mailwarden"}))
    elif last:
        stream.write(last + "\n")


def _annotation(finding: Finding, path_of: Callable[[str], str]) -> str:
    place = finding.place
    values: dict[str, object] = {"file": path_of(place.path), "line": place.line}
    if place.end_line == place.line:
        # GitHub takes columns within one line alone.
        values.update(col=place.column, endColumn=place.end_column)
    else:
        values["endLine"] = place.end_line
    values["title"] = finding.rule
    return command(KINDS[finding.severity], common.with_causes(finding, path_of), values)


def command(kind: str, message: str, values: Mapping[str, object]) -> str:
    """A workflow command on a line of its own."""
    pairs = ",".join(f"{name}={_escaped(str(value), IN_VALUE)}" for name, value in values.items())
    return f"::{kind} {pairs}::{_escaped(message, IN_DATA)}\n"


def _escaped(text: str, signs: dict[str, str]) -> str:
    for sign, code in signs.items():
        text = text.replace(sign, code)
    return text
