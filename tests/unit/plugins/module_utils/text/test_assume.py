"""Assumptions: what is asked is tried, once for every combination of answers."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import (
    NOT_TAKEN,
    TAKEN,
    Assumptions,
    decider,
    explore,
)


def ask(*questions: str):  # type: ignore[no-untyped-def]
    """A reader that asks each question with the answers a and b."""
    return lambda assume: tuple(assume.choose(one, ["a", "b"]) for one in questions)


@pytest.mark.parametrize(
    ("read", "results"),
    [
        pytest.param(lambda assume: "same", ["same"], id="no question, one outcome"),
        pytest.param(ask("x"), [("a",), ("b",)], id="each answer"),
        pytest.param(ask("x", "x"), [("a", "a"), ("b", "b")], id="asked twice, answered once"),
        pytest.param(
            lambda assume: assume.choose("x", ["a", "b"]) == "a" and assume.choose("y", ["a", "b"]),
            ["a", "b", False],
            id="a question that one branch does not ask",
        ),
        pytest.param(lambda assume: assume.choose("x", []), [None], id="no answers: open"),
    ],
)
def test_explore(read, results) -> None:  # type: ignore[no-untyped-def]
    outcomes, left_open = explore(read, {})
    assert [result for _when, result in outcomes] == results
    assert left_open == []


@pytest.mark.parametrize(
    ("programs", "results"),
    [
        pytest.param({"postfix": "3.7"}, ["new"], id="named"),
        pytest.param({"postfix": "3.5.25"}, ["old"], id="named with its patch level"),
        pytest.param({"postfix": "3.10"}, ["new"], id="numbers, not letters"),
        pytest.param({"postfix": "3"}, ["new"], id="a series is its newest member"),
        pytest.param({}, ["new", "old"], id="not named: both sides of the boundary"),
    ],
)
def test_since(programs: dict[str, str], results: list[str]) -> None:
    outcomes, _open = explore(lambda a: "new" if a.since("postfix", "3.6") else "old", programs)
    assert [result for _when, result in outcomes] == results


def test_boundaries_of_one_version_agree() -> None:
    def read(assume: Assumptions) -> tuple[bool, bool]:
        return assume.since("p", "3.6"), assume.since("p", "3.4")

    outcomes, _open = explore(read, {})
    assert [result for _when, result in outcomes] == [(True, True), (False, True), (False, False)]


@pytest.mark.parametrize(
    ("programs", "results"),
    [
        pytest.param({}, [(False, True), (False, False)], id="the file counts"),
        pytest.param({"p": "2.4.1"}, [(True, True)], id="who names a version is believed"),
    ],
)
def test_a_file_may_show_that_it_is_old(
    programs: dict[str, str], results: list[tuple[bool, bool]]
) -> None:
    def read(assume: Assumptions) -> tuple[bool, bool]:
        assume.written_before("p", "2.4")
        return assume.since("p", "2.4"), assume.since("p", "2.3.15")

    assert [result for _when, result in explore(read, programs)[0]] == results


def test_too_many_combinations_stay_open_field_by_field() -> None:
    outcomes, left_open = explore(ask(*"abcdefg"), {})
    assert outcomes == [((), (None,) * 7)]
    assert left_open == list("abcdefg")


def test_a_version_is_one_decider_whatever_its_boundary() -> None:
    assert decider("postfix>=3.6") == decider("postfix>=3.11") == "the version of postfix"
    assert decider("smtp_security") == "smtp_security"


def supplied(*questions: str):  # type: ignore[no-untyped-def]
    """A reader that asks whether the supplied answer of each question is taken."""
    return lambda assume: tuple(assume.takes(one, f"{one} is b") for one in questions)


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        pytest.param(
            supplied("x", "y", "z"),
            [([TAKEN] * 3, (True,) * 3), ([NOT_TAKEN] * 3, (False,) * 3)],
            id="all together or none",
        ),
        pytest.param(
            lambda a: a.takes("x", "") or a.choose("x", ["a", "b"]),
            [([TAKEN], True), ([NOT_TAKEN, "a"], "a"), ([NOT_TAKEN, "b"], "b")],
            id="not taken, it may be asked",
        ),
        pytest.param(
            lambda a: a.choose("x", ["a", "b"]) == "a" and a.takes("y", ""),
            [(["a", TAKEN], True), (["b"], False), (["a", NOT_TAKEN], False), (["b"], False)],
            id="one branch asks",
        ),
        pytest.param(lambda a: "same", [([], "same")], id="nothing supplied, one pass"),
    ],
)
def test_supplied_answers(read, expected) -> None:  # type: ignore[no-untyped-def]
    outcomes, left_open = explore(read, {})
    assert [
        (sorted(answer for _question, answer in when), result) for when, result in outcomes
    ] == [(sorted(answers), result) for answers, result in expected]
    assert left_open == []


def test_supplied_answers_cost_a_second_pass_at_most() -> None:
    runs = []

    def read(assume: Assumptions) -> None:
        runs.append(assume)
        for question in "abcde":
            assume.choose(question, ["a", "b"])
        for number in range(100):
            assume.takes(f"include {number}", "")

    explore(read, {})
    assert len(runs) == 2 * 2**5


def test_too_many_combinations_in_one_pass_leave_the_other_as_it_is() -> None:
    def read(assume: Assumptions) -> tuple[str | None, ...]:
        questions = "x" if assume.takes("s", "") else "abcdefg"
        return tuple(assume.choose(one, ["a", "b"]) for one in questions)

    outcomes, left_open = explore(read, {})
    assert [result for _when, result in outcomes] == [("a",), ("b",), (None,) * 7]
    assert left_open == list("abcdefg")
