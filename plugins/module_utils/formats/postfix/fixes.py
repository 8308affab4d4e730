# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edits that give a server endpoint's field another value.

A value is changed where it stands.  What main.cf says for other services too, or no file says, is
said at the service.  Where the unit has no master.cf it is said in main.cf.
"""

from __future__ import annotations

import re

from ...endpoint import (
    IMPLICIT,
    NONE,
    SERVER,
    STARTTLS_OPTIONAL,
    STARTTLS_REQUIRED,
    Edit,
    Fix,
    together,
)
from ...text.assume import Assumptions
from ...text.values import Undecided
from .configuration import configuration
from .services import left_behind
from .syntax import BLANK
from .tls import level

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ...endpoint import Endpoint, Unit
    from ...text import Text
    from .configuration import Configuration
    from .services import Service
    from .syntax import Entry, Main

LEVELS = {STARTTLS_REQUIRED: "encrypt", STARTTLS_OPTIONAL: "may"}
# Understood by every version; ranges are not before 3.6.
PROTOCOLS = {
    "1.2": "!SSLv2,!SSLv3,!TLSv1,!TLSv1.1",
    "1.3": "!SSLv2,!SSLv3,!TLSv1,!TLSv1.1,!TLSv1.2",
}
# The lists of protocols, and whether one counts where TLS is demanded: see tls.versions.
PROTOCOL_LISTS = {"smtpd_tls_protocols": False, "smtpd_tls_mandatory_protocols": True}
INDENT = "  "


def edit(unit: Unit, endpoints: Sequence[Endpoint], field: str, value: Any) -> Fix | None:
    """The edits that give the endpoints' field that value, or ``None`` where none are known."""
    files = configuration(unit, Assumptions({}))
    servers = (_service(files, one) for one in endpoints if one.side == SERVER)
    concerned = frozenset(id(one) for one in servers if one is not None)
    return together(_edit(files, one, concerned, field, value) for one in endpoints)


def _edit(
    files: Configuration, endpoint: Endpoint, concerned: frozenset[int], field: str, value: Any
) -> Fix | None:
    if field in ("usable", "tls_works"):
        from . import repairs

        found = repairs.edit(files, endpoint, field)
        if found is not None:
            return found
    if endpoint.side != SERVER:
        from . import client_fixes

        return client_fixes.edit(files, endpoint, field, value)
    wanted = _wanted(endpoint, field, value)
    if not wanted:
        return None
    if files.stock and files.main is not None:
        edits = in_main(files.main, wanted)
    else:
        service = _service(files, endpoint)
        edits = in_files(files, service, concerned, wanted) if service is not None else ()
    title = _title(files, endpoint, wanted, edits)
    return Fix(title, _is_safe(endpoint, field, value), edits) if edits else None


def _title(
    files: Configuration, endpoint: Endpoint, wanted: dict[str, str], edits: Sequence[Edit]
) -> str:
    """What is set, and at which service unless main.cf alone says it."""
    title = ", ".join("{}={}".format(*pair) for pair in wanted.items())
    main = files.main.text.path if files.main is not None else ""
    return title if all(one.path == main for one in edits) else f"{endpoint.name}: {title}"


def _wanted(endpoint: Endpoint, field: str, value: Any) -> dict[str, str]:
    """The parameters to set at the service."""
    if field == "tls" and value == IMPLICIT:
        return {"smtpd_tls_wrappermode": "yes"}
    if field == "tls" and value in LEVELS:
        off = {"smtpd_tls_wrappermode": "no"} if endpoint.tls == IMPLICIT else {}
        return {**off, "smtpd_tls_security_level": LEVELS[value]}
    if field == "cleartext_auth" and value is False and endpoint.tls != NONE:
        return {"smtpd_tls_auth_only": "yes"}
    if field == "tls_min" and value in PROTOCOLS:
        # What holds depends on the level: see tls.versions.
        by_level = {setting.name for setting in endpoint.causes.get("tls_min", ())}
        name = "smtpd_tls_protocols"
        if name not in by_level:
            name = "smtpd_tls_mandatory_protocols"
        return {name: PROTOCOLS[value]}
    return {}


def _is_safe(endpoint: Endpoint, field: str, value: Any) -> bool:
    """Whether everybody who uses TLS today still can."""
    if field == "tls_min":
        return False
    if field == "tls" and IMPLICIT in (value, endpoint.tls):
        return endpoint.tls == NONE
    return True


def _service(files: Configuration, endpoint: Endpoint) -> Service | None:
    """The service whose options count for the endpoint: behind postscreen the one of type pass."""
    if files.master is None:
        return None
    service = files.master.at(endpoint.place)
    program = service.column("command", files.assume) if service is not None else ""
    if not isinstance(program, str) or program.rpartition("/")[2] != "postscreen":
        return service
    from . import postscreen

    return postscreen.read(files, service).service if service is not None else None


