"""Our own rules, our own program, and the kernel's table of sockets."""

from __future__ import annotations

import ast
import ipaddress
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall import (
    files,
    networks,
    ours,
    program,
    show,
    sockets,
    systemd,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.exposure import (
    Door,
    Exposure,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.sockets import Listener
from hypothesis import given
from hypothesis import strategies as st

from tests.support import interpreters

FOUR, SIX = frozenset((4,)), frozenset((6,))


def rules(doors: set[Door], versions: frozenset[int], family: str) -> list[str]:
    return [show.rule(ours.expression(one, family)) for one in ours.accepts(doors, versions)]


def everywhere(*ports: int) -> set[Door]:
    return {Door(version, "", (), port) for version in (4, 6) for port in ports}


RULES = {
    "of both families": (
        everywhere(25, 587), ours.BOTH, "inet", ["tcp dport { 25, 587 } accept"]
    ),
    "in a table of one": (everywhere(25), FOUR, "ip", ["tcp dport 25 accept"]),
    "in the other": (everywhere(25), SIX, "ip6", ["tcp dport 25 accept"]),
    "where one family is dropped": (
        everywhere(25), SIX, "inet", ["meta nfproto ipv6 tcp dport 25 accept"]
    ),
    "of one family, beside those of both": (
        everywhere(25) | {Door(6, "", (), 993)}, ours.BOTH, "inet",
        ["tcp dport 25 accept", "meta nfproto ipv6 tcp dport 993 accept"],
    ),
    "for one address": (
        {Door(4, "192.0.2.1", (), 465)}, ours.BOTH, "inet",
        ["ip daddr 192.0.2.1 tcp dport 465 accept"],
    ),
    "for an address that has everything already": (
        everywhere(25) | {Door(4, "192.0.2.1", (), 25)}, ours.BOTH, "inet",
        ["tcp dport 25 accept"],
    ),
    "for two addresses": (
        {Door(6, f"2001:db8::{one}", (), port) for one in (1, 2) for port in (25, 465)},
        ours.BOTH, "inet",
        ["ip6 daddr { 2001:db8::1, 2001:db8::2 } tcp dport { 25, 465 } accept"],
    ),
    "from networks": (
        {Door(4, "192.0.2.1", ("10.0.0.0/8", "192.168.0.1"), 25)}, ours.BOTH, "inet",
        ["ip saddr { 192.168.0.1, 10.0.0.0/8 } ip daddr 192.0.2.1 tcp dport 25 accept"],
    ),
    "none of this family": (everywhere(25) - {Door(4, "", (), 25)}, FOUR, "ip", []),
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_rules(name: str) -> None:
    doors, versions, family, shown = RULES[name]
    assert rules(doors, versions, family) == shown


def test_our_table() -> None:
    exposure = Exposure(frozenset(everywhere(25)), frozenset((25, 143)))
    assert files.closing(exposure) == CLOSING
    everything = Exposure(frozenset(everywhere(25)), frozenset((25,)))
    assert ours.table(everything) == []
    assert files.closing(everything) == files.HEAD


CLOSING = """\
# Written by mailwarden.policy.firewall.
table inet mailwarden
delete table inet mailwarden
table inet mailwarden {
\tchain input {
\t\ttype filter hook input priority 10; policy accept;
\t\tiifname "lo" accept
\t\ttcp dport 143 tcp flags syn / fin,syn,rst,ack drop
\t}
}
"""

NETWORKS = {
    "one": (["10.0.0.0/8"], 4, ("10.0.0.0/8",)),
    "of the other family": (["10.0.0.0/8"], 6, None),
    "everything": (["0.0.0.0/0", "::/0"], 4, ()),
    "two halves": (["0.0.0.0/1", "128.0.0.0/1"], 4, ()),
    "one in another": (["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3"], 4, ("10.0.0.0/8",)),
    "neighbours": (["10.0.1.0/24", "10.0.2.0/24"], 4, ("10.0.1.0-10.0.2.255",)),
    "addresses alone": (["10.0.0.2", "10.0.0.1/32"], 4, ("10.0.0.1", "10.0.0.2")),
    "an address beside a network": (["10.0.0.0/31", "10.0.0.2"], 4, ("10.0.0.0-10.0.0.2",)),
    "host bits": (["192.0.2.77/24"], 4, ("192.0.2.0/24",)),
    "IPv6": (["2001:DB8:0::/32", "fe80::1"], 6, ("2001:db8::/32", "fe80::1")),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks(name: str) -> None:
    texts, version, expected = NETWORKS[name]
    assert networks.normal(networks.parse(texts), version) == expected


ADDRESSES = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.tuples(st.ip_addresses(v=4), st.integers(0, 32)).map(
        lambda one: str(ipaddress.ip_network(one, strict=False))
    ),
)


@given(st.lists(ADDRESSES, min_size=1, max_size=6), st.ip_addresses(v=4))
def test_normal_networks_hold_the_same_addresses(texts: list[str], address: object) -> None:
    normal = networks.normal(networks.parse(texts), 4)
    assert normal is not None
    number = int(str(int(address)))  # type: ignore[call-overload]

    def holds(spans: list[tuple[int, int]]) -> bool:
        return any(first <= number <= last for first, last in spans)

    assert holds([networks.span(text) for text in texts]) == (
        not normal or holds([networks.span(text) for text in normal])
    )
    assert tuple(networks.of_element(networks.element(one)) for one in normal) == normal


DOORS = st.builds(
    lambda version, address, sources, port: Door(
        version,
        {4: "192.0.2.1", 6: "2001:db8::1"}[version] if address else "",
        {4: ("10.0.0.0/8",), 6: ("fc00::/7",)}[version] if sources else (),
        port,
    ),
    st.sampled_from((4, 6)),
    st.booleans(),
    st.booleans(),
    st.sampled_from((25, 143, 587)),
)


@given(st.frozensets(DOORS))
def test_doors_are_read_back_from_their_rules(doors: frozenset[Door]) -> None:
    """Doors that a wider one holds already are the one thing that is not read back."""
    exprs = [(ours.expression(one, "inet"), "inet") for one in ours.accepts(doors, ours.BOTH)]
    read = ours.of_rules(exprs).doors
    assert read <= doors
    for door in doors - read:
        assert door._replace(address="") in read


# The program that outlives the task.


def test_the_program_is_the_same_each_time() -> None:
    assert program.build() == program.build()


def test_the_program_holds_all_that_it_imports() -> None:
    held = {name.rpartition("/")[2] for name in program.MODULES}
    root = Path(program.__file__).parents[1]
    for name in program.MODULES:
        for node in ast.walk(ast.parse((root / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                names = [node.module] if node.module else [one.name for one in node.names]
                assert {f"{one}.py" for one in names} <= held, name


@pytest.mark.parametrize("version", interpreters.found())
def test_the_program_runs_with_a_bare_python(version: str, tmp_path: Path) -> None:
    path = tmp_path / "firewall.pyz"
    path.write_bytes(program.build())
    done = subprocess.run(
        [interpreters.found()[version], "-I", "-S", "-B", path, "nonsense"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "usage: firewall.pyz boot | watch ID\n")


def test_the_unit_runs_what_the_module_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(systemd, "is_here", lambda: True)
    unit = files.boot_files(Exposure(frozenset(), frozenset()), "/usr/sbin/nft")[files.UNIT]
    assert isinstance(unit, bytes)
    starts = [line for line in unit.decode().splitlines() if line.startswith("ExecStart=")]
    commands = files.commands("/usr/sbin/nft")
    assert starts == ["ExecStart=" + " ".join(command) for command in commands]
    assert commands[1][0] == sys.executable


# What listens.

HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
TCP = (
    HEADER
    + """\
   0: 00000000:0019 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 101 1 x
   1: 0100007F:0019 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 102 1 x
   2: 010200C0:01D1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 103 1 x
   3: 010200C0:01D1 076433C6:8235 01 00000000:00000000 00:00000000 00000000     0        0 104 1 x
   4: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 105 1 x
"""
)
TCP6 = (
    HEADER
    + """\
   0: 00000000000000000000000000000000:03E1 00000000000000000000000000000000:0000 0A \
00000000:00000000 00:00000000 00000000     0        0 201 1 x
   1: B80D0120000000000000000001000000:0019 00000000000000000000000000000000:0000 0A \
00000000:00000000 00:00000000 00000000     0        0 202 1 x
   2: 00000000000000000000000001000000:0019 00000000000000000000000000000000:0000 0A \
00000000:00000000 00:00000000 00000000     0        0 203 1 x
   3: 0000000000000000FFFF0000010200C0:0019 00000000000000000000000000000000:0000 0A \
00000000:00000000 00:00000000 00000000     0        0 204 1 x
"""
)


@pytest.mark.skipif(sys.byteorder != "little", reason="the table is as a little-endian host has it")
def test_listening(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net/tcp").write_text(TCP)
    (tmp_path / "net/tcp6").write_text(TCP6)
    for process, name, inodes in ((812, "master", (101, 103)), (7, "dovecot", (201,))):
        (tmp_path / f"{process}/fd").mkdir(parents=True)
        (tmp_path / f"{process}/comm").write_text(name + "\n")
        for number, inode in enumerate(inodes):
            os.symlink(f"socket:[{inode}]", tmp_path / f"{process}/fd/{number}")
    assert sockets.listening(frozenset((25, 465, 993)), str(tmp_path)) == [
        Listener(4, "", 25, "master", 812),
        Listener(4, "192.0.2.1", 25),
        Listener(4, "192.0.2.1", 465, "master", 812),
        Listener(6, "", 993, "dovecot", 7),
        Listener(6, "2001:db8::1", 25),
    ]


def test_a_file_that_is_closed_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "812/fd").mkdir(parents=True)
    (tmp_path / "812/comm").write_text("master\n")
    # No link, so that it can not be read as one, and before the one that can.
    (tmp_path / "812/fd/0").write_text("")
    os.symlink("socket:[101]", tmp_path / "812/fd/1")
    listed = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path: sorted(listed(path)))
    assert sockets.programs(["101"], str(tmp_path)) == {"101": ("master", 812)}


def test_a_kernel_without_ipv6(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net/tcp").write_text(TCP)
    assert {one.version for one in sockets.listening(frozenset((25,)), str(tmp_path))} == {4}


SHOWN = {
    "master (process 812) listens on 0.0.0.0:25": Listener(4, "", 25, "master", 812),
    "something listens on [::]:993": Listener(6, "", 993),
    "game (process 7) listens on [2001:db8::1]:25": Listener(6, "2001:db8::1", 25, "game", 7),
}


@pytest.mark.parametrize("text", SHOWN)
def test_in_words(text: str) -> None:
    assert SHOWN[text].shown == text
