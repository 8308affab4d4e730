"""Reader and wire agree on every field of every entry; only listed fields are undecided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils import report

from tests.support import nulls, suites

from . import agreement, blamed, derive, host, table
from .accounts import Letter
from .derive import Fields

HERE = Path(__file__).parent
CASES = {case.key: case for name in table.TABLES for case in table.load_table(name)}
ENTRIES = {f"{one.table}/{one.id}/{one.version}": one for one in table.entries()}
INSTALLED = tuple(host.PRESENT)


@cache
def _listed() -> dict[str, dict[str, str]]:
    """The fields that may be undecided, each with its reason, by entry."""
    return yaml.safe_load((HERE / "undecided.yml").read_text("utf-8")) or {}


def _left_open(key: str) -> set[str]:
    """The names that are listed for an entry, or for one version of it.

    `starts` is whether the program starts at all.
    """
    entry = f"{ENTRIES[key].table}/{ENTRIES[key].id}"
    return {name for one in (entry, key) for name in _listed().get(one, {})}


def _refuses(key: str) -> bool:
    """Whether the reader says that the program does not start, or that a file is not read."""
    return _said(key).refuses


class Said(NamedTuple):
    """What is kept of the report on an entry."""

    read: list[Fields]
    refuses: bool
    unsaid: list[str]
    blamed: list[str]


@cache
def _said(key: str) -> Said:
    entry = ENTRIES[key]
    case = CASES[entry.table, entry.id]
    outcome = agreement.report(entry, case, INSTALLED)
    unsaid = nulls.unsaid(report.as_data(outcome, "0"))
    read = agreement.fields(outcome, case.side)
    return Said(read, bool(outcome.unread), unsaid, blamed.lines(outcome))


def _read(key: str) -> list[Fields]:
    return _said(key).read


def _pairs(key: str) -> Iterator[tuple[str, Fields, Fields | None]]:
    """Each endpoint of the wire with the reader's, by port and address or by the client's name."""
    theirs = _read(key)
    for name, wire in ENTRIES[key].endpoints.items():
        yield name, wire, agreement.partner(wire, theirs, _recipient(key, name))


def _recipient(key: str, endpoint: str) -> str:
    """Whom the message was for that the wire shows; its name stands before the endpoint's."""
    messages = CASES[ENTRIES[key].table, ENTRIES[key].id].options.get("messages", {})
    return Letter(**messages.get(endpoint.rpartition(" ")[0], {})).recipient


