"""A release can be made of this checkout: docs/releasing.md, tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import release

# It waits for pip; `make test` has parts of it in test_packaging.py.
pytestmark = [pytest.mark.integration, pytest.mark.slow]


def test_what_is_released_is_built_installed_and_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert release.main([str(tmp_path / "dist")]) == 0, capsys.readouterr().err
    names = sorted(path.name for path in (tmp_path / "dist").iterdir())
    version = release.version()
    assert names == [
        f"mailwarden-{version}-py3-none-any.whl",
        f"mailwarden-{version}.tar.gz",
        f"mailwarden-policy-{version}.tar.gz",
    ]
