"""How a change waits, and how it is undone."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall import boot, disk, rollback
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.nft import Nft

BEFORE: dict[str, Any] = {"before": {"table": [], "placed": []}}
CHANGE = {"nft": "nft", "exposure": None, "persistent": True}


@pytest.fixture(autouse=True)
def _run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "RUN", str(tmp_path))
    monkeypatch.setattr(disk, "LOCK", str(tmp_path / "lock"))
    for name in ("PENDING", "PROGRAM", "UNDONE"):
        monkeypatch.setattr(rollback, name, str(tmp_path / name))
    monkeypatch.setattr(rollback, "TRIES", 3)
    monkeypatch.setattr(rollback, "PAUSE", 0)
    monkeypatch.setattr(rollback, "TICK", 0)


def armed(monkeypatch: pytest.MonkeyPatch, seconds: int = 0) -> str:
    """Arm without a process."""
    monkeypatch.setattr(rollback, "_start", lambda _name: None)
    return rollback.arm({"table": [], "placed": []}, seconds, CHANGE, b"")


def restoring(monkeypatch: pytest.MonkeyPatch, fails: int) -> list[int]:
    """Return what counts the tries to restore, of which the first ones fail."""
    tries: list[int] = []

    def restore(_nft: Any, _before: Any) -> None:
        tries.append(1)
        if len(tries) <= fails:
            raise MailwardenError("Device or resource busy")

    monkeypatch.setattr(rollback, "restore", restore)
    return tries


def refuse(name: str) -> None:
    raise MailwardenError(f"no rollback could be armed: {name}")


def test_a_change_that_can_not_be_armed_leaves_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    first = armed(monkeypatch)
    monkeypatch.setattr(rollback, "_start", refuse)
    with pytest.raises(MailwardenError, match="no rollback could be armed"):
        rollback.arm({}, 60, CHANGE, b"")
    assert rollback.waiting(first)["seconds"] == 0
    assert sorted(path.name for path in Path(disk.RUN).iterdir()) == ["PENDING", "PROGRAM"]


# Failures of nft in a row, the tries that come of them, and whether the change is undone.
FAILURES = {"none": (0, 1, True), "passing": (2, 3, True), "lasting": (9, 3, False)}


@pytest.mark.parametrize("name", FAILURES)
def test_restores_as_soon_as_it_can(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fails, tried, undone = FAILURES[name]
    tries = restoring(monkeypatch, fails)
    change = armed(monkeypatch)
    Path(disk.RUN, change + ".json").write_bytes(Path(rollback.PENDING).read_bytes())
    try:
        assert rollback.watch(change, str).endswith("restored what was before") is undone
    except MailwardenError:
        assert not undone
    assert len(tries) == tried
    assert (rollback.pending() is None) is undone


def test_what_died_while_it_armed_undoes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = restoring(monkeypatch, 0)
    first = armed(monkeypatch)
    second = {"id": "second", "seconds": 0, **BEFORE, **CHANGE}
    Path(disk.RUN, "second.json").write_bytes(disk.as_json(second))
    assert rollback.watch("second", str) == "confirmed"
    assert rollback.waiting(first)
    assert not tries
    assert not Path(disk.RUN, "second.json").exists()


PLACED = {"chain": ["inet", "filter", "input"], "before": {"handle": "4"}, "exprs": []}
WAITS: dict[str, Any] = {"id": "x", "seconds": 1, **BEFORE, **CHANGE}
NOT_WHOLE = {
    "seconds is missing": b'{"id": "x"}',
    "it is no dict": b"[]",
    "Expecting value": b"",
    "'utf-8' codec": b'"\xff',
    "before.placed[0].before.handle is no int": disk.as_json(
        {**WAITS, "before": {"table": [], "placed": [PLACED]}}
    ),
    "exposure.doors[0][3] is missing": disk.as_json(
        {**WAITS, "exposure": {"doors": [[4, "", []]], "managed": [], "shut": []}}
    ),
}


@pytest.mark.parametrize("said", NOT_WHOLE)
def test_a_file_that_is_not_whole_is_named(said: str) -> None:
    Path(rollback.PENDING).write_bytes(NOT_WHOLE[said])
    with pytest.raises(MailwardenError, match=re.escape(f"PENDING: is not whole ({said}")):
        rollback.waiting("x")


def test_what_boots_without_its_file_whole_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(disk, "EXPOSURE", str(tmp_path / "exposure.json"))
    monkeypatch.setattr("sys.argv", ["firewall.pyz", "boot"])
    for text, said in ((None, "is not there; run"), ("{}", "is not whole (nft is missing)")):
        if text is not None:
            (tmp_path / "exposure.json").write_text(text)
        assert boot.main() == 1
        assert f"exposure.json: {said}" in capsys.readouterr().err


def test_nft_may_print_any_bytes(tmp_path: Path) -> None:
    program = tmp_path / "nft"
    program.write_text("#!/bin/sh\nprintf '\\377'; printf '\\376' >&2; exit ${1:-0}\n")
    program.chmod(0o755)
    nft = Nft(str(program))
    assert nft._run("0") == "\ufffd"
    with pytest.raises(MailwardenError, match="nft 1: \ufffd"):
        nft._run("1")


def test_a_boot_reads_what_was_decided_once_nobody_else_decides(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A removal that has the lock takes the file away."""
    monkeypatch.setattr(disk, "EXPOSURE", str(tmp_path / "exposure"))
    disk.write(disk.EXPOSURE, b"{}")

    @contextlib.contextmanager
    def locked() -> Iterator[None]:
        disk.remove(disk.EXPOSURE)
        yield

    monkeypatch.setattr(disk, "locked", locked)
    with pytest.raises(MailwardenError, match="is not there"):
        boot.boot()
