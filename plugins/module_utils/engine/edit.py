# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edits of byte spans, made in memory and written in one step.

An edit replaces some bytes of a file and no others.  ``replace`` puts the result in the file's
place, or leaves the file as it was.
"""

from __future__ import annotations

import os
import stat

from ..errors import MailwardenError
from ..source import read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator, NamedTuple

    from ..endpoint import Edit
    from ..source import Source

else:
    from ..tuples import NamedTuple

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with every edit made; what no edit spans is kept as it is.

    Edits that say the same are one, and what is inserted at one place is inserted in the order
    given.  Raises ``MailwardenError`` where two edits meet otherwise, or where a span lies outside
    of the data.
    """
    parts: list[bytes] = []
    last = (0, 0)
    for edit in sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end)):
        span = (edit.start, edit.end)
        if not 0 <= edit.start <= edit.end <= len(data):
            raise MailwardenError("a fix reaches beyond the end of the file", edit.path)
        if parts and meets(last, span):
            raise MailwardenError("two fixes want to change the same place", edit.path)
        parts.append(data[last[1] : edit.start])
        parts.append(edit.text.encode("utf-8", "surrogateescape"))
        last = span
    parts.append(data[last[1] :])
    return b"".join(parts)


def meets(one: tuple[int, int], following: tuple[int, int]) -> bool:
    """Whether two spans, the second behind the first in their order, cannot both be edited."""
    inserted = one == following and one[0] == one[1]
    return not inserted and (following[0] < one[1] or following[0] == one[0])


def edited(source: Source, edits: Iterable[Edit]) -> dict[str, bytes]:
    """The files that the edits change, each with its new bytes; raises as ``apply`` does."""
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.path, []).append(edit)
    return {path: apply(source.read(path), edits) for path, edits in by_path.items()}


def difference(path: str, before: bytes, after: bytes) -> Iterator[Edit]:
    """The edits that make one content of a file the other, line by line."""
    from difflib import SequenceMatcher

    from ..endpoint import Edit

    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    for kind, first, last, begin, end in SequenceMatcher(None, old, new).get_opcodes():
        if kind != "equal":
            text = b"".join(new[begin:end]).decode("utf-8", "surrogateescape")
            yield Edit(path, starts[first], starts[last], text)


class Change(NamedTuple):
    """A file to be written: its absolute path, what it holds, what it shall hold."""

    full: str
    before: bytes
    after: bytes


def replace(changes: Iterable[Change]) -> None:
    """Put new files in the place of old ones, with their mode, owner and attributes.

    All are prepared before the first is put in its place.  Raises ``MailwardenError`` for a link, a
    file with a second name, a file that is no longer what ``before`` says, and where owner or
    attributes cannot be kept; nothing is changed then, but what was put in its place before a
    later file was saved by somebody else.
    """
    ready: list[tuple[str, Change]] = []
    try:
        for change in changes:
            _refuse(change)
            ready.append((_prepared(change), change))
        while ready:
            beside, change = ready[0]
            # It may have been saved while the others were prepared.
            _refuse(change)
            try:
                os.rename(beside, change.full)
            except OSError as error:
                raise _unwritable(change.full, error) from error
            ready.pop(0)
            _sync(os.path.dirname(change.full))
    finally:
        for beside, _change in ready:
            os.unlink(beside)


def _refuse(change: Change) -> None:
    full = change.full
    if os.path.realpath(full) != full:
        raise MailwardenError(
            "is reached through a link; the file it leads to is not changed", full
        )
    if read_file(full, full) != change.before:
        raise MailwardenError("has changed since it was read; it is not changed", full)
    if os.lstat(full).st_nlink > 1:
        raise MailwardenError("has a second name (a hard link); it is not changed", full)


def _prepared(change: Change) -> str:
    """Writes the new file beside the old one; returns its path."""
    folder, name = os.path.split(change.full)
    beside = os.path.join(folder, f".{name[:200]}.mailwarden-{os.getpid()}")
    try:
        descriptor = os.open(beside, _NEW, 0o600)
    except OSError as error:
        raise _unwritable(change.full, error) from error
    try:
        _write(descriptor, beside, change)
    except OSError as error:
        os.unlink(beside)
        raise _unwritable(change.full, error) from error
    return beside


def _unwritable(full: str, error: OSError) -> MailwardenError:
    return MailwardenError("cannot be written: %s" % (error.strerror or error), full)


def _write(descriptor: int, path: str, change: Change) -> None:
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(change.after)
        mine, like = os.fstat(descriptor), os.lstat(change.full)
        if (mine.st_uid, mine.st_gid) != (like.st_uid, like.st_gid):
            os.fchown(descriptor, like.st_uid, like.st_gid)
        # After the owner: changing that takes away set-id bits.
        os.fchmod(descriptor, stat.S_IMODE(like.st_mode))
        if hasattr(os, "listxattr"):
            _copy_attributes(change.full, path)
        handle.flush()
        os.fsync(descriptor)


def _copy_attributes(original: str, path: str) -> None:
    """Access lists, security labels and the like."""
    for name in os.listxattr(original):
        value = os.getxattr(original, name)
        if name not in os.listxattr(path) or os.getxattr(path, name) != value:
            os.setxattr(path, name, value)


def _sync(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
