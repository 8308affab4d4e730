"""The role on real hosts: the first scenario of every class, or all of them.

How many are run is chosen with --wire. Needs root, and the systems that
`python -m tests.wire.chroots` makes.
"""

from __future__ import annotations

import concurrent.futures
from collections.abc import Iterator, Sequence
from typing import Any, cast

import pytest

from tests.support import controllers, suites
from tests.wire import chroots, cleanup

from .managed import make_keys
from .scenario import Scenario, table
from .travel import travel

pytestmark = [pytest.mark.needs_root, pytest.mark.needs_command("ssh", "ssh-keygen")]

# Two processors are busy with three: each waits for connections some of the time.
AT_A_TIME = 3

Travelled = dict[str, concurrent.futures.Future[None]]


@pytest.fixture(scope="module")
def travelled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Travelled]:
    """Let the hosts of all selected scenarios go through their journeys, side by side."""
    try:
        chroots.require_machine()
    except chroots.NotPossibleError as error:
        pytest.skip(str(error))
    cleanup.install()
    chosen: list[Scenario] = [
        cast(Scenario, item.callspec.params["scenario"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path
    ]
    systems = chroots.ensure({scenario.release for scenario in chosen})
    for line in what_is_tried(chosen):
        suites.say(request.config, f"role: {line}")
    keys = make_keys(tmp_path_factory.mktemp("keys"))
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        yield {
            one.id: pool.submit(
                travel, one, systems[one.release], keys, tmp_path_factory.mktemp(one.id)
            )
            for one in chosen
        }
        pool.shutdown(cancel_futures=True)


def what_is_tried(chosen: Sequence[Scenario]) -> Iterator[str]:
    """Make the controllers of the scenarios; yield which they are, and which is not here."""
    series = sorted({one.controller for one in chosen})
    for name in series:
        try:
            controller = controllers.get(name)
        except chroots.NotPossibleError as error:
            yield str(error)
            continue
        yield "by " + controller.shown
        if name == controllers.NEWEST and controller.left_out:
            yield controller.left_out


def _parameter(scenario: Scenario) -> Any:
    return pytest.param(scenario, id=scenario.id, marks=pytest.mark.firewall(scenario.kind))


@pytest.mark.parametrize("scenario", [_parameter(scenario) for scenario in table()])
def test_the_peer_reaches_what_the_table_says(scenario: Scenario, travelled: Travelled) -> None:
    try:
        travelled[scenario.id].result()
    except chroots.NotPossibleError as error:
        pytest.skip(str(error))
