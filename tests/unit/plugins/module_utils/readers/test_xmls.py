"""XML as leaves, held against the standard library's ElementTree."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.readers import xmls
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

LISTS = xmls.Variant(lists=("b", "c"))


def read(text: Text, assume: Assumptions) -> Leaves:
    return xmls.read(text, assume, LISTS)


def leaves_of(string: str) -> Leaves:
    return read(Text.of("t", string), Assumptions({}))


NAMES = st.sampled_from(["a", "b", "c", "x:d", "\u00e9"])
CHARACTERS = st.characters(
    codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff\uf8ff"
)
WORDS = st.text(CHARACTERS, max_size=5)
BLANKS = st.sampled_from(["", " ", "\n\t"])
QUOTES = st.sampled_from("\"'")


def escaped(word: str) -> str:
    return word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attributes(members: dict[str, str], quote: str, blank: str) -> str:
    return "".join(
        f"{blank or ' '}{name}{blank}={quote}{escaped(value).replace(quote, '&#34;')}{quote}"
        for name, value in members.items()
    )


def _element(name: str, attributes: str, inner: list[str], blank: str) -> str:
    tag = f"<{name}{attributes}{blank}"
    return f"{tag}>{''.join(inner)}</{name}{blank}>" if inner else tag + "/>"


INNER = st.one_of(
    WORDS.map(escaped),
    WORDS.filter(lambda word: "]]>" not in word).map("<![CDATA[{}]]>".format),
    st.sampled_from(["<!-- \u00fc -->", "<?x y?>", "\n  ", "&#65;&#x2c;&quot;"]),
)
ATTRIBUTES = st.builds(_attributes, st.dictionaries(st.sampled_from(["x", "y", "z"]), WORDS,
                                                    max_size=2), QUOTES, BLANKS)  # fmt: skip
DOCUMENTS = st.recursive(
    st.builds(_element, NAMES, ATTRIBUTES, st.lists(INNER, max_size=2), BLANKS),
    lambda inner: st.builds(_element, NAMES, ATTRIBUTES, st.lists(inner | INNER, max_size=3),
                            BLANKS),
    max_leaves=6,
).map('<r xmlns:x="u">{}</r>'.format)  # fmt: skip


def plain_name(name: str) -> str:
    return name.replace("{u}", "x:")


def flat(element: ElementTree.Element, path: tuple[str | int, ...]) -> list[tuple[Any, str]]:
    """Path and text of what is in an element of ElementTree's."""
    found = [((*path, "@" + name), value) for name, value in element.attrib.items()]
    text = (element.text or "") + "".join(child.tail or "" for child in element)
    if not len(element) or text.strip():
        found.append((path, text))
    counts: dict[str, int] = {}
    for child in element:
        name = plain_name(child.tag)
        number = counts.get(name, 0)
        counts[name] = number + 1
        step = (name, number) if name in LISTS.lists else (name,)
        found += flat(child, (*path, *step))
    return found


@settings(max_examples=examples(60), deadline=None)
@given(DOCUMENTS)
def test_it_reads_what_elementtree_reads(string: str) -> None:
    leaves = leaves_of(string)
    assert not leaves.problems
    tree = ElementTree.fromstring(string)
    assert values(leaves)[1:] == flat(tree, ("r",)) or len(tree) == 0
    check_spans(leaves)
    for leaf in leaves.leaves:
        written = string[leaf.start : leaf.end]
        name = str([step for step in leaf.path if isinstance(step, str)][-1]).lstrip("@")
        assert string[leaf.key_start : leaf.key_end] == name
        if leaf.quoted in ("'", '"'):
            assert ElementTree.fromstring(f"<a b={written}/>").attrib["b"] == leaf.value
        elif leaf.quoted != "<":
            assert (ElementTree.fromstring(f"<a>{written}</a>").text or "") == leaf.value


@settings(max_examples=examples(60), deadline=None)
@given(DOCUMENTS, WORDS | st.sampled_from(["]]>", "\r\n\t\"'"]), st.data())
def test_a_new_value_is_the_only_change(string: str, new: str, data: st.DataObject) -> None:
    leaves = leaves_of(string)
    leaf = data.draw(st.sampled_from(leaves.leaves))
    written = check_encoded(read, xmls.encode, leaves, leaf, new)
    assert (written is None) is (leaf.quoted in ("<", "/>"))
    if leaf.quoted in ("", "<![CDATA["):
        check_hole_for_value(read, leaves, leaf)


