"""The quick way to read arguments gives what argparse gives, or leaves them to it."""

from __future__ import annotations

import pytest

from mailwarden import arguments, quick


@pytest.mark.parametrize(
    "line",
    ["lint", "lint a", "lint a b/c", "lint --skip-unknown a", "lint a --quiet --verbose b"],
)
def test_quick_is_what_argparse_says(line: str) -> None:
    made = quick.parse(line.split())
    assert made is not None
    assert vars(made) == vars(arguments.parse(line.split()))


@pytest.mark.parametrize(
    "line", ["", "endpoints a", "lint --fix a", "lint -", "lint -q", "lint --help", "lint -- -a"]
)
def test_the_rest_is_left_to_argparse(line: str) -> None:
    assert quick.parse(line.split()) is None
