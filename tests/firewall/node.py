"""A host that is no more than a network, a few folders of its own, and this machine's programs.

For the module alone: no ssh, no mail program. Nothing outside of the namespaces changes.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.support import returned
from tests.wire import cleanup, namespaces

ROOT = Path(__file__).resolve().parents[2]
# The folders in which the module writes; each is a copy on top of this machine's own.
FOLDERS = ("/etc", "/run", "/var/lib")
# A program of some name that listens.
LISTEN = """
import socket, sys, time
open("/proc/self/comm", "w").write(sys.argv[1])
family = socket.AF_INET6 if ":" in sys.argv[2] else socket.AF_INET
one = socket.create_server((sys.argv[2], int(sys.argv[3])), family=family)
print("ready", flush=True)
time.sleep(1000)
"""
# Where the host finds systemctl and systemd-run.
PROGRAMS = "/run/fake"
FAKE = ROOT / "tests/firewall/fake_systemd.py"
UNIT = "/etc/systemd/system/sysinit.target.wants/mailwarden-firewall.service"
START = """
set -e
mount -t tmpfs none "$1"
for folder in {folders}; do
    mkdir -p "$1/$folder/upper" "$1/$folder/work"
    mount -t overlay none "$folder" \\
        -o "lowerdir=$folder,upperdir=$1/$folder/upper,workdir=$1/$folder/work"
done
mkdir -p /etc/systemd/system {fake}
ln -s systemctl {fake}/systemd-run
(echo '#!/usr/bin/env python3'; cat) > {fake}/systemctl
chmod 755 {fake}/systemctl
echo ready
exec sleep infinity
"""
# Runs the module; with a number, dies before that step of it; with a command, somebody runs it
# once the change is planned.
MODULE = """
import json, os, subprocess, sys
from ansible.module_utils.testing import patch_module_args
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall import (
    disk, nft, rollback, systemd,
)
from ansible_collections.mailwarden.policy.plugins.modules import firewall

steps = iter(range(1, 1000))
last = int(sys.argv[1])

def dying(owner, name):
    function = getattr(owner, name)
    def step(*args, **named):
        if next(steps) == last:
            os.kill(os.getpid(), 9)
        return function(*args, **named)
    setattr(owner, name, step)

for owner, name in (
    (disk, "write"), (disk, "remove"), (os, "symlink"), (os, "replace"), (os, "rmdir"),
    (nft.Nft, "load"), (rollback, "_start"), (systemd, "_said"),
):
    dying(owner, name)
between = sys.argv[2:]
if between:
    nft.Nft.check = lambda *_args: subprocess.run(between, check=True)
with patch_module_args(json.load(sys.stdin)):
    firewall.main()
