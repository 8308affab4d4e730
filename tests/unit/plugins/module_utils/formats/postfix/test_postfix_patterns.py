"""Patterns of lookup tables: tried as Postfix tries them, where they can be tried in time."""

from __future__ import annotations

import re
import time

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix import (
    entries,
    lookup_tables,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text.budget import Budget
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import (
    Setting,
    Undecided,
)
from hypothesis import given
from hypothesis import strategies as st

HERE = Setting("smtp_tls_policy_maps", "", None, "")


def answer(pattern: str, key: str) -> str | None:
    """What a table of this one pattern answers; ``?`` where it is not tried."""
    found = lookup_tables.Table(
        "pcre:/p", "pcre", (entries.Entry(pattern, "yes", HERE, True),)
    ).find(key, Budget())
    if isinstance(found, Undecided):
        return "?"
    return None if found is None else str(found.value)


@pytest.mark.parametrize(
    ("pattern", "key", "expected"),
    [
        ("example/", "[h.example]:587", "yes"),
        ("EXAMPLE/", "[h.example]:587", "yes"),
        ("EXAMPLE/i", "[h.example]:587", None),
        (r"^\[h\..*\]:587$/", "[h.example]:587", "yes"),
        (r"^\[h\..*\]:465$/", "[h.example]:587", None),
        ("!example/", "[h.example]:587", None),
        ("!other/", "[h.example]:587", "yes"),
        ("(a|b)/", "a", "?"),
        ("a+/", "a", "?"),
        ("[ab]/", "a", "?"),
        ("a/x", "a", "?"),
    ],
)
def test_patterns(pattern: str, key: str, expected: str | None) -> None:
    assert answer(pattern, key) == expected


PIECES = st.sampled_from(["a", "b", ".", ".*", r"\."])


@given(
    st.sampled_from(["", "^"]),
    st.lists(PIECES, max_size=8).map("".join),
    st.sampled_from(["", "$"]),
    st.text("ab.", max_size=10),
)
def test_as_regular_expressions_do(start: str, middle: str, end: str, key: str) -> None:
    body = start + middle + end
    assert answer(body + "/i", key) == ("yes" if re.search(body, key) else None)


def test_many_stars_cost_no_time() -> None:
    begun = time.perf_counter()
    assert answer("^" + "a.*" * 500 + "b/", "a" * 1000) is None
    assert time.perf_counter() - begun < 1
