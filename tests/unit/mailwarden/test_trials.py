"""Folders that make nobody's host, unless somebody names them."""

from __future__ import annotations

import pytest

from mailwarden.trials import is_trial


@pytest.mark.parametrize(
    ("path", "folders", "trial"),
    [
        pytest.param("roles/mail", ["."], False, id="a role"),
        pytest.param("molecule/default/roles/mail", ["."], True, id="a scenario"),
        pytest.param("roles/mail/tests/roles/x", ["roles/mail"], True, id="a role's own tests"),
        pytest.param("examples/roles/mail", [], True, id="files alone were named"),
        pytest.param("examples/roles/mail", ["examples"], False, id="a folder that was named"),
        pytest.param("examples/roles/mail", ["examples/roles"], False, id="by a folder in it"),
        pytest.param("examples/tests/mail", ["examples"], True, id="another one in it"),
        pytest.param("examples/roles/mail", ["examples2"], True, id="a name that begins so"),
        pytest.param("latest/mail", ["."], False, id="a name that ends so"),
    ],
)
def test_a_folder_of_trials(path: str, folders: list[str], trial: bool) -> None:
    assert is_trial(path, folders) is trial
