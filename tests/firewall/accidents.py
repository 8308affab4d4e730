"""What can go wrong: the controller does not come back, the run is killed, the machine boots."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from . import ruleset
from .journey import Look, Trip, look, same

SECONDS = 6
DYING = Path(__file__).with_name("dying.py")
PYTHON = "/tmp/dying/python"


def lose(trip: Trip) -> None:
    """Lose the host after the change; it restores what was, and is found as it was."""
    with cut_off(trip):
        lost = trip.run(mail_firewall_rollback=SECONDS)
    assert lost.unreachable == 1, lost.printed
    assert look(trip.host).reached == trip.scenario.after
    comes_back(trip)
    trip.applies()
    trip.reaches(trip.scenario.after)


def boot_unconfirmed(trip: Trip) -> None:
    """Boot the host before it has restored anything; nothing of the change is left."""
    with cut_off(trip):
        lost = trip.run(mail_firewall_rollback=SECONDS)
    assert lost.unreachable == 1, lost.printed
    ruleset.boot(trip.host)
    assert ruleset.listed(trip.host) == trip.before.rules
    comes_back(trip)
    trip.applies()
    trip.reaches(trip.scenario.after)


@contextlib.contextmanager
def cut_off(trip: Trip) -> Iterator[None]:
    """Let no new connection to ssh in from the moment on when the ruleset changes."""
    block = (
        "table inet cut { chain input { type filter hook input priority -300; policy accept;\n"
        f"tcp dport {trip.scenario.ssh_port} ct state new drop\n}}\n}}\n"
    )
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            if ruleset.listed(trip.host) != trip.before.rules:
                trip.host.run("nft -f -", block)
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        trip.host.run("nft delete table inet cut 2>/dev/null || true")


def comes_back(trip: Trip) -> None:
    """Wait until the host is as it was."""
    end = time.monotonic() + 3 * SECONDS
    while ruleset.listed(trip.host) != trip.before.rules and time.monotonic() < end:
        time.sleep(0.2)
    # What restores the rules may have files to take away then.
    time.sleep(1)
    same(look(trip.host), trip.before)


def kill(trip: Trip) -> None:
    """Kill the run before each of its steps, and see that the next run heals what that leaves."""
    lend_dying_python(trip)
    step = 1
    while (killed := killed_at(trip, step)) is not None:
        for now in (killed, booted(trip)):
            # Each packet meets the old rules or the new ones, and nothing between.
            assert now.reached in (trip.before.reached, trip.scenario.after), f"step {step}"
            assert now.others == trip.before.others, f"step {step}"
        heals(trip)
        step += 1
    assert step > 3, "the run has no steps"
    trip.reaches(trip.scenario.after)


def heals(trip: Trip) -> None:
    """Run the role as if nothing had been, and take everything away."""
    for variables, reached in (
        ({}, trip.scenario.after),
        ({"mail_firewall_state": "absent"}, trip.clean.reached),
    ):
        done = trip.run(**variables)
        assert done.failed == done.unreachable == 0, done.printed
        trip.reaches(reached)
    same(look(trip.host), trip.clean)


def booted(trip: Trip) -> Look:
    """Boot the host, and look at it."""
    ruleset.boot(trip.host)
    return look(trip.host)


def lend_dying_python(trip: Trip) -> None:
    """Give the host a Python that kills itself."""
    script = f'#!/bin/sh\nPYTHONPATH=/tmp/dying exec {trip.host.python} "$@"\n'
    trip.host.write({"/tmp/dying/sitecustomize.py": DYING.read_text(), PYTHON: script})
    trip.host.run(f"chmod 755 {PYTHON}")


def killed_at(trip: Trip, step: int) -> Look | None:
    """Run the role until the step, and look; nothing where it ends before."""
    trip.host.write({"/tmp/dying/at": str(step), "/tmp/dying/steps": ""})
    done = trip.run(python=PYTHON)
    steps = trip.host.run("cat /tmp/dying/steps").splitlines()
    if len(steps) < step:
        assert done.failed == done.unreachable == 0, done.printed
        return None
    return look(trip.host)
