# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Next hops as Postfix spells them: ``[host]:port``, ``host`` for its MX, ``unix:path``.

Source: transport(5), postconf(5) relayhost; smtp_connect and host_port of Postfix.
"""

from __future__ import annotations

import re

from ...patterns import lazy
from ...text.values import Undecided
from . import interfaces
from .macros import MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    from .parameters import Parameters
else:
    from ...tuples import NamedTuple

# No host has these, nor a blank.
_NO_HOST = frozenset("[]:,/@")
_LITERAL = lazy(r"\[(ipv6:)?([^\]\s]+)\](:.*)?\Z", re.IGNORECASE | re.DOTALL)
_IPV6 = lazy(r"[0-9A-Fa-f:.]+\Z")


class Destination(NamedTuple):
    """Where a next hop leads.

    ``spelled`` is what policy tables are asked for; ``host`` is empty for whoever the recipient's
    domain names; ``lookup`` says that the host's MX records are asked; ``path`` is a Unix socket.
    ``broken`` is why the client dies of it.
    """

    spelled: str
    host: str = ""
    port: int | Undecided | None = None
    lookup: bool = False
    path: str = ""
    broken: str = ""


def parse(spelled: str, default: str, parameters: Parameters, lmtp: bool = False) -> Destination:
    """One next hop.

    In: as it is spelled; the service that it dials without a port (``smtp_tcp_port``); the
    client's parameters, and whether it speaks LMTP.
    """
    if lmtp and spelled.startswith("unix:"):
        return Destination(spelled, path=spelled[5:])
    if lmtp and spelled.startswith("inet:"):
        spelled = spelled[5:]
    host, service, broken = split(spelled)
    if broken:
        return Destination(spelled, broken=broken)
    port = service_port(service or default, parameters)
    if isinstance(port, str):
        return Destination(spelled, host, broken=port)
    return Destination(spelled, host, port, not lmtp and not spelled.startswith("["))


def split(spelled: str) -> tuple[str, str, str]:
    """Host, service (empty for the default) and what is wrong with the spelling."""
    if spelled.startswith("["):
        match = _LITERAL.match(spelled)
        if not match:
            return "", "", f'bad destination "{spelled}"'
        host, service = match.group(2), (match.group(3) or "")[1:]
        if match.group(1) and not _IPV6.match(host):
            return "", "", f'malformed IPv6 address in "{spelled}"'
        if not _is_host(host) and not _IPV6.match(host):
            return "", "", f'no host name or address in "{spelled}"'
    else:
        host, colon, service = spelled.rpartition(":")
        if not colon:
            host, service = spelled, ""
        if not _is_host(host):
            return "", "", f'no host name or address in "{spelled}"'
    if "@" in service:
        return host, "", f'no port or service in "{spelled}"'
    if service[:1].isdigit() and not service.isdigit() and MARK not in service:
        return host, service, f'garbage behind the port in "{spelled}"'
    return host, service, ""


def _is_host(text: str) -> bool:
    return text.split() == [text] and _NO_HOST.isdisjoint(text)


def shown(nexthop: str) -> str:
    """A next hop in a name: what stands before an ``@`` may be a password."""
    before, at, host = nexthop.rpartition("@")
    return f"{'[' if before.startswith('[') else ''}…@{host}" if at else nexthop


def service_port(service: str, parameters: Parameters) -> int | Undecided | str:
    """A service's port; a text says why the client dies of it."""
    port: int | Undecided
    if service.isdigit() and service.isascii():
        port = int(service) if len(service) < 6 else 0
    else:
        port = interfaces.port_of(service, parameters)
    if isinstance(port, int) and not 0 < port < 65536:
        return f"bad network port: {service}"
    return port
