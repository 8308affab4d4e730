# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A port registered for one protocol is served or dialled in another (IMAP on 587, POP3 on 993).

The two sides do not understand each other.  A client that follows the port sends the commands of
one protocol and gets the answers of another, and a client set to the wrong port waits for a
greeting that does not come or hands its first commands to a server that takes them for nonsense.
Most often two ports were mixed up, or a number was copied from the section above.

It looks at 25, 465 and 587 (SMTP), 143 and 993 (IMAP), 110 and 995 (POP3), and 4190
(ManageSieve).  Relay and submission are both SMTP.  2525, 2000 and 24 are registered for none of
these, so any protocol may be there; LMTP has no port of its own.  A pair of port and protocol that
the policy's `ports` or the provider's table names is right, and a service that only the host
itself or the policy's `internal` can reach is left alone.

The IANA registry of ports; RFC 6409 section 3.1 and RFC 8314 section 7.3 (587, 465), RFC 9051
section 2.1 (143), RFC 1939 section 3 (110), RFC 8314 section 3 (993, 995), RFC 5804 section 1.8
(4190).

Wrong, dovecot.conf:

    protocols = imap
    ssl = required
    ssl_cert = </etc/ssl/certs/mail.pem
    ssl_key = </etc/ssl/private/mail.pem
    service imap-login {
      inet_listener imap {
        port = 587
      }
      inet_listener imaps {
        port = 0
      }
    }

Right, dovecot.conf:

    protocols = imap
    ssl = required
    ssl_cert = </etc/ssl/certs/mail.pem
    ssl_key = </etc/ssl/private/mail.pem
    service imap-login {
      inet_listener imap {
        port = 143
      }
      inet_listener imaps {
        port = 0
      }
    }

Wrong, msmtprc:

    account work
    host mail.example.com
    port 993
    tls on
    tls_starttls off

Right, msmtprc:

    account work
    host mail.example.com
    port 465
    tls on
    tls_starttls off
"""

from __future__ import annotations

from ..engine.finding import Violation
from ..ports import family
from .common import WHAT, crosses, doubt, foreign, subject

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
    """Yields one violation where the port is registered for another language."""
    meant = foreign(endpoint, policy)
    if meant and crosses(endpoint):
        speaks = "it serves" if endpoint.side == "server" else "the client speaks"
        yield Violation(
            f"{subject(endpoint)} is for {_named(meant)}, but {speaks} {_named(endpoint.protocol)}",
            field="port",
            confidence=doubt(endpoint),
        )


def _named(protocol: str | None) -> str:
    return WHAT[family(protocol)]
