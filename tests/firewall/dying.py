"""Runs inside of the host's Python: ends the process before the step that /opt/dying/at counts to.

A step is whatever changes the host: a file of its own written, renamed or removed, rules loaded, a
service asked for, a process begun.  The steps of all processes count together.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

HERE = "/opt/dying"
CHANGES = {
    "os.chmod",
    "os.fork",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.symlink",
}
PASSING = ("/dev", "/proc", "/root", "/run/user", "/tmp", HERE)
WRITING = os.O_WRONLY | os.O_RDWR
counting = False


def is_step(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an event of Python's is a change of the host."""
    if event == "subprocess.Popen":
        words = [str(word) for word in arguments[1]]
        loads = "-f" in words and "-c" not in words and "--check" not in words
        return loads or "systemctl" in words[0]
    if event == "open":
        path, _mode, flags = arguments
        return isinstance(path, str) and bool(flags & WRITING) and not path.startswith(PASSING)
    return event in CHANGES and not str(arguments[0] if arguments else "").startswith(PASSING)


def hook(event: str, arguments: tuple[Any, ...]) -> None:
    """Count, and die in time."""
    global counting
    if counting or not is_step(event, arguments):
        return
    counting = True
    steps = os.open(f"{HERE}/steps", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(steps, f"{event} {arguments}".replace("\n", " ").encode() + b"\n")
    os.close(steps)
    with open(f"{HERE}/steps", "rb") as seen, open(f"{HERE}/at", "rb") as at:
        if len(seen.readlines()) == int(at.read()):
            os.kill(os.getpid(), signal.SIGKILL)
    counting = False


sys.addaudithook(hook)
