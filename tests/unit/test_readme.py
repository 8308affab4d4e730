"""The README shows what the commands really print."""

from __future__ import annotations

import pytest

from tests import golden

SHOWN = list(golden.documented(golden.README.read_text()))


def test_the_readme_shows_output() -> None:
    assert len(SHOWN) >= 3


@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[command for command, _out in SHOWN])
def test_the_output_is_real(command: str, output: str) -> None:
    said, _status = golden.printed(command, golden.ROOT)
    assert said == output
