"""A run that reads the hosts of its roles; loaded where it has come upon roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Unit
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
    Finding,
    Report,
)

from .run import Run, recognised
from .trials import is_trial


def with_hosts(one: Run) -> Run:
    """The run with the hosts of the roles that concern mail."""
    from .deploy.concerned import concerned

    folders = [role for role in one.roles if not is_trial(role, one.folders)]
    folders = [role for role in folders if concerned(role, one.source)]
    if not folders:
        return one
    from .deploy import hosts

    read = hosts.read(one.source, folders, one.policy)
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
    """Say once what holds on several distributions that a role is for.

    A finding that holds on some of them rests on these.  Where files were named, what is said is
    ``about`` one of them.
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
    report.findings[:] = kept.values()
    if about:
        _only(report, about)


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
