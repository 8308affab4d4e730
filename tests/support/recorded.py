"""Plays of which all files are known, and what ``ansible-playbook`` was seen to write for them.

A case is a file of ``tests/fixtures/roles``, in sections as ``head`` prints several files: a line
``==> path <==`` and all up to the next.  Above the first are the distribution and a sentence.  A
path of a role's part (``tasks/main.yml``) is in the role that is called like the case, another is
beside the playbook.  ``==> second: path <==`` is a file of the second set of variables or hosts,
beside or in the place of the first's.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mailwarden import distributions
from tests.support.checkout import ROOT

ROLES = ROOT / "tests/fixtures/roles"
RECORDS = ROOT / "tests/fixtures/recorded"
FIRST, SECOND = "first", "second"
SECTION = re.compile(r"^==> (?:(first|second): )?(\S+) <==\n", re.M)
PARTS = ("defaults", "files", "handlers", "meta", "tasks", "templates", "vars")
# What a case need not say.
PLAYBOOK = "- hosts: all\n  gather_facts: false\n  roles:\n    - {0}\n"
INVENTORY = "[mail]\nnode\n"
PACKAGES = (
    "postfix", "dovecot-core", "dovecot-imapd", "dovecot-pop3d", "dovecot-lmtpd", "msmtp",
)  # fmt: skip
# What a host of the tests answers to the questions of its packages.
ANSWERS = {
    "@HOSTNAME@": "mail.example.com",
    "@DESTINATIONS@": "mail.example.com, localhost.example.com, localhost",
}
# A file by its path; ``None``: there is none any more.
Files = Mapping[str, "str | None"]


class Case(NamedTuple):
    """A play on a host of a distribution, and the files of its repository for each set."""

    name: str
    distribution: str
    sets: Mapping[str, Mapping[str, str]]

    @property
    def ground(self) -> dict[str, str]:
        """The files of the host before the play."""
        installed = distributions.get(self.distribution)
        files = {path: installed.shipped(path) for path in installed.installed(PACKAGES)}
        for sign, answer in ANSWERS.items():
            files = {path: text.replace(sign, answer) for path, text in files.items()}
        return files


class Seen(NamedTuple):
    """What a run of a play left: the files that it changed, and whether a task failed."""

    files: Files
    failed: bool


def names() -> list[str]:
    """The names of all cases."""
    return sorted(path.stem for path in ROLES.glob("*.txt"))


def case(name: str) -> Case:
    """A case by its name."""
    head, *pieces = SECTION.split((ROLES / f"{name}.txt").read_text(encoding="utf-8"))
    files: dict[str, dict[str, str]] = {"": {}, FIRST: {}, SECOND: {}}
    for which, path, text in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        place = f"roles/{name}/{path}" if path.split("/")[0] in PARTS else path
        files[which or ""][place] = text
    common = {"site.yml": PLAYBOOK.format(name), "hosts": INVENTORY, **files[""]}
    sets = {FIRST: {**common, **files[FIRST]}}
    if files[SECOND]:
        sets[SECOND] = {**sets[FIRST], **files[SECOND]}
    return Case(name, head.partition(":")[0], sets)


def runs() -> list[tuple[str, str]]:
    """Each case with each of its sets, by their names."""
    return [(name, which) for name in names() for which in case(name).sets]


def write(files: Mapping[str, str], folder: Path) -> None:
    """Write files below a folder."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def record(case: Case, seen: Mapping[str, tuple[Seen, Seen]]) -> None:
    """Write down what the first and the second run of each set left.

    Of a file each line is written that the file before the run does not have at that place, and
    ``[from, to]`` for lines that it has.
    """
    data = {}
    for which, (once, again) in seen.items():
        between = {**case.ground, **once.files}
        data[which] = {"once": _data(once, case.ground), "again": _data(again, between)}
    text = json.dumps(data, indent=1, ensure_ascii=False)
    text = re.sub(r"\[\n +(\d+),\n +(\d+)\n +\]", r"[\1, \2]", text)
    (RECORDS / f"{case.name}.json").write_text(text + "\n", encoding="utf-8")


def seen(case: Case, which: str) -> tuple[Seen, Seen]:
    """What the first run of a set left, and what the second changed of that."""
    data = json.loads((RECORDS / f"{case.name}.json").read_text(encoding="utf-8"))[which]
    once = _seen(data["once"], case.ground)
    return once, _seen(data["again"], {**case.ground, **once.files})


def _data(run: Seen, before: Files) -> dict[str, Any]:
    files = {
        path: None if text is None else _parts(before.get(path) or "", text)
        for path, text in sorted(run.files.items())
    }
    return {"failed": run.failed, "files": files}


def _parts(before: str, after: str) -> list[str | list[int]]:
    old, new = before.split("\n"), after.split("\n")
    parts: list[str | list[int]] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, old_start, old_end, start, end in matcher.get_opcodes():
        parts += [[old_start, old_end]] if kind == "equal" else new[start:end]
    return parts


def _seen(data: Mapping[str, Any], before: Files) -> Seen:
    files = {}
    for path, parts in data["files"].items():
        old = (before.get(path) or "").split("\n")
        lines: list[str] = []
        for part in parts or ():
            lines += [part] if isinstance(part, str) else old[part[0] : part[1]]
        files[path] = None if parts is None else "\n".join(lines)
    return Seen(files, data["failed"])
