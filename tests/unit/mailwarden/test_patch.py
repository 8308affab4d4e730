"""Patches: they apply with the programs that people have, and show no secret."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Edit
from ansible_collections.mailwarden.policy.plugins.module_utils.engine import edit
from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import without_secrets
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailwarden.output.patch import patch
from tests.support.properties import examples

GIT = ("git", "apply", "-")
PATCH = ("patch", "-p1", "--force", "--fuzz=0", "--no-backup-if-mismatch")
SECRET = "hunter2"


def shown(lines: Sequence[str]) -> list[str]:
    """Every line as it is: nothing in the files of these tests is a secret."""
    return list(lines)


def applied(program: Sequence[str], text: str, folder: Path, path: str, data: bytes) -> bytes:
    """The file after a program has applied the patch to it, in a repository."""
    full = folder / path
    full.parent.mkdir(parents=True, exist_ok=True)
    full.write_bytes(data)
    if not (folder / ".git").exists():
        subprocess.run(("git", "init", "-q", folder), check=True)
    done = subprocess.run(
        program, cwd=folder, input=text.encode("utf-8", "surrogateescape"), capture_output=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout, done.stderr, text)
    assert not list(full.parent.glob("*.rej"))
    return full.read_bytes()


@pytest.mark.parametrize("program", [GIT, PATCH], ids=["git", "patch"])
@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        pytest.param("main.cf", b"a\nb\nc\n", b"a\nB\nc\n", id="replaced"),
        pytest.param("etc/postfix/main.cf", b"a\r\nb\r\n", b"a\r\nB\r\n", id="CRLF, in a folder"),
        pytest.param("main.cf", b"a\nb", b"a\nB", id="no line end"),
        pytest.param("main.cf", b"a\nb", b"a\nb\nc", id="a line behind none"),
        pytest.param("main.cf", b"a\nb\n", b"a\nb\nc", id="no line end any more"),
        pytest.param("main.cf", b"\xff\xfe\nb\n", b"\xff\xfe\nB\n", id="not UTF-8"),
        pytest.param("my files/main one.cf", b"a\n", b"b\n", id="blanks in the path"),
        pytest.param('a"b\\c.cf', b"a\n", b"b\n", id="quotes in the path"),
        pytest.param("m\u00e4il.cf", b"a\n", b"b\n", id="not ASCII in the path"),
        pytest.param("main.cf", b"x\n" * 9 + b"a\n", b"y\n" + b"x\n" * 9 + b"b\n", id="two hunks"),
    ],
)  # fmt: skip
def test_it_applies(
    tmp_path: Path, program: Sequence[str], path: str, before: bytes, after: bytes
) -> None:
    made = patch(path, before, after, shown)
    assert made.hidden == ()
    assert applied(program, made.text, tmp_path, path, before) == after


LINES = (b"a", b"b = c", b"password " + SECRET.encode(), b"", b"  d", b"\xfc", b"e\r")
PUT = ("", "new = 1\n", "new = 2\nnew = 3\n", f"password {SECRET}\n")


@st.composite
def data_and_spans(draw: st.DrawFn) -> tuple[bytes, list[tuple[int, int, str]]]:
    """A file, and lines of it that are replaced, taken away, or have others put before them."""
    drawn: list[bytes] = draw(st.lists(st.sampled_from(LINES), max_size=14))
    ended: bool = draw(st.booleans())
    lines = [line + b"\n" for line in drawn]
    if lines and not ended:
        lines[-1] = lines[-1][:-1]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    spans = []
    at = 0
    for _number in range(draw(st.integers(1, 3))):
        first = draw(st.integers(at, len(lines)))
        last = draw(st.integers(first, min(len(lines), first + 2)))
        text = draw(st.sampled_from(PUT))
        spans.append((starts[first], starts[last], text))
        at = last + 1
        if at > len(lines):
            break
    return b"".join(lines), spans


@settings(max_examples=examples(60), deadline=None)
@example((b"password hunter2\n", [(17, 17, "new = 1\n")]))
@example((b"a\npassword hunter2\n", [(19, 19, "new = 1\n")]))
@example((b"a\npassword hunter2", [(18, 18, "\nnew = 1")]))
@example((b"a\nb = c\npassword hunter2\na\n", [(2, 8, "new = 1\n")]))
@example((b"password hunter2\na\nb = c\na\na\na\n", [(17, 19, "new = 1\n")]))
@given(data_and_spans())
def test_it_applies_and_shows_no_secret(
    tmp_path_factory: pytest.TempPathFactory, case: tuple[bytes, list[tuple[int, int, str]]]
) -> None:
    before, spans = case
    after = edit.apply(before, [Edit("f", *span) for span in spans])
    made = patch("f", before, after, without_secrets)
    assert SECRET not in made.text
    assert bool(made.text or made.hidden) == (before != after)
    if made.text:
        results = [
            applied(program, made.text, tmp_path_factory.mktemp("f"), "f", before)
            for program in (GIT, PATCH)
        ]
        assert results[0] == results[1]
        assert (results[0] == after) == (not made.hidden)


def test_what_is_left_out_is_left_as_it_is(tmp_path: Path) -> None:
    before = b"password hunter2\n" + b"x\n" * 9 + b"a\n"
    after = b"password other\n" + b"x\n" * 9 + b"b\n"
    made = patch("f", before, after, without_secrets)
    assert made.hidden == (1,)
    assert applied(GIT, made.text, tmp_path, "f", before) == before.replace(b"a\n", b"b\n")
