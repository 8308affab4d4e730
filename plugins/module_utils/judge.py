# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the rules say about all alternatives, made into findings.

A finding that holds in every alternative is certain, in every one with the supplied answers likely,
in some possible.  Where several rules of the
precedence chain speak about one endpoint, one speaks for all and lists the others.
"""

from __future__ import annotations

from . import formats, rules
from .endpoint import SERVER
from .finding import (
    CERTAIN,
    CONFIDENCES,
    LIKELY,
    POSSIBLE,
    SEVERITIES,
    SUPPRESSED,
    Finding,
    Violation,
)
from .place import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Optional, Sequence, Tuple

    from .alternatives import Alternative, Judged, Projected
    from .endpoint import Endpoint, Setting
    from .engine import Options
    from .finding import Report
    from .policy import Policy

    # Rule, endpoint (or what stands for it), field or message, ordinal.
    Key = Tuple[str, str, str, int]
    Hit = Tuple[Alternative, Violation, Optional[Endpoint]]


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
    found.extend(_of_run(report, policy, active))
    found.extend(
        _engine(active, "unreadable", message, place) for message, place in report.failures
    )
    found = [finding for finding in found if finding.severity != "off"]
    found = _joined(found)
    if options.suppressions:
        found.extend(_suppressed(found, judged, policy, options, active, report))
    found = _chained(found)
    found.sort(key=_order)
    report.findings = found


def _order(finding: Finding) -> tuple[str, int, int, str]:
    return finding.place.path, finding.place.line, finding.place.column, finding.rule


class _Active:
    """Which rules speak, and how loudly."""

    def __init__(self, policy: Policy, options: Options) -> None:
        self._policy = policy
        self._options = options

    def speaks(self, rule: str) -> bool:
        if rule in rules.MANDATORY:
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
    return [_finding(key, said, judged, active) for key, said in hits.items()]


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
        for name in rules.concerning(endpoint):
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


def _finding(key: Key, said: list[Hit], judged: Judged, active: _Active) -> Finding:
    _alternative, violation, endpoint = said[0]
    place, cause = _blamed(key[0], violation, endpoint, judged.unit.format)
    held = _Held(said, judged)
    own = violation.confidence or CERTAIN
    return Finding(
        rule=key[0],
        severity=active.severity(key[0], place.path, violation.severity),
        confidence=min(own, held.confidence(cause), key=CONFIDENCES.index),
        message=violation.message,
        place=place,
        cause=cause,
        endpoints=(endpoint.id,) if endpoint is not None else (),
        when=held.when(),
        wants=violation.wants,
        unit=judged.unit.name,
        rests_on=held.rests_on(violation.field),
    )


class _Held:
    """In which alternatives something is said, and what follows from that."""

    def __init__(self, said: list[Hit], judged: Judged) -> None:
        self._said = said
        self._judged = judged
        self._alternatives = [alternative for alternative, _violation, _endpoint in said]
        there = {id(one) for one in self._alternatives}
        missing = [one for one in judged.alternatives if id(one) not in there]
        self._everywhere = not missing
        self._wherever_supplied = not any(one.supplied for one in missing)

    def confidence(self, cause: tuple[Setting, ...]) -> str:
        """How sure that makes a finding with this cause."""
        if self._everywhere:
            return CERTAIN
        absent = {name for one in self._judged.supplied.values() for name in one.could_set}
        defaults = any(setting.place is None and setting.name in absent for setting in cause)
        return LIKELY if self._wherever_supplied and not defaults else POSSIBLE

    def when(self) -> tuple[str, ...]:
        """What the alternatives have in common, beyond the supplied answers."""
        if self._wherever_supplied:
            return ()
        from .projection import conditions

        return conditions(self._alternatives, {})

    def rests_on(self, field: str) -> tuple[str, ...]:
        """The supplied answers without which it would not be said, in words."""
        supplied = self._judged.supplied
        only_there = all(one.supplied for one in self._alternatives)
        if self._everywhere or not (self._wherever_supplied or only_there):
            return ()
        endpoint = self._said[0][2]
        asked = _open_by(self._judged, endpoint.id if endpoint is not None else "", field)
        names = [name for name in supplied if name in asked] or list(supplied)
        return tuple(dict.fromkeys(supplied[name].words for name in names))


def _open_by(judged: Judged, name: str, field: str) -> set[str]:
    """What the endpoint's field hangs on while no supplied answer is taken; empty: anything."""
    names: set[str] = set()
    for alternative in judged.alternatives:
        if not alternative.supplied:
            endpoint = next((one for one in alternative.reading.endpoints if one.id == name), None)
            if endpoint is None:
                return set()
            undecided = endpoint.undecided
            for one in (field,) if field in undecided else undecided:
                names.update(undecided[one])
    return names


def _blamed(
    rule: str, violation: Violation, endpoint: Endpoint | None, kind: str
) -> tuple[Place, tuple[Setting, ...]]:
    """The one line that a finding points at, and the settings that led there.

    A wrong value is blamed on the setting that has it.  What is missing is missing at the endpoint:
    a rule with ``BLAME = "endpoint"`` blames a setting only where it is one of the endpoint's own,
    which in a format that includes files is any of them.
    """
    cause = violation.cause
    if violation.place is not None:
        return violation.place, cause
    if endpoint is None:
        raise ValueError(f"{rule} blames neither a place nor an endpoint")
    if not cause and violation.field:
        cause = endpoint.causes.get(violation.field, ())
    last = cause[-1].place if cause else None
    if last is None:
        return endpoint.place, cause
    if (
        getattr(rules.load(rule), "BLAME", "setting") == "endpoint"
        and last.path != endpoint.place.path
        and not (kind and getattr(formats.load(kind), "ONE_TEXT", False))
    ):
        return endpoint.place, cause
    return last, cause


