"""The role as a user runs it: its playbook, by the Ansible of a controller, over ssh."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.support import venvs
from tests.support.controllers import Controller

from .managed import Host

ROOT = Path(__file__).resolve().parents[2]
PLAYBOOK = "mailwarden.policy.firewall"
RECAP = re.compile(r"^host +: ok=\d+ +changed=(\d+) +unreachable=(\d+) +failed=(\d+)", re.MULTILINE)


class Run(NamedTuple):
    """What one run came to, and everything that Ansible printed."""

    changed: int
    unreachable: int
    failed: int
    printed: str


def run(
    host: Host,
    controller: Controller,
    folder: Path,
    variables: Mapping[str, Any],
    *options: str,
    user: str = "root",
    python: str = "",
) -> Run:
    """Run the playbook on the host.

    :param controller: whose Ansible it is
    :param folder: for what Ansible is given and what it writes
    :param variables: of the role
    :param options: more options of ansible-playbook
    :param user: who logs in
    :param python: another interpreter than the host's own
    :raises AssertionError: with what was printed, where it did not come to the host
    """
    (folder / "hosts.json").write_text(json.dumps(host.inventory(user, python)))
    (folder / "variables.json").write_text(json.dumps(variables))
    command: list[str | Path] = [controller.python, "-m", "ansible", "playbook", PLAYBOOK]
    command += ["-i", folder / "hosts.json", "-e", f"@{folder / 'variables.json'}", *options]
    done = subprocess.run(
        host.inside(*command),
        cwd=folder,
        env=venvs.environment(
            folder,
            ANSIBLE_COLLECTIONS_PATH=str(ROOT / ".dev"),
            # Root does without; who has to become root cannot, with su.
            ANSIBLE_PIPELINING=str(int(user == "root")),
            ANSIBLE_TIMEOUT="3",
        ),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    printed = done.stdout + done.stderr
    recap = RECAP.search(done.stdout)
    assert recap, printed
    changed, unreachable, failed = map(int, recap.groups())
    return Run(changed, unreachable, failed, printed)
