"""JSON with spans, held against the standard library's ``json``."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.readers import jsons, nested
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
from tests.support.readers import (
    check_encoded,
    check_hole_anywhere,
    check_hole_for_value,
    check_spans,
    open_paths,
    shown,
    template,
    values,
)

BLANKS = st.sampled_from(["", "", " ", "\n\t", "\r\n"])
STRINGS = st.text(max_size=5)
WRITTEN = st.one_of(
    st.builds(json.dumps, STRINGS, ensure_ascii=st.booleans()),
    st.sampled_from(["0", "-1.5e+9", "25", "true", "false", "null", '"\\u00e9\\ud83d\\ude00\\/"']),
)


def _joined(blanks: str, parts: list[str], signs: str) -> str:
    inner = f"{blanks},{blanks}".join(parts)
    return f"{signs[0]}{blanks}{inner}{blanks}{signs[1]}"


def _object(blanks: str, members: list[tuple[str, str]]) -> str:
    return _joined(blanks, [f"{json.dumps(key)}{blanks}:{blanks}{value}" for key, value in members],
                   "{}")  # fmt: skip


DOCUMENTS = st.recursive(
    WRITTEN,
    lambda inner: st.one_of(
        st.builds(_object, BLANKS, st.lists(st.tuples(STRINGS, inner), max_size=4)),
        st.builds(_joined, BLANKS, st.lists(inner, max_size=4), st.just("[]")),
    ),
    max_leaves=10,
)


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class Pairs(list[tuple[str, Any]]):
    """An object with its equal keys."""


def refused(name: str) -> None:
    raise ValueError(name)


def parsed(string: str) -> Any:
    return json.loads(string, object_pairs_hook=Pairs, parse_int=Number, parse_float=Number,
                      parse_constant=refused)  # fmt: skip


def flat(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[object, ...]]:
    """Path, text and quoting of all that is in a value of json's."""
    if isinstance(value, Pairs):
        return [leaf for key, one in value for leaf in flat(one, (*path, key))]
    if isinstance(value, list):
        return [leaf for number, one in enumerate(value) for leaf in flat(one, (*path, number))]
    if isinstance(value, str) and not isinstance(value, Number):
        return [(path, value, '"')]
    return [(path, value if isinstance(value, Number) else json.dumps(value), "")]


def read(text: Text, assume: Assumptions) -> Leaves:
    return jsons.read(text, assume)


def leaves_of(string: str, variant: jsons.Variant = jsons.DEFAULT) -> Leaves:
    return jsons.read(Text.of("t", string), Assumptions({}), variant)


@settings(max_examples=examples(60), deadline=None)
@given(DOCUMENTS)
def test_it_reads_what_json_reads(string: str) -> None:
    leaves = leaves_of(string)
    assert not leaves.problems
    assert not leaves.opaque
    assert shown(leaves) == flat(parsed(string))
    check_spans(leaves)
    for leaf in leaves.leaves:
        written = string[leaf.start : leaf.end]
        assert flat(parsed(written)) == [((), leaf.value, leaf.quoted)]
        entry = string[leaf.line_start : leaf.line_end]
        if leaf.path and isinstance(leaf.path[-1], str):
            assert parsed("{" + entry + "}") == [(leaf.path[-1], parsed(written))]
        else:
            assert entry == written


SIGNS = st.sampled_from(list('{}[]:,"\\ \n01-.eE+unfbat/\x01x') + ["true", "null", '"a"', "[1,"])


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(SIGNS, max_size=12).map("".join))
def test_it_refuses_what_json_refuses(string: str) -> None:
    try:
        expected = flat(parsed(string))
    except ValueError:
        assert len(leaves_of(string).problems) == 1
    else:
        assert shown(leaves_of(string)) == expected
        assert leaves_of(string).problems == ()


@settings(max_examples=examples(60), deadline=None)
@given(DOCUMENTS, st.text(max_size=4) | st.sampled_from(["465", "true", "1e9"]), st.data())
def test_a_new_value_is_the_only_change(string: str, new: str, data: st.DataObject) -> None:
    leaves = leaves_of(string)
    if leaves.leaves:
        leaf = data.draw(st.sampled_from(leaves.leaves))
        assert check_encoded(read, jsons.encode, leaves, leaf, new) is not None
        check_hole_for_value(read, leaves, leaf)


@settings(max_examples=examples(60), deadline=None)
@given(DOCUMENTS, st.data())
def test_holes_anywhere(string: str, data: st.DataObject) -> None:
    leaves = check_hole_anywhere(read, string, data.draw(st.integers(0, len(string))))
    assert leaves.opaque or any(isinstance(value, Undecided) for _path, value in values(leaves))


@settings(max_examples=examples(60), deadline=None)
@given(st.binary(max_size=40), st.sampled_from([jsons.DEFAULT, jsons.JSONC]))
def test_any_bytes_are_read(data: bytes, variant: jsons.Variant) -> None:
    check_spans(jsons.read(Text.of("t", b'{"a": [1, "' + data), Assumptions({}), variant))
    check_spans(jsons.read(Text.of("t", data), Assumptions({}), variant))


@settings(max_examples=examples(60), deadline=None)
@given(DOCUMENTS, st.sampled_from(["// x\n", "/* , */", "/**/"]))
def test_comments_and_trailing_commas(string: str, comment: str) -> None:
    expected = shown(leaves_of(string))
    for more in (comment + string, string + comment, string + comment[:2] + "\n"):
        assert leaves_of(more).problems
    written = f"{comment}[{string}{comment}, {comment}]{comment}"
    leaves = leaves_of(written, jsons.JSONC)
    assert leaves.problems == ()
    assert shown(leaves) == [((0, *path), value, quoted) for path, value, quoted in expected]


