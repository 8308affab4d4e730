"""References, conditions and comparisons."""

from __future__ import annotations

import contextlib

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix.macros import (
    MARK,
    MacroError,
    expand,
    level,
)
from hypothesis import given
from hypothesis import strategies as st

VALUES = {"a": "A", "b": "", "two": "2", "ten": "10", "ref": "$a", "unset": "$b", "unknown": MARK,
          "half": "x" + MARK, "compatibility_level": "3.6"}  # fmt: skip


class Names:
    """An environment with the names above."""

    depth = 0
    written = 0

    def __init__(self, version: str = "3.7") -> None:
        self.version = tuple(int(part) for part in version.split("."))

    def raw(self, name: str) -> str | None:
        return VALUES.get(name)

    def expanded(self, name: str) -> str:
        return expand(VALUES.get(name, ""), self)

    def has_levels(self) -> bool:
        return self.version >= (3, 6)

    def write(self, characters: int) -> None:
        self.written += characters

    def has_functions(self) -> bool:
        return self.version >= (3, 11)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("$a", "A"),
        ("${a}", "A"),
        ("$(a)", "A"),
        ("x$a-y", "xA-y"),
        ("$$a", "$a"),
        ("$none", ""),
        ("$ref", "A"),
        ("${a?x}", "x"),
        ("${b?x}", ""),
        ("${none?x}", ""),
        ("${a:x}", ""),
        ("${b:x}", "x"),
        ("${none:x}", "x"),
        ("${a?{x}:{y}}", "x"),
        ("${b?{x}:{y}}", "y"),
        ("${b ? {x} : {y}}", "y"),
        ("${a?{x $a}:{y}}", "x A"),
        ("${b?{x}}", ""),
        ("${b:{x}}", "x"),
        # What is asked is whether the text is empty before it is expanded.
        ("${unset?x}", "x"),
        ("${a??x}", "?x"),
        ("${a?x:y}", "x:y"),
        ("${{$a} == {A} ? {x} : {y}}", "x"),
        ("${{$a} != {A} ? {x} : {y}}", "y"),
        ("${{$a}=={A}?{x}:{y}}", "x"),
        ("${{$two} < {$ten} ? {numbers} : {characters}}", "numbers"),
        ("${{a2} < {a10} ? {numbers} : {characters}}", "characters"),
        ("${{1} >= {1}}", "true"),
        ("${{1} > {1}}", ""),
        ("${{1} == {1} ? {x}}", "x"),
        ("${{1} == {2} : {x}}", "x"),
        ("${{$compatibility_level} >=level {3.6} ? {new} : {old}}", "new"),
        ("${{$compatibility_level} <level {3.10} ? {old} : {new}}", "old"),
        ("${{$compatibility_level} < {3.10} ? {characters} : {levels}}", "levels"),
        ("${{${a?{1}:{2}}} == {1} ? {x} : {y}}", "x"),
        ("$unknown", MARK),
        ("x $unknown y", f"x {MARK} y"),
        ("${unknown?{x}:{y}}", MARK),
        ("${unknown?{x}:{x}}", "x"),
        ("${half?{x}:{y}}", "x"),
        ("${{$unknown} == {x} ? {a} : {b}}", MARK),
        (f"$a{MARK}", MARK),
    ],
)
def test_expansion(text: str, expected: str) -> None:
    assert expand(text, Names()) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("$", "empty macro name"),
        ("$-", "empty macro name"),
        ("${", "truncated"),
        ("${a", "truncated"),
        ("${}", "empty macro name"),
        ("${a b}", "bad name"),
        ("${a-b}", "bad name"),
        ("${a?{x}y}", '":" expected'),
        ("${a?{x}:{y}z}", "unexpected input"),
        ("${{a} {b}}", "comparison was expected"),
        ("${{a} = {b}}", "comparison was expected"),
        ("${{a} == b}", '"{expression}" expected'),
        ("${{a} == {b} x}", '"?" or ":" expected'),
        ("${{a} ==size {b}}", "bad operator suffix"),
        ("${{x} <level {1} ? {a} : {b}}", "malformed compatibility level"),
    ],
)
def test_what_postfix_refuses(text: str, said: str) -> None:
    with pytest.raises(MacroError, match=said.replace("?", r"\?").replace("{", r"\{")):
        expand(text, Names())


def test_comparisons_of_levels_are_new() -> None:
    with pytest.raises(MacroError, match="suffix"):
        expand("${{1} <level {2} ? {a} : {b}}", Names("3.5"))


@pytest.mark.parametrize(("version", "expected"), [("3.11", "example.com"), ("3.10", None)])
def test_functions_are_newer(version: str, expected: str | None) -> None:
    try:
        found = expand("${domain_to_ascii{example.com}}", Names(version))
    except MacroError:
        found = None
    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("3.6", (3, 6, 0)), ("2", (2, 0, 0)), ("3.11.1", (3, 11, 1))]
)
def test_level(text: str, expected: tuple[int, ...]) -> None:
    assert level(text) == expected


def test_nesting_ends() -> None:
    with pytest.raises(MacroError, match="without end"):
        expand("${a?{" * 200 + "x" + "}}" * 200, Names())


@given(st.text(st.sampled_from("ab$\\{}()?:=<> " + MARK), max_size=40))
def test_no_input_crashes(text: str) -> None:
    with contextlib.suppress(MacroError):
        assert isinstance(expand(text, Names()), str)
