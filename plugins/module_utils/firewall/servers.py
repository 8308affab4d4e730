# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The mail servers of a report: where each can be reached, whether it is safe, what is unknown.

In comes the report of ``check`` as plain data (``schemas/report.schema.json``).
"""

from __future__ import annotations

import ipaddress

from ..addresses import bare, is_loopback
from ..errors import MailwardenError
from ..report.form import EXISTS, FURTHER, SCHEMA_VERSION
from .shape import ANYTHING, EVERY, Maybe, fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, NamedTuple

    Data = Dict[str, Any]
else:
    from ..tuples import NamedTuple

VERSIONS = {"any": frozenset((4, 6)), "ipv4": frozenset((4,)), "ipv6": frozenset((6,))}
# What has to be known to say where a server listens, and to say that it is safe.
WHERE = (EXISTS, "port", "address", "family")
SAFETY = ("protocol", "tls", "auth", "cleartext_auth", "usable", "tls_works")
# The keys of a report that this module relies on.
SHAPE = {
    "schema_version": int,
    "endpoints": [
        {
            "id": str,
            "side": str,
            "program": str,
            "protocol": Maybe(str),
            "host": Maybe(str),
            "port": Maybe(int),
            "address": Maybe(str),
            "family": Maybe(frozenset(VERSIONS)),
            "local": bool,
            "path": str,
            "line": int,
            "undecided": {EVERY: {"possible": [ANYTHING], "depends_on": [str]}},
        }
    ],
    "findings": [
        {
            "rule": str,
            "severity": str,
            "confidence": str,
            "message": str,
            "path": str,
            "line": int,
            "endpoints": [str],
            "suppressed": Maybe(dict),
        }
    ],
    "unread": [{"path": str, "reason": str}],
    FURTHER: [{"decider": str, "sides": [str], "path": str, "line": int}],
}


class Server(NamedTuple):
    """A server that listens on TCP. ``address`` is empty for every address of the host."""

    port: int
    address: str
    versions: frozenset[int]
    local: bool
    data: Data

    @property
    def is_loopback(self) -> bool:
        """Whether it is bound to the host itself."""
        return bool(self.address) and is_loopback(self.address)

    def explains(self, version: int, address: str, port: int) -> bool:
        """Whether a socket may be this server's."""
        if port != self.port or version not in self.versions:
            return False
        return self.address in ("", address)


class Unknown(NamedTuple):
    """Something that is not known, and the ports that it is about; none for every one."""

    ports: tuple[int, ...]
    path: str
    line: int
    reason: str

    @property
    def shown(self) -> str:
        """With its place, where there is one."""
        place = f"{self.path}:{self.line}: " if self.line else ""
        return (place or (self.path + ": " if self.path else "")) + self.reason


def dialling(report: Data, port: int) -> list[str]:
    """The clients of the report that dial a port of other hosts, or may: each a sentence.

    A relay that the policy declares internal is another host all the same.
    """
    said = [
        "{path}:{line}: {program} {} port {}".format(
            "dials" if one["port"] == port else "may dial", port, **one
        )
        for one in report["endpoints"]
        if one["side"] == "client" and one["port"] in (port, None) and not _stays(one)
    ]
    return said + [
        "{path}:{line}: clients that depend on {decider} may dial port {}".format(port, **one)
        for one in report[FURTHER]
        if one["sides"] == ["client"]
    ]


def _stays(client: Data) -> bool:
    """Whether it dials the host itself, or a socket that has no port."""
    no_port = client["port"] is None and "port" not in client["undecided"]
    return client["local"] and (no_port or is_loopback(client["host"] or ""))


def check(report: Data) -> None:
    """Raises ``MailwardenError`` for what is no report."""
    version = report.get("schema_version", SCHEMA_VERSION)
    if version != SCHEMA_VERSION:
        raise MailwardenError(f"report: of version {version}")
    wrong = fault(report, SHAPE)
    if wrong:
        said = ": " + str(report["msg"]) if "msg" in report else ""
        raise MailwardenError(f"report: not what mailwarden.policy.check returns, {wrong}{said}")


def servers(report: Data) -> list[Server]:
    """The servers of which it is known where they listen."""
    found = []
    for data in report["endpoints"]:
        if data["side"] == "server" and data["port"] is not None and not _open_fields(data):
            address = bare(data["address"] or "")
            versions = VERSIONS[data["family"] or "any"]
            if address:
                number = ipaddress.ip_address(address)
                # Bound to the address that no host has, a server has every one.
                address = "" if number.is_unspecified else str(number)
                versions = frozenset((number.version,))
            found.append(Server(data["port"], address, versions, data["local"], data))
    return found


def unknown(report: Data) -> list[Unknown]:
    """The unknowns of the report."""
    found = [Unknown((), one["path"], 0, one["reason"]) for one in report["unread"]]
    found += [
        Unknown((), one["path"], one["line"], "further servers depend on " + one["decider"])
        for one in report[FURTHER]
        if "server" in one["sides"]
    ]
    for data in report["endpoints"]:
        fields = _open_fields(data) if data["side"] == "server" else []
        if fields:
            found.append(_undecided(data, fields))
    if not report["endpoints"]:
        found.append(Unknown((), "", 0, "the report has no endpoint at all: nothing was read"))
    return found


def _open_fields(data: Data) -> list[str]:
    """The fields that say where a server listens and are not known."""
    fields = [field for field in WHERE if field in data["undecided"]]
    if not fields and data["address"] and not _is_address(data["address"]):
        return ["address"]
    return fields


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(bare(text))
    except ValueError:
        return False
    return True


def _undecided(data: Data, fields: list[str]) -> Unknown:
    said = []
    for field in fields:
        one = data["undecided"].get(field, {"depends_on": [data["address"]]})
        what = "whether it is there" if field == "exists" else "its " + field
        said.append("{} depends on {}".format(what, ", ".join(one["depends_on"])))
    ports = data["undecided"].get("port", {"possible": [data["port"]]})["possible"]
    known = all(isinstance(port, int) for port in ports)
    reason = "{}: {}".format(data["id"], "; ".join(said))
    return Unknown(tuple(ports) if known else (), data["path"], data["line"], reason)


def faults(server: Server, findings: Iterable[Data]) -> list[str]:
    """Why a server is not safe, or not known to be; empty where it is known to be safe."""
    said: list[str] = []
    doubts: list[str] = []
    for one in findings:
        counts = one["severity"] == "error" and one["suppressed"] is None
        if counts and server.data["id"] in one["endpoints"]:
            sure = "" if one["confidence"] == "certain" else " ({confidence})".format(**one)
            reasons = doubts if one["confidence"] == "possible" else said
            reasons.append("{path}:{line}: {message} [{rule}]".format(**one) + sure)
    for field in SAFETY:
        one = server.data["undecided"].get(field)
        if one:
            name = field.replace("_", " ")
            doubts.append("{} depends on {}".format(name, ", ".join(one["depends_on"])))
    return said + ["not known to be safe: " + doubt for doubt in doubts]
