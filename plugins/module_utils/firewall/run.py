# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One run: what is decided is planned, checked, made, and kept."""

from __future__ import annotations

import contextlib

from ..errors import MailwardenError
from . import (
    boot,
    decide,
    disk,
    files,
    ours,
    owners,
    plan,
    points,
    program,
    rollback,
    servers,
    show,
    sockets,
    systemd,
)
from .exposure import from_data
from .nft import Nft
from .plan import OwnRules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, NamedTuple

    from .decide import Decision
    from .exposure import Exposure
    from .files import Files
    from .plan import Command
    from .points import Found
    from .ruleset import Ruleset

    Data = Dict[str, Any]
else:
    from ..tuples import NamedTuple


WAY_OUT = (
    "nothing was changed; mend this, or say what is to be done instead: options unsafe, unknown,"
    " outgoing_25 (of the role: mail_firewall_unsafe, …)"
)


class Refused(MailwardenError):  # noqa: N818  nothing went wrong
    """What is not known, or not safe: nothing was changed. ``data`` are the lists to return."""

    def __init__(self, reasons: list[str], data: Data) -> None:
        super().__init__("\n".join([*reasons, WAY_OUT]))
        self.data = data


class Settings(NamedTuple):
    """How to make a change."""

    check_mode: bool = False
    backend: str = "auto"
    rollback: int = 0
    persistent: bool = True


class Goal(NamedTuple):
    """What a run makes so, and what of it a rollback that is armed remembers."""

    rules: OwnRules
    boot_files: Files
    change: Data


class Planned(NamedTuple):
    """The transaction, which nft has checked, our files until now, and what is returned."""

    commands: list[Command]
    files: Files
    result: Data


def present(nft: Nft, report: Data, options: decide.Options, settings: Settings) -> Data:
    """Makes the firewall match a report.  Out: what the module returns.

    Raises ``Refused`` or another ``MailwardenError`` before any change.
    """
    with _locked(settings):
        ruleset = nft.listed()
        decision = _decided(report, options, ruleset)
        found = points.find(ruleset, decision.exposure.ports)
        owners.check(settings.backend, ruleset, found.points, owners.legacy_tables())
        rules = plan.own_rules(decision.exposure, found.points)
        goal = _goal(nft.program, decision.exposure, rules, settings.persistent)
        made = _make(nft, ruleset, goal, settings)
    result = {**_finished(made, goal, settings), **decision.lists(), **_chains(found)}
    result["warnings"] += decision.warnings + _warnings(ruleset, found, settings)
    if settings.persistent:
        result["boot_commands"] = files.commands(nft.program)
    return result


def absent(nft: Nft, settings: Settings) -> Data:
    """Takes away everything that is ours.  Out: what the module returns."""
    goal = _goal(nft.program, None, OwnRules({}, []), settings.persistent)
    with _locked(settings):
        made = _make(nft, nft.listed(), goal, settings)
        if not settings.check_mode and made.result["rollback"] is None:
            _leave_nothing()
    return _finished(made, goal, settings)


def confirmed(name: str, settings: Settings) -> Data:
    """Calls off a rollback, and has what was changed outlive a boot.

    A reload of others' rules may have undone it meanwhile; then it is made again.
    Raises ``MailwardenError`` where no such change waits, or it cannot be made again.
    """
    with _locked(settings):
        waiting = rollback.waiting(name)
        nft = Nft(waiting["nft"])
        ruleset = nft.listed()
        goal = _waiting_goal(ruleset, waiting)
        made = _planned(nft, ruleset, goal)
        made.result["changed"] = True
        if not settings.check_mode:
            _settle(nft, ruleset, made.commands, goal.boot_files)
            if waiting["exposure"] is None:
                _leave_nothing()
    return _finished(made, goal, settings)


def _goal(nft: str, exposure: Exposure | None, rules: OwnRules, persistent: bool) -> Goal:
    """In: the path of nft, the exposure (none for nothing of ours), and its rules."""
    data = exposure.as_data() if exposure else None
    boot_files = files.boot_files(exposure, nft) if exposure and persistent else {}
    return Goal(rules, boot_files, {"nft": nft, "exposure": data, "persistent": persistent})


def _waiting_goal(ruleset: Ruleset, waiting: Data) -> Goal:
    """That of the change that waits, in the chains of this moment."""
    exposure = from_data(waiting["exposure"]) if waiting["exposure"] else None
    rules = boot.planned(ruleset, exposure) if exposure else OwnRules({}, [])
    return _goal(waiting["nft"], exposure, rules, waiting["persistent"])


