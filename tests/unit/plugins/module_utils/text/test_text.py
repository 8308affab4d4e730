"""Text: holes, positions, what a value may be."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.text import (
    HOLE,
    Hole,
    Original,
    Text,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import (
    Assumptions,
    explore,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import (
    Setting,
    Undecided,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.holed import either, holed


def template(*parts: str | Hole) -> Text:
    """A text made by hand."""
    return holed("t.cf", *parts)


def readings(text: Text) -> list[object]:
    """Every value that the whole text may have."""
    outcomes, _open = explore(lambda assume: text.value(0, len(text), assume), {})
    return [value for _when, value in outcomes]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param(template("465"), ["465"], id="no hole"),
        pytest.param(template(Hole("port")), [Undecided("port")], id="all of it"),
        pytest.param(template("4", Hole("rest")), [Undecided("rest")], id="half a number"),
        pytest.param(
            template("4", either("x", yes="65", no="43")), ["465", "443"], id="two branches"
        ),
        pytest.param(
            template(either("x", yes="4", no="5"), either("x", yes="65", no="87")),
            ["465", "587"],
            id="one name, two holes, always in step",
        ),
        pytest.param(
            template(either("x", a="1", b="2"), either("y", a="1", b="2")),
            ["11", "12", "21", "22"],
            id="two names are independent",
        ),
        pytest.param(
            template(Hole("x", [("given", None), ("default", Text.of("t.cf", "587"))])),
            [Undecided("x"), "587"],
            id="a default, or anything",
        ),
        pytest.param(
            template(Hole("a"), "-", Hole("b")), [Undecided("a", "b")], id="all names are given"
        ),
    ],
)
def test_value(text: Text, values: list[object]) -> None:
    assert readings(text) == values


def test_a_private_use_character_of_the_file_is_no_hole() -> None:
    text = Text.of("main.cf", "a = " + HOLE)
    assert text.value(0, len(text), Assumptions({})) == "a = " + HOLE


@pytest.mark.parametrize(
    ("answer", "lines"),
    [("yes", ["a", "b", "c", "d"]), ("no", ["a", "d"])],
)
def test_a_structural_hole_becomes_lines_with_places_of_their_own(
    answer: str, lines: list[str]
) -> None:
    whole = Text.of("t.cf", "a\n{% if x %}\nb\nc\n{% endif %}\nd\n")
    start, end = whole.string.index("b"), whole.string.index("{% endif")
    hole = Hole("x", [("yes", whole.cut(start, end)), ("no", Text.of("t.cf", ""))])
    text = whole.opened([(2, whole.string.index("d\n", end + 8), hole)])
    settled = text.settled(Assumptions({}, [("x", answer)]))
    assert settled.string.split() == lines
    at = settled.string.index("d\n")
    assert settled.place(at, at + 1)[:3] == ("t.cf", 6, 1)


@pytest.mark.parametrize(
    ("hole", "filled"),
    [
        pytest.param(Hole("x", [("a", Text.of("x", "b")), ("c", None)]), "ab c", id="known"),
        pytest.param(Hole("x", [("a", None), ("c", Text.of("x", "b"))]), "a? c", id="anything"),
        pytest.param(Hole("x"), "a? c", id="no options"),
    ],
)
def test_holes_that_decide_are_filled(hole: Hole, filled: str) -> None:
    text = template("a", hole, " ", hole)
    done = text.filled(Assumptions({}), lambda _text, at: at < 2)
    shown = done.string.replace(HOLE, "?")
    assert shown[:2] == filled[:2]
    assert done.has_hole(len(done) - 1, len(done))


def test_a_hole_on_a_line_of_its_own_stays_one() -> None:
    text = template("a\n", Hole("more"), "\nb\n")
    assert text.settled(Assumptions({})).hole_names(0, len(text)) == ("more",)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({"yes": "b\n", "no": ""}, "a\n?\nc\n", id="whole lines"),
        pytest.param({"yes": "b\n", "no": "d"}, "a\n?c\n", id="half a line"),
        pytest.param({"yes": "b\n", "no": None}, "a\n?c\n", id="anything"),
    ],
)
def test_whole_lines_that_stay_open_do_not_run_into_the_next_line(
    options: dict[str, str | None], expected: str
) -> None:
    text = template("a\n", either("x", **options), "c\n")
    settled = text.settled(Assumptions({}, keep_open=True))
    assert settled.string.replace(HOLE, "?") == expected


def test_an_expression_is_as_wide_as_it_is_written() -> None:
    """Each character of what it gives is all of it; a cut and a join keep that."""
    file = Original("t.j2", "a = {{ x }}!\n")
    why = Setting("x", "long value", None, "x: long value")
    parts = [(0, file, 0, 4), (4, file, 4, 11), (14, file, 11, 13)]
    text = Text("t.j2", "a = long value!\n", parts, {}, {4: (why,)})
    assert text.place(6, 8)[4:] == (12, 4, 11)
    assert text.place(4, 14) == text.place(9, 10)
    assert text.place(14, 15)[5:] == (11, 12)
    cut = Text.joined("t.j2", [text.cut(0, 7), text.cut(7, 16)])
    assert cut.place(9, 10) == text.place(9, 10)
    assert list(cut.written.values()) == [(why,), (why,)]
    assert text.stands("t.j2", 0, 4)
    assert text.stands("t.j2", 11, 13)
    assert not text.stands("t.j2", 4, 11)
    assert not text.stands("t.j2", 3, 12)


# What stands in a file: one of each length in UTF-8, a byte that is none, line ends, a hole's sign.
PIECES = st.sampled_from(["a", " ", "\n", "\r\n", "é", "€", "😀", "\udcff", HOLE, "${USER}"])


@st.composite
def files(draw: st.DrawFn) -> tuple[str, Text, list[tuple[int, int]]]:
    """A file, its text with holes anywhere, and the file's span of each of the text's characters.

    Some holes are put into the text when it has holes already, as a placeholder beside a template.
    """
    string = "".join(draw(st.lists(PIECES, max_size=30)))
    text, spans = Text.of("f", string), [(at, at + 1) for at in range(len(string))]
    for _round in range(draw(st.integers(0, 2))):
        ends = st.integers(0, len(text))
        cuts = sorted(draw(st.lists(ends, max_size=8)))
        pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
        text = text.opened((a, b, Hole(f"{a}-{b}")) for a, b in pairs)
        for a, b in reversed(pairs):
            before = spans[a][0] if a < len(spans) else len(string)
            spans[a:b] = [(before, spans[b - 1][1] if b > a else before)]
    return string, text, spans


@settings(deadline=None)
@given(files(), st.data())
def test_a_place_spans_exactly_the_bytes_between(
    file: tuple[str, Text, list[tuple[int, int]]], draw: st.DataObject
) -> None:
    string, text, spans = file
    assert len(text) == len(spans)
    start = draw.draw(st.integers(0, len(text)))
    end = draw.draw(st.integers(start, len(text)))
    first, last = draw.draw(st.integers(0, start)), draw.draw(st.integers(end, len(text)))
    begin = spans[start][0] if start < len(spans) else len(string)
    stop = spans[end - 1][1] if end > start else begin
    place = text.place(start, end)
    data = string.encode("utf8", "surrogateescape")
    before, between = string[:begin], string[begin:stop]
    assert data[: place.start] == before.encode("utf8", "surrogateescape")
    assert data[place.start : place.end] == between.encode("utf8", "surrogateescape")
    assert (place.line, place.column) == text.origin(0)[0].position(begin)
    within = text.cut(first, last)
    if last > start:
        assert within.place(start - first, end - first) == place
    again = Text.joined("f", [text.cut(0, start), text.cut(start, end), text.cut(end, len(text))])
    assert again.place(start, end) == place


@given(st.binary(max_size=200), st.data())
def test_every_span_gives_back_its_bytes(data: bytes, draw: st.DataObject) -> None:
    text = Text.of("f", data)
    start = draw.draw(st.integers(0, len(text)))
    end = draw.draw(st.integers(start, len(text)))
    place = text.place(start, end)
    assert data[place.start : place.end] == text.string[start:end].encode("utf8", "surrogateescape")
    lines = data.decode("utf8", "surrogateescape")[:start].split("\n")
    assert (place.line, place.column) == (len(lines), len(lines[-1]) + 1)


@given(st.text(max_size=60), st.data())
def test_a_cut_keeps_its_places(string: str, draw: st.DataObject) -> None:
    text = Text.of("f", string)
    start = draw.draw(st.integers(0, len(text)))
    end = draw.draw(st.integers(start, len(text)))
    at = draw.draw(st.integers(0, end - start))
    assert text.cut(start, end).place(at)[:3] == text.place(start + at)[:3] or start == end
