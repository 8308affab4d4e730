# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A live host: which mail configurations it has, and which versions of the programs."""

from __future__ import annotations

import errno
import os
import re

from .. import catalogue
from ..engine.finding import Unread
from . import HEAD, Source, clean, read_file, whole_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterable, Optional, Sequence

    from .search import Known

    # Runs a program; returns what it printed, or nothing where it is not there or fails.
    Run = Callable[[Sequence[str]], Optional[str]]

_HOME = "~/"


class HostSource(Source):
    """A live host: every path is absolute and everything can be asked."""

    def read(self, path: str) -> bytes:
        return read_file(path, path)

    def head(self, path: str) -> str:
        return whole_lines(read_file(path, path, HEAD + 1))

    def exists(self, path: str) -> bool | None:
        try:
            os.stat(path)
        except OSError as error:
            # What the user who asks may not see may well be there.
            return None if error.errno in (errno.EACCES, errno.EPERM) else False
        except ValueError:
            return False
        return True

    def credential(self, path: str, beside: str = "") -> bool | None:
        return self.exists(self.locate(path, beside) or path)

    def listing(self, folder: str) -> list[str]:
        try:
            return sorted(os.listdir(folder))
        except (OSError, ValueError):
            return []

    def locate(self, path: str, beside: str = "") -> str | None:
        return clean(os.path.join(os.path.dirname(beside), path))


def files(
    paths: Iterable[str], known: Known, warn: Callable[[str], None]
) -> tuple[list[str], list[Unread]]:
    """The files that the paths stand for, each once.

    In: absolute paths of files and folders, which files are mail configurations, and whom to tell
    of what is passed over.  Out: each named file, and the configurations of each folder; and the
    paths that could not be looked into, with the reason.
    """
    found: dict[str, None] = {}
    unread: list[Unread] = []
    for path in paths:
        if os.path.isdir(path):
            from .search import below

            found.update(dict.fromkeys(below(path, known, unread, warn)))
        elif os.path.lexists(path) or known(path):
            found[path] = None
        else:
            # The engine would only say that it knows no such format.
            unread.append(Unread(path, "no such file or folder, or it may not be seen"))
    return list(found), unread


def is_own(path: str, row: catalogue.Row) -> bool:
    """Whether a path lies where this host's own program looks, and not that of a container.

    ``row`` is the row of the format that claims the path.
    """
    others = (_own(known) for known in row.paths if not known.startswith("/etc/"))
    return path.startswith(("/etc/", *others))


def _own(path: str) -> str:
    """What is the program's that looks for this path: its folder, or the file in a user's home."""
    folder = os.path.dirname(path)
    return os.path.expanduser(path if folder + "/" == _HOME else folder + "/")


def version(row: catalogue.Row, run: Run) -> str:
    """The version of a format's program (``3.7.11``); empty where it is not there or is silent."""
    printed = run(row.tells_version) if row.tells_version else None
    match = re.search(r"(?<!\d)\d+(?:\.\d+)+", printed or "")
    return match.group() if match else ""
