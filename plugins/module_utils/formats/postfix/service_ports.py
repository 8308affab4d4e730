# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The ports that service names stand for, where Postfix listens and where it dials.

Source: postconf(5) known_tcp_ports; config_known_tcp_ports.c and known_tcp_ports.c of Postfix; the
services(5) file of Debian's netbase and IANA's port registry.
"""

from __future__ import annotations

from ...text import Undecided
from .macros import MARK
from .parameters import split_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .parameters import Parameters

# Names of mail services in /etc/services.
SERVICES = {
    "smtp": 25, "mail": 25, "submission": 587, "submissions": 465, "smtps": 465, "ssmtp": 465,
    "urd": 465, "pop3": 110, "pop-3": 110, "pop3s": 995, "imap": 143, "imap2": 143, "imap4": 143,
    "imaps": 993, "sieve": 4190, "qmtp": 209, "qmqp": 628, "http": 80, "https": 443,
}  # fmt: skip
KNOWN = "known_tcp_ports"


def named(name: str, parameters: Parameters) -> int | Undecided:
    """The port that a service name stands for in a program.

    From 3.6 on Postfix looks into ``known_tcp_ports`` before it asks the host.
    """
    if parameters.known(KNOWN):
        text, why = parameters.pieces(KNOWN)
        # A line that may set anything is not taken to set this.
        written = any(one.name == KNOWN and one.place is not None for one in why)
        associations = split_list(text, ",") if written else ["lmtp=24"]
        for association in associations:
            *names, number = (part.strip() for part in association.split("="))
            if MARK in association:
                return Undecided(*parameters.names(KNOWN))
            if name in names and number.isdigit() and number.isascii() and len(number) < 6:
                return int(number)
    known = SERVICES.get(name)
    return known if known is not None else Undecided(f"the port of {name} in /etc/services")
