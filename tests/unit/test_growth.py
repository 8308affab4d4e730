"""What a run costs grows in proportion to its input: counted in calls, never in seconds.

The constructs are those of ``python -m tests.fuzz --growth``, which also measures what calls do not
show; here are those of which somebody has found that they grew with the square.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import (
    Assumptions,
    explore,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text.budget import Budget, Overspent

from mailwarden.cli import main
from tests.fuzz.constructs import MAIN, MASTER, TABLE, written

pytestmark = pytest.mark.integration

SMALL, LARGE = 15, 60


def names_and_networks(number: int) -> dict[str, str]:
    """Names of which each peer is tried on all, and networks that keep peers out."""
    words = (f"n{at}.example.org, !10.{at // 250}.{at % 250}.0/24" for at in range(number))
    return {"main.cf": MAIN + "mynetworks = {}\n".format(", ".join(words)), "master.cf": MASTER}


# Four times the input; a start and what is bounded by a number take their part.
RATIO = 5
GROWING = [
    "postfix: words of a next hop",
    "postfix: next hops",
    "postfix: transports and policies",
    "postfix: transports of a file and policies",
    "postfix: transports and policies by pattern",
    "postfix: real addresses of inet_interfaces",
    "postfix: mynetworks turned over",
    "postfix: suppressions",
    "postfix: suppressions without an end",
    "postfix: openings of a template",
    "postfix: openings of a template in a value",
    "postfix: policies",
    "postfix: restrictions of tables",
    "postfix: words behind password",
    "postfix: bad secrets",
    "postfix: auth",
    "postfix: warnings of restrictions",
    "dovecot: lines that go on",
    "dovecot: words of 2.4",
    "dovecot: local blocks, addresses",
    "client: accounts",
    "client: servers",
    "client: suppressions of XML without an end",
    "client: openings of comments",
    "run: stars of an ignore file",
    "run: two stars of an ignore file",
    "run: pairs that are right",
]


def calls(name: str, number: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many functions one run of the command calls."""
    folder.mkdir()
    for path, data in written(TABLE[name](number)):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    monkeypatch.chdir(folder)
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        main(["lint", "--format", "json", "."])
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", GROWING)
def test_costs_grow_in_proportion(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls(name, 2, tmp_path / "first", monkeypatch)
    few = calls(name, SMALL, tmp_path / "few", monkeypatch)
    many = calls(name, LARGE, tmp_path / "many", monkeypatch)
    assert "internal error" not in capsys.readouterr().err
    assert many <= RATIO * few


@pytest.mark.parametrize(
    ("name", "number", "words"),
    [
        ("dovecot: variables of itself", 40, "protocols refers to itself or others"),
        ("postfix: references to the one before", 40, "refers to itself or others"),
        ("dovecot: words of 2.4", 12_000, "words of a list: too many"),
        ("postfix: names and networks", 3_000, "addresses and peers of a list: too many"),
        ("postfix: transports and policies by pattern", 700, "patterns of a table"),
        ("postfix: services and addresses", 700, "networks, for all the services: too many"),
    ],
)
def test_what_costs_more_than_the_budget_is_not_read(
    name: str, number: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = names_and_networks if name == "postfix: names and networks" else TABLE[name]
    files = {path: data for path, data in written(made(number)) if path[0] != "."}
    named = [path for path in files if path.endswith((".cf", ".conf"))]
    report = engine.check(MemorySource(files), Policy.default(), named)
    assert [one.path for one in report.unread] == [named[0]]
    assert words in report.unread[0].reason
    assert [one.rule for one in report.findings if one.rule == "unreadable"] == ["unreadable"]


def test_alternatives_share_one_budget() -> None:
    def read(assume: Assumptions) -> None:
        assume.choose("a", ["x", "y"])
        assume.budget.spend(60, "steps")

    with pytest.raises(Overspent, match="steps"):
        explore(read, {}, budget=Budget(steps=100))


def test_a_budget_says_what_ran_over_and_where() -> None:
    budget = Budget("main.cf", steps=2, characters=10)
    budget.spend(2, "endpoints")
    budget.write(10, "$a")
    with pytest.raises(Overspent, match=r"main\.cf: endpoints: too many"):
        budget.spend(1, "endpoints")
    with pytest.raises(Overspent, match=r"main\.cf: \$a refers to"):
        budget.write(1, "$a")
