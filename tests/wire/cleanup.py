"""What a run leaves behind must go, also when the run is told to stop.

Threads make namespaces, mounts and processes; only the main thread gets signals. Everything that
has to be undone is therefore registered here, and undone by its maker, by the handler of SIGTERM
and SIGINT, or when the interpreter exits.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

_lock = threading.Lock()
_pending: list[Callable[[], None]] = []
_ending = threading.Event()


@contextlib.contextmanager
def undone(action: Callable[[], None]) -> Iterator[None]:
    """Run `action` when the block is left, or when the process is told to end.

    It may then run twice, and must bear it.
    """
    if _ending.is_set():
        raise SystemExit
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
    """Undo everything, and once more what a thread was just making meanwhile."""
    _ending.set()
    actions = list(reversed(_pending))
    undo_all()
    time.sleep(0.5)
    for action in actions:
        with contextlib.suppress(Exception):
            action()
    os._exit(128 + number)
