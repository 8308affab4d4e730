"""A run that reads the hosts of its roles and plays; loaded where it has come upon some."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Unit
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
    CONFIDENCES,
    Finding,
    Report,
)

from . import playbooks
from .run import Run, recognised
from .trials import is_trial


def with_hosts(one: Run) -> Run:
    """The run with the hosts of the roles and plays that concern mail."""
    from .deploy.concerned import concerned

    folders = [role for role in one.roles if not is_trial(role, one.folders)]
    folders = [role for role in folders if concerned(role, one.source)]
    paths = [path for path in one.playbooks if not is_trial(path, one.folders)]
    paths = playbooks.look_like(paths, one.source, anything=bool(folders or one.files))
    if not (folders or paths):
        return one
    from .deploy import hosts

    read = hosts.read(one.source, folders, paths, one.policy)
    if not (read.hosts or read.unfollowed):
        return one
    named = frozenset(one.files) if one.only_files else frozenset()
    whole = bool(named & read.told)
    asked = dict.fromkeys((*one.files, *one.beside)) if whole else one.files

    def is_read(path: str) -> bool:
        """Whether what a file says is said of the hosts."""
        return path in read.used or (path in read.told and not recognised(one.policy, path))

    if one.only_files and not whole:
        return one
    return one._replace(
        source=read.source,
        files=(*read.files, *(path for path in asked if not is_read(path))),
        about=named,
        hosts=read.hosts,
        passed=tuple(passed for passed in one.passed if passed.path not in read.used),
        unfollowed=read.unfollowed,
        followed=read.told,
    )


def merged(report: Report, about: frozenset[str]) -> None:
    """Say once what holds on several distributions, and for several plays.

    A finding that holds on some distributions rests on these.  Where files were named, what is
    said is ``about`` one of them.
    """
    units = {judged.unit.name: judged.unit for judged in report.units}
    report.endpoints[:] = _first(
        (_role(unit), shown.endpoint.id, shown.endpoint.place, shown.endpoint.values(),
         repr(shown.undecided), shown.when, (unit, shown))
        for unit, shown in report.endpoints
    )  # fmt: skip
    kept: dict[tuple[object, ...], Finding] = {}
    for finding in report.findings:
        unit = units.get(finding.unit)
        # What is undecided is a unit's, and says what decides.
        role = _role(unit) if unit is not None else finding.message
        key = (role, finding.rule, finding.severity, finding.place, finding.endpoints)
        first = kept.setdefault(key, finding)
        if first is not finding:
            first.rests_on = _joined(first.rests_on, finding.rests_on)
            first.cause = tuple(dict.fromkeys((*first.cause, *finding.cause)))
    report.findings[:] = _of_several(kept.values(), units)
    if about:
        _only(report, about)


def _of_several(findings: Iterable[Finding], units: dict[str, Unit]) -> list[Finding]:
    """Say once what holds on the hosts of several plays, as surely as on the surest of them."""
    kept: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        unit = units.get(finding.unit)
        on_host = unit is not None and unit.host is not None
        path = finding.unit.partition(":/")[2] if on_host else finding.unit
        key = (path, finding.rule, finding.severity, finding.place, finding.message)
        first = kept.setdefault(key, finding)
        if first is finding:
            continue
        cause = tuple(dict.fromkeys((*first.cause, *finding.cause)))
        if CONFIDENCES.index(finding.confidence) > CONFIDENCES.index(first.confidence):
            kept[key] = first = finding
        first.cause = cause
    return list(kept.values())


def _only(report: Report, about: frozenset[str]) -> None:
    """Leave out of a report on a root what is not about the files that were named.

    What is unread counts if it is read together with one of them.
    """
    read = {judged.unit.name: judged.read for judged in report.units}
    together = about.union(*(paths for paths in read.values() if not about.isdisjoint(paths)))
    report.findings[:] = [one for one in report.findings if is_about(one, about)]
    report.unread[:] = [one for one in report.unread if one.path in together]
    report.endpoints[:] = [
        (unit, shown) for unit, shown in report.endpoints if not about.isdisjoint(read[unit.name])
    ]
    report.files[:] = [path for path in report.files if path in about]


def is_about(finding: Finding, paths: frozenset[str]) -> bool:
    """Whether a finding, or its cause, stands in one of some files."""
    places = (finding.place, *(one.place for one in finding.cause))
    return any(place is not None and place.path in paths for place in places)


def _first(found: Iterable[tuple[Any, ...]]) -> list[Any]:
    """The last item of the first of each that are equal but for it."""
    kept: dict[tuple[Any, ...], Any] = {}
    for one in found:
        kept.setdefault(one[:-1], one[-1])
    return list(kept.values())


def _role(unit: Unit) -> str:
    """The role that a unit is of, on whatever distribution; else the unit's name."""
    from .deploy.mounted import parted

    name, path = parted(unit.name)
    return f"{name.rpartition('@')[0]}:{path}" if unit.host and "@" in name else unit.name


def _joined(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """What a finding rests on that holds on two hosts: of the distributions either."""
    from .deploy.mounted import HOST_IS

    mine = [words for words in one if words.startswith(HOST_IS)]
    theirs = [words for words in other if words.startswith(HOST_IS)]
    if not (mine and theirs):
        # On one of them it rests on no distribution.
        return tuple(words for words in one if words not in mine)
    either = mine[0] + " or " + theirs[0][len(HOST_IS) :]
    return (*(words for words in one if words not in mine), either)
