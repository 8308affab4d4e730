# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Submission or access where STARTTLS may be skipped, or stripped by somebody in the middle.

Whoever carries the connection can take the offer of STARTTLS out of the server's answer.  A
client that goes on without it, and a server that serves it then, are in plaintext and neither
notices.  On 25, between servers, optional is right and this rule is silent.  Where passwords are
refused before TLS anyway it is a warning: the mail can be read, the password cannot.

RFC 3207 section 6 (the offer can be deleted on the way); RFC 8314 section 4.1 and 5.2.

Wrong, main.cf:

    compatibility_level = 3.6
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_security_level = may
    smtpd_tls_auth_only = yes

Wrong, master.cf:

    submission inet n - n - - smtpd

Right, main.cf:

    compatibility_level = 3.6
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_mandatory_protocols = >=TLSv1.2
    smtpd_tls_security_level = may
    smtpd_tls_auth_only = yes

Right, master.cf:

    submission inet n - n - - smtpd
      -o smtpd_tls_security_level=encrypt
      -o smtpd_sasl_auth_enable=yes
      -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
"""

from __future__ import annotations

from ..engine.finding import Violation
from ..ports import ACCESS
from .common import crosses, doubt, sends_no_secret, subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "error"
PROFILES = {"legacy": "warning"}
SCOPE = "endpoint"
SIDES = ("server", "client")
BLAME = "endpoint"
OPTIONS: dict[str, tuple[object, ...]] = {}


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation for submission or access with optional STARTTLS, whatever the port."""
    if endpoint.tls != "starttls-optional" or endpoint.protocol not in ACCESS:
        return
    if crosses(endpoint):
        yield Violation(
            f"{subject(endpoint)} {_what(endpoint)}",
            field="tls",
            severity="warning" if sends_no_secret(endpoint) else "",
            wants=("tls", "starttls-required"),
            confidence=doubt(endpoint),
        )


def _what(endpoint: Endpoint) -> str:
    if endpoint.side == "server":
        return "offers STARTTLS and works without it: whoever carries the connection can strip it"
    return "is dialled with STARTTLS only if it is offered: whoever carries it can strip the offer"
