"""``make claims CLONES=FOLDER``: which files of public repositories are taken for mail settings.

FOLDER holds a clone of each repository of ``claims.yml`` as ``OWNER/NAME``.  Every file of it is
read.  What configures mail is listed there by hand, with what must come of it; no other file may
give an endpoint, an error or a note that it may, or be passed over.  Status 0 if all of that holds,
1 if something differs, 2 if FOLDER holds none of the repositories.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue, engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.folder import FolderSource

TABLE = Path(__file__).with_name("claims.yml")
# What is expected of a file that gives no endpoint: the reason why it is passed over in the words
# of the report, or one of these.
UNREADABLE, UNDECIDED, NOTHING = "unreadable", "undecided", "nothing: "


def paths(folder: Path) -> list[str]:
    """Every file of a clone, but links and what git keeps."""
    found = []
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".git"]
        whole = (Path(here, name) for name in names)
        found += [str(path.relative_to(folder)) for path in whole if not path.is_symlink()]
    return sorted(found)


def judged(folder: Path, files: list[str]) -> dict[str, Any]:
    """What comes of each file that is no stranger: its formats, or a reason."""
    source, policy = FolderSource(str(folder)), Policy.default()
    report = engine.check(source, policy, files, Options(skip_unknown=True, fixes=False))
    looks = ((path, catalogue.look(path, policy, "", source).why) for path in files)
    passed = {path: why for path, why in looks if why}
    return {**dict(_without(report)), **passed, **_formats(report)}


def _without(report: Report) -> Iterator[tuple[str, str]]:
    """The files that give no endpoint and of which something is said."""
    for finding in report.findings:
        if finding.severity == "error" or finding.rule == UNDECIDED:
            yield finding.place.path, finding.rule
    for unread in report.unread:
        at_a_line = unread.reason.startswith("line ")
        yield unread.path, UNREADABLE if at_a_line else unread.reason


def _formats(report: Report) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for _unit, shown in report.endpoints:
        format_ = shown.endpoint.id.partition(":")[0]
        found.setdefault(shown.endpoint.place.path, set()).add(format_)
    return {path: sorted(formats) for path, formats in found.items()}


def differences(expected: Mapping[str, Any], seen: Mapping[str, Any]) -> list[str]:
    """Where what comes of the files is not what the table says."""
    wanted = {path: one for path, one in expected.items() if not str(one).startswith(NOTHING)}
    return [
        f"{path}: {seen.get(path, 'nothing')}, not {wanted.get(path, 'nothing')}"
        for path in sorted({*wanted, *seen})
        if wanted.get(path) != seen.get(path)
    ]


def main(argv: list[str] | None = None) -> int:
    """Read every repository that is there, and say what differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.field.claims")
    parser.add_argument("folder", type=Path, help="holds a clone of each repository")
    folder = parser.parse_args(argv).folder
    rows = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    there = [row for row in rows if (folder / row["repository"]).is_dir()]
    types: Counter[str] = Counter()
    mail, status = 0, 0
    for row in there:
        files = paths(folder / row["repository"])
        types.update(Path(path).suffix or Path(path).name for path in files)
        mail += len(row.get("files", {}))
        for line in differences(row.get("files", {}), judged(folder / row["repository"], files)):
            print(f"{row['repository']}: {line}")
            status = 1
    absent = [row["repository"] for row in rows if row not in there]
    if absent:
        print(f"not there, so not read: {', '.join(absent)}")
    print(", ".join(f"{ending} {count}" for ending, count in types.most_common(12)))
    print(f"{len(there)} of {len(rows)} repositories, {types.total()} files, {mail} with mail")
    return status if there else 2


if __name__ == "__main__":
    sys.exit(main())
