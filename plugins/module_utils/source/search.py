# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Looks for the mail configurations of a live host: in folders, and where the programs look."""

from __future__ import annotations

import glob
import os

from .. import catalogue
from ..engine.finding import Unread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterable

    # Says whether a path is a mail configuration.
    Known = Callable[[str], bool]


def default_paths() -> list[str]:
    """The configurations of this host that the programs read by default."""
    found: list[str] = []
    for row in catalogue.rows().values():
        for pattern in row.paths:
            # lexists by way of glob: a dangling link is found, and then reported as unreadable.
            found.extend(sorted(glob.glob(os.path.expanduser(pattern))))
    return found


def below(
    folder: str, known: Known, unread: list[Unread], warn: Callable[[str], None]
) -> list[str]:
    """The mail configurations in a folder; adds to ``unread`` what could not be listed."""

    def failed(error: OSError) -> None:
        reason = (error.strerror or "cannot be listed").lower()
        unread.append(Unread(str(error.filename), reason))

    found = []
    # Links to folders are not followed: they may lead in circles.
    for parent, folders, names in os.walk(folder, onerror=failed):
        folders.sort()
        for path in _leading_out(folder, (os.path.join(parent, name) for name in folders)):
            warn(f"{path}: a link to a folder, which is not followed; name that folder too")
        for name in sorted(names):
            path = os.path.join(parent, name)
            if known(path):
                found.append(path)
    return found


def _leading_out(folder: str, paths: Iterable[str]) -> list[str]:
    """The links among folders that lead to what is not below ``folder``, and not looked into."""
    inside = os.path.join(os.path.realpath(folder), "")
    links = [path for path in paths if os.path.islink(path)]
    return [one for one in links if not os.path.join(os.path.realpath(one), "").startswith(inside)]
