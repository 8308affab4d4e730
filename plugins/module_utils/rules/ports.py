# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an endpoint's port means, by the policy's table: asked of every endpoint."""

from __future__ import annotations

from ..ports import family

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..endpoint import Endpoint
    from ..policy import Policy
    from ..ports import PortRule


def port_rules(endpoint: Endpoint, policy: Policy) -> tuple[PortRule, ...]:
    """What the port means for the language that the endpoint speaks there."""
    spoken = family(endpoint.protocol)
    return tuple(rule for rule in policy.ports_for(endpoint) if family(rule.protocol) == spoken)


def port_modes(endpoint: Endpoint, policy: Policy) -> frozenset[str]:
    """The TLS modes that are right on the endpoint's port; empty where the port says nothing."""
    return frozenset(mode for rule in port_rules(endpoint, policy) for mode in rule.tls)


def is_relay_port(endpoint: Endpoint, policy: Policy) -> bool:
    """Whether the port is for mail between servers."""
    rules = port_rules(endpoint, policy)
    return bool(rules) and all(rule.who == "server" for rule in rules)
