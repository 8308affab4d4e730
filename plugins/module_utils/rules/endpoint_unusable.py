# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The port is open, and no client at all can use it.

A value that the service dies of at every connection, or a combination under which nobody can log
in or hand over mail.  The program starts and the port answers, so nothing shows until somebody
connects.  Where it is so for a named network only, it is a warning, and so it is where the host
itself alone is served although the port is open to others: Dovecot with `ssl = no` takes no login
from elsewhere, unless a network is trusted or logins in clear are allowed.  Nothing else is said
about such an endpoint.

There is no RFC to quote: nothing is spoken there.

Wrong, main.cf:

    compatibility_level = 3.6
    smtpd_tls_security_level = may # offered

Wrong, master.cf:

    smtp inet n - n - - smtpd

Right, main.cf:

    compatibility_level = 3.6
    # offered
    smtpd_tls_security_level = may
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem

Right, master.cf:

    smtp inet n - n - - smtpd
"""

from __future__ import annotations

from ..addresses import is_loopback
from ..engine.finding import Violation
from .common import doubt, reason, subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "error"
SCOPE = "endpoint"
SIDES = ("server", "client")
OPTIONS: dict[str, tuple[object, ...]] = {}
TRUSTS = "trusts:"


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation where no client can use the endpoint, or none from elsewhere."""
    if endpoint.usable is False:
        client = endpoint.side == "client"
        what = "can never be reached with this" if client else "serves no client"
        why, cause = reason(endpoint, "usable")
        message = f"{subject(endpoint)} {what}" + (f": {why}" if why else "")
        yield Violation(message, field="usable", cause=cause, wants=("usable", True))
        return
    if _serves_itself_alone(endpoint):
        # That a network is served nothing either says no more.
        yield _warning(endpoint, "but the host itself", "requires", doubt(endpoint))
        return
    for network, field, value in endpoint.exceptions or ():
        if field == "usable" and value is False:
            yield _warning(endpoint, f"from {network}", "exceptions")


def _warning(endpoint: Endpoint, whom: str, field: str, confidence: str = "") -> Violation:
    why, cause = reason(endpoint, field)
    message = f"{subject(endpoint)} serves no client {whom}" + (f": {why}" if why else "")
    return Violation(message, field, "warning", cause=cause, confidence=confidence)


def _serves_itself_alone(endpoint: Endpoint) -> bool:
    """Whether a port beyond loopback takes trusted networks alone, and nobody names one.

    What comes through a proxy on the host comes from elsewhere, and TLS that fails speaks itself.
    """
    if endpoint.local or endpoint.requires != ("trusted-network",) or endpoint.tls_works is False:
        return False
    trusted = [tag[len(TRUSTS) :] for tag in endpoint.tags if tag.startswith(TRUSTS)]
    return bool(trusted) and all(is_loopback(one.partition("/")[0]) for one in trusted)
