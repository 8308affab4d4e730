"""Each character of a scalar leads to itself in its file, or to all that is written for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailwarden.variables import files, places
from mailwarden.variables.files import Value
from tests.support.properties import examples

# What is read of each, and what stands in the file for it: a text for each run that does.
CASES: dict[str, tuple[str, list[str]]] = {
    "plain": ("relay", ["relay"]),
    "a number": ("587", ["587"]),
    "a number of another base": ("0644", []),
    "a word that is true": ("yes", []),
    "true as it is printed": ("True", ["True"]),
    "single quotes": ("'a b'", ["a b"]),
    "a quote in them": ("'it''s'", ["it", "s"]),
    "double quotes": ('"a b"', ["a b"]),
    "an escape in them": ('"a\\tb\\u00e9c"', ["a", "b", "c"]),
    "a line that goes on": ('"a\\\n    b"', []),
    "plain lines": ("a b\n  c\n\n  d", ["a b", "c", "d"]),
    "quoted lines": ("'a b\n\n  c'", ["a b", "c"]),
    "a block": ("|\n  a\n    b\n\n  c\n", ["a", "  b", "c"]),
    "a block that stands in further": ("|2\n    a\n", []),
    "a folded block": (">-\n  a\n  b\n\n    c\n  d\n", ["a", "b", "  c", "d"]),
    "a block with a comment": ("| # no\n  # yes\n", ["# yes"]),
    "a block of windows": ("|\r\n  a\r\n  b\r\n", ["a", "b"]),
    "a block that begins with lines": ("|\n\n\n  a\n", ["a"]),
    "a block of lines alone": ("|+\n\n\n", []),
    "a tag": ("!unsafe a", ["a"]),
    "beyond ASCII": ("\u00e9 \U0001f600 b", ["\u00e9 \U0001f600 b"]),
}


def one(yaml_: str) -> Value:
    return files.read(Text.of("f.yml", f"\u00e9: {yaml_}\n")).values["\u00e9"]


def leaves(value: Value) -> Iterator[Value]:
    held = value.plain
    inner = held.values() if isinstance(held, dict) else held if isinstance(held, list) else ()
    for item in inner:
        yield from leaves(item)
    if not isinstance(held, (dict, list)) and value.written is not None:
        yield value


def standing(text: Text, data: bytes) -> list[str]:
    """The runs of a text that stand in the file, each as it does; fails where one does not."""
    runs: list[str] = []
    before = -1
    for at, sign in enumerate(text.string):
        place = text.place(at, at + 1)
        if not text.stands("f.yml", place.start, place.end):
            before = -1
            continue
        assert data[place.start : place.end].decode("utf-8", "surrogateescape") == sign
        if place.start != before:
            runs.append("")
        runs[-1] += sign
        before = place.end
    return runs


@pytest.mark.parametrize("name", CASES)
def test_what_stands_in_the_file(name: str) -> None:
    yaml_, expected = CASES[name]
    value = one(yaml_)
    text = places.text(value)
    assert text.string == str(value.plain)
    assert standing(text, f"\u00e9: {yaml_}\n".encode()) == expected


def check(data: str) -> None:
    try:
        values = files.read(Text.of("f.yml", data.encode("utf-8", "surrogateescape"))).values
    except MailwardenError:
        return
    for held in values.values():
        for leaf in leaves(held):
            text = places.text(leaf)
            assert text.string == ("" if leaf.plain is None else str(leaf.plain))
            standing(text, data.encode("utf-8", "surrogateescape"))


STRINGS = st.text("ab \n\t'\"\\#:-\u00e9\U0001f600", max_size=20)
SIGNS = st.lists(
    st.sampled_from(
        ("a", "b c", "\n", "\n  ", "\n    ", "  ", "'", "''", '"', "\\n", "\\", "|", ">", "|-",
         ">+", "|2", "#", " #", ": ", "- ", "\r\n", "\u00e9", "\x85", "\u2028", "\t", "{{ x }}",
         "&a ", "!!str ")
    ),
    max_size=16,
).map("".join)  # fmt: skip


@settings(max_examples=examples(100), deadline=None)
@given(STRINGS, st.sampled_from((None, "'", '"', "|", ">")), st.integers(8, 40), st.booleans())
def test_any_string(string: str, style: str | None, width: int, nested: bool) -> None:
    held = {"v": [{"w": string}, string] if nested else string}
    data = yaml.dump(held, default_style=style, width=width, allow_unicode=True)
    check(data)


@settings(max_examples=examples(200), deadline=None)
@example("|\n\x85")
@given(SIGNS)
def test_any_yaml(string: str) -> None:
    check(f"v: {string}\n")
    check(f"v:\n- {string}\n- c\n")
