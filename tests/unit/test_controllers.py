"""Which Python a controller of the tests gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import controllers, interpreters
from tests.wire.chroots import NotPossibleError


@pytest.mark.parametrize(
    ("series", "here", "chosen"),
    [
        pytest.param("2.17", ["3.8.1", "3.11.2", "3.12.1", "3.13.0"], (3, 12), id="in its range"),
        pytest.param(
            "2.17", ["3.8.1", "3.13.0"], (3, 13), id="a newer one where there is no other"
        ),
        pytest.param("2.19", ["3.11.2"], (3, 11), id="Debian 12 alone"),
        pytest.param(controllers.NEWEST, ["3.11.2", "3.13.0"], (3, 13), id="the newest"),
    ],
)
def test_the_python_of_a_series(
    series: str, here: list[str], chosen: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {version: Path(f"/python{version}") for version in here}
    monkeypatch.setattr(interpreters, "found", lambda: found)
    minor, path = controllers._interpreter(series)
    assert minor == chosen
    assert path in found.values()


def test_a_series_without_a_python_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreters, "found", lambda: {"3.10.1": Path("/python")})
    with pytest.raises(NotPossibleError, match=r"ansible-core 2.19 needs Python 3.11"):
        controllers._interpreter("2.19")


@pytest.mark.parametrize(
    ("minor", "said"), [((3, 11), "newer ones need Python 3.12"), ((3, 13), "")]
)
def test_what_stands_for_the_newest_is_said(minor: tuple[int, int], said: str) -> None:
    one = controllers.Controller(Path("/python"), "2.19.14", minor)
    assert said in one.left_out
    assert bool(said) is bool(one.left_out)
