# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""systemd, where it runs: what it has of a unit, and what it has to be told.

Source: systemctl(1), systemd-run(1), systemd.unit(5), org.freedesktop.systemd1(5).
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Sequence

    # What ``systemctl`` is called with.
    Words = List[str]

# Is there where systemd is the first process (sd_booted(3)).
RUNS = "/run/systemd/system"
# Or will be, once the machine has booted.
INSTALLED = ("/usr/lib/systemd/systemd", "/lib/systemd/systemd")

# nftables.service is reloaded before our unit is, so a run may come between.
ACTIVE = ("active", "reloading")
# How a unit becomes one that systemd knows nothing of.
ENDS = {**dict.fromkeys((*ACTIVE, "activating"), "stop"), "failed": "reset-failed"}


def is_here() -> bool:
    """Whether systemd runs here, or will."""
    return any(os.path.exists(path) for path in (RUNS, *INSTALLED))


def runs() -> bool:
    """Whether systemd runs here."""
    return os.path.isdir(RUNS)


def owed(unit: str, present: bool, changed: bool) -> list[Words]:
    """What systemd has to be told, so that a unit is what its file says: active, or gone.

    In: whether there is to be one, and whether its files are others than before.  systemd is asked
    each time: a run may have changed the files and died before it told systemd.
    """
    if not runs():
        return []
    state = _state(unit)
    active = state.get("ActiveState", "")
    changed = changed or state.get("NeedDaemonReload") == "yes"
    if present:
        # What is not active is not reloaded with nftables.service.
        return [["daemon-reload"], ["start", unit]] if changed or active not in ACTIVE else []
    ends = [[ENDS[active], unit]] if active in ENDS else []
    return [*ends, ["daemon-reload"]] if changed or ends else []


def tell(todo: Sequence[Words]) -> list[str]:
    """Tells systemd.  Out: what it could not do, each a sentence."""
    failed = []
    for words in todo:
        status, said = _systemctl(words)
        if status:
            failed.append("systemctl {}: {}".format(" ".join(words), said or f"status {status}"))
    return failed


def starts(unit: str, command: Sequence[str]) -> bool:
    """Whether systemd runs a command, in a unit of its own: a login's scope may end with it."""
    start = ["systemd-run", "--quiet", "--collect", "--unit=" + unit]
    return runs() and _said([*start, *command])[0] == 0


def _state(unit: str) -> dict[str, str]:
    _status, shown = _systemctl(["show", "--property=ActiveState,NeedDaemonReload", unit])
    return dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)


def _systemctl(words: Sequence[str]) -> tuple[int, str]:
    return _said(["systemctl", *words])


def _said(command: Sequence[str]) -> tuple[int, str]:
    """The status of a program, and what it said."""
    import subprocess

    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        return 127, str(error)
    return done.returncode, done.stdout.strip()
