"""What is left as it was: what is not known, what is no mail server, what is internal."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall import (
    servers,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.exposure import (
    Door,
    Exposure,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.sockets import Listener
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.report import as_data
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

from tests.firewall.reports import USUAL, depends, finding, more, report, server
from tests.support.firewall import NOTHING, TABLE, UNREAD, decided, everywhere, undecided

UNKNOWN: dict[str, tuple[dict[str, Any], list[int], str]] = {
    "a file that was not read": (
        report(server(25), unread=({"path": "/etc/x", "reason": "denied"},)), [], "/etc/x: denied"
    ),
    "no endpoint": (report(), [], "the report has no endpoint at all: nothing was read"),
    "an open port": (
        report(undecided(port=depends(465, 587))), [465, 587],
        "/etc/postfix/master.cf:10: postfix:None: its port depends on variable",
    ),
    "a port that may be any": (
        report(undecided(port=depends(None))), [],
        "/etc/postfix/master.cf:10: postfix:None: its port depends on variable",
    ),
    "an open address": (
        report(undecided(address=depends("", "127.0.0.1"))), [587],
        "/etc/postfix/master.cf:10: postfix:587: its address depends on variable",
    ),
    "a name for an address": (
        report(server(587, address="mail.example.org")), [587],
        "/etc/postfix/master.cf:10: postfix:587: its address depends on mail.example.org",
    ),
    "perhaps none": (
        report(undecided(exists=depends(True, False))), [587],
        "/etc/postfix/master.cf:10: postfix:587: whether it is there depends on variable",
    ),
    "further endpoints": (
        report(server(25), further=(more("client"), more("server", "client"))), [],
        "/etc/postfix/master.cf:12: further servers depend on /etc/more",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNKNOWN)
def test_unknown(name: str) -> None:
    data, ports, shown = UNKNOWN[name]
    made = decided(data)
    assert [one.shown for one in made.unknown] == made.failures == [shown]
    assert list(made.unknown[0].ports) == ports
    kept = decided(data, unknown="keep")
    assert not kept.failures
    assert not kept.exposure.managed & (set(ports) or TABLE)


def test_a_client_alone_is_no_blindness() -> None:
    made = decided(report(server(587, side="client")))
    assert not made.unknown
    assert not made.exposure.doors
    assert made.exposure.closing == TABLE


MAIN = "compatibility_level = 3.6\ninet_interfaces = all\n"
MASTER = "smtp inet n - y - - smtpd\n"
IMAP = "protocols = imap\n"
# Files, and the places of what may define further servers and clients.
REAL: dict[str, tuple[dict[str, str], list[str], list[str]]] = {
    # What it routes by a table that nobody reads goes to clients.
    "a table of routes": (
        {"main.cf": MAIN + "transport_maps = hash:/etc/postfix/t\n", "master.cf": MASTER},
        [], ["main.cf:3"],
    ),
    "nothing open": ({"main.cf": MAIN, "master.cf": MASTER}, [], []),
    "master.cf is not there": ({"main.cf": MAIN}, ["main.cf:1"], ["main.cf:1"]),
    # What decides fields of servers that are seen decides whether there are more as well.
    "a file that is included and not there": (
        {"dovecot.conf": IMAP + "!include /srv/other/extra.conf\n"},
        ["dovecot.conf:2"], ["dovecot.conf:2"],
    ),
    "an account of msmtp from a program": (
        {".msmtprc": "eval cat accounts\n"}, [], [".msmtprc:1"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("level", ["note", "off"])
@pytest.mark.parametrize("name", REAL)
def test_what_a_real_report_leaves_open(name: str, level: str) -> None:
    files, of_servers, of_clients = REAL[name]
    source = MemorySource({path: text.encode() for path, text in files.items()})
    options = Options(programs={"postfix": "3.7", "dovecot": "2.3.19"})
    policy = load({"rules": {"undecided": level}})
    data = as_data(engine.check(source, policy, list(files), options), "0")
    places = {
        side: [f"{one['path']}:{one['line']}" for one in data["further"] if side in one["sides"]]
        for side in ("server", "client")
    }
    assert places == {"server": of_servers, "client": of_clients}
    blind = [one for one in servers.unknown(data) if not one.ports and one.path]
    assert [f"{one.path}:{one.line}" for one in blind] == of_servers


def test_a_field_of_a_client_is_no_blindness() -> None:
    client = undecided(port=depends(25, 587))
    assert not decided(report(server(25), {**client, "side": "client"})).unknown


def test_what_is_held_stays_as_it_was() -> None:
    office = Door(4, "", ("10.0.0.0/8",), 993)
    before = Exposure(frozenset({office, *everywhere(110)}), frozenset((110, 143, 993)))
    made = decided(report(server(25), unread=UNREAD), before=before, unknown="keep")
    assert made.exposure.doors == {office, *everywhere(25, 110)}
    assert made.exposure.managed == before.managed
    assert made.closed == []


def test_a_port_of_an_earlier_report_is_held() -> None:
    before = Exposure(frozenset(everywhere(10143)), frozenset((10143,)))
    made = decided(report(server(25), unread=UNREAD), before=before, unknown="keep")
    assert made.exposure.doors == everywhere(25, 10143)
    assert 10143 in made.exposure.managed
    assert 10143 not in decided(report(server(25)), before=before).exposure.managed


# What is left alone on a port, and what listens there.
ALONE: dict[str, tuple[dict[str, Any], tuple[Listener, ...]]] = {
    "to another program": (server(587), (Listener(4, "", 2525, "python3", 1),)),
    "to what is internal": (server(2525, local=True), ()),
}
BEFORE = {
    "nothing": NOTHING,
    "closed": Exposure(frozenset(), frozenset((2525,))),
    "open": Exposure(frozenset(everywhere(2525)), frozenset((2525,))),
    "shut": NOTHING._replace(shut=frozenset([Door(4, "192.0.2.1", (), 2525)])),
}


@pytest.mark.parametrize("was", BEFORE)
@pytest.mark.parametrize("name", ALONE)
def test_what_is_left_alone_stays_as_it_was(name: str, was: str) -> None:
    endpoint, listeners = ALONE[name]
    made = decided(report(server(25), endpoint), *listeners, before=BEFORE[was])
    assert [one["port"] for one in made.kept] == [2525]
    assert {one for one in made.exposure.doors if one.port == 2525} == BEFORE[was].doors
    assert made.exposure.shut == BEFORE[was].shut
    assert made.exposure.managed & {2525} == BEFORE[was].managed


def test_what_is_unsafe_is_held_too() -> None:
    data = report(
        server(587), findings=(finding("postfix:587"),), unread=({"path": "x", "reason": "y"},)
    )
    made = decided(data, unknown="keep")
    assert [one["action"] for one in made.unsafe] == ["keep"]
    assert not made.exposure.managed


LISTENERS: dict[str, tuple[Listener, list[int], list[int]]] = {
    # The listener, what is unknown because of it, and what is left alone.
    "explained": (Listener(4, "", 25, "master", 1), [], []),
    "at one of its addresses": (Listener(6, "2001:db8::1", 587, "master", 1), [], []),
    "at its address": (Listener(4, "192.0.2.1", 465, "master", 1), [], []),
    "at another address": (Listener(4, "192.0.2.9", 465, "master", 1), [465], []),
    "at every address": (Listener(4, "", 465, "master", 1), [465], []),
    "of another family": (Listener(6, "", 465, "master", 1), [465], []),
    "not for the host alone": (Listener(4, "", 143, "dovecot", 1), [143], []),
    "cut off name": (Listener(4, "", 4190, "managesieve-log", 1), [4190], []),
    "whose program is not visible": (Listener(4, "", 4190), [4190], []),
    "no mail server": (Listener(6, "", 2525, "python3", 1), [], [2525]),
    "no mail server, where the report has one": (Listener(4, "", 587, "python3", 1), [], [587]),
    "in front of one": (Listener(4, "", 25, "systemd", 1), [], []),
    "not visible, and explained": (Listener(4, "", 25), [], []),
}


@pytest.mark.parametrize("name", LISTENERS)
def test_listeners(name: str) -> None:
    listener, unknown, kept = LISTENERS[name]
    made = decided(USUAL, listener)
    assert [port for one in made.unknown for port in one.ports] == unknown
    assert [one["port"] for one in made.kept] == kept
    assert not made.exposure.managed & set(kept)


# On a port of the report's that is not usual for mail, what is there, and whether it is left alone.
ELSEWHERE = {
    "nothing": ((), []),
    "a mail program": ((Listener(4, "", 22, "master", 1),), []),
    "another program": ((Listener(4, "", 22, "sshd", 1),), [22]),
    "what starts other programs": ((Listener(4, "", 22, "systemd", 1),), [22]),
    "what is not visible": ((Listener(4, "", 22),), [22]),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_port_that_is_not_usual_for_mail(name: str) -> None:
    listeners, kept = ELSEWHERE[name]
    made = decided(report(server(25), server(22), findings=(finding("postfix:22"),)), *listeners)
    assert [one["port"] for one in made.kept] == kept
    assert (22 in made.exposure.closing) is not bool(kept)
    assert not made.failures


def test_what_the_policy_declares_internal() -> None:
    data = report(server(25), server(24, local=True, protocol="lmtp"))
    made = decided(data)
    assert [one["port"] for one in made.kept] == [24]
    assert 24 not in made.exposure.managed
    networks = [{"networks": ["10.0.0.0/8"], "ports": [24]}]
    named = decided(data, sources=networks)
    assert Door(4, "", ("10.0.0.0/8",), 24) in named.exposure.doors
    assert 24 in named.exposure.closing


def test_an_internal_address_beside_every_address() -> None:
    made = decided(report(server(25), server(25, id="lmtp", local=True, address="10.0.0.5")))
    assert made.exposure.doors == everywhere(25)
    assert not made.exposure.shut
