"""What holds for every step: places, what is open, any input at all, a second run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from hypothesis import given, settings
from hypothesis import strategies as st

from mailwarden.deploy.steps import command
from mailwarden.deploy.steps.outcome import Failed
from mailwarden.deploy.steps.twice import Twice, twice
from tests.support.holed import holed
from tests.support.properties import examples
from tests.support.steps import PATH, PLAY, TASK, call, drawn, shown, step

Values = Mapping[str, str]
# Each line may have a hole behind its first characters, never alone.
LINES = ("a = 1", "a = 2", "a=", "# a = 1", "b = 1", "  c", "ab", "ä = ü", "[s]")
PATTERNS = (
    "^a", r"^a\s*=", "^a = .*$", r"^#?\s*a\s*=\s*(.*)$", "^ab", "1$", r"^(\w+) = (\w)", "b",
    r"^a = (.)?.*$", r"\ba", "(?i)^A", "(?=a)a", r"^[^#\n]*$", "^(b|a)", "^a{1,2}", r"^a.*",
)  # fmt: skip
FILLED = ("", " = ", "= 1", "a", "1", " ")
PARAMETERS: dict[str, dict[str, tuple[str, ...]]] = {
    "lineinfile": {
        "regexp": PATTERNS, "line": ("a = 1", "b = 1", "x"), "insertafter": PATTERNS,
        "state": ("present", "absent"), "firstmatch": ("yes",),
    },
    "blockinfile": {
        "block": ("b", "a = 1\n"), "insertbefore": PATTERNS, "marker": ("{mark}", "#{mark}")
    },
    "replace": {"regexp": PATTERNS, "replace": ("z", r"\g<0>y", "a = 1")},
    "ini_file": {
        "option": ("a", "b"), "value": ("1", "z"), "state": ("present", "absent"),
        "exclusive": ("no",), "section": ("s",),
    },
}  # fmt: skip
# What is always given: without it a task does nothing.
NEEDED = {"lineinfile": "line", "blockinfile": "block", "replace": "regexp", "ini_file": "option"}


def some(module: str) -> st.SearchStrategy[dict[str, str]]:
    """Parameters of a module."""
    choices = {name: st.sampled_from(values) for name, values in PARAMETERS[module].items()}
    needed = NEEDED[module]
    return st.fixed_dictionaries({needed: choices.pop(needed)}, optional=choices)


open_lines = st.tuples(st.sampled_from(LINES), st.integers(1, 4), st.sampled_from(("", "x", "y")))
filled = st.fixed_dictionaries({name: st.sampled_from(FILLED) for name in "xy"})


def filled_in(lines: list[tuple[str, int, str]], texts: Values) -> str:
    return "".join(line[:at] + texts.get(name, "") + line[at:] + "\n" for line, at, name in lines)


def with_holes(lines: list[tuple[str, int, str]]) -> Text:
    parts: list[str | Hole] = []
    for line, at, name in lines:
        parts += [line[:at], Hole(name), line[at:] + "\n"] if name else [line + "\n"]
    return holed(PATH, *parts)


@pytest.mark.parametrize("module", PARAMETERS)
@settings(max_examples=examples(250), deadline=None)
@given(drawn_from=st.data())
def test_what_is_open_holds_what_comes_of_every_value(
    drawn_from: st.DataObject, module: str
) -> None:
    lines = drawn_from.draw(st.lists(open_lines, max_size=4))
    values = dict(drawn_from.draw(some(module)))
    texts = drawn_from.draw(filled)
    known = drawn(step(module, filled_in(lines, texts), dict(values)))
    unknown = drawn(step(module, with_holes(lines), dict(values)))
    if f"<{TASK.name}>" in unknown:
        return
    for name, text in texts.items():
        unknown = [one.replace(f"<{name}>", text) for one in unknown]
    assert set(known) <= set(unknown)


FILES = st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(("\n", "\r\n", ""))), max_size=5)


def written(lines: list[tuple[str, str]]) -> str:
    return "".join(line + end for line, end in lines)


@pytest.mark.parametrize("module", PARAMETERS)
@settings(max_examples=examples(200), deadline=None)
@given(drawn_from=st.data())
def test_every_character_leads_to_where_it_came_from(
    drawn_from: st.DataObject, module: str
) -> None:
    before = written(drawn_from.draw(FILES))
    values = drawn_from.draw(some(module))
    outcome = step(module, before, dict(values))
    if isinstance(outcome, Text) and not outcome.holes:
        check_places(outcome, before)


@settings(max_examples=examples(200), deadline=None)
@given(
    FILES,
    st.sampled_from(
        ("-e a=2", "-e 'x = ä' q=1", "-X a", "'-#' relayhost a", "-M 'a/inet=a inet n - n - - c'")
    ),
)
def test_every_character_behind_postconf_leads_to_where_it_came_from(
    lines: list[tuple[str, str]], told: str
) -> None:
    before = written(lines)
    found = command.requests({"cmd": Text.of(PLAY, f"postconf {told}")}, False)
    assert found
    assert not isinstance(found, Failed)
    from mailwarden.deploy.steps import postconf, postconf_master

    edit = postconf.apply if found[0].kind == command.MAIN else postconf_master.apply
    outcome = edit(Text.of(PATH, before), found[0], TASK, (3, 10))
    if isinstance(outcome, Text) and not outcome.holes:
        check_places(outcome, before)


def check_places(text: Text, before: str) -> None:
    """Each character of the file or of the task gives its bytes back; what is added has none."""
    kept = 0
    for at, sign in enumerate(text.string):
        place = text.place(at, at + 1)
        original, start, end = text.span(at, at + 1)
        assert place.path in (PATH, PLAY)
        if end == start:
            continue
        data = original.string.encode("utf-8", "surrogateescape")[place.start : place.end]
        is_end = sign == "\n" and data == b"\r"
        assert is_end or data.decode("utf-8", "surrogateescape") == sign
        kept += original.path == PATH
    assert kept <= len(before)


SIGNS = "ab^$.*+?()[]{}|\\ =#\n1-,<>:!PixéA"


@pytest.mark.parametrize("module", [*PARAMETERS, "copy"])
@settings(max_examples=examples(300), deadline=None)
@given(drawn_from=st.data())
def test_any_input_has_an_outcome(drawn_from: st.DataObject, module: str) -> None:
    names = [*PARAMETERS.get(module, {}), "state", "create", "after", "before", "backrefs", "src"]
    anything = st.text(SIGNS, max_size=12)
    values = drawn_from.draw(st.dictionaries(st.sampled_from(names), anything, max_size=5))
    before = drawn_from.draw(st.none() | st.text(SIGNS + "\r", max_size=30))
    outcome = step(module, before, dict(values))
    assert outcome is None or isinstance(outcome, (Text, Failed))


@settings(max_examples=examples(250), deadline=None)
@given(
    st.lists(st.sampled_from(
        ("postconf ", "-e ", "a=1 ", "'", '"', "\\", "$x", "-M ", "x/inet=", "x inet n - n - - c",
         "-P ", "/a=", "-", "{", "}", "-o", "\n", " ", ";", "&&", "#", "-X ", "-F ", "-c "),
    ), max_size=8).map("".join),
    st.text("ab= \n#-{}oé\r", max_size=30),
    st.booleans(),
)  # fmt: skip
def test_any_command_has_an_outcome(line: str, before: str, shell: bool) -> None:
    assert isinstance(call("postconf " + line, before, shell), str)


def again(module: str, values: Values, before: str) -> Twice:
    return twice(lambda file: step(module, file, dict(values)), Text.of(PATH, before))


TWICE = (
    ("a line", "lineinfile", {"regexp": "^a", "line": "a = 1"}, "b = 1\n", True),
    ("a pattern that its line does not fit", "lineinfile", {"regexp": "^a =", "line": "a=1"},
     "a = 1\n", True),
    ("a line of two lines", "lineinfile", {"regexp": "^a", "line": "a = 1\nb = 2"},
     "a = 0\n", False),
    ("a block", "blockinfile", {"block": "b = 1"}, "a = 1\n", True),
    ("a marker without {mark}", "blockinfile", {"block": "b", "marker": "# x"}, "a\n", False),
    ("a replacement that fits again", "replace", {"regexp": "a", "replace": "aa"}, "a\n", False),
    ("an option", "ini_file", {"option": "a", "value": "1"}, "#a = 2\n", True),
    ("an option that is added", "ini_file",
     {"option": "a", "value": "1", "exclusive": "no"}, "a = 2\n", True),
    ("a task that fails", "lineinfile", {"regexp": "^a"}, "a\n", True),
    ("a file that is not known", "lineinfile", {"regexp": "^<", "line": "a"}, "a\n", True),
)  # fmt: skip


@pytest.mark.parametrize(("module", "values", "before", "holds"), [row[1:] for row in TWICE], ids=[
    row[0] for row in TWICE
])  # fmt: skip
def test_a_second_run_writes_the_same_or_is_seen(
    module: str, values: Values, before: str, holds: bool
) -> None:
    assert again(module, values, before).holds is holds


def test_a_second_run_without_a_difference_shows_the_same_file() -> None:
    found = again("lineinfile", {"regexp": "^a", "line": "a = 1\nb = 2"}, "a = 0\n")
    assert (shown(found.first), shown(found.second)) == ("a = 1\nb = 2\n", "a = 1\nb = 2\nb = 2\n")


WORDS = st.text("ab'\"\\ =x-\t", max_size=14)


@settings(max_examples=examples(500), deadline=None)
@given(WORDS)
def test_a_command_is_split_as_shlex_splits_it(line: str) -> None:
    found = command.requests({"cmd": Text.of(PLAY, f"postconf -e a=1 {line}")}, False)
    try:
        words = shlex.split(f"postconf -e a=1 {line}")[2:]
    except ValueError:
        assert isinstance(found, Failed)
        return
    assert found
    assert not isinstance(found, Failed)
    assert [word.string for word in found[0].arguments] == words
