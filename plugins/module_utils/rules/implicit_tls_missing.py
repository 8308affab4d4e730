# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A port for TLS from the first byte is served or dialled in plaintext or with STARTTLS.

465, 993 and 995 are for TLS from the first byte (implicit TLS).  A client that follows the port
sends a TLS hello and gets a plaintext greeting back; the two wait for each other until one gives
up.  A client that is set to plaintext to make it work then sends its password in clear.  A port
of a provider of its own (SMTP2's 4650) counts where the host is that provider's.

RFC 8314 section 3: implicit TLS on these ports; section 7.3: 465 is registered for it.  A service
that only the host itself or the policy's `internal` can reach is left alone: a proxy in front may
do the TLS.

Wrong, main.cf:

    compatibility_level = 3.6
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem

Wrong, master.cf:

    submissions inet n - n - - smtpd
      -o smtpd_tls_security_level=encrypt
      -o smtpd_sasl_auth_enable=yes

Right, main.cf:

    compatibility_level = 3.6
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_mandatory_protocols = >=TLSv1.2

Right, master.cf:

    submissions inet n - n - - smtpd
      -o smtpd_tls_wrappermode=yes
      -o smtpd_sasl_auth_enable=yes
      -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject

Wrong, msmtprc:

    account work
    host mail.example.com
    port 465
    tls on

Right, msmtprc:

    account work
    host mail.example.com
    port 465
    tls on
    tls_starttls off
"""

from __future__ import annotations

from ..engine.finding import Violation
from .common import crosses, doubt, started, subject
from .ports import port_modes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "error"
SCOPE = "endpoint"
SIDES = ("server", "client")
BLAME = "endpoint"
OPTIONS: dict[str, tuple[object, ...]] = {}
WRONG = ("none", "starttls-optional", "starttls-required")


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation where the port is for implicit TLS alone and the mode is another."""
    if endpoint.tls not in WRONG or not crosses(endpoint):
        return
    if port_modes(endpoint, policy) == {"implicit"}:
        yield Violation(
            f"{subject(endpoint)} is for TLS from the first byte, but {_what(endpoint)}",
            field="tls",
            wants=("tls", "implicit"),
            confidence=doubt(endpoint),
        )


def _what(endpoint: Endpoint) -> str:
    if endpoint.side == "server":
        return f"it {started(endpoint)}: no client that follows the port gets through"
    return f"the client {started(endpoint)}: it waits for a greeting that never comes"
