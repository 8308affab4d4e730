# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From files to a report: ``check(source, policy, paths)``.

The engine reads, explores what is left open, lets the rules judge, and joins what is said.  It
never prints, never exits and never fails a module.
"""

from __future__ import annotations

from .. import catalogue
from ..endpoint import Reading, Unit
from ..errors import MailwardenError
from ..source import KeptSource, is_of_host
from ..text.assume import NOT_TAKEN, explore, parse_version
from ..text.budget import ENDPOINT, Budget, Overspent
from ..text.place import Place
from . import judge
from .alternatives import Alternative, Judged, alone
from .finding import Report, Unread
from .options import Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Mapping, Sequence

    from ..endpoint import Problem
    from ..policy import Policy
    from ..source import Source
    from ..text import Text
    from ..text.assume import Assumptions, Supplied
    from .alternatives import Projected

# Without one of these a file is no template.
TEMPLATE_OPENINGS = ("{%", "{{", "<%")


def check(
    source: Source, policy: Policy, paths: Sequence[str], options: Options | None = None
) -> Report:
    """Judges the files at ``paths``.

    In: where files come from, the policy, the files (no folders: finding files is the caller's
    part), the options.  Out: the report; what cannot be read is in its ``unread`` and among its
    findings, never an exception.
    """
    options = options or Options()
    kept = KeptSource(source)
    report = Report()
    units = _units(kept, policy, paths, options, report)
    programs = {**policy.programs, **options.programs}
    judged = []
    for unit, heard in zip(units, _facts(units, kept, programs)):
        options.step(unit.name)
        known = {**heard, **options.facts}
        judged.append(_explored(unit, kept, policy, programs, known, options.combinations))
    _read_failures(kept, report)
    _parse_failures(judged, report)
    report.texts = kept.texts
    report.files.extend(path for path in kept.texts if path not in paths)
    report.files = [path for path in report.files if kept.place_of(path) is None]
    report.endpoints = [(one.unit, shown) for one in judged for shown in _projected(one)]
    report.units = judged
    judge.findings(judged, policy, options, report)
    if options.fixes:
        _propose(kept, policy, paths, options, report)
    return report


def _units(
    source: KeptSource,
    policy: Policy,
    paths: Sequence[str],
    options: Options,
    report: Report,
) -> list[Unit]:
    """The files grouped into what is read together, each read and decoded."""
    found: dict[str, dict[str, str]] = {}
    # Formats and files that nothing but their content makes theirs.
    by_content: set[tuple[str, str]] = set()
    unknown: list[str] = []
    disowned: list[str] = []
    for path in paths:
        claims, why, doubted = catalogue.look(path, policy, options.formats.get(path, ""), source)
        for name, role in claims:
            found.setdefault(name, {})[path] = role
            if name in doubted:
                by_content.add((name, path))
        if claims:
            continue
        if why and not (doubted and options.skip_unknown):
            report.unread.append(Unread(path, why))
        elif policy.disowns(path):
            disowned.append(path)
        else:
            unknown.append(path)
    units: list[Unit] = []
    taken: set[str] = set()
    claimed = dict.fromkeys(path for files in found.values() for path in files)
    for name in catalogue.in_order(found):
        together = _together(name, found[name], policy, options, source)
        together += catalogue.load(name).units(found[name], source)
        for title, roles in together:
            doubtful = any((name, path) in by_content for path in roles.values())
            units.append(_unit(name, title, roles, source, policy, doubtful))
            taken.update(roles.values())
    # A file beside a configuration on a host that is part of none is no file of the run.
    unknown.extend(path for path in claimed if path not in taken and source.place_of(path) is None)
    skipped = {*disowned, *(unknown if options.skip_unknown else ())}
    report.files.extend(path for path in paths if path not in skipped)
    if not options.skip_unknown:
        reason = "no format recognises this file; name it with --as FORMAT or under files"
        report.unread.extend(Unread(path, reason) for path in unknown)
    return units


def _together(
    name: str, found: dict[str, str], policy: Policy, options: Options, source: Source
) -> list[tuple[str, dict[str, str]]]:
    """The files that the policy says are read together, taken out of what was found."""
    pairs = []
    first = catalogue.row(name).roles[0]
    for path in list(found):
        other = policy.together_with(path) if path in found else ""
        said = options.formats.get(other, "")
        claims = catalogue.look(other, policy, said, source).claims if other else ()
        role = dict(claims).get(name, "")
        if role and role != found[path]:
            roles = {found.pop(path): path, role: other}
            found.pop(other, None)
            pairs.append((roles.get(first, path), roles))
    return pairs


def _unit(
    name: str,
    title: str,
    roles: dict[str, str],
    source: KeptSource,
    policy: Policy,
    doubtful: bool,
) -> Unit:
    row = catalogue.row(name)

    def refuse(text: Text) -> None:
        if any(opening in text.string for opening in TEMPLATE_OPENINGS):
            from ..catalogue import templates

            templates.refuse(text, row)

    texts, unread, templates = {}, {}, {}
    failed = dict(source.failed) if doubtful else None
    for role, path in roles.items():
        try:
            if source.rendered_to(path):
                made = templates[role] = source.rendered(path, source.text(path))
                text = made.text
                if made.host is not None:
                    source.read_all(made.host.files)
            else:
                text = source.finished(path, refuse)
        except MailwardenError:
            # Kept by the source with its reason.
            unread[role] = path
        else:
            texts[role] = _opened(text, row, policy)
    if failed is not None:
        # Another program's, if it cannot be read: no failure of the run.
        source.failed = failed
    return Unit(name, title, texts, unread, doubtful, templates)


def _opened(text: Text, row: catalogue.Row, policy: Policy) -> Text:
    """The text with a hole for each placeholder; on a host everything is filled in."""
    if is_of_host(text.path):
        return text
    from ..source.placeholders import opened

    return opened(text, row, policy.placeholders)


def _with_placeholders(source: Source, unit: Unit, policy: Policy) -> Source:
    """The source as the unit reads further files from it, likewise."""
    if is_of_host(unit.name):
        return source
    from ..source.placeholders import OpenedSource

    return OpenedSource(source, catalogue.row(unit.format), policy.placeholders)


def _facts(
    units: Sequence[Unit], source: KeptSource, programs: Mapping[str, str]
) -> Sequence[dict[str, str]]:
    """What each unit may ask of those of other formats, in the order of the units."""
    if len({unit.format for unit in units}) < 2:
        return [{}] * len(units)
    from .joins import facts

    return facts(units, source, programs)


def _explored(
    unit: Unit,
    source: KeptSource,
    policy: Policy,
    programs: Mapping[str, str],
    facts: Mapping[str, str],
    limit: int,
) -> Judged:
    row, module = catalogue.row(unit.format), catalogue.load(unit.format)
    files = _with_placeholders(source, unit, policy)
    supplied: dict[str, Supplied] = {}
    supposed: set[str] = set()

    def read(assume: Assumptions) -> Reading:
        reading = module.read(unit, files, assume)
        if unit.templates:
            from .. import rendering

            rendering.explain(reading, unit)
        if unit.doubtful and (reading.problems or unit.unread):
            from .doubtful import noted

            reading = noted(unit, row, reading)
        supplied.update(assume.supplied)
        supposed.update(assume.supposed)
        for endpoint in reading.endpoints:
            assume.budget.spend(ENDPOINT, "endpoints")
            endpoint.unit = unit.name
            endpoint.local = policy.is_local(endpoint)
        return reading

    source.asked = set(unit.unread.values()).union(text.path for text in unit.texts.values())
    if unit.host is not None:
        source.asked.update(unit.host.files)
        programs = {**unit.host.programs, **programs}
        facts = {**unit.host.facts, **facts}
    budget = Budget(unit.name)
    try:
        outcomes, left_open = explore(read, programs, facts, limit, budget)
    except Overspent as error:
        source.failed[unit.name] = error
        outcomes, left_open = [((), Reading())], []
    alternatives = [
        Alternative(when, reading, all(answer != NOT_TAKEN for _question, answer in when))
        for when, reading in outcomes
    ]
    if len(alternatives) > 1:
        from .projection import merged

        alternatives = merged(alternatives)
    unknown_version = _unknown_version(row, programs)
    return Judged(
        unit,
        alternatives,
        tuple(left_open),
        unknown_version,
        supplied,
        frozenset(source.asked),
        frozenset(supposed),
    )


def _unknown_version(row: catalogue.Row, programs: Mapping[str, str]) -> str:
    """What is to be said where the program is older or newer than its format knows."""
    version = programs.get(row.program)
    known = row.versions
    if not version or not known:
        return ""
    have, oldest, newest = map(parse_version, (version, *known))
    if have < oldest[: len(have)]:
        nearest = known[0]
    elif have[: len(newest)] > newest:
        nearest = known[1]
    else:
        return ""
    return "{} {} is not known, {} to {} is: read as {}, which may not fit".format(
        row.program, version, *known, nearest
    )


def _projected(judged: Judged) -> list[Projected]:
    """The unit's endpoints over all its alternatives, of which most have one."""
    if len(judged.alternatives) == 1:
        return alone(judged)
    from .projection import project

    return project(judged)


