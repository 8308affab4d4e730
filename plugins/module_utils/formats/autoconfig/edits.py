# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fixes for autoconfig files: the ``socketType`` that counts gets another value."""

from __future__ import annotations

from ... import markup
from ...assume import Assumptions
from ...endpoint import IMPLICIT, NONE, STARTTLS_REQUIRED, Edit, Fix, together
from .provider import Provider
from .server import MODES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ...endpoint import Endpoint, Unit

_SOCKET_TYPES = {mode: name for name, mode in MODES.items() if mode != NONE}
_TITLES = {IMPLICIT: "TLS from the first byte", STARTTLS_REQUIRED: "STARTTLS"}
# Where a server that is right speaks TLS from the first byte (RFC 8314 section 7.3).
_IMPLICIT_PORTS = (465, 993, 995)


def edit(unit: Unit, endpoints: Sequence[Endpoint], field: str, value: Any) -> Fix | None:
    """The edits that give the endpoints' field that value; ``None`` where none are known."""
    return together(_edit(unit, one, field, value) for one in endpoints)


def _edit(unit: Unit, endpoint: Endpoint, field: str, value: Any) -> Fix | None:
    """The edit that gives the entry that mode; ``None`` where none is known.

    None is safe: a file that everybody's programs follow describes servers, and one that is against
    the port's custom may well describe them as they are.
    """
    if field == "cleartext_auth" and value is False:
        field, value = "tls", IMPLICIT if endpoint.port in _IMPLICIT_PORTS else STARTTLS_REQUIRED
    if field != "tls" or value not in _SOCKET_TYPES:
        return None
    text = unit.texts["config"]
    for server in Provider(text, markup.parse(text.string), Assumptions({})).servers:
        element = server.socket_type
        if server.name == endpoint.name and element is not None:
            place = text.place(element.opened, element.closed)
            change = Edit(place.path, place.start, place.end, _SOCKET_TYPES[value])
            return Fix(f"{endpoint.name}: {_TITLES[value]}", False, (change,))
    return None
