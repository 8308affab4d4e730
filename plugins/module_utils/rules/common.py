# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What several rules ask of an endpoint."""

from __future__ import annotations

from ..engine.finding import POSSIBLE
from ..ports import REGISTERED
from .ports import port_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..endpoint import Endpoint
    from ..policy import Policy
    from ..text.values import Setting

# A port for SMTP, in words.
WHAT = {
    "smtp": "SMTP",
    "submission": "submission",
    "imap": "IMAP",
    "pop3": "POP3",
    "lmtp": "LMTP",
    "managesieve": "ManageSieve",
}


def crosses(endpoint: Endpoint) -> bool:
    """Whether strangers' networks carry the connection, and a peer from there can use it.

    A service behind a proxy, or for trusted networks only, shows nothing to an ordinary peer.
    """
    return endpoint.usable is not False and not endpoint.local and not _closed(endpoint)


def _closed(endpoint: Endpoint) -> bool:
    requires = endpoint.requires or ()
    return "trusted-network" in requires or "proxy-protocol" in requires


def doubt(endpoint: Endpoint) -> str:
    """``possible`` if it is open whether the connection leaves the host at all; else empty."""
    open_fields = ("host", "address", "requires")
    return POSSIBLE if any(name in endpoint.undecided for name in open_fields) else ""


def foreign(endpoint: Endpoint, policy: Policy) -> str:
    """The protocol that the port is registered for, where the endpoint speaks another language.

    Empty if it fits, if the policy or a provider says that it does, and for LMTP, whose ports the
    two sides agree on.
    """
    meant = REGISTERED.get(endpoint.port or 0, "")
    if endpoint.protocol in (None, "lmtp"):
        return ""
    return "" if port_rules(endpoint, policy) else meant


def sends_no_secret(endpoint: Endpoint) -> bool:
    """Whether no password can cross before TLS: there is none, or it waits for TLS."""
    return endpoint.auth is False or endpoint.cleartext_auth is False


def is_private_only(endpoint: Endpoint) -> bool:
    """Whether the address bound or dialled is in a private range."""
    name = endpoint.address if endpoint.side == "server" else endpoint.host
    if not name:
        return False
    from ..addresses import is_private

    return is_private(name)


def subject(endpoint: Endpoint) -> str:
    """The endpoint as the beginning of a sentence: ``port 465``, ``mail.example.org:465``."""
    if endpoint.port is None:
        return endpoint.host or endpoint.name
    if "mx-delivery" in endpoint.tags:
        return f"port {endpoint.port} of other domains' servers"
    if endpoint.side == "client" and endpoint.host:
        host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
        return f"{host}:{endpoint.port}"
    return f"port {endpoint.port}"


def reason(endpoint: Endpoint, field: str) -> tuple[str, tuple[Setting, ...]]:
    """Why a field is what it is, as far as its cause begins with words; and the settings of it."""
    cause = endpoint.causes.get(field, ())
    words = [one.text for one in cause if not one.name and one.place is None]
    return ": ".join(words), tuple(one for one in cause if one.name or one.place is not None)


def started(endpoint: Endpoint) -> str:
    """The TLS mode as the end of a sentence."""
    return {
        "none": "speaks plaintext only",
        "starttls-required": "begins in plaintext and insists on STARTTLS",
        "starttls-optional": "begins in plaintext and leaves STARTTLS optional",
        "implicit": "speaks TLS from the first byte",
    }.get(endpoint.tls or "", "speaks something else")