@pytest.fixture(scope="module")
def counted(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """What was compared, for the last lines of the run."""
    count: Counter[str] = Counter()
    yield count
    if count["runs"]:
        entries = sum(1 for key in count if key.startswith("entry "))
        suites.say(
            request.config,
            f"agreement: {count['runs']} runs of {entries} entries, "
            f"{count['compared']} fields compared, {count['undecided']} undecided",
        )


def _count(key: str, counted: Counter[str]) -> None:
    counted["runs"] += 1
    counted[f"entry {key.rpartition('/')[0]}"] += 1
    for _name, wire, mine in _pairs(key):
        for field in wire if mine else ():
            if agreement.shown(field, wire):
                left_open = isinstance(mine and mine[field], agreement.Undecided)
                counted["undecided" if left_open else "compared"] += 1


@pytest.mark.parametrize("key", ENTRIES)
def test_reader_and_wire_agree(key: str, counted: Counter[str]) -> None:
    _count(key, counted)
    wrong = []
    for name, wire, mine in _pairs(key):
        if mine is None:
            wrong.append(f"{name}: the reader has no such endpoint")
        else:
            wrong.extend(f"{name}: {one}" for one in agreement.disagreements(wire, mine))
    assert wrong == []


# A message takes one way of a client; the others that it may take show nothing in an entry.
@pytest.mark.parametrize("key", [key for key in ENTRIES if ENTRIES[key].table.endswith("_server")])
def test_the_reader_sees_no_server_that_is_not_there(key: str) -> None:
    there = list(ENTRIES[key].endpoints.values())
    missing = [one for one in _read(key) if not any(agreement.same(wire, one) for wire in there)]
    # A server that dies before it listens shows nothing.
    surplus = [one["id"] for one in missing if one["usable"] is not False]
    assert surplus == [] or (not there and _may_not_start(key))


def _may_not_start(key: str) -> bool:
    """Whether the reader says itself that the program may not start at all.

    It goes on behind a line that the program refuses, so that one bad line does not hide the rest;
    and the name of a port may be one that only the host knows.
    """
    return (
        _refuses(key)
        or "starts" in _left_open(key)
        or any(isinstance(one["port"], agreement.Undecided) for one in _read(key))
    )


# The network of the ordinary peer: where the files name it, the peer is no stranger.
NAMED = b"198.51.100"


def _names_the_peer(key: str) -> bool:
    return any(NAMED in text for text in ENTRIES[key].files.values())


STRANGE = [key for key in ENTRIES if key.startswith("postfix_server/") and not _names_the_peer(key)]


@pytest.mark.parametrize("key", STRANGE)
def test_who_relays_for_strangers(key: str) -> None:
    entry = ENTRIES[key]
    case = CASES[entry.table, entry.id]
    seen = table.load_seen(case)[entry.version]["endpoints"]
    open_relays = {derive.split_name(name) for name, one in seen.items() if derive.relays(one)}
    found = agreement.report(entry, case, INSTALLED).endpoints
    tagged = {
        (one.endpoint.address, one.endpoint.port)
        for _unit, one in found
        if "open-relay" in one.endpoint.tags
    }
    assert tagged == open_relays


@pytest.mark.parametrize("key", [key for key in ENTRIES if key.startswith("dovecot_server/")])
def test_the_reader_knows_what_dovecot_refuses(key: str) -> None:
    """Dovecot reads all of its configuration before it starts, so what ends it is in the files."""
    knows = _refuses(key) is not ENTRIES[key].starts
    assert knows is ("starts" not in _left_open(key))


@pytest.mark.parametrize("key", ENTRIES)
def test_only_listed_fields_are_undecided(key: str) -> None:
    undecided = {
        field
        for one in _read(key)
        for field, value in one.items()
        if isinstance(value, agreement.Undecided)
    }
    assert undecided == _left_open(key) - {"starts"}


@pytest.mark.parametrize("key", ENTRIES)
def test_a_field_is_null_only_for_a_reason(key: str) -> None:
    assert _said(key).unsaid == []


@cache
def _blamed() -> dict[str, list[str]]:
    """The lines that are to be blamed, by entry or by one version of it."""
    return yaml.safe_load(blamed.TABLE.read_text("utf-8")) or {}


@pytest.mark.parametrize("key", ENTRIES)
def test_an_error_is_blamed_on_the_line_to_edit(key: str) -> None:
    """`python -m tests.wire.blamed` writes the table; a new line in it wants to be read."""
    entry = key.rpartition("/")[0]
    assert _said(key).blamed == _blamed().get(key, _blamed().get(entry, []))


def test_every_line_that_is_to_be_blamed_is_of_an_entry() -> None:
    known = {*ENTRIES, *(key.rpartition("/")[0] for key in ENTRIES)}
    assert _blamed().keys() <= known


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
    """The comparison itself: an answer with one field changed never agrees with the wire.

    Nor does another endpoint of the reader take the changed one's place.
    """
    theirs = _read(key)
    for name, wire, mine in _pairs(key):
        assert mine is not None, name
        for field in wire:
            if not isinstance(mine[field], agreement.Undecided) and agreement.shown(field, wire):
                changed = {**mine, field: _turned(mine[field])}
                assert agreement.disagreements(wire, changed), f"{name}: {field}"
                others = [changed if one is mine else one for one in theirs]
                found = agreement.partner(wire, others, _recipient(key, name))
                assert found is None or agreement.disagreements(wire, found), f"{name}: {field}"
