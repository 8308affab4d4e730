# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A public mail server refuses mail without TLS on port 25.

A server that the MX record of a domain names has to take mail from everybody, also from the few
who do not speak TLS, or whose TLS it does not understand; they get a bounce.  Whether a server is
such a one is not in its files: the finding is `possible` until the policy's `public_mx` says so,
and silent where it says `false`.

RFC 3207 section 4: a publicly referenced server must not require STARTTLS for local delivery.

Wrong, .mailwarden.yml:

    public_mx: true

Wrong, main.cf:

    compatibility_level = 3.6
    mydestination = example.com
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_security_level = encrypt

Wrong, master.cf:

    smtp inet n - n - - smtpd

Right, main.cf:

    compatibility_level = 3.6
    mydestination = example.com
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_security_level = may

Right, master.cf:

    smtp inet n - n - - smtpd
"""

from __future__ import annotations

from ..engine.finding import POSSIBLE, Violation
from .common import crosses, doubt, is_private_only, subject
from .ports import is_relay_port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "warning"
SCOPE = "endpoint"
SIDES = ("server",)
OPTIONS: dict[str, tuple[object, ...]] = {}


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation where strangers' mail is refused without TLS."""
    if endpoint.tls != "starttls-required" or endpoint.protocol != "smtp":
        return
    if not crosses(endpoint) or is_private_only(endpoint) or policy.public_mx is False:
        return
    if is_relay_port(endpoint, policy) and "client-certificate" not in (endpoint.requires or ()):
        public = policy.public_mx is True
        yield Violation(
            f"{subject(endpoint)} refuses mail without TLS; "
            "a server that an MX record names has to take it",
            field="tls",
            # What weakens a server is proposed only where somebody said what the server is.
            wants=("tls", "starttls-optional") if public else None,
            confidence=doubt(endpoint) if public else POSSIBLE,
        )
