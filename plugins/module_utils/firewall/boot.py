# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the program of the node does: ``boot`` and ``watch ID``."""

from __future__ import annotations

import sys

from ..errors import MailwardenError
from . import disk, owners, plan, points, rollback
from .exposure import EXPOSURE, from_data
from .nft import Nft

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .exposure import Exposure
    from .plan import OwnRules
    from .ruleset import Ruleset

# The keys of the file of decisions that this program relies on.
SHAPE = {"nft": str, "exposure": EXPOSURE}


def main() -> int:
    """The exit status; 1 with a message where something could not be done."""
    arguments = sys.argv[1:]
    try:
        if arguments == ["boot"]:
            return boot()
        if len(arguments) == 2 and arguments[0] == "watch":
            say(rollback.watch(arguments[1], Nft))
            return 0
    except (MailwardenError, OSError) as error:
        say(f"failed: {error}")
        sys.stderr.write(f"mailwarden: {error}\n")
        return 1
    sys.stderr.write("usage: firewall.pyz boot | watch ID\n")
    return 2


def boot() -> int:
    """Applies the stored decision to the ruleset that has just been loaded."""
    with disk.locked():
        # A run that holds the lock may change the decision.
        data = disk.from_json(disk.EXPOSURE, SHAPE)
        if data is None:
            raise MailwardenError("is not there; run mailwarden.policy.firewall", disk.EXPOSURE)
        apply(Nft(data["nft"]), from_data(data["exposure"]))
    return 0


def apply(nft: Nft, exposure: Exposure) -> None:
    """Plans and loads."""
    ruleset = nft.listed()
    nft.load(plan.commands(ruleset, planned(ruleset, exposure)))


def planned(ruleset: Ruleset, exposure: Exposure) -> OwnRules:
    """The rules that have to be there, for the chains as they are now.

    Raises ``MailwardenError`` if the chains must not be changed.
    """
    found = points.find(ruleset, exposure.ports)
    owners.check("auto", ruleset, found.points, owners.legacy_tables())
    return plan.own_rules(exposure, found.points)


def say(text: str) -> None:
    """Writes to the system's log: the output of a process in the background is read by no one."""
    import syslog

    syslog.openlog("mailwarden-firewall")
    syslog.syslog(text)
