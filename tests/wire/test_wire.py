"""The daemons still show what is recorded: one case of every class, or all of them.

All are run with MAILWARDEN_WIRE=all. Needs root, and the systems that
`python -m tests.wire.chroots` makes.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from . import chroots, cleanup
from .record import Run, run_cases
from .table import TABLES, Case, load_seen, load_table

pytestmark = pytest.mark.wire


def representatives() -> list[Case]:
    """The first case of every class of every table; all cases where MAILWARDEN_WIRE is `all`."""
    cases = [case for table in TABLES for case in load_table(table)]
    if os.environ.get("MAILWARDEN_WIRE") == "all":
        return cases
    first: dict[tuple[str, str], Case] = {}
    for case in cases:
        if case.kind:
            first.setdefault((case.table, case.kind), case)
    return list(first.values())


RUNS: list[Run] = [(case, version) for case in representatives() for version in case.versions]


def _name(run: Run) -> str:
    case, version = run
    return f"{case.table}-{case.id}-{version}"


@pytest.fixture(scope="module")
def seen() -> dict[str, dict[str, Any] | Exception]:
    """What the daemons show now, all run side by side."""
    try:
        chroots.require_machine()
    except chroots.NotPossibleError as error:
        pytest.skip(str(error))
    cleanup.install()
    found: dict[str, dict[str, Any] | Exception] = {}
    run_cases(RUNS, lambda run, result, seconds: found.update({_name(run): result}))
    return found


@pytest.mark.parametrize("run", RUNS, ids=_name)
def test_the_wire_shows_what_is_recorded(
    run: Run, seen: dict[str, dict[str, Any] | Exception]
) -> None:
    case, version = run
    result = seen[_name(run)]
    if isinstance(result, Exception):
        raise result
    assert result == load_seen(case)[version]
