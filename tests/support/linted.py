"""Repositories for ansible-lint, and what the real one says about them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.support import venvs
from tests.support.checkout import ROOT

EXAMPLES = ROOT / "examples"
TASKS = (EXAMPLES / "right/roles/satellite/tasks/main.yml").read_text()
PLAY = """\
---
- name: Configure the satellites
  hosts: all
  roles:
    - role: satellite
"""
# Of a role that copies main.cf and master.cf; both are right, except for one seeded defect.
ROLE = {"site.yml": PLAY, "roles/satellite/tasks/main.yml": TASKS}


class Match(NamedTuple):
    """One line of ansible-lint's: tag, place, and whether it fails the run."""

    tag: str
    path: str
    line: int
    fails: bool


class Outcome(NamedTuple):
    """Exit status, everything that is ours, and everything."""

    status: int
    ours: list[Match]
    every: list[Match]
    printed: str


def files(name: str) -> dict[str, str]:
    """The files of the role in ``examples/right`` or ``examples/wrong``."""
    folder = "roles/satellite/files/"
    return {folder + path.name: path.read_text() for path in (EXAMPLES / name / folder).iterdir()}


def write(folder: Path, tree: Mapping[str, str]) -> Path:
    """Write files, and the folder that makes them a repository."""
    for name, text in {".git/HEAD": "ref: refs/heads/main\n", **tree}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def lint(
    folder: Path, *arguments: str, python: Path = Path(sys.executable), **extra: str
) -> Outcome:
    """Run ``ansible-lint`` in a folder, with the rule of the checkout.

    :param python: of another environment, which then has to have the rule itself
    :param extra: variables of the environment
    """
    done = run(folder, "--format=json", *arguments, python=python, **extra)
    try:
        every = [_match(one) for one in json.loads(done.stdout)]
    except ValueError as error:
        raise AssertionError(f"{done.args}\n{done.stdout}\n{done.stderr}") from error
    ours = [match for match in every if match.tag.startswith("mailwarden")]
    return Outcome(done.returncode, ours, every, done.stdout + done.stderr)


def run(
    folder: Path, *arguments: str, python: Path = Path(sys.executable), **extra: str
) -> subprocess.CompletedProcess[str]:
    """Likewise, without a look at what it prints."""
    if python == Path(sys.executable):
        extra.setdefault("ANSIBLE_LINT_CUSTOM_RULESDIR", str(ROOT / "extensions"))
    path = os.pathsep.join([str(python.parent), os.environ["PATH"]])
    env = venvs.environment(folder, **{"PATH": path, "NO_COLOR": "1", **extra})
    command = [str(python), "-m", "ansiblelint", "--offline", *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def _match(issue: Mapping[str, object]) -> Match:
    location = issue["location"]
    assert isinstance(location, dict)
    line = (
        location["positions"]["begin"]["line"]
        if "positions" in location
        else location["lines"]["begin"]
    )
    return Match(
        str(issue["check_name"]), str(location["path"]), line, issue["severity"] == "major"
    )


def profiles() -> Sequence[tuple[str, ...]]:
    """The arguments for the default, which is every rule, and for the strictest profile."""
    return ((), ("--profile=production",))
