"""The module and a real systemd: of both releases, in a container that boots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall import disk

from tests.firewall import peer
from tests.firewall.booted import Booted, NotPossibleError, booted
from tests.firewall.node import wait_for
from tests.firewall.reports import USUAL
from tests.firewall.rulesets import RULESETS
from tests.firewall.test_systemd import STOP, UNIT, UNITS, by_name
from tests.support import suites
from tests.wire import chroots, cleanup
from tests.wire.namespaces import SERVER

pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.needs_command("systemd-nspawn", "nsenter", *chroots.TOOLS),
    pytest.mark.firewall(""),
]

# Lets in more mail ports than are to be: whatever comes too late is seen.
RULES = RULESETS["opens mail ports by hand"]
OPEN = {(SERVER[4], 25), (SERVER[4], 465), (SERVER[4], 587), (SERVER[6], 25), (SERVER[6], 587)}
DOORS = [peer.Door("ordinary", address, port) for address in SERVER.values() for port in peer.MAIL]
# Listens on every mail port before anything else is started.
LISTENS = {
    "early.socket": """\
[Unit]
DefaultDependencies=no
[Socket]
{}
[Install]
WantedBy=sysinit.target
""",
    "early.service": """\
[Unit]
DefaultDependencies=no
[Service]
ExecStart=sleep infinity
""",
}
# A Python on a file system of its own, which is long in coming.
MOUNTS = {
    "slow.service": """\
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=sleep 2
""",
    "opt-python.mount": """\
[Unit]
Wants=slow.service
After=slow.service
[Mount]
What=/usr
Where=/opt/python
Options=bind
[Install]
WantedBy=local-fs.target
""",
}
# Runs Python in a login of its own, which leaves a process behind.
LOGIN = """\
#!/bin/sh
exec systemd-run --quiet --collect --wait --pipe -p User=root -p PAMName=login -E PYTHONPATH \\
    sh -c 'setsid sleep infinity <&- >&- 2>&- & echo $! > /run/left; exec python3 "$@"' sh "$@"
