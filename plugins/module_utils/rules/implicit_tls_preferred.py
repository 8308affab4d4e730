# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""STARTTLS where the same service could speak TLS from the first byte.

With implicit TLS there is no plaintext part that could be read, changed or stripped.  Off unless
switched on; a warning in the strict profile.  A server that has the implicit port as well (465
beside 587, 993 beside 143) is left alone, and so is a client whose provider offers nothing
better.

RFC 8314 section 3: implicit TLS is preferred to STARTTLS.

Wrong, .mailwarden.yml:

    rules:
      implicit-tls-preferred: warning

Wrong, msmtprc:

    account work
    host mail.example.com
    port 587
    tls on

Right, .mailwarden.yml:

    rules:
      implicit-tls-preferred: warning

Right, msmtprc:

    account work
    host mail.example.com
    port 465
    tls on
    tls_starttls off
"""

from __future__ import annotations

from ..engine.finding import Violation
from .common import crosses, subject
from .ports import is_relay_port, port_modes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Sequence

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "off"
PROFILES = {"strict": "warning"}
SCOPE = "run"
SIDES = ("server", "client")
BLAME = "endpoint"
OPTIONS: dict[str, tuple[object, ...]] = {}
PORTS = {"submission": 465, "imap": 993, "pop3": 995}


def check(endpoints: Sequence[Endpoint], policy: Policy) -> Iterator[Violation]:
    """Yields one violation for each endpoint that has no implicit twin."""
    twins = {
        (endpoint.unit, endpoint.protocol)
        for endpoint in endpoints
        if endpoint.side == "server" and endpoint.tls in ("implicit", "dual")
    }
    for endpoint in endpoints:
        if endpoint.protocol not in PORTS or not str(endpoint.tls).startswith("starttls"):
            continue
        if not crosses(endpoint) or is_relay_port(endpoint, policy):
            continue
        if port_modes(endpoint, policy) == {"implicit"}:
            # The port is the right one, and the error says what is wrong there.
            continue
        server = endpoint.side == "server"
        if (endpoint.unit, endpoint.protocol) in twins if server else _stuck(endpoint, policy):
            continue
        yield Violation(
            f"{subject(endpoint)} needs STARTTLS; "
            f"port {PORTS[endpoint.protocol or '']} speaks TLS from the first byte",
            field="tls",
            endpoints=(endpoint,),
        )


def _stuck(endpoint: Endpoint, policy: Policy) -> bool:
    """Whether the client's provider is known to offer nothing with implicit TLS."""
    rows = policy.provider_of(endpoint.host or "")
    return any(
        row.complete
        and not any(
            protocol == endpoint.protocol and "implicit" in modes
            for protocol, _port, modes in row.offers
        )
        for _name, row in rows
    )
