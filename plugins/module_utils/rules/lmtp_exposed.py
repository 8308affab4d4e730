# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""LMTP listens on a network.

LMTP hands mail to the mailboxes of one host.  It has no login and no queue behind it, and it
trusts whoever connects: on a network anybody can put mail past every filter.  A Unix socket or a
loopback address does the same for the programs that need it.  What is bound to private addresses
only, or is `internal` in the policy, is left alone.

RFC 2033 section 5 (LMTP is never used on port 25, so that the two are not mixed up).

Wrong, dovecot.conf:

    protocols = lmtp
    service lmtp {
      inet_listener lmtp {
        port = 24
      }
    }

Right, dovecot.conf:

    protocols = lmtp
    service lmtp {
      unix_listener /var/spool/postfix/private/dovecot-lmtp {
        mode = 0600
        user = postfix
      }
    }
"""

from __future__ import annotations

from ..engine.finding import Violation
from .common import crosses, doubt, is_private_only, subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "warning"
SCOPE = "endpoint"
SIDES = ("server",)
BLAME = "endpoint"
OPTIONS: dict[str, tuple[object, ...]] = {}


def check(endpoint: Endpoint, policy: Policy) -> Iterator[Violation]:
    """Yields one violation for LMTP on an address that others reach."""
    if endpoint.protocol == "lmtp" and crosses(endpoint) and not is_private_only(endpoint):
        yield Violation(
            f"{subject(endpoint)} serves LMTP to the network: "
            "anybody can put mail past every filter",
            field="address",
            confidence=doubt(endpoint),
        )
