"""What listens, by the kernel's table of sockets."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall import (
    sockets,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.sockets import Listener

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
    # No link, so that it cannot be read as one, and before the one that can.
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
