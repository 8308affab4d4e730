"""XML with positions, held against the standard library's ElementTree."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import markup
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "socketType", "\u00e9l\u00e9ment", "x-1.2_3"])
CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"],
                           exclude_characters="\ufffe\uffff")  # fmt: skip
WORDS = st.text(CHARACTERS, max_size=6)
BLANKS = st.sampled_from(["", " ", "\n", "\t "])


def escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")
    )


def _element(name: str, attribute: str | None, inner: list[str], blank: str) -> str:
    tag = (
        name if attribute is None else f'{name}{blank or " "}y{blank}={blank}"{escaped(attribute)}"'
    )
    return f"<{tag}{blank}>{''.join(inner)}</{name}{blank}>" if inner else f"<{tag}{blank}/>"


LEAVES = st.one_of(
    WORDS.map(escaped),
    WORDS.filter(lambda word: "]]>" not in word).map("<![CDATA[{}]]>".format),
    WORDS.filter(lambda word: "--" not in word and not word.endswith("-")).map("<!--{}-->".format),
)
ELEMENTS = st.recursive(
    st.builds(_element, NAMES, st.none() | WORDS, st.lists(LEAVES, max_size=3), BLANKS),
    lambda inner: st.builds(_element, NAMES, st.none() | WORDS,
                            st.lists(inner | LEAVES, max_size=4), BLANKS),
    max_leaves=12,
)  # fmt: skip


def own_text(element: ElementTree.Element) -> str:
    return (element.text or "") + "".join(child.tail or "" for child in element)


def same(string: str, mine: markup.Element, other: ElementTree.Element) -> None:
    """One element is what ElementTree says, and its span alone is that element again."""
    assert (mine.name, mine.attributes) == (other.tag, dict(other.attrib))
    assert mine.text == own_text(other)
    assert len(mine.children) == len(other)
    alone = markup.parse(string[mine.start : mine.end])
    assert (alone.name, alone.text) == (mine.name, mine.text)
    tag = string[mine.start : mine.opened]
    assert tag.startswith("<" + mine.name)
    assert tag.endswith(">")
    if not tag.endswith("/>"):
        assert string[mine.closed : mine.end].startswith("</" + mine.name)
    for child, twin in zip(mine.children, other, strict=True):
        same(string, child, twin)


@given(ELEMENTS, st.sampled_from(["", "\ufeff", '<?xml version="1.0"?>\n<!-- \u00fc -->']))
def test_it_reads_what_elementtree_reads(element: str, prolog: str) -> None:
    string = prolog + element
    same(string, markup.parse(string), ElementTree.fromstring(string.lstrip("\ufeff")))


def malformed(string: str) -> list[markup.Malformed]:
    """What is wrong with a string, if anything is."""
    try:
        markup.parse(string)
    except markup.Malformed as error:
        return [error]
    return []


@given(st.text(st.sampled_from("<>/!?&;'\"= ab\n[]-\u00fc\udcff"), max_size=30))
def test_what_is_malformed_says_where(string: str) -> None:
    assert all(0 <= error.offset <= len(string) for error in malformed(string))


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("string", "reason", "offset"),
    [
        pytest.param("<a>\n</b>", "mismatched tag", 6, id="tags"),
        pytest.param("<\u00e4>\u20ac</b>", "mismatched tag", 6, id="characters, not bytes"),
        pytest.param(f'<!DOCTYPE a [<!ENTITY a0 "x">{LAUGHS}]><a>&a9;</a>',
                     "a document that declares entities is not read", 25, id="laughs"),
        pytest.param('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
                     "a document that declares entities is not read", 51, id="external entity"),
        pytest.param('<!DOCTYPE a [<!ENTITY % x SYSTEM "x.dtd"> %x;]><a/>',
                     "a document that declares entities is not read", 40, id="parameter entity"),
        pytest.param('<!DOCTYPE a [<!ATTLIST b x CDATA "y">]><a><b/></a>',
                     "a document that gives x a value of its own is not read", 33, id="default"),
        pytest.param('<!DOCTYPE a SYSTEM "x.dtd"><a>&x;</a>', "nothing here says what &x; is", 30,
                     id="a type that is not loaded"),
        pytest.param("<a>\udce4</a>", "a byte that is not UTF-8", 3, id="not UTF-8"),
        pytest.param("<a/>" + "<b/>", "junk after document element", 4, id="two roots"),
        pytest.param("<a>" * 30_000, "more than 20000 elements", 60_000, id="deep"),
    ],
)  # fmt: skip
def test_what_is_refused(string: str, reason: str, offset: int) -> None:
    with pytest.raises(markup.Malformed) as caught:
        markup.parse(string)
    assert (caught.value.reason, caught.value.offset) == (reason, offset)


@pytest.mark.parametrize(
    "prolog",
    [
        pytest.param('<?xml version="1.0" encoding="ISO-8859-1"?>', id="Latin-1"),
        pytest.param("<?xml version='1.0' encoding = 'Shift_JIS' ?>", id="Japanese"),
    ],
)
def test_other_encodings_are_read_as_far_as_they_are_ascii(prolog: str) -> None:
    root = markup.parse(prolog + "<a>\udcfc<b>587</b></a>")
    assert [child.text for child in root.children] == ["587"]


@pytest.mark.parametrize(
    ("string", "value"),
    [
        pytest.param("<a x='1' y=\"2>\"/>", "2>", id="quotes"),
        pytest.param("<a x='y=\"0\"' y = '2'/>", "2", id="what looks like one"),
        pytest.param("<a yy='1' y=''/>", "", id="empty"),
    ],
)
def test_attribute_span(string: str, value: str) -> None:
    span = markup.attribute_span(string, markup.parse(string), "y")
    assert span is not None
    assert string[slice(*span)] == value
