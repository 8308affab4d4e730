"""What a run leaves behind must go, also when the run is told to stop.

Threads make namespaces, mounts and processes; only the main thread gets signals. Everything that
has to be undone is therefore registered here, and undone once: by its maker, by the handler of
SIGTERM and SIGINT, or when the interpreter exits.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

_lock = threading.Lock()
_pending: list[Callable[[], None]] = []


@contextlib.contextmanager
def undone(action: Callable[[], None]) -> Iterator[None]:
    """Run `action` exactly once: when the block is left, or when the process is told to end."""
    with _lock:
        _pending.append(action)
    try:
        yield
    finally:
        _undo(action)


def undo_all() -> None:
    """Undo, newest first, whatever is still registered."""
    while True:
        with _lock:
            if not _pending:
                return
            action = _pending[-1]
        _undo(action)


def install() -> None:
    """Make SIGTERM and SIGINT clean up before they end the process."""
    atexit.register(undo_all)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)


def _undo(action: Callable[[], None]) -> None:
    with _lock:
        if action not in _pending:
            return
        _pending.remove(action)
    action()


def _stop(number: int, frame: FrameType | None) -> None:
    undo_all()
    os._exit(128 + number)
