"""The table of hosts: scenarios.yml, each entry with what it leaves to the base filled in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from .peer import ADDRESSES, ORIGINS, Reached

TABLE = Path(__file__).with_name("scenarios.yml")
# The services of Postfix that do not listen, as the suite of the wire has them.
SERVICES = Path(__file__).parents[1] / "wire/postfix_server.yml"


class Mail(NamedTuple):
    """The configurations of the mail programs; one without a text does not run."""

    main: str
    master: str
    dovecot: str
    # The ports on which they listen then.
    serves: list[int]


class Scenario(NamedTuple):
    """One host, and which ports of it the peer reaches, stage by stage."""

    id: str
    kind: str
    shows: str
    journey: str
    release: str
    python: str
    controller: str
    ssh_port: int
    login: str
    ruleset: str
    stale: str
    commands: list[str]
    programs: dict[str, int]
    mail: Mail
    later: Mail
    variables: dict[str, Any]
    before: Reached
    after: Reached
    booted: Reached
    changed: Reached
    says: list[str]
    fails: list[str]


def table() -> list[Scenario]:
    """Return every entry, in its order.

    :raises AssertionError: for a key that no entry has
    """
    read = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    services = yaml.safe_load(SERVICES.read_text(encoding="utf-8"))["base"]["master_services"]
    base, blocks = read["base"], read["blocks"]
    kind = ""
    scenarios = []
    for one in read["scenarios"]:
        unknown = set(one) - set(base) - {"id", "class", "shows"}
        assert not unknown, f"{one['id']}: {unknown}"
        # An entry that begins no class belongs to the one that the last began.
        kind = one.get("class", kind)
        variables = {**base["variables"], **one.get("variables", {})}
        filled = {**base, **one, "class": kind, "variables": variables}
        scenarios.append(entry(filled, blocks, services))
    return scenarios


def entry(one: Mapping[str, Any], blocks: Mapping[str, str], services: str) -> Scenario:
    """Make one entry."""
    return Scenario(
        id=one["id"],
        kind=one["class"],
        shows=one["shows"],
        journey=one["journey"],
        release=one["release"],
        python=one["python"],
        controller=one["controller"],
        ssh_port=one["ssh_port"],
        login=one["login"],
        ruleset=joined(one["ruleset"], blocks),
        stale=joined(one["stale"], blocks),
        commands=one["commands"],
        programs=one["programs"],
        mail=mail_of(one, blocks, services),
        later=mail_of({**one, **one["later"]}, blocks, services),
        variables=one["variables"],
        before=reached(one["before"]),
        after=reached(one["after"]),
        booted=reached(one["after"] if one["booted"] is None else one["booted"]),
        changed=reached(one["changed"]),
        says=one["says"],
        fails=[str(part) for part in one["fails"]],
    )


def joined(parts: list[str], blocks: Mapping[str, str]) -> str:
    """Return a text; each part is the name of a block or stands for itself."""
    return "".join(blocks.get(part, f"{part}\n") for part in parts)


def mail_of(one: Mapping[str, Any], blocks: Mapping[str, str], services: str) -> Mail:
    """Return the configurations of an entry."""
    main, master, dovecot = (joined(one[key], blocks) for key in ("main", "master", "dovecot"))
    return Mail(main, master and master + services, dovecot, one["serves"])


def reached(said: list[int] | Mapping[str, Any]) -> Reached:
    """Return which ports are reached by origin and address, where many may have the same.

    :param said: ports; or ports by address; or either by origin
    """
    if isinstance(said, list):
        said = dict.fromkeys(ADDRESSES, said)
    if not set(said) <= set(ORIGINS):
        said = dict.fromkeys(ORIGINS, said)
    return {origin: by_address(said[origin]) for origin in ORIGINS}


def by_address(said: list[int] | Mapping[str, list[int]]) -> dict[str, list[int]]:
    """Return ports by address."""
    every = dict.fromkeys(ADDRESSES, said) if isinstance(said, list) else said
    assert set(every) <= set(ADDRESSES), every
    return {address: sorted(every.get(address, [])) for address in ADDRESSES}
