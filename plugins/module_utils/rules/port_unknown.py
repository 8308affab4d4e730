# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A mail endpoint on a port that the policy does not know.

No rule about ports speaks of it, so that its TLS mode is judged by nobody.  If the port is meant,
add it to the policy: `ports` for one of your own, `providers` for one of your provider's,
`internal` for one that strangers cannot reach.  A port that is registered for another protocol
of mail is an error of its own, `port-protocol-mismatch`.

The IANA registry of ports; RFC 8314 section 3 and RFC 6409 section 3.1 for those of mail.

Wrong, msmtprc:

    account work
    host mail.example.com
    port 8025
    tls on

Right, .mailwarden.yml:

    ports:
      - port: 8025
        protocol: submission
        tls: starttls-required

Right, msmtprc:

    account work
    host mail.example.com
    port 8025
    tls on
"""

from __future__ import annotations

from ..engine.finding import Violation
from .common import WHAT, crosses, doubt, foreign, subject
from .ports import port_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "note"
SCOPE = "endpoint"
SIDES = ("server", "client")
BLAME = "endpoint"
OPTIONS: dict[str, tuple[object, ...]] = {}


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation where no entry of the port table speaks of the endpoint."""
    if endpoint.port is None or endpoint.protocol in (None, "lmtp") or not crosses(endpoint):
        return
    if not port_rules(endpoint, policy) and not foreign(endpoint, policy):
        yield Violation(
            "{} is not known to the policy as a port for {}".format(
                subject(endpoint), WHAT.get(endpoint.protocol or "", "mail")
            ),
            field="port",
            confidence=doubt(endpoint),
        )
