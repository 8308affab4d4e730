"""From an entry of the table to a host that has gone through its journey."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.support import controllers

from . import accidents, mail, ruleset
from .journey import Trip, follow, look, refuse
from .managed import Host, Keys, running
from .scenario import Scenario

JOURNEYS: Mapping[str, Callable[[Trip], None]] = {
    "follow": follow,
    "refuse": refuse,
    "lose": accidents.lose,
    "boot_unconfirmed": accidents.boot_unconfirmed,
    "kill": accidents.kill,
}
LISTENER = """
import socket, sys, time
one = socket.create_server(("::", int(sys.argv[1])), family=socket.AF_INET6, dualstack_ipv6=True)
time.sleep(3600)
"""


def travel(scenario: Scenario, lower: Path, keys: Keys, folder: Path) -> None:
    """Make a scenario's host, and go through its journey.

    :raises AssertionError: where anything is not as the scenario says
    """
    controller = controllers.get(scenario.controller)
    with running(lower, keys, scenario.ssh_port, scenario.python) as host:
        ruleset.install(host, scenario.ruleset)
        mail.start(host, scenario.mail)
        for name, port in scenario.programs.items():
            start_program(host, name, port)
        for command in scenario.commands:
            host.run(command)
        clean = look(host)
        host.run("nft -f -", scenario.stale)
        before = look(host)
        assert before.reached == scenario.before
        JOURNEYS[scenario.journey](Trip(scenario, host, controller, folder, clean, before))


def start_program(host: Host, name: str, port: int) -> None:
    """Listen on a port with a program of this name."""
    path = f"/usr/local/bin/{name}"
    host.write({path: f"#!/usr/bin/python3\n{LISTENER}"})
    host.run(f"chmod +x {shlex.quote(path)}; {shlex.quote(path)} {port} {mail.QUIET} &")
    mail.settle(host, {port}, set())
