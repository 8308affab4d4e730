"""What ``lint`` says of files, in every format at once, and those who read it."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mailwarden.cli import main
from mailwarden.output.reporters import REPORTERS


class Run(NamedTuple):
    """The exit status, the report of each reporter, and what the standard error was told."""

    status: int
    of: dict[str, str]
    told: str

    def data(self, name: str) -> Any:
        """A report that is JSON."""
        return json.loads(self.of[name])

    @property
    def results(self) -> list[Any]:
        """The results of the SARIF log."""
        (run,) = self.data("sarif")["runs"]
        results: list[Any] = run["results"]
        return results


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below a folder that is a repository."""
    for name, content in {".git/HEAD": "ref: refs/heads/main\n", **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def run(folder: Path, *arguments: str, names: Sequence[str] = tuple(REPORTERS)) -> Run:
    """Lint a folder, with the reports in a folder beside it."""
    out = folder.parent / f"{folder.name}.reports"
    out.mkdir(exist_ok=True)
    formats = [f"--format={name}:{out / name}" for name in names]
    told = io.StringIO()
    with _inside(folder), contextlib.redirect_stderr(told):
        status = main(["lint", *formats, *arguments])
    return Run(status, {name: (out / name).read_text() for name in names}, told.getvalue())


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


class Command(NamedTuple):
    """A workflow command as GitHub's runner takes it apart."""

    name: str
    properties: dict[str, str]
    data: str


# Source: TryParseV2 in src/Runner.Common/ActionCommand.cs of actions/runner; ``%25`` comes last.
SIGNS = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


def command(line: str) -> Command | None:
    """What the runner makes of a line of output; ``None`` where it is no command."""
    line = line.lstrip()
    head, behind, data = line[2:].partition("::")
    if not line.startswith("::") or not behind:
        return None
    name, _blank, values = head.partition(" ")
    pairs = (value.partition("=") for value in values.strip().split(",") if value)
    properties = {key: _shown(value, SIGNS) for key, _sign, value in pairs if value}
    in_data = {sign: char for sign, char in SIGNS.items() if char not in ":,"}
    return Command(name, properties, _shown(data, in_data))


def _shown(text: str, signs: Mapping[str, str]) -> str:
    for sign, char in signs.items():
        text = text.replace(sign, char)
    return text
