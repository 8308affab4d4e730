"""``with_fileglob``: the files that patterns fit.

Source: ansible-core 2.17 and 2.19, ``plugins/lookup/fileglob.py``, which looks for files on the
controller: of a pattern's folder the first that is there counts, of a name alone each in turn up to
one that has files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from ansible_collections.mailwarden.policy.plugins.module_utils.source import clean
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from ..render.context import Variables
from ..render.limits import Limits
from ..variables import files
from ..variables.files import Value
from . import concerns, evaluate, loops
from .firsts import Search

# What a name may hold that is more than a star.
_MORE = "?["


def found(value: Value, search: Search, variables: Variables, limits: Limits) -> list[Value] | None:
    """The files of each pattern, by their paths from the first folder; ``None``: not known."""
    terms = loops.items(value, "list", variables, limits)
    every: list[Value] = []
    for term in terms or ():
        text = evaluate.printed(term, variables, limits)
        if not isinstance(text, Text) or text.holes or text.string.startswith(("/", "~")):
            return None
        folder, name = os.path.split(text.string)
        if any(sign in name for sign in _MORE):
            return None
        paths = next(filter(None, _each(folder, name, search)), [])
        every += [
            Value(files.LITERAL, os.path.relpath(path, search.folders[0] or "."), term.place)
            for path in paths
        ]
    return None if terms is None else every


def _each(folder: str, name: str, search: Search) -> Iterator[list[str]]:
    """The files that fit a name in each folder that counts."""
    for base in search.below():
        inside = clean(os.path.join(base, folder))
        listed = [] if inside.startswith("../") else search.source.listing(inside)
        hidden = name.startswith(".")
        paths = (os.path.join(inside, one) for one in listed if hidden or not one.startswith("."))
        yield [path for path in paths if not search.source.listing(path) and _fits(path, name)]
        if folder and listed:
            return


def _fits(path: str, name: str) -> bool:
    base = os.path.basename(path)
    return concerns.fits(base, name.split("*")) if "*" in name else base == name
