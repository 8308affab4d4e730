# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one judge of fixes: edits are made in memory, and the files judged again.

A fix is good if its finding goes, no finding as bad or worse appears (the severity counts first,
then the confidence), no endpoint vanishes, nothing is newly unread, and every field that was
decided still is.  A lesser finding that it uncovers does not withhold it.
"""

from __future__ import annotations

from ..endpoint import FIELDS
from ..report.fingerprint import blamed
from ..source.memory import changed
from . import edit
from .finding import CONFIDENCES, SEVERITIES
from .ties import tied

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterable, Iterator, Mapping, NamedTuple, Sequence, Tuple

    from ..endpoint import Edit, Unit
    from ..policy import Policy
    from ..source import Source
    from .alternatives import Judged, Projected
    from .finding import Finding, Report
    from .options import Options

    # What tells one violation from another across an edit: rule, unit and endpoint, or rule, path
    # and the text that is blamed.
    Key = Tuple[str, str, str]
    # Severity and confidence, as numbers that compare.
    Level = Tuple[int, int]
    Check = Callable[[Source, Policy, Sequence[str], Options], Report]
else:
    from ..tuples import NamedTuple

# What says that it is open is compared as what is open, not as a finding.
UNDECIDED = "undecided"


class Objection(NamedTuple):
    """Why a fix is not good; ``own`` says that it is this fix and no other that is at fault.

    ``brings`` says that all that is wrong is a finding that it brings.
    """

    reason: str
    own: bool = True
    brings: bool = False


class State:
    """What is compared of some units before and after an edit."""

    def __init__(
        self,
        report: Report,
        findings: Iterable[Finding],
        units: Iterable[Judged],
        endpoints: Iterable[tuple[Unit, Projected]],
    ) -> None:
        self.levels: dict[Key, list[Level]] = {}
        for finding in findings:
            for key in keys_of(finding, report, also=True):
                self.levels.setdefault(key, []).append(level(finding))
        self.unread = {one.path for one in report.unread}
        self.open_ends = {one.decider for judged in units for one in judged.further()}
        # What is open of each endpoint, and what is decided.
        self.open: dict[tuple[str, str], frozenset[str]] = {}
        self.decided: dict[tuple[str, str], frozenset[str]] = {}
        for unit, shown in endpoints:
            name = (unit.name, shown.endpoint.id)
            exists = ("exists",)
            maybe = exists if shown.depends_on or shown.when else ()
            self.open[name] = frozenset((*shown.undecided, *maybe))
            shows = {*FIELDS, *exists} - shown.endpoint.not_applicable
            self.decided[name] = frozenset(shows - self.open[name])


def level(finding: Finding) -> Level:
    """How bad a finding is: the severity counts first, then the confidence."""
    return SEVERITIES.index(finding.severity), CONFIDENCES.index(finding.confidence)


def keys_of(finding: Finding, report: Report, also: bool = False) -> list[Key]:
    """What a finding is known by; with ``also`` what it speaks for as well."""
    if finding.suppressed is not None or finding.rule == UNDECIDED:
        return []
    if not finding.unit or not finding.endpoints:
        return [(finding.rule, finding.place.path, blamed(finding.place, report))]
    rules = (finding.rule, *(finding.also if also else ()))
    return [(rule, finding.unit, name) for rule in rules for name in finding.endpoints]


class Judge:
    """Judges edits of the files of one run, as far as they reach.

    ``check`` is the engine's, which judges the files of a trial; ``report`` is what the run says of
    the files as they are.
    """

    def __init__(
        self,
        check: Check,
        source: Source,
        policy: Policy,
        paths: Sequence[str],
        options: Options,
        report: Report,
    ) -> None:
        self._check = check
        self._source = source
        self._policy = policy
        self._options = options
        self.report = report
        # What a fix may not bring is a finding of any rule, selected or not.
        self._narrow = bool(options.select or options.ignore)
        self._order = {path: number for number, path in enumerate(paths)}
        self._group_of: dict[str, _Group] | None = None

    def group(self, finding: Finding) -> object:
        """What is the same for findings about units that are tied to each other."""
        return self._group(finding)

    def _group(self, finding: Finding) -> _Group:
        if self._group_of is None:
            self._group_of = _grouped(self.report)
        return self._group_of[finding.unit]

    def objections(self, batch: Sequence[Finding]) -> list[Objection | None]:
        """What there is to say against the fix of each of these findings, all made together.

        Raises ``MailwardenError`` where the edits cannot be made together.
        """
        files = edit.edited(self._source, edits_of(batch))
        group = self._group(batch[0])
        before = self._before(group)
        after = _whole(self._judged(group, files))
        common = _common(before, after)
        if common:
            return [Objection(common, len(batch) == 1)] * len(batch)
        news = _News(_new(before, after))
        touched = [frozenset(keys_of(finding, self.report)) for finding in batch]
        for keys in touched:
            news.suspect(keys)
        return [
            _still(keys, before, after) or news.objection(finding, keys)
            for finding, keys in zip(batch, touched)
        ]

    def afterwards(self, finding: Finding) -> tuple[Judge, dict[Key, Level]]:
        """The judge of the files with a fix made, and the findings that this brings."""
        group = self._group(finding)
        files = edit.edited(self._source, edits_of([finding]))
        report = self._judged(group, files)
        after = Judge(
            self._check, changed(self._source, files), self._policy, self._paths(group),
            self._options._replace(select=(), ignore=()), report,
        )  # fmt: skip
        return after, _new(self._before(group), _whole(report))

    def changed(self, edits: Iterable[Edit]) -> dict[str, bytes]:
        """The files as the edits make them."""
        return edit.edited(self._source, edits)

    def original(self, path: str) -> bytes:
        """A file as it is."""
        return self._source.read(path)

    def _paths(self, group: _Group) -> list[str]:
        paths = {path for judged in group.units for path in _own(judged) if path in self._order}
        return sorted(paths, key=self._order.__getitem__)

    def _before(self, group: _Group) -> State:
        if self._narrow:
            return _whole(self._judged(group, {}))
        return State(self.report, group.findings, group.units, group.endpoints)

    def _judged(self, group: _Group, files: Mapping[str, bytes]) -> Report:
        """The report on the units of a group alone, with some files changed."""
        return self._check(
            changed(self._source, files),
            self._policy,
            self._paths(group),
            self._options._replace(fixes=False, select=(), ignore=()),
        )


class _Group:
    """Units that are tied to each other, and what a report says of them."""

    __slots__ = ("endpoints", "findings", "units")

    def __init__(self, units: list[Judged]) -> None:
        self.units = units
        self.findings: list[Finding] = []
        self.endpoints: list[tuple[Unit, Projected]] = []


def _grouped(report: Report) -> dict[str, _Group]:
    """The group of each unit, by the unit's name."""
    by_name: dict[str, _Group] = {}
    by_path: dict[str, _Group] = {}
    for numbers in tied(report):
        group = _Group([report.units[number] for number in numbers])
        for judged in group.units:
            by_name[judged.unit.name] = group
            by_path.update(dict.fromkeys(judged.read, group))
    for finding in report.findings:
        mine = by_name[finding.unit] if finding.unit else by_path.get(finding.place.path)
        if mine is not None:
            mine.findings.append(finding)
    for unit, shown in report.endpoints:
        by_name[unit.name].endpoints.append((unit, shown))
    return by_name


