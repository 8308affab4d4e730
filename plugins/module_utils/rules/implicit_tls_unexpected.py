# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A port for STARTTLS (25, 587, 143, 110, 4190) is served or dialled with TLS from the first byte.

Whoever connects to such a port waits for a plaintext greeting.  A server that waits for a TLS
hello instead is silent to everybody who does it right: on 25 no mail arrives, on 587 nobody can
submit.  `smtpd_tls_wrappermode = yes` in `main.cf` does this to every SMTP service of Postfix at
once.

RFC 3207 section 4 (25 and 587 begin in plaintext); RFC 8314 section 3.3 and 7.3 (implicit TLS has
a port of its own, 465); RFC 9051 section 2.1 and RFC 2595 (143, 110).

Wrong, main.cf:

    compatibility_level = 3.6
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_wrappermode = yes

Wrong, master.cf:

    smtp inet n - n - - smtpd

Right, main.cf:

    compatibility_level = 3.6
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_security_level = may

Right, master.cf:

    smtp inet n - n - - smtpd

Wrong, msmtprc:

    account work
    host mail.example.com
    port 587
    tls on
    tls_starttls off

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
OPTIONS: dict[str, tuple[object, ...]] = {}


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation where the port is for STARTTLS alone and the mode is implicit."""
    if endpoint.tls != "implicit" or not crosses(endpoint):
        return
    modes = port_modes(endpoint, policy)
    if modes and "implicit" not in modes:
        relay = endpoint.side == "server" and "starttls-optional" in modes
        yield Violation(
            f"{subject(endpoint)} begins in plaintext with STARTTLS, but {_what(endpoint)}",
            field="tls",
            wants=("tls", "starttls-optional" if relay else "starttls-required"),
            confidence=doubt(endpoint),
        )


def _what(endpoint: Endpoint) -> str:
    if endpoint.side == "server":
        return "it is served with TLS from the first byte: whoever waits for a greeting gets none"
    return "the client sends a TLS hello at once: the server cannot understand it"