"""


class TooLate(Exception):  # noqa: N818  of the test, not of what it tests
    """What a run was to confirm had been undone before."""


class Node(NamedTuple):
    """The running host."""

    world: namespaces.World
    process: int
    python: str = sys.executable

    def run(self, *command: str, text: str = "", fails: bool = False) -> str:
        """Run a program on the host; return what it printed.

        :raises AssertionError: with what it said, where it fails, or does not and should
        """
        done = self.start(*command, text=text)
        assert bool(done.returncode) == fails, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self, *command: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program on the host, whatever becomes of it."""
        return subprocess.run(
            ("nsenter", "-t", str(self.process), "-m", "-n", "--wd=/", *command),
            input=text,
            capture_output=True,
            text=True,
            check=False,
            env={
                **os.environ,
                "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
                "PYTHONPATH": f"{ROOT / '.dev'}",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
        )

    @contextlib.contextmanager
    def listening(self, program: str, address: str, port: int) -> Iterator[None]:
        """Have a program of that name listen, for the length of the block."""
        enter = ("nsenter", "-t", str(self.process), "-n", sys.executable, "-c", LISTEN)
        process = subprocess.Popen(
            (*enter, program, address, str(port)), stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield
        finally:
            process.kill()
            process.communicate()

    def clean(self) -> None:
        """Take away what is loaded, and what the module keeps."""
        self.run("nft", "flush", "ruleset")
        units = "/etc/systemd/system"
        self.run("sh", "-c", f"rm -rf /run/mailwarden /var/lib/mailwarden {units}; mkdir {units}")
        kept = [f"{PROGRAMS}/{name}" for name in ("calls", "refuses", "state")]
        self.run("rm", "-rf", "/run/systemd/system", *kept)

    def run_systemd(self) -> None:
        """Have systemd run on the host, as far as fake_systemd.py is one."""
        self.run("mkdir", "-p", "/run/systemd/system")

    def calls(self) -> list[str]:
        """Return how systemctl and systemd-run were called since the last time that this was."""
        calls = f"{PROGRAMS}/calls"
        return self.run("sh", "-c", f"cat {calls} 2>/dev/null; rm -f {calls}").splitlines()

    def load(self, rules: str) -> None:
        """Have nft load a file."""
        self.run("nft", "-f", "-", text=rules)

    def listed(self) -> list[Any]:
        """Return the ruleset without handles, for comparison."""
        found = json.loads(self.run("nft", "-j", "list", "ruleset"))["nftables"]
        return [without_handles(one) for one in found]

    def module(
        self, *, fails: bool = False, check: bool = False, between: Sequence[str] = (), **given: Any
    ) -> dict[str, Any]:
        """Run the module; return its result, which is what the module documents.

        :param between: a command that somebody else runs once the change is planned
        """
        arguments = {**given, "_ansible_check_mode": check, "_ansible_diff": True}
        command = (self.python, "-c", MODULE, "0", *between)
        printed = self.run(*command, text=json.dumps(arguments), fails=fails)
        result: dict[str, Any] = json.loads(printed)
        returned.holds("firewall", given, result)
        return result

    def dying(self, step: int, **given: Any) -> bool:
        """Run the module, which dies before that step of what it writes and loads.

        :return: whether it did: there may be fewer steps
        :raises TooLate: where what it was to confirm had been undone before
        """
        done = self.start(self.python, "-c", MODULE, str(step), text=json.dumps(given))
        if "the change was undone" in done.stdout:
            raise TooLate
        assert done.returncode in (0, -signal.SIGKILL), done.stdout + done.stderr
        return done.returncode != 0

    def install(self, rules: str) -> None:
        """Make rules those of the host, now, after a reload and after a boot."""
        text = f"flush ruleset\n{rules}"
        self.run("sh", "-c", "cat > /etc/nftables.conf; nft -f /etc/nftables.conf", text=text)

    def reload(self, verb: str = "reload") -> None:
        """Have systemd reload the host's ruleset, and whatever goes with it."""
        self.run("systemctl", verb, "nftables.service")

    def boot(self, ruleset: str) -> None:
        """Do what a boot does: load the user's ruleset, then run our unit, if it is enabled."""
        self.run("rm", "-rf", "/run/mailwarden")
        self.install(ruleset)
        self.run("systemctl", "boot")


def without_handles(value: Any) -> Any:
    """Return a listing without what differs each time it is loaded."""
    if isinstance(value, Mapping):
        return {
            key: without_handles(inner)
            for key, inner in value.items()
            if key not in ("handle", "packets", "bytes")
        }
    return [without_handles(inner) for inner in value] if isinstance(value, list) else value


def without_ours(listing: list[Any]) -> list[Any]:
    """Return a listing without our table and the rules with our comment."""
    kept = []
    for one in listing:
        ((_kind, value),) = one.items()
        table = value.get("table", value.get("name"))
        if table != "mailwarden" and value.get("comment") != "mailwarden":
            kept.append(one)
    return kept


@contextlib.contextmanager
def running() -> Iterator[Node]:
    """Run a host for the length of the block."""
    with (
        namespaces.world() as world,
        tempfile.TemporaryDirectory() as folder,
        FAKE.open() as file,
    ):
        process = subprocess.Popen(
            (
                "nsenter", f"--net=/run/netns/{world.server}", "unshare", "-m", "sh", "-c",
                START.format(folders=" ".join(FOLDERS), fake=PROGRAMS), "sh", folder,
            ),
            stdin=file,
            stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip

        def stop() -> None:
            process.kill()
            process.wait()

        with cleanup.undone(stop):
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield Node(world, process.pid)


def wait_for(condition: Any, seconds: float = 20) -> None:
    """Wait until something is so.

    :raises AssertionError: where it never is
    """
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never is so"
        time.sleep(0.05)
