"""Lines of a keyword and its argument; ssmtp's as runs of Debian's 2.64-11 have shown them."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.readers import keywords
from ansible_collections.mailwarden.policy.plugins.module_utils.readers.leaves import (
    Leaf,
    Leaves,
    chosen,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.properties import examples
from tests.support.reading import Reader, check_edit, check_hole, check_spans, leaves_of, tree

VARIANTS = {
    "default": keywords.DEFAULT,
    "msmtp": keywords.MSMTP,
    "ssmtp": keywords.SSMTP,
    "dma": keywords.DMA,
    "exim": keywords.EXIM,
    "indented": keywords.Variant(lines="indented", trailing="#"),
}
FILES = st.text('kv=#"\\ \t\n:', max_size=40)
VALUES = st.text('ab#"\\ =\n', max_size=6)


def reader(name: str) -> Reader:
    return lambda text, assume: keywords.read(text, assume, VARIANTS[name])


@pytest.mark.parametrize(
    ("name", "string", "expected"),
    [
        ("default", "host a b # c\n\n# x\n\tport\t25\n", {"host": "a b # c", "port": "25"}),
        ("default", "tls\nhost a\n", {"tls": "", "host": "a"}),
        ("msmtp", 'host "a b"\nuser "a\n', {"host": "a b", "user": '"a'}),
        ("ssmtp", "mailhub=h:465 # c\n", {"mailhub": "h:465"}),
        ("ssmtp", "UseTLS = YES\nUseSTARTTLS=YES\n", {"usetls": "", "usestarttls": "YES"}),
        ("ssmtp", "UseTLS= YES\nAuthUser =x\n", {"usetls": "", "authuser": ""}),
        ("ssmtp", " UseTLS=YES\n", {}),
        ("ssmtp", "mailhub h\nmailhub:h=x\n", {"mailhub:h": "x"}),
        ("ssmtp", "AuthUser=us er\nMAILHUB=h=x\n", {"authuser": "us", "mailhub": "h"}),
        ("dma", "A b # c\nB#c\n C\nD\t  e f\n", {"A": "b", "B": "", "D": "e"}),
        ("exim", 'a = b\\\n  c\nd = "e" \n', {"a": "bc", "d": "e"}),
        ("indented", "a b # x\n c\nd e", {"a": "b\nc", "d": "e"}),
    ],
)
def test_read(name: str, string: str, expected: dict[str, str]) -> None:
    leaves = leaves_of(reader(name), string)
    assert {path[0]: value for path, value in tree(leaves)} == expected
    assert not leaves.problems


def test_a_line_without_a_separator_is_a_problem() -> None:
    variant = keywords.Variant(separators="=", lone_keys="error")
    leaves = keywords.read(Text.of("t", "a\n=b\nc=d\n"), Assumptions({}), variant)
    assert len(leaves.problems) == 1
    assert tree(leaves)[-1] == (("c",), "d")


@pytest.mark.parametrize("name", sorted(VARIANTS))
@given(string=FILES, which=st.integers(0, 9), new=VALUES, at=st.integers(0, 99))
@settings(max_examples=examples(40), deadline=None)
def test_spans_edits_and_holes(name: str, string: str, which: int, new: str, at: int) -> None:
    def read(text: Text, assume: Assumptions) -> Leaves:
        return keywords.read(text, assume, VARIANTS[name])

    def encode(leaf: Leaf, value: str) -> str | None:
        return keywords.encode(leaf, value, VARIANTS[name])

    check_spans(read, string, "k" + (VARIANTS[name].separators or " "))
    check_hole(read, string, at)
    check_edit(read, encode, string, which, new)


@pytest.mark.parametrize(
    ("name", "old", "new", "written"),
    [
        ("default", "a", "b c", "b c"),
        ("default", "a", "b\nc", None),
        ("msmtp", '"a"', "b", '"b"'),
        ("msmtp", "a", " b", '" b"'),
        ("ssmtp", "a", "b", "b"),
        ("ssmtp", "a", "b c", None),
        ("ssmtp", "a", "b#c", None),
        ("dma", "a", "b", "b"),
        ("dma", "a", "b c", None),
    ],
)
def test_encode(name: str, old: str, new: str, written: str | None) -> None:
    sign = VARIANTS[name].separators[:1] or " "
    leaf = leaves_of(reader(name), f"k{sign}{old}\n").leaves[0]
    assert keywords.encode(leaf, new, VARIANTS[name]) == written


def test_holes() -> None:
    parts = ("host ", Hole("h"), "\n", Hole("k"), " on\nport 25\n", "tls o", Hole("t"), "\n")
    leaves = leaves_of(reader("msmtp"), *parts)
    found = [chosen(leaves, (key,), keywords.MSMTP) for key in ("host", "port", "tls", "user")]
    assert [leaf.value for leaf in found if leaf] == [
        Undecided("k"), "25", Undecided("t"), Undecided("k"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", sorted(VARIANTS))
@given(data=st.binary(max_size=60))
@settings(max_examples=examples(15), deadline=None)
def test_any_bytes_are_read(name: str, data: bytes) -> None:
    leaves = keywords.read(Text.of("t", data), Assumptions({}), VARIANTS[name])
    assert all(isinstance(leaf.value, str) for leaf in leaves.leaves)
