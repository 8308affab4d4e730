"""TOML with spans, held against ``tomllib`` where Python has it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.readers import tomls
from ansible_collections.mailwarden.policy.plugins.module_utils.readers.leaves import Leaves
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.properties import examples
from tests.support.readers import (
    check_encoded,
    check_hole_anywhere,
    check_hole_for_value,
    check_spans,
    open_paths,
    template,
    values,
)

# From Python 3.11 on.
tomllib: Any = pytest.importorskip("tomllib")


def read(text: Text, assume: Assumptions) -> Leaves:
    return tomls.read(text, assume)


def leaves_of(string: str) -> Leaves:
    return tomls.read(Text.of("t", string), Assumptions({}))


BLANKS = st.sampled_from(["", " ", "\t"])
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=4)
NAMES = st.sampled_from(["a", "b", "c", "smtp-host", "1", '"d.e"', "'f'", '""', '"\\u00e9"'])
KEYS = st.lists(NAMES, min_size=1, max_size=3).map(" . ".join) | NAMES
STRINGS = st.one_of(
    WORDS.map(json.dumps).filter(lambda written: "\\ud" not in written),
    WORDS.filter(lambda word: "'" not in word).map("'{}'".format),
    WORDS.filter(lambda word: "'" not in word).map("'''\n{}\n'''".format),
    st.sampled_from(['"""a"b""c"""', '"""\na\\\n   b"""', '"""x"""""', "'''''y'''", '"\\U0001F600"',
                     '"""\\"""a"""', '"""a\r\nb\\  \r\n\r\n c"""', "''", '""', '""""""']),
)  # fmt: skip
PLAIN = st.sampled_from(
    ["1", "-0", "+1_000", "0xDEAD_beef", "0o17", "0b1_0", "1.5", "-1e3", "1_0.0_1E-1_0", "inf",
     "-nan", "true", "false", "1979-05-27", "2024-02-29", "07:32:00", "1979-05-27T07:32:00.25Z",
     "1979-05-27 07:32:00-08:00", "1979-05-27t00:00:00"]
)  # fmt: skip


def _array(items: list[str], between: str, end: str) -> str:
    return f"[{between}" + f",{between}".join(items) + (end if items else "") + f"{between}]"


def _inline(members: list[tuple[str, str]], blank: str) -> str:
    return "{" + ", ".join(f"{key}{blank}={blank}{value}" for key, value in members) + "}"


VALUES = st.recursive(
    PLAIN | STRINGS,
    lambda inner: st.one_of(
        st.builds(_array, st.lists(inner, max_size=3),
                  st.sampled_from(["", " ", "\n", " # c\n\t"]), st.sampled_from(["", ","])),
        st.builds(_inline, st.lists(st.tuples(KEYS, inner), max_size=2), BLANKS),
    ),
    max_leaves=5,
)  # fmt: skip
LINES = st.one_of(
    st.builds("{}{} = {}{}# c".format, BLANKS, KEYS, VALUES, BLANKS),
    st.builds("{}={}".format, KEYS, VALUES),
    KEYS.map("[{}]".format),
    KEYS.map("[[ {} ]] # c".format),
    st.sampled_from(["", "# c", " \t"]),
)
ENDED = st.builds("{}{}".format, LINES, st.sampled_from(["\n", "\r\n"]))
DOCUMENTS = st.lists(ENDED, max_size=6).map("".join)


def flat(value: Any, path: tuple[str | int, ...] = ()) -> dict[tuple[str | int, ...], Any]:
    """All that is in a value of tomllib's, by its path."""
    if isinstance(value, dict):
        found: dict[tuple[str | int, ...], Any] = {}
        for key, one in value.items():
            found.update(flat(one, (*path, key)))
        return found
    if isinstance(value, list):
        found = {}
        for number, one in enumerate(value):
            found.update(flat(one, (*path, number)))
        return found
    return {path: value}


def meant(leaves: Leaves) -> dict[tuple[str | int, ...], Any]:
    """What each leaf's value means to tomllib, by its path."""
    found = {}
    for leaf in leaves.leaves:
        written = str(leaf.value)
        found[leaf.path] = written if leaf.quoted else tomllib.loads(f"x = {written}")["x"]
    return found


def comparable(found: dict[tuple[str | int, ...], Any]) -> dict[tuple[str | int, ...], str]:
    # A NaN is not equal to itself, and True is equal to 1.
    return {path: repr(value) for path, value in found.items()}


