"""Stands for systemd on a host where none runs: a program of the names systemctl and systemd-run.

It knows nftables.service, as Debian has it, and the units of /etc/systemd/system. Of these it does
what systemd.unit(5) says of After, PartOf, ReloadPropagatedFrom and the folders `.wants`, and what
systemd.service(5) says of a unit of the type oneshot. As systemd it knows what it has read, not
what has become of a file since. `systemctl boot` is a start of the machine. Unlike systemd it has
reloaded our unit too when the reload of nftables.service returns; test_booted.py has the real one.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

FOLDER = Path("/run/fake")
CALLS, STATE = FOLDER / "calls", FOLDER / "state"
# Is there for a systemd that does not answer.
REFUSES = FOLDER / "refuses"
UNITS = Path("/etc/systemd/system")
NFTABLES = "nftables.service"
TEXT = """\
ExecStart=nft -f /etc/nftables.conf
ExecReload=nft -f /etc/nftables.conf
ExecStop=nft flush ruleset
"""
VERBS = {"start": "ExecStart", "reload": "ExecReload", "stop": "ExecStop"}


class Manager:
    """What systemd has read, and what is active."""

    def __init__(self) -> None:
        kept = json.loads(STATE.read_text()) if STATE.exists() else {}
        self.texts: dict[str, str] = kept.get("texts", {NFTABLES: TEXT})
        self.wants: dict[str, list[str]] = kept.get("wants", {})
        self.states: dict[str, str] = kept.get("states", {NFTABLES: "active"})

    def keep(self) -> None:
        """Write down what the next call has to know."""
        STATE.write_text(json.dumps(vars(self)))

    def of(self, unit: str, key: str) -> list[str]:
        """Return the values of a key, one for each line."""
        lines = self.texts.get(unit, "").splitlines()
        return [line.partition("=")[2] for line in lines if line.startswith(key + "=")]

    def with_nftables(self, key: str) -> list[str]:
        """Return the active units that name nftables.service in a key."""
        return [
            unit
            for unit, state in self.states.items()
            if state == "active" and NFTABLES in " ".join(self.of(unit, key)).split()
        ]

    def read(self) -> None:
        """Read every unit and every folder anew."""
        files = [path for path in UNITS.glob("*.service") if path.is_file()]
        self.texts = {NFTABLES: TEXT, **{path.name: path.read_text() for path in files}}
        self.wants = {
            path.stem: [link.name for link in path.iterdir() if link.exists()]
            for path in UNITS.glob("*.wants")
        }

    def do(self, verb: str, units: list[str]) -> int:
        """Do the same with several units, each before or after nftables.service as it says."""
        later = [one for one in units if NFTABLES in " ".join(self.of(one, "After")).split()]
        order = [one for one in units if one not in (NFTABLES, *later)]
        order += [one for one in units if one == NFTABLES] + later
        statuses = [self.one(verb, unit) for unit in (order[::-1] if verb == "stop" else order)]
        return max(statuses, default=0)

    def one(self, verb: str, unit: str) -> int:
        """Start, reload or stop a unit."""
        if verb == "start" and unit not in self.texts and (UNITS / unit).is_file():
            self.texts[unit] = (UNITS / unit).read_text()
        if unit not in self.texts and unit not in self.states:
            print(f"Failed to {verb} {unit}: Unit {unit} not found.", file=sys.stderr)
            return 5
        if verb == "start" and self.states.get(unit) == "active":
            return 0
        self.states[unit] = "inactive" if verb == "stop" else "active"
        for command in self.of(unit, VERBS[verb]):
            if subprocess.run(shlex.split(command), check=False).returncode:
                # What could not be reloaded stays active.
                self.states[unit] = "failed" if verb == "start" else self.states[unit]
                print(f"Job for {unit} failed because a process failed.", file=sys.stderr)
                return 1
        return 0

    def call(self, verb: str, unit: str) -> int:
        """Do what systemctl is told; return its status."""
        if verb == "boot":
            self.read()
            self.states = {}
            wanted = self.wants.get("sysinit.target", [])
            return self.do("start", [NFTABLES, *(one for one in wanted if one != NFTABLES)])
        if verb == "daemon-reload":
            self.read()
        elif verb == "reset-failed":
            self.states[unit] = "inactive"
        elif verb == "restart":
            parts = self.with_nftables("PartOf") if unit == NFTABLES else []
            self.do("stop", [unit, *parts])
            return self.do("start", list(dict.fromkeys([unit, *self.wants.get(unit, []), *parts])))
        elif verb == "reload":
            return self.do(verb, [unit, *self.with_nftables("ReloadPropagatedFrom")])
        else:
            return self.do(verb, [unit])
        return 0

    def show(self, unit: str) -> None:
        """Print the two properties that the module asks for."""
        path = UNITS / unit
        text = path.read_text() if path.is_file() else None
        print("ActiveState=" + self.states.get(unit, "inactive"))
        print("NeedDaemonReload=" + ("no" if self.texts.get(unit, text) == text else "yes"))


def main() -> int:
    """Run as systemctl, or as systemd-run."""
    name, words = Path(sys.argv[0]).name, sys.argv[1:]
    with CALLS.open("a") as calls:
        calls.write(shlex.join([name, *words]) + "\n")
    if REFUSES.exists():
        print("Failed to connect to bus: No such file or directory", file=sys.stderr)
        return 1
    if name == "systemd-run":
        command = [word for word in words if not word.startswith("--")]
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return 0
    manager = Manager()
    if words[0] == "show":
        manager.show(words[-1])
        return 0
    status = manager.call(words[0], words[-1])
    manager.keep()
    return status


if __name__ == "__main__":
    raise SystemExit(main())
