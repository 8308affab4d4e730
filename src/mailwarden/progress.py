"""What a long run is at, on the last line of a terminal: ``mailwarden: 14 s, 312 done: main.cf``.

Nothing is shown before two seconds have gone, where the standard error is no terminal, and once the
run is over.  A timer of the system interrupts the run now and then; there is no thread.
"""

from __future__ import annotations

import shutil
import signal
import sys
import time
from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import COLUMNS, plain

if TYPE_CHECKING:
    from types import FrameType, TracebackType

AFTER, EVERY = 2.0, 0.25
CLEAR = "\r\x1b[K"


class Progress:
    """Shows what is at work while it is entered; ``step`` says what that is."""

    def __init__(self) -> None:
        self._done = 0
        self._at = "looking for files"
        self._start = time.monotonic()
        self._shown = False

    def step(self, name: str) -> None:
        """The next piece of work has begun."""
        self._done += 1
        self._at = name

    def __enter__(self) -> Progress:
        signal.signal(signal.SIGALRM, self._show)
        signal.setitimer(signal.ITIMER_REAL, AFTER, EVERY)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        if self._shown:
            self._write(CLEAR)

    def _show(self, _number: int, _frame: FrameType | None) -> None:
        self._shown = True
        line = self.line(time.monotonic() - self._start)
        room = shutil.get_terminal_size((COLUMNS, 1)).columns - 1
        self._write(CLEAR + line[:room])

    def line(self, seconds: float) -> str:
        """What is shown after so many seconds."""
        done = f", {self._done - 1:,} done" if self._done else ""
        return f"mailwarden: {seconds:.0f} s{done}: {plain(self._at)}"

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            # The terminal has gone; the run goes on.
            signal.setitimer(signal.ITIMER_REAL, 0)
