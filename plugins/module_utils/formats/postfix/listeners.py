# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where Postfix listens: services of type inet, by address and port.

Source: master(5), postconf(5); master_ent.c, own_inet_addr.c, host_port.c, match_service.c and
known_tcp_ports.c of Postfix; the services(5) files of Debian and IANA's port registry.
"""

from __future__ import annotations

from ... import peers
from ...endpoint import Remark
from ...text.values import Undecided, Value, applied, causes
from . import interfaces
from .parameters import Parameters
from .shown import service_setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple, Sequence, Union

    from ...endpoint import Reading
    from .configuration import Configuration
    from .services import Master, Service

    Known = Union[str, Undecided]
else:
    from ...tuples import NamedTuple


class Listener(NamedTuple):
    """One address and port of a service.  ``address`` is empty for any."""

    service: Service
    program: str
    name: str
    address: Value
    family: Value
    port: Value
    # Distinguishes the addresses of one service.
    suffix: str


def listeners(configuration: Configuration, reading: Reading) -> list[Listener]:
    """What the master binds and a program of Postfix serves, in the order of the file.

    What the master dies of is noted in its parameters.
    """
    file = configuration.master
    if file is None:
        return []
    master = configuration.parameters("master")
    master.check()
    families = interfaces.families(master)
    disabled, _why = master.words("master_service_disable")
    found: list[Listener] = []
    for service in _last(file, configuration, master, reading):
        if families.value == ():
            continue
        name, kind = (
            service.column("name", configuration.assume),
            service.column("type", configuration.assume),
        )
        off = _is_disabled(name, kind, disabled)
        if off is True:
            continue
        if isinstance(off, Undecided):
            reading.opaque.append((off.depends_on[0], service.place()))
        else:
            _check(name, service, master, families)
        program = service.column("command", configuration.assume)
        if isinstance(program, Undecided):
            reading.opaque.append((program.depends_on[0], service.place()))
            continue
        base = program.rpartition("/")[2]
        if base in ("smtpd", "postscreen"):
            found.extend(_addresses(service, base, name, master, families))
    return found


def _last(
    file: Master, configuration: Configuration, master: Parameters, reading: Reading
) -> list[Service]:
    """The services of type inet; of two for the same host and port the last one counts."""
    by_key: dict[tuple[str, str], Service] = {}
    order: list[tuple[str, str]] = []
    for number, service in enumerate(file.services):
        kind = service.column("type", configuration.assume)
        if isinstance(kind, Undecided):
            reading.opaque.append((kind.depends_on[0], service.place()))
            continue
        if kind != "inet":
            continue
        name = service.column("name", configuration.assume)
        key = ("", str(number)) if isinstance(name, Undecided) else _key(name, master)
        if key in by_key:
            lost = by_key[key]
            if not configuration.stock:
                reading.remarks.append(_lost(lost, service))
            order.remove(key)
        by_key[key] = service
        order.append(key)
    return [by_key[key] for key in order]


def _lost(lost: Service, service: Service) -> Remark:
    line = service.place().line
    message = f"lost: line {line} defines the same listener again, and the last entry counts"
    return Remark("setting-ineffective", message, service_setting(lost))


def _key(name: str, master: Parameters) -> tuple[str, str]:
    """How the master tells listeners apart: numbers, whatever their spelling."""
    host, port = split_host(name)
    number = port_number(port, master)
    network = peers.parse(host)
    shown = str(network) if network is not None else host
    return shown, str(number) if isinstance(number, int) else port


def split_host(name: str) -> tuple[str, str]:
    """``host:port``, ``[host]:port`` or ``port`` as host (may be empty) and port."""
    if name.startswith("["):
        host, _close, rest = name[1:].partition("]")
        if host.lower().startswith("ipv6:"):
            host = host[5:]
        return host, rest[1:] if rest.startswith(":") else rest
    host, colon, port = name.rpartition(":")
    return (host, port) if colon else ("", name)


def port_number(port: str, master: Parameters) -> int | Undecided:
    """The number of a port or service name."""
    if port.isdigit() and port.isascii():
        return int(port) if len(port) < 9 else 0
    return interfaces.port_of(port, master)


def _is_disabled(name: Known, kind: Known, patterns: Sequence[Known]) -> bool | Undecided:
    if isinstance(name, Undecided) or isinstance(kind, Undecided):
        return False
    full = f"{name}/{kind}"
    for word in patterns:
        if isinstance(word, Undecided):
            return word
        bare = word.lstrip("!")
        if "/" not in bare and "." in bare:
            # "name.type", as it was written long ago.
            bare = "/".join(bare.rsplit(".", 1))
        if bare.lower() == (full if "/" in bare else kind).lower():
            return (len(word) - len(word.lstrip("!"))) % 2 == 0
    return False


def _addresses(
    service: Service, program: str, name: Known, master: Parameters, families: Value
) -> list[Listener]:
    head = (service_setting(service),)
    host: Known
    port: Known | None
    if isinstance(name, Undecided):
        from ...text.parts import host_and_port

        (host, port), shown = host_and_port(name), head[0].name
    else:
        (host, port), shown = split_host(name), f"{name}/inet"
    number = Value(applied(lambda one: port_number(one or "", master), port), head)
    if isinstance(host, Undecided):
        places = [(Value(host, head), interfaces.family(families))]
    elif host:
        from .named_hosts import of_host

        places = of_host(host, head, families)
    else:
        places = interfaces.of_all(master, families)
    suffixes = [""]
    if len(places) > 1:
        from .named_hosts import suffix

        suffixes = [suffix(address, family) for address, family in places]
    return [
        Listener(service, program, shown, address, family, number, tail)
        for (address, family), tail in zip(places, suffixes)
    ]


def _check(name: Known, service: Service, master: Parameters, families: Value) -> None:
    """Note what the master dies of in a service: get_master_ent."""
    if isinstance(name, Undecided) or isinstance(families.value, Undecided):
        return
    head = (service_setting(service),)
    host, _port = split_host(name)
    if not host:
        words, why = master.words("inet_interfaces", interfaces.SEPARATORS)
        if not words:
            message = f"the service {name} needs a host or a non-empty inet_interfaces"
            master.fail(message, causes(head, why))
    elif peers.parse(host) is not None and not interfaces.is_spoken(host, families.value):
        message = f"bad hostname or network address: {name}"
        master.fail(message, causes(families.causes, head))
