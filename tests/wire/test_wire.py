"""The daemons still show what is recorded: the first case of every class, or all of them.

How many are run is chosen with --wire. Needs root, and the systems that
`python -m tests.wire.chroots` makes.
"""

from __future__ import annotations

from typing import Any, cast

import pytest

from . import chroots, cleanup
from .record import Run, run_cases
from .table import TABLES, load_seen, load_table

pytestmark = pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")

Shown = dict[str, dict[str, Any] | Exception]
RUNS: list[Run] = [
    (case, version) for table in TABLES for case in load_table(table) for version in case.versions
]


def _name(run: Run) -> str:
    case, version = run
    return f"{case.table}-{case.id}-{version}"


def _parameter(run: Run) -> Any:
    case, version = run
    kind = f"{case.table} {case.kind} {version}"
    return pytest.param(run, id=_name(run), marks=pytest.mark.wire(kind))


@pytest.fixture(scope="module")
def shown(request: pytest.FixtureRequest) -> Shown:
    """What the daemons show now: the selected cases, run side by side."""
    try:
        chroots.require_machine()
    except chroots.NotPossibleError as error:
        pytest.skip(str(error))
    chosen: list[Run] = [
        cast(Run, item.callspec.params["run"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path
    ]
    cleanup.install()
    found: Shown = {}
    run_cases(chosen, lambda run, result, seconds: found.update({_name(run): result}))
    return found


@pytest.mark.parametrize("run", [_parameter(run) for run in RUNS])
def test_the_wire_shows_what_is_recorded(run: Run, shown: Shown) -> None:
    case, version = run
    result = shown[_name(run)]
    if isinstance(result, Exception):
        raise result
    assert result == load_seen(case)[version]
