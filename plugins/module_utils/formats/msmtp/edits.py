# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fixes for msmtp: a line of the account's own is replaced, or one is put behind its last."""

from __future__ import annotations

from ...assume import Assumptions
from ...endpoint import IMPLICIT, NONE, STARTTLS_REQUIRED, Edit, Fix, together
from ...last import last
from .accounts import Accounts
from .commands import COMMANDS, OFF, ON

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ...endpoint import Endpoint, Unit
    from ...text import Text
    from .accounts import Account
    from .lines import Line

_MODES = {
    IMPLICIT: {"tls": ON, "tls_starttls": OFF},
    STARTTLS_REQUIRED: {"tls": ON, "tls_starttls": ON},
}
_TITLES = {
    IMPLICIT: "speak TLS from the first byte",
    STARTTLS_REQUIRED: "insist on STARTTLS",
}
_accounts = last(lambda text: Accounts(text, Assumptions({})))
_PRIORITIES = "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"


def edit(unit: Unit, endpoints: Sequence[Endpoint], field: str, value: Any) -> Fix | None:
    """The edits that give the endpoints' field that value; ``None`` where none are known."""
    return together(_edit(unit, one, field, value) for one in endpoints)


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
            name: mode for name, mode in _MODES[value].items() if _value(account, name) != mode
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
    assigned = account.settings.get(name)
    if assigned is not None:
        return assigned.value
    return {"tls": OFF, "tls_starttls": ON, "tls_certcheck": ON}.get(name, "")


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
