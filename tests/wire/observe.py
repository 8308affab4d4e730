"""Run one case on one version and say what was seen."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from . import client_probe, dovecot, msmtp, namespaces, postfix
from .accounts import Letter
from .certificates import Certificates, Pair, elsewhere, key_digest
from .connection import Target
from .names import Names, name_server
from .relay import Behaviour, relay
from .sandbox import Sandbox
from .server_probe import Seen, Subject, get_known, look
from .shorthand import shorten
from .smtp import Recipients
from .table import Case

RECIPIENTS = {"final": "root@example.com", "foreign": "bob@elsewhere.example"}
HOSTS = {
    "relay.example.net": "198.51.100.31",
    "other.example.net": "198.51.100.32",
    "mx.example.org": "198.51.100.33",
}
# Programs that treat connections from the host's own address to itself as those over loopback.
PRIVILEGING = ("dovecot",)
EXCHANGERS = {"example.org": "mx.example.org", "example.net": "relay.example.net"}


class Setting(NamedTuple):
    """The system to run in, this run's certificates, the files of the case."""

    root: Path
    pairs: Certificates
    files: dict[str, bytes]


def observe(case: Case, setting: Setting) -> dict[str, Any]:
    """What the wire shows of the case: `endpoints` by name, empty where nothing starts."""
    if case.side == "server":
        return observe_server(case, setting)
    return observe_client(case, setting)


def observe_server(case: Case, setting: Setting) -> dict[str, Any]:
    """Start the server and look at every listening port from every peer that can reach it.

    `starts` is there, and false, where the program ended by itself.
    """
    with contextlib.ExitStack() as stack:
        world = stack.enter_context(namespaces.world(tuple(HOSTS.values())))
        stack.enter_context(name_server(world.server, Names({}, {})))
        start = {"postfix": _postfix_server, "dovecot": _dovecot_server}[case.program]
        box = stack.enter_context(start(case, setting, world))
        endpoints = {
            name: _look_from_everywhere(case, name, families, world, box, setting)
            for name, families in _named(_settled(box)).items()
        }
        refused = {} if endpoints or box.runs() else {"starts": False}
    return {**refused, "endpoints": endpoints}


@contextlib.contextmanager
def _postfix_server(case: Case, setting: Setting, world: namespaces.World) -> Iterator[Sandbox]:
    """Postfix, with the backend of the tests' own or with a real Dovecot where it has files."""
    backend = dovecot.START if dovecot.CONFIGURATION in setting.files else ""
    mechanisms = () if backend else case.options.get("mechanisms", ("PLAIN", "LOGIN"))
    system = (world.server, setting.root, setting.pairs, setting.files)
    with postfix.running(*system, mechanisms=mechanisms, backend=backend) as box:
        yield box


@contextlib.contextmanager
def _dovecot_server(case: Case, setting: Setting, world: namespaces.World) -> Iterator[Sandbox]:
    """Dovecot, and a server that its submission service hands mail to."""
    behave = Behaviour("absent", setting.pairs.relay)
    system = (world.server, setting.root, setting.pairs, setting.files)
    with relay(world, behave), dovecot.running(*system, HOSTS) as box:
        yield box


def observe_client(case: Case, setting: Setting) -> dict[str, Any]:
    """Let the client deliver every message of the case in every scenario."""
    endpoints: dict[str, Any] = {}
    hosts = {address: name for name, address in HOSTS.items()}
    behave = Behaviour("absent", setting.pairs.relay)
    with contextlib.ExitStack() as stack:
        world = stack.enter_context(namespaces.world(tuple(hosts)))
        table = Names(HOSTS, EXCHANGERS)
        stack.enter_context(name_server(world.server, table))
        server = stack.enter_context(relay(world, behave))
        starts = {"postfix": _postfix_client, "dovecot": _dovecot_client, "msmtp": _msmtp_client}
        box, deliver = stack.enter_context(starts[case.program](case, setting, world))
        rounds = _surroundings(case, setting.pairs, table, box)
        for name, message in case.options.get("messages", {"": {}}).items():
            letter = Letter(**message)
            names = {} if case.options.get("by_address") else hosts
            seen = client_probe.look(server, functools.partial(deliver, letter), rounds, names)
            prefix = f"{name} " if name else ""
            endpoints |= {prefix + endpoint: views for endpoint, views in seen.items()}
    return {"endpoints": endpoints}


def _surroundings(
    case: Case, pairs: Certificates, table: Names, box: Sandbox
) -> list[client_probe.Surroundings]:
    """The usual surroundings, and those that a client may want which delivers nothing in them."""
    digests = [key_digest(pair) for pair in (pairs.relay, pairs.renewed)]
    usual = client_probe.Surroundings("", pairs, contextlib.nullcontext)
    named = usual._replace(name="elsewhere", pairs=elsewhere(pairs))
    own = {
        "postfix": [usual._replace(name="tlsa", made=functools.partial(table.signing, *digests))],
        "msmtp": [usual._replace(name="netrc", made=functools.partial(msmtp.netrc, box, HOSTS))],
    }
    return [usual, named, *own.get(case.program, ())]


