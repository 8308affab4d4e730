"""Paths of a policy that lead to nothing in its repository: a slip of the pen, or gone since."""

from __future__ import annotations

import os

from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
    CERTAIN,
    Finding,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.globs import path_matches

from .discover import NEVER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report

    from .run import Run

    # A rule, what it says, and the keys of the policy that it speaks of.
    Complaint = tuple[str, str, tuple[str | int, ...]]

WILD = frozenset("*?[")


def complaints(one: Run, report: Report) -> list[Finding]:
    """What is to be said of the policy's paths, each at its own line.

    In: the run, and its report, whose files need not be looked for.  A run of named files alone
    does not look through the repository for what a wildcard may mean.
    """
    found = []
    for rule, message, keys in (*_roots(one), *_ignores(one, report)):
        level = one.policy.level(rule)
        chosen = not one.options.select or rule in one.options.select
        if level != "off" and chosen and rule not in one.options.ignore:
            found.append(Finding(rule, level, CERTAIN, message, one.policy.place(keys)))
    return found


def _roots(one: Run) -> Iterator[Complaint]:
    for folder in one.policy.said.get("roots", {}):
        if not os.path.isdir(os.path.join(one.root, folder)):
            message = f"there is no folder {folder} here, so it becomes none of a host"
            yield "setting-ineffective", message, ("roots", folder)


def _ignores(one: Run, report: Report) -> Iterator[Complaint]:
    today = one.options.today
    entries = {
        entry.at: entry
        for entry in one.policy.ignores
        if entry.paths and not entry.expired(today) and not entry.concerns(report.files)
    }
    patterns = {pattern for entry in entries.values() for pattern in entry.paths}
    lost = _lost(one, patterns)
    for at, entry in entries.items():
        if lost.issuperset(entry.paths):
            paths = ", ".join(entry.paths)
            message = f"ignore[{at}] ({', '.join(entry.rules)}) fits no file: there is no {paths}"
            yield "suppression", message, ("ignore", at)


def _lost(one: Run, patterns: set[str]) -> set[str]:
    """The patterns that fit nothing in the repository; an absolute path may be a host's."""
    here = {pattern for pattern in patterns if not pattern.startswith("/")}
    wild = {pattern for pattern in here if WILD & set(pattern) or "/" not in pattern}
    lost = {path for path in here - wild if not os.path.lexists(os.path.join(one.root, path))}
    if wild and not one.only_files:
        lost |= _without_a_file(one.root, wild)
    return lost


def _without_a_file(root: str, patterns: set[str]) -> set[str]:
    left = set(patterns)
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - NEVER)
        inside = os.path.relpath(folder, root)
        for name in names:
            path = os.path.normpath(os.path.join(inside, name))
            left = {pattern for pattern in left if not path_matches(path, pattern)}
            if not left:
                return left
    return left
