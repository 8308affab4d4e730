"""What a host goes through, with the peer looking at every stage."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.controllers import Controller

from . import mail, peer, role, ruleset
from .managed import Host
from .scenario import Scenario

# A row of the table that the playbook prints: a port, and what became of it.
ROW = re.compile(r'^ +"(\d+) +(opened|closed|unsafe|kept) ', re.MULTILINE)
# Where mail programs, logins and Ansible write while they run.
PASSING = (
    "etc/dovecot/",
    "etc/postfix/",
    "home/",
    "root/.ansible/",
    "run/",
    "tmp/",
    "var/lib/dovecot/",
    "var/lib/postfix/",
    "var/log/",
    "var/mail/",
    "var/spool/postfix/",
)


class Look(NamedTuple):
    """All that can be seen of the firewall, from the peer and on the host."""

    reached: peer.Reached
    others: peer.Scan
    rules: Any
    files: dict[str, str]


class Trip(NamedTuple):
    """A host that has been made ready, and what it was like before."""

    scenario: Scenario
    host: Host
    controller: Controller
    folder: Path
    # Before stale rules came, and with them.
    clean: Look
    before: Look

    def run(self, *options: str, python: str = "", **variables: Any) -> role.Run:
        """Run the role as the scenario has it."""
        return role.run(
            self.host,
            self.controller,
            self.folder,
            {**self.scenario.variables, **variables},
            *options,
            user=self.scenario.login,
            python=python,
        )

    def applies(self) -> role.Run:
        """Run the role; it changes something."""
        done = self.run()
        assert done.failed == done.unreachable == 0, done.printed
        assert done.changed, done.printed
        return done

    def tells(self, done: role.Run) -> None:
        """See that a run prints what became of each port, and what the scenario says besides."""
        rows = ROW.findall(done.printed)
        opened = {int(port) for port, state in rows if state == "opened"}
        closed = {int(port) for port, state in rows if state == "closed"}
        assert not opened & closed, done.printed
        assert opened, done.printed
        # Warnings are broken into lines.
        printed = " ".join(done.printed.split())
        for said in self.scenario.says:
            assert said in printed, done.printed

    def stays(self) -> None:
        """Run the role; it changes nothing."""
        before = look(self.host)
        done = self.run()
        assert (done.changed, done.failed, done.unreachable) == (0, 0, 0), done.printed
        same(look(self.host), before)

    def reaches(self, expected: peer.Reached) -> Look:
        """See that the peer reaches these mail ports, and all others as before."""
        now = look(self.host)
        assert now.reached == expected
        assert now.others == self.before.others
        return now


def look(host: Host) -> Look:
    """Look at the host."""
    found = peer.scan(host.world, (*peer.MAIL, *peer.OTHERS, host.ssh_port))
    mail_only = {door: answer for door, answer in found.items() if door.port in peer.MAIL}
    others = {door: answer for door, answer in found.items() if door not in mail_only}
    return Look(peer.reached(mail_only), others, ruleset.listed(host), files_of(host))


def same(now: Look, before: Look) -> None:
    """See that nothing has changed; part by part, so that a failure says what has."""
    assert now.reached == before.reached
    assert now.others == before.others
    assert now.rules == before.rules
    assert now.files == before.files


def files_of(host: Host) -> dict[str, str]:
    """Return what has become of every file and folder of the system, mail programs aside."""
    upper = host.box.place / "upper"
    names = (path for path in upper.rglob("*") if not path.is_socket())
    return {
        name: content_of(path)
        for path in sorted(names)
        if not f"{(name := str(path.relative_to(upper)))}/".startswith(PASSING)
    }


def content_of(path: Path) -> str:
    """Return what tells a file from another."""
    if path.is_symlink():
        return str(path.readlink())
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def follow(trip: Trip) -> None:
    """Open, do it again, reload, boot, change the mail programs, take everything away."""
    scenario, host = trip.scenario, trip.host
    checked = trip.run("--check", "--diff")
    assert (checked.changed, checked.failed) == (1, 0), checked.printed
    same(look(host), trip.before)
    assert "mailwarden" in checked.printed, "check mode shows no difference"
    assert "Nothing was changed, in check mode." in checked.printed
    trip.tells(checked)

    trip.tells(trip.applies())
    after = trip.reaches(scenario.after)
    trip.stays()
    ruleset.reload(host)
    same(look(host), after)
    ruleset.boot(host)
    trip.reaches(scenario.booted)

    mail.change(host, scenario.mail, scenario.later)
    trip.applies()
    trip.reaches(scenario.changed)
    leave(trip)


def leave(trip: Trip) -> None:
    """Take everything away again, and see that the host is as it was, after a boot too."""
    left = trip.run(mail_firewall_state="absent")
    assert left.failed == left.unreachable == 0, left.printed
    assert left.changed, left.printed
    same(look(trip.host), trip.clean)
    ruleset.boot(trip.host)
    assert ruleset.listed(trip.host) == trip.clean.rules


def refuse(trip: Trip) -> None:
    """Fail and say why, with nothing changed."""
    for options in (("--check",), ()):
        refused = trip.run(*options)
        assert refused.failed == 1, refused.printed
        for said in trip.scenario.fails:
            assert said in " ".join(refused.printed.split()), refused.printed
        same(look(trip.host), trip.before)
