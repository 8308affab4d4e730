# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A repository: the files of one folder, which nothing leads out of."""

from __future__ import annotations

import os

from ..errors import MailwardenError
from . import HEAD, Source, clean, read_file, whole_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

LEADS_OUT = "leads out of the folder that is checked; it is not followed"


class FolderSource(Source):
    """A repository: the files under one folder and nothing else.

    ``roots`` maps folders of the repository to absolute paths of the hosts that they become
    (``{"files/rootfs": "/"}``).  What such a folder lacks the host may get from elsewhere, so it
    is unknown, unless the folder has its directory.
    """

    def __init__(self, root: str, roots: Mapping[str, str] | None = None) -> None:
        self._root = os.path.realpath(root)
        self._roots: Mapping[str, str] = {}
        if roots:
            from ..policy.roots import cleaned

            self._roots = cleaned(roots)

    def _inside(self, path: str) -> str:
        full = os.path.join(self._root, path)
        real = os.path.realpath(full)
        if real != self._root and not real.startswith(self._root.rstrip("/") + "/"):
            raise MailwardenError(LEADS_OUT, path)
        return real

    def read(self, path: str) -> bytes:
        return read_file(self._inside(path), path)

    def head(self, path: str) -> str:
        return whole_lines(read_file(self._inside(path), path, HEAD + 1))

    def exists(self, path: str) -> bool | None:
        located = self.locate(path)
        if located is None:
            return None
        try:
            if os.path.exists(self._inside(located)):
                return True
            beside = os.path.isdir(self._inside(os.path.dirname(located)))
        except (MailwardenError, ValueError):
            return None
        return False if beside or not self._mapped(located) else None

    def _holds(self, path: str) -> bool:
        return os.path.lexists(os.path.join(self._root, path))

    def _mapped(self, path: str) -> bool:
        return any(folder == "." or path.startswith(folder + "/") for folder in self._roots)

    def listing(self, folder: str) -> list[str]:
        try:
            return sorted(os.listdir(self._inside(folder)))
        except (OSError, MailwardenError, ValueError):
            return []

    def locate(self, path: str, beside: str = "") -> str | None:
        if os.path.isabs(path):
            wanted = clean(path)
            if self._roots:
                from ..policy.roots import in_repository

                mapped = in_repository(wanted, self._roots)
                if mapped:
                    # Several folders may become the same one: whichever has the file.
                    return next((one for one in mapped if self._holds(one)), mapped[0])
            if wanted.startswith(self._root.rstrip("/") + "/"):
                return wanted[len(self._root.rstrip("/")) + 1 :]
            return None
        joined = clean(os.path.join(os.path.dirname(beside), path))
        return None if joined == ".." or joined.startswith("../") else joined
