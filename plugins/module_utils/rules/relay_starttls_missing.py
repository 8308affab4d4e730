# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server on port 25 offers no STARTTLS, or an MTA relays there without it.

Mail between servers is encrypted only if the receiving server offers STARTTLS.  Almost all do;
one that does not gets its mail in plaintext, and some senders refuse to deliver.  For an MTA that
relays or delivers without TLS it is a note.  A server that is bound to private addresses only is
left alone.

RFC 3207 section 4; RFC 7435 (encryption where it can be had).

Wrong, main.cf:

    compatibility_level = 3.6
    mydestination = example.com
    smtpd_tls_security_level = none

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

from ..engine.finding import Violation
from .common import crosses, doubt, is_private_only, subject
from .ports import is_relay_port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "warning"
SCOPE = "endpoint"
SIDES = ("server", "client")
OPTIONS: dict[str, tuple[object, ...]] = {}
OFFERS = "offers no STARTTLS: mail from other servers arrives in plaintext"
RELAYS = "is dialled without STARTTLS, even where it is offered: the mail goes in plaintext"


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation for mail between servers without any TLS."""
    if endpoint.tls != "none" or not crosses(endpoint) or is_private_only(endpoint):
        return
    client = endpoint.side == "client"
    if (client and endpoint.protocol != "smtp") or not is_relay_port(endpoint, policy):
        return
    yield Violation(
        f"{subject(endpoint)} {RELAYS if client else OFFERS}",
        field="tls",
        severity="note" if client else "",
        wants=("tls", "starttls-optional"),
        confidence=doubt(endpoint),
    )
