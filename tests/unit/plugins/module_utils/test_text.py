"""Text: holes, positions, what a value may be."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.assume import Assumptions, explore
from ansible_collections.mailwarden.policy.plugins.module_utils.text import (
    HOLE,
    Hole,
    Original,
    Text,
    Undecided,
)
from hypothesis import given
from hypothesis import strategies as st


def template(*parts: str | Hole) -> Text:
    """A text made by hand: literals and holes, each hole three characters long in its file."""
    shown = "".join(part if isinstance(part, str) else "{x}" for part in parts)
    origin = Original("t.cf", shown)
    made: list[Text | tuple[Hole, Original, int]] = []
    at = 0
    for part in parts:
        if isinstance(part, str):
            made.append(Text("t.cf", part, [(0, origin, at)]))
            at += len(part)
        else:
            made.append((part, origin, at))
            at += 3
    return Text.joined("t.cf", made)


def either(name: str, **texts: str) -> Hole:
    """A hole with one literal for each branch."""
    return Hole(name, [(label, Text.of("t.cf", text)) for label, text in texts.items()])


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


def test_an_undecided_value_is_never_taken_for_true_or_false() -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(Undecided("x"))


@pytest.mark.parametrize(
    ("answer", "lines"),
    [("yes", ["a", "b", "c", "d"]), ("no", ["a", "d"])],
)
def test_a_structural_hole_becomes_lines_with_places_of_their_own(
    answer: str, lines: list[str]
) -> None:
    origin = Original("t.cf", "a\n{% if x %}\nb\nc\n{% endif %}\nd\n")
    branch = Text("t.cf", "b\nc\n", [(0, origin, origin.string.index("b"))])
    hole = Hole("x", [("yes", branch), ("no", Text.of("t.cf", ""))])
    text = Text.joined(
        "t.cf",
        [
            Text("t.cf", "a\n", [(0, origin, 0)]),
            (hole, origin, 2),
            Text("t.cf", "d\n", [(0, origin, origin.string.index("d\n", 10))]),
        ],
    )
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