Client = tuple[Sandbox, Callable[[Letter], None]]


@contextlib.contextmanager
def _postfix_client(case: Case, setting: Setting, world: namespaces.World) -> Iterator[Client]:
    run = postfix.running(world.server, setting.root, setting.pairs, setting.files, relays=HOSTS)
    with run as box:
        yield box, functools.partial(postfix.deliver, box)


@contextlib.contextmanager
def _dovecot_client(case: Case, setting: Setting, world: namespaces.World) -> Iterator[Client]:
    run = dovecot.running(world.server, setting.root, setting.pairs, setting.files, HOSTS)
    with run as box:
        yield box, functools.partial(dovecot.deliver, box)


@contextlib.contextmanager
def _msmtp_client(case: Case, setting: Setting, world: namespaces.World) -> Iterator[Client]:
    run = msmtp.ready(world.server, setting.root, setting.pairs, setting.files, HOSTS)
    with run as box:
        yield box, functools.partial(msmtp.deliver, box, account=case.options.get("account"))


def _settled(box: Sandbox) -> list[tuple[int, str, int]]:
    """The listeners, once two looks agree."""
    before: list[tuple[int, str, int]] | None = None
    for _number in range(40):
        now = box.listening()
        if now and now == before:
            break
        before = now
        if not now and not box.runs():
            break
        time.sleep(0.1)
    return [found for found in (before or []) if not _of_the_tests(found)]


def _of_the_tests(listener: tuple[int, str, int]) -> bool:
    return listener[2] == 53


def _named(listeners: list[tuple[int, str, int]]) -> dict[str, list[int]]:
    """Listeners by name; both families of the wildcard make one."""
    named: dict[str, list[int]] = {}
    for family, address, port in sorted(listeners, key=lambda found: (found[2], found[1])):
        shown = f"[{address}]" if ":" in address else address
        named.setdefault(f"{shown}:{port}", []).append(family)
    return {name: sorted(families) for name, families in named.items()}


def _look_from_everywhere(
    case: Case,
    name: str,
    families: list[int],
    world: namespaces.World,
    box: Sandbox,
    setting: Setting,
) -> Seen:
    people = Recipients(**{**RECIPIENTS, **case.options.get("recipients", {})})
    subject = _subject(case, people, setting.pairs.client, box)
    views: dict[str, Seen] = {}
    for peer, target, early in _vantages(name, families, world):
        if peer == "own" and case.program not in PRIVILEGING:
            continue
        if case.options.get("warm"):
            get_known(target, people)
        since = len(box.log)
        views[peer] = look(target, early, subject)
        if case.program == "dovecot":
            time.sleep(dovecot.throttled(box.log[since:]))
    first = next(iter(views))
    models = {peer: "loopback" if peer == "own" else first for peer in views}
    others = {peer: shorten(views[peer], views[model], model) for peer, model in models.items()}
    return {"families": families, **others, first: views[first]}


def _subject(case: Case, people: Recipients, pair: Pair, box: Sandbox) -> Subject:
    """Dovecot greets at once, and its listeners outlive whatever dies behind them."""
    if case.program == "dovecot":
        return Subject(people, pair, patience=0.1)
    since = len(box.log)

    def dying() -> bool:
        return any("fatal:" in line or "panic:" in line for line in box.log[since:])

    return Subject(people, pair, dying)


def _vantages(
    name: str, families: list[int], world: namespaces.World
) -> list[tuple[str, Target, Target]]:
    """The peers that can reach a listener: how they connect, and how they do it too early."""
    address, _sign, port = name.rpartition(":")
    address = address.strip("[]")
    family = families[0]
    reached = namespaces.SERVER[family] if address == "*" else address
    local = namespaces.LOOPBACK[family] if address == "*" else address
    home = namespaces.LOOPBACK[family] if address in ("*", namespaces.LOOPBACK[family]) else address
    loopback = Target(world.server, family, home, local, int(port))
    result = []
    if address != namespaces.LOOPBACK[family]:
        for peer, source in (("ordinary", namespaces.ORDINARY), ("trusted", namespaces.TRUSTED)):
            target = Target(world.peers, family, source[family], reached, int(port))
            early = (
                target._replace(source=namespaces.EARLY[family]) if peer == "ordinary" else target
            )
            result.append((peer, target, early))
    result.append(("loopback", loopback, loopback))
    if address == "*":
        own = loopback._replace(source=reached, address=reached)
        result.append(("own", own, own))
    return result
