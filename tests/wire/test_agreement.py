"""Reader and wire agree on every field of every entry; only listed fields are undecided."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from . import agreement, postfix, table
from .derive import Fields

HERE = Path(__file__).parent
ENTRIES = {f"{one.table}/{one.id}/{one.version}": one for one in table.entries()}
CASES = {case.key: case for name in table.TABLES for case in table.load_table(name)}
INSTALLED = tuple(postfix.PRESENT)


@cache
def _listed() -> dict[str, dict[str, str]]:
    """The fields that may be undecided, each with its reason, by entry."""
    return yaml.safe_load((HERE / "undecided.yml").read_text("utf-8")) or {}


@cache
def _read(key: str) -> list[Fields]:
    entry = ENTRIES[key]
    return agreement.read(entry, CASES[entry.table, entry.id], INSTALLED)


def _pairs(key: str) -> Iterator[tuple[str, Fields, Fields | None]]:
    """Each endpoint of the wire with the reader's, by port and address or by the client's name."""
    theirs = _read(key)
    for name, wire in ENTRIES[key].endpoints.items():
        yield name, wire, agreement.partner(wire, theirs)


@pytest.mark.parametrize("key", ENTRIES)
def test_reader_and_wire_agree(key: str) -> None:
    wrong = []
    for name, wire, mine in _pairs(key):
        if mine is None:
            wrong.append(f"{name}: the reader has no such endpoint")
        else:
            wrong.extend(f"{name}: {one}" for one in agreement.disagreements(wire, mine))
    assert wrong == []


@pytest.mark.parametrize("key", ENTRIES)
def test_the_reader_sees_nothing_that_is_not_there(key: str) -> None:
    there = list(ENTRIES[key].endpoints.values())
    missing = [one for one in _read(key) if not any(agreement.same(wire, one) for wire in there)]
    # A message takes one way of a client; the others it may take show nothing in this entry. A
    # server that dies before it listens shows nothing either.
    surplus = [
        one["id"]
        for one in missing
        if ENTRIES[key].table.endswith("_server") and one["usable"] is not False
    ]
    assert surplus == [] or (not there and _may_not_start(key))


def _may_not_start(key: str) -> bool:
    """Whether the reader says itself that the program may not start at all.

    It goes on behind a line that the program refuses, so that one bad line does not hide the rest;
    and the name of a port may be one that only the host knows.
    """
    entry = ENTRIES[key]
    unread = agreement.report(entry, CASES[entry.table, entry.id], INSTALLED).unread
    return bool(unread) or any(isinstance(one["port"], agreement.Undecided) for one in _read(key))


@pytest.mark.parametrize("key", ENTRIES)
def test_only_listed_fields_are_undecided(key: str) -> None:
    entry = ENTRIES[key]
    undecided = {
        field
        for one in _read(key)
        for field, value in one.items()
        if isinstance(value, agreement.Undecided)
    }
    assert undecided == set(_listed().get(f"{entry.table}/{entry.id}", {}))


def _turned(value: Any) -> Any:
    """Another value than the one given, of its kind where there is one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, list):
        return [] if value else ["proxy-protocol"]
    if isinstance(value, dict):
        return {} if value else {"loopback": {"auth": True}}
    return "something else"


@pytest.mark.parametrize("key", ENTRIES)
def test_turning_any_field_over_is_seen(key: str) -> None:
    """The comparison itself: an answer with one field changed never agrees with the wire."""
    for name, wire, mine in _pairs(key):
        assert mine is not None, name
        for field in wire:
            if not isinstance(mine[field], agreement.Undecided) and agreement.shown(field, wire):
                changed = {**mine, field: _turned(mine[field])}
                assert agreement.disagreements(wire, changed), f"{name}: {field}"


@pytest.mark.parametrize(
    ("name", "least"), [("postfix_server", 80), ("postfix_client", 30), ("msmtp_client", 15)]
)
def test_the_tables_only_grow(name: str, least: int, record_property: Any) -> None:
    recorded = {entry.id for entry in ENTRIES.values() if entry.table == name}
    assert len(recorded) >= least
    assert recorded == {case.id for case in table.load_table(name)}
