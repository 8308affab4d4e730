# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The port table: which port means which protocol and which TLS modes.

Sources: the IANA port registry; RFC 8314 sections 3 and 7.3 (465, 993, 995 speak TLS from the first
byte), RFC 6409 (587), RFC 3207 (25), RFC 2595 (143, 110), RFC 5804 (4190; 2000 came before it),
RFC 2033 (LMTP never on 25; 24 is "any private mail system", which LMTP servers took).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, NamedTuple
else:
    from .tuples import NamedTuple

IMPLICIT = ("implicit",)
REQUIRED = ("starttls-required",)
EITHER = ("starttls-required", "implicit")
OPPORTUNISTIC = ("starttls-optional", "starttls-required")
ANY = ("none", "starttls-optional", "starttls-required", "implicit")
# What people's programs speak to their provider: RFC 8314 calls it submission and access.
ACCESS = ("submission", "imap", "pop3", "managesieve")


class PortRule(NamedTuple):
    """One meaning of one port.

    ``tls`` are the modes that are right there; ``who`` is ``both``, ``server`` (a client that
    submits there is wrong) or ``local`` (not for networks).  ``provider`` is the one whose port it
    is, empty for everybody's.
    """

    port: int
    protocol: str
    tls: tuple[str, ...]
    who: str = "both"
    deprecated: bool = False
    provider: str = ""


PORTS: tuple[PortRule, ...] = (
    PortRule(25, "smtp", OPPORTUNISTIC, "server"),
    PortRule(465, "submission", IMPLICIT),
    PortRule(587, "submission", REQUIRED),
    # Not registered; offered by many where 587 is blocked.
    PortRule(2525, "submission", EITHER),
    PortRule(143, "imap", REQUIRED),
    PortRule(993, "imap", IMPLICIT),
    PortRule(110, "pop3", REQUIRED),
    PortRule(995, "pop3", IMPLICIT),
    PortRule(4190, "managesieve", REQUIRED),
    PortRule(2000, "managesieve", REQUIRED, "both", True),
    PortRule(24, "lmtp", ANY, "local"),
)
# Where TLS comes first or not at all: RFC 8314 section 3.
IMPLICIT_PORTS = frozenset(rule.port for rule in PORTS if rule.tls == IMPLICIT)
# Where a service is submission whatever it does, and so is whoever dials it: RFC 6409, RFC 8314.
SUBMISSION_PORTS = frozenset(rule.port for rule in PORTS if rule.protocol == "submission")
# The protocol that a port is registered for (IANA).  2525 and 24 are registered for none of mail,
# and 2000 for one that is not mail's.
REGISTERED = {rule.port: rule.protocol for rule in PORTS if rule.port not in (24, 2000, 2525)}

# Relaying and submitting are one language on the wire; which of the two a service is may follow
# from its settings, so their ports are looked up together.
FAMILIES = {"smtp": "smtp", "submission": "smtp"}


def family(protocol: str | None) -> str:
    """The language that a protocol speaks: ``smtp`` for both relay and submission."""
    return FAMILIES.get(protocol or "", protocol or "")


def has(rules: Iterable[PortRule], port: int, protocol: str) -> bool:
    """Whether the rules know the port for that language."""
    return any(rule.port == port and family(rule.protocol) == family(protocol) for rule in rules)


# What every policy knows: it may add to these, or say otherwise of one, and takes none away.
KNOWN = frozenset((rule.port, family(rule.protocol)) for rule in PORTS)
