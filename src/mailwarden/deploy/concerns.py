"""Which files of a host concern mail."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue
from ansible_collections.mailwarden.policy.plugins.module_utils.text import HOLE, Text


def concerns(path: str) -> bool:
    """Whether a file is one that a format knows by its name, or lies in a folder of its program."""
    if path.startswith(_folders()):
        return True
    return bool(catalogue.look(path, _Nobody()).claims)


def usual() -> frozenset[str]:
    """Where programs look for their files when nobody says where."""
    return frozenset(
        path for row in catalogue.FORMATS.values() for path in row.paths if "*" not in path
    )


def folder_of(path: str) -> str:
    """The folder of the files that are read together with one, with a slash at its end."""
    own = (folder for folder in _folders() if path.startswith(folder))
    return next(own, os.path.dirname(path) + "/")


@cache
def _folders() -> tuple[str, ...]:
    """The folders that belong to one program, with a slash at their ends."""
    paths = (os.path.dirname(path) for row in catalogue.FORMATS.values() for path in row.paths)
    own = {path for path in paths if path.startswith("/etc/") and "*" not in path}
    return tuple(sorted(f"{top}{path}/" for path in own for top in ("", "/usr/local")))


class _Nobody:
    """A policy that says nothing of whose a file is."""

    def format_of(self, path: str) -> str:
        return ""

    def disowns(self, path: str) -> bool:
        return False


def fitting(text: Text, known: Iterable[str]) -> Iterator[str]:
    """Those of some paths that a path may be of which a part is open."""
    if not is_anything(text):
        parts = text.string.split(HOLE)
        yield from (path for path in sorted(known) if fits(path, parts))


def fits(path: str, parts: list[str]) -> bool:
    """Whether a path consists of these parts, with anything between them."""
    first, last = parts[0], parts[-1]
    if len(path) < len(first) + len(last) or not path.startswith(first):
        return False
    at, end = len(first), len(path) - len(last)
    for part in parts[1:-1]:
        found = path.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return path.endswith(last)


def is_anything(text: Text) -> bool:
    """Whether nothing is known of a path."""
    return not any(len(part.strip("/.")) > 1 for part in text.string.split(HOLE))
