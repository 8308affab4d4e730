"""Bytes that are not UTF-8 are shown as escapes, wherever they stand in data."""

from __future__ import annotations

import json

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.report import utf8
from hypothesis import given
from hypothesis import strategies as st

TEXT = st.text(st.characters() | st.integers(0xD800, 0xDFFF).map(chr))
SCALAR = st.none() | st.booleans() | st.integers() | TEXT
DATA = st.recursive(SCALAR, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("plain", "plain", id="ASCII"),
        pytest.param("schön ✓ 🎉", "schön ✓ 🎉", id="UTF-8"),
        pytest.param(b"a\xffb".decode("utf-8", "surrogateescape"), r"a\xffb", id="a byte"),
        pytest.param("\ud800", r"\ud800", id="half of a pair"),
    ],
)
def test_a_text(text: str, shown: str) -> None:
    assert utf8.plain({text: [text, {"x": text}]}) == {shown: [shown, {"x": shown}]}


@given(DATA)
def test_data_is_utf_8_and_of_the_same_shape(data: object) -> None:
    plain = utf8.plain(data)
    json.dumps(plain, ensure_ascii=False).encode("utf-8")
    assert utf8.plain(plain) == plain
    assert type(plain) is type(data)
