# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fixes: edits of byte spans, judged before they are kept, written in one step.

An edit replaces some bytes of a file and no others.  ``settle`` tries the fixes of a report in
memory and asks the engine again: a fix is kept only if its finding is gone and nothing new has
appeared.  ``replace`` puts the result in the file's place, or leaves the file as it was.
"""

from __future__ import annotations

import os
import stat

from .errors import MailwardenError
from .source import MemorySource, read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterable, NamedTuple, Sequence

    from .endpoint import Edit
    from .finding import Finding, Report
    from .source import Source

    # What tells one violation from another across an edit: rule, path, endpoint.
    Key = tuple[str, str, str]
    Judge = Callable[[Source], Report]
    Wanted = Callable[[Finding], bool]
    # The lines of a file to the lines that may be shown.
    Show = Callable[[list[str]], list[str]]
else:
    from .tuples import NamedTuple

# A fix may bring another into view (a port that has TLS at last can have it required); more rounds
# than this no chain of rules has.
ROUNDS = 8
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


class Refused(NamedTuple):
    """A finding whose fix was not kept, and why."""

    finding: Finding
    reason: str


class Outcome(NamedTuple):
    """What ``settle`` found: the changed files, the findings that are gone, those that stay."""

    files: dict[str, bytes]
    fixed: tuple[Finding, ...]
    refused: tuple[Refused, ...]


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with every edit made; what no edit spans is kept as it is.

    Edits that say the same are one.  Raises ``MailwardenError`` where two overlap, where two insert
    at one place, or where a span lies outside of the data.
    """
    parts: list[bytes] = []
    done = 0
    last = None
    for edit in sorted(set(edits), key=lambda edit: (edit.start, edit.end)):
        if not 0 <= edit.start <= edit.end <= len(data):
            raise MailwardenError("a fix reaches beyond the end of the file", edit.path)
        if last is not None and (edit.start < last.end or edit.start == last.start):
            raise MailwardenError("two fixes want to change the same place", edit.path)
        parts.append(data[done : edit.start])
        parts.append(edit.text.encode("utf-8", "surrogateescape"))
        done, last = edit.end, edit
    parts.append(data[done:])
    return b"".join(parts)


def edited(source: Source, edits: Iterable[Edit]) -> dict[str, bytes]:
    """The files that the edits change, each with its new bytes; raises as ``apply`` does."""
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.path, []).append(edit)
    return {path: apply(source.read(path), edits) for path, edits in by_path.items()}


def settle(source: Source, judge: Judge, wanted: Wanted, first: Report) -> Outcome:
    """Try the fixes of ``first``, the report on ``source``, and of what they bring into view.

    ``wanted`` says of which findings; ``judge`` is the engine over the whole input.
    """
    files: dict[str, bytes] = {}
    fixed: list[Finding] = []
    refused: dict[frozenset[Key], Refused] = {}
    report = first
    for _round in range(ROUNDS):
        base = MemorySource(files, source) if files else source
        waiting = [
            finding
            for finding in report.findings
            if finding.fix is not None
            and finding.suppressed is None
            and _keys_of(finding) not in refused
            and wanted(finding)
        ]
        kept, changes, report, turned_down = _round_of(base, judge, waiting, report)
        refused.update((_keys_of(item.finding), item) for item in turned_down)
        files.update(changes)
        fixed.extend(kept)
        if not kept:
            break
    return Outcome(files, tuple(fixed), tuple(refused.values()))


def _round_of(
    base: Source, judge: Judge, waiting: Sequence[Finding], before: Report
) -> tuple[list[Finding], dict[str, bytes], Report, list[Refused]]:
    """As many of the waiting fixes as get on with each other: all at once, else one at a time."""
    try:
        changes = edited(base, _edits(waiting))
        after = judge(MemorySource(changes, base))
        if waiting and not any(_objection(finding, before, after) for finding in waiting):
            return list(waiting), changes, after, []
    except MailwardenError:
        pass
    kept: list[Finding] = []
    changes = {}
    refused: list[Refused] = []
    best = before
    for finding in waiting:
        try:
            trial = edited(base, _edits(kept + [finding]))
        except MailwardenError as error:
            if not kept:
                refused.append(Refused(finding, error.reason))
            # Else it waits for the next round, when the fix that is in its way has been made.
            continue
        after = judge(MemorySource(trial, base))
        objection = _objection(finding, best, after)
        if objection:
            refused.append(Refused(finding, objection))
            continue
        kept.append(finding)
        changes, best = trial, after
    return kept, changes, best, refused


