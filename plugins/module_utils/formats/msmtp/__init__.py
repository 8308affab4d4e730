# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""msmtp, an SMTP client: ``msmtprc`` and its like; versions 1.6 to 1.8.

Every account that names a host is one client endpoint.  ``eval`` and ``passwordeval`` are never
run: what they would say is undecided.  Source: msmtp(1) and msmtp's own reader.
"""

from __future__ import annotations

from ...endpoint import Reading
from ...patterns import FOREIGN, lazy
from .accounts import Accounts
from .client import Client
from .edits import edit
from .remarks import ineffective

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...assume import Assumptions
    from ...endpoint import Endpoint, Unit
    from ...source import Source

__all__ = ["claims", "edit", "read", "units"]

# Commands of a shell, which may hold templates of other programs, and a secret of any form.
NO_TEMPLATE = lazy(r"(?m)^[ \t]*(?:passwordeval|eval|password)\b[^\n]*")
PLACEHOLDERS = ("${NAME}", *FOREIGN, "<NAME>", "%{name}")
# What a file of accounts begins with.
FIRST = ("account", "defaults", "host")


def units(found: dict[str, str], source: Source) -> list[tuple[str, dict[str, str]]]:
    """Every file stands for itself: msmtp joins a user's and the system's by whole accounts."""
    return [(path, {role: path}) for path, role in found.items()]


def claims(path: str, head: str, role: str) -> str:
    """The role of a file of another name, by its first command; empty for none."""
    lines = (line.split() for line in head.split("\n"))
    first = next((words[0] for words in lines if words and not words[0].startswith("#")), "")
    return role if first in FIRST else ""


def read(unit: Unit, source: Source, assume: Assumptions) -> Reading:
    """The accounts of one file as client endpoints.

    In: the text under the role ``config``.  Out: the reading; a file that msmtp refuses gives its
    problems, and endpoints that no connection shows.
    """
    reading = Reading()
    text = unit.texts.get("config")
    if text is None:
        return reading
    text = text.settled(assume)
    found = Accounts(text, assume)
    reading.problems = found.problems
    reading.clients = found.opaque
    refused = found.refusal()
    endpoints: dict[str, Endpoint] = {}
    clients = []
    for account in found.accounts:
        client = Client(account, text, source, assume)
        if not client.connects:
            continue
        clients.append(client)
        endpoint = client.endpoint(refused)
        bases = [endpoints[base.name] for base in account.bases if base.name in endpoints]
        if account.name != "default" or not any(_same(endpoint, base) for base in bases):
            endpoints[account.name] = endpoint
    reading.endpoints = list(endpoints.values())
    reading.remarks = found.remarks + ineffective(clients)
    return reading


def _same(one: Endpoint, other: Endpoint) -> bool:
    """Whether an account is only another name for its base."""
    return one.values() == other.values() and one.undecided == other.undecided
