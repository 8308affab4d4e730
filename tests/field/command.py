"""The command as somebody runs it in a folder: its exit status, its JSON report and its words."""

from __future__ import annotations

import contextlib
import io
import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from mailwarden import cli

EMPTY: dict[str, Any] = {"endpoints": [], "findings": [], "unread": []}


class Run(NamedTuple):
    """The exit status, the report (an empty one if there is none), and what went to stderr."""

    status: int
    report: dict[str, Any]
    words: str


def lint(folder: Path) -> Run:
    """``mailwarden lint --format json .`` in the folder."""
    printed, told = io.StringIO(), io.StringIO()
    here = Path.cwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(told):
            status = cli.main(["lint", "--format", "json", "."])
    finally:
        os.chdir(here)
    return Run(status, json.loads(printed.getvalue() or "null") or EMPTY, told.getvalue())
