"""``make field ISPDB=…/autoconfig/ispdb``: Thunderbird's provider database, read completely.

The folder is that of a clone of github.com/thunderbird/autoconfig. Every file must be read; the
entries and the findings must be those that ElementTree and a table of their own come to
(provider_files.py), and where the commit is known the counts those of counts.py. Status 0 where all
of that holds, 1 where something does not, 2 where the folder holds no such files.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
    Finding,
    Report,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.folder import FolderSource

from .counts import COUNTS, Counts
from .provider_files import Entry, Expected, domains, entries, expected

SOCKET_TYPES = {"none": "plain", "starttls-required": "STARTTLS", "implicit": "SSL"}


def checked(folder: Path) -> Report:
    """What Mailwarden says of every file in the folder."""
    paths = sorted(path.name for path in folder.glob("*.xml"))
    options = Options(formats=dict.fromkeys(paths, "autoconfig"), fixes=False)
    return engine.check(FolderSource(str(folder)), Policy.default(), paths, options)


def seen(report: Report) -> list[tuple[str, ...]]:
    """The endpoints of a report in the words of the files: path, name, host, row of the table."""
    return [
        (
            shown.endpoint.place.path,
            shown.endpoint.name,
            shown.endpoint.host or "",
            f"{protocol_of(shown.endpoint.name)} {shown.endpoint.port} "
            f"{SOCKET_TYPES.get(shown.endpoint.tls or '', shown.endpoint.tls)}",
        )
        for _unit, shown in report.endpoints
    ]


def protocol_of(name: str) -> str:
    """``imap`` of ``imap-2``."""
    return name.partition("-")[0]


def found(finding: Finding, endpoint: str, data: bytes) -> Expected:
    """A finding in the words of the table; the element is read from the span that it blames."""
    span = data[finding.place.start : finding.place.end]
    try:
        element = ElementTree.fromstring(span).tag
    except ElementTree.ParseError:
        element = ""
    name = endpoint.partition(":")[2]
    rules = "+".join((finding.rule, *finding.also))
    return Expected(finding.place.path, name, rules, finding.severity, element)


def differences(wanted: Counter[tuple[str, ...]], had: Counter[tuple[str, ...]]) -> list[str]:
    """What one side has and the other has not, in words."""
    missing = [f"missing: {' '.join(one)}" for one in sorted((wanted - had).elements())]
    return missing + [f"too many: {' '.join(one)}" for one in sorted((had - wanted).elements())]


def wrong(folder: Path, there: list[Entry], report: Report) -> list[str]:
    """Everything in which the report differs from the files and the table."""
    said = [f"not read: {one.path}: {one.reason}" for one in report.unread]
    said += [f"undecided: {one.message}" for one in report.findings if one.rule == "undecided"]
    hosts = Counter((one.path, one.name, one.host, one.kind) for one in there)
    said += differences(hosts, Counter(seen(report)))  # type: ignore[arg-type]
    wanted: Counter[tuple[str, ...]] = Counter()
    for entry in there:
        try:
            wanted.update(expected(entry))
        except LookupError as error:
            said.append(str(error))
    findings: Counter[tuple[str, ...]] = Counter(
        found(one, endpoint, (folder / one.place.path).read_bytes())
        for one in report.findings
        for endpoint in one.endpoints or ("",)
    )
    return said + differences(wanted, findings)


def counted(folder: Path, there: list[Entry]) -> Counts:
    """The folder's own counts."""
    kinds = Counter(entry.kind for entry in there)
    first = Counter(entry.kind for entry in there if entry.name.endswith("-1"))
    files = len(list(folder.glob("*.xml")))
    return Counts(files, domains(folder), {kind: (kinds[kind], first[kind]) for kind in kinds})


def commit_of(folder: Path) -> str:
    """The commit that the folder is at; empty where git does not know, or files were changed."""
    git = ["git", "-C", str(folder)]
    head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    changed = subprocess.run(
        [*git, "status", "--porcelain", "."], capture_output=True, text=True, check=False
    )
    clean = head.returncode == 0 and changed.returncode == 0 and not changed.stdout
    return head.stdout.strip() if clean else ""


def show(counts: Counts, report: Report) -> None:
    """The counts as a table, and how often each rule speaks."""
    print(f"{counts.files} files, {counts.domains} domains, {len(report.endpoints)} entries")
    for kind, (every, first) in sorted(counts.kinds.items()):
        protocol, port, socket = kind.split()
        print(f"  {protocol:5} {port:>4} {socket:9} {every:4}  ({first} listed first)")
    rules = Counter(one.rule for one in report.findings for _endpoint in one.endpoints)
    files = len({one.place.path for one in report.findings})
    print(f"{rules.total()} findings in {files} files")
    for rule, number in rules.most_common():
        print(f"  {number:4} {rule}")


def main(argv: list[str] | None = None) -> int:
    """Read, compare, and say what differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.field")
    parser.add_argument("folder", type=Path, help="the folder ispdb of a clone")
    folder = parser.parse_args(argv).folder
    if not folder.is_dir() or not any(folder.glob("*.xml")):
        print(f"{folder}: no provider files here; make field ISPDB=…/autoconfig/ispdb")
        return 2
    there = entries(folder)
    report = checked(folder)
    counts = counted(folder, there)
    show(counts, report)
    said = wrong(folder, there, report)
    commit = commit_of(folder)
    if commit not in COUNTS:
        print(f"counts: none recorded for {commit or 'files of no commit'}, so not compared")
    elif counts != COUNTS[commit]:
        said.append(f"counts: other than those recorded for {commit}")
    else:
        print(f"counts: those recorded for {commit}")
    print("\n".join(said) if said else "every entry and every finding as expected")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
