"""GitLab's code quality report: an array of issues, a part of Code Climate's.

Source: "Code Quality report format" (docs.gitlab.com, ci/testing/code_quality): ``description``,
``check_name``, ``fingerprint`` (one of a kind), ``severity`` (info, minor, major, critical,
blocker), ``location.path`` from the repository's root without ``./``, ``location.lines.begin``.
GitLab keeps one of several with one fingerprint, and stops at the first that its schema refuses
(``lib/gitlab/ci/parsers/codequality``, ``app/validators/json_schemas/codeclimate.json``).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils.report.fingerprint import (
    fingerprints,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import words

from . import common
from .json import dumped

if TYPE_CHECKING:
    import argparse
    from typing import Any, TextIO

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report

    from ..run import Run

SEVERITIES = {"error": "critical", "warning": "major", "note": "info"}


def write(run: Run, report: Report, _arguments: argparse.Namespace, stream: TextIO) -> None:
    """Write an issue for each finding that is not suppressed, and for each file not read."""
    inside = common.repository_paths(run)
    issues = [
        {
            "description": common.message(finding),
            "check_name": finding.rule,
            "fingerprint": mark,
            "severity": SEVERITIES[finding.severity],
            "location": {
                "path": inside(finding.place.path),
                "lines": {"begin": finding.place.line, "end": finding.place.end_line},
            },
        }
        for mark, finding in zip(fingerprints(report), report.findings, strict=True)
        if finding.suppressed is None
    ]
    issues += [_unread(inside(path), reason) for path, reason in common.unread(report)]
    stream.write(dumped(issues))


def _unread(path: str, reason: str) -> dict[str, Any]:
    mark = hashlib.sha256(f"unread\0{path}".encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return {
        "description": f"unread: {words(reason)}",
        "check_name": "unread",
        "fingerprint": mark,
        "severity": "blocker",
        "location": {"path": path, "lines": {"begin": 1}},
    }
