"""Suppression comments: what they name and which line they are for."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import suppress
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text


@pytest.mark.parametrize(
    ("lines", "trailing", "found"),
    [
        pytest.param("# mailwarden: ignore[a] why\nx\n", False, [(("a",), "why", 2)], id="above"),
        pytest.param("#mailwarden: ignore[a] why\nx", False, [(("a",), "why", 2)], id="no blank"),
        pytest.param(
            "# mailwarden: ignore[a, b] w\n\n# more\n  x\n", False, [(("a", "b"), "w", 4)], id="two"
        ),
        pytest.param("# mailwarden: ignore[a]\nx\n", False, [(("a",), "", 2)], id="no reason"),
        pytest.param("x # mailwarden: ignore[a] why\n", True, [(("a",), "why", 1)], id="behind"),
        pytest.param("x # mailwarden: ignore[a] why\n", False, [], id="behind, part of the value"),
        pytest.param("x mailwarden: ignore[a] why\n", True, [], id="not in a comment"),
        pytest.param("# mailwarden: ignore[a] why\n", False, [(("a",), "why", 0)], id="nothing"),
    ],
)
def test_find(lines: str, trailing: bool, found: list[tuple[tuple[str, ...], str, int]]) -> None:
    comments = suppress.find(Text.of("main.cf", lines), "#", trailing)
    assert [(one.rules, one.reason, one.line) for one in comments] == found
