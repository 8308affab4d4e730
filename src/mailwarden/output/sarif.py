"""SARIF 2.1.0 with Errata 01 (OASIS), as GitHub's code scanning, editors and others read it.

Section numbers are the standard's.  What was not read, or passed over, stands among the
notifications of the run: a log without results says there what was not looked at.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING
from urllib.parse import quote

from ansible_collections.mailwarden.policy.plugins.module_utils import rules
from ansible_collections.mailwarden.policy.plugins.module_utils.report import as_data
from ansible_collections.mailwarden.policy.plugins.module_utils.report.secrets import (
    masked,
    masked_words,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.rule_table import RULES
from ansible_collections.mailwarden.policy.plugins.module_utils.version import VERSION

from .. import manuals
from .closing import last_line
from .common import repository_paths
from .json import dumped

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TextIO

    from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Edit
    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
        Finding,
        Report,
    )
    from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place

    from ..run import Run

    Data = dict[str, Any]
    # Where a setting stands (a default nowhere), and what it says.
    Cause = tuple[Place | None, str]

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
HOME = "https://github.com/mailwarden/mailwarden"
# What relative paths are relative to (3.14.14); where that lies is the reader's to know.
ROOT = "%SRCROOT%"
# The name and version of our fingerprints (3.27.17).
FINGERPRINT = "mailwarden/v1"
# The properties of a result, by the names that they have in the JSON report.
PROPERTIES = ("confidence", "endpoints", "hosts", "when", "rests_on", "also")


def write(run: Run, report: Report, _arguments: argparse.Namespace, stream: TextIO) -> None:
    """Write the report as a log with one run."""
    stream.write(dumped(log(run, report)))


def log(run: Run, report: Report) -> Data:
    """The report as a log."""
    data = as_data(report, VERSION)
    names = list(dict.fromkeys(finding.rule for finding in report.findings))
    files = Files(report, repository_paths(run))
    results = [
        _result(finding, entry, names, files)
        for finding, entry in zip(report.findings, data["findings"], strict=True)
    ]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(names)},
                "invocations": [_invocation(run, report, files)],
                "originalUriBaseIds": {
                    ROOT: {"description": {"text": "The root of the repository."}}
                },
                "artifacts": [
                    {"location": files.location(path)} for path in dict.fromkeys(report.files)
                ],
                "results": results,
                "columnKind": "unicodeCodePoints",
                "defaultEncoding": "utf-8",
            }
        ],
    }


def _driver(names: Sequence[str]) -> Data:
    return {
        "name": "mailwarden",
        "semanticVersion": VERSION,
        "informationUri": HOME,
        "rules": [_rule(name) for name in names],
    }


def _rule(name: str) -> Data:
    """A rule with its manual (3.49)."""
    manual = manuals.of(name)
    level = RULES[name].level("default")
    configuration = {"enabled": False} if level == "off" else {"level": level}
    return {
        "id": name,
        "name": "".join(word.capitalize() for word in name.split("-")),
        "shortDescription": {"text": manual.summary},
        "fullDescription": {"text": manual.summary},
        "help": {
            "text": manuals.plain_text(name),
            "markdown": "\n".join([manual.summary, "", *manuals.markdown(manual)]),
        },
        "helpUri": rules.url(name),
        "defaultConfiguration": configuration,
        "properties": {"tags": ["security", "mail"]},
    }


def _invocation(run: Run, report: Report, files: Files) -> Data:
    """Whether everything was read, and what was not (3.20)."""
    notes = [
        _notification("error", f"unread: {masked_words(reason)}", files.location(path))
        for path, reason in report.unread
    ]
    notes += [
        _notification("note", f"passed over: {reason}", files.location(path))
        for path, reason in run.passed_over()
    ]
    if run.is_empty(report):
        notes.append(_notification("warning", last_line(run, report)))
    return {"executionSuccessful": not report.unread, "toolExecutionNotifications": notes}


def _notification(level: str, text: str, location: Data | None = None) -> Data:
    note: Data = {"level": level, "message": {"text": _unlinked(text)}}
    if location:
        note["locations"] = [{"physicalLocation": {"artifactLocation": location}}]
    return note


def _result(finding: Finding, data: Data, names: Sequence[str], files: Files) -> Data:
    """A finding (3.27)."""
    causes = [
        (setting.place, " ".join(cause["text"].split()))
        for setting, cause in zip(finding.cause, data["cause"], strict=True)
    ]
    related = _related(causes, files)
    result: Data = {
        "ruleId": finding.rule,
        "ruleIndex": names.index(finding.rule),
        "level": finding.severity,
        "message": {"text": "\n".join([_unlinked(data["message"]), *_causes(causes)])},
        "locations": [{"physicalLocation": files.physical(finding.place)}],
        "partialFingerprints": {FINGERPRINT: data["fingerprint"]},
        "properties": {name: data[name] for name in PROPERTIES if data[name]},
    }
    if related:
        result["relatedLocations"] = related
    if finding.suppressed is not None:
        result["suppressions"] = [_suppression(finding, files)]
    changes = _changes(finding, files)
    if changes and finding.fix is not None:
        description = {"text": masked_words(finding.fix.title)}
        result["fixes"] = [{"description": description, "artifactChanges": changes}]
    return result


def _causes(causes: Sequence[Cause]) -> Iterator[str]:
    """The settings that led there, each with a link to its place: GitHub shows what is linked."""
    number = 0
    for place, text in causes:
        if place is None:
            yield f"cause: {_unlinked(text)}"
        else:
            number += 1
            yield f"cause: [{_bracketed(text)}]({number})"


def _related(causes: Sequence[Cause], files: Files) -> list[Data]:
    """The places of those settings, numbered as the links are."""
    placed = [(place, text) for place, text in causes if place is not None]
    return [
        {
            "id": number,
            "message": {"text": _unlinked(text)},
            "physicalLocation": files.physical(place),
        }
        for number, (place, text) in enumerate(placed, 1)
    ]


def _suppression(finding: Finding, files: Files) -> Data:
    """Why it does not count (3.35): a comment in a file that was read, or a list outside of it."""
    assert finding.suppressed is not None
    reason, path, line = finding.suppressed
    physical: Data = {"artifactLocation": files.location(path)}
    if line:
        physical["region"] = {"startLine": line}
    return {
        "kind": "inSource" if files.has(path) else "external",
        "status": "accepted",
        "justification": masked_words(reason),
        "location": {"physicalLocation": physical},
    }


def _changes(finding: Finding, files: Files) -> list[Data]:
    """The edits of a fix, file by file (3.56); none where one would show a secret."""
    edits = finding.fix.edits if finding.fix is not None else ()
    if any(masked(edit.text) != edit.text or not files.has(edit.path) for edit in edits):
        return []
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.path, []).append(edit)
    return [
        {
            "artifactLocation": files.location(path),
            "replacements": [
                {"deletedRegion": files.region(edit), "insertedContent": {"text": edit.text}}
                for edit in edits_of_file
            ],
        }
        for path, edits_of_file in by_path.items()
    ]


def _region(line: int, column: int, end_line: int, end_column: int) -> Data:
    """A region of text (3.30): from 1, columns in code points, the end exclusive, as ours."""
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
    }


def _bracketed(text: str) -> str:
    """The text of a link (3.11.6)."""
    for sign in "\\[]":
        text = text.replace(sign, "\\" + sign)
    return text


def _unlinked(text: str) -> str:
    """A message in which nothing is a link: what a file says may look like one (3.11.6)."""
    return text.replace("](", "] (")


class Files:
    """Where files are, and lines in those that were read."""

    def __init__(self, report: Report, inside: Callable[[str], str]) -> None:
        self._report = report
        # A path of the report as seen from the root of the repository.
        self._inside = inside
        # Where the lines of a file begin, in bytes.
        self._starts: dict[str, list[int]] = {}

    def location(self, path: str) -> Data:
        """Where a file is (3.4): relative to the repository's root, or absolute on a host.

        What is not ASCII, and bytes that are not UTF-8, are percent-encoded as they are (RFC 3986).
        """
        uri = quote(self._inside(path).encode("utf-8", "surrogateescape"), safe="/")
        absolute = path.startswith("/")
        return {"uri": f"file://{uri}"} if absolute else {"uri": uri, "uriBaseId": ROOT}

    def physical(self, place: Place) -> Data:
        """Where a span is (3.29)."""
        return {"artifactLocation": self.location(place.path), "region": _region(*place[1:5])}

    def has(self, path: str) -> bool:
        """Whether a file was read."""
        return path in self._report.texts

    def region(self, edit: Edit) -> Data:
        """What an edit takes away."""
        line, column = self._position(edit.path, edit.start)
        end_line, end_column = self._position(edit.path, edit.end)
        return _region(line, column, end_line, end_column)

    def _position(self, path: str, offset: int) -> tuple[int, int]:
        data = self._report.bytes_of(path)
        if path not in self._starts:
            lines = data.split(b"\n")
            starts = [0]
            for line in lines[:-1]:
                starts.append(starts[-1] + len(line) + 1)
            self._starts[path] = starts
        number = bisect_right(self._starts[path], offset)
        start = self._starts[path][number - 1]
        return number, len(data[start:offset].decode("utf-8", "surrogateescape")) + 1