def _edits(findings: Iterable[Finding]) -> list[Edit]:
    return [edit for finding in findings if finding.fix is not None for edit in finding.fix.edits]


def _keys_of(finding: Finding, also: bool = False) -> frozenset[Key]:
    rules = (finding.rule,) + (finding.also if also else ())
    path = finding.place.path
    return frozenset((rule, path, name) for rule in rules for name in finding.endpoints or ("",))


def _keys(report: Report) -> frozenset[Key]:
    """Every violation of a report, those included that a finding only mentions."""
    return frozenset(key for finding in report.findings for key in _keys_of(finding, also=True))


def _objection(finding: Finding, before: Report, after: Report) -> str:
    """Why a fix is not good enough; empty where it is."""
    unread = set(after.unread) - set(before.unread)
    if unread:
        return "the file could not be read any more"
    keys = _keys(after)
    if keys & _keys_of(finding):
        return "the finding would still be there"
    new = keys - _keys(before)
    if new:
        return "it would bring {}".format(", ".join(sorted({rule for rule, _path, _name in new})))
    return ""


def diff(path: str, before: bytes, after: bytes, show: Show | None = None) -> str:
    """A unified diff; bytes that are not UTF-8 are lone surrogates in it.

    ``show`` gives the lines that may be shown for the lines of a file.  Only a line feed ends a
    line, as for ``patch``.
    """
    from difflib import unified_diff

    lines = unified_diff(_lines(before, show), _lines(after, show), "a/" + path, "b/" + path)
    return "".join(
        line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines
    )


def _lines(data: bytes, show: Show | None) -> list[str]:
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    if show is not None:
        lines = show(lines)
    return [line + "\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


class Change(NamedTuple):
    """A file to be written: its absolute path, what it holds, what it shall hold."""

    full: str
    before: bytes
    after: bytes


def replace(changes: Iterable[Change]) -> None:
    """Put new files in the place of old ones, with their mode, owner and attributes.

    All are prepared before the first is put in its place.  Raises ``MailwardenError``, and has then
    changed nothing, for a link, a file with a second name, a file that is no longer what ``before``
    says, and where owner or attributes can not be kept.
    """
    ready: list[tuple[str, str]] = []
    try:
        for change in changes:
            _refuse(change)
            ready.append((_prepared(change), change.full))
        while ready:
            beside, full = ready[0]
            try:
                os.rename(beside, full)
            except OSError as error:
                raise _unwritable(full, error) from error
            ready.pop(0)
            _sync(os.path.dirname(full))
    finally:
        for beside, _full in ready:
            os.unlink(beside)


def _refuse(change: Change) -> None:
    full = change.full
    if os.path.realpath(full) != full:
        raise MailwardenError(
            "is reached through a link; the file it leads to is not changed", full
        )
    if read_file(full, full) != change.before:
        raise MailwardenError("has changed since it was read; it is not changed", full)
    if os.lstat(full).st_nlink > 1:
        raise MailwardenError("has a second name (a hard link); it is not changed", full)


def _prepared(change: Change) -> str:
    """Writes the new file beside the old one; returns its path."""
    folder, name = os.path.split(change.full)
    beside = os.path.join(folder, f".{name[:200]}.mailwarden-{os.getpid()}")
    try:
        descriptor = os.open(beside, _NEW, 0o600)
    except OSError as error:
        raise _unwritable(change.full, error) from error
    try:
        _write(descriptor, beside, change)
    except OSError as error:
        os.unlink(beside)
        raise _unwritable(change.full, error) from error
    return beside


def _unwritable(full: str, error: OSError) -> MailwardenError:
    return MailwardenError("can not be written: %s" % (error.strerror or error), full)


def _write(descriptor: int, path: str, change: Change) -> None:
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(change.after)
        mine, like = os.fstat(descriptor), os.lstat(change.full)
        if (mine.st_uid, mine.st_gid) != (like.st_uid, like.st_gid):
            os.fchown(descriptor, like.st_uid, like.st_gid)
        # After the owner: changing that takes away set-id bits.
        os.fchmod(descriptor, stat.S_IMODE(like.st_mode))
        if hasattr(os, "listxattr"):
            _copy_attributes(change.full, path)
        handle.flush()
        os.fsync(descriptor)


def _copy_attributes(original: str, path: str) -> None:
    """Access lists, security labels and the like."""
    for name in os.listxattr(original):
        value = os.getxattr(original, name)
        if name not in os.listxattr(path) or os.getxattr(path, name) != value:
            os.setxattr(path, name, value)


def _sync(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