def _leave_nothing() -> None:
    """Removes what is left of runs that died, and the lock."""
    files.sweep()
    rollback.forget()


def _locked(settings: Settings) -> contextlib.AbstractContextManager[None]:
    # A run in check mode leaves no file, not even that.
    return contextlib.nullcontext() if settings.check_mode else disk.locked()


def _decided(report: Data, options: decide.Options, ruleset: Ruleset) -> Decision:
    servers.check(report)
    listeners = sockets.listening(decide.ports_of(report))
    decision = decide.decide(report, listeners, ours.read(ruleset), options)
    if decision.failures:
        raise Refused(decision.failures, decision.lists())
    return decision


def _planned(nft: Nft, ruleset: Ruleset, goal: Goal) -> Planned:
    commands = plan.commands(ruleset, goal.rules)
    before = files.present()
    diff = _diff(ruleset, goal, before)
    changed = bool(commands) or before != goal.boot_files
    nft.check(commands)
    return Planned(commands, before, {"changed": changed, "rollback": None, "diff": diff})


def _make(nft: Nft, ruleset: Ruleset, goal: Goal, settings: Settings) -> Planned:
    """Makes the change, unless there is none or nothing may be changed."""
    made = _planned(nft, ruleset, goal)
    commands, result = made.commands, made.result
    pending = rollback.pending()
    result["changed"] = result["changed"] or pending is not None
    if settings.check_mode or not result["changed"]:
        return made
    if settings.rollback and (commands or pending):
        snapshot = pending["before"] if pending else rollback.snapshot(ruleset)
        name = rollback.arm(snapshot, settings.rollback, goal.change, program.build())
        result["rollback"] = {"id": name, "seconds": settings.rollback}
        # Should this fail, what is armed goes back to what was last confirmed all the same.
        _load(nft, ruleset, commands)
        return made
    _settle(nft, ruleset, commands, goal.boot_files)
    return made


def _load(nft: Nft, seen: Ruleset, commands: list[Command]) -> None:
    """Loads what was planned for a ruleset.

    A rule is named by its handle.  After a reload of the ruleset the handle may be another rule's;
    then ``MailwardenError`` is raised.
    """
    if commands and nft.listed().places() != seen.places():
        raise MailwardenError(
            "the ruleset was changed by somebody else while this run planned; the run has changed"
            " no rule, run it again"
        )
    nft.load(commands)


def _settle(nft: Nft, seen: Ruleset, commands: list[Command], boot_files: Files) -> None:
    """Makes a change that stays.

    A run that dies on the way leaves no rollback that would undo what a boot brings back.
    """
    _load(nft, seen, commands)
    rollback.disarm()
    files.install(boot_files)


def _finished(made: Planned, goal: Goal, settings: Settings) -> Data:
    """What needs the lock to be free: the unit takes it.

    Out: what is returned; its warnings are what systemd could not do.
    """
    todo = files.owed(made.files, goal.boot_files) if made.result["rollback"] is None else []
    failed = [] if settings.check_mode else systemd.tell(todo)
    changed = made.result["changed"] or (bool(todo) and not failed)
    return {**made.result, "changed": changed, "warnings": failed}


def _diff(ruleset: Ruleset, goal: Goal, files_before: Files) -> list[dict[str, str]]:
    """What changes, as Ansible shows it: our rules, and our files."""
    before, after = (show.state(one, ruleset) for one in (plan.present(ruleset), goal.rules))
    pairs = [
        ("the module's own rules", before, after),
        ("the module's own files", files.shown(files_before), files.shown(goal.boot_files)),
    ]
    return [
        {"before_header": name, "after_header": name, "before": one, "after": other}
        for name, one, other in pairs
        if one != other
    ]


def _chains(found: Found) -> Data:
    return {
        "chains": [{"chain": one.chain.shown, "before": one.shown} for one in found.points],
        "blocked": [
            {"chain": one.chain.shown, "rule": one.rule.text, "ports": sorted(one.ports)}
            for one in found.blocked
        ],
    }


def _warnings(ruleset: Ruleset, found: Found, settings: Settings) -> list[str]:
    said = [
        "chain {}: {!r} drops some of what comes to {}, and was left alone".format(
            one.chain.shown, one.rule.text, ", ".join(map(str, sorted(one.ports)))
        )
        for one in found.blocked
    ]
    said += [
        f"chain {chain.shown} (hook {chain.hook}) drops before that, and was left alone"
        for chain in ruleset.foreign()
        if chain.hook in ("prerouting", "ingress") and chain.policy == "drop"
    ]
    if settings.persistent and not systemd.is_here():
        said.append("there is no systemd: have boot_commands run after the firewall is loaded")
    return said