def in_files(
    files: Configuration, service: Service, concerned: frozenset[int], wanted: dict[str, str]
) -> tuple[Edit, ...]:
    """The edits that set the parameters for one service, each where it is said now.

    A line of main.cf is changed where it counts for the services that are concerned and no others.
    Options below a head that is commented out belong to another service than a reader believes, so
    a service that has any is left alone.
    """
    if any(option.fatal for option in service.options) or left_behind(service):
        return ()
    main = files.main
    shared = {
        name: value
        for name, value in wanted.items()
        if main is not None
        and name in main.named
        and not _given(service, name)
        and users(files, name) <= concerned
    }
    own = {name: value for name, value in wanted.items() if name not in shared}
    edits = in_service(files, service, own)
    return (*edits, *in_main(main, shared)) if main is not None else edits


def users(files: Configuration, name: str) -> frozenset[int]:
    """The services for which main.cf's value of a server's parameter counts, as ``id``.

    What refers to the parameter counts as a service of its own.
    """
    main, master = files.main, files.master
    if main is None or master is None:
        return frozenset()
    if name not in master.counting:
        found = {id(one) for one in master.services if _takes(files, one, name)}
        master.counting[name] = frozenset(found | ({0} if _refers(master.text, name) else set()))
    if name not in main.referred:
        main.referred[name] = _refers(main.text, name)
    return master.counting[name] | {0} if main.referred[name] else master.counting[name]


def _takes(files: Configuration, service: Service, name: str) -> bool:
    program = service.column("command", files.assume)
    base = program.rpartition("/")[2] if isinstance(program, str) else ""
    if base not in ("smtpd", "postscreen", "tlsproxy", "") or _given(service, name):
        return False
    return base != "smtpd" or name not in PROTOCOL_LISTS or _reads(files, service, name)


def _reads(files: Configuration, service: Service, name: str) -> bool:
    """Whether the service's level is one at which that list of protocols counts."""
    enforced = level(files.parameters("smtpd", service)).enforced()
    return isinstance(enforced, Undecided) or enforced is PROTOCOL_LISTS[name]


def _refers(text: Text, name: str) -> bool:
    return re.search(r"\$[({]?" + re.escape(name) + r"\b", text.string) is not None


def _given(service: Service, name: str) -> Entry | None:
    """The option of the service that sets the parameter: the last one counts."""
    given = [
        option.entry
        for option in service.options
        if option.entry is not None and option.entry.name == name
    ]
    return given[-1] if given else None


def in_service(files: Configuration, service: Service, wanted: dict[str, str]) -> tuple[Edit, ...]:
    """The edits that set the parameters at one service."""
    text = service.line.text
    edits: list[Edit] = []
    for name, value in wanted.items():
        entry = _given(service, name)
        if entry is not None:
            edits.append(replaced(text, entry, value))
            continue
        at = service.line.parts[-1][1]
        if text.string[at - 1 : at] == "\r":
            at -= 1
        added = f"{_line_end(text)}{_indent(files, service)}-o {name}={value}"
        edits.append(_replaced(text, at, at, added))
    return tuple(edits)


def replaced(text: Text, entry: Entry, value: str) -> Edit:
    """The edit that gives a setting another value."""
    return _replaced(text, *entry.line.span(entry.value_start, entry.value_end), value)


def in_main(main: Main, wanted: dict[str, str]) -> tuple[Edit, ...]:
    """The edits that set the parameters in main.cf."""
    text = main.text
    edits: list[Edit] = []
    ending = _line_end(text)
    for name, value in wanted.items():
        numbers = main.named.get(name)
        if numbers:
            last = main.entries[numbers[-1]]
            edits.append(replaced(text, last, value))
            continue
        at = len(text.string)
        added = f"{name} = {value}"
        if not at or text.string.endswith("\n"):
            edits.append(_replaced(text, at, at, added + ending))
        else:
            edits.append(_replaced(text, at, at, ending + added))
    return tuple(edits)


def _replaced(text: Text, start: int, end: int, value: str) -> Edit:
    place = text.place(start, end)
    return Edit(place.path, place.start, place.end if end > start else place.start, value)


def _line_end(text: Text) -> str:
    first = text.string.find("\n")
    return "\r\n" if first > 0 and text.string[first - 1] == "\r" else "\n"


def _indent(files: Configuration, service: Service) -> str:
    """How the service, or else the file, indents its options."""
    others = files.master.services if files.master is not None else ()
    for one in (service, *others):
        for start, end in one.line.parts[1:]:
            string: str = one.line.text.string[start:end]
            body = string.lstrip(BLANK)
            if body.startswith("-o"):
                return string[: len(string) - len(body)]
    return INDENT
