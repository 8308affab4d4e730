"""``--output FILE``: a new file that takes the place of the old one when it is whole.

It is reached through no link of the tree that is checked, which strangers may have written, and
never takes the place of a file that the run has read.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TextIO

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def replaced(path: str, write: Callable[[TextIO], None], root: str, kept: Iterable[str]) -> None:
    """Have ``write`` fill a new file, and put it at ``path``.

    Raises ``MailwardenError``, and has then changed nothing, where the path is a link or leads
    through one below ``root``, is no plain file, is one of ``kept``, or cannot be written.
    """
    try:
        _refuse(path, root, kept)
        _written(path, write)
    except OSError as error:
        raise MailwardenError(f"cannot be written: {error.strerror}", path) from error


def _refuse(path: str, root: str, kept: Iterable[str]) -> None:
    through = _link(os.path.abspath(path), root)
    if through:
        raise MailwardenError(f"is reached through the link {through}; it is not written", path)
    if not os.path.lexists(path):
        return
    if not stat.S_ISREG(os.lstat(path).st_mode):
        raise MailwardenError("is no plain file; it is not written", path)
    if any(os.path.exists(one) and os.path.samefile(one, path) for one in kept):
        raise MailwardenError("is one of the files that are checked; it is not written", path)


def _link(path: str, root: str) -> str:
    """The link that a path ends in, or leads through below the root; empty for none.

    A link above the root, such as macOS's /tmp, is the system's own.
    """
    if os.path.islink(path):
        return path
    folder = os.path.dirname(path)
    while folder != path:
        path, folder = folder, os.path.dirname(folder)
        inside = os.path.commonpath([os.path.realpath(folder), root]) == root
        if inside and os.path.islink(path):
            return path
    return ""


def _written(path: str, write: Callable[[TextIO], None]) -> None:
    folder, name = os.path.split(path)
    beside = os.path.join(folder, f".{name[:200]}.mailwarden-{os.getpid()}")
    descriptor = os.open(beside, NEW, 0o666)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as stream:
            if os.path.exists(path):
                os.fchmod(descriptor, stat.S_IMODE(os.stat(path).st_mode))
            write(stream)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise
