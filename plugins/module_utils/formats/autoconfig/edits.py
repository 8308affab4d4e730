# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fixes for autoconfig files: the ``socketType`` that counts gets another value."""

from __future__ import annotations

from ... import markup
from ...assume import Assumptions
from ...endpoint import IMPLICIT, NONE, STARTTLS_REQUIRED, Edit, Fix, together
from ...last import last
from .provider import Provider
from .server import MODES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ...endpoint import Endpoint, Unit
    from ...markup import Element
    from ...text import Text

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
    element = _socket_types(text).get(endpoint.name)
    if element is None:
        return None
    place = text.place(element.opened, element.closed)
    change = Edit(place.path, place.start, place.end, _SOCKET_TYPES[value])
    return Fix(f"{endpoint.name}: {_TITLES[value]}", False, (change,))


def _decisive(text: Text) -> dict[str, Element]:
    """The elements that decide the modes of the servers, by their names."""
    provider = Provider(text, markup.parse(text.string), Assumptions({}))
    return {one.name: one.socket_type for one in provider.servers if one.socket_type is not None}


_socket_types = last(_decisive)
