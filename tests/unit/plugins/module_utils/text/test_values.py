"""Values: what is open stays open, by its name, with the settings of all that is joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.text.parts import (
    host_and_port,
    split,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import (
    Undecided,
    Value,
    all_of,
    all_true,
    any_of,
    any_true,
    concatenated,
    negated,
    of,
    open_part,
    reason,
)
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Answer

A, B = Undecided("a"), Undecided("b")
BOTH = Undecided("a", "b")
NAMES = "xyz"


def value(answer: Any, name: str = "x") -> Value:
    """A value with a cause of that name."""
    return Value(answer, (reason(name),))


@pytest.mark.parametrize(
    ("answers", "every", "some"),
    [
        pytest.param([], (True, ""), (False, ""), id="none"),
        pytest.param([True, True], (True, "xy"), (True, "x"), id="yes"),
        pytest.param([False, False], (False, "x"), (False, "xy"), id="no"),
        pytest.param([True, False], (False, "y"), (True, "x"), id="both"),
        pytest.param([A, False], (False, "y"), (A, "xy"), id="open, and no"),
        pytest.param([A, True], (A, "xy"), (True, "y"), id="open, and yes"),
        pytest.param([A, True, B], (BOTH, "xyz"), (True, "y"), id="two open"),
        pytest.param([A, False, B], (False, "y"), (BOTH, "xyz"), id="two open, and no"),
    ],
)
def test_answers_are_joined_with_their_causes(
    answers: list[Answer], every: tuple[Answer, str], some: tuple[Answer, str]
) -> None:
    values = [value(answer, name) for answer, name in zip(answers, NAMES, strict=False)]
    for joined, (answer, names) in ((all_of(*values), every), (any_of(*values), some)):
        assert joined == Value(answer, tuple(reason(name) for name in names))
    assert (all_true(answers), any_true(answers)) == (every[0], some[0])
    assert negated(all_true(answers)) == any_true([negated(answer) for answer in answers])


@pytest.mark.parametrize(
    ("values", "result"),
    [
        pytest.param([1, 2], 3, id="known"),
        pytest.param([A, 2], A, id="open"),
        pytest.param([A, B], BOTH, id="open by both"),
    ],
)
def test_a_function_of_values(values: list[Any], result: object) -> None:
    joined = of(lambda a, b: a + b, value(values[0], "x"), value(values[1], "y"))
    assert joined == Value(result, (reason("x"), reason("y")))


def test_what_is_open_among_values() -> None:
    assert open_part([1, "a", None]) is None
    assert open_part([1, A]) is A
    assert open_part([B, 1, A]) == BOTH


def test_an_undecided_value_is_never_taken_for_true_or_false() -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(Undecided("x"))


@pytest.mark.parametrize(
    ("pieces", "most", "parts"),
    [
        pytest.param(["mail:25"], -1, ["mail", "25"], id="known"),
        pytest.param(["mail:", A], -1, ["mail", A], id="behind the sign"),
        pytest.param([A, ":25"], -1, [A, "25"], id="before the sign"),
        pytest.param([A], -1, [A], id="all of it"),
        pytest.param(["x", A, ":", B, "y:z"], -1, [A, B, "z"], id="each its own"),
        pytest.param(["a:b:", A, ":c"], 1, ["a", Undecided("a")], id="one sign counts"),
        pytest.param([":", A], -1, ["", A], id="nothing before it"),
        pytest.param([A, B], -1, [BOTH], id="two holes together"),
    ],
)
def test_split(pieces: list[str | Undecided], most: int, parts: list[str | Undecided]) -> None:
    assert split(concatenated(pieces), ":", most) == parts


@pytest.mark.parametrize(
    ("pieces", "host", "port"),
    [
        pytest.param(["mail:", A], "mail", A, id="port"),
        pytest.param(["[mail]:2", A], "mail", A, id="port behind a bracket"),
        pytest.param([A, ":25"], A, "25", id="host"),
        pytest.param(["[::", A, "]:25"], A, "25", id="address"),
        pytest.param(["[", A, "]"], A, None, id="no port"),
        pytest.param([A, ":", B], A, B, id="both"),
        pytest.param(["mail", A], A, A, id="a hole may hold the sign"),
        pytest.param(["[mail", A], A, A, id="and a bracket"),
        pytest.param(["::", A], A, A, id="an address without brackets"),
    ],
)
def test_host_and_port(pieces: list[str | Undecided], host: object, port: object) -> None:
    written = concatenated(pieces)
    assert isinstance(written, Undecided)
    assert host_and_port(written) == (host, port)


PIECES = st.lists(st.one_of(st.text("ab:", max_size=3), st.sampled_from([A, B])), max_size=6)


@settings(deadline=None)
@given(PIECES, st.integers(-1, 3))
def test_parts_joined_again_are_the_whole(pieces: list[str | Undecided], most: int) -> None:
    whole = concatenated(pieces)
    parts = split(whole, ":", most)
    shown = "".join(one if isinstance(one, str) else one.depends_on[0] for one in pieces)
    if isinstance(whole, str):
        assert parts == whole.split(":", most)
    signs = shown.count(":")
    assert len(parts) == (signs if most < 0 else min(signs, most)) + 1
    between: list[str | Undecided] = [":"] * (2 * len(parts) - 1)
    between[::2] = parts
    again = concatenated(between)
    assert again == whole
    if isinstance(again, Undecided) and isinstance(whole, Undecided):
        assert "".join(map(str, again.pieces)) == "".join(map(str, whole.pieces))
