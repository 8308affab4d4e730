# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The provider that a client dials does not offer that port, or not in that mode.

Some providers offer one way in only: Microsoft 365 and iCloud have 587 and no 465.  Others have
ports of their own: SMTP2 has 5870 and 12345 like 587, and 4650 like 465.  A client that dials
what is not there never connects.  Only what a provider publishes counts; where its page is no
full list, a port that is not on it says nothing.

The provider's own page; each entry of the table names it.

Wrong, msmtprc:

    account office
    host smtp.office365.com
    port 465
    tls on
    tls_starttls off

Right, msmtprc:

    account office
    host smtp.office365.com
    port 587
    tls on
"""

from __future__ import annotations

from ..engine.finding import Violation
from ..ports import family
from .common import crosses
from .ports import port_modes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Sequence

    from ..endpoint import Endpoint
    from ..policy import Policy
    from ..providers import Offer

SEVERITY = "error"
SCOPE = "endpoint"
SIDES = ("client",)
OPTIONS: dict[str, tuple[object, ...]] = {}
# Plaintext is the matter of other rules, and a client that probes finds what there is.
TLS = ("implicit", "starttls-required", "starttls-optional")


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation where the provider's table has no such port, or not in that mode."""
    if not endpoint.host or endpoint.port is None or not crosses(endpoint):
        return
    for name, row in policy.provider_of(endpoint.host):
        offered = [one for one in row.offers if family(one[0]) == family(endpoint.protocol)]
        if not offered:
            continue
        modes = {mode for _protocol, port, tls in offered if port == endpoint.port for mode in tls}
        if not modes and row.complete:
            yield _violation(f"{name} does not offer port {endpoint.port}", "port", offered)
        elif modes and endpoint.tls in TLS and _is_wrong_here_alone(endpoint, modes, policy):
            message = f"{name} offers port {endpoint.port}, but not this way"
            yield _violation(message, "tls", offered)


def _violation(message: str, field: str, offered: Sequence[Offer]) -> Violation:
    ways = ", ".join(
        f"{port} with {'TLS from the first byte' if 'implicit' in tls else 'STARTTLS'}"
        for _protocol, port, tls in offered
    )
    return Violation(f"{message}; it offers {ways}", field=field)


def _is_wrong_here_alone(endpoint: Endpoint, offered: set[str], policy: Policy) -> bool:
    """Whether only the provider is against the mode; where the port table is, its rules speak."""
    modes = port_modes(endpoint, policy)
    return endpoint.tls not in offered and (endpoint.tls in modes or not modes)
