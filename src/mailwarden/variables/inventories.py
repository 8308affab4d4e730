"""Which files of a repository are inventories: found by their names, and not parsed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source

NAMES = ("hosts", "inventory")
FOLDERS = ("inventory", "inventories", "environments", "hosts")
ENDINGS = ("", ".ini", ".cfg", ".yml", ".yaml", ".json")
VARIABLES = ("group_vars", "host_vars")
DEEPEST = 3
# What asks somebody else which hosts there are.
_PLUGIN = re.compile(rb"(?m)^plugin[ \t]{0,9}:|\A#!")


def files(source: Source, folder: str) -> list[str]:
    """The inventories beside a playbook in a folder, and above it."""
    return [path for path in _around(source, folder) if os.path.splitext(path)[1] in ENDINGS]


def are_read(source: Source, paths: list[str]) -> bool:
    """Whether these are all that says which hosts there are, and nothing is asked of others."""
    return bool(paths) and not any(_asks(source, path) for path in paths)


def _asks(source: Source, path: str) -> bool:
    try:
        return _PLUGIN.search(source.looked_into(path)) is not None
    except MailwardenError:
        return True


def _around(source: Source, folder: str) -> Iterator[str]:
    here = folder
    while True:
        for name in source.listing(here or "."):
            path = f"{here}/{name}" if here else name
            if source.listing(path):
                if name in FOLDERS:
                    yield from _below(source, path, DEEPEST)
            elif os.path.splitext(name)[0] in NAMES:
                yield path
        if not here:
            return
        here = here.rpartition("/")[0]


def _below(source: Source, folder: str, depth: int) -> Iterator[str]:
    for name in source.listing(folder):
        path = f"{folder}/{name}"
        if name.startswith(".") or name in VARIABLES:
            continue
        if source.listing(path):
            if depth:
                yield from _below(source, path, depth - 1)
        else:
            yield path
