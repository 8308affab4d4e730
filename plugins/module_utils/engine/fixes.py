# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fixes: what a rule wants and what a format can edit, brought together and tried.

``propose`` gives the findings of a report their fixes, ``settle`` makes as many of them as get on
with each other.  Both ask the one judge (``trial``).
"""

from __future__ import annotations

from .. import catalogue
from ..endpoint import Fix, together
from ..errors import MailwardenError
from ..source.memory import changed
from .edit import difference, meets
from .trial import Judge, edits_of, keys_of, level

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, NamedTuple, Sequence

    from ..endpoint import Edit, Endpoint, Unit
    from ..source import Source
    from ..text import Text
    from .finding import Finding, Report

    Wanted = Callable[[Finding], bool]
    # The judge of the fixes in the files of a source, which has the report on them.
    Judging = Callable[[Source], Judge]
else:
    from ..tuples import NamedTuple

# What is tried of the fixes that reach each other, where they do not work together.
TRIALS = 16
# A fix may bring another into view (a port that has TLS at last can have it required); more rounds
# than this no chain of rules has.
ROUNDS = 8
# How many fixes of a group are tried with what they bring.
CHAINS = 4


class Refused(NamedTuple):
    """A finding whose fix was not kept, and why."""

    finding: Finding
    reason: str
    # Whether all that is wrong is a finding that the fix brings.
    brings: bool = False


class Outcome(NamedTuple):
    """What ``settle`` found: the changed files, the findings that are gone, those that stay."""

    files: dict[str, bytes]
    fixed: tuple[Finding, ...]
    refused: tuple[Refused, ...]


class Tried(NamedTuple):
    """Fixes that work, those of a batch together, and those that do not."""

    batches: list[list[Finding]]
    refused: list[Refused]


def propose(judge: Judge, chained: bool = True) -> None:
    """Sets ``fix`` on every finding of the report whose fix has been tried with success.

    With ``chained`` a fix that brings what has a fix itself is offered together with that.
    """
    report = judge.report
    endpoints = {
        (unit.name, shown.endpoint.id): (unit, shown.endpoint) for unit, shown in report.endpoints
    }
    units = {judged.unit.name: judged.unit for judged in report.units}
    unknown = _unknown(report)
    candidates = []
    for finding in report.findings:
        if finding.suppressed is None:
            finding.fix = finding.offered or _asked(finding, endpoints, unknown)
        if finding.fix is not None:
            finding.fix = _placed(units[finding.unit], finding.fix, judge)
        if finding.fix is not None:
            candidates.append(finding)
    for group in _groups(judge, candidates):
        refused = _tried(judge, group).refused
        for one in refused:
            one.finding.fix = one.finding.fix if one.brings and chained else None
        if chained:
            _chain(judge, [one.finding for one in refused if one.finding.fix is not None])


def _chain(judge: Judge, findings: Sequence[Finding]) -> None:
    """Sets ``fix`` to the fix and those of what it brings, where that is good; else to ``None``."""
    known: dict[Fix, Fix | None] = {}
    for finding in findings:
        fix = finding.fix
        if fix is None or (fix not in known and len(known) == CHAINS):
            finding.fix = None
            continue
        if fix not in known:
            finding.fix = _with_next(judge, finding, fix)
            good = finding.fix is not None and judge.objections([finding])[0] is None
            known[fix] = finding.fix if good else None
        finding.fix = known[fix]


def _with_next(judge: Judge, finding: Finding, fix: Fix) -> Fix | None:
    after, new = judge.afterwards(finding)
    propose(after, chained=False)
    brought = [
        one
        for one in after.report.findings
        if one.fix is not None and not new.keys().isdisjoint(keys_of(one, after.report))
    ]
    brought = _apart(brought)[0]
    files = after.changed(edits_of(brought))
    paths = dict.fromkeys(one.path for one in (*fix.edits, *edits_of(brought)))
    edits = tuple(
        one
        for path in paths
        for one in difference(path, judge.original(path), files.get(path, after.original(path)))
    )
    more = [one.fix for one in brought if one.fix is not None]
    titles = "; ".join(dict.fromkeys(one.title for one in (fix, *more)))
    return Fix(titles, all(one.safe for one in (fix, *more)), edits) if more else None


def settle(source: Source, judging: Judging, wanted: Wanted, first: Judge) -> Outcome:
    """Make the fixes that are wanted, and those that they bring into view.

    ``first`` judges the files of ``source`` as they are.
    """
    files: dict[str, bytes] = {}
    fixed: list[Finding] = []
    refused: dict[frozenset[tuple[str, ...]], Refused] = {}
    judge = first
    for _round in range(ROUNDS):
        waiting = [
            finding
            for finding in judge.report.findings
            if finding.fix is not None and _known_by(finding) not in refused and wanted(finding)
        ]
        kept: list[Finding] = []
        for group in _groups(judge, waiting):
            tried = _tried(judge, group)
            # What works, but not with these, waits for the next round.
            kept.extend(tried.batches[0] if tried.batches else ())
            refused.update((_known_by(one.finding), one) for one in tried.refused)
        if not kept:
            break
        from . import edit

        base = changed(source, files) if files else source
        files.update(edit.edited(base, edits_of(kept)))
        fixed.extend(kept)
        judge = judging(changed(source, files))
    return Outcome(files, tuple(fixed), tuple(refused.values()))


def _known_by(finding: Finding) -> frozenset[tuple[str, ...]]:
    """What a finding is known by over the rounds."""
    names = finding.endpoints or (finding.place.path, finding.message)
    return frozenset((finding.rule, finding.unit, name) for name in names)


def _unknown(report: Report) -> frozenset[tuple[str, str]]:
    """The units, each with the side, that may have further endpoints than are known."""
    return frozenset(
        (judged.unit.name, side)
        for judged in report.units
        for one in judged.further()
        for side in one.sides
    )


def _asked(
    finding: Finding,
    endpoints: dict[tuple[str, str], tuple[Unit, Endpoint]],
    unknown: frozenset[tuple[str, str]],
) -> Fix | None:
    """The edits that the format has for what the finding wants, for all of its endpoints."""
    if not finding.endpoints or any(name not in finding.wants for name in finding.endpoints):
        return None
    wanted: dict[tuple[str, Any], list[Endpoint]] = {}
    for name in finding.endpoints:
        unit, endpoint = endpoints[finding.unit, name]
        wanted.setdefault(finding.wants[name], []).append(endpoint)
    module = catalogue.load(unit.format)
    if not hasattr(module, "edit"):
        return None
    fix = together(module.edit(unit, same, *want) for want, same in wanted.items())
    # An edit may change endpoints that are not known, so it is not safe.
    sides = {endpoint.side for same in wanted.values() for endpoint in same}
    seen = not any((unit.name, side) in unknown for side in sides)
    return fix._replace(safe=fix.safe and seen) if fix is not None else None


def _placed(unit: Unit, fix: Fix, judge: Judge) -> Fix | None:
    """The fix where it can be made; ``None`` where the texts are not what it takes them for.

    What a template's expression gave is changed at the variable behind it.
    """
    if not _is_one_text(unit):
        return None
    if not unit.templates:
        return fix
    from .. import rendering

    edits: list[Edit] = []
    for edit in fix.edits:
        moved: Edit | None = edit
        if not rendering.spares(unit, [edit]):
            from . import definitions

            moved = definitions.redirected(unit, edit, judge.original)
        if moved is None:
            return None
        edits.append(moved)
    return fix._replace(edits=tuple(dict.fromkeys(edits)))


def _is_one_text(unit: Unit) -> bool:
    """Whether no text is several: what an edit of one does to the others is not known."""
    return not any(map(_has_branches, unit.texts.values()))


def _has_branches(text: Text) -> bool:
    return any(hole.options for hole in text.holes.values())


def _groups(judge: Judge, waiting: Iterable[Finding]) -> Iterable[list[Finding]]:
    """The findings whose fixes may touch the same endpoints, together."""
    groups: dict[int, list[Finding]] = {}
    for finding in waiting:
        groups.setdefault(id(judge.group(finding)), []).append(finding)
    return groups.values()


def _tried(judge: Judge, waiting: list[Finding]) -> Tried:
    """Finds out which fixes work: many at once, then without those at fault."""
    tried = Tried([], [])
    queue = [waiting]
    for _trial in range(TRIALS):
        if not queue:
            return tried
        batch, later = _apart(queue.pop(0))
        if later:
            queue.append(later)
        _try(judge, batch, tried, queue)
    tried.refused.extend(
        Refused(finding, "too many others have a fix that does not work")
        for batch in queue
        for finding in batch
    )
    return tried


def _try(judge: Judge, batch: list[Finding], tried: Tried, queue: list[list[Finding]]) -> None:
    """One trial: its outcome goes to ``tried``, what is left to try to ``queue``."""
    try:
        objections = judge.objections(batch)
    except MailwardenError as error:
        tried.refused.extend(Refused(finding, error.reason) for finding in batch)
        return
    good, unsure = [], []
    for finding, objection in zip(batch, objections):
        if objection is None:
            good.append(finding)
        elif objection.own or len(batch) == 1:
            tried.refused.append(Refused(finding, objection.reason, objection.brings))
        else:
            unsure.append(finding)
    if len(good) == len(batch):
        tried.batches.append(good)
        return
    if good:
        queue.insert(0, good)
    middle = (len(unsure) + 1) // 2
    queue.extend(part for part in (unsure[:middle], unsure[middle:]) if part)


def _apart(findings: list[Finding]) -> tuple[list[Finding], list[Finding]]:
    """The gravest finding of each endpoint, and those that have to wait for it.

    So what is left, or appears, at an endpoint tells which fix is at fault.  Two whose edits are in
    each other's way wait for each other too.
    """
    first: list[Finding] = []
    later: list[Finding] = []
    taken: set[tuple[str, str]] = set()
    for finding in sorted(findings, key=level, reverse=True):
        places = {(finding.unit, name) for name in finding.endpoints}
        (later if places & taken else first).append(finding)
        taken |= places
    blocked = _blocked(first)
    later += [finding for number, finding in enumerate(first) if number in blocked]
    return [finding for number, finding in enumerate(first) if number not in blocked], later


def _blocked(findings: Sequence[Finding]) -> set[int]:
    """The numbers of the findings whose edits meet those of another."""
    spans = sorted(
        (one.path, one.start, one.end, one.text, number)
        for number, finding in enumerate(findings)
        for one in edits_of([finding])
    )
    blocked: set[int] = set()
    last = ("", 0, 0, "", 0)
    for span in spans:
        if span[4] in blocked or span[:4] == last[:4]:
            continue
        if span[0] == last[0] and meets(last[1:3], span[1:3]):
            blocked.add(span[4])
        else:
            last = span
    return blocked
