# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A password can cross the network before TLS is up.

A server accepts PLAIN, LOGIN, XOAUTH2, OAUTHBEARER or a login command without TLS, or a client
sends one when it is offered no TLS.  Whoever carries the connection then has the password.  This
rule cannot be switched off; a single finding may be suppressed with a reason.

Accepting counts, not advertising: a server may hide AUTH and take it all the same.  Mechanisms
that only prove knowledge of the password (CRAM-MD5, SCRAM) are not meant.  A service behind a
proxy (`proxy-protocol`) is reported as `possible`, since the proxy may do the TLS.

RFC 4954 section 4 and RFC 9051 section 6.2.2 (no plaintext mechanism without TLS); RFC 8314
section 4.1.

Wrong, main.cf:

    compatibility_level = 3.6
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_security_level = may
    smtpd_sasl_auth_enable = yes
    smtpd_sasl_type = dovecot
    smtpd_sasl_path = private/auth

Wrong, master.cf:

    smtp inet n - n - - smtpd

Right, main.cf:

    compatibility_level = 3.6
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_security_level = may
    smtpd_tls_auth_only = yes
    smtpd_sasl_auth_enable = yes
    smtpd_sasl_type = dovecot
    smtpd_sasl_path = private/auth

Right, master.cf:

    smtp inet n - n - - smtpd

Wrong, msmtprc:

    account work
    host mail.example.com
    port 587
    auth plain
    user jo

Right, msmtprc:

    account work
    host mail.example.com
    port 587
    tls on
    auth plain
    user jo
"""

from __future__ import annotations

from ..engine.finding import POSSIBLE, Violation
from .common import doubt, subject
from .ports import is_relay_port, port_modes

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
    """Yields one violation where a secret may cross before TLS."""
    if endpoint.cleartext_auth is not True or endpoint.usable is False or endpoint.local:
        return
    requires = endpoint.requires or ()
    if "trusted-network" in requires:
        return
    yield Violation(
        f"{subject(endpoint)} {_what(endpoint)}",
        field="cleartext_auth",
        wants=_wanted(endpoint, policy),
        confidence=POSSIBLE if "proxy-protocol" in requires else doubt(endpoint),
    )


def _what(endpoint: Endpoint) -> str:
    if endpoint.side == "server":
        return "takes passwords before TLS: whoever carries the connection can read them"
    return "may get the password without TLS: whoever carries the connection can read it"


def _wanted(endpoint: Endpoint, policy: Policy) -> tuple[str, object]:
    """TLS first where there is none to wait for or the port demands it; else waiting passwords.

    A server on a port of no meaning may take mail from its own hosts without TLS.
    """
    modes = port_modes(endpoint, policy)
    waits = is_relay_port(endpoint, policy) or (endpoint.side == "server" and not modes)
    if waits and endpoint.tls == "starttls-optional":
        return "cleartext_auth", False
    return "tls", "implicit" if modes == {"implicit"} else "starttls-required"
