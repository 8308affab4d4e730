"""What a run costs where one construct grows: n, 2n and 4n of it.

Each run is the whole command in a process of its own, with a limit of memory and of processor time.
Four times the input may take four times as long; what takes much longer is measured again, at its
best of several runs, before it is reported.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from mailwarden.cli import main
from tests.fuzz.constructs import TABLE, Construct, written

SECONDS = 60
MEGABYTES = 700
# A run shorter than this is mostly what a start costs.
FLOOR = 0.25
# How many times the least that 4n takes may be what n takes.
RATIO = 6.0
LARGEST = 2_000_000
MOST_FILES = 3_000
# One construct of each format.
WARM = (
    "postfix: transports and policies", "dovecot: services", "client: accounts", "client: servers",
)  # fmt: skip
OPTIONS = (
    ["lint", "."], ["lint", "--format", "json", "."], ["lint", "--diff", "--unsafe-fixes", "."],
    ["lint", "--verbose", "."], ["endpoints", "."], ["endpoints", "--format", "json", "."],
    ["lint", "--format", "sarif", "."], ["lint", "--format", "junit", "."],
)  # fmt: skip


class Failed(Exception):  # noqa: N818  of the input, not ours
    """A run that ended by a limit or a bug."""


def seconds(construct: Construct, number: int, options: list[str]) -> float:
    """The processor time of one run, in a process of its own."""
    folder = Path(tempfile.mkdtemp(prefix="growth-"))
    try:
        for path, data in written(construct(number)):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        return _forked(folder, options)
    finally:
        shutil.rmtree(folder)


def _forked(folder: Path, options: list[str]) -> float:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _child(folder, options, writing)
    os.close(writing)
    with open(reading, encoding="utf-8") as stream:
        said = stream.read()
    _pid, status = os.waitpid(child, 0)
    if status or not said:
        raise Failed(f"ended with {os.waitstatus_to_exitcode(status)}")
    answer, taken = json.loads(said)
    if answer == 3:
        raise Failed("status 3")
    return float(taken)


def _child(folder: Path, options: list[str], writing: int) -> None:
    os.chdir(folder)
    limit = MEGABYTES * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    begin = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            answer = main(options)
        except SystemExit as ended:
            answer = int(ended.code or 0)
        except BaseException:  # noqa: BLE001  whatever it is, it is reported as a bug
            answer = 3
    os.write(writing, json.dumps([answer, time.process_time() - begin]).encode())
    os._exit(0)


def size(construct: Construct, number: int) -> tuple[int, int]:
    """Files and characters of an input."""
    files = construct(number)
    return len(files), sum(len(text) for text in files.values())


def examined(construct: Construct, start: int, options: list[str]) -> str:
    """What is wrong with the growth of one construct; empty where nothing is."""
    number = start
    while True:
        files, characters = size(construct, 4 * number)
        if files > MOST_FILES or characters > LARGEST:
            return ""
        try:
            taken = seconds(construct, 4 * number, options)
        except Failed as error:
            return f"{4 * number}: {error}"
        if taken > FLOOR:
            least = seconds(construct, number, options)
            return _again(construct, number, options) if taken > RATIO * least else ""
        number *= 2 if taken > FLOOR / 2 else 4


def _again(construct: Construct, number: int, options: list[str]) -> str:
    """The best of several runs of n, 2n and 4n."""
    best = [
        min(seconds(construct, times * number, options) for _run in range(3)) for times in (1, 2, 4)
    ]
    if best[2] <= RATIO * best[0]:
        return ""
    shown = ", ".join(f"{taken:.2f} s" for taken in best)
    return f"{number}, {2 * number}, {4 * number} take {shown}"


def _load() -> None:
    """Import what runs import, so that no child has to."""
    for name in WARM:
        for options in OPTIONS:
            with tempfile.TemporaryDirectory() as folder:
                for path, data in written(TABLE[name](2)):
                    Path(folder, path).write_bytes(data)
                with contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(folder):
                    main(options)


def run(for_seconds: float, chance: random.Random, only: str = "") -> int:
    """Examine constructs at random until the time is over; how many grow too fast."""
    names = [name for name in TABLE if only in name]
    _load()
    end = time.monotonic() + for_seconds
    wrong: dict[str, str] = {}
    runs = 0
    order: list[str] = []
    while time.monotonic() < end:
        if not order:
            order = chance.sample(names, len(names))
        name = order.pop()
        options = chance.choice(OPTIONS)
        said = examined(TABLE[name], chance.choice((20, 50, 125, 300)), options)
        runs += 1
        if said and name not in wrong:
            wrong[name] = said
            print(f"{name} ({' '.join(options)}): {said}", flush=True)
        if only and not order:
            break
    print(f"{runs} constructs in {for_seconds:.0f} s: {len(wrong)} grow too fast")
    sys.stdout.flush()
    return len(wrong)
