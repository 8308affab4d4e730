"""Leaves: which of several keys counts, and what an open key may set."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.readers.leaves import (
    Leaf,
    Leaves,
    chosen,
    every,
    fits,
    grouped,
    lines,
    replaced,
    settled,
    stripped,
    value_of,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text import HOLE, Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided
from hypothesis import given
from hypothesis import strategies as st

from tests.support.holed import holed


class Variant(NamedTuple):
    duplicates: str = "last"


def template(*parts: str | Hole) -> Text:
    """A text of literals and holes."""
    return holed("t", *parts)


def flat(text: Text) -> Leaves:
    """What the smallest reader makes of lines of ``key=value``."""
    leaves: list[Leaf] = []
    opaque: list[Leaf] = []
    for start, end in lines(text.string):
        key, equals, value = text.string[start:end].partition("=")
        at = start + len(key) + len(equals)
        leaf = Leaf((key,), value, "", at, end, start, end, start, start + len(key))
        (opaque if text.has_hole(start, start + len(key)) else leaves).append(leaf)
    return Leaves(text, tuple(leaves), (), tuple(opaque))


@pytest.mark.parametrize(
    ("text", "duplicates", "value"),
    [
        pytest.param(template("a=1\nb=2\na=3\n"), "last", "3", id="last"),
        pytest.param(template("a=1\nb=2\na=3\n"), "first", "1", id="first"),
        pytest.param(template("a=1\na=3\n"), "error", "3", id="error"),
        pytest.param(template("b=1\n"), "last", None, id="none"),
        pytest.param(template("a=1\n", Hole("x"), "=2\n"), "last", Undecided("x"), id="open key"),
        pytest.param(template("a=1\n", Hole("x"), "=2\n"), "first", "1", id="open, later"),
        pytest.param(template(Hole("x"), "=2\na=1\n"), "last", "1", id="open, earlier"),
        pytest.param(template(Hole("x"), "\na=1\n"), "first", Undecided("x"), id="open line"),
        pytest.param(template("b", Hole("x"), "=2\n"), "last", None, id="another key"),
        pytest.param(template(Hole("x"), "=2\n"), "last", Undecided("x"), id="open key alone"),
        pytest.param(template("a=1\n", Hole("x"), "\n"), "error", "1", id="no key twice"),
    ],
)
def test_chosen(text: Text, duplicates: str, value: object) -> None:
    leaf = chosen(flat(text), ("a",), Variant(duplicates))
    assert (leaf.value if leaf else None) == value
    assert leaf is None or leaf.path == ("a",)


@pytest.mark.parametrize(
    ("path", "wanted", "fit"),
    [
        ((HOLE,), ("smtp", "host"), True),
        (("smtp", HOLE), ("smtp", "host"), True),
        (("smtp", HOLE), ("http", "host"), False),
        ((HOLE, "host"), ("smtp", "host"), True),
        (("smtp_" + HOLE,), ("smtp_host",), True),
        (("smtp_" + HOLE + "t",), ("smtp_t",), True),
        (("smtp_" + HOLE + "_t",), ("smtp_t",), False),
        (("smtp_" + HOLE,), ("http_host",), False),
        ((HOLE + "x" + HOLE,), ("host",), True),
        (("a", 0, HOLE), ("a", 1, "b"), False),
        (("a", 1, HOLE), ("a", 1, "b"), True),
        (("smtp", HOLE), ("smtp", "tls", "mode"), True),
        (("smtp", HOLE), ("smtp",), False),
        ((HOLE, "host"), (1, "host"), True),
    ],
)
def test_fits(path: tuple[str | int, ...], wanted: tuple[str | int, ...], fit: bool) -> None:
    assert fits(path, wanted) is fit


def test_grouped_and_every() -> None:
    leaves = flat(template("a=1\nb=2\na=3\n", Hole("x"), "=4\n"))
    groups = grouped(leaves, 1)
    assert [leaf.value for leaf in every(leaves, ("a",))] == ["1", "3"]
    assert {path: [one.value for one in group.leaves] for path, group in groups.items()} == {
        ("a",): ["1", "3"],
        ("b",): ["2"],
    }
    assert all(group.opaque == leaves.opaque for group in groups.values())
    assert grouped(leaves, 2) == {}


def test_a_value_is_asked_for_only_if_somebody_wants_it() -> None:
    assume = Assumptions({})
    branch = Hole("tls", [("yes", Text.of("t", "'on'")), ("no", Text.of("t", "'off'"))])
    text = template("a=", branch, "\n")
    value = value_of(text, 2, 3, assume, lambda written: written.strip("'"))
    leaf = Leaf(("a",), value, "", 2, 3, 0, 3, 0, 1)
    assert repr(leaf) == "Leaf(('a',), '', 2, 3)"
    assert not assume.taken
    assert leaf.value == leaf.value == "on"
    assert assume.taken == [("tls", "yes")]


def test_branches_that_decide_lines_and_keys_are_taken() -> None:
    def branch(name: str, text: str) -> Hole:
        return Hole(name, [("yes", Text.of("t", text))])

    text = template(branch("a", "k=1\n"), "  ", branch("b", "x"), "=", branch("c", "y"), "\n")
    assume = Assumptions({})
    assert settled(text, assume).string == "k=1\n  x=" + HOLE + "\n"
    assert [question for question, _answer in assume.taken] == ["a", "b"]


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("", []),
        ("a", ["a"]),
        ("a\n", ["a"]),
        ("a\r\nb\rc\n\nd", ["a", "b", "c", "", "d"]),
        ("\v\x0c\x85\u2028", ["\v\x0c\x85\u2028"]),
    ],
)
def test_lines(string: str, expected: list[str]) -> None:
    assert [string[start:end] for start, end in lines(string)] == expected


@given(st.text(" \tab", max_size=8))
def test_stripped(string: str) -> None:
    start, end = stripped(string, 0, len(string), " \t")
    assert string[start:end] == string.strip(" \t")


def test_replaced() -> None:
    leaves = flat(template("a=1\nb=2\nc=3"))
    first, second, third = leaves.leaves
    assert replaced(leaves.text, [(third, "x"), (first, "long")]) == "a=long\nb=2\nc=x"
    assert replaced(leaves.text, [(second, "")]) == "a=1\nb=\nc=3"
