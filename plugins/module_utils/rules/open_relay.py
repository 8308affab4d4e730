# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server takes mail for any domain from any client, without a login.

Spammers find such a server within hours and send through it until every block list has its
address.  Most often the trusted networks hold every address (`mynetworks = 0.0.0.0/0`), written so
that containers or a laptop could send, and a list permits them before it refuses.  Where no list
asks for them, or one that refuses comes first, nothing is relayed and nothing is said.

RFC 2505 section 2.1; RFC 6409 section 4.3.

Wrong, main.cf:

    compatibility_level = 3.6
    mydestination = example.com
    mynetworks = 0.0.0.0/0
    smtpd_tls_security_level = may
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem

Wrong, master.cf:

    smtp inet n - n - - smtpd

Right, main.cf:

    compatibility_level = 3.6
    mydestination = example.com
    mynetworks = 127.0.0.0/8, 10.1.0.0/16
    smtpd_tls_security_level = may
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem

Right, master.cf:

    smtp inet n - n - - smtpd
"""

from __future__ import annotations

from ..engine.finding import Violation
from .common import crosses, doubt, subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "error"
SCOPE = "endpoint"
SIDES = ("server",)
OPTIONS: dict[str, tuple[object, ...]] = {}
TAG = "open-relay"


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation where a stranger's mail to a stranger is taken."""
    if TAG in endpoint.tags and crosses(endpoint) and not endpoint.requires:
        yield Violation(
            f"{subject(endpoint)} is an open relay: it takes mail of every client to every domain",
            field="tags",
            cause=endpoint.causes.get(TAG, ()),
            confidence=doubt(endpoint),
        )
