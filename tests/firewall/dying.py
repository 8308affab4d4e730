"""Runs inside of the host's Python: ends the process before the step that /tmp/dying/at counts to.

A step is what another process can see: a file of the host's put in its place or taken away, rules
loaded.  The steps of all processes count together.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

HERE = "/tmp/dying"
PLACES = ("/etc/", "/run/", "/usr/", "/var/")
counting = False


def is_step(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an event of Python's is a change of the host."""
    if event == "subprocess.Popen":
        words = [str(word) for word in arguments[1]]
        return "nft" in words[0] and "-f" in words and "-c" not in words
    if event == "os.remove":
        return str(arguments[0]).startswith(PLACES) and os.path.lexists(arguments[0])
    return event in ("os.rename", "os.symlink") and str(arguments[1]).startswith(PLACES)


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
