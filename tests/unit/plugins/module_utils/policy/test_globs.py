"""Path patterns."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.globs import path_matches
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("path", "pattern", "expected"),
    [
        ("main.cf", "main.cf", True),
        ("a/b/main.cf", "main.cf", True),
        ("a/b/main.cf", "*.cf", True),
        ("a/b/main.cf", "b", True),
        ("a/b/main.cf", "/main.cf", False),
        ("a/b/main.cf", "./main.cf", False),
        ("main.cf", "./main.cf", True),
        ("a/b/main.cf", "a/b/main.cf", True),
        ("a/b/main.cf", "a/*/main.cf", True),
        ("a/b/c/main.cf", "a/*/main.cf", False),
        ("a/b/c/main.cf", "a/**/main.cf", True),
        ("a/main.cf", "a/**/main.cf", True),
        ("a/b/main.cf", "a/b", True),
        ("a/b/main.cf", "a/b/", True),
        ("a/b/main.cf", "a/**", True),
        ("ab/main.cf", "a/**", False),
        ("a/b/main.cf", "**", True),
        ("a/b/main.cf", "**/b/*", True),
        ("a/b/main.cf", "b/main.cf", False),
        ("a/b/main.cf", "a/?/main.cf", True),
        ("/etc/postfix/main.cf", "/etc/postfix/*", True),
        ("a/main.cf", "a/main.c", False),
    ],
)
def test_path_pattern(path: str, pattern: str, expected: bool) -> None:
    assert path_matches(path, pattern) is expected


PARTS = st.lists(st.sampled_from(["a", "b", "main.cf", "x y"]), min_size=1, max_size=6)


@given(PARTS)
def test_a_path_fits_itself_and_everything(parts: list[str]) -> None:
    path = "/".join(parts)
    assert path_matches(path, path)
    assert path_matches(path, "**")


@given(PARTS, st.lists(st.sampled_from(["a", "*", "**"]), max_size=40))
def test_many_wildcards_cost_nothing(parts: list[str], wanted: list[str]) -> None:
    assert path_matches("/".join(parts), "/".join(wanted) or "**") in (True, False)
