"""What the firewall decides on a report, for tests of it."""

from __future__ import annotations

from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils.firewall import decide
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.decide import (
    Decision,
    Options,
    Sources,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.exposure import (
    Door,
    Exposure,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.sockets import Listener

from tests.firewall.reports import server

NOTHING = Exposure(frozenset(), frozenset())
TABLE = frozenset((24, 25, 110, 143, 465, 587, 993, 995, 2000, 2525, 4190))
UNREAD = ({"path": "/etc/x", "reason": "denied"},)


def decided(
    data: dict[str, Any],
    *listeners: Listener,
    before: Exposure = NOTHING,
    unsafe: str = "close",
    unknown: str = "fail",
    sources: list[dict[str, Any]] | None = None,
    outgoing: str = "open",
) -> Decision:
    """The decision on a report, with what listens, after what the rules were before."""
    options = Options(unsafe, unknown, Sources(sources or []), outgoing)
    return decide.decide(data, listeners, before, options)


def everywhere(*ports: int) -> set[Door]:
    """The doors of ports that are open to everybody."""
    return {Door(version, "", (), port) for version in (4, 6) for port in ports}


def undecided(**fields: Any) -> dict[str, Any]:
    """Return a server with fields that are open."""
    values: dict[str, Any] = dict.fromkeys(fields)
    values.pop("exists", None)
    return server(values.pop("port", 587), **values, undecided=fields)
