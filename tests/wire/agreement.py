"""The reader's answer for an entry, in the terms in which the wire's answer is derived.

The reader gets what the entry says and nothing else: the files, the program's version, what the
SASL backend of the entry offers, and that the harness has put certificates where files name them.
"""

from __future__ import annotations

import ipaddress
from typing import Any, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.alternatives import Projected
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

from .derive import Fields
from .namespaces import LOOPBACK, TRUSTED
from .table import DEFAULT_NAMES, Case, Entry

# What the name service of the harness makes of a name: a client says whom it looks up, the wire
# shows whom it then dials. Nothing at all is looked up for mail to others: the recipient decides.
RESOLVES = {
    "mx.example.org": ("", "example.org"),
    "relay.example.net": ("example.net",),
}
LOWEST_OF_THE_LIBRARY = "1.2"
# The peers of the harness, by the family of the endpoint that they look at: see namespaces.py.
PEERS = {
    "ipv4": {"trusted": TRUSTED[4], "loopback": LOOPBACK[4]},
    "ipv6": {"trusted": TRUSTED[6], "loopback": LOOPBACK[6]},
}


class Undecided(NamedTuple):
    """A field that the reader leaves open, and what it may be."""

    possible: tuple[Any, ...]


def fields(outcome: Report, side: str) -> list[Fields]:
    """The endpoints that the reader has found, on one side."""
    shown = [one for _unit, one in outcome.endpoints if one.endpoint.side == side]
    return [_fields(one) for one in shown]


def report(entry: Entry, case: Case, installed: tuple[str, ...]) -> Report:
    """What the engine says of an entry."""
    files = {**dict.fromkeys(installed, b""), **entry.files}
    options = Options(
        programs=case.programs(entry.version),
        facts=_facts(entry, case),
        skip_unknown=True,
        fixes=False,
    )
    policy = load(dict(entry.policy)) if entry.policy else Policy.default()
    return engine.check(MemorySource(files, outside=False), policy, list(entry.files), options)


def _facts(entry: Entry, case: Case) -> dict[str, str]:
    """What the SASL backend of the tests' own offers; a real one says it in its own files."""
    if DEFAULT_NAMES["conf"] in entry.files:
        return {"the build of Dovecot": "Debian's"}
    mechanisms = case.options.get("mechanisms", ["PLAIN", "LOGIN"])
    return {"sasl-mechanisms:dovecot": " ".join(mechanisms)}


def _fields(shown: Projected) -> Fields:
    names = (
        "address", "port", "family", "protocol", "tls", "auth", "cleartext_auth", "usable",
        "tls_works", "requires", "tls_min", "host", "certificate_verified", "exceptions",
    )  # fmt: skip
    fields: Fields = {name: getattr(shown.endpoint, name) for name in names}
    fields["id"] = shown.endpoint.id
    fields["local"] = shown.endpoint.local
    if fields["requires"] is not None:
        fields["requires"] = sorted(fields["requires"])
    if fields["exceptions"] is not None:
        fields["exceptions"] = _for_peers(fields)
    for name, one in shown.undecided.items():
        fields[name] = Undecided(one.possible)
    return fields


def _for_peers(fields: Fields) -> dict[str, Fields]:
    """What differs for each peer of the harness: the narrowest network that holds it decides."""
    seen: dict[str, Fields] = {}
    for peer, address in PEERS["ipv6" if fields["family"] == "ipv6" else "ipv4"].items():
        mine = [
            (ipaddress.ip_network(network, strict=False).prefixlen, name, value)
            for network, name, value in fields["exceptions"]
            if ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
        ]
        last = {name: value for _length, name, value in sorted(mine, key=lambda one: one[0])}
        if differing := {name: value for name, value in last.items() if value != fields[name]}:
            seen[peer] = differing
    return seen


def disagreements(wire: Fields, reader: Fields) -> list[str]:
    """The fields in which the two differ; what the reader leaves open has to hold the wire's."""
    wrong = []
    for name, value in wire.items():
        said = reader.get(name)
        if name == "host" and _dials(value, said):
            continue
        if not shown(name, wire):
            continue
        if isinstance(said, Undecided):
            if said.possible and value is not None and value not in said.possible:
                wrong.append(f"{name}: the wire shows {value!r}, the reader leaves {said.possible}")
        elif said != value and not (name == "tls_min" and _raised(said, value)):
            wrong.append(f"{name}: the wire shows {value!r}, the reader says {said!r}")
    return wrong


def _raised(said: Any, value: Any) -> bool:
    """Whether the program allows an older version of TLS than the library of its system does.

    Only a program that lowers the library's security level itself, as Postfix does, gets below 1.2.
    """
    return value == LOWEST_OF_THE_LIBRARY and said in ("1.0", "1.1")


def partner(wire: Fields, readers: list[Fields], recipient: str) -> Fields | None:
    """The reader's endpoint that is the wire's.

    Several may lead to one server. One that the reader names after the recipient's domain comes
    first, one for a named host before one for all others, then the one that agrees best: which mail
    takes the others no field says.
    """
    domain = "/" + recipient.rpartition("@")[2]

    def rank(one: Fields) -> tuple[bool, bool, int]:
        return not one["id"].endswith(domain), not one["host"], len(disagreements(wire, one))

    return min((one for one in readers if same(wire, one)), key=rank, default=None)


def same(wire: Fields, reader: Fields) -> bool:
    """Whether the two are one endpoint: where a server listens, whom a client dials."""
    if _silent(wire):
        return reader["usable"] is False
    if "host" in wire:
        return _dials(wire["host"], reader["host"]) and bool(wire["port"] == reader["port"])
    return (wire["port"], wire["address"]) == (reader["port"], reader["address"])


def _silent(wire: Fields) -> bool:
    """Whether a client never connected, so that nothing shows whom it meant."""
    return "host" in wire and wire["host"] is None


def _dials(dialled: str | None, said: Any) -> bool:
    return said == dialled or said in RESOLVES.get(dialled or "", ())


def shown(field: str, wire: Fields) -> bool:
    """Whether the wire shows a field at all.

    Not whom a client meant that never connected, and not what a client would do that is only ever
    asked when another has failed.
    """
    if field in ("host", "port") and _silent(wire):
        return False
    return wire[field] is not None or wire["usable"] is not None
