# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""TLS is offered or expected and cannot work: no certificate, or one that cannot be read.

The program starts all the same.  Postfix without a certificate still advertises STARTTLS and
answers 454 to whoever tries it, and drops every connection of a port with TLS from the first
byte.  A value that should name a file's content and names the file itself (Dovecot 2.3's
`ssl_cert` without `<`) does the same.  On 25, and where only the host itself connects, it is a
warning: many peers go on without TLS.

RFC 3207 section 4.1 (454: TLS not available).

Wrong, main.cf:

    compatibility_level = 3.6
    smtpd_tls_security_level = may

Wrong, master.cf:

    smtp inet n - n - - smtpd

Right, main.cf:

    compatibility_level = 3.6
    smtpd_tls_security_level = may
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem

Right, master.cf:

    smtp inet n - n - - smtpd
"""

from __future__ import annotations

from ..engine.finding import Violation
from .common import reason, subject
from .ports import is_relay_port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "error"
SCOPE = "endpoint"
SIDES = ("server", "client")
OPTIONS: dict[str, tuple[object, ...]] = {}


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation where every TLS handshake fails."""
    if endpoint.tls_works is not False or endpoint.usable is False:
        return
    mild = endpoint.local or is_relay_port(endpoint, policy)
    why, cause = reason(endpoint, "tls_works")
    yield Violation(
        f"{subject(endpoint)} {_what(endpoint)}: {why or 'every handshake fails'}",
        field="tls_works",
        cause=cause,
        severity="warning" if mild else "",
        wants=("tls_works", True),
    )


def _what(endpoint: Endpoint) -> str:
    if endpoint.side == "client":
        return "is dialled with TLS that cannot work"
    if endpoint.tls == "implicit":
        return "expects TLS from the first byte and cannot do it"
    return "offers STARTTLS and turns away whoever tries it"