def _of_run(report: Report, policy: Policy, active: _Active) -> Iterator[Finding]:
    """Rules that look at all endpoints together see those that every alternative agrees on."""
    certain, kinds = [], {}
    for unit, shown in report.endpoints:
        if not shown.undecided and not shown.when and not shown.depends_on:
            certain.append(shown.endpoint)
            kinds[id(shown.endpoint)] = unit.format
    for name in rules.of_run(certain):
        if not active.speaks(name):
            continue
        for violation in rules.load(name).check(certain, policy):
            endpoint = violation.endpoints[0] if violation.endpoints else None
            place, cause = _blamed(name, violation, endpoint, kinds.get(id(endpoint), ""))
            severity = active.severity(name, place.path, violation.severity)
            yield Finding(
                name, severity, violation.confidence or CERTAIN, violation.message, place, cause,
                tuple(one.id for one in violation.endpoints), wants=violation.wants,
                unit=endpoint.unit if endpoint is not None else "",
            )  # fmt: skip


def _undecided(
    judged: Judged, endpoints: Sequence[Projected], active: _Active
) -> Iterator[Finding]:
    """One note for each thing that decides, with all that hangs on it."""
    hanging: dict[str, list[tuple[str, str]]] = {}
    places: dict[str, Place] = {}
    for shown in endpoints:
        for field, open_field in shown.undecided.items():
            for name in open_field.depends_on:
                hanging.setdefault(name, []).append((shown.endpoint.id, field))
                places.setdefault(name, shown.endpoint.place)
        for name in shown.depends_on:
            hanging.setdefault(name, []).append((shown.endpoint.id, "whether it exists"))
            places.setdefault(name, shown.endpoint.place)
    for name, place, sides in judged.further():
        more = "further endpoints" if SERVER in sides else "further clients"
        hanging.setdefault(name, []).append((more, ""))
        places.setdefault(name, place)
    for name, what in sorted(hanging.items()):
        message = f"{name} decides: {_listed(what)}"
        note = _engine(active, "undecided", message, places[name])
        note.endpoints = tuple(sorted({one for one, field in what if field}))
        note.decider = name
        yield note
    place = Place(judged.unit.name, 1, 1, 1, 1, 0, 0)
    if judged.unknown_version:
        note = _engine(active, "undecided", judged.unknown_version, place)
        note.endpoints = tuple(sorted({shown.endpoint.id for shown in endpoints}))
        yield note
    if judged.overflow:
        message = "too many combinations of {}; each field is judged by itself".format(
            ", ".join(judged.overflow)
        )
        yield _engine(active, "undecided", message, place)


def _listed(what: list[tuple[str, str]]) -> str:
    fields: dict[str, dict[str, None]] = {}
    for endpoint, field in what:
        fields.setdefault(endpoint, {})[field.replace("_", " ")] = None
    return "; ".join(
        endpoint + (" ({})".format(", ".join(names)) if any(names) else "")
        for endpoint, names in fields.items()
    )


def _engine(active: _Active, rule: str, message: str, place: Place) -> Finding:
    """A finding of the engine's own."""
    return Finding(rule, active.severity(rule, place.path), CERTAIN, message, place)


def _joined(found: list[Finding]) -> list[Finding]:
    """Findings that say the same of one place become one that names all their endpoints."""
    by_saying: dict[tuple[str, Place, str, str], Finding] = {}
    for finding in found:
        saying = (finding.rule, finding.place, finding.message, finding.confidence)
        first = by_saying.setdefault(saying, finding)
        if first is not finding:
            more = tuple(name for name in finding.endpoints if name not in first.endpoints)
            first.endpoints += more
    return list(by_saying.values())


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


def _chained(found: list[Finding]) -> list[Finding]:
    """Lets the first rule of the chain speak for an endpoint, where it is as sure and as severe.

    A suppressed finding speaks for nobody: what stands behind it comes forward.
    """
    chain = {rule: rank for rank, rule in enumerate(rules.PRECEDENCE)}
    kept: list[Finding] = []
    by_endpoint: dict[tuple[str, str], list[Finding]] = {}
    for one in sorted((one for one in found if one.rule in chain), key=lambda one: chain[one.rule]):
        if one.suppressed is None:
            for name in one.endpoints:
                by_endpoint.setdefault((one.unit, name), []).append(one)
    for finding in found:
        speaker = None
        if finding.rule in chain and finding.endpoints:
            speakers = by_endpoint.get((finding.unit, finding.endpoints[0]), [])
            speaker = _speaker(finding, speakers, chain)
        if speaker is None:
            kept.append(finding)
        elif finding.rule not in speaker.also:
            speaker.also += (finding.rule,)
    return kept


def _speaker(finding: Finding, speakers: list[Finding], chain: dict[str, int]) -> Finding | None:
    if finding.suppressed is not None:
        return None
    for other in speakers:
        if chain[other.rule] >= chain[finding.rule]:
            return None
        if (
            set(finding.endpoints) <= set(other.endpoints)
            and SEVERITIES.index(other.severity) >= SEVERITIES.index(finding.severity)
            and (other.confidence in (CERTAIN, finding.confidence))
            and (other.confidence == CERTAIN or other.when == finding.when)
        ):
            return other
    return None
