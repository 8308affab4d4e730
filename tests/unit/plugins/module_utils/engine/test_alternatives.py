"""Alternatives: what all of them agree on is decided, the rest names what decides."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import (
    Endpoint,
    Reading,
    Unit,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.alternatives import (
    Alternative,
    Judged,
    Open,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.projection import (
    deciders,
    merged,
    project,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.report import as_data
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import (
    NOT_TAKEN,
    TAKEN,
    Supplied,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided, Value

from mailwarden.output import table

HERE = Place("master.cf", 1, 1, 1, 5, 0, 4)
X, NOT_X = ("x", "yes"), ("x", "no")
Y, NOT_Y = ("y", "yes"), ("y", "no")
S, NOT_S = ("s", TAKEN), ("s", NOT_TAKEN)
T, NOT_T = ("t", TAKEN), ("t", NOT_TAKEN)


def alternative(when: list[tuple[str, str]], *endpoints: dict[str, Any]) -> Alternative:
    """An outcome with endpoints of the given fields; ``id`` names the endpoint."""
    reading = Reading()
    for fields in endpoints:
        values = {name: Value(value) for name, value in fields.items() if name != "id"}
        name = fields.get("id", "e")
        reading.endpoints.append(Endpoint(name, "server", "postfix", name, HERE, values))
    return Alternative(tuple(when), reading)


def projected(*alternatives: Alternative):  # type: ignore[no-untyped-def]
    """The projection of a unit with these alternatives."""
    return project(Judged(Unit("postfix", "master.cf", {}), alternatives, ()))


def test_equal_outcomes_are_one_alternative() -> None:
    once = {"port": 25}
    outcomes = [alternative([X, Y], once), alternative([X, NOT_Y], once), alternative([NOT_X], {})]
    assert [one.when for one in merged(outcomes)] == [(X,), (NOT_X,)]


@pytest.mark.parametrize(
    ("taken", "tried", "when"),
    [
        pytest.param([S], [NOT_S], (), id="the question decides nothing"),
        pytest.param([S], [NOT_S, X], (X,), id="tried, it says what the outcome hangs on"),
    ],
)
def test_an_outcome_of_both_passes_is_one_alternative(
    taken: list[tuple[str, str]], tried: list[tuple[str, str]], when: tuple[tuple[str, str], ...]
) -> None:
    outcomes = [alternative(taken, {}), alternative(tried, {})._replace(supplied=False)]
    for order in (outcomes, outcomes[::-1]):
        (one,) = merged(order)
        assert (one.when, one.supplied) == (when, True)


def test_port_and_mode_go_together() -> None:
    (shown,) = projected(
        alternative([X], {"port": 465, "tls": "implicit", "auth": True}),
        alternative([NOT_X], {"port": 587, "tls": "starttls-required", "auth": True}),
    )
    assert shown.undecided == {
        "port": Open((465, 587), ("x",)),
        "tls": Open(("implicit", "starttls-required"), ("x",)),
    }
    assert shown.when == ()


def test_an_endpoint_of_some_alternatives_says_when_it_exists() -> None:
    first, second = projected(
        alternative([X], {"id": "a"}, {"id": "b"}), alternative([NOT_X], {"id": "a"})
    )
    assert (first.when, first.depends_on) == ((), ())
    assert (second.when, second.depends_on) == (("x = yes",), ("x",))


@pytest.mark.parametrize(
    ("others", "when", "said"),
    [
        pytest.param(
            [alternative([X, NOT_Y], {}), alternative([NOT_X])],
            ["x = yes"],
            "there only where x = yes",
            id="one condition",
        ),
        pytest.param(
            [alternative([NOT_X, NOT_Y], {}), alternative([NOT_X, Y])],
            [],
            "there or not; x, y decides",
            id="two ways to it that share no condition",
        ),
    ],
)
def test_an_endpoint_that_may_be_missing_shows(
    others: list[Alternative], when: list[str], said: str
) -> None:
    report = Report()
    unit = Unit("postfix", "master.cf", {})
    report.endpoints = [(unit, one) for one in projected(alternative([X, Y], {}), *others)]
    data = as_data(report, "0")
    endpoint = data["endpoints"][0]
    assert endpoint["when"] == when
    assert endpoint["undecided"]["exists"]["possible"] == [True, False]
    _head, row, _blank, note = table.lines(data, str, False, False, False)
    assert row.split()[2] == "e?"
    assert note == "? e: " + said


def test_an_endpoint_of_a_supplied_answer_says_so() -> None:
    supplied = {"s": Supplied("s is not here", frozenset())}
    outcomes = [alternative([S], {}), alternative([NOT_S])._replace(supplied=False)]
    unit = Unit("postfix", "master.cf", {})
    (shown,) = project(Judged(unit, outcomes, (), supplied=supplied))
    assert (shown.when, shown.depends_on) == (("s is not here",), ("s",))


def test_a_field_that_is_open_in_one_alternative_is_open() -> None:
    (shown,) = projected(
        alternative([X], {"tls": Undecided("security")}), alternative([NOT_X], {"tls": "none"})
    )
    assert shown.undecided == {"tls": Open(("none",), ("security",))}


@pytest.mark.parametrize(
    ("outcomes", "names"),
    [
        pytest.param([((X,), 1), ((NOT_X,), 2)], ("x",), id="one question"),
        pytest.param(
            [((X, Y), 1), ((X, NOT_Y), 1), ((NOT_X, Y), 2), ((NOT_X, NOT_Y), 2)],
            ("x",),
            id="a question that changes nothing is not named",
        ),
        pytest.param([((X, Y), 1), ((X, NOT_Y), 2), ((NOT_X,), 2)], ("x", "y"), id="nested"),
        pytest.param([((X, Y), 1), ((NOT_X, NOT_Y), 2)], ("x", "y"), id="too far apart: all"),
        pytest.param(
            [((("postfix>=3.6", "yes"),), 1), ((("postfix>=3.6", "no"),), 2)],
            ("the version of postfix",),
            id="a version",
        ),
        pytest.param(
            [((S, T), 1), ((NOT_S, NOT_T, X), 2), ((NOT_S, NOT_T, NOT_X), 2)],
            ("s", "t"),
            id="supplied answers count together",
        ),
        pytest.param(
            [((S, X), 1), ((S, NOT_X), 2), ((NOT_S, X), 1), ((NOT_S, NOT_X), 2)],
            ("x",),
            id="a supplied answer that changes nothing",
        ),
    ],
)
def test_deciders(outcomes: Any, names: tuple[str, ...]) -> None:
    assert deciders(outcomes) == names
