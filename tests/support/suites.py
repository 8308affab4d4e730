"""Which cases of a large suite run, and what the last lines of a run say about it.

A suite is a table of cases too long for every run. Each of its tests carries the suite's marker
with the class of the case: ``@pytest.mark.wire("server: starttls-optional")``. ``--wire`` chooses
how much of every suite runs, and the last lines count it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import NamedTuple

import pytest

# Markers of the suites that are too long for every run.
SUITES = ("wire", "firewall", "slow")
MODES = ("representative", "quarter", "all")

# Commands that tests use, by the package of Debian and Ubuntu that brings them, where that has
# another name.
PACKAGES = {
    "ip": "iproute2",
    "sshd": "openssh-server",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "nft": "nftables",
    "ip6tables": "iptables",
    "nsenter": "util-linux",
    "unshare": "util-linux",
    "systemd-nspawn": "systemd-container",
}


class Case(NamedTuple):
    """One test of a suite: its node id, and the class that it stands for."""

    id: str
    kind: str


LINES: pytest.StashKey[list[str]] = pytest.StashKey()


def choose(cases: Sequence[Case], mode: str, commit: str) -> set[str]:
    """Choose the cases of one suite that run.

    :param cases: all of them, in the order of the table
    :param mode: ``representative``: the first of each class; ``all``; ``quarter``: of the rest, the
        quarter that the commit selects
    :param commit: the commit's hash in hexadecimal; used by ``quarter`` alone
    :return: the ids chosen
    :raises ValueError: for another mode, or ``quarter`` without a hash
    """
    if mode == "all":
        return {case.id for case in cases}
    first: dict[str, str] = {}
    for case in cases:
        # A case without a class stands for nothing: it runs with the rest of the table.
        if case.kind:
            first.setdefault(case.kind, case.id)
    if mode == "representative":
        return set(first.values())
    if mode != "quarter":
        raise ValueError(f"unknown mode {mode!r}")
    quarter = int(commit, 16) % 4
    rest = {case.id for case in cases} - set(first.values())
    # crc32 and not hash(): the same in every process.
    return {name for name in rest if zlib.crc32(name.encode()) % 4 == quarter}


def say(config: pytest.Config, line: str) -> None:
    """Have a line printed at the very end, for instance how many fields are undecided."""
    config.stash.setdefault(LINES, []).append(line)


def missing(commands: Sequence[str], found: Sequence[str]) -> str:
    """Say how to install the commands that are not there.

    :param commands: what a test needs
    :param found: what of it there is
    :return: a sentence for the last lines of the run, or nothing
    """
    absent = [name for name in commands if name not in found]
    if not absent:
        return ""
    packages = " ".join(sorted({PACKAGES.get(name, name) for name in absent}))
    return f"{', '.join(absent)} not found; run: apt-get install -y {packages}, then again"