def refuses(string: str) -> bool:
    try:
        tomllib.loads(string)
    except tomllib.TOMLDecodeError:
        return True
    return False


@settings(max_examples=examples(120), deadline=None)
@given(DOCUMENTS)
def test_it_reads_and_refuses_what_tomllib_does(string: str) -> None:
    leaves = leaves_of(string)
    check_spans(leaves)
    assert bool(leaves.problems) is refuses(string)
    if leaves.problems:
        return
    assert comparable(meant(leaves)) == comparable(flat(tomllib.loads(string)))
    assert len(leaves.leaves) == len({leaf.path for leaf in leaves.leaves})
    for leaf in leaves.leaves:
        again = tomllib.loads(f"x = {string[leaf.start : leaf.end]}")["x"]
        assert repr(again) == comparable(meant(leaves))[leaf.path]
        entry = string[leaf.line_start : leaf.line_end]
        key = string[leaf.key_start : leaf.key_end]
        assert entry == string[leaf.start : leaf.end] if not key else entry.startswith(key)


PIECES = st.lists(
    st.sampled_from(
        ["a", "b", ".", "=", " = ", "1", "0", "_", "-", "+", "e", "x", "nan", "true", '"', "'",
         '"""', "\n", "'''", "\\", "u0061", "[", "]", "[[", "]]", "{", "}", ",", "#", " ", "\r\n",
         "\r", "\x01", "2024-02-30", "2023-02-29", "T", "10:00:00", "24:00:00", "Z", "z", "+01:00",
         "\ud800", "a = ", "1.5"]
    ),
    max_size=10,
).map("".join)  # fmt: skip


@settings(max_examples=examples(300), deadline=None)
@given(PIECES | PIECES.map("a = {}".format))
def test_it_refuses_what_tomllib_refuses(string: str) -> None:
    if not string.startswith("\ufeff") and "\ud800" not in string:
        assert bool(leaves_of(string).problems) is refuses(string)


SOUND = DOCUMENTS.filter(lambda string: not leaves_of(string).problems)


@settings(max_examples=examples(60), deadline=None)
@given(SOUND, WORDS | st.sampled_from(["465", "true", "1e9", "it's", "\x01\n"]), st.data())
def test_a_new_value_is_the_only_change(string: str, new: str, data: st.DataObject) -> None:
    leaves = leaves_of(string)
    if leaves.leaves:
        leaf = data.draw(st.sampled_from(leaves.leaves))
        assert check_encoded(read, tomls.encode, leaves, leaf, new) is not None
        check_hole_for_value(read, leaves, leaf)


@settings(max_examples=examples(60), deadline=None)
@given(SOUND, st.data())
def test_holes_anywhere(string: str, data: st.DataObject) -> None:
    check_hole_anywhere(read, string, data.draw(st.integers(0, len(string))))


@settings(max_examples=examples(60), deadline=None)
@given(st.binary(max_size=30) | PIECES.map(lambda string: string.encode("utf8", "surrogatepass")))
def test_any_bytes_are_read(data: bytes) -> None:
    for before in (b"", b"[a]\nb = [1, "):
        check_spans(tomls.read(Text.of("t", before + data), Assumptions({})))


@pytest.mark.parametrize(
    ("string", "message", "line", "column"),
    [
        ("a = 1\nb = hunter2\n", "a value without quotes that is no number, date, true or false",
         2, 5),
        ("a =\n", "a value is missing", 1, 4),
        ("a\n", "no = behind a key", 1, 2),
        ("= 1\n", "a key is missing", 1, 1),
        ("a = 1 b = 2\n", "something stands behind the end of a value", 1, 7),
        ("[a\n", "a table's name without ]", 1, 3),
        ("[a]\nb = 1\n[a]\n", "a table that is defined twice", 3, 2),
        ("a = 1\n[a.b]\n", "a table inside of a value", 2, 2),
        ("[a]\n[[a]]\n", "a table and an array of one name", 2, 3),
        ("a = 1\na = 2\n", "a key that stands twice", 2, 1),
        ("[a.b]\n[a]\nb.c = 1\n", "a key inside of what is defined elsewhere", 3, 1),
        ("a = [1,,]\n", "a comma with nothing before it", 1, 8),
        ("a = [1 2]\n", "a comma or ] is missing", 1, 8),
        ("a = [1\n", "it is not finished", 2, 1),
        ("a = {b = 1,}\n", "a comma with nothing behind it", 1, 12),
        ("a = 'x\n", "a control character in a string", 1, 7),
        ('a = """x', "a quote that is not closed", 1, 5),
        ('a = "\\x"\n', "an escape that TOML does not know", 1, 6),
        ("a = 1 # \x01\n", "a control character in a comment", 1, 9),
        ("a = '\udcff'\n", "a byte that is not UTF-8", 1, 6),
        ("a = " + "[" * 999, "nested more than 64 deep", 1, 69),
        ("a." * 999, "nested more than 64 deep", 1, 1),
    ],
)  # fmt: skip
def test_what_is_refused(string: str, message: str, line: int, column: int) -> None:
    problem = leaves_of(string).problems[0]
    assert (problem.message, problem.place.line, problem.place.column) == (message, line, column)


