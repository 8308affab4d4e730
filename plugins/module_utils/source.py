# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where files come from: a folder, memory, a live host.

Formats never open anything themselves.  A source answers three questions: what does this file
hold, does it exist, what does this folder hold.  A folder stands for a repository: nothing outside
of it is read, whatever a link or an include says, and what is outside is *unknown*, not absent.
"""

from __future__ import annotations

import errno
import os
import stat

from .errors import MailwardenError
from .text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TypeVar

    Kept = TypeVar("Kept")

# The largest real mail configurations are some hundred kilobytes; lookup tables that are larger
# are not read by people either.
SIZE_LIMIT = 8 * 1024 * 1024
# Of a file whose name does not say what it is: enough for the comments that it begins with.
HEAD = 16 * 1024
LEADS_OUT = "leads out of the folder that is checked; it is not followed"


class Source:
    """The interface; paths use ``/`` and are relative to the source's root, or absolute."""

    def read(self, path: str) -> bytes:
        """The file's bytes; ``MailwardenError`` says why it cannot be read."""
        raise NotImplementedError

    def head(self, path: str) -> str:
        """How the file begins, up to the end of a line; raises as ``read`` does."""
        return _whole_lines(self.read(path)[: HEAD + 1])

    def looked_into(self, path: str) -> bytes:
        """The bytes of a file that may be none of ours; raises as ``read`` does."""
        return self.read(path)

    def exists(self, path: str) -> bool | None:
        """Whether a file is there; ``None`` where the source cannot know."""
        raise NotImplementedError

    def credential(self, path: str, beside: str = "") -> bool | None:
        """Whether a certificate, a key or a list of authorities is there that a setting names.

        These are made on hosts and belong in no repository, so only a host can say no.
        """
        return True if self.exists(self.locate(path, beside) or path) else None

    def listing(self, folder: str) -> list[str]:
        """The names in a folder, sorted; empty where there is none."""
        raise NotImplementedError

    def locate(self, path: str, beside: str = "") -> str | None:
        """The source's path for a path that a configuration in ``beside`` names.

        ``None`` where it lies outside: an absolute path in a repository that no root maps.
        """
        raise NotImplementedError

    def text(self, path: str) -> Text:
        """The file as a text; ``MailwardenError`` where it is none."""
        return decode(path, self.read(path))


def _whole_lines(data: bytes) -> str:
    if len(data) > HEAD:
        data = data[: data.rfind(b"\n", 0, HEAD) + 1]
    return data.decode("utf-8", "surrogateescape")


def decode(path: str, data: bytes) -> Text:
    """Bytes as a text; raises ``MailwardenError`` for what is no text file."""
    at = data.find(b"\0")
    if at >= 0:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise MailwardenError("is UTF-16; save it as UTF-8", path)
        line = data.count(b"\n", 0, at) + 1
        raise MailwardenError("holds a NUL byte: not a text file", path, line)
    return Text.of(path, data)


def clean(path: str) -> str:
    """A path without ``.``, ``..`` and doubled slashes, with ``/`` between its parts."""
    return os.path.normpath(path).replace(os.sep, "/")


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


def _above(path: str) -> Iterator[tuple[str, str]]:
    """The folders that a path is in, each with the name that is in it on the way to the path."""
    while path:
        folder, slash, name = path.rpartition("/")
        yield folder or slash, name
        path = folder


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
            from .roots import cleaned

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
        return _whole_lines(read_file(self._inside(path), path, HEAD + 1))

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
                from .roots import in_repository

                mapped = in_repository(wanted, self._roots)
                if mapped:
                    # Several folders may become the same one: whichever has the file.
                    return next((one for one in mapped if self._holds(one)), mapped[0])
            if wanted.startswith(self._root.rstrip("/") + "/"):
                return wanted[len(self._root.rstrip("/")) + 1 :]
            return None
        joined = clean(os.path.join(os.path.dirname(beside), path))
        return None if joined == ".." or joined.startswith("../") else joined


class HostSource(Source):
    """A live host: every path is absolute and everything can be asked."""

    def read(self, path: str) -> bytes:
        return read_file(path, path)

    def head(self, path: str) -> str:
        return _whole_lines(read_file(path, path, HEAD + 1))

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


def read_file(full: str, shown: str, first: int = 0) -> bytes:
    """A regular file's bytes, or the first of them; everything else is refused without waiting.

    Opening a FIFO without a writer would wait for ever, so nothing is opened to block.
    """
    try:
        descriptor = os.open(full, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise MailwardenError((reason or "cannot be opened").lower(), shown) from error
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise MailwardenError("is a folder, not a file", shown)
        if not stat.S_ISREG(mode):
            raise MailwardenError("is not a regular file", shown)
        with os.fdopen(descriptor, "rb", closefd=False) as handle:
            data = handle.read(first or SIZE_LIMIT + 1)
    finally:
        os.close(descriptor)
    if len(data) > SIZE_LIMIT:
        raise MailwardenError(f"is larger than {SIZE_LIMIT // 1024 // 1024} MiB", shown)
    return data


class KeptSource(Source):
    """Another source, each file of it read once; what was read and what failed is remembered.

    A format runs once for every alternative, so it asks for the same file again and again.
    """

    def __init__(self, below: Source) -> None:
        self._below = below
        self._bytes: dict[str, bytes] = {}
        self._exists: dict[str, bool | None] = {}
        self.texts: dict[str, Text] = {}
        self.failed: dict[str, MailwardenError] = {}
        # The paths that were asked for since somebody emptied it.
        self.asked: set[str] = set()

    def read(self, path: str) -> bytes:
        return self._once(path, self._bytes, self._below.read)

    def head(self, path: str) -> str:
        return self._below.head(path)

    def looked_into(self, path: str) -> bytes:
        # What is none of ours is not kept, nor is it remembered if it cannot be read.
        return self._below.looked_into(path)

    def text(self, path: str) -> Text:
        return self._once(path, self.texts, self._below.text)

    def finished(self, path: str, refuse: Callable[[Text], None]) -> Text:
        """The text, unless ``refuse`` raises a ``MailwardenError`` about it, which is kept."""
        text = self.text(path)
        try:
            refuse(text)
        except MailwardenError as error:
            self.failed[path] = error
            raise
        return text

    def _once(self, path: str, kept: dict[str, Kept], get: Callable[[str], Kept]) -> Kept:
        self.asked.add(path)
        if path in self.failed:
            raise self.failed[path]
        if path not in kept:
            try:
                kept[path] = get(path)
            except MailwardenError as error:
                self.failed[path] = error
                raise
        return kept[path]

    def exists(self, path: str) -> bool | None:
        if path not in self._exists:
            self._exists[path] = self._below.exists(path)
        return self._exists[path]

    def credential(self, path: str, beside: str = "") -> bool | None:
        return self._below.credential(path, beside)

    def listing(self, folder: str) -> list[str]:
        return self._below.listing(folder)

    def locate(self, path: str, beside: str = "") -> str | None:
        return self._below.locate(path, beside)
