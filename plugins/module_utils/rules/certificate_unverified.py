# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A client that submits, fetches or authenticates does not check the server's certificate.

Without the check TLS keeps out those who listen, and not those who answer: anybody on the way can
present a certificate of his own, take the password and pass the mail on.  A client that checks
the chain and not the name takes any certificate of any site; that is a note.  Delivery to the
servers of others, and opportunistic TLS without credentials, are left alone.

RFC 8314 section 5.3 and RFC 7817 section 3 (a mail client checks the name).

Wrong, msmtprc:

    account work
    host mail.example.com
    port 465
    tls on
    tls_starttls off
    tls_certcheck off
    auth on
    user jo

Right, msmtprc:

    account work
    host mail.example.com
    port 465
    tls on
    tls_starttls off
    tls_trust_file system
    auth on
    user jo
"""

from __future__ import annotations

from ..engine.finding import Violation
from ..ports import ACCESS
from .common import crosses, doubt, subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "warning"
PROFILES = {"strict": "error"}
SCOPE = "endpoint"
SIDES = ("client",)
OPTIONS: dict[str, tuple[object, ...]] = {}
WEAK = ("none", "chain")


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation for a client that anybody on the way can answer."""
    if endpoint.certificate_verified not in WEAK or endpoint.tls in ("none", None):
        return
    if crosses(endpoint) and _is_meant(endpoint):
        name = endpoint.certificate_verified == "chain"
        yield Violation(
            "{} is dialled without checking {}: anybody on the way can answer in its place".format(
                subject(endpoint), "the certificate's name" if name else "the certificate"
            ),
            field="certificate_verified",
            severity="note" if name else "",
            wants=("certificate_verified", "full"),
            confidence=doubt(endpoint),
        )


def _is_meant(endpoint: Endpoint) -> bool:
    if "mx-delivery" in endpoint.tags:
        return False
    if endpoint.auth is True:
        return True
    return endpoint.protocol in ACCESS and endpoint.tls != "starttls-optional"
