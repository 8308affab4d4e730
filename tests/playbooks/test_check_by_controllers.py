"""What a failure looks like: Ansible's own output, by each series of ansible-core."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.playbooks.plays import CHECK, play
from tests.support import controllers

MSMTPRC = "account a\nhost smtp.example.com\nport 465\nauth on\nuser u\ntls on\ntls_starttls on\n"
TASK = {CHECK: {"content": MSMTPRC, "format": "msmtp"}}
HEAD, LINE, FIX = "content:7:1: error: ", "    7 | tls_starttls on", "       fix: a: speak TLS"


def printed(folder: Path, series: str, **differs: bool) -> list[str]:
    """Return the lines that Ansible prints where the task fails."""
    controller = controllers.get(series)
    played = play(folder, {"content": {**TASK, **differs}}, python=controller.python)
    assert played.results["content"]["failed"]
    return played.printed.splitlines()


@pytest.mark.needs_root
@pytest.mark.parametrize(
    "series",
    [
        pytest.param(one, id=one, marks=pytest.mark.slow("a failure by another ansible-core"))
        for one in ("2.18", "2.17", "2.19", controllers.NEWEST)
    ],
)
def test_a_failure_is_shown_line_by_line(series: str, tmp_path: Path) -> None:
    lines = printed(tmp_path, series)
    assert [line for line in lines if HEAD in line and not line.startswith("fatal:")]
    assert [line for line in lines if line.startswith(LINE)]
    assert [line for line in lines if line.startswith(FIX)]


@pytest.mark.needs_root
@pytest.mark.slow("")
def test_nothing_is_shown_with_no_log(tmp_path: Path) -> None:
    """From 2.19 on Ansible itself shows the message all the same, in which secrets are masked."""
    assert not [line for line in printed(tmp_path, "2.18", no_log=True) if HEAD in line]
