# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A client submits on port 25, which is for mail between servers.

Many networks block 25 for everybody but mail servers, so that the client works in one place and
not in another, and servers treat what arrives there as mail from strangers.  Submission has ports
of its own: 465 with TLS from the first byte, 587 with STARTTLS.  Where the client uses no TLS
either, the finding says so.  Delivery to the servers of others, and a relay without
authentication, are not submission.

RFC 6409 section 3.1 (587 is for submission); RFC 8314 section 3.3 (465).

Wrong, msmtprc:

    account work
    host mail.example.com
    port 25
    tls on
    auth on
    user jo

Right, msmtprc:

    account work
    host mail.example.com
    port 465
    tls on
    tls_starttls off
    auth on
    user jo
"""

from __future__ import annotations

from ..endpoint import NONE
from ..engine.finding import Violation
from ..text.values import causes
from .common import crosses, doubt, subject
from .ports import is_relay_port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "warning"
SCOPE = "endpoint"
SIDES = ("client",)
OPTIONS: dict[str, tuple[object, ...]] = {}


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation for submission on a port between servers."""
    if endpoint.protocol != "submission" or not crosses(endpoint):
        return
    if "mx-delivery" not in endpoint.tags and is_relay_port(endpoint, policy):
        bare = endpoint.tls == NONE
        how = " is dialled without TLS, and" if bare else ""
        yield Violation(
            f"{subject(endpoint)}{how} is for mail between servers and blocked by many networks; "
            "submit on 465 or 587",
            field="port",
            cause=causes(*(endpoint.causes.get(name, ()) for name in ("tls", "port")[not bare :])),
            confidence=doubt(endpoint),
        )
