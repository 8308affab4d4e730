"""``--baseline`` and ``--write-baseline``: findings that are known, by their fingerprints.

A fingerprint outlives lines that move and better words, so a baseline does.  What it lists is
suppressed, unless it has become graver since.  What cannot be suppressed otherwise cannot be listed
(``syntax-error``, ``unreadable``), and what takes a password across the network in clear
needs a reason here too: an entry without one counts for nothing, and the run says so.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.finding import (
    SEVERITIES,
    Suppression,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.plain import plain
from ansible_collections.mailwarden.policy.plugins.module_utils.report import fingerprints
from ansible_collections.mailwarden.policy.plugins.module_utils.rule_table import (
    NEVER_SUPPRESSED,
    RULES,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.source import read_file

from .output import printed
from .output.replaced import replaced

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, TextIO

    from ansible_collections.mailwarden.policy.plugins.module_utils.finding import Finding, Report

    from .run import Run

SCHEMA_VERSION = 1
# What may not be listed without a reason.
CLEARTEXT = "cleartext-auth"
KNOWN = "in the baseline"


class Entry(NamedTuple):
    """A known finding: how grave it was, and why it is left as it is (empty where nobody said)."""

    fingerprint: str
    rule: str
    severity: str
    path: str
    reason: str = ""


def applied(run: Run, report: Report, arguments: argparse.Namespace) -> Run:
    """Suppress what the baseline lists, and write a new one, as the arguments ask.

    Returns the run, which then knows its baseline and what of it is gone.  Raises
    ``MailwardenError`` for a file that is no baseline.
    """
    marks = fingerprints(report)
    entries: dict[str, Entry] = {}
    if arguments.baseline:
        entries = load(arguments.baseline)
        _suppress(report, marks, entries, os.path.relpath(arguments.baseline, run.root))
        missing = [entries[mark] for mark in entries.keys() - set(marks)]
        gone = sorted(f"{one.path}: {one.rule}" for one in missing if _is_judged(one, run, report))
        run = run._replace(baseline=os.path.abspath(arguments.baseline), gone=tuple(gone))
    if arguments.write_baseline:
        _write(run, report, marks, entries, arguments.write_baseline)
    return run


def load(path: str) -> dict[str, Entry]:
    """The entries of a baseline, by fingerprint; raises ``MailwardenError`` where it is none."""
    data = read_file(path, path)
    try:
        document = json.loads(data)
        entries = [Entry(**one) for one in document["findings"]]
        version = document["schema_version"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise MailwardenError("is no baseline of mailwarden", path) from error
    if version != SCHEMA_VERSION:
        raise MailwardenError(f"is no baseline of version {SCHEMA_VERSION}", path)
    for entry in entries:
        _check(entry, path)
    return {entry.fingerprint: entry for entry in entries}


def _check(entry: Entry, path: str) -> None:
    if not all(isinstance(value, str) for value in entry):
        raise MailwardenError("is no baseline of mailwarden", path)
    if entry.rule not in RULES:
        raise MailwardenError(f"no rule is called {entry.rule}", path)
    if entry.rule in NEVER_SUPPRESSED:
        raise MailwardenError(f"{entry.rule} cannot be in a baseline", path)
    if entry.severity not in SEVERITIES:
        raise MailwardenError(f"no severity is called {entry.severity}", path)


def _suppress(
    report: Report, marks: Sequence[str], entries: Mapping[str, Entry], name: str
) -> None:
    """Suppress the findings that are listed and no graver than they were.

    How many lack the reason that they need is said on the standard error; ``name`` is the
    baseline's as a report has it.
    """
    bare = 0
    for mark, finding in zip(marks, report.findings, strict=True):
        entry = entries.get(mark)
        if entry is None or finding.suppressed is not None or _is_graver(finding, entry):
            continue
        reason = entry.reason.strip()
        if reason or CLEARTEXT not in (finding.rule, *finding.also):
            finding.suppressed = Suppression(f"{KNOWN}: {reason}" if reason else KNOWN, name, 0)
        else:
            bare += 1
    if bare:
        printed.tell(
            f"mailwarden: {plain(name)}: {_counted(bare)} without a reason: a password that "
            f"crosses the network in clear counts until the baseline says why it may"
        )


def _is_graver(finding: Finding, entry: Entry) -> bool:
    return SEVERITIES.index(finding.severity) > SEVERITIES.index(entry.severity)


def _is_judged(entry: Entry, run: Run, report: Report) -> bool:
    """Whether this run would have found it: its file was read, or is gone, and its rule speaks.

    Where something is unread, nothing is known to be gone.
    """
    options = run.options
    chosen = not options.select or entry.rule in options.select or entry.rule == CLEARTEXT
    if report.unread or not chosen or entry.rule in options.ignore:
        return False
    if run.policy.level(entry.rule) == "off":
        return False
    if entry.path == run.policy.path:
        return not run.only_files
    here = os.path.lexists(os.path.join(run.root, entry.path))
    return entry.path in report.files or not here


def _write(
    run: Run, report: Report, marks: Sequence[str], known: Mapping[str, Entry], path: str
) -> None:
    """Write what was found as a baseline; reasons stay, and what this run did not judge.

    A file that is there already has to be a baseline.
    """
    old = {**(load(path) if os.path.lexists(path) else {}), **known}
    new = {one.fingerprint: one for one in old.values() if not _is_judged(one, run, report)}
    for mark, finding in zip(marks, report.findings, strict=True):
        new.pop(mark, None)
        by_baseline = finding.suppressed is not None and mark in known
        if finding.rule in NEVER_SUPPRESSED or (finding.suppressed and not by_baseline):
            continue
        reason = old[mark].reason if mark in old else ""
        new[mark] = Entry(mark, finding.rule, finding.severity, finding.place.path, reason)
    text = _document(new.values())
    kept = [one for one in run.reads(report) if one != run.baseline]

    def fill(stream: TextIO) -> None:
        stream.write(text)

    replaced(path, fill, run.root, kept)
    printed.tell(f"mailwarden: {_counted(len(new))} in {plain(path)}")


def _document(entries: Iterable[Entry]) -> str:
    ordered = sorted(entries, key=lambda one: (one.path, one.rule, one.fingerprint))
    data: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "findings": [one._asdict() for one in ordered],
    }
    return json.dumps(data, indent=2) + "\n"


def _counted(number: int) -> str:
    return f"{number} finding" + ("" if number == 1 else "s")