@settings(max_examples=examples(60), deadline=None)
@given(DOCUMENTS, st.data())
def test_holes_anywhere(string: str, data: st.DataObject) -> None:
    check_hole_anywhere(read, string, data.draw(st.integers(0, len(string))))


@settings(max_examples=examples(60), deadline=None)
@given(st.binary(max_size=30))
def test_any_bytes_are_read(data: bytes) -> None:
    for before in (b"", b"<a b='1'><c>", b"<a>&amp;<!["):
        check_spans(xmls.read(Text.of("t", before + data), Assumptions({})))


@pytest.mark.parametrize(
    ("string", "message", "line", "column"),
    [
        ("<a>\n<b></a>", "no XML: mismatched tag", 2, 6),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
         "no XML: a document that declares entities is not read", 1, 26),
        ("<a>" * 99, "no XML: no element found", 1, 298),
        ("<a>" * 99 + "</a>" * 99, "nested more than 64 deep", 1, 193),
    ],
)  # fmt: skip
def test_what_is_refused(string: str, message: str, line: int, column: int) -> None:
    (problem,) = leaves_of(string).problems
    assert problem.message == message
    assert problem.place.line == line


def test_a_type_that_nobody_loads_is_passed_over() -> None:
    string = '<?xml version="1.0"?>\n<!DOCTYPE a PUBLIC "b" "http://c/d.dtd">\n<a>1</a>'
    assert values(leaves_of(string)) == [(("a",), "1")]


def test_paths() -> None:
    string = "<r><b t='1'><h>x</h></b><d/><b><h>y</h></b><d>z</d></r>"
    assert values(leaves_of(string)) == [
        (("r", "b", 0, "@t"), "1"), (("r", "b", 0, "h"), "x"), (("r", "d"), ""),
        (("r", "b", 1, "h"), "y"), (("r", "d"), "z"),
    ]  # fmt: skip


def either(name: str, *texts: str) -> Hole:
    return Hole(name, [(text, Text.of("t", text)) for text in texts])


@pytest.mark.parametrize(
    ("text", "expected", "opaque"),
    [
        pytest.param(template("<a><d>", Hole("x"), "</d><e>1</e></a>"),
                     [(("a", "d"), Undecided("x")), (("a", "e"), "1")], [("a", "d", "?")],
                     id="content"),
        pytest.param(template("<a><d>smtp.", Hole("x"), "</d></a>"),
                     [(("a", "d"), Undecided("x"))], [], id="a part"),
        pytest.param(template("<a t='", Hole("x"), "'>&amp;", either("y", "1", "2"), "</a>"),
                     [(("a", "@t"), Undecided("x")), (("a",), "&1")], [], id="an attribute"),
        pytest.param(template("<a><d>1</d>", Hole("x"), "</a>"),
                     [(("a",), Undecided("x")), (("a", "d"), "1")], [("a", "?")],
                     id="between elements"),
        pytest.param(template("<a>", either("x", "<d>1</d>"), "</a>"), [(("a", "d"), "1")], [],
                     id="options that are elements"),
        pytest.param(template("<a><d ", Hole("x"), ">1</d></a>"), [], [("?",)], id="in a tag"),
        pytest.param(template("<a><d>1<!-- ", Hole("x"), " --></d></a>"),
                     [(("a", "d"), Undecided("x"))], [], id="in a comment of a value"),
    ],
)  # fmt: skip
def test_holes(text: Text, expected: list[Any], opaque: list[Any]) -> None:
    leaves = read(text, Assumptions({}))
    assert values(leaves) == expected
    assert open_paths(leaves) == opaque
    assert leaves.problems == ()


@pytest.mark.parametrize(
    ("string", "new", "written"),
    [
        ("<a>1</a>", "2 & <3>", "2 &amp; &lt;3&gt;"),
        ("<a></a>", "2", "2"),
        ("<a/>", "2", None),
        ("<a>1<!-- b --></a>", "2", None),
        ("<a><![CDATA[1]]></a>", "<2>", "<![CDATA[<2>]]>"),
        ("<a><![CDATA[1]]></a>", "]]>", "]]&gt;"),
        ("<a>1</a>", "\x01", None),
        ("<a>1</a>", "\ud800", None),
        ("<a b='1'>c</a>", "\"'\n<", "'&#34;&#39;&#10;&lt;'"),
    ],
)
def test_encode(string: str, new: str, written: str | None) -> None:
    assert xmls.encode(leaves_of(string).leaves[0], new) == written
