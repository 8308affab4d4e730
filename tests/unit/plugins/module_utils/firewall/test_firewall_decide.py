"""What is to be reachable, from a report, what listens and what the caller wants."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall import (
    decide,
    servers,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.decide import (
    Decision,
    Options,
    Sources,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.exposure import (
    Door,
    Exposure,
    from_data,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.sockets import Listener
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import load
from ansible_collections.mailwarden.policy.plugins.module_utils.report import as_data
from ansible_collections.mailwarden.policy.plugins.module_utils.source import MemorySource

from tests.firewall.reports import USUAL, client, depends, finding, more, report, server

NOTHING = Exposure(frozenset(), frozenset())
TABLE = frozenset((24, 25, 110, 143, 465, 587, 993, 995, 2000, 2525, 4190))


def decided(
    data: dict[str, Any],
    *listeners: Listener,
    before: Exposure = NOTHING,
    unsafe: str = "close",
    unknown: str = "fail",
    sources: list[dict[str, Any]] | None = None,
) -> Decision:
    options = Options(unsafe, unknown, Sources(sources or []))
    return decide.decide(data, listeners, before, options)


DIALLING: dict[str, tuple[dict[str, Any], list[str]]] = {
    "another port": (client(587), []),
    "it": (client(25), ["/etc/msmtprc:3: msmtp dials port 25"]),
    "what is not known": (client(None), ["/etc/msmtprc:3: msmtp may dial port 25"]),
    "it on the host itself": (client(25, local=True, host="[127.0.0.1]"), []),
    "it on a relay that is internal": (
        client(25, local=True, host="10.0.0.5"), ["/etc/msmtprc:3: msmtp dials port 25"]
    ),
    "a socket without ports": (client(None, local=True, host="unix:private/lmtp"), []),
}  # fmt: skip
UNREAD = ({"path": "/etc/x", "reason": "denied"},)


@pytest.mark.parametrize("name", DIALLING)
def test_what_dials_the_port_between_servers(name: str) -> None:
    one, failures = DIALLING[name]
    options = Options("close", "fail", Sources([]), "close")
    made = decide.decide(report(server(25), one), (), NOTHING, options)
    assert made.failures == failures
    assert made.exposure.dials is False


def test_what_may_dial_it() -> None:
    data = report(server(25), further=(more("client"),))
    made = decide.decide(data, (), NOTHING, Options("close", "keep", Sources([]), "close"))
    assert made.failures == [
        "/etc/postfix/master.cf:12: clients that depend on /etc/more may dial port 25"
    ]
    assert not decided(data).failures


@pytest.mark.parametrize("dials", [True, False])
def test_what_dials_stays_as_it_was_while_blind(dials: bool) -> None:
    options = Options("close", "keep", Sources([]), "close")
    before = NOTHING._replace(dials=dials)
    made = decide.decide(report(server(25), unread=UNREAD), (), before, options)
    assert made.exposure.dials is dials


def everywhere(*ports: int) -> set[Door]:
    return {Door(version, "", (), port) for version in (4, 6) for port in ports}


def undecided(**fields: Any) -> dict[str, Any]:
    """Return a server with fields that are open."""
    values: dict[str, Any] = dict.fromkeys(fields)
    values.pop("exists", None)
    return server(values.pop("port", 587), **values, undecided=fields)


def test_doors() -> None:
    made = decided(USUAL)
    assert made.exposure.doors == everywhere(25, 587) | {Door(4, "192.0.2.1", (), 465)}
    assert made.exposure.managed == TABLE
    assert made.exposure.closing == TABLE - {25, 587}
    assert [one["port"] for one in made.opened] == [25, 587, 465]
    assert made.unsafe + made.unknown + made.kept + made.failures == []


def test_reasons_of_what_is_closed() -> None:
    data = report(*USUAL["endpoints"], server(993), findings=(finding("postfix:993"),))
    sources: list[dict[str, Any]] = [
        {"networks": ["10.0.0.0/8"]},
        {"networks": ["2001:db8::/32"], "ports": [465]},
    ]
    closed = {one["port"]: one["reason"] for one in decided(data, sources=sources).closed}
    assert closed == {
        **dict.fromkeys((24, 110, 995, 2000, 2525, 4190), "not served"),
        143: "served to the host itself alone",
        465: "served to none of the sources",
        993: "served, but not safe",
    }


FAMILIES = {
    "any": ({}, {4, 6}),
    "ipv4": ({"family": "ipv4"}, {4}),
    "ipv6": ({"family": "ipv6"}, {6}),
    "an address": ({"address": "2001:DB8::0001"}, {6}),
    "an address in brackets": ({"address": "[2001:db8::1]"}, {6}),
    "an address with a zone": ({"address": "fe80::1%eth0"}, {6}),
    "an address of IPv4 in IPv6": ({"address": "::ffff:192.0.2.1"}, {4}),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_families(name: str) -> None:
    differs, versions = FAMILIES[name]
    assert {
        door.version for door in decided(report(server(25, **differs))).exposure.doors
    } == versions


@pytest.mark.parametrize(("address", "version"), [("0.0.0.0", 4), ("::", 6), ("[::]", 6)])
def test_the_address_that_stands_for_every_one(address: str, version: int) -> None:
    data = report(server(143, address=address))
    made = decided(data, Listener(version, "", 143, "dovecot", 1))
    assert not made.unknown
    assert made.exposure.doors == {Door(version, "", (), 143)}


UNSAFE: dict[str, tuple[dict[str, Any], tuple[dict[str, Any], ...], str]] = {
    "a certain error": (server(587), (finding("postfix:587"),), "[cleartext-auth]"),
    "a possible error": (
        server(587),
        (finding("postfix:587", confidence="possible"),),
        "[cleartext-auth] (possible)",
    ),
    "an open mode": (
        undecided(tls=depends("none", "starttls-required", on="level")),
        (),
        "tls depends on level",
    ),
    "an open login": (
        undecided(cleartext_auth=depends(True, False, on="a, b")),
        (),
        "cleartext auth depends on a, b",
    ),
}


@pytest.mark.parametrize("name", UNSAFE)
def test_unsafe(name: str) -> None:
    endpoint, findings, reason = UNSAFE[name]
    data = report(server(25), endpoint, findings=findings)
    made = decided(data)
    (unsafe,) = made.unsafe
    assert (unsafe["port"], unsafe["action"]) == (587, "close")
    assert unsafe["reasons"][0].endswith(reason)
    assert {door.port for door in made.exposure.doors} == {25}
    opened = decided(data, unsafe="open")
    assert {door.port for door in opened.exposure.doors} == {25, 587}
    assert opened.opened[1]["reason"] == "served, though it is not safe"
    assert decided(data, unsafe="fail").failures == [f"port 587: {unsafe['reasons'][0]}"]


SAFE = {
    "a warning": finding("postfix:587", severity="warning"),
    "an error of another": finding("postfix:25"),
    "an error that is suppressed": finding("postfix:587", suppressed={"reason": "known"}),
}


@pytest.mark.parametrize("name", SAFE)
def test_safe(name: str) -> None:
    made = decided(report(server(587), findings=(SAFE[name],)))
    assert {door.port for door in made.exposure.doors} == {587}


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
    options = engine.Options(programs={"postfix": "3.7", "dovecot": "2.3.19"})
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


def test_one_address_stays_shut() -> None:
    second = server(587, id="second", address="192.0.2.2")
    made = decided(report(server(587), second, findings=(finding("second"),)))
    assert made.exposure.shut == {Door(4, "192.0.2.2", (), 587)}
    assert made.exposure.doors == everywhere(587)


# An unsafe server beside a safe one on a port: the doors that are open, what stays shut.
ONE, TWO = {"address": "192.0.2.1"}, {"address": "192.0.2.2"}
FOUR, SIX = Door(4, "", (), 587), Door(6, "", (), 587)
AT_ONE = Door(4, "192.0.2.1", (), 587)
TWO_SERVERS: dict[str, tuple[dict[str, Any], dict[str, Any], set[Door], set[Door]]] = {
    "every address, every address": ({}, {}, set(), set()),
    "IPv4, every address": ({"family": "ipv4"}, {}, {SIX}, set()),
    "every address, IPv6": ({}, {"family": "ipv6"}, set(), set()),
    "IPv4, IPv6": ({"family": "ipv4"}, {"family": "ipv6"}, {SIX}, set()),
    "an address, the same": (ONE, ONE, set(), {AT_ONE}),
    "an address, another": (ONE, TWO, {Door(4, "192.0.2.2", (), 587)}, {AT_ONE}),
    "an address, every one": (ONE, {}, {FOUR, SIX}, {AT_ONE}),
    # Whoever is first has the port.
    "every address, one of them": ({}, ONE, set(), set()),
    "IPv6, an address of IPv4": ({"family": "ipv6"}, ONE, {AT_ONE}, set()),
    # Dovecot's `local`: one socket, and other settings at one address.
    "every address, one of them, of one program": ({"program": "postfix"}, ONE, {AT_ONE}, set()),
}  # fmt: skip


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("name", TWO_SERVERS)
def test_two_servers_on_one_port(name: str, order: int) -> None:
    bad, good, doors, shut = TWO_SERVERS[name]
    both = [server(587, id="bad", **{"program": "dovecot", **bad}), server(587, **good)]
    data = report(server(25), *both[::order], findings=(finding("bad"),))
    made = decided(data)
    assert made.exposure.doors - everywhere(25) == doors
    assert made.exposure.shut == shut
    assert [one["port"] for one in made.opened] == [25] + [587] * bool(doors)
    assert {(one["endpoint"], one["action"]) for one in made.unsafe} == {("bad", "close")}
    assert {one["reason"] for one in made.closed if one["port"] == 587} == (
        set() if doors else {"served, but not safe"}
    )
    assert 587 in {door.port for door in decided(data, unsafe="open").exposure.doors}


def test_sources_of_a_port_that_is_not_managed() -> None:
    office = [{"networks": ["10.0.0.0/8"], "ports": [22, 587, 993, 9930]}]
    assert [one.split(";")[0] for one in decided(USUAL, sources=office).warnings] == [
        "sources: port 22 is no mail port of this host",
        "sources: port 9930 is no mail port of this host",
    ]


WRONG_SOURCES: dict[str, list[dict[str, Any]]] = {
    "an entry without networks": [{"networks": []}],
    "an entry with an empty list of ports": [{"networks": ["::/0"], "ports": []}],
    "two entries without ports": [{"networks": ["::/0"]}, {"networks": ["::/0"]}],
    "port 25 is in two entries": [{"networks": ["::/0"], "ports": [25, 25]}],
    "70000 is no port": [{"networks": ["::/0"], "ports": [70000]}],
    "'office' does not appear": [{"networks": ["office"]}],
}


@pytest.mark.parametrize("said", WRONG_SOURCES)
def test_wrong_sources(said: str) -> None:
    with pytest.raises(MailwardenError, match=said):
        Sources(WRONG_SOURCES[said])


NO_REPORTS: dict[str, dict[str, Any]] = {
    "endpoints is missing: no such file": {"schema_version": 1, "msg": "no such file"},
    "of version 9": {"schema_version": 9},
    "endpoints is no list": {**USUAL, "endpoints": {}},
    r"endpoints\[0\] is no dict": report("postfix"),  # type: ignore[arg-type]
    r"endpoints\[1\].id is missing": report(server(25), {}),
    r"endpoints\[0\].port is no int": report(server(True)),
    r"endpoints\[0\].family is none of any, ipv4, ipv6": report(server(25, family="ipx")),
    r"endpoints\[0\].undecided.tls.depends_on is missing": report(
        server(25, undecided={"tls": {"possible": []}})
    ),
    r"findings\[0\].endpoints\[0\] is no str": report(findings=(finding("x", endpoints=[1]),)),
    r"unread\[0\].reason is missing": report(unread=({"path": "/etc/x"},)),
}


@pytest.mark.parametrize("said", NO_REPORTS)
def test_no_report(said: str) -> None:
    with pytest.raises(MailwardenError, match=said):
        decided(NO_REPORTS[said])


def test_data_and_back() -> None:
    exposure = decided(USUAL, sources=[{"networks": ["10.0.0.0/8", "10.2.0.0/16"]}]).exposure
    assert from_data(exposure.as_data()) == exposure
