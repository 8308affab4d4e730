# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A live host: which mail configurations it has, and which versions of the programs."""

from __future__ import annotations

import errno
import os
import re

from .. import catalogue
from ..engine.finding import Unread
from ..errors import MailwardenError
from . import HEAD, Source, clean, read_file, whole_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterable, Iterator, Optional, Sequence

    # Runs a program; returns what it printed, or nothing where it is not there or fails.
    Run = Callable[[Sequence[str]], Optional[str]]
    # Says whether a path is a mail configuration.
    Known = Callable[[str], bool]

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


class ContentSource(HostSource):
    """One text that is no file of the host yet, and the host around it.

    What the text names by an absolute path is asked of the host; beside it there is nothing.
    """

    def __init__(self, name: str, data: bytes) -> None:
        self._name = name
        self._data = data

    def read(self, path: str) -> bytes:
        """The text, or a file of the host."""
        if path == self._name:
            return self._data
        if not os.path.isabs(path):
            raise MailwardenError("no such file", path)
        return super().read(path)

    def exists(self, path: str) -> bool | None:
        """Whether it is the text, or a file of the host."""
        if not os.path.isabs(path):
            return path == self._name
        return super().exists(path)

    def credential(self, path: str, beside: str = "") -> bool | None:
        """Whether a file of the host is there; a relative path is nobody's to resolve."""
        return super().credential(path, beside) if os.path.isabs(path) else None

    def listing(self, folder: str) -> list[str]:
        """The names in a folder of the host."""
        return super().listing(folder) if os.path.isabs(folder) else []


def default_paths() -> list[str]:
    """The configurations of this host that the programs read when nobody says where to look."""
    import glob

    found: list[str] = []
    for pattern in _paths():
        # lexists by way of glob: a dangling link is found, and then reported as unreadable.
        found.extend(sorted(glob.glob(os.path.expanduser(pattern))))
    return found


def files(
    paths: Iterable[str], known: Known, warn: Callable[[str], None]
) -> tuple[list[str], list[Unread]]:
    """The files that the paths stand for, each once.

    In: absolute paths of files and folders, which files are mail configurations, and whom to tell
    of what is passed over.  Out: a named file as it is, of a folder those that are; and what could
    not be looked into, with the reason.
    """
    found: dict[str, None] = {}
    unread: list[Unread] = []
    for path in paths:
        if os.path.isdir(path):
            found.update(dict.fromkeys(_below(path, known, unread, warn)))
        elif os.path.lexists(path) or known(path):
            found[path] = None
        else:
            # The engine would only say that it knows no such format.
            unread.append(Unread(path, "no such file or folder, or it may not be seen"))
    return list(found), unread


def _below(
    folder: str, known: Known, unread: list[Unread], warn: Callable[[str], None]
) -> list[str]:
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


def is_own(path: str, row: catalogue.Row) -> bool:
    """Whether a path lies where this host's own program looks, and not that of a container.

    ``row`` is the row of the format that claims the path.
    """
    others = (_own(known) for known in row.paths if not known.startswith("/etc/"))
    return path.startswith(("/etc/", *others))


def _paths() -> Iterator[str]:
    """Where the programs look by themselves."""
    for row in catalogue.rows().values():
        yield from row.paths


def _own(path: str) -> str:
    """What is the program's that looks for this path: its folder, or the file in a user's home."""
    folder = os.path.dirname(path)
    return os.path.expanduser(path if folder + "/" == _HOME else folder + "/")


def version(row: catalogue.Row, run: Run) -> str:
    """The version of a format's program (``3.7.11``); empty where it is not there or is silent."""
    printed = run(row.tells_version) if row.tells_version else None
    match = re.search(r"(?<!\d)\d+(?:\.\d+)+", printed or "")
    return match.group() if match else ""
