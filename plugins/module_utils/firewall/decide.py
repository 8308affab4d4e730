# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The exposure that a report, what listens, and what the caller asks for come to."""

from __future__ import annotations

from ..errors import MailwardenError
from ..ports import PORTS
from . import networks, servers
from .exposure import RELAY, Door, Exposure
from .servers import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple, Sequence

    from .servers import Data, Server
    from .sockets import Listener
else:
    from ..tuples import NamedTuple

MAIL_PORTS = frozenset(rule.port for rule in PORTS)
CLOSE, OPEN, KEEP, FAIL = "close", "open", "keep", "fail"
NO_SOURCE = "none of the networks in sources can reach it"


class Sources:
    """From which networks a port may be reached."""

    def __init__(self, entries: Sequence[Data]) -> None:
        """In: the parameter ``sources``.  Raises ``MailwardenError`` for what is wrong with it."""
        self.by_port: dict[int, tuple[str, ...]] = {}
        self.rest: tuple[str, ...] | None = None
        for entry in entries:
            found = networks.parse(entry["networks"])
            if not found:
                raise MailwardenError("sources: an entry without networks")
            if entry.get("ports") is None:
                self._set_rest(found)
            else:
                self._set(entry["ports"], found)

    def _set_rest(self, found: tuple[str, ...]) -> None:
        if self.rest is not None:
            raise MailwardenError("sources: two entries without ports")
        self.rest = found

    def _set(self, ports: Sequence[int], found: tuple[str, ...]) -> None:
        if not ports:
            raise MailwardenError(
                "sources: an entry with an empty list of ports; without ports it is for all"
            )
        for port in ports:
            if port in self.by_port:
                raise MailwardenError(f"sources: port {port} is in two entries")
            if not 0 < port < 65536:
                raise MailwardenError(f"sources: {port} is no port")
            self.by_port[port] = found

    def of(self, port: int) -> tuple[str, ...] | None:
        """The networks of a port; ``None`` for everywhere."""
        return self.by_port.get(port, self.rest)


class Options(NamedTuple):
    """What the caller asks for."""

    unsafe: str
    unknown: str
    sources: Sources
    outgoing: str = OPEN


class Decision:
    """The exposure, and why it is that one, in the terms of the module's return values."""

    def __init__(self) -> None:
        self.opened: list[dict[str, Any]] = []
        self.closed: list[dict[str, Any]] = []
        self.unsafe: list[dict[str, Any]] = []
        self.unknown: list[Unknown] = []
        self.kept: list[dict[str, Any]] = []
        self.failures: list[str] = []
        self.warnings: list[str] = []
        self.exposure = Exposure(frozenset(), frozenset())

    def lists(self) -> dict[str, Any]:
        """The lists, as they are returned."""
        return {
            "opened": self.opened,
            "closed": self.closed,
            "unsafe": self.unsafe,
            "unknown": [{**one._asdict(), "ports": list(one.ports)} for one in self.unknown],
            "kept": self.kept,
        }


def ports_of(report: Data) -> frozenset[int]:
    """The mail ports: those of the policy's table, and those that the report's servers have."""
    return MAIL_PORTS | {one.port for one in servers.servers(report) if not one.is_loopback}


def decide(
    report: Data, listeners: Sequence[Listener], before: Exposure, options: Options
) -> Decision:
    """In: the report, what listens on the mail ports, and what our rules say until now.

    Raises ``MailwardenError`` for what is no report.
    """
    servers.check(report)
    known = servers.servers(report)
    made = Decision()
    made.unknown = servers.unknown(report)
    _compare(made, known, listeners)
    _keep_internal(made, known, options.sources)
    alone = frozenset(one["port"] for one in made.kept)
    ports = ports_of(report) - alone
    held = _held(made.unknown, ports | before.all_ports)
    served = [
        one for one in known if one.port not in alone and not _is_left_alone(one, options.sources)
    ]
    refused = _refuse(made, served, report["findings"], held, options)
    doors = _open(made, served, refused, held, options.sources)
    shut = {door for one in refused if one.address for door in _doors(one, None)}
    made.warnings += _without_effect(options.sources, ports | alone)
    made.exposure = _exposure(doors, shut, ports, held | alone, before)
    if options.outgoing == CLOSE:
        _close_outgoing(made, report, before)
    _close(made, known, served, ports - held - {door.port for door in doors})
    if options.unknown == FAIL:
        made.failures += [one.shown for one in made.unknown]
    return made


def _close_outgoing(made: Decision, report: Data, before: Exposure) -> None:
    """Forbids the host to dial the port between servers; where a file was not read, as before."""
    blind = any(not one.ports for one in made.unknown)
    made.exposure = made.exposure._replace(dials=before.dials and blind)
    made.failures += servers.dialling(report, RELAY)


def _compare(made: Decision, known: Sequence[Server], listeners: Sequence[Listener]) -> None:
    """Compares what listens with what should.

    What is no mail server has the port to itself, whatever the report says of it: a configuration
    that is not in use says nothing of the program that is.
    """
    for one in listeners:
        if not one.serves_mail(one.port in MAIL_PORTS):
            if one.port not in [kept["port"] for kept in made.kept]:
                reason = one.shown + ", and is no mail server"
                made.kept.append({"port": one.port, "program": one.program, "reason": reason})
        elif not any(server.explains(one.version, one.address, one.port) for server in known):
            reason = one.shown + ", which no endpoint of the report explains"
            made.unknown.append(Unknown((one.port,), "", 0, reason))


