"""``make trees TREES=FOLDER``: public repositories, each read whole, and faults planted in them.

FOLDER holds a clone of each repository of ``trees.yml`` under its last name.  A tree must give the
exit status and the errors that the table names (docs/field-notes.md says why each is right).  Each
fault is planted alone, in a copy: the command must end with status 1 and blame the line.  Status 0
if all of that holds, 1 if something differs, 2 if FOLDER holds none of the trees.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from .command import lint

TABLE = Path(__file__).with_name("trees.yml")
# A copy needs no history and no large files to be read as the tree is.
LEFT_OUT = shutil.ignore_patterns(".git", "*.png", "*.jpg", "*.zip", "*.gz")


class Answer(NamedTuple):
    """What the command says of a tree: its exit status, and each error that counts."""

    status: int
    errors: frozenset[str]


def answer(folder: Path) -> Answer:
    """The command's answer for a folder; an error reads ``path:line rule``."""
    run = lint(folder)
    return Answer(run.status, frozenset(map(_words, filter(_counts, run.report["findings"]))))


def _counts(finding: Mapping[str, Any]) -> bool:
    sure = finding["confidence"] != "possible"
    return finding["severity"] == "error" and sure and finding["suppressed"] is None


def _words(finding: Mapping[str, Any]) -> str:
    return f"{finding['path']}:{finding['line']} {finding['rule']}"


def planted(text: str, fault: Mapping[str, Any]) -> tuple[str, int]:
    """The text with a fault in it, and the line of the fault.

    The first line that equals ``line`` becomes ``becomes``, or goes if that is empty.  Raises
    ``LookupError`` if no line equals it.
    """
    lines = text.split("\n")
    if fault["line"] not in lines:
        raise LookupError(f"no line reads {fault['line']!r}")
    at = lines.index(fault["line"])
    lines[at : at + 1] = fault["becomes"].split("\n") if fault["becomes"] else []
    return "\n".join(lines), at + 1


@contextlib.contextmanager
def planting(folder: Path, fault: Mapping[str, Any]) -> Iterator[int]:
    """Plants a fault in a file of the folder and takes it out again; gives its line."""
    path = folder / fault["file"]
    before = path.read_bytes()
    text, line = planted(before.decode("utf-8", "surrogateescape"), fault)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    try:
        yield line
    finally:
        path.write_bytes(before)


def differs(folder: Path, tree: Mapping[str, Any]) -> Iterator[str]:
    """How the answer for an untouched tree differs from the table's."""
    status, errors = answer(folder)
    if status != tree["status"]:
        yield f"status {status}, not {tree['status']}"
    expected = set(tree.get("errors", ()))
    yield from (f"not expected: {error}" for error in sorted(errors - expected))
    yield from (f"missing: {error}" for error in sorted(expected - errors))


def missed(folder: Path, fault: Mapping[str, Any], before: frozenset[str]) -> str:
    """What is wrong with the answer for a planted fault; empty if it is found."""
    try:
        with planting(folder, fault) as line:
            status, errors = answer(folder)
    except (LookupError, OSError) as error:
        return str(error)
    expected = f"{fault['file']}:{fault.get('at', line)} {fault['rule']}"
    if expected in errors - before and status == 1:
        return ""
    more = ", ".join(sorted(errors - before)) or "nothing"
    return f"expected status 1 and {expected}; status {status} and {more}"


def check(folder: Path, tree: Mapping[str, Any]) -> tuple[int, list[str]]:
    """How many faults a tree's row has, and everything that differs."""
    faults = tree.get("faults", ())
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, "tree")
        shutil.copytree(folder, copy, symlinks=True, ignore=LEFT_OUT)
        (copy / ".git").mkdir()
        wrong = list(differs(copy, tree))
        before = answer(copy).errors
        for fault in faults:
            reason = missed(copy, fault, before)
            wrong += [f"fault {fault['becomes'] or fault['line']!r}: {reason}"] if reason else []
    return len(faults), wrong


def main(argv: list[str] | None = None) -> int:
    """Read every tree that is there, and say what differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.field.trees")
    parser.add_argument("folder", type=Path, help="holds a clone of each repository")
    folder = parser.parse_args(argv).folder
    trees = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    there = [tree for tree in trees if (folder / tree["name"]).is_dir()]
    total, status = 0, 0
    for tree in there:
        faults, wrong = check(folder / tree["name"], tree)
        total += faults
        print(f"{tree['name']}: {faults} faults planted, {len(wrong)} differences")
        for line in wrong:
            print(f"  {line}")
            status = 1
    absent = [tree["name"] for tree in trees if tree not in there]
    if absent:
        print(f"not there, so not read: {', '.join(absent)}")
    print(f"{len(there)} of {len(trees)} trees read, {total} faults planted")
    return status if there else 2


if __name__ == "__main__":
    sys.exit(main())
