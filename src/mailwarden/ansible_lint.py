"""What the ansible-lint rule says, as far as it is not ansible-lint's.

ansible-lint hands over playbooks, roles and single files, one by one.  The project that a thing is
part of is read once in a process, as ``mailwarden lint --skip-unknown`` reads its root.  Of that,
``findings`` gives what is found in the units that the thing is part of.
"""

from __future__ import annotations

import os
from functools import cache

from ansible_collections.mailwarden.policy.plugins.module_utils import rules
from ansible_collections.mailwarden.policy.plugins.module_utils.catalogue.endings import A_TEMPLATE
from ansible_collections.mailwarden.policy.plugins.module_utils.report import lines
from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import plain, words
from ansible_collections.mailwarden.policy.plugins.module_utils.version import VERSION

from . import discover, lint, quick, run
from .noqa import Translated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any, NamedTuple

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
        Finding,
        Report,
    )
    from ansible_collections.mailwarden.policy.plugins.module_utils.report.counting import Threshold
else:
    from ansible_collections.mailwarden.policy.plugins.module_utils.tuples import NamedTuple

MANUAL = "https://github.com/mailwarden/mailwarden/blob/main/docs/ansible-lint.md"
TEMPLATE = "unread-template"
UNREAD = "unread-file"
TASK = "unread-task"
# Where Ansible looks for what a role or a playbook copies and renders, and for the rest of a role.
BESIDE = ("files", "templates")
PARTS = frozenset((*BESIDE, "defaults", "handlers", "meta", "tasks", "vars"))


class Said(NamedTuple):
    """A finding as another linter can show it; ``path`` is absolute.

    ``counts`` says whether it would change the exit status of ``mailwarden lint``.
    """

    path: str
    line: int
    column: int
    rule: str
    message: str
    counts: bool


class Reading(NamedTuple):
    """What is said of a project: ``said`` by the unit that it is about.

    ``units`` are the units that a file is part of, or a folder with files of roles in it, by
    absolute path; those of the whole project are under the empty one.  ``files`` are those that
    were read, and ``followed`` those of which it was followed what they do on a host.
    """

    said: Mapping[str, tuple[Said, ...]]
    units: Mapping[str, tuple[str, ...]]
    files: frozenset[str]
    followed: frozenset[str]


def mismatch() -> str:
    """What is wrong where Python finds the engine in a collection of another version."""
    from importlib.metadata import version

    mine = version("mailwarden")
    if mine == VERSION:
        return ""
    return f"mailwarden is {mine}, and the collection mailwarden.policy beside it is {VERSION}"


def url(rule: str) -> str:
    """Where the manual of a finding is."""
    return rules.url(rule) if rules.known(rule) else MANUAL


def base(kind: str, path: str) -> str:
    """The folder of the role, or of the playbook, that a thing of ansible-lint's is part of.

    ``kind`` is ansible-lint's: role, playbook, tasks, handlers, vars.  Empty for a file of none.
    """
    if kind == "role":
        return path
    folder = os.path.dirname(path)
    if kind == "playbook":
        return folder
    if kind in ("tasks", "handlers"):
        # Those of a role may lie in folders of their own, and any others anywhere.
        before, found, _below = (folder + "/").rpartition(f"/{kind}/")
        return before if found else folder
    return next(_around(_root(path), path), "")


def _around(root: str, path: str) -> Iterator[str]:
    """The folders that may be roles of which a file is a part, the outermost first."""
    folders = os.path.relpath(path, root).split("/")
    for depth, name in enumerate(folders):
        if name in PARTS:
            yield os.path.join(root, *folders[:depth])


def findings(kind: str, path: str) -> tuple[Said, ...]:
    """What is wrong with a thing that ansible-lint hands over, and what of it is not read.

    In: ansible-lint's kind, and an absolute path.  Raises ``MailwardenError`` as the command does.
    """
    path = _real(kind, path)
    reading = read_for(kind, path)
    units = (
        unit for place in ("", path, base(kind, path)) for unit in reading.units.get(place, ())
    )
    return tuple(sorted({said for unit in units for said in reading.said[unit]}))


def read_for(kind: str, path: str) -> Reading:
    """What is said of the project that a thing is part of; in and raised is as for ``findings``."""
    path = _real(kind, path)
    root = _root(path)
    if _is_repository(root) and not _is_left_out(root, os.path.dirname(path)):
        return read((root,))
    # Nobody knows how much lies below another root, and what git ignores is nobody's but this.
    folder = base(kind, path)
    beside = [os.path.join(folder, name) for name in sorted(PARTS)] if folder else []
    named = [path] if kind == "playbook" or not folder else []
    return read(tuple(one for one in (*named, *beside) if os.path.exists(one)))