def test_lines_without_an_error_are_read() -> None:
    string = "\ufeffa = 1\na = 2\nb = x\n[c]\nd.e = '3'\n[[f]]\n[[f]]\ng = [\n  1, # x\n  2]\n"
    leaves = leaves_of(string)
    assert len(leaves.problems) == 2
    assert values(leaves) == [
        (("a",), "1"), (("a",), "2"), (("c", "d", "e"), "3"), (("f", 1, "g", 0), "1"),
        (("f", 1, "g", 1), "2"),
    ]  # fmt: skip


def test_what_stands_behind_a_broken_header_is_open() -> None:
    leaves = leaves_of("a = 1\n[b\nc = 2\n[d]\ne = 3\n")
    assert values(leaves) == [(("a",), "1"), (("d", "e"), "3")]


def either(name: str, *texts: str) -> Hole:
    return Hole(name, [(text, Text.of("t", text)) for text in texts])


@pytest.mark.parametrize(
    ("text", "expected", "opaque"),
    [
        pytest.param(template("a = ", Hole("x"), "\nb = 1\n"),
                     [(("a",), Undecided("x")), (("b",), "1")], [("a", "?")], id="a value"),
        pytest.param(template('a = "', Hole("x"), ':25"\n'), [(("a",), Undecided("x"))], [],
                     id="in a string"),
        pytest.param(template("a = ", either("x", "25", "587"), "\n"), [(("a",), "25")], [],
                     id="options"),
        pytest.param(template(either("x", "a = 1\n[b]\n"), "c = 2\n"),
                     [(("a",), "1"), (("b", "c"), "2")], [], id="options that are lines"),
        pytest.param(template("a = 1\n", Hole("x"), "\nb = 2\n"), [(("a",), "1"), (("b",), "2")],
                     [("?",)], id="a line"),
        pytest.param(template("a = 1 ", Hole("x"), "\nb = 2\n"), [(("a",), "1"), (("b",), "2")],
                     [("?",)], id="behind a value"),
        pytest.param(template("[a.", Hole("x"), "]\nb = 1\n[c]\nd = 2\n"), [(("c", "d"), "2")],
                     [("a", "?", "?"), ("a", "?", "b")], id="a table"),
        pytest.param(template(Hole("x"), " = {b = 1}\nc = 2\n"), [(("c",), "2")],
                     [("?", "?"), ("?", "b")], id="a key"),
        pytest.param(template("a = [1 ", Hole("x"), " 2, ", Hole("y"), "]\n"),
                     [(("a", 0), "1"), (("a", 1), "2"), (("a", 2), Undecided("y"))],
                     [("a", "?"), ("a", 2, "?")], id="in an array"),
        pytest.param(template("a = ", Hole("x"), " y\nb = 2\n"),
                     [(("a",), Undecided("x")), (("b",), "2")], [("a", "?"), ("?",)],
                     id="an error behind a hole"),
    ],
)  # fmt: skip
def test_holes(text: Text, expected: list[Any], opaque: list[Any]) -> None:
    leaves = read(text, Assumptions({}))
    assert values(leaves) == expected
    assert open_paths(leaves) == opaque
    assert leaves.problems == ()


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ("25", "465", "465"),
        ("25", "2024-02-30", '"2024-02-30"'),
        ("'x'", "a\\b", "'a\\b'"),
        ("'x'", "it's", '"it\'s"'),
        ("'''x'''", "y", "'y'"),
        ('"x"', 'a"\\\n\x7f', r'"a\"\\\n\u007f"'),
        ("1", "\ud800", None),
    ],
)
def test_encode(old: str, new: str, written: str | None) -> None:
    assert tomls.encode(leaves_of(f"a = {old}").leaves[0], new) == written
