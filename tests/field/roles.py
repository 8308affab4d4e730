"""``make roles CLONES=FOLDER``: what the command says of public Ansible repositories.

FOLDER holds a clone of each repository of ``roles.yml`` as ``OWNER/NAME``.  Of each a line says how
far the command comes: an endpoint that the repository itself writes, the stock port 25 alone, or
nothing, and why.  Twenty are held against answers that were written down before.  Status 0 if no
run fails or ends clean without a word, and none says of the twenty what their answers do not, 1
otherwise, 2 if FOLDER holds none of the repositories.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from . import answers
from .answers import Verdict
from .command import Run, lint

TABLE = Path(__file__).with_name("roles.yml")
# How far the command comes with a repository.
OWN, OPEN, STOCK = "an endpoint of its own", "endpoints that are open", "the stock port 25 alone"
NOTHING, UNCHECKED = "no endpoint, and why", "nothing checked, and said so"
SILENT, CRASH = "called clean unread", "a crash"
OUTCOMES = (OWN, OPEN, STOCK, NOTHING, UNCHECKED, SILENT, CRASH)
FAULTS = frozenset({SILENT, CRASH})
STATUSES = frozenset({0, 1, 2})
NOTHING_CHECKED = 4
# What keeps the command from an endpoint: at most so many reasons, cut after so many letters.
REASONS, LETTERS = 4, 300


def outcome(run: Run) -> str:
    """How far the command came: one of ``OUTCOMES``."""
    if run.status == NOTHING_CHECKED:
        return UNCHECKED
    if run.status not in STATUSES:
        return CRASH
    found = set(map(_beyond, run.report["endpoints"]))
    for best in (OWN, OPEN, STOCK):
        if best in found:
            return best
    return NOTHING if list(reasons(run)) else SILENT


def _beyond(endpoint: Mapping[str, Any]) -> str:
    """How far one endpoint goes beyond a server and delivery on 25; a Unix socket does not."""
    port = answers.value(endpoint, "port")
    server_on_25 = endpoint["side"] == "server" and port == 25
    if server_on_25 or port is None or endpoint["name"] == "mx-delivery":
        return STOCK
    return OPEN if endpoint["undecided"].keys() & {"port", "exists"} else OWN


def reasons(run: Run) -> Iterator[str]:
    """What the run names as not read, not decided or refused."""
    if run.words:
        yield " ".join(run.words.split())
    for unread in run.report["unread"]:
        yield f"{unread['path']}: {unread['reason']}"
    for finding in run.report["findings"]:
        if finding["rule"] == "undecided":
            yield f"{finding['path']}: {finding['message']}"


def described(row: Mapping[str, Any], run: Run) -> Iterator[str]:
    """The lines about one repository."""
    came = outcome(run)
    yield f"{row['repository']}: {came} (status {run.status}, beyond: {row['beyond']})"
    if came != OWN:
        yield from (f"  {reason[:LETTERS]}" for reason in list(reasons(run))[:REASONS])


def differences(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The lines about what is not as the answer says."""
    right = {"right field", "endpoint", "finding"}
    yield from (f"  {kind}: {words}" for kind, words in verdicts if kind not in right)


def main(argv: list[str] | None = None) -> int:
    """Run the command in every repository that is there, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.field.roles")
    parser.add_argument("folder", type=Path, help="holds a clone of each repository")
    folder = parser.parse_args(argv).folder
    rows = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    there = [row for row in rows if (folder / row["repository"]).is_dir()]
    came: Counter[tuple[str, str]] = Counter()
    compared: Counter[str] = Counter()
    for row in there:
        run = lint(folder / row["repository"])
        came[outcome(run), row["beyond"]] += 1
        verdicts = answers.compare(row, run.report) if "endpoints" in row else []
        compared.update(answers.counts(verdicts))
        for line in (*described(row, run), *differences(verdicts)):
            print(line)
    absent = [row["repository"] for row in rows if row not in there]
    if absent:
        print(f"not there, so not run in: {', '.join(absent)}")
    for line in _totals(came):
        print(line)
    print(", ".join(f"{compared[kind]} {kind}" for kind in sorted(compared)))
    print(f"{len(there)} of {len(rows)} repositories")
    fails = any(name in FAULTS for name, _key in came)
    return int(fails or any(compared[kind] for kind in answers.FALSE)) if there else 2


def _totals(came: Mapping[tuple[str, str], int]) -> Iterator[str]:
    for name in OUTCOMES:
        each = [f"{came.get((name, key), 0)} {key}" for key in ("own", "asked", "no")]
        total = sum(count for (found, _key), count in came.items() if found == name)
        yield f"{total} {name} (beyond: {', '.join(each)})"


if __name__ == "__main__":
    sys.exit(main())
