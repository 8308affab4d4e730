"""The README and other pages show what the commands really print."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import golden

SHOWN = [shown for page in golden.PAGES for shown in golden.documented(page.read_text())]


@pytest.mark.parametrize("page", golden.PAGES, ids=lambda page: page.name)
def test_a_page_shows_output(page: Path) -> None:
    assert len(list(golden.documented(page.read_text()))) >= 3


@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[command for command, _out in SHOWN])
def test_the_output_is_real(command: str, output: str) -> None:
    said, _status = golden.printed(command, golden.ROOT)
    assert said == output
