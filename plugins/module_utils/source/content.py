# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A text that is no file of a host yet."""

from __future__ import annotations

import os

from ..errors import MailwardenError
from .host import HostSource


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
        """Whether a file of the host is there; a relative path cannot be resolved."""
        return super().credential(path, beside) if os.path.isabs(path) else None

    def listing(self, folder: str) -> list[str]:
        """The names in a folder of the host."""
        return super().listing(folder) if os.path.isabs(folder) else []
