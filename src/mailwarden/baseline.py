"""``--baseline`` and ``--write-baseline``: findings that are known, by their fingerprints.

A fingerprint stays when lines move or a message changes, so a baseline does.  A finding that it
lists is suppressed, unless it has become graver since.  A rule that nothing suppresses is never
listed (``syntax-error``, ``unreadable``).  A password that crosses the network in clear needs a
reason here too: until its entry has one, the finding counts, and the run says so.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
    SEVERITIES,
    Suppression,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.report.fingerprint import (
    fingerprints,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import plain
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

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
        Finding,
        Report,
    )

    from .run import Run

    # A finding with its fingerprint.
    Marked = tuple[str, Finding]

SCHEMA_VERSION = 1
# What may not be listed without a reason.
CLEARTEXT = "cleartext-auth"
KNOWN = "in the baseline"


class Entry(NamedTuple):
    """A known finding, how grave it was, and the reason to leave it, if somebody has given one."""

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
    marked = list(zip(fingerprints(report), report.findings, strict=True))
    # What a comment or the policy suppresses needs no entry, and what nothing suppresses gets none.
    listed = [
        (mark, finding)
        for mark, finding in marked
        if finding.suppressed is None and finding.rule not in NEVER_SUPPRESSED
    ]
    entries: dict[str, Entry] = {}
    if arguments.baseline:
        entries = load(arguments.baseline)
        _suppress(listed, entries, os.path.relpath(arguments.baseline, run.root))
        missing = [entries[mark] for mark in entries.keys() - {mark for mark, _finding in marked}]
        gone = sorted(
            f"{entry.path}: {entry.rule}" for entry in missing if _is_judged(entry, run, report)
        )
        run = run._replace(baseline=os.path.abspath(arguments.baseline), gone=tuple(gone))
    if arguments.write_baseline:
        _write(run, report, listed, entries, arguments.write_baseline)
    return run


def load(path: str) -> dict[str, Entry]:
    """The entries of a baseline, by fingerprint; raises ``MailwardenError`` where it is none."""
    data = read_file(path, path)
    try:
        document = json.loads(data)
        entries = [Entry(**fields) for fields in document["findings"]]
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


def _suppress(listed: Sequence[Marked], entries: Mapping[str, Entry], name: str) -> None:
    """Suppress the findings that are listed and no graver than they were.

    The standard error is told how many lack the reason that they need.  ``name`` is the path of
    the baseline as a report has it.
    """
    bare = 0
    for mark, finding in listed:
        entry = entries.get(mark)
        if entry is None or _is_graver(finding, entry):
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

    If anything is unread, nothing is known to be gone.
    """
    options = run.options
    chosen = not options.select or entry.rule in options.select or entry.rule == CLEARTEXT
    if report.unread or not chosen or entry.rule in options.ignore:
        return False
    if run.policy.level(entry.rule) == "off":
        return False
    if entry.path == run.policy.path:
        return not run.only_files
    return entry.path in report.files or run.source.exists(entry.path) is False


def _write(
    run: Run, report: Report, listed: Sequence[Marked], known: Mapping[str, Entry], path: str
) -> None:
    """Write the findings as a baseline; reasons stay, and entries that this run did not judge.

    It replaces no file but a baseline.
    """
    old = {**(load(path) if os.path.lexists(path) else {}), **known}
    new = {mark: entry for mark, entry in old.items() if not _is_judged(entry, run, report)}
    for mark, finding in listed:
        reason = old[mark].reason if mark in old else ""
        new[mark] = Entry(mark, finding.rule, finding.severity, finding.place.path, reason)
    text = _document(new.values())
    kept = [read for read in run.reads(report) if read != run.baseline]

    def fill(stream: TextIO) -> None:
        stream.write(text)

    replaced(path, fill, run.root, kept)
    printed.tell(f"mailwarden: {_counted(len(new))} in {plain(path)}")


def _document(entries: Iterable[Entry]) -> str:
    ordered = sorted(entries, key=lambda entry: (entry.path, entry.rule, entry.fingerprint))
    data: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "findings": [entry._asdict() for entry in ordered],
    }
    return json.dumps(data, indent=2) + "\n"


def _counted(number: int) -> str:
    return f"{number} finding" + ("" if number == 1 else "s")