"""
# What a run that died, or somebody else, left systemd with.
LEFT = {
    "never told": f"cd {UNITS}; mv {UNIT} /run; {'; '.join(STOP)}; mv /run/{UNIT} .",
    "stopped": f"systemctl stop {UNIT}",
    "has read another text": f"sed -i /PartOf/d {UNITS}/{UNIT}; systemctl daemon-reload",
}


@pytest.fixture(scope="module")
def systems(request: pytest.FixtureRequest) -> dict[str, Path]:
    """The systems to boot, where this machine can; it has to be tried."""
    cleanup.install()
    try:
        made = chroots.ensure(kind="boot")
    except chroots.NotPossibleError as error:
        pytest.skip(str(error))
    try:
        with booted(made[chroots.RELEASES[0]]):
            return made
    except NotPossibleError as error:
        reason = f"no real systemd was tried: this machine boots no container: {error}"
        suites.say(request.config, reason)
        # Not left out, which CI takes for a failure: nothing that is installed would help.
        pytest.xfail(reason)


@pytest.fixture(params=chroots.RELEASES)
def host(request: pytest.FixtureRequest, systems: dict[str, Path]) -> Iterator[Booted]:
    with booted(systems[request.param]) as running:
        running.install(RULES)
        yield running


def write(host: Booted, path: str, text: str) -> None:
    host.run("sh", "-c", 'mkdir -p "${0%/*}" && cat > "$0"', path, text=text)


def state(host: Booted, unit: str = UNIT) -> str:
    return host.start("systemctl", "is-active", unit).stdout.strip()


def when(host: Booted, unit: str, what: str) -> int:
    """Return the microsecond in which systemd saw something happen to a unit."""
    shown = host.run("systemctl", "show", "--value", f"--property={what}TimestampMonotonic", unit)
    return int(shown)


def reached_during_a_boot(host: Booted) -> set[tuple[str, int]]:
    """Boot the host; return the mail ports that a peer reached at any moment of it."""
    reached: set[tuple[str, int]] = set()

    def knock(seconds: float = 0.05) -> bool:
        found = peer.knock(host.world.peers, DOORS, seconds)
        reached.update((door.address, door.port) for door in DOORS if found[door] == "open")
        return reached >= OPEN

    host.reboot(knock)
    wait_for(knock)
    knock(max(peer.PATIENCE))
    return reached


@pytest.mark.firewall("booted: a boot")
@pytest.mark.parametrize(("rules", "verb"), [(RULES, "enable"), ("", "disable")])
def test_a_boot_brings_the_rules_back_before_the_network(
    host: Booted, rules: str, verb: str
) -> None:
    """Whether or not the host has a ruleset that comes back too."""
    host.install(rules)
    host.run("systemctl", verb, "nftables")
    before = by_name(host)
    assert host.module(report=USUAL)["changed"]
    after = by_name(host)
    assert state(host) == "active"
    assert not host.module(report=USUAL)["changed"]
    for name, text in LISTENS.items():
        ports = "\n".join(f"ListenStream={port}" for port in peer.MAIL)
        write(host, f"{UNITS}/{name}", text.format(ports))
    host.run("systemctl", "enable", "early.socket")
    assert reached_during_a_boot(host) == OPEN
    assert when(host, UNIT, "ActiveEnter") <= when(host, "systemd-networkd", "InactiveExit")
    assert by_name(host) == after
    host.run("systemctl", "disable", "--now", "early.socket", "early.service")
    assert not host.module(report=USUAL)["changed"]
    assert host.module(state="absent")["changed"]
    assert "not-found" in host.run("systemctl", "show", "--property=LoadState", UNIT)
    assert by_name(host) == before
    host.reboot()
    assert by_name(host) == before
    assert not host.module(state="absent")["changed"]


def test_a_boot_waits_for_the_file_system_of_python(host: Booted) -> None:
    for name, text in MOUNTS.items():
        write(host, f"{UNITS}/{name}", text)
    host.run("systemctl", "enable", "--now", "opt-python.mount")
    host._replace(python="/opt/python/bin/python3").module(report=USUAL)
    after = by_name(host)
    host.reboot()
    assert (state(host), by_name(host)) == ("active", after)


def test_systemd_finds_nothing_wrong_with_the_unit(host: Booted) -> None:
    host.module(report=USUAL)
    done = host.start("systemd-analyze", "verify", f"{UNITS}/{UNIT}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("verbs", [["reload"], ["restart"], ["reload"] * 5 + ["restart", "reload"]])
def test_a_reload_of_the_ruleset(host: Booted, verbs: list[str]) -> None:
    """It is over before the unit has done its part; the next may begin meanwhile."""
    host.module(report=USUAL)
    after = by_name(host)
    for verb in verbs:
        host.reload(verb)
    host.settle()
    assert (state(host), by_name(host)) == ("active", after)
    assert not host.module(report=USUAL)["changed"]


def test_a_run_while_the_unit_is_reloaded(host: Booted) -> None:
    host.module(report=USUAL)
    holds = ("flock", disk.LOCK, "sleep", "infinity")
    host.run("systemd-run", "--quiet", "--unit=holder", *holds)
    wait_for(lambda: host.start("flock", "--nonblock", disk.LOCK, "true").returncode != 0)
    host.run("systemctl", "reload", "--no-block", UNIT)
    wait_for(lambda: state(host) == "reloading")
    assert not host.module(report=USUAL, check=True)["changed"]
    host.run("systemctl", "stop", "holder")
    host.settle()
    assert state(host) == "active"


@pytest.mark.parametrize("left", LEFT)
def test_the_next_run_makes_it_right(host: Booted, left: str) -> None:
    host.module(report=USUAL)
    after = by_name(host)
    host.run("sh", "-ec", LEFT[left])
    assert host.module(report=USUAL)["changed"]
    assert not host.module(report=USUAL)["changed"]
    host.reload()
    host.settle()
    assert (state(host), by_name(host)) == ("active", after)


def test_a_program_that_fails(host: Booted) -> None:
    """What is to be closed is; the unit says why the rest is missing, and the next run mends it."""
    host.module(report=USUAL)
    after = by_name(host)
    write(host, disk.EXPOSURE, "")
    host.reload("restart")
    host.settle()
    assert state(host) == "failed"
    assert "is not whole" in host.run("journalctl", "--unit", UNIT)
    assert "mailwarden" in host.run("nft", "list", "tables")
    assert host.module(report=USUAL)["changed"]
    assert (state(host), by_name(host)) == ("active", after)
    write(host, disk.EXPOSURE, "")
    host.run("systemctl", "restart", UNIT, fails=True)
    assert host.module(state="absent")["changed"]
    assert (state(host), UNIT in host.run("systemctl", "list-units", "--all")) == (
        "inactive",
        False,
    )


def test_what_waits_outlives_the_login(host: Booted) -> None:
    before = by_name(host)
    write(host, "/run/login", LOGIN)
    host.run("chmod", "755", "/run/login")
    host._replace(python="/run/login").module(report=USUAL, rollback=2)
    # Where logind.conf has KillUserProcesses, a login ends so.
    host.run("systemctl", "stop", "user.slice")
    host.run("sh", "-c", "kill -0 $(cat /run/left)", fails=True)
    wait_for(lambda: by_name(host) == before)
    assert not host.module(state="absent")["changed"]


@pytest.mark.parametrize("end", ["confirmed", "booted"])
def test_what_waits_ends(host: Booted, end: str) -> None:
    before = by_name(host)
    made: dict[str, Any] = host.module(report=USUAL, rollback=600)
    after, name = by_name(host), made["rollback"]["id"]
    waits = f"mailwarden-rollback-{name}"
    assert state(host, waits) == "active"
    if end == "confirmed":
        host.module(state="confirmed", rollback_id=name)
        wait_for(lambda: state(host, waits) == "inactive")
        assert "confirmed" in host.run("journalctl", "--identifier=mailwarden-firewall")
    host.reboot()
    assert by_name(host) == (after if end == "confirmed" else before)
    assert state(host) == ("active" if end == "confirmed" else "inactive")
