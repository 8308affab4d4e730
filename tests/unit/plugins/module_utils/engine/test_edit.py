"""Edits: spans applied, files replaced in one step."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Edit
from ansible_collections.mailwarden.policy.plugins.module_utils.engine import edit
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from hypothesis import given
from hypothesis import strategies as st


def edits(*spans: tuple[int, int, str]) -> list[Edit]:
    return [Edit("f", *span) for span in spans]


@pytest.mark.parametrize(
    ("before", "spans", "after"),
    [
        pytest.param(b"a=1\n", [(2, 3, "2")], b"a=2\n", id="replace"),
        pytest.param(b"a=1\n", [(0, 4, "")], b"", id="remove"),
        pytest.param(b"a=1\n", [(4, 4, "b=2\n")], b"a=1\nb=2\n", id="insert at the end"),
        pytest.param(b"", [(0, 0, "x")], b"x", id="into an empty file"),
        pytest.param(b"abc", [(2, 3, "C"), (0, 1, "A")], b"AbC", id="in any order"),
        pytest.param(b"abc", [(0, 1, "A"), (0, 1, "A")], b"Abc", id="the same twice"),
        pytest.param(b"abc", [(0, 1, "A"), (1, 2, "B")], b"ABc", id="side by side"),
        pytest.param(b"ab", [(1, 1, "x"), (1, 1, "y")], b"axyb", id="two insert at one place"),
        pytest.param(b"\xff=1\r\n", [(2, 3, "2")], b"\xff=2\r\n", id="bytes that are not UTF-8"),
        pytest.param(b"a", [(1, 1, "\udcff")], b"a\xff", id="a byte that is not UTF-8 put in"),
    ],
)
def test_apply(before: bytes, spans: list[tuple[int, int, str]], after: bytes) -> None:
    assert edit.apply(before, edits(*spans)) == after


@pytest.mark.parametrize(
    "spans",
    [
        pytest.param([(0, 2, "x"), (1, 3, "y")], id="overlap"),
        pytest.param([(0, 3, "x"), (1, 2, "y")], id="one within the other"),
        pytest.param([(1, 1, "x"), (1, 2, "y")], id="insert where another replaces"),
        pytest.param([(2, 4, "x")], id="beyond the end"),
        pytest.param([(-1, 0, "x")], id="before the beginning"),
        pytest.param([(2, 1, "x")], id="end before start"),
    ],
)
def test_apply_refuses(spans: list[tuple[int, int, str]]) -> None:
    with pytest.raises(MailwardenError):
        edit.apply(b"abc", edits(*spans))


@st.composite
def data_and_spans(draw: st.DrawFn) -> tuple[bytes, list[tuple[int, int, str]]]:
    data = draw(st.binary(max_size=60))
    cuts = sorted(draw(st.sets(st.integers(0, len(data)), max_size=8)))
    texts = draw(st.lists(st.text(max_size=5), min_size=len(cuts), max_size=len(cuts)))
    pairs = zip(cuts[::2], cuts[1::2], texts, strict=False)
    return data, list(pairs)


@given(data_and_spans())
def test_every_other_byte_is_kept(case: tuple[bytes, list[tuple[int, int, str]]]) -> None:
    data, spans = case
    after = edit.apply(data, edits(*spans))
    at = done = 0
    for start, end, text in spans:
        kept, put = data[done:start], text.encode()
        assert after[at : at + len(kept) + len(put)] == kept + put
        at, done = at + len(kept) + len(put), end
    assert after[at:] == data[done:]


# Writing


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path.resolve() / "main.cf"
    path.write_bytes(b"old\n")
    return path


def change(path: Path, before: bytes = b"old\n") -> edit.Change:
    return edit.Change(str(path), before, b"new\n")


def test_replace_keeps_the_mode_and_leaves_nothing_beside(file: Path) -> None:
    file.chmod(0o640)
    edit.replace([change(file)])
    assert file.read_bytes() == b"new\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [path.name for path in file.parent.iterdir()] == ["main.cf"]


def test_replace_looks_once_more_before_it_renames(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = edit._prepared

    def saved_meanwhile(one: edit.Change) -> str:
        beside = prepared(one)
        file.write_bytes(b"saved\n")
        return beside

    monkeypatch.setattr(edit, "_prepared", saved_meanwhile)
    with pytest.raises(MailwardenError, match="changed since"):
        edit.replace([change(file)])
    assert file.read_bytes() == b"saved\n"
    assert [path.name for path in file.parent.iterdir()] == ["main.cf"]


@pytest.mark.needs_root
def test_replace_keeps_the_owner(file: Path) -> None:
    os.chown(file, 1234, 2345)
    edit.replace([change(file)])
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 2345)


def as_link(file: Path) -> edit.Change:
    (file.parent / "link").symlink_to(file)
    return change(file.parent / "link")


def below_a_link(file: Path) -> edit.Change:
    (file.parent / "folder").symlink_to(file.parent)
    return change(file.parent / "folder" / "main.cf")


def with_two_names(file: Path) -> edit.Change:
    os.link(file, file.parent / "other")
    return change(file)


def as_fifo(file: Path) -> edit.Change:
    file.unlink()
    os.mkfifo(file)
    return change(file)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(as_link, "link", id="a link"),
        pytest.param(below_a_link, "link", id="below a link"),
        pytest.param(with_two_names, "second name", id="a hard link"),
        pytest.param(as_fifo, "regular", id="a FIFO"),
        pytest.param(lambda file: change(file, b"other"), "changed since", id="changed since"),
        pytest.param(lambda file: change(file.parent / "none"), "no such", id="not there"),
    ],
)
def test_replace_refuses(file: Path, make: object, reason: str) -> None:
    wanted = make(file)  # type: ignore[operator]
    beside = file.parent / "beside.cf"
    beside.write_bytes(b"old\n")
    with pytest.raises(MailwardenError, match=reason):
        edit.replace([change(beside), wanted])
    assert beside.read_bytes() == b"old\n"
    assert not [path for path in file.parent.iterdir() if "mailwarden" in path.name]
