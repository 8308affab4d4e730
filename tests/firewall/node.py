"""A host that is no more than a network, a few folders of its own, and this machine's programs.

For the module alone: no ssh, no mail program. Nothing outside of the namespaces changes.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.wire import cleanup, namespaces

ROOT = Path(__file__).resolve().parents[2]
# The folders in which the module writes; each is a copy on top of this machine's own.
FOLDERS = ("/etc", "/run", "/var/lib")
START = """
set -e
mount -t tmpfs none "$1"
for folder in {folders}; do
    mkdir -p "$1/$folder/upper" "$1/$folder/work"
    mount -t overlay none "$folder" \\
        -o "lowerdir=$folder,upperdir=$1/$folder/upper,workdir=$1/$folder/work"
done
rm -rf /run/systemd/system
mkdir -p /etc/systemd/system
echo ready
exec sleep infinity
"""
MODULE = """
import json, sys
from ansible.module_utils.testing import patch_module_args
from ansible_collections.mailwarden.policy.plugins.modules import firewall
with patch_module_args(json.load(sys.stdin)):
    firewall.main()
"""


class Node(NamedTuple):
    """The running host."""

    world: namespaces.World
    process: int

    def run(self, *command: str, text: str = "", fails: bool = False) -> str:
        """Run a program on the host; return what it printed.

        :raises AssertionError: with what it said, where it fails, or does not and should
        """
        done = subprocess.run(
            ("nsenter", "-t", str(self.process), "-m", "-n", "--wd=/", *command),
            input=text,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": f"{ROOT / '.dev'}", "PYTHONDONTWRITEBYTECODE": "1"},
        )
        assert bool(done.returncode) == fails, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def load(self, rules: str) -> None:
        """Have nft load a file."""
        self.run("nft", "-f", "-", text=rules)

    def listed(self) -> list[Any]:
        """Return the ruleset without handles, for comparison."""
        found = json.loads(self.run("nft", "-j", "list", "ruleset"))["nftables"]
        return [without_handles(one) for one in found]

    def module(self, *, fails: bool = False, check: bool = False, **given: Any) -> dict[str, Any]:
        """Run the module; return its result."""
        arguments = {**given, "_ansible_check_mode": check, "_ansible_diff": True}
        printed = self.run(sys.executable, "-c", MODULE, text=json.dumps(arguments), fails=fails)
        result: dict[str, Any] = json.loads(printed)
        return result

    def boot(self, commands: list[list[str]], ruleset: str, fails: bool = False) -> None:
        """Do what a boot does: load the user's ruleset, then what we installed."""
        self.run("nft", "flush", "ruleset")
        self.run("rm", "-rf", "/run/mailwarden")
        self.load(ruleset)
        for command in commands:
            self.run(*command, fails=fails and command == commands[-1])


def without_handles(value: Any) -> Any:
    """Return a listing without what differs each time it is loaded."""
    if isinstance(value, Mapping):
        return {
            key: without_handles(inner)
            for key, inner in value.items()
            if key not in ("handle", "packets", "bytes")
        }
    return [without_handles(inner) for inner in value] if isinstance(value, list) else value


@contextlib.contextmanager
def running() -> Iterator[Node]:
    """Run a host for the length of the block."""
    with namespaces.world() as world, tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            (
                "nsenter", f"--net=/run/netns/{world.server}", "unshare", "-m", "sh", "-c",
                START.format(folders=" ".join(FOLDERS)), "sh", folder,
            ),
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