def _real(kind: str, path: str) -> str:
    return os.path.realpath(path) if kind == "role" else discover.real(path)


@cache
def _root(path: str) -> str:
    return discover.root_of([path])


def _is_repository(root: str) -> bool:
    """Whether a root is that of a repository, or has a policy."""
    return discover.upward(root, [".git", *discover.POLICIES]) == root


@cache
def _is_left_out(root: str, folder: str) -> bool:
    return discover.is_left_out(root, os.path.relpath(folder, root))


@cache
def read(paths: tuple[str, ...]) -> Reading:
    """What is said of these files and folders, read in one run.

    In: absolute paths.  Raises ``MailwardenError`` as the command does.
    """
    arguments: Any = quick.parse(["lint", "--skip-unknown", *paths])
    one = run.prepare(arguments)
    # Nobody is shown a fix here, and to try one takes as long as to find what it is for.
    options = one.options._replace(fixes=False)
    source = Translated(one.root, one.policy.roots)
    one = run.deployed(one._replace(source=source, options=options))
    report = one.check()
    lint.settle(one, report)
    said: dict[str, list[Said]] = {}
    units: dict[str, dict[str, None]] = {}
    for unit, paths, what in _said(one, report, lint.threshold_of(arguments, one.policy)):
        said.setdefault(unit, []).append(what)
        for path in _places(one, paths):
            units.setdefault(path, {})[unit] = None
    for judged in report.units:
        if judged.unit.name in said:
            host = judged.unit.host
            for path in _places(one, judged.read if host is None else host.files):
                units.setdefault(path, {})[judged.unit.name] = None
    return Reading(
        {unit: tuple(every) for unit, every in said.items()},
        {path: tuple(every) for path, every in units.items()},
        frozenset(os.path.join(one.root, path) for path in report.files),
        frozenset(os.path.join(one.root, path) for path in one.followed),
    )


def _places(one: run.Run, paths: Iterable[str]) -> Iterator[str]:
    """Files, and the folders of roles that they may be a part of, as whole paths."""
    for path in paths:
        if path == one.policy.path:
            yield ""
        full = os.path.join(one.root, path)
        yield full
        yield from _around(one.root, full)


def _said(
    one: run.Run, report: Report, threshold: Threshold
) -> Iterator[tuple[str, tuple[str, ...], Said]]:
    """What is said, with the unit that it is about and the files that are to do with it."""
    unread = dict(report.unread)
    style = lines.Style(path=lambda path: plain(one.shown(path)))
    for finding in report.findings:
        if finding.suppressed is None:
            place = finding.place
            paths = (place.path, *(of.place.path for of in finding.cause if of.place is not None))
            counts = place.path in unread or lint.counts(finding, threshold)
            path = os.path.join(one.root, place.path)
            message = _message(finding, style)
            what = Said(path, place.line, place.column, finding.rule, message, counts)
            yield finding.unit or place.path, paths, what
    # A file that a finding speaks of has its reason there, with its line.
    for path in unread.keys() - {finding.place.path for finding in report.findings}:
        on_host = one.source.place_of(path)
        there = on_host.path if on_host is not None else path
        full = os.path.join(one.root, there)
        which = "" if there == path and os.path.isfile(full) else f"{plain(one.shown(path))}: "
        what = Said(full, 1, 1, "unreadable", which + words(unread[path]), True)
        yield path, (there,), what
    yield from _passed(one)


def _passed(one: run.Run) -> Iterator[tuple[str, tuple[str, ...], Said]]:
    """What is not read, which is no failure."""
    for path, why in one.passed:
        # A link elsewhere is passed over where nothing says that mail is to do with it.
        if why != discover.A_LINK or os.path.basename(path) in BESIDE:
            rule = TEMPLATE if why == A_TEMPLATE else UNREAD
            yield path, (path,), Said(os.path.join(one.root, path), 1, 1, rule, words(why), False)
    for place, reason in one.unfollowed:
        full = os.path.join(one.root, place.path)
        message = f"not followed: {words(reason)}"
        what = Said(full, place.line, place.column, TASK, message, False)
        yield place.path, (place.path,), what


def _message(finding: Finding, style: lines.Style) -> str:
    """One line: some of ansible-lint's formats have no place for more."""
    parts = [words(finding.message)]
    if finding.confidence != "certain":
        parts[0] += f" ({finding.confidence})"
    causes = lines.causes(finding, style)
    if causes:
        parts.append("cause: " + ", ".join(causes))
    if finding.rests_on:
        parts.append("rests on: " + ", ".join(map(words, finding.rests_on)))
    if finding.when:
        parts.append("where: " + ", ".join(map(words, finding.when)))
    return "; ".join(parts)
