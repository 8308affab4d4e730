"""Suppression comments: what they name and which line they are for."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.engine import suppress
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
    comments = suppress.find(Text.of("main.cf", lines), ("#",), trailing)
    assert [(one.rules, one.reason, one.line) for one in comments] == found


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        pytest.param("<!-- mailwarden: ignore[a] why -->\n<x/>", [("why", 2)], id="above"),
        pytest.param("<!--mailwarden: ignore[a] why--><x/>", [("why", 0)], id="nothing below"),
        pytest.param("<!-- mailwarden: ignore[a] why\nmore\n-->\n<x/>", [("why", 4)], id="lines"),
        pytest.param(
            "<!-- mailwarden: ignore[a] why -->\n\n<!-- b\n c -->\n<x/>", [("why", 5)], id="between"
        ),
        pytest.param("<x/> <!-- mailwarden: ignore[a] why --> \n", [("why", 1)], id="behind"),
        pytest.param("<!-- mailwarden: ignore[a] why", [("why", 0)], id="without an end"),
    ],
)
def test_comments_that_are_closed(lines: str, found: list[tuple[str, int]]) -> None:
    comments = suppress.find(Text.of("a.xml", lines), ("<!--",), True, "-->")
    assert [(one.reason, one.line) for one in comments] == found
