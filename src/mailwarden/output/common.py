"""What the reporters for machines have in common: which findings speak, and in which words."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from xml.etree.ElementTree import indent, tostring

from ansible_collections.mailwarden.policy.plugins.module_utils.report import lines
from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import words

from ..discover import upward

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TextIO
    from xml.etree.ElementTree import Element

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
        Finding,
        Report,
        Unread,
    )

    from ..run import Run


def findings(report: Report) -> list[Finding]:
    """The findings that are not suppressed."""
    return [finding for finding in report.findings if finding.suppressed is None]


def unread(report: Report) -> Iterator[Unread]:
    """What was not read, without the files of which a finding says that."""
    named = {finding.place.path for finding in report.findings}
    return (file for file in report.unread if file.path not in named)


def repository_paths(run: Run) -> Callable[[str], str]:
    """How those who read a report write a path: from the root of the repository.

    The root of a run may lie below that, where the nearest policy is.
    """
    repository = upward(run.root, [".git"]) or run.root
    prefix = os.path.relpath(run.root, repository)
    # An absolute path, which is a host's, stays as it is.
    return lambda path: path if prefix == os.curdir else os.path.join(prefix, path)


def message(finding: Finding) -> str:
    """A finding's sentence on one line, without secrets and escapes."""
    sure = "" if finding.confidence == "certain" else f" ({finding.confidence})"
    return words(finding.message) + sure


def with_causes(finding: Finding, path: Callable[[str], str]) -> str:
    """The sentence, and the settings that led there on lines below it; ``path`` shows paths."""
    causes = lines.causes(finding, lines.Style(path=path))
    return "\n".join([message(finding), *(f"cause: {cause}" for cause in causes)])


def write_xml(root: Element, stream: TextIO) -> None:
    """Write a document that says which encoding it is in: none that a stream has is too small.

    In: elements whose texts are printable, for XML has no other characters.
    """
    indent(root)
    text = tostring(root, encoding="us-ascii", xml_declaration=True).decode("ascii")
    stream.write(text + "\n")
