"""YAML with spans, held against PyYAML, and for YAML 1.2 against ruamel.yaml."""

from __future__ import annotations

import types
from typing import Any

import pytest
import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils.readers import (
    nested,
    yaml_nodes,
    yamls,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.readers.leaves import (
    LAST,
    Leaves,
    chosen,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

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

# PyYAML as it is where libyaml is missing.
SLOW: Any = types.SimpleNamespace(
    **{name: getattr(yaml, name) for name in dir(yaml) if name != "CSafeLoader"}
)
COMPOSE: Any = yaml_nodes.composer(yaml)
LAST_COUNTS = yamls.Variant(duplicates=LAST)


def read(text: Text, assume: Assumptions, variant: yamls.Variant = yamls.DEFAULT) -> Leaves:
    return yamls.read(text, assume, variant, COMPOSE)


def leaves_of(string: str, variant: yamls.Variant = LAST_COUNTS, compose: Any = COMPOSE) -> Leaves:
    return yamls.read(Text.of("t", string), Assumptions({}), variant, compose)


SCALARS = st.one_of(
    st.sampled_from(["25", "yes", "~", "null", "1.5", "smtp.example:25", "a b", "-x", "\u00e9"]),
    st.text(" a:#'\"-\u00fc\n", max_size=5),
)


def _dumped(value: object, flow: bool | None, style: str | None, width: int) -> str:
    return yaml.dump(value, default_flow_style=flow, default_style=style, width=width,
                     allow_unicode=True)  # fmt: skip


DOCUMENTS = st.builds(
    _dumped,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SCALARS, inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from([True, False, None]),
    st.sampled_from([None, None, "'", '"', "|", ">"]),
    st.sampled_from([10, 80]),
)
# Pieces that make real YAML by chance, and what breaks it.
PIECES = st.lists(
    st.sampled_from(
        ["a: ", "b: ", "- ", "\n", "  ", "1", "'x'", '"y"', "{", "}", "[", "]", ", ", "&c ", "*c",
         "!t ", "!!str ", "<<: ", "? ", ": ", "|\n", ">-\n", "# d", "---\n", "...\n", "\u00fc",
         "\r\n", "\t", "%", "@", "\u2028", "\x85", "{c: 2, a: 3}"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


def flat(node: Any, path: tuple[str | int, ...] = ()) -> list[tuple[object, ...]]:
    """Path, text and style of the scalars of a node, as both libraries' composers make it."""
    if isinstance(node.value, str):
        return [(path, node.value, node.style or "")]
    if not node.value or not isinstance(node.value[0], tuple):
        return [
            leaf for number, one in enumerate(node.value) for leaf in flat(one, (*path, number))
        ]
    return [leaf for key, one in node.value for leaf in flat(one, (*path, key.value))]


@settings(max_examples=examples(60), deadline=None)
@given(DOCUMENTS)
def test_it_reads_what_pyyaml_reads(string: str) -> None:
    leaves = leaves_of(string)
    assert not leaves.problems
    assert shown(leaves) == flat(yaml.compose(string, Loader=yaml.SafeLoader))
    check_spans(leaves)
    for leaf in leaves.leaves:
        if leaf.quoted in ("|", ">"):
            assert string[leaf.start] == leaf.quoted
        else:
            again = yaml.compose(string[leaf.start : leaf.end])
            assert flat(again) == [((), leaf.value, leaf.quoted)]
        key = string[leaf.key_start : leaf.key_end]
        if key and key[0] not in "|>":
            assert flat(yaml.compose(key))[0][1] == leaf.path[-1]


@settings(max_examples=examples(60), deadline=None)
@given(DOCUMENTS)
def test_it_reads_what_ruamel_reads(string: str) -> None:
    node = YAML(typ="safe", pure=True).compose(string)
    assert shown(leaves_of(string)) == flat(node)


@settings(max_examples=examples(200), deadline=None)
@given(PIECES)
def test_libyaml_and_pyyaml_alone_give_one_tree(string: str) -> None:
    fast, slow = yaml_nodes.nodes(yaml, string), yaml_nodes.nodes(SLOW, string)
    verdicts = [bool(one.children) and one.children[-1].kind == yaml_nodes.ERROR
                for one in (fast, slow)]  # fmt: skip
    try:
        list(yaml.parse(string, Loader=yaml.SafeLoader))
        list(yaml.parse(string, Loader=yaml.CSafeLoader))
    except yaml.YAMLError:
        assert any(verdicts)
    if verdicts == [False, False]:
        one, other = leaves_of(string), leaves_of(string, compose=yaml_nodes.composer(SLOW))
        assert shown(one) == shown(other)
        assert [(a.start, a.end) for a in one.leaves] == [(b.start, b.end) for b in other.leaves]


def flat_data(value: Any, path: tuple[str | int, ...] = ()) -> dict[tuple[str | int, ...], Any]:
    if isinstance(value, dict):
        items: Any = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    else:
        return {path: str(value)}
    found: dict[tuple[str | int, ...], Any] = {}
    for key, one in items:
        found.update(flat_data(one, (*path, key)))
    return found


MERGED = st.lists(
    st.tuples(
        st.sampled_from(["{x: 1}", "{x: 2, y: {z: 3}}", "{<<: *B, w: 4}", "{<<: [*B, *A], y: 5}",
                         "{x: 6, <<: *A}", "{}", "*B", "[*A, {v: *B}]"]),
        st.integers(0, 9), st.integers(0, 9),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@settings(max_examples=examples(60), deadline=None)
@given(MERGED)
def test_aliases_and_merge_keys_are_followed_as_ruamel_does(
    rows: list[tuple[str, int, int]],
) -> None:
    """Where two mappings of a list have a key, PyYAML 6.0.4 takes the later, others the earlier."""
    lines = ["k0: &a0 {x: 0, u: 7}\n"]
    mappings = [0]
    for number, (form, first, second) in enumerate(rows, 1):
        value = form.replace("*A", f"*a{mappings[first % len(mappings)]}")
        value = value.replace("*B", f"*a{mappings[second % len(mappings)]}")
        anchor = "" if value.startswith("*") else f"&a{number} "
        lines.append(f"k{number}: {anchor}{value}\n")
        if value.startswith("{"):
            mappings.append(number)
    string = "".join(lines)
    leaves = leaves_of(string)
    open_paths = [leaf.path for leaf in leaves.leaves if isinstance(leaf.value, Undecided)]
    expected = flat_data(YAML(typ="safe", pure=True).load(string))
    for path in open_paths:
        expected = {one: held for one, held in expected.items() if one[: len(path)] != path}
    decided = {path: held for path, held in values(leaves) if not isinstance(held, Undecided)}
    assert decided == expected


@settings(max_examples=examples(60), deadline=None)
@given(DOCUMENTS, SCALARS | st.sampled_from(["", "...", "a:", "\x85\u2028", "\x01"]), st.data())
def test_a_new_value_is_the_only_change(string: str, new: str, data: st.DataObject) -> None:
    leaves = leaves_of(string, yamls.DEFAULT)
    if leaves.leaves:
        leaf = data.draw(st.sampled_from(leaves.leaves))
        assert check_encoded(read, yamls.encode, leaves, leaf, new) is not None
        if leaf.start < leaf.end:
            check_hole_for_value(read, leaves, leaf)


@settings(max_examples=examples(60), deadline=None)
@given(DOCUMENTS, st.data())
def test_holes_anywhere(string: str, data: st.DataObject) -> None:
    check_hole_anywhere(read, string, data.draw(st.integers(0, len(string))))


@settings(max_examples=examples(60), deadline=None)
@given(st.binary(max_size=30) | PIECES.map(str.encode), st.booleans())
def test_any_bytes_are_read(data: bytes, fast: bool) -> None:
    compose = COMPOSE if fast else yaml_nodes.composer(SLOW)
    for before in (b"", b"a: 1\nb: [\xff, "):
        leaves = yamls.read(Text.of("t", before + data), Assumptions({}), compose=compose)
        assert all(0 <= leaf.start <= leaf.end <= len(leaves.text) for leaf in leaves.leaves)


WORDS = [*yamls.TRUE_11, *yamls.FALSE_11, *yamls.NULL, "y", "N", "tRUE", "oN", "NuLL", "none", "1"]


@pytest.mark.parametrize("word", WORDS)
def test_words_mean_what_the_libraries_say(word: str) -> None:
    def meaning(true: tuple[str, ...], false: tuple[str, ...]) -> object:
        return True if word in true else False if word in false else None

    old = yaml.safe_load(word)
    new = YAML(typ="safe", pure=True).load(word)
    assert meaning(yamls.TRUE_11, yamls.FALSE_11) is (old if isinstance(old, bool) else None)
    assert meaning(yamls.TRUE_12, yamls.FALSE_12) is (new if isinstance(new, bool) else None)
    assert (word in yamls.NULL) is (old is None) is (new is None)


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        pytest.param("\ufeffa: \u00e9\r\nb: x\r\n", [("\u00e9", "a: \u00e9"), ("x", "b: x")],
                     id="byte order mark, line ends"),
        pytest.param("a: &x !!str\n  # c\n  v\n", [("v", "a: &x !!str\n  # c\n  v")],
                     id="properties"),
        pytest.param("a: |  # c\n  b\n\n# d\n", [("|  # c\n  b", "a: |  # c\n  b")], id="a block"),
        pytest.param("a:\n  - # c\n  -\nb:\n", [("", ""), ("", ""), ("", "b:")], id="nothing"),
        pytest.param("a: &x [v]\nb: *x\n", [("v", "v"), ("v", "v")], id="an alias of a list"),
        pytest.param("a: &x v\nb: *x\n", [("v", "a: &x v"), ("v", "b: *x")], id="an alias"),
    ],
)  # fmt: skip
def test_spans(string: str, expected: list[tuple[str, str]]) -> None:
    leaves = leaves_of(string).leaves
    assert [(string[leaf.start : leaf.end], string[leaf.line_start : leaf.line_end])
            for leaf in leaves] == expected  # fmt: skip


@pytest.mark.parametrize(
    ("string", "path", "value"),
    [
        pytest.param("a: !vault |\n  $ANSIBLE_VAULT\n", ("a",), Undecided("!vault"), id="vault"),
        pytest.param("a: !x {b: c}\n", ("a", "b"), Undecided("!x"), id="below a tag"),
        pytest.param("a: !!binary aGk=\n", ("a",), Undecided("!!binary"), id="binary"),
        pytest.param("a: {<<: !x y, c: d}\n", ("a", "b"), Undecided("!x"), id="merged"),
        pytest.param("a: {<<: !x y, c: d}\n", ("a", "c"), "d", id="beside what is merged"),
        pytest.param(
            "a: {<<: [{b: 1}, {b: 2}]}\n", ("a", "b"), Undecided("<<"), id="of two mappings"
        ),
        pytest.param("a: {<<: [{b: 1}, {b: 2}], b: 3}\n", ("a", "b"), "3", id="of none of them"),
        pytest.param("x: &x {b: 1}\na: {<<: [*x, *x]}\n", ("a", "b"), "1", id="of one twice"),
        pytest.param("a: !!str yes\n", ("a",), "yes", id="text"),
        pytest.param("? [1, 2]\n: b\n", ("[1, 2]",), "b", id="a key that is a list"),
        pytest.param("a: 1\na: 2\n", ("a",), "2", id="twice"),
    ],
)
def test_values(string: str, path: tuple[str | int, ...], value: object) -> None:
    leaf = chosen(leaves_of(string), path, LAST_COUNTS)
    assert leaf is not None
    assert leaf.value == value


def test_documents() -> None:
    string = "a: 1\n---\nb: 2\n"
    assert values(leaves_of(string)) == [(("a",), "1")]
    each = yamls.Variant(documents=yamls.EACH)
    assert values(leaves_of(string, each)) == [((0, "a"), "1"), ((1, "b"), "2")]


LAUGHS = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
)


@pytest.mark.parametrize(
    ("string", "message", "line", "column"),
    [
        ("a: 1\nb: [\n", "no YAML: did not find expected node content", 3, 1),
        ("a: 1\na: 2\n", "a key that stands twice", 2, 1),
        ("a: \x01\n", "a character that YAML does not permit", 1, 4),
        ("a: \udcff\n", "a byte that is not UTF-8", 1, 4),
        ("a: *b\n", "an alias of nothing", 1, 4),
        ("a: &b [*b]\n", "an alias that stands for itself", 1, 8),
        ("<<: 5\n", "<< is followed by what is no mapping", 1, 5),
        ("[" * 999, "nested more than 64 deep", 1, 65),
        (LAUGHS, "more than 50,000 values, aliases written out", 2, 9),
    ],
)
def test_what_is_refused(string: str, message: str, line: int, column: int) -> None:
    (problem,) = leaves_of(string, yamls.DEFAULT).problems
    assert (problem.message, problem.place.line, problem.place.column) == (message, line, column)


def test_aliases_of_aliases_do_not_nest_without_end() -> None:
    lines = ["a0: &a0 {<<: {x: 1}}\n"]
    lines += [f"a{n}: &a{n} {{<<: *a{n - 1}}}\n" for n in range(1, 99)]
    (problem,) = leaves_of("".join(lines)).problems
    assert problem.message == "nested more than 64 deep"


def test_what_stands_before_an_error_is_read() -> None:
    assert values(leaves_of("a: 1\nb:\n  c: 2\n  d: [3, \x01")) == [
        (("a",), "1"), (("b", "c"), "2"), (("b", "d", 0), "3"),
    ]  # fmt: skip


def test_without_pyyaml_nothing_is_read() -> None:
    assert yaml_nodes.composer(None) is None
    (problem,) = leaves_of("a: 1", compose=None).problems
    assert problem.rule == "unreadable"
    assert "PyYAML" in problem.message


def either(name: str, *texts: str) -> Hole:
    return Hole(name, [(text, Text.of("t", text)) for text in texts])


@pytest.mark.parametrize(
    ("text", "expected", "opaque"),
    [
        pytest.param(template("a: ", Hole("x"), "\nb: 1\n"),
                     [(("a",), Undecided("x")), (("b",), "1")], [("a", "?")], id="a value"),
        pytest.param(template("a: smtp.", Hole("x"), ":25\n"), [(("a",), Undecided("x"))], [],
                     id="a part"),
        pytest.param(template('a: "', either("x", "b"), 'c\\uf8ff"\n'), [(("a",), Undecided("x"))],
                     [], id="a character like a hole"),
        pytest.param(template("a: ", either("x", "b"), "c", either("y", "d"), "\n"),
                     [(("a",), "bcd")], [], id="options"),
        pytest.param(template("a: ", either("x", "b\nc: d"), "\n"),
                     [(("a",), "b"), (("c",), "d")], [], id="options that are keys"),
        pytest.param(template("a: ", either("x", "'b'"), "\n"), [(("a",), "b")], [],
                     id="options with quotes"),
        pytest.param(template("a: 1\n", Hole("x"), "\nb: 2\n"), [(("a",), "1"), (("b",), "2")],
                     [("?",)], id="a line"),
        pytest.param(template("a:\n", Hole("x"), "\nb: 2\n"),
                     [(("a",), Undecided("x")), (("b",), "2")], [("?",), ("a", "?")],
                     id="a line that is a value"),
        pytest.param(template("a: |\n  b\n  ", Hole("x"), "\n", Hole("y"), "\nc: 1\n"),
                     [(("a",), Undecided("x", "y")), (("c",), "1")], [("?",), ("?",)],
                     id="a line of a block"),
        pytest.param(template("a:\n  ", Hole("x"), ": {b: 1}\n  c: 2\n"), [(("a", "c"), "2")],
                     [("a", "?", "?"), ("a", "?", "b")], id="a key"),
        pytest.param(template(Hole("x"), ": 1\n", Hole("y"), ": 2\n"), [], [("?",), ("?",)],
                     id="two keys"),
        pytest.param(template("a:\n  <<: ", Hole("x"), "\n  c: 2\n"), [(("a", "c"), "2")],
                     [("a", "?")], id="a merge key"),
        pytest.param(template("a: 1\nb: ", Hole("x"), "\nc: [\n"), [(("a",), "1"), (("b",),
                     Undecided("x"))], [("b", "?"), ("?",)], id="an error behind a hole"),
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
        ("a: 25", "587", "587"),
        ("a: no", "yes", "yes"),
        ("a: x", "a: b", "'a: b'"),
        ("a: x", "", "''"),
        ("a: 'x'", "it's", "'it''s'"),
        ("a: 'x'", "\n", '"\\u000a"'),
        ('a: "x"', 'q"\\', '"q\\"\\\\"'),
        ("a: !!str 5", "6", "6"),
        ("a: |\n  x\n", "y", "'y'"),
        ("a:", "y", " y"),
        ("a: x", "\udcff", None),
        ("{a}", "y", None),
        ("a: &x 1\nb: *x", "2", None),
    ],
)
def test_encode(old: str, new: str, written: str | None) -> None:
    assert yamls.encode(leaves_of(old).leaves[0], new) == written


def test_too_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nested, "MOST", 3)
    (problem,) = leaves_of("[a, b, c, d]").problems
    assert problem.message.startswith("more than 3 values")
