# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Path patterns of the policy.

``*`` and ``?`` stay within one part of a path, ``**`` goes across.  A pattern without a slash fits
a file or folder of that name anywhere; a pattern that names a folder covers all that is in it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence


def path_matches(path: str, pattern: str) -> bool:
    """Whether a path, or a folder that it is in, fits the pattern."""
    wanted = pattern.strip("/").split("/")
    if pattern.startswith("./"):
        wanted = wanted[1:]
    parts = path.strip("/").split("/")
    if len(wanted) == 1 and wanted[0] != "**" and not pattern.startswith(("/", "./")):
        return any(_part_matches(part, wanted[0]) for part in parts)
    return _parts_match(parts, wanted)


def _parts_match(parts: Sequence[str], wanted: Sequence[str]) -> bool:
    # Which of the pattern's parts may come next: one pass over the path, so that a pattern full
    # of ``**`` costs no more than its length.
    states = _across({0}, wanted)
    for part in parts:
        if len(wanted) in states:
            return True
        following = set()
        for at in states:
            if wanted[at] == "**":
                following.add(at)
            elif _part_matches(part, wanted[at]):
                following.add(at + 1)
        states = _across(following, wanted)
    return len(wanted) in states


def _across(states: set[int], wanted: Sequence[str]) -> set[int]:
    reached = set(states)
    for at in states:
        while at < len(wanted) and wanted[at] == "**":
            at += 1
            reached.add(at)
    return reached


def _part_matches(part: str, wanted: str) -> bool:
    if "*" not in wanted and "?" not in wanted and "[" not in wanted:
        return part == wanted
    from fnmatch import fnmatchcase

    return fnmatchcase(part, wanted)