def _read_failures(source: KeptSource, report: Report) -> None:
    for path, error in sorted(source.failed.items()):
        where = f"line {error.line}: " if error.line else ""
        place = source.place_of(path) or Place(path, error.line or 1, 1, error.line or 1, 1, 0, 0)
        report.unread.append(Unread(place.path, where + error.reason))
        report.failures.append((error.reason, place))


def _parse_failures(judged: Sequence[Judged], report: Report) -> None:
    """A file that could be read in part is unread as well: what its bad line says is not judged.

    One that can be read under some answer is read: a finding says what is wrong under the others.
    """
    reasons: dict[str, dict[str, None]] = {}
    for one in judged:
        taken = [
            _meant(one.unit, alternative.reading)
            for alternative in one.alternatives
            if alternative.supplied
        ]
        bad = [{problem.place.path for problem in problems} for problems in taken]
        unread = set.intersection(*bad) if bad else set()
        for problem in (problem for problems in taken for problem in problems):
            if problem.place.path in unread:
                reason = f"line {problem.place.line}: {problem.message}"
                reasons.setdefault(problem.place.path, {})[reason] = None
    for path, said in reasons.items():
        more = f" (and {len(said) - 1} more)" if len(said) > 1 else ""
        report.unread.append(Unread(path, next(iter(said)) + more))


def _meant(unit: Unit, reading: Reading) -> list[Problem]:
    """The problems of a reading without those that are there as long as a variable is empty."""
    if not unit.templates or not reading.problems:
        return reading.problems
    from ..left_empty import variables

    return [problem for problem in reading.problems if not variables(unit, [problem.place], ())]


def _propose(
    source: Source,
    policy: Policy,
    paths: Sequence[str],
    options: Options,
    report: Report,
) -> None:
    """Gives each finding the fix that its format knows, if any has one to ask for."""
    wanted = (finding.wants or finding.offered for finding in report.findings)
    if any(wanted):
        from . import fixes, trial

        fixes.propose(trial.Judge(check, source, policy, paths, options, report))
