"""The notes about what is left open: one for each thing that decides, counted and not listed."""

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
)
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.projection import project
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.undecided import Note, notes
from ansible_collections.mailwarden.policy.plugins.module_utils.report import as_data
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided, Value

from mailwarden.output import table

HERE = Place("master.cf", 1, 1, 1, 5, 0, 4)
UNIT = Unit("postfix", "master.cf", {})


def reading(*endpoints: dict[str, Any], opaque: str = "", clients: str = "") -> Reading:
    """Endpoints of the given fields, called a, b, …; an open one is the name that decides."""
    made = Reading()
    for name, fields in zip("abcdefgh", endpoints, strict=False):
        values = {
            field: Value(Undecided(value) if isinstance(value, str) else value)
            for field, value in fields.items()
        }
        made.endpoints.append(Endpoint(name, "server", "postfix", name, HERE, values))
    made.opaque = [(opaque, HERE)] if opaque else []
    made.clients = [(clients, HERE)] if clients else []
    return made


def noted(*readings: Reading) -> list[Note]:
    """The notes on a unit with these outcomes, each under another answer of ``q``."""
    found = [Alternative((("q", str(at)),), one) for at, one in enumerate(readings)]
    judged = Judged(UNIT, found, ())
    return list(notes(judged, project(judged)))


FOUR = {"tls": "x", "auth": "x", "usable": "x", "tls_works": "x"}


@pytest.mark.parametrize(
    ("readings", "messages"),
    [
        pytest.param([reading({"tls": "x"})], ["x decides tls of a"], id="a field"),
        pytest.param(
            [reading({"cleartext_auth": "x", "tls": "x", "port": 25})],
            ["x decides tls and cleartext auth of a"],
            id="two fields",
        ),
        pytest.param(
            [reading({"tls": "x"}, {"auth": "x", "usable": "x"})],
            ["x decides tls, auth and usable of 2 endpoints"],
            id="three fields of two",
        ),
        pytest.param([reading(FOUR)], ["x decides 4 fields of a"], id="four fields"),
        pytest.param(
            [reading({"tls": "x"}, {"tls": "y"})],
            ["x decides tls of a", "y decides tls of b"],
            id="two that decide",
        ),
        pytest.param(
            [reading({"port": 25}), reading()], ["q decides whether a exists"], id="existence"
        ),
        pytest.param(
            [reading({"port": 25}, {"port": 25}), reading()],
            ["q decides whether 2 endpoints exist"],
            id="existence of two",
        ),
        pytest.param(
            [reading(opaque="x")], ["x decides whether there are further endpoints"], id="more"
        ),
        pytest.param(
            [reading({"tls": "x"}, clients="x")],
            ["x decides tls of a and whether there are further clients"],
            id="a field, and more clients",
        ),
        pytest.param(
            [reading({"tls": "q"}, opaque="q"), reading(opaque="q")],
            ["q decides tls of a, whether a exists and whether there are further endpoints"],
            id="all of it",
        ),
        pytest.param([reading({"port": 25})], [], id="nothing is open"),
    ],
)
def test_one_line_for_each_thing_that_decides(readings: list[Reading], messages: list[str]) -> None:
    assert [one.message for one in noted(*readings)] == messages


def test_what_hangs_on_it_is_listed_apart() -> None:
    (note,) = noted(reading({**FOUR, "port": 25}, {"tls": "x"}, opaque="x"))
    assert note.details == ("a (tls, auth, usable, tls works)", "b (tls)", "further endpoints")
    assert note.endpoints == ("a", "b")


def test_a_version_that_is_not_known_and_too_many_combinations_are_notes() -> None:
    alternatives = [Alternative((), reading({"port": 25}))]
    judged = Judged(UNIT, alternatives, ("x", "y"), "postfix 9 is not known")
    assert [one.message for one in notes(judged, project(judged))] == [
        "postfix 9 is not known",
        "too many combinations of x, y; each field is judged by itself",
    ]


@pytest.mark.parametrize(
    ("verbose", "rows"),
    [
        (False, ["? a: port: y decides; tls, auth: x decides"]),
        (
            True,
            [
                "? a: port is not known; y decides",
                "? a: tls is not known; x decides",
                "? a: auth is not known; x decides",
            ],
        ),
    ],
    ids=["one row for an endpoint", "a row for a field"],
)
def test_the_table_says_what_is_open(verbose: bool, rows: list[str]) -> None:
    report = Report()
    judged = Judged(UNIT, [Alternative((), reading({"tls": "x", "auth": "x", "port": "y"}))], ())
    report.endpoints = [(UNIT, one) for one in project(judged)]
    shown = table.lines(as_data(report, "0"), str, False, False, verbose)
    assert sorted(line for line in shown if line.startswith("?")) == sorted(rows)
