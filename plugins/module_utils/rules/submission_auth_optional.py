# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A submission port takes mail from ordinary peers without authentication.

Submission is where known people hand over mail that is to be sent on in their name.  A port that
takes mail from anybody there is a second way in for what filters on 25 would stop, and with one
wrong restriction an open relay.  A service for trusted networks or client certificates only is
left alone.

RFC 6409 section 4.3: authentication is required.

Wrong, main.cf:

    compatibility_level = 3.6
    mydestination = example.com
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem

Wrong, master.cf:

    submission inet n - n - - smtpd
      -o smtpd_tls_security_level=encrypt

Right, main.cf:

    compatibility_level = 3.6
    mydestination = example.com
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_mandatory_protocols = >=TLSv1.2
    smtpd_sasl_type = dovecot
    smtpd_sasl_path = private/auth

Right, master.cf:

    submission inet n - n - - smtpd
      -o smtpd_tls_security_level=encrypt
      -o smtpd_sasl_auth_enable=yes
      -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
"""

from __future__ import annotations

from ..engine.finding import Violation
from .common import crosses, doubt, subject
from .ports import is_relay_port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "warning"
SCOPE = "endpoint"
SIDES = ("server",)
BLAME = "endpoint"
OPTIONS: dict[str, tuple[object, ...]] = {}


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation where a stranger can hand over mail on a submission port."""
    if endpoint.protocol != "submission" or endpoint.usable is not True or not crosses(endpoint):
        return
    if endpoint.requires or is_relay_port(endpoint, policy):
        return
    if endpoint.auth is False or "auth-optional" in endpoint.tags:
        # A login that is offered is right: what is missing is that the service refuses the others.
        amiss = endpoint.place if endpoint.auth is True else None
        yield Violation(
            f"{subject(endpoint)} takes mail from anybody, without a login",
            field="auth",
            place=amiss,
            cause=endpoint.causes.get("auth", ()),
            confidence=doubt(endpoint),
        )