def _without_effect(sources: Sources, ports: frozenset[int]) -> list[str]:
    """What ``sources`` says of ports of which nothing is done: a slip, or meant for other hosts."""
    return [
        f"sources: port {port} is no mail port of this host; the entry has no effect on it"
        for port in sorted(set(sources.by_port) - ports)
    ]


def _is_left_alone(server: Server, sources: Sources) -> bool:
    """Whether nothing is done for a server.

    That is one of the host itself, or one that the policy declares internal: who may come there
    only ``sources`` can say.
    """
    return server.is_loopback or (server.local and server.port not in sources.by_port)


def _keep_internal(made: Decision, known: Sequence[Server], sources: Sources) -> None:
    """Leaves the ports alone that have nothing but internal servers."""
    found = {one.port for one in known if not one.is_loopback and _is_left_alone(one, sources)}
    for port in sorted(found - {one.port for one in known if not one.local}):
        reason = "declared internal by the policy; name its networks in sources to open it"
        made.kept.append({"port": port, "program": "", "reason": reason})


def _refuse(
    made: Decision,
    served: Sequence[Server],
    findings: Sequence[Data],
    held: frozenset[int],
    options: Options,
) -> list[Server]:
    """Says which servers are not safe, and why; returns those that stay closed for it."""
    refused = []
    for server in served:
        faults = servers.faults(server, findings)
        if not faults:
            continue
        action = KEEP if options.unsafe == CLOSE and server.port in held else options.unsafe
        made.unsafe.append({**_entry(server), "reasons": faults, "action": action})
        if action == CLOSE:
            made.warnings.append(_cut_off(server, "it is not safe: " + "; ".join(faults)))
        if options.unsafe == FAIL:
            made.failures += [f"port {server.port}: {fault}" for fault in faults]
        if options.unsafe != OPEN:
            refused.append(server)
    return refused


def _open(
    made: Decision,
    served: Sequence[Server],
    refused: Sequence[Server],
    held: frozenset[int],
    sources: Sources,
) -> set[Door]:
    """Says which servers are opened; returns their doors."""
    unsafe = [one["endpoint"] for one in made.unsafe]
    doors: set[Door] = set()
    for server in (_beside(one, refused) for one in served if one not in refused):
        allowed = sources.of(server.port)
        own = _doors(server, allowed)
        if own:
            reason = "served, and nothing is wrong with it"
            if server.data["id"] in unsafe:
                reason = "served, though it is not safe"
            made.opened.append({**_entry(server), "sources": list(allowed or ()), "reason": reason})
        elif server.versions and server.port not in held:
            made.warnings.append(_cut_off(server, NO_SOURCE))
        doors.update(own)
    return doors


def _cut_off(server: Server, reason: str) -> str:
    """Who uses a server that loses its port should hear of it."""
    at = f" at {server.address}" if server.address else ""
    return "port {}{at} is closed: {program} serves {protocol} there, but {reason}".format(
        server.port, at=at, reason=reason, **server.data
    )


def _beside(server: Server, refused: Sequence[Server]) -> Server:
    """The server, but for the IP versions over which one that is refused may have its socket."""
    versions = (
        one
        for one in server.versions
        if not any(_may_answer_for(other, server, one) for other in refused)
    )
    return server._replace(versions=frozenset(versions))


def _may_answer_for(other: Server, server: Server, version: int) -> bool:
    """Whether what comes to a server over an IP version may come to another one.

    Two programs cannot both have a port, not even one at every address and the other at one of
    them (bind(2): EADDRINUSE).  One program may treat an address in a way of its own.
    """
    if server.port != other.port or version not in other.versions:
        return False
    elsewhere = other.data["program"] != server.data["program"]
    return other.address == server.address or (elsewhere and not other.address)


def _entry(server: Server) -> dict[str, Any]:
    """A server as the lists name it."""
    data = server.data
    return {
        "port": server.port,
        "protocol": data["protocol"],
        "family": next(name for name, of in servers.VERSIONS.items() if of == server.versions),
        "address": server.address,
        "endpoint": data["id"],
        "path": data["path"],
        "line": data["line"],
    }


def _doors(server: Server, sources: tuple[str, ...] | None) -> list[Door]:
    doors = []
    for version in server.versions:
        allowed = () if sources is None else networks.normal(sources, version)
        if allowed is not None:
            doors.append(Door(version, server.address, allowed, server.port))
    return doors


def _held(unknown: Sequence[Unknown], ports: frozenset[int]) -> frozenset[int]:
    """The ports that nothing may be closed on, because of what is not known."""
    if any(not one.ports for one in unknown):
        return ports
    return frozenset(port for one in unknown for port in one.ports)


def _exposure(
    doors: set[Door],
    shut: set[Door],
    ports: frozenset[int],
    held: frozenset[int],
    before: Exposure,
) -> Exposure:
    """What is held stays as our rules have it until now, and what is served is opened there too.

    What is left alone is held as well, and nothing of it is served.
    """
    kept = {door for door in before.doors if door.port in held}
    shut = {one for one in shut if one.port not in held}
    shut |= {one for one in before.shut if one.port in held} - doors
    managed = (ports - held) | (held & before.managed)
    return Exposure(frozenset(doors | kept), managed, frozenset(shut))


def _close(
    made: Decision, known: Sequence[Server], served: Sequence[Server], ports: frozenset[int]
) -> None:
    """Says which ports are closed, and why."""
    reasons = {one.port: "served to the host itself alone" for one in known if one.is_loopback}
    reasons.update({one.port: "served, but " + NO_SOURCE for one in served})
    reasons.update({one["port"]: "served, but not safe" for one in made.unsafe})
    for port in sorted(ports):
        made.closed.append({"port": port, "reason": reasons.get(port, "not served")})
