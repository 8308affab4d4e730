"""Copies of the checkout: what git tracks, and what it would, at a place of a test's own."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def tracked() -> list[str]:
    """Name what git tracks, and what it would: a checkout with work in it must pass too.

    Asked once, so that work that goes on meanwhile makes no difference.
    """
    command = ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard"]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return sorted(name for name in names if (ROOT / name).is_file())


def copy(folder: Path) -> Path:
    """Copy all of it into a folder, which is made; return that."""
    for name in tracked():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, as somebody; return what it prints."""
    identity = ["-c", "user.name=tests", "-c", "user.email=tests@example.com"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path) -> None:
    """Make a folder a git repository with one commit of everything in it."""
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        git(folder, *arguments)
