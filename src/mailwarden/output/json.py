"""The report as JSON: ``schemas/report.schema.json``."""

from __future__ import annotations

import json

from ansible_collections.mailwarden.policy.plugins.module_utils.report import as_data
from ansible_collections.mailwarden.policy.plugins.module_utils.version import VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any, TextIO

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report

    from ..run import Run


def write(_run: Run, report: Report, _arguments: argparse.Namespace, stream: TextIO) -> None:
    """Write the report as one document."""
    stream.write(document(report))


def document(report: Report) -> str:
    """The report as one JSON document that every parser takes, with a line end."""
    return dumped(as_data(report, VERSION))


def dumped(data: Any) -> str:
    """Data as a JSON document that every parser takes, with a line end."""
    text = json.dumps(data, indent=2)
    if "\\udc" in text:
        # Bytes that are not UTF-8 travel as lone surrogates, which not every parser takes.
        text = json.dumps(_replaced(data), indent=2)
    return text + "\n"


def _replaced(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if isinstance(value, list):
        return [_replaced(item) for item in value]
    if isinstance(value, dict):
        return {key: _replaced(item) for key, item in value.items()}
    return value