@pytest.mark.parametrize(
    ("string", "message", "line", "column"),
    [
        ("", "a value is missing", 1, 1),
        ("{\n,}", "a comma with nothing before it", 2, 1),
        ("[1,\n]", "a comma with nothing behind it", 2, 1),
        ("[1 2]", "a comma or ] is missing", 1, 4),
        ('{"a": 1', "it is not finished", 1, 8),
        ("{a: 1}", "a key in quotes is missing", 1, 2),
        ('{"a" 1}', "a colon is missing", 1, 6),
        ("{}\n{}", "something stands behind the end of the document", 2, 1),
        ("[hunter2]", "a value without quotes that is no number, true, false or null", 1, 2),
        ('["a\nb"]', "a control character in a string", 1, 4),
        ('["a]', "a quote that is not closed", 1, 2),
        (r'["\x"]', "an escape that JSON does not know", 1, 3),
        (r'["\u12"]', "an escape that JSON does not know", 1, 3),
        ("[/* */]", "a comment, which JSON has not", 1, 2),
        ("[" * 9999, "nested more than 64 deep", 1, 65),
    ],
)
def test_what_is_refused(string: str, message: str, line: int, column: int) -> None:
    (problem,) = leaves_of(string).problems
    assert (problem.message, problem.place.line, problem.place.column) == (message, line, column)
    assert problem.fatal


def test_a_file_with_more_values_than_any_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nested, "MOST", 3)
    leaves = leaves_of("[1, 2, 3, 4]")
    assert len(leaves.leaves) == 3
    assert [problem.message for problem in leaves.problems] == ["more than 3 values"]


@pytest.mark.parametrize(
    ("string", "message"),
    [("[/x]", "a stray /"), ("[/*]", "a comment that is not closed")],
)
def test_what_is_refused_with_comments(string: str, message: str) -> None:
    assert [one.message for one in leaves_of(string, jsons.JSONC).problems] == [message]


def test_what_stands_before_an_error_is_read() -> None:
    assert values(leaves_of('\ufeff{"a": 1, "a": {"b": "c"}, x')) == [(("a",), "1"),
                                                                     (("a", "b"), "c")]  # fmt: skip


def either(name: str, *texts: str) -> Hole:
    return Hole(name, [(text, Text.of("t", text)) for text in texts])


@pytest.mark.parametrize(
    ("text", "expected", "opaque"),
    [
        pytest.param(template('{"a": ', Hole("x"), "}"), [(("a",), Undecided("x"))], [("a", "?")],
                     id="a value that may be an object"),
        pytest.param(template('{"a": "', Hole("x"), ':25"}'), [(("a",), Undecided("x"))], [],
                     id="in a string"),
        pytest.param(template('{"a": ', either("x", "25", "587"), "}"), [(("a",), "25")], [],
                     id="options"),
        pytest.param(template('{"a": "\\', either("x", "n"), '"}'), [(("a",), "\n")], [],
                     id="half of an escape"),
        pytest.param(template('{"a": 1', either("x", ', "b": {"c": 2}', ""), "}"),
                     [(("a",), "1"), (("b", "c"), "2")], [], id="options that are entries"),
        pytest.param(template('{"', Hole("x"), '": {"b": 1}, "c": 2}'), [(("c",), "2")],
                     [("?", "?"), ("?", "b")], id="a key"),
        pytest.param(template("{", Hole("x"), ': {"b": 1}, "c": 2}'), [(("c",), "2")],
                     [("?", "?"), ("?", "b")], id="a key without quotes"),
        pytest.param(template('{"a": {"b": 1 ', Hole("x"), '\n"c": 2}}'),
                     [(("a", "b"), "1"), (("a", "c"), "2")], [("a", "?")], id="between entries"),
        pytest.param(template("[1 ", Hole("x"), " 2, ", Hole("y"), ", ", Hole("x"), "]"),
                     [((0,), "1"), ((1,), "2"), ((2,), Undecided("y")), ((3,), Undecided("x"))],
                     [("?",), (2, "?"), (3, "?")], id="between items"),
        pytest.param(template(Hole("x"), "[1]", Hole("x")), [((0,), "1")], [("?",), ("?",)],
                     id="around it"),
        pytest.param(template("[", Hole("x"), "]}"), [((0,), Undecided("x"))], [(0, "?"), ("?",)],
                     id="an error behind a hole"),
    ],
)  # fmt: skip
def test_holes(text: Text, expected: list[Any], opaque: list[Any]) -> None:
    leaves = jsons.read(text, Assumptions({}))
    assert values(leaves) == expected
    assert open_paths(leaves) == opaque
    assert leaves.problems == ()


def test_what_a_hole_may_bring_is_undecided() -> None:
    leaves = jsons.read(template('{"a": ', Hole("x"), ', "b": {"c": 1}}'), Assumptions({}))
    below, beside = (chosen(leaves, path, jsons.DEFAULT) for path in (("a", "z"), ("b", "z")))
    assert beside is None
    assert isinstance(below, Leaf)
    assert below.value == Undecided("x")


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ("25", "465", "465"),
        ("25", "01", '"01"'),
        ("null", "a\u00fc", '"a\u00fc"'),
        ('"25"', "465", '"465"'),
        ('"x"', 'a"\\\n\x7f\ud800', r'"a\"\\\n\u007f\ud800"'),
    ],
)
def test_encode(old: str, new: str, written: str) -> None:
    assert jsons.encode(leaves_of(old).leaves[0], new) == written
