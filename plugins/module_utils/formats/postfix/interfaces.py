# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The protocols, addresses and ports that Postfix uses, and those that no program starts with.

Source: postconf(5) inet_protocols, inet_interfaces; inet_proto.c, own_inet_addr.c, inet_addr_host.c
and mail_params.c of Postfix.  Of ports: postconf(5) known_tcp_ports; config_known_tcp_ports.c and
known_tcp_ports.c of Postfix; the services(5) file of Debian's netbase and IANA's port registry.
"""

from __future__ import annotations

from ... import peers
from ...text.budget import LISTENER
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
    for word in parameters.words("inet_interfaces", SEPARATORS).value:
        message = "" if isinstance(word, Undecided) else _missing(word, spoken.value)
        if message:
            yield f"inet_interfaces: {message}", causes(spoken.causes, why)


def _missing(word: str, spoken: Sequence[int]) -> str:
    """Why no host has such an interface; empty where one may have it."""
    network = peers.parse(word)
    if "/" in word or word.lower() in (ALL, LOOPBACK):
        return f"host not found: {word}"
    if network is None:
        return ""
    if not is_spoken(word, spoken):
        return f"host not found: {word}"
    return f"no local interface found for {word}" if network.is_unspecified else ""


def is_spoken(address: str, spoken: Sequence[int]) -> bool:
    """Whether an address is one of the protocols in use."""
    return (6 if ":" in address else 4) in spoken


def of_host(host: str, why: tuple[Setting, ...], used: Value) -> list[tuple[Value, Value]]:
    """Address and family of a host as master.cf or ``inet_interfaces`` names it.

    In: the host, the settings that name it, the families in use.
    """
    network = peers.parse(host)
    if network is not None:
        address = ANY if network.base == 0 else str(network).partition("/")[0]
        return [(Value(address, why), Value(f"ipv{network.version}", why))]
    if host.lower() in ("localhost", "localhost.localdomain"):
        return _loopback(why, used)
    return [(Value(Undecided(f"the address of {host}"), why), family(used))]


def family(used: Value) -> Value:
    """The family of an address that stands for any."""
    if isinstance(used.value, Undecided):
        return used
    return Value({(4,): "ipv4", (6,): "ipv6"}.get(used.value, "any"), used.causes)


def of_all(parameters: Parameters, used: Value) -> list[tuple[Value, Value]]:
    """The addresses and families that ``inet_interfaces`` stands for."""
    words, why = parameters.words("inet_interfaces", SEPARATORS)
    if len(words) == 1 and isinstance(words[0], str):
        if words[0].lower() == ALL:
            return [(Value(ANY, why), family(used))]
        if words[0].lower() == LOOPBACK:
            return _loopback(why, used)
    parameters.assume.budget.spend(LISTENER * len(words), "services and their addresses")
    unique: dict[tuple[str, str], tuple[Value, Value]] = {}
    for word in words:
        if isinstance(word, Undecided):
            places = [(Value(word, why), family(used))]
        else:
            places = of_host(word, why, used)
        for place in places:
            unique.setdefault((_key(place[0]), _key(place[1])), place)
    return list(unique.values()) or [(Value(ANY, why), family(used))]


def _key(value: Value) -> str:
    return value.value if isinstance(value.value, str) else str(value.value.depends_on[0])


def suffix(address: Value, version: Value) -> str:
    """What tells the addresses of one service apart."""
    if address.value == ANY:
        return "@" + {"ipv4": "0.0.0.0", "ipv6": "::"}.get(_key(version), "*")
    return "@" + _key(address)


def _loopback(why: tuple[Setting, ...], used: Value) -> list[tuple[Value, Value]]:
    wanted = (4, 6) if isinstance(used.value, Undecided) else used.value
    addresses = {4: "127.0.0.1", 6: "::1"}
    settings = causes(why, used.causes if len(wanted) == 1 else ())
    return [
        (Value(addresses[number], settings), Value(f"ipv{number}", settings)) for number in wanted
    ]


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
