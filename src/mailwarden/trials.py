"""Folders whose roles and plays try something out, and make nobody's host."""

from __future__ import annotations

from collections.abc import Iterable

NAMES = frozenset(("molecule", "tests", "test", "examples", "example", ".github"))


def is_trial(path: str, folders: Iterable[str]) -> bool:
    """Whether a path lies in such a folder that nobody named, be it by a folder in it.

    In: the path and the folders that were named, both relative to the root.
    """
    above = [parent for folder in folders for parent in _parents(folder)]
    return any(
        parent not in above and parent.rpartition("/")[2] in NAMES for parent in _parents(path)
    )


def _parents(path: str) -> list[str]:
    """A path and the folders that it lies in, without the root."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
