# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Submission or access that allows TLS below 1.2.

TLS 1.0 and 1.1 rest on MD5 and SHA-1 and are no longer to be used.  Every mail program of the
last ten years speaks 1.2.  Between servers on 25 weak TLS still beats plaintext, so this rule is
silent there.  What counts is what the configuration permits; a crypto library may be stricter.

A server is judged by its program's default as well, since any client may ask it for the weakest
version; a client meets the strongest that its server has, and is judged by what a file says.

RFC 8996 section 4 and 5; RFC 8997 (TLS 1.2 for submission and access).

Options:

- `minimum` (default `"1.2"`): the lowest version that may be allowed.

Wrong, msmtprc:

    account work
    host mail.example.com
    port 465
    tls on
    tls_starttls off
    tls_priorities NORMAL:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.2

Right, msmtprc:

    account work
    host mail.example.com
    port 465
    tls on
    tls_starttls off
    tls_priorities NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2
"""

from __future__ import annotations

from ..engine.finding import Violation
from ..ports import ACCESS
from .common import crosses, doubt, subject
from .ports import is_relay_port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "warning"
PROFILES = {"strict": "error"}
SCOPE = "endpoint"
SIDES = ("server", "client")
OPTIONS: dict[str, tuple[object, ...]] = {
    "minimum": ("1.2", "the lowest TLS version that may be allowed", ("1.1", "1.2", "1.3")),
}
# From the weakest to the strongest, as ``tls_min`` has them.
ORDER = ("ssl2", "ssl3", "1.0", "1.1", "1.2", "1.3")


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation where a version below the minimum may be agreed on."""
    if endpoint.tls_min not in ORDER or endpoint.protocol not in ACCESS:
        return
    if endpoint.tls == "none" or not crosses(endpoint) or is_relay_port(endpoint, policy):
        return
    if endpoint.side == "client" and not _said(endpoint):
        return
    minimum = str(policy.option("tls-version-weak", "minimum", endpoint.place.path))
    if ORDER.index(endpoint.tls_min) < ORDER.index(minimum):
        yield Violation(
            f"{subject(endpoint)} allows TLS {endpoint.tls_min}; {minimum} is the least",
            field="tls_min",
            wants=("tls_min", minimum),
            confidence=doubt(endpoint),
        )


def _said(endpoint: Endpoint) -> bool:
    """Whether a file sets the lowest version, and not only the program or its library."""
    return any(setting.place is not None for setting in endpoint.causes.get("tls_min", ()))
