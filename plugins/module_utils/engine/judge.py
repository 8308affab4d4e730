# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the rules say about all alternatives, made into findings.

A finding that holds in every alternative is certain; ``confidence`` says what another one is, and
``gathered`` makes one of those that have one cause.
"""

from __future__ import annotations

from .. import rules
from ..rule_table import MANDATORY
from .finding import CERTAIN, SUPPRESSED, Finding, Violation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Sequence, Tuple

    from ..endpoint import Endpoint, Unit
    from ..policy import Policy
    from ..text.place import Place
    from .alternatives import Alternative, Judged, Projected
    from .confidence import Hit
    from .finding import Report
    from .options import Options

    # Rule, endpoint (or what stands for it), field or message, ordinal.
    Key = Tuple[str, str, str, int]


def findings(judged: Sequence[Judged], policy: Policy, options: Options, report: Report) -> None:
    """Fills ``report.findings``, in the order of files and lines."""
    active = _Active(policy, options)
    found: list[Finding] = []
    shown: dict[int, list[Projected]] = {}
    for unit, endpoint in report.endpoints:
        shown.setdefault(id(unit), []).append(endpoint)
    for one in judged:
        found.extend(_of_unit(one, policy, active))
        found.extend(_undecided(one, shown.get(id(one.unit), []), active))
    found.extend(_of_run(report, judged, policy, active))
    found.extend(
        _engine(active, "unreadable", message, place) for message, place in report.failures
    )
    found = [finding for finding in found if finding.severity != "off"]
    if options.suppressions:
        found.extend(_suppressed(found, judged, policy, options, active, report))
    if found:
        from .gathered import gathered

        report.findings = gathered(found)


class _Active:
    """Which rules speak, and how loudly."""

    def __init__(self, policy: Policy, options: Options) -> None:
        self._policy = policy
        self._options = options

    def speaks(self, rule: str) -> bool:
        if rule in MANDATORY:
            return True
        if self._options.select and rule not in self._options.select:
            return False
        return rule not in self._options.ignore and not self._policy.silent(rule)

    def severity(self, rule: str, path: str, wanted: str = "") -> str:
        """The policy's level; where it is the rule's own, what the rule says of this case."""
        if not self.speaks(rule):
            return "off"
        level = self._policy.level(rule, path)
        return wanted if wanted and level == rules.load(rule).SEVERITY else level


def _of_unit(judged: Judged, policy: Policy, active: _Active) -> list[Finding]:
    hits: dict[Key, list[Hit]] = {}
    for alternative in judged.alternatives:
        for key, violation, endpoint in _numbered(_said(alternative, policy, active)):
            hits.setdefault(key, []).append((alternative, violation, endpoint))
    if judged.supposed:
        from .confidence import standing

        kept = ((key, standing(said, judged)) for key, said in hits.items())
        found = [_finding(key, *stands, active) for key, stands in kept if stands is not None]
    else:
        found = [_finding(key, said, judged, active) for key, said in hits.items()]
    return _weakened(found, [judged.unit])


def _finding(key: Key, said: list[Hit], judged: Judged, active: _Active) -> Finding:
    from .blame import of_hits

    return of_hits(key[0], said, judged, active.severity)


def _said(
    alternative: Alternative, policy: Policy, active: _Active
) -> Iterator[tuple[str, Violation, Endpoint | None]]:
    """Everything that is said about one alternative, each with the rule that says it."""
    reading = alternative.reading
    for problem in reading.problems:
        yield problem.rule, Violation(problem.message, place=problem.place), None
    for remark in reading.remarks:
        if active.speaks(remark.kind):
            for violation in rules.load(remark.kind).check(remark, policy):
                yield remark.kind, violation, None
    for endpoint in reading.endpoints:
        for name in rules.concerning(endpoint, policy):
            if active.speaks(name):
                for violation in rules.load(name).check(endpoint, policy):
                    yield name, violation, endpoint


def _numbered(
    said: Iterator[tuple[str, Violation, Endpoint | None]],
) -> Iterator[tuple[Key, Violation, Endpoint | None]]:
    seen: dict[tuple[str, str, str], int] = {}
    for rule, violation, endpoint in said:
        if endpoint is not None:
            what = (rule, endpoint.id, violation.field)
        else:
            place = violation.place
            what = (rule, f"{place.path}:{place.start}" if place else "", violation.message)
        seen[what] = seen.get(what, 0) + 1
        yield (*what, seen[what]), violation, endpoint


def _of_run(
    report: Report, judged: Sequence[Judged], policy: Policy, active: _Active
) -> Iterator[Finding]:
    """Rules that look at all endpoints together see those that every alternative agrees on.

    What they say besides of those that the supplied answers decide rests on these.
    """
    certain = list(_together(report.endpoints, policy, active))
    for finding, names in certain:
        units = [one.unit for one in judged if one.unit.name in names]
        yield from _weakened([finding], units)
    if any(one.supplied for one in judged):
        from .confidence import as_supplied, weakened

        said = {(one.rule, one.place, one.endpoints) for one, _names in certain}
        for finding, names in _together(as_supplied(report.endpoints, judged), policy, active):
            if (finding.rule, finding.place, finding.endpoints) not in said:
                behind = [one for one in judged if one.unit.name in names]
                words = [answer.words for one in behind for answer in one.supplied.values()]
                yield from _weakened([weakened(finding, words)], [one.unit for one in behind])


def _weakened(findings: list[Finding], units: Sequence[Unit]) -> list[Finding]:
    """The findings, which are no more than likely where a unit is made of a role's templates."""
    if any(unit.templates for unit in units):
        from ..rendering import rests_on
        from .confidence import doubted, of_older, weakened

        words = [one for unit in units for one in rests_on(unit)]
        found = [weakened(finding, words) for finding in findings]
        doubtful = {name for unit in units if unit.host for name in unit.host.doubtful}
        found = [of_older(finding, doubtful) for finding in found]
        return [doubted(finding, units) for finding in found] if words else found
    return findings


