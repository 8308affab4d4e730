# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where files are kept on the node, and how they are written."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os

from ..errors import MailwardenError
from .shape import fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

# For files that outlive a boot, and for those that do not.
STATE = "/var/lib/mailwarden/firewall"
RUN = "/run/mailwarden"
PROGRAM = STATE + "/firewall.pyz"
CLOSING = STATE + "/closing.nft"
EXPOSURE = STATE + "/exposure.json"
LOCK = RUN + "/lock"
# The ending of a file while it is written.
NEW = ".new"


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """Holds off every other run, boot and rollback of this host."""
    file = _lock()
    while file is None:
        file = _lock()
    try:
        yield
    finally:
        os.close(file)


def _lock() -> int | None:
    """The lock; nothing if its last holder has deleted the file."""
    os.makedirs(RUN, mode=0o700, exist_ok=True)
    try:
        file = os.open(LOCK, os.O_WRONLY | os.O_CREAT, 0o600)
    except FileNotFoundError:
        return None
    fcntl.flock(file, fcntl.LOCK_EX)
    with contextlib.suppress(FileNotFoundError):
        if os.path.samestat(os.fstat(file), os.stat(LOCK)):
            return file
    os.close(file)
    return None


def write(path: str, data: bytes) -> None:
    """Writes a file so that a crash leaves the old content or the new one."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = path + NEW
    with open(temporary, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(temporary, 0o644)
    os.replace(temporary, path)


def read(path: str) -> bytes | None:
    """A file's content; nothing if there is no such file."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def remove(path: str) -> None:
    """Removes a file, if it is there."""
    with contextlib.suppress(FileNotFoundError):
        os.remove(path)


def sweep(folder: str) -> None:
    """Removes a folder, if it is there and empty."""
    with contextlib.suppress(OSError):
        os.rmdir(folder)


def as_json(value: Any) -> bytes:
    """Data as a file holds it."""
    return (json.dumps(value, indent=1, sort_keys=True) + "\n").encode()


def from_json(path: str, shape: dict[str, Any]) -> Any:
    """The data in one of our files; nothing if there is no such file.

    Raises ``MailwardenError`` if it is incomplete, or another version wrote it.
    """
    data = read(path)
    if data is None:
        return None
    try:
        value = json.loads(data)
        wrong = fault(value, shape)
    except ValueError as error:
        wrong = str(error)
    if wrong:
        raise MailwardenError(
            f"is not whole ({wrong}); remove it and run mailwarden.policy.firewall", path
        )
    return value
