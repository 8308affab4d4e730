"""Logical lines and the settings of main.cf."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix.syntax import (
    Main,
    read_main,
    settled,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided
from hypothesis import given
from hypothesis import strategies as st

from tests.support.holed import either, holed

KNOWN = Assumptions({"postfix": "3.7"})


def parsed(text: str | Text) -> Main:
    return read_main(text if isinstance(text, Text) else Text.of("main.cf", text))


def settings(main: Main) -> list[tuple[object, object]]:
    return [
        (one.name, one.line.value(one.value_start, one.value_end, KNOWN)) for one in main.entries
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a = b\n", [("a", "b")], id="plain"),
        pytest.param("a=b", [("a", "b")], id="no blanks, no line end"),
        pytest.param("a =\n", [("a", "")], id="empty value"),
        pytest.param("a\t=\tb \t\n", [("a", "b")], id="tabs"),
        pytest.param("a = b = c\n", [("a", "b = c")], id="equals in the value"),
        pytest.param("a = b # c\n", [("a", "b # c")], id="no comment behind a value"),
        pytest.param('a = "b"\n', [("a", '"b"')], id="quotes belong to the value"),
        pytest.param("# a = b\n\n \n  # c\nd = e\n", [("d", "e")], id="comments and blank lines"),
        pytest.param("a = b,\n  c\n", [("a", "b,  c")], id="continued"),
        pytest.param("a = b,\n# x\n\n  c\n", [("a", "b,  c")], id="continued behind a comment"),
        pytest.param("a = b\n c = d\n", [("a", "b c = d")], id="indented setting is swallowed"),
        pytest.param("a = b\r\nc = d\r\n", [("a", "b"), ("c", "d")], id="CRLF"),
        pytest.param("a = 1\na = 2\n", [("a", "1"), ("a", "2")], id="twice"),
        pytest.param("A = b\n", [("A", "b")], id="capitals are another name"),
        pytest.param("a =\n  b\n", [("a", "b")], id="value on the next line"),
        pytest.param("a\n = b\n", [("a", "b")], id="name alone on its line"),
    ],
)
def test_settings(text: str, expected: list[tuple[str, str]]) -> None:
    main = parsed(text)
    assert settings(main) == expected
    assert main.problems == []


@pytest.mark.parametrize(
    ("text", "line", "said", "rest"),
    [
        pytest.param("foo\na = b\n", 1, "missing '='", [("a", "b")], id="no equals sign"),
        pytest.param("a = b\nfoo bar = c\n", 2, "missing '='", [("a", "b")], id="two names"),
        pytest.param("= b\nc = d\n", 1, "missing name", [("c", "d")], id="no name"),
        pytest.param(" a = b\nc = d\n", 1, "none above", [("c", "d")], id="nothing to continue"),
    ],
)
def test_a_bad_line_is_one_problem(
    text: str, line: int, said: str, rest: list[tuple[str, str]]
) -> None:
    main = parsed(text)
    (problem,) = main.problems
    assert (problem.rule, problem.place.line) == ("syntax-error", line)
    assert said in problem.message
    assert settings(main) == rest


def test_bytes_that_are_no_utf_8_keep_their_places() -> None:
    main = read_main(Text.of("main.cf", b"caf\xe9 = \xff\xfe\nb = c\n"))
    place = main.entries[1].place()
    assert (place.start, place.end, place.line) == (10, 15, 2)
    assert settings(main)[0] == ("caf\udce9", "\udcff\udcfe")


def test_the_place_of_a_continued_setting_ends_on_its_last_line() -> None:
    place = parsed("x = y\na = b,\n# c\n  d\n").entries[1].place()
    assert (place.line, place.column, place.end_line, place.end_column) == (2, 1, 4, 4)


@pytest.mark.parametrize(
    ("parts", "name", "sets"),
    [
        pytest.param(["a_", Hole("x"), " = 1\n"], "a_b", Undecided("x"), id="hole in a name"),
        pytest.param(["a_", Hole("x"), " = 1\n"], "b_b", False, id="name that cannot fit"),
        pytest.param([Hole("x"), "_b", " = 1\n"], "a_b", Undecided("x"), id="hole before a name"),
        pytest.param(["a", Hole("x"), "c = 1\n"], "abc", Undecided("x"), id="hole within a name"),
        pytest.param(["a", Hole("x"), "c = 1\n"], "ac", Undecided("x"), id="hole that is nothing"),
        pytest.param(["aa", Hole("x"), "aa = 1\n"], "aaa", False, id="name shorter than its ends"),
        pytest.param([Hole("x"), "\n"], "anything", Undecided("x"), id="whole line"),
        pytest.param(["a ", Hole("x"), "\n"], "a", True, id="hole with the equals sign"),
        pytest.param(["a = ", Hole("x"), "\n"], "b", False, id="hole in a value"),
    ],
)
def test_what_a_line_with_a_hole_may_set(
    parts: list[str | Hole], name: str, sets: bool | Undecided
) -> None:
    main = parsed(holed("main.cf", *parts))
    assert main.problems == []
    assert main.entries[0].sets(name, KNOWN) == sets


def test_a_name_with_known_branches_is_the_branch() -> None:
    text = holed("main.cf", "a_", either("x", one="b", two="c"), " = 1\n")
    (entry,) = parsed(text).entries
    assert entry.sets("a_b", Assumptions({}, [("x", "one")])) is True
    assert entry.sets("a_b", Assumptions({}, [("x", "two")])) is False


@pytest.mark.parametrize(
    ("label", "expected"), [("on", [("a", "b"), ("c", "d")]), ("off", [("a", "b")])]
)
def test_a_hole_that_comments_a_line_out(label: str, expected: list[tuple[str, str]]) -> None:
    text = holed("main.cf", "a = b\n", either("x", on="", off="#"), "c = d\n")
    assert settings(parsed(settled(text, Assumptions({}, [("x", label)]), False))) == expected


def test_a_hole_that_makes_a_continuation() -> None:
    text = holed("main.cf", "a = b\n", either("x", blank="  "), "c\n")
    assert settings(parsed(settled(text, Assumptions({}), False))) == [("a", "b  c")]


TEXTS = st.text(st.sampled_from("ab= \t\r\n#${}\udcff\ufdd0"), max_size=60)


@given(TEXTS)
def test_every_span_gives_back_its_text(text: str) -> None:
    main = parsed(text)
    for entry in main.entries:
        start, end = entry.line.span(entry.start, entry.end)
        assert text[start:end] == entry.line.string[entry.start : entry.end]
        place = entry.place()
        data = text.encode("utf-8", "surrogateescape")
        assert data[place.start : place.end].startswith((entry.name or "").encode(
            "utf-8", "surrogateescape"))  # fmt: skip


@given(TEXTS)
def test_no_character_of_a_logical_line_is_lost(text: str) -> None:
    for entry in parsed(text).entries:
        line = entry.line
        assert "".join(text[start:end] for start, end in line.parts) == line.string
        assert all(text[line.offset(at)] == char for at, char in enumerate(line.string))
