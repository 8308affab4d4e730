"""The module and systemd: what it is told, what a reload brings back, what it could not do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.firewall.node import PROGRAMS, Node, wait_for
from tests.firewall.reports import USUAL
from tests.firewall.rulesets import RULESETS

pytestmark = [pytest.mark.needs_root, pytest.mark.needs_command("nft", "ip", "nsenter", "unshare")]

RULES = RULESETS["last rule rejects"]
UNIT = "mailwarden-firewall.service"
UNITS = "/etc/systemd/system"
PLACES = ("/run/mailwarden", "/var/lib/mailwarden", f"{UNITS}/{UNIT}*", f"{UNITS}/*/{UNIT}")
SHOW = f"systemctl show --property=ActiveState,NeedDaemonReload {UNIT}"
START = ["systemctl daemon-reload", f"systemctl start {UNIT}"]
STOP = [f"systemctl stop {UNIT}", "systemctl daemon-reload"]


@pytest.fixture
def booted(clean: Node) -> Node:
    """A host that systemd has started, with the ruleset of its file."""
    clean.run_systemd()
    clean.install(RULES)
    return clean


def by_name(host: Node) -> list[str]:
    """Return the ruleset without the order of its tables, which a reload changes."""
    return sorted(json.dumps(one, sort_keys=True) for one in host.listed())


@pytest.mark.parametrize("verb", ["reload", "restart"])
@pytest.mark.parametrize("persistent", [True, False])
def test_a_reload_of_the_ruleset(booted: Node, verb: str, persistent: bool) -> None:
    """It takes away what is loaded; only the unit brings it back."""
    before = by_name(booted)
    booted.module(report=USUAL, persistent=persistent)
    after = by_name(booted)
    assert after != before
    booted.reload(verb)
    assert by_name(booted) == (after if persistent else before)


def test_what_systemd_is_told(booted: Node) -> None:
    for given, told in (
        ({"report": USUAL}, START),
        ({"report": USUAL}, []),
        ({"report": USUAL, "persistent": False}, STOP),
        ({"report": USUAL, "persistent": False}, []),
        ({"report": USUAL}, START),
        ({"state": "absent"}, STOP),
        ({"state": "absent"}, []),
    ):
        made = booted.module(check=True, **given)
        assert made["changed"] == bool(told)
        assert booted.calls() == [SHOW]
        assert booted.module(**given)["changed"] == bool(told)
        assert booted.calls() == [SHOW, *told]


# What a run that died, or somebody else, left systemd with.
LEFT = {
    "never told": (f"rm {PROGRAMS}/state", START),
    "stopped": (f"systemctl stop {UNIT}", START),
    "has read another text": (
        f"sed -i 's/PartOf.*//' {UNITS}/{UNIT}; systemctl daemon-reload",
        START,
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_the_next_run_makes_it_right(booted: Node, name: str) -> None:
    left, told = LEFT[name]
    booted.module(report=USUAL)
    after = by_name(booted)
    booted.run("sh", "-c", left)
    booted.calls()
    assert booted.module(report=USUAL, check=True)["changed"]
    assert booted.calls() == [SHOW]
    assert booted.module(report=USUAL)["changed"]
    assert booted.calls() == [SHOW, *told]
    assert not booted.module(report=USUAL)["changed"]
    booted.reload()
    assert by_name(booted) == after


@pytest.mark.parametrize(("state", "told"), [("reloading", []), ("activating", START)])
def test_a_run_while_the_unit_is_at_work(booted: Node, state: str, told: list[str]) -> None:
    """A reload has not failed yet; of a start systemd says how it ends."""
    at_work = f"""sed -i 's/"{UNIT}": "active"/"{UNIT}": "{state}"/' {PROGRAMS}/state"""
    for given, calls in (({"report": USUAL}, told), ({"state": "absent"}, STOP)):
        booted.module(report=USUAL)
        booted.run("sh", "-c", at_work)
        booted.calls()
        assert booted.module(**given)["changed"] == bool(calls)
        assert booted.calls() == [SHOW, *calls]


@pytest.mark.firewall("module: a run that died, and no boot since")
def test_after_a_run_that_died_the_rules_outlive_a_reload(booted: Node) -> None:
    """Whichever of its steps it died before, if the next run came through."""
    booted.module(report=USUAL)
    after = by_name(booted)
    died, step = True, 1
    while died:
        booted.module(state="absent")
        died = booted.dying(step, report=USUAL)
        booted.module(report=USUAL)
        booted.reload()
        assert by_name(booted) == after, step
        step += 1
    assert step > 10


@pytest.mark.firewall("module: a removal after a run that died")
@pytest.mark.parametrize("dies", ["the removal", "the first run", "the first run with a rollback"])
def test_a_removal_leaves_nothing(booted: Node, dies: str) -> None:
    """Whatever run before it died, and before which of its steps."""
    before = by_name(booted)
    given: dict[str, Any] = {"report": USUAL, "rollback": 60 if "rollback" in dies else 0}
    died, step = True, 1
    while died:
        if dies == "the removal":
            booted.module(report=USUAL)
            given = {"state": "absent"}
        died = booted.dying(step, **given)
        booted.module(state="absent")
        assert "ActiveState=inactive" in booted.run(*SHOW.split()), step
        assert not booted.module(state="absent")["changed"], step
        assert not booted.run("sh", "-c", f"ls -d {' '.join(PLACES)} 2>/dev/null || true"), step
        booted.reload()
        assert by_name(booted) == before, step
        step += 1
    assert step > 10


def test_a_unit_that_failed_is_forgotten(booted: Node) -> None:
    booted.module(report=USUAL)
    booted.run("sh", "-c", "systemctl stop $0; rm /var/lib/mailwarden/firewall/closing.nft", UNIT)
    booted.run("systemctl", "start", UNIT, fails=True)
    booted.calls()
    booted.module(state="absent")
    assert booted.calls() == [SHOW, f"systemctl reset-failed {UNIT}", "systemctl daemon-reload"]
    assert not booted.module(state="absent")["changed"]


def test_what_systemd_can_not_do_is_said(booted: Node) -> None:
    booted.run("touch", f"{PROGRAMS}/refuses")
    for changed in (True, False):
        made = booted.module(report=USUAL)
        assert made["changed"] == changed
        assert [one["event"]["msg"] for one in made["warnings"]] == [
            f"{told}: Failed to connect to bus: No such file or directory" for told in START
        ]
    booted.run("rm", f"{PROGRAMS}/refuses")
    made = booted.module(report=USUAL)
    assert (made["changed"], made.get("warnings")) == (True, None)


@pytest.mark.parametrize("refuses", [False, True])
def test_what_waits_outlives_the_login(booted: Node, refuses: bool) -> None:
    """In a unit of its own; where systemd makes none, in a session of its own."""
    before = by_name(booted)
    if refuses:
        booted.run("touch", f"{PROGRAMS}/refuses")
    made: dict[str, Any] = booted.module(report=USUAL, rollback=1)
    name = made["rollback"]["id"]
    (call,) = booted.calls()
    assert call.startswith(f"systemd-run --quiet --collect --unit=mailwarden-rollback-{name} ")
    assert call.endswith(f" /run/mailwarden/firewall.pyz watch {name}")
    wait_for(lambda: by_name(booted) == before)
