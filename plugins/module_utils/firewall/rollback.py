# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Restores the former rules unless a connection confirms in time that the host can be reached.

Before a change our rules are saved, and a process in the background begins to wait; it outlives the
connection.  If the run is not confirmed in time, the process restores what was saved, and only
that: it never touches the rules of others, even if they have changed since.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time

from ..errors import MailwardenError
from . import disk, ours, plan, points, systemd
from .exposure import EXPOSURE
from .plan import OwnRules
from .shape import Maybe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

    from .nft import Nft
    from .ruleset import Chain, Ruleset

    Data = Dict[str, Any]

PENDING = disk.RUN + "/pending.json"
PROGRAM = disk.RUN + "/firewall.pyz"
# The keys of a waiting change that this module relies on.
CHANGE = {
    "id": str,
    "seconds": int,
    "before": {
        "table": [dict],
        "placed": [
            {
                "chain": (str, str, str),
                "before": Maybe({"handle": int, "expr": [dict]}),
                "exprs": [[dict]],
            }
        ],
    },
    "nft": str,
    "exposure": Maybe(EXPOSURE),
    "persistent": bool,
}
# Holds the time at which the last change was undone.
UNDONE = disk.RUN + "/undone.json"
# How long a process may take to begin to wait.
PATIENCE = 20.0
TICK = 0.25
# How often it tries to restore, and the seconds between: what is in nft's way may go away.
TRIES = 300
PAUSE = 1.0


def snapshot(ruleset: Ruleset) -> Data:
    """What is ours at this moment, so that it can be restored."""
    there = plan.present(ruleset)
    return {
        "table": there.table,
        "placed": [
            {"chain": list(name), "before": _anchor(ruleset.chains[name], handle), "exprs": exprs}
            for (name, handle), exprs in there.placed.items()
        ],
    }


def _anchor(chain: Chain, handle: int | None) -> Data | None:
    """The rule before which ours stand; its expression too, since a reload gives new handles."""
    if handle is None:
        return None
    (expr,) = [rule.expr for rule in chain.rules if rule.handle == handle]
    return {"handle": handle, "expr": expr}


def target(ruleset: Ruleset, data: Data) -> OwnRules:
    """What was ours, in the chains of this moment.

    If the chain has changed so that a place is gone, a place is found anew.
    """
    placed: plan.Placed = {}
    for one in data["placed"]:
        name = tuple(one["chain"])
        chain = ruleset.chain(*name)
        handle = _found(chain, one["before"]) if chain else None
        if chain is None or (handle is None and one["before"] is not None):
            return _anew(ruleset, data)
        placed[name, handle] = one["exprs"]
    return OwnRules(placed, data["table"])


def _found(chain: Chain, anchor: Data | None) -> int | None:
    if anchor is None:
        return None
    same = [rule.handle for rule in chain.rules if rule.expr == anchor["expr"]]
    if anchor["handle"] in same:
        return int(anchor["handle"])
    return same[0] if len(same) == 1 else None


def _anew(ruleset: Ruleset, data: Data) -> OwnRules:
    rules = ours.incoming(data["table"])
    rules += [(expr, one["chain"][0]) for one in data["placed"] for expr in one["exprs"]]
    before = ours.of_rules(rules)
    found = points.find(ruleset, before.ports)
    return OwnRules(plan.own_rules(before, found.points).placed, data["table"])


def pending() -> Data | None:
    """The change that is not confirmed yet."""
    return _change(PENDING)


def _change(path: str) -> Data | None:
    data: Data | None = disk.from_json(path, CHANGE)
    return data


def arm(before: Data, seconds: int, change: Data, program: bytes) -> str:
    """Begins to wait.  Out: the id by which the change is confirmed.

    In: a snapshot, the time, what ``waiting`` gives back, and the program of ``program.build``.
    Raises ``MailwardenError`` where no process begins to; then nothing may be changed, and what
    waited before still does: it is replaced only once the new process waits.
    """
    import binascii

    name = binascii.hexlify(os.urandom(8)).decode()
    disk.write(PROGRAM, program)
    path = _armed(name)
    disk.write(path, disk.as_json({"id": name, "seconds": seconds, "before": before, **change}))
    try:
        _start(name)
        os.replace(path, PENDING)
    except (OSError, MailwardenError):
        disk.remove(path)
        raise
    finally:
        disk.remove(_ready(name))
    disk.remove(UNDONE)
    return name


def disarm() -> None:
    """Calls off the waiting change, if there is one."""
    disk.remove(PENDING)


def forget() -> None:
    """Takes away what is kept even where nothing waits, and last the lock, which the caller has.

    What a run left that died while it armed is among it.
    """
    for name in os.listdir(disk.RUN):
        if os.path.join(disk.RUN, name) != disk.LOCK:
            disk.remove(os.path.join(disk.RUN, name))
    disk.remove(disk.LOCK)
    disk.sweep(disk.RUN)


def _start(name: str) -> None:
    import subprocess

    command = [sys.executable, PROGRAM, "watch", name]
    if not systemd.starts("mailwarden-rollback-" + name, command):
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
    end = time.monotonic() + PATIENCE
    while not os.path.exists(_ready(name)):
        if time.monotonic() > end:
            raise MailwardenError("no rollback could be armed: {}".format(" ".join(command)))
        time.sleep(0.02)


def _ready(name: str) -> str:
    return f"{disk.RUN}/{name}.ready"


def _armed(name: str) -> str:
    return f"{disk.RUN}/{name}.json"


def watch(name: str, load: Any) -> str:
    """Waits, in a process of its own; restores when the time is over.

    In: the id, and what makes an ``Nft`` of a path.  Out: what became of it.
    """
    first = _change(_armed(name))
    if first is None:
        return "nothing to wait for"
    end = time.monotonic() + first["seconds"]
    disk.write(_ready(name), b"")
    while time.monotonic() < end:
        time.sleep(TICK)
        if not os.path.exists(_armed(name)) and not _waits(name):
            return "confirmed"
    return _undo(name, load)


def _waits(name: str) -> bool:
    data = pending()
    return data is not None and data["id"] == name


def _undo(name: str, load: Any) -> str:
    """Restores as soon as it can be; between two tries the change may still be confirmed."""
    for _again in range(TRIES - 1):
        with contextlib.suppress(MailwardenError, OSError, ValueError):
            return _undone(name, load)
        time.sleep(PAUSE)
    return _undone(name, load)


def _undone(name: str, load: Any) -> str:
    with disk.locked():
        # A run that died while it armed has changed nothing.
        disk.remove(_armed(name))
        data = pending()
        if data is None or data["id"] != name:
            return "confirmed"
        restore(load(data["nft"]), data["before"])
        disk.write(UNDONE, disk.as_json({"id": name, "at": time.strftime("%Y-%m-%d %H:%M:%S")}))
        disarm()
    return "not confirmed within {} seconds: restored what was before".format(data["seconds"])


def restore(nft: Nft, before: Data) -> None:
    """Makes ours what it was."""
    ruleset = nft.listed()
    nft.load(plan.commands(ruleset, target(ruleset, before)))


def waiting(name: str) -> Data:
    """The change that waits under an id.

    Raises ``MailwardenError`` where it is too late, or there is none.
    """
    data = pending()
    if data is not None and data["id"] == name:
        return data
    undone = disk.from_json(UNDONE, {"id": str, "at": str})
    if undone is not None and undone["id"] == name:
        raise MailwardenError("rollback_id: the change was undone at {at}".format(**undone))
    raise MailwardenError(f"rollback_id: no change with the id {name} waits")
