"""Times of commands, taken in turn so that a busy machine is busy for all of them alike.

A command's time is the processor's: on a machine with nothing else to do a clock shows the same,
and on any other it is still the command's own.
"""

from __future__ import annotations

import re
import resource
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Command(NamedTuple):
    """A command, the folder that it runs in, and the statuses that are right."""

    arguments: Sequence[str]
    folder: Path
    statuses: tuple[int, ...] = (0,)


def children() -> float:
    """Return the processor time of all commands that have ended so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def seconds(command: Command, env: Mapping[str, str]) -> float:
    """Run a command once; return the processor time that it took.

    :raises AssertionError: where it ends with a wrong status: its time would say nothing
    """
    begin = children()
    done = subprocess.run(
        command.arguments, cwd=command.folder, env=env, capture_output=True, text=True, check=False
    )
    took = children() - begin
    assert done.returncode in command.statuses, f"{command}\n{done.stdout}\n{done.stderr}"
    return took


def peak(command: Command, env: Mapping[str, str]) -> float:
    """Run a command once; return the most memory that it had, in gigabytes.

    What ``wait4`` says of it is no less than what this process had when it began the command, so
    the kernel's count of the command itself is read, again and again until it has ended.
    """
    null = subprocess.DEVNULL
    done = subprocess.Popen(
        command.arguments, cwd=command.folder, env=env, stdout=null, stderr=null
    )
    most = 0
    while done.poll() is None:
        status = Path(f"/proc/{done.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+)", status)
        most = int(found[1]) if found else most
        time.sleep(0.002)
    assert done.returncode in command.statuses, command
    return most / 1024 / 1024


def usual(commands: Mapping[str, Command], rounds: int, env: Mapping[str, str]) -> dict[str, float]:
    """Run the commands in turn, once to warm up and then ``rounds`` times; return the medians.

    On a machine that others share the least times are those of lucky moments, which not every
    command has: their ratio differed by a quarter between runs, that of the medians by less than a
    tenth.
    """
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            took = seconds(command, env)
            if number:
                taken[name].append(took)
    return {name: statistics.median(times) for name, times in taken.items()}
