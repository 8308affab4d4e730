# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""msmtp, an SMTP client: ``msmtprc`` and its like; versions 1.6 to 1.8.

Every account that names a host is one client endpoint.  ``eval`` and ``passwordeval`` are never
run: what they would say is undecided.  A fix replaces a line of the account's own, or puts one
behind its last.  Source: msmtp(1) and msmtp's own reader.
"""

from __future__ import annotations

from ...endpoint import IMPLICIT, NONE, STARTTLS_REQUIRED, Edit, Fix, Reading, together
from ...patterns import FOREIGN, lazy
from ...text.assume import Assumptions
from .accounts import Accounts
from .client import DEFAULTS, Client, ineffective
from .commands import COMMANDS, OFF, ON

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ...endpoint import Endpoint, Unit
    from ...source import Source
    from ...text import Text
    from .accounts import Account, Line

# Commands of a shell, which may hold templates of other programs, and a secret of any form.
NO_TEMPLATE = lazy(r"(?m)^[ \t]*(?:passwordeval|eval|password)\b[^\n]*")
PLACEHOLDERS = ("${NAME}", *FOREIGN, "<NAME>", "%{name}")
# What a file of accounts begins with.
FIRST = ("account", "defaults", "host")

_MODES = {
    IMPLICIT: {"tls": ON, "tls_starttls": OFF},
    STARTTLS_REQUIRED: {"tls": ON, "tls_starttls": ON},
}
_TITLES = {
    IMPLICIT: "speak TLS from the first byte",
    STARTTLS_REQUIRED: "insist on STARTTLS",
}
_PRIORITIES = "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"


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
    accounts = Accounts(text, assume)
    endpoints: dict[str, Endpoint] = {}
    clients = []
    for account in accounts.accounts:
        client = Client(account, text, source, assume)
        if not client.connects:
            continue
        clients.append(client)
        endpoint = client.endpoint(accounts.refusal)
        bases = [endpoints[base.name] for base in account.bases if base.name in endpoints]
        if account.name != "default" or not any(_is_same(endpoint, base) for base in bases):
            endpoints[account.name] = endpoint
    reading.endpoints = list(endpoints.values())
    reading.problems = accounts.problems
    reading.clients = accounts.opaque
    reading.remarks = accounts.remarks + ineffective(clients)
    return reading


def _is_same(endpoint: Endpoint, base: Endpoint) -> bool:
    """Whether an account is only another name for its base."""
    return endpoint.values() == base.values() and endpoint.undecided == base.undecided


def _accounts(text: Text) -> Accounts:
    return text.made(Accounts, lambda text: Accounts(text, Assumptions({})))


def edit(unit: Unit, endpoints: Sequence[Endpoint], field: str, value: Any) -> Fix | None:
    """The edits that give the endpoints' field that value; ``None`` where none are known."""
    return together(_edit(unit, endpoint, field, value) for endpoint in endpoints)


def _edit(unit: Unit, endpoint: Endpoint, field: str, value: Any) -> Fix | None:
    """The edits that give the account's field that value; ``None`` where none is known.

    Only the account itself is changed, never the defaults or a base: others have them too.
    """
    text = unit.texts["config"]
    account = _accounts(text).find(endpoint.name)
    if account is None:
        return None
    if field == "cleartext_auth" and value is False:
        field, value = "tls", IMPLICIT if endpoint.port == 465 else STARTTLS_REQUIRED
    if field == "tls" and value in _MODES:
        wanted = {
            name: word for name, word in _MODES[value].items() if _value(account, name) != word
        }
        # A server that is right on this port speaks the mode that the port is for.
        return Fix(f"{account.name}: {_TITLES[value]}", True, _edits(text, account, wanted))
    if field == "certificate_verified" and value == "full":
        return _verify(text, account, endpoint)
    if field == "tls_min" and value == "1.2" and _value(account, "tls_priorities") == "":
        edits = _edits(text, account, {"tls_priorities": _PRIORITIES})
        return Fix(f"{account.name}: allow TLS 1.2 and newer only", True, edits)
    return None


def _verify(text: Text, account: Account, endpoint: Endpoint) -> Fix | None:
    # Where the check was switched off, the server's certificate may well be one that fails it.
    if endpoint.tls == NONE or _value(account, "tls_certcheck") != OFF:
        return None
    edits = _edits(text, account, {"tls_certcheck": ON})
    return Fix(f"{account.name}: check the server's certificate", False, edits)


def _value(account: Account, name: str) -> object:
    value = account.settings.get(name)
    return DEFAULTS.get(name, "") if value is None else value.value


def _edits(text: Text, account: Account, wanted: dict[str, str]) -> tuple[Edit, ...]:
    edits: list[Edit] = []
    missing = []
    for name, value in wanted.items():
        lines = [line for line in account.lines if _sets(line) == name]
        if lines:
            place = text.place(lines[-1].start, lines[-1].end)
            edits.append(Edit(place.path, place.start, place.end, f"{name} {value}"))
        else:
            missing.append(f"{name} {value}")
    if missing:
        edits.append(_behind(text, account, missing))
    return tuple(edits)


def _sets(line: Line) -> str:
    command = COMMANDS.get(line.command) if isinstance(line.command, str) else None
    return command.setting if command else ""


def _behind(text: Text, account: Account, settings: list[str]) -> Edit:
    """New lines behind the account's last, indented as that one."""
    line = account.lines[-1] if account.lines else account.start
    start = text.string.rfind("\n", 0, line.start) + 1
    indent = text.string[start : line.start] if account.lines else ""
    newline = "\r\n" if text.string.startswith("\r\n", _line_end(text, line)) else "\n"
    place = text.place(line.start, line.end)
    added = "".join(newline + indent + setting for setting in settings)
    return Edit(place.path, place.end, place.end, added)


def _line_end(text: Text, line: Line) -> int:
    end = line.end
    while end < len(text.string) and text.string[end] in " \t":
        end += 1
    return end
