# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edits that give a server endpoint's field another value.

What is to hold for one service is said at that service: a value of main.cf holds for the others
too.  Only where the unit has no master.cf the edit is made in main.cf.
"""

from __future__ import annotations

from ...assume import Assumptions
from ...endpoint import IMPLICIT, NONE, SERVER, STARTTLS_OPTIONAL, STARTTLS_REQUIRED, Edit, Fix
from .configuration import configuration
from .syntax import BLANK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ...endpoint import Endpoint, Unit
    from ...text import Text
    from .configuration import Configuration
    from .services import Service
    from .syntax import Main

LEVELS = {STARTTLS_REQUIRED: "encrypt", STARTTLS_OPTIONAL: "may"}
# Understood by every version; ranges are not before 3.6.
PROTOCOLS = {
    "1.2": "!SSLv2,!SSLv3,!TLSv1,!TLSv1.1",
    "1.3": "!SSLv2,!SSLv3,!TLSv1,!TLSv1.1,!TLSv1.2",
}
INDENT = "  "


def edit(unit: Unit, endpoint: Endpoint, field: str, value: Any) -> Fix | None:
    """The edits that give the endpoint's field that value, or ``None`` where none is known."""
    if endpoint.side != SERVER:
        from . import client_fixes

        return client_fixes.edit(unit, endpoint, field, value)
    wanted = _wanted(endpoint, field, value)
    if not wanted:
        return None
    files = configuration(unit, Assumptions({}))
    title = "{}: {}".format(
        endpoint.name, ", ".join("{}={}".format(*pair) for pair in wanted.items())
    )
    if files.stock and files.main is not None:
        return Fix(title, _is_safe(endpoint, field, value), in_main(files.main, wanted))
    service = _service(files, endpoint)
    if service is None:
        return None
    edits = in_service(files, service, wanted)
    return Fix(title, _is_safe(endpoint, field, value), edits) if edits else None


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
    assume = files.assume
    for service in files.master.services:
        if service.place() != endpoint.place:
            continue
        program = service.column("command", assume)
        if not isinstance(program, str) or program.rpartition("/")[2] != "postscreen":
            return service
        from . import postscreen

        return postscreen.read(files, service).service
    return None


def in_service(files: Configuration, service: Service, wanted: dict[str, str]) -> tuple[Edit, ...]:
    """The edits that set the parameters at one service."""
    text = service.line.text
    edits: list[Edit] = []
    added: list[str] = []
    for name, value in wanted.items():
        given = [
            option.entry
            for option in service.options
            if option.entry is not None and option.entry.name == name
        ]
        if given:
            last = given[-1]
            edits.append(_replaced(text, *last.line.span(last.value_start, last.value_end), value))
        else:
            added.append(f"-o {name}={value}")
    if any(option.fatal for option in service.options):
        return ()
    if added:
        ending = _line_end(text)
        indent = _indent(files, service)
        at = service.line.parts[-1][1]
        if text.string[at - 1 : at] == "\r":
            at -= 1
        edits.append(_replaced(text, at, at, "".join(ending + indent + one for one in added)))
    return tuple(edits)


def in_main(main: Main, wanted: dict[str, str]) -> tuple[Edit, ...]:
    """The edits that set the parameters in main.cf."""
    text = main.text
    edits: list[Edit] = []
    added: list[str] = []
    ending = _line_end(text)
    for name, value in wanted.items():
        numbers = main.named.get(name)
        if numbers:
            last = main.entries[numbers[-1]]
            edits.append(_replaced(text, *last.line.span(last.value_start, last.value_end), value))
        else:
            added.append(f"{name} = {value}{ending}")
    if added:
        at = len(text.string)
        first = "" if not at or text.string.endswith("\n") else ending
        edits.append(_replaced(text, at, at, first + "".join(added)))
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
