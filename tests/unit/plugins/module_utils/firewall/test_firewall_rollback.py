"""How a change waits, and how it is undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall import disk, rollback

CHANGE = {"nft": "nft", "wanted": None, "persistent": True}


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
    fails, wanted, undone = FAILURES[name]
    tries = restoring(monkeypatch, fails)
    change = armed(monkeypatch)
    Path(disk.RUN, change + ".json").write_bytes(Path(rollback.PENDING).read_bytes())
    try:
        assert rollback.watch(change, str).endswith("restored what was before") is undone
    except MailwardenError:
        assert not undone
    assert len(tries) == wanted
    assert (rollback.pending() is None) is undone


def test_what_died_while_it_armed_undoes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = restoring(monkeypatch, 0)
    first = armed(monkeypatch)
    Path(disk.RUN, "second.json").write_bytes(b'{"id": "second", "seconds": 0}')
    assert rollback.watch("second", str) == "confirmed"
    assert rollback.waiting(first)
    assert not tries
    assert not Path(disk.RUN, "second.json").exists()
