# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A client finds its TLS mode by probing and may end in plaintext.

Whoever carries the connection decides the outcome of the probe: block the TLS port, take away the
offer of STARTTLS, and the client settles for plaintext.  An error where it may send a password,
else a warning.

RFC 8314 section 5.2: a client that has no minimum has no confidentiality.
"""

from __future__ import annotations

from ..engine.finding import Violation
from .common import crosses, doubt, sends_no_secret, subject
from .ports import port_modes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "error"
PROFILES = {"legacy": "warning"}
SCOPE = "endpoint"
SIDES = ("client",)
OPTIONS: dict[str, tuple[object, ...]] = {}


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation for a client that probes."""
    if endpoint.tls == "auto" and crosses(endpoint):
        yield Violation(
            f"{subject(endpoint)} is dialled with whatever mode works, plaintext included: "
            "whoever carries the connection can choose plaintext",
            field="tls",
            severity="warning" if sends_no_secret(endpoint) else "",
            wants=(
                "tls",
                "implicit" if "implicit" in port_modes(endpoint, policy) else "starttls-required",
            ),
            confidence=doubt(endpoint),
        )
