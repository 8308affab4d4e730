"""The lines of a file that a host has, with where each came from in the margin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils.report.excerpt import cells
from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import (
    plain,
    width,
    without_secrets,
    words,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text import HOLE

if TYPE_CHECKING:
    from ..deploy.ground import Ground
    from ..deploy.rows import Row


def listed(
    rows: Sequence[Row], shown: Callable[[str], str], ground: Ground | None = None
) -> list[str]:
    """The lines as they are printed.

    In: the lines, how a path is shown, what packages ship on the host.  The file that a line came
    from is named where it is another one than that of the line before.
    """
    margins = list(_margins(rows, shown, ground))
    wide = max(map(width, margins), default=0)
    return [
        f"{margin}{' ' * (wide - width(margin))} | {line}".rstrip()
        for margin, line in zip(margins, _lines(rows), strict=True)
    ]


def _margins(
    rows: Sequence[Row], shown: Callable[[str], str], ground: Ground | None
) -> Iterator[str]:
    """The file and line that each line came from, or whose package ships it."""
    before = ""
    for row in rows:
        shipped = ground.package(row.path) if ground is not None else ""
        path = shipped or (plain(shown(row.path)) if row.path else "")
        line = f":{row.line}" if path and not shipped else ""
        if path and path == before:
            yield " " * width(path) + line
        else:
            yield path + line
        before = path or before


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    """The lines without secrets; those of one value are masked together."""
    own = [row.string for row in rows if not row.mark]
    masked = iter(without_secrets(own))
    for row in rows:
        line = row.string if row.mark else next(masked)
        yield _filled(row, line)


def _filled(row: Row, masked: str) -> str:
    """A line with the names of its holes, as far as it is shown.

    What nobody knows is no secret: where a mask hides nothing but holes, they are shown.
    """
    first, last = _apart(row.string, masked)
    hidden = row.string[first : len(row.string) - last]
    if not hidden.replace(HOLE, "").strip(" \t\"'"):
        masked, last = row.string, 0
        first = len(masked)
    before = masked[:first].count(HOLE)
    after = masked[first:].count(HOLE)
    names = [*row.holes[:before], *row.holes[len(row.holes) - after :]]
    parts = masked.split(HOLE)
    filled = [cells(parts[0])]
    for name, part in zip(names, parts[1:], strict=True):
        filled += [words(name), cells(part)]
    return "".join(filled)


def _apart(one: str, other: str) -> tuple[int, int]:
    """How many characters two strings begin and end with in common."""
    most = min(len(one), len(other))
    first = next((at for at in range(most) if one[at] != other[at]), most)
    last = next((at for at in range(most - first) if one[-1 - at] != other[-1 - at]), most - first)
    return first, last
