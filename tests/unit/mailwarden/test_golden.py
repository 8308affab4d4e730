"""Output is what is written down: ``python -m tests.golden --write`` writes it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import golden


@pytest.mark.parametrize("fixture", golden.fixtures(), ids=lambda fixture: fixture.name)
def test_text(fixture: Path) -> None:
    said = golden.run(golden.command_of(fixture), fixture)
    assert said == (fixture / "expected.txt").read_text()


def test_there_are_fixtures() -> None:
    assert len(golden.fixtures()) >= 4


def test_a_document_is_read_as_its_reader_does() -> None:
    text = "a\n\n```console\n$ mailwarden x\nout\n\nmore\n```\n\n```sh\nmake\n```\n"
    assert list(golden.documented(text)) == [("mailwarden x", "out\n\nmore\n")]
