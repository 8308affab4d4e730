# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server takes AUTH on port 25.

25 is where strangers hand over mail, so everybody who tries passwords comes there first.
People's programs have 465 and 587; a server that takes passwords only there can be watched and
limited there.

Accepting counts, not advertising: a server may hide AUTH (`smtpd_sasl_exceptions_networks` of
Postfix) and take it all the same.

RFC 6409 section 3.1 (submission has a port of its own).

Wrong, main.cf:

    compatibility_level = 3.6
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_security_level = may
    smtpd_tls_auth_only = yes
    smtpd_sasl_auth_enable = yes
    smtpd_sasl_type = dovecot
    smtpd_sasl_path = private/auth

Wrong, master.cf:

    smtp inet n - n - - smtpd

Right, main.cf:

    compatibility_level = 3.6
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_mandatory_protocols = >=TLSv1.2
    smtpd_tls_security_level = may
    smtpd_sasl_type = dovecot
    smtpd_sasl_path = private/auth

Right, master.cf:

    smtp inet n - n - - smtpd
    submissions inet n - n - - smtpd
      -o smtpd_tls_wrappermode=yes
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

SEVERITY = "note"
SCOPE = "endpoint"
SIDES = ("server",)
OPTIONS: dict[str, tuple[object, ...]] = {}


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation where a port between servers takes passwords."""
    if endpoint.auth is True and crosses(endpoint) and is_relay_port(endpoint, policy):
        yield Violation(
            f"{subject(endpoint)} takes AUTH from strangers; passwords belong on 465 and 587",
            field="auth",
            confidence=doubt(endpoint),
        )
