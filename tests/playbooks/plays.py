"""Plays that tests make: a few tasks, run by this environment's Ansible, and what they returned."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.support import returned, venvs

ROOT = Path(__file__).resolve().parents[2]
CHECK = "mailwarden.policy.check"
Wrap = Callable[..., list[str | Path]]


class Played(NamedTuple):
    """What the tasks returned, by name, and everything that Ansible printed and logged."""

    results: dict[str, dict[str, Any]]
    printed: str


def play(
    folder: Path,
    tasks: Mapping[str, Mapping[str, Any]],
    inventory: Mapping[str, Any] | None = None,
    wrap: Wrap | None = None,
    options: tuple[str, ...] = (),
    python: Path = Path(sys.executable),
) -> Played:
    """Run tasks in a play of their own; a task that fails does not end it.

    What the module returns is what it documents.

    :param folder: where the playbook goes, and what Ansible writes
    :param tasks: name -> task; the name is a Python name
    :param inventory: the hosts; this machine where there is none
    :param wrap: turns the command into one that runs elsewhere
    :param options: more options of ansible-playbook
    :param python: whose Ansible it is
    :raises AssertionError: with what was printed, where the play itself does not run
    """
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    hosts = json.loads(json.dumps(inventory or {"all": {"hosts": {"node": local}}}))
    hosts["all"]["hosts"]["localhost"] = local
    out = folder / "results.json"
    listed = ", ".join(f"'{name}': {name}" for name in tasks)
    content = f"{{{{ {{{listed}}} | to_json }}}}"
    steps: list[Mapping[str, Any]] = [
        {"name": name, **task, "register": name, "ignore_errors": True}
        for name, task in tasks.items()
    ]
    steps.append(
        {
            "ansible.builtin.copy": {"content": content, "dest": str(out)},
            "delegate_to": "localhost",
            "become": False,
            "check_mode": False,
        }
    )
    (folder / "hosts.json").write_text(json.dumps(hosts))
    (folder / "play.json").write_text(
        json.dumps([{"hosts": "node", "gather_facts": False, "tasks": steps}])
    )
    command: list[str | Path] = [python, "-m", "ansible", "playbook"]
    command += ["-i", folder / "hosts.json", folder / "play.json", *options]
    log = folder / "ansible.log"
    done = subprocess.run(
        wrap(*command) if wrap else command,
        cwd=folder,
        env=venvs.environment(
            folder,
            ANSIBLE_COLLECTIONS_PATH=str(ROOT / ".dev"),
            ANSIBLE_LOG_PATH=str(log),
            ANSIBLE_PIPELINING="0",
        ),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    printed = done.stdout + done.stderr + log.read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, printed
    results = json.loads(out.read_text())
    for name, task in tasks.items():
        if CHECK in task:
            returned.holds("check", task[CHECK] or {}, results[name])
    return Played(results, printed)
