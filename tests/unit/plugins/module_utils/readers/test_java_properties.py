"""Java's properties, held against javaproperties, and Spring's placeholders."""

from __future__ import annotations

import javaproperties
import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.readers import properties
from ansible_collections.mailwarden.policy.plugins.module_utils.readers.leaves import (
    Leaf,
    Leaves,
    chosen,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import (
    Assumptions,
    explore,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text.budget import Overspent
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.properties import examples
from tests.support.reading import check_edit, check_hole, check_spans, leaves_of, tree

LINES = st.sampled_from(
    [
        "a=b", "a = b ", "a: b", "a b", "a", "a=", "a==b", "# c", "! c", "  # c", "", " ", "  a=b",
        "a\\=b=c", "a\\ b c", "a=b\\", "  b\\", "\\", "a=\\u00e9\\t\\q", "a=\\ud83d\\ude00",
        "a\\:b",
        "a\fb", "a=b\\\\", "a.b.c=${a}", "é=ü", "a \\", "=b", ":",
    ]
)  # fmt: skip
ENDS = st.sampled_from(["\n", "\n", "\r\n", "\r"])
FILES = st.one_of(
    st.builds(lambda rows: "".join(a + b for a, b in rows), st.lists(st.tuples(LINES, ENDS))),
    st.text("ab=:#!\\ \t\n\r\f", max_size=30),
)
VALUES = st.text("ab#\\ \t\né\U0001f600=:", max_size=6)


def java(text: Text, assume: Assumptions) -> Leaves:
    return properties.read(text, assume, properties.JAVA)


@given(string=FILES)
@settings(max_examples=examples(150), deadline=None)
def test_as_javaproperties_reads_it(string: str) -> None:
    pairs: list[tuple[str, str]] = javaproperties.loads(string, object_pairs_hook=list)
    leaves = leaves_of(java, string)
    assert [(path[0], value) for path, value in tree(leaves)] == pairs
    assert not leaves.problems


@pytest.mark.parametrize("string", ["a=\\u12", "a=\\uxyz1", "\\u=b"])
def test_an_escape_that_is_no_character_is_a_problem(string: str) -> None:
    with pytest.raises(javaproperties.InvalidUEscapeError):
        javaproperties.loads(string)
    assert leaves_of(java, string + "\nb=c\n").problems


@example(string="a \\\n", which=0, new=":", at=0)
@given(string=FILES, which=st.integers(0, 9), new=VALUES, at=st.integers(0, 99))
@settings(max_examples=examples(120), deadline=None)
def test_spans_edits_and_holes(string: str, which: int, new: str, at: int) -> None:
    def encode(leaf: Leaf, value: str) -> str | None:
        return properties.encode(leaf, value, properties.JAVA)

    check_spans(java, string, "k=")
    check_hole(java, string, at)
    check_edit(java, encode, string, which, new)


def value_of(string: str, key: str) -> object:
    leaf = chosen(leaves_of(properties.read, string), (key,), properties.SPRING)
    assert leaf is not None
    return leaf.value


@pytest.mark.parametrize(
    ("string", "value"),
    [
        ("a=${b}:${b}\nb=c", "c:c"),
        ("b=${c}\nc=d\na=x${b}", "xd"),
        ("a=${B_C}", Undecided("${B_C}")),
        ("a=${b:587}", "587"),
        ("b=465\na=${b:587}", "465"),
        ("a=${b:${c:25}}", "25"),
        ("a=${b", "${b"),
        ("a=${a}", Undecided("a placeholder in placeholders")),
        ("a=$b {c}", "$b {c}"),
    ],
)
def test_placeholders(string: str, value: object) -> None:
    assert value_of(string, "a") == value


def test_a_default_is_a_supplied_answer() -> None:
    def value(assume: Assumptions) -> object:
        return properties.read(Text.of("t", "a=${PORT:587}\n"), assume).leaves[0].value

    outcomes, _open = explore(value, {})
    assert [answer for _when, answer in outcomes] == ["587", Undecided("${PORT}")]
    assert "587" not in repr([when for when, _answer in outcomes])


def test_placeholders_that_multiply_cost_too_much() -> None:
    rows = "".join(f"a{at}={f'${{a{at + 1}}}' * 40}\n" for at in range(9))
    with pytest.raises(Overspent):
        value_of(rows + "a9=x\n", "a0")


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [("b", "587", "587"), ("b", " x\\", "\\ x\\\\"), ("b", "é\n", "\\u00e9\\n"), ("", "x", "x")],
)
def test_encode(old: str, new: str, written: str) -> None:
    leaf = leaves_of(properties.read, f"a={old}\n").leaves[0]
    assert properties.encode(leaf, new) == written


def test_what_would_be_a_placeholder_cannot_be_written() -> None:
    leaf = leaves_of(properties.read, "a=b\n").leaves[0]
    assert properties.encode(leaf, "${x}") is None


def test_holes() -> None:
    parts = ("spring.mail.", Hole("k"), "=1\na=${spring.mail.port}\nb=x", Hole("v"), "\nc=d\n")
    leaves = leaves_of(properties.read, *parts)
    assert tree(leaves) == [(("a",), Undecided("k")), (("b",), Undecided("v")), (("c",), "d")]
    leaf = chosen(leaves, ("spring.mail.port",), properties.SPRING)
    assert leaf is not None
    assert leaf.value == Undecided("k")


@given(data=st.binary(max_size=60))
@settings(max_examples=examples(40), deadline=None)
def test_any_bytes_are_read(data: bytes) -> None:
    leaves = properties.read(Text.of("t", data), Assumptions({}))
    assert all(leaf.value is not None for leaf in leaves.leaves)