def _own(judged: Judged) -> Iterator[str]:
    """The paths of the files that make a unit."""
    for text in judged.unit.texts.values():
        yield text.path
    yield from judged.unit.unread.values()


def edits_of(findings: Iterable[Finding]) -> list[Edit]:
    """The edits of the findings' fixes."""
    return [one for finding in findings if finding.fix is not None for one in finding.fix.edits]


def _whole(report: Report) -> State:
    return State(report, report.findings, report.units, report.endpoints)


def _common(before: State, after: State) -> str:
    """What is wrong with the files as they would be, whichever fix it is that did it."""
    if not after.unread <= before.unread:
        return "the file could not be read any more"
    if not before.open.keys() <= after.open.keys():
        return "a port or a client would be gone"
    opened = any(after.open[name] & decided for name, decided in before.decided.items())
    if opened or not after.open_ends <= before.open_ends:
        return "what is known now would be open"
    return ""


def _new(before: State, after: State) -> dict[Key, Level]:
    """The findings that appear, or get worse."""
    new = {}
    for key, levels in after.levels.items():
        known = before.levels.get(key, [])
        if len(levels) > len(known) or max(levels) > max(known):
            new[key] = max(levels)
    return new


def _still(keys: frozenset[Key], before: State, after: State) -> Objection | None:
    for key in keys:
        left = len(after.levels.get(key, ()))
        if left and left >= len(before.levels.get(key, ())):
            return Objection("the finding would still be there")
    return None


class _News:
    """The findings that edits bring, and which of the fixes may be at fault for each."""

    def __init__(self, new: Mapping[Key, Level]) -> None:
        self._at: dict[tuple[str, str], list[tuple[Key, Level]]] = {}
        for key, worse in new.items():
            self._at.setdefault(key[1:], []).append((key, worse))
        self._suspects: dict[tuple[str, str], int] = {}
        self._fixes = 0
        self._elsewhere: list[tuple[Key, Level]] | None = None

    def suspect(self, keys: Iterable[Key]) -> None:
        """Note that a fix is for these findings."""
        self._fixes += 1
        for place in {key[1:] for key in keys}:
            self._suspects[place] = self._suspects.get(place, 0) + 1
            self._elsewhere = None

    def objection(self, finding: Finding, keys: Iterable[Key]) -> Objection | None:
        """The first as bad as this finding at its endpoints, or at those of none."""
        mine = {key[1:] for key in keys}
        for place in mine:
            found = _as_bad(finding, self._at.get(place, ()))
            if found:
                return Objection(found, self._suspects[place] == 1, True)
        found = _as_bad(finding, self._of_none())
        return Objection(found, self._fixes == 1, True) if found else None

    def _of_none(self) -> list[tuple[Key, Level]]:
        if self._elsewhere is None:
            at = self._at.items()
            self._elsewhere = [
                one for place, all_ in at if place not in self._suspects for one in all_
            ]
        return self._elsewhere


def _as_bad(finding: Finding, new: Iterable[tuple[Key, Level]]) -> str:
    bad = next((key for key, worse in new if worse >= level(finding)), None)
    return f"it would bring {bad[0]}" if bad else ""
