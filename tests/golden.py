"""Output that is written down: of the fixtures in tests/fixtures/text, and in the pages.

A fixture is a folder with input, an ``expected.txt`` and, where the command is not ``lint``, a file
``arguments``.  In a page each block of the language ``console`` is a command behind ``$`` and
what it prints.  ``python -m tests.golden --write`` writes both anew; look at the difference.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "tests/fixtures/text"
README = ROOT / "README.md"
# The pages whose examples are run.
PAGES = (README, ROOT / "docs/output.md")
BLOCK = re.compile(
    r"(?<=^```console\n)\$ (?P<command>.*)\n(?P<output>(?:(?!```).*\n)*)(?=```$)", re.M
)


def run(command: str, folder: Path) -> str:
    """What ``mailwarden …`` prints in a folder, and a line with its exit status if it is not 0."""
    said, status = printed(command, folder)
    return said + (f"exit status {status}\n" if status else "")


def printed(command: str, folder: Path) -> tuple[str, int]:
    """What ``mailwarden …`` prints in a folder, and its exit status."""
    words = shlex.split(command)
    if words[0] != "mailwarden":
        raise ValueError(f"only mailwarden is run: {command}")
    done = subprocess.run(
        [sys.executable, "-m", "mailwarden", *words[1:]],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.stdout.decode(), done.returncode


def environment() -> dict[str, str]:
    """The environment in which commands run: the checkout, and nothing of the user's."""
    path = os.pathsep.join([str(ROOT / ".dev"), str(ROOT / "src")])
    return {"PYTHONPATH": path, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}


def fixtures() -> list[Path]:
    """The folders with input and expected output."""
    return sorted(path for path in FIXTURES.iterdir() if path.is_dir())


def command_of(fixture: Path) -> str:
    """The command that a fixture is for."""
    arguments = fixture / "arguments"
    return f"mailwarden {arguments.read_text().strip() if arguments.exists() else 'lint'}"


def documented(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a document, each with the output that it shows."""
    for match in BLOCK.finditer(text):
        yield match["command"], match["output"]


def rewritten(text: str) -> str:
    """A document with the output that its commands have."""
    return BLOCK.sub(lambda m: f"$ {m['command']}\n{printed(m['command'], ROOT)[0]}", text)


def write() -> None:
    """Write everything anew."""
    for fixture in fixtures():
        (fixture / "expected.txt").write_text(run(command_of(fixture), fixture))
    for page in PAGES:
        page.write_text(rewritten(page.read_text()))


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("python -m tests.golden --write")
    write()
