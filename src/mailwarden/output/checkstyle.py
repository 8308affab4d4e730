"""The XML of Checkstyle's XMLLogger, which Jenkins, reviewdog and others read.

Source: XMLLogger.java of Checkstyle: ``checkstyle`` has ``file`` with a name, ``file`` has
``error`` with line, column (left out where there is none), severity (ignore, info, warning,
error), message and source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import plain, words

from . import common

if TYPE_CHECKING:
    import argparse
    from typing import TextIO

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report

    from ..run import Run

# The version of Checkstyle whose form this is; readers do not look at it.
VERSION = "10.0"
SEVERITIES = {"error": "error", "warning": "warning", "note": "info"}


def write(run: Run, report: Report, _arguments: argparse.Namespace, stream: TextIO) -> None:
    """Write every file that was read, with what was found there and is not suppressed."""
    inside = common.repository_paths(run)
    root = ElementTree.Element("checkstyle", version=VERSION)
    files: dict[str, ElementTree.Element] = {}

    def file(path: str) -> ElementTree.Element:
        if path not in files:
            files[path] = ElementTree.SubElement(root, "file", name=plain(inside(path)))
        return files[path]

    for path in report.files:
        file(path)
    for finding in common.findings(report):
        ElementTree.SubElement(
            file(finding.place.path),
            "error",
            line=str(finding.place.line),
            column=str(finding.place.column),
            severity=SEVERITIES[finding.severity],
            message=common.message(finding),
            source=f"mailwarden.{finding.rule}",
        )
    for path, reason in common.unread(report):
        ElementTree.SubElement(
            file(path),
            "error",
            line="1",
            severity="error",
            message=f"unread: {words(reason)}",
            source="mailwarden.unread",
        )
    common.write_xml(root, stream)
