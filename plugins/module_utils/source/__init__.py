# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where files come from: a folder, memory, a live host.

Formats never open anything themselves.  A source answers three questions: what does this file
hold, does it exist, what does this folder hold.  A folder stands for a repository: nothing outside
of it is read, whatever a link or an include says, and what is outside is *unknown*, not absent.
"""

from __future__ import annotations

import os
import stat

from ..errors import MailwardenError
from ..text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import NamedTuple, TypeVar

    from ..text.place import Place

    Kept = TypeVar("Kept")
else:
    from ..tuples import NamedTuple

# The largest real mail configurations have some hundred kilobytes; larger lookup tables are not
# read by people either.
SIZE_LIMIT = 8 * 1024 * 1024
# Of a file whose name does not say what it is: enough for the comments that it begins with.
HEAD = 16 * 1024
A_FOLDER = "is a folder, not a file"


class OnHost(NamedTuple):
    """What is known of a host that a repository makes, for those of its files that are one unit.

    ``shipped`` are the files that no repository has, by the path that their places bear, with words
    that say whose they are; what stands in one of them is shown at ``place``.  ``files`` are those
    of the repository that the unit is made of.  ``programs`` and ``facts`` are as in ``Options``,
    which go before them.  ``doubtful`` are settings of which it may have another default: it
    is of an older release, for which a newer one stands.
    """

    shipped: Mapping[str, str]
    place: Place
    files: tuple[str, ...]
    programs: Mapping[str, str]
    facts: Mapping[str, str]
    doubtful: frozenset[str] = frozenset()


class Rendering(NamedTuple):
    """What a template makes unless something outside the repository says otherwise.

    ``rests_on`` are the answers that it takes for granted, in words.  ``host`` is there for a file
    of a host.  ``empty`` are the variables of these answers that are empty.
    """

    text: Text
    rests_on: tuple[str, ...]
    host: OnHost | None = None
    empty: frozenset[str] = frozenset()


class Source:
    """The interface; paths use ``/`` and are relative to the source's root, or absolute."""

    def read(self, path: str) -> bytes:
        """The file's bytes; ``MailwardenError`` says why it cannot be read."""
        raise NotImplementedError

    def head(self, path: str) -> str:
        """How the file begins, up to the end of a line; raises as ``read`` does."""
        return whole_lines(self.read(path)[: HEAD + 1])

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

    def rendered_to(self, path: str) -> str:
        """The path of the file that a template becomes; empty for what is read as it stands."""
        return ""

    def rendered(self, path: str, text: Text) -> Rendering:
        """What the template at a path makes, if it holds this; raises ``MailwardenError``."""
        raise NotImplementedError

    def place_of(self, path: str) -> Place | None:
        """The repository's place that is shown for a shipped file; ``None`` for any other."""
        return None

    def text(self, path: str) -> Text:
        """The file as a text; ``MailwardenError`` where it is none."""
        return decode(path, self.read(path))

    def remade(self, files: Mapping[str, bytes], seen: Source | None = None) -> Source | None:
        """The source with some files changed, and with all that it makes of them.

        ``None`` where it makes nothing of files; ``memory.changed`` goes for every source.
        ``seen`` is this source with what has been read from it.
        """
        return None


def whole_lines(data: bytes) -> str:
    """How a file begins that has these bytes: its first lines, none of them in part."""
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


def is_of_host(path: str) -> bool:
    """Whether a path is a host's, where everything is filled in; a repository's are relative."""
    return path.startswith("/")


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
            raise MailwardenError(A_FOLDER, shown)
        if not stat.S_ISREG(mode):
            raise MailwardenError("is not a regular file", shown)
        with os.fdopen(descriptor, "rb", closefd=False) as handle:
            data = handle.read(first or SIZE_LIMIT + 1)
    finally:
        os.close(descriptor)
    if len(data) > SIZE_LIMIT:
        raise MailwardenError(f"is larger than {SIZE_LIMIT // 1024 // 1024} MiB", shown)
    return data


class Over(Source):
    """Another source, which answers all that a class made of this one does not."""

    def __init__(self, below: Source) -> None:
        self._below = below

    def read(self, path: str) -> bytes:
        return self._below.read(path)

    def head(self, path: str) -> str:
        return self._below.head(path)

    def looked_into(self, path: str) -> bytes:
        return self._below.looked_into(path)

    def text(self, path: str) -> Text:
        return self._below.text(path)

    def exists(self, path: str) -> bool | None:
        return self._below.exists(path)

    def credential(self, path: str, beside: str = "") -> bool | None:
        return self._below.credential(path, beside)

    def listing(self, folder: str) -> list[str]:
        return self._below.listing(folder)

    def locate(self, path: str, beside: str = "") -> str | None:
        return self._below.locate(path, beside)

    def rendered_to(self, path: str) -> str:
        return self._below.rendered_to(path)

    def rendered(self, path: str, text: Text) -> Rendering:
        return self._below.rendered(path, text)

    def place_of(self, path: str) -> Place | None:
        return self._below.place_of(path)


class KeptSource(Over):
    """Another source; reads each file once, and keeps what it read and what failed.

    A format runs once for every alternative, so it asks for the same file again and again.  What is
    only looked into may be none of ours: it is not kept, nor is it remembered if it cannot be read.
    """

    def __init__(self, below: Source) -> None:
        super().__init__(below)
        self._bytes: dict[str, bytes] = {}
        self._exists: dict[str, bool | None] = {}
        self.texts: dict[str, Text] = {}
        self.failed: dict[str, MailwardenError] = {}
        # The paths that were asked for; a caller that wants those of one unit empties it first.
        self.asked: set[str] = set()

    def read(self, path: str) -> bytes:
        return self._once(path, self._bytes, self._below.read)

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

    def read_all(self, paths: Iterable[str]) -> None:
        """Keep these files, of which findings may speak; what cannot be read is no failure here."""
        for path in paths:
            if path not in self.texts and path not in self.failed:
                try:
                    self.texts[path] = self._below.text(path)
                except MailwardenError:
                    continue

    def rendered(self, path: str, text: Text) -> Rendering:
        try:
            return self._below.rendered(path, text)
        except MailwardenError as error:
            # Of another text, which a fix would make, nothing is to be kept.
            if text is self.texts.get(path):
                self.failed[path] = error
            raise

    def remade(self, files: Mapping[str, bytes], seen: Source | None = None) -> Source | None:
        return self._below.remade(files, seen or self)

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
