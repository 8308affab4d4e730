# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A STARTTLS port other than 25 offers or uses no TLS at all.

Everything on the connection can be read and changed by whoever carries it: the mail, and the
password where one is sent.  For a client without credentials it is a warning.

RFC 8314 section 4.1: submission and access in cleartext are to be given up; RFC 8314 section 5.2:
a client insists on TLS.

Wrong, main.cf:

    compatibility_level = 3.6

Wrong, master.cf:

    submission inet n - n - - smtpd
      -o smtpd_tls_security_level=none

Right, main.cf:

    compatibility_level = 3.6
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_mandatory_protocols = >=TLSv1.2

Right, master.cf:

    submission inet n - n - - smtpd
      -o smtpd_tls_security_level=encrypt
      -o smtpd_sasl_auth_enable=yes
      -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject

Wrong, msmtprc:

    account work
    host mail.example.com
    port 587

Right, msmtprc:

    account work
    host mail.example.com
    port 587
    tls on
"""

from __future__ import annotations

from ..engine.finding import Violation
from .common import crosses, doubt, subject
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


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation where the port wants STARTTLS and there is none."""
    if endpoint.tls != "none" or endpoint.port == 25 or not crosses(endpoint):
        return
    modes = port_modes(endpoint, policy)
    if "none" not in modes and any(mode.startswith("starttls") for mode in modes):
        client = endpoint.side == "client"
        yield Violation(
            "{} {} no TLS at all: whoever carries the connection can read and change it".format(
                subject(endpoint), "is dialled with" if client else "offers"
            ),
            field="tls",
            severity="warning" if client and endpoint.auth is not True else "",
            wants=("tls", "starttls-required"),
            confidence=doubt(endpoint),
        )
