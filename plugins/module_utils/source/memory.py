# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files that are held in memory: what a task hands over, and what a fix would make of a file."""

from __future__ import annotations

import os

from ..errors import MailwardenError
from . import Source, clean, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..text import Text
    from . import Rendering


class MemorySource(Source):
    """Files that are held in memory, over another source or over nothing.

    ``outside`` is what ``exists`` answers for a path that is not held.
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        below: Source | None = None,
        outside: bool | None = None,
    ) -> None:
        self.files: dict[str, bytes] = {clean(path): data for path, data in files.items()}
        # The names in each folder that holds one of the files, at any depth.
        self._folders: dict[str, set[str]] = {}
        for path in self.files:
            for folder, name in _above(path):
                self._folders.setdefault(folder, set()).add(name)
        self._below = below
        self._outside = outside

    def read(self, path: str) -> bytes:
        data = self.files.get(clean(path))
        if data is not None:
            return data
        if self._below is not None:
            return self._below.read(path)
        raise MailwardenError("no such file", path)

    def text(self, path: str) -> Text:
        if self._below is None or clean(path) in self.files:
            return decode(path, self.read(path))
        return self._below.text(path)

    def rendered_to(self, path: str) -> str:
        return "" if self._below is None else self._below.rendered_to(path)

    def rendered(self, path: str, text: Text) -> Rendering:
        if self._below is None:
            raise NotImplementedError
        return self._below.rendered(path, text)

    def exists(self, path: str) -> bool | None:
        if self._holds(clean(path)):
            return True
        if self._below is not None:
            return self._below.exists(path)
        return self._outside if os.path.isabs(path) else False

    def credential(self, path: str, beside: str = "") -> bool | None:
        located = self.locate(path, beside) or path
        if self._holds(clean(located)):
            return True
        if self._below is not None:
            return self._below.credential(path, beside)
        return self._outside

    def _holds(self, path: str) -> bool:
        """Whether it is one of the files, or a folder that one of them is in."""
        return path in self.files or path in self._folders

    def listing(self, folder: str) -> list[str]:
        here = clean(folder)
        names = set(self._folders.get("" if here == "." else here, ()))
        if self._below is not None:
            names.update(self._below.listing(folder))
        return sorted(names)

    def locate(self, path: str, beside: str = "") -> str | None:
        joined = clean(os.path.join(os.path.dirname(beside), path))
        if self._holds(joined):
            return joined
        if self._below is not None:
            return self._below.locate(path, beside)
        return None if os.path.isabs(path) or joined.startswith("../") else joined


def changed(source: Source, files: Mapping[str, bytes]) -> Source:
    """The source with some of its files changed."""
    return source.remade(files) or MemorySource(files, source)


def _above(path: str) -> Iterator[tuple[str, str]]:
    """The folders that a path is in, each with the name that is in it on the way to the path."""
    while path:
        folder, slash, name = path.rpartition("/")
        yield folder or slash, name
        path = folder
