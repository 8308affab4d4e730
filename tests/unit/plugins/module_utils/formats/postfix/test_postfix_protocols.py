"""Lists of TLS versions in Postfix's two ways of writing them."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix.protocols import (
    NUMBERS,
    lowest,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "version"),
    [
        (">=TLSv1", "1.0"),
        (">=TLSv1.2", "1.2"),
        (">=tlsv1.2, <=TLSv1.3", "1.2"),
        (">=0303", "1.2"),
        (">=0x0303", "1.2"),
        ("<=TLSv1.1", "1.0"),
        ("!SSLv2, !SSLv3", "1.0"),
        ("!SSLv2,!SSLv3,!TLSv1,!TLSv1.1", "1.2"),
        ("!SSLv2:!SSLv3:!TLSv1", "1.1"),
        ("TLSv1.2", "1.2"),
        ("TLSv1.2 TLSv1.3", "1.2"),
        ("TLSv1.3, !TLSv1.3", ""),
        (">=TLSv1.3 <=TLSv1.2", ""),
        ("SSLv3", ""),
        ("SSLv2 !TLSv1", "1.1"),
        ("SSLv2", "1.0"),
        ("SSLv2 TLSv1.2", "1.2"),
        ("!SSLv2 !TLSv1", "1.1"),
        ("", "1.0"),
        ("TLSv2", None),
        (">=TLSv2", None),
        (">=SSLv2", None),
        ("!!TLSv1", None),
        ("= >=TLSv1", None),
    ],
)
def test_lowest(text: str, version: str | None) -> None:
    assert lowest(text) == version


def test_limits_are_new() -> None:
    assert lowest(">=TLSv1.2", limits=False) is None
    assert lowest("!TLSv1", limits=False) == "1.1"


def test_a_floor() -> None:
    assert lowest(">=TLSv1", floor="1.2") == "1.2"
    assert lowest("TLSv1", floor="1.2") == ""


@given(st.lists(st.sampled_from(["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]), min_size=1))
def test_what_is_excluded_is_never_the_lowest(names: list[str]) -> None:
    found = lowest(" ".join("!" + name for name in names))
    assert found not in [name[4:] or "1.0" for name in names]
    assert found == "" or found in NUMBERS