def _together(
    endpoints: Sequence[tuple[Unit, Projected]], policy: Policy, active: _Active
) -> Iterator[tuple[Finding, set[str]]]:
    """What the rules say of the endpoints that are decided, with the units of those it is about."""
    decided, kinds = [], {}
    for unit, shown in endpoints:
        if not shown.undecided and not shown.when and not shown.depends_on:
            decided.append(shown.endpoint)
            kinds[id(shown.endpoint)] = unit.format
    for name in rules.of_run(decided):
        if not active.speaks(name):
            continue
        for violation in rules.load(name).check(decided, policy):
            from .blame import of_violation

            about = violation.endpoints
            kind = kinds.get(id(about[0]), "") if about else ""
            finding = of_violation(name, violation, about, kind, active.severity)
            yield finding, {one.unit for one in about}


def _undecided(
    judged: Judged, endpoints: Sequence[Projected], active: _Active
) -> Iterator[Finding]:
    """One note for each thing that decides, with all that hangs on it."""
    if not (
        any(shown.undecided or shown.depends_on for shown in endpoints)
        or judged.unknown_version
        or judged.overflow
        or judged.further()
    ):
        return
    from .undecided import notes

    for note in notes(judged, endpoints):
        finding = _engine(active, "undecided", note.message, note.place)
        finding.endpoints, finding.decider = note.endpoints, note.decider
        finding.details = note.details
        yield finding


def _engine(active: _Active, rule: str, message: str, place: Place) -> Finding:
    """A finding of the engine's own."""
    return Finding(rule, active.severity(rule, place.path), CERTAIN, message, place)


def _suppressed(
    found: list[Finding],
    judged: Sequence[Judged],
    policy: Policy,
    options: Options,
    active: _Active,
    report: Report,
) -> list[Finding]:
    """Marks what comments and the policy suppress; gives back what is wrong with either."""
    if not policy.ignores and not any(SUPPRESSED in one.string for one in report.texts.values()):
        return []
    from . import suppress

    complaints = suppress.mark(found, judged, policy, options, report, active.speaks)
    return [_engine(active, "suppression", message, place) for message, place in complaints]
