# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A network wider than the host itself may log in without TLS.

Programs treat some networks more kindly: Dovecot's `login_trusted_networks` and `remote` filters,
host lists of Exim.  Where that lets passwords cross before TLS, everybody in such a network who
can see the traffic has them.  Loopback, a single named machine, and what the policy declares
`internal` are left alone.

RFC 8314 section 4.1 knows no such exception.

Wrong, dovecot.conf:

    protocols = imap
    ssl_cert = </etc/ssl/certs/mail.pem
    ssl_key = </etc/ssl/private/mail.key
    login_trusted_networks = 10.0.0.0/8

Right, dovecot.conf:

    protocols = imap
    ssl_cert = </etc/ssl/certs/mail.pem
    ssl_key = </etc/ssl/private/mail.key
    # The web mail on the same machine needs no network to be trusted.
    login_trusted_networks = 127.0.0.1
"""

from __future__ import annotations

from ..addresses import is_loopback
from ..engine.finding import Violation
from .common import crosses, doubt, reason, subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "warning"
PROFILES = {"strict": "error"}
SCOPE = "endpoint"
SIDES = ("server",)
OPTIONS: dict[str, tuple[object, ...]] = {}
TRUSTS = "trusts:"


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation that names the networks that may log in without TLS."""
    if endpoint.local or endpoint.usable is False:
        return
    field, trusted = "exceptions", []
    if crosses(endpoint) and endpoint.cleartext_auth is not True:
        trusted = [
            network
            for network, name, value in endpoint.exceptions or ()
            if name == "cleartext_auth" and value is True
        ]
    elif endpoint.cleartext_auth is True and endpoint.requires == ("trusted-network",):
        # Nobody else gets anything done there; what a proxy brings is the proxy's to protect.
        field = "cleartext_auth"
        trusted = [tag[len(TRUSTS) :] for tag in sorted(endpoint.tags) if tag.startswith(TRUSTS)]
    networks = [network for network in trusted if _is_wide(network, policy)]
    if networks:
        yield Violation(
            "{} takes passwords before TLS from {}".format(subject(endpoint), ", ".join(networks)),
            field=field,
            cause=reason(endpoint, field)[1],
            confidence=doubt(endpoint),
        )


def _is_wide(network: str, policy: Policy) -> bool:
    address, _slash, bits = network.partition("/")
    single = bits in ("", "128" if ":" in address else "32")
    return not single and not is_loopback(address) and not policy.is_internal_network(network)
