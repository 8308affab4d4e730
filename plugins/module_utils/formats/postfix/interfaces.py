# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The protocols, addresses and ports that Postfix uses, and those that no program starts with.

Source: postconf(5) inet_protocols, inet_interfaces; inet_proto.c, own_inet_addr.c, inet_addr_host.c
and mail_params.c of Postfix.  Of ports: postconf(5) known_tcp_ports; config_known_tcp_ports.c and
known_tcp_ports.c of Postfix; the services(5) file of Debian's netbase and IANA's port registry.
"""

from __future__ import annotations

from ...text.values import Setting, Undecided, Value, causes, open_part
from .macros import MARK
from .parameters import split_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Sequence

    from .parameters import Parameters

SEPARATORS = " \t,"
ANY = ""
PROTOCOLS = {"ipv4": (4,), "ipv6": (6,), "all": (4, 6)}
ALL = "all"
LOOPBACK = "loopback-only"
# What dies without any protocol: the master and the clients go on.
SERVERS = ("smtpd", "postscreen")
# Ports by the names of services.
SERVICES = {
    "smtp": 25, "mail": 25, "submission": 587, "submissions": 465, "smtps": 465, "ssmtp": 465,
    "urd": 465, "pop3": 110, "pop-3": 110, "pop3s": 995, "imap": 143, "imap2": 143, "imap4": 143,
    "imaps": 993, "sieve": 4190, "qmtp": 209, "qmqp": 628, "http": 80, "https": 443,
}  # fmt: skip
KNOWN = "known_tcp_ports"


def families(parameters: Parameters) -> Value[tuple[int, ...]]:
    """The protocol families in use: ``(4, 6)`` and less."""
    words, why = parameters.words("inet_protocols")
    unknown = open_part(words)
    if unknown is not None:
        return Value(unknown, why)
    # Of a word that is no protocol every program dies.
    found = {number for word in words for number in PROTOCOLS.get(str(word), (4, 6))}
    return Value(tuple(sorted(found)), why)


def check(parameters: Parameters) -> None:
    """Note what every program dies of before it does anything: a protocol or an address.

    The addresses are looked at once for all services that do not set them.
    """
    for message, why in parameters.shared("interfaces", lambda own: list(_failures(own))):
        parameters.fail(message, why)


def _failures(parameters: Parameters) -> Iterator[tuple[str, tuple[Setting, ...]]]:
    words, why = parameters.words("inet_protocols")
    for word in words:
        if isinstance(word, str) and word not in PROTOCOLS:
            yield f'unknown inet_protocols value "{word}"', why
    spoken = families(parameters)
    if isinstance(spoken.value, Undecided):
        return
    if not spoken.value:
        if parameters.program in SERVERS:
            yield "all network protocols are disabled (inet_protocols)", why
        return
    text, why = parameters.pieces("inet_interfaces")
    if text in (ALL, LOOPBACK):
        return
    from .named_hosts import missing

    for word in parameters.words("inet_interfaces", SEPARATORS).value:
        message = "" if isinstance(word, Undecided) else missing(word, spoken.value)
        if message:
            yield f"inet_interfaces: {message}", causes(spoken.causes, why)


def is_spoken(address: str, spoken: Sequence[int]) -> bool:
    """Whether an address is one of the protocols in use."""
    return (6 if ":" in address else 4) in spoken


def family(used: Value) -> Value:
    """The family of an address that stands for any."""
    if isinstance(used.value, Undecided):
        return used
    return Value({(4,): "ipv4", (6,): "ipv6"}.get(used.value, "any"), used.causes)


def of_all(parameters: Parameters, used: Value) -> list[tuple[Value, Value]]:
    """The addresses and families that ``inet_interfaces`` stands for."""
    words, why = parameters.words("inet_interfaces", SEPARATORS)
    if len(words) == 1 and isinstance(words[0], str) and words[0].lower() == ALL:
        return [(Value(ANY, why), family(used))]
    from .named_hosts import of_words

    return of_words(words, why, parameters, used)


def port_of(name: str, parameters: Parameters) -> int | Undecided:
    """The port that a service name stands for in a program.

    From 3.6 on Postfix looks into ``known_tcp_ports`` before it asks the host.
    """
    known, unknown = parameters.shared(KNOWN, _known_ports)
    port = known.get(name, SERVICES.get(name) if unknown is None else unknown)
    return port if port is not None else Undecided(f"the port of {name} in /etc/services")


def _known_ports(parameters: Parameters) -> tuple[dict[str, int], Undecided | None]:
    found: dict[str, int] = {}
    if parameters.known(KNOWN):
        text, why = parameters.pieces(KNOWN)
        # A line that may set anything is not taken to set this.
        written = any(one.name == KNOWN and one.place is not None for one in why)
        for association in split_list(text, ",") if written else ["lmtp=24"]:
            *names, number = (part.strip() for part in association.split("="))
            if MARK in association:
                return found, Undecided(*parameters.names(KNOWN))
            if number.isdigit() and number.isascii() and len(number) < 6:
                for name in names:
                    found.setdefault(name, int(number))
    return found, None
