"""The line that is blamed for each error of the wire's entries: ``blamed.yml``.

A line is named by the last part of its file's path and by its text, so that others may come and go.
``python -m tests.wire.blamed`` writes the table anew; read what has changed as one who has to edit
that line: would it be this one?
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
    Finding,
    Report,
)

from . import agreement, host, table

TABLE = Path(__file__).with_name("blamed.yml")
HEAD = """\
# Which line each error of an entry is blamed on, as `rule file: line`; by version where these
# differ. Made by `python -m tests.wire.blamed`, and read: it is the line that has to be edited.
"""


def lines(report: Report) -> list[str]:
    """What is blamed in a report, for its errors alone."""
    found = (_line(report, one) for one in report.findings if one.severity == "error")
    return sorted(dict.fromkeys(found))


def _line(report: Report, finding: Finding) -> str:
    path, number = finding.place.path, finding.place.line
    texts = report.bytes_of(path).decode("utf-8", "backslashreplace").split("\n")
    text = " ".join(texts[number - 1].split()) if number <= len(texts) else ""
    return f"{finding.rule} {path.rpartition('/')[2]}: {text}".rstrip()


def by_entry(found: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The lines of each entry, of each version of it where these differ; none where there are none.

    In: lines by ``table/id/version``.
    """
    versions: dict[str, dict[str, list[str]]] = {}
    for key, said in found.items():
        versions.setdefault(key.rpartition("/")[0], {})[key] = said
    shown: dict[str, list[str]] = {}
    for entry, each in versions.items():
        alike = len({tuple(said) for said in each.values()}) == 1
        shown.update({entry: next(iter(each.values()))} if alike else each)
    return {key: said for key, said in shown.items() if said}


class _Indenting(yaml.SafeDumper):
    """Indents the entries of a list, as the linter of the repository's YAML asks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def main() -> int:
    """Write the table; returns the exit status."""
    cases = {case.key: case for name in table.TABLES for case in table.load_table(name)}
    found = {
        f"{one.table}/{one.id}/{one.version}": lines(
            agreement.report(one, cases[one.table, one.id], tuple(host.PRESENT))
        )
        for one in table.entries()
    }
    text = yaml.dump(
        by_entry(found), Dumper=_Indenting, sort_keys=True, width=200, allow_unicode=True
    )
    TABLE.write_text(HEAD + text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
