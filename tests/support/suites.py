"""Which cases of a large suite run, and what the last lines of a run say about it.

A suite is a table of cases too long for every run. Each of its tests carries the suite's marker
with the class of the case: ``@pytest.mark.wire("server: starttls-optional")``. ``--wire`` chooses
how much of every suite runs, and the last lines count it.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pytest

# Markers of the suites that are too long for every run.
SUITES = ("wire", "firewall", "slow")
MODES = ("representative", "share", "all")
# Of what the representative run leaves out, a commit runs one of so many shares.
SHARES = 8
# Marks a test of no suite that is too slow for the fast loop.
INTEGRATION = "integration"

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


class Tally:
    """What a run chose, ran and left out: of one process, or of all workers of xdist together."""

    def __init__(self) -> None:
        self.cases: dict[str, str] = {}  # the suite of each test that belongs to one, by node id
        self.totals: dict[str, int] = {}  # the number of cases of each suite
        self.ran: set[str] = set()  # node ids
        self.left_out: dict[str, str] = {}  # the reason, by node id
        self.kept_back: set[str] = set()  # node ids of integration tests that were not asked for
        self.lines: list[str] = []  # what ``say`` was told

    def as_data(self) -> dict[str, Any]:
        """Return all of it in types that go from one process to another."""
        return {name: list(v) if isinstance(v, set) else v for name, v in vars(self).items()}

    def add(self, data: Mapping[str, Any]) -> None:
        """Add what another process has counted; what was counted already stays once."""
        self.cases.update(data.get("cases", {}))
        self.totals.update(data.get("totals", {}))
        self.left_out.update(data.get("left_out", {}))
        self.ran.update(data.get("ran", ()))
        self.kept_back.update(data.get("kept_back", ()))
        self.lines += [line for line in data.get("lines", ()) if line not in self.lines]

    def shown(self, mode: str, expression: str) -> Iterator[str]:
        """Yield the lines that count each suite, and those that tests asked for.

        :param mode: the value of ``--wire``
        :param expression: the value of ``-m``
        """
        ran = Counter(self.cases[name] for name in self.ran if name in self.cases)
        for suite, total in self.totals.items():
            rest = "" if ran[suite] == total else "; all of them: make test-all"
            yield f"{suite}: ran {ran[suite]} of {total} cases ({mode}){rest}"
        if self.kept_back and f"not {INTEGRATION}" in expression:
            yield f"{INTEGRATION}: {len(self.kept_back)} tests not run; with them: make test"
        yield from self.lines

    def shown_left_out(self) -> Iterator[str]:
        """Yield a line for each reason for which tests did not run."""
        for reason, count in Counter(self.left_out.values()).items():
            yield f"left out: {count} of {reason}"


def choose(cases: Sequence[Case], mode: str, commit: str) -> set[str]:
    """Choose the cases of one suite that run.

    :param cases: all of them, in the order of the table
    :param mode: ``representative``: the first of each class; ``all``; ``share``: of the rest, the
        share that the commit selects, one of ``SHARES``
    :param commit: the commit's hash in hexadecimal; used by ``share`` alone
    :return: the ids chosen
    :raises ValueError: for another mode, or ``share`` without a hash
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
    if mode != "share":
        raise ValueError(f"unknown mode {mode!r}")
    share = int(commit, 16) % SHARES
    rest = {case.id for case in cases} - set(first.values())
    # crc32 and not hash(): the same in every process.
    return {name for name in rest if zlib.crc32(name.encode()) % SHARES == share}


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
