"""What is opened and what is closed, by a report and what the caller asks for."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.decide import (
    Sources,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.exposure import (
    Door,
    from_data,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.sockets import Listener

from tests.firewall.reports import USUAL, client, depends, finding, more, report, server
from tests.support.firewall import NOTHING, TABLE, UNREAD, decided, everywhere, undecided

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


@pytest.mark.parametrize("name", DIALLING)
def test_what_dials_the_port_between_servers(name: str) -> None:
    one, failures = DIALLING[name]
    made = decided(report(server(25), one), outgoing="close")
    assert made.failures == failures
    assert made.exposure.dials is False


def test_what_may_dial_it() -> None:
    data = report(server(25), further=(more("client"),))
    made = decided(data, unknown="keep", outgoing="close")
    assert made.failures == [
        "/etc/postfix/master.cf:12: clients that depend on /etc/more may dial port 25"
    ]
    assert not decided(data).failures


@pytest.mark.parametrize("dials", [True, False])
def test_what_dials_stays_as_it_was_while_blind(dials: bool) -> None:
    before = NOTHING._replace(dials=dials)
    data = report(server(25), unread=UNREAD)
    made = decided(data, before=before, unknown="keep", outgoing="close")
    assert made.exposure.dials is dials


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
        465: "served, but none of the networks in sources can reach it",
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
    "a likely error": (
        server(587),
        (finding("postfix:587", confidence="likely"),),
        "[cleartext-auth] (likely)",
    ),
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
    known = name in ("a certain error", "a likely error")
    assert unsafe["reasons"][0].startswith("not known to be safe: ") is not known
    assert {door.port for door in made.exposure.doors} == {25}
    opened = decided(data, unsafe="open")
    assert {door.port for door in opened.exposure.doors} == {25, 587}
    assert opened.opened[1]["reason"] == "served, though it is not safe"
    assert decided(data, unsafe="fail").failures == [f"port 587: {unsafe['reasons'][0]}"]


IMAP = server(993, protocol="imap", program="dovecot")
IPV6_ALONE = [{"networks": ["2001:db8::/32"], "ports": [993]}]


@pytest.mark.parametrize(
    ("data", "given", "said"),
    [
        pytest.param(
            report(server(587), findings=(finding("postfix:587"),)),
            {},
            "port 587 is closed: postfix serves submission there, but it is not safe: ",
            id="not safe",
        ),
        pytest.param(
            report(server(587, id="second", address="192.0.2.2"), findings=(finding("second"),)),
            {},
            "port 587 at 192.0.2.2 is closed: postfix serves submission there, but it is not ",
            id="not safe at one address",
        ),
        pytest.param(
            report({**IMAP, "family": "ipv4"}),
            {"sources": IPV6_ALONE},
            "port 993 is closed: dovecot serves imap there, but none of the networks",
            id="served to none of the sources",
        ),
    ],
)
def test_who_loses_a_port_hears_of_it(
    data: dict[str, Any], given: dict[str, Any], said: str
) -> None:
    made = decided(data, **given)
    (warning,) = made.warnings
    assert warning.startswith(said)
    assert all(reason in warning for one in made.unsafe for reason in one["reasons"])
    assert made.opened == []


@pytest.mark.parametrize(
    ("data", "given"),
    [
        pytest.param(USUAL, {}, id="everything is safe"),
        pytest.param(
            report(server(587), findings=(finding("postfix:587"),)),
            {"unsafe": "open"},
            id="opened all the same",
        ),
        pytest.param(
            report(server(587), findings=(finding("postfix:587"),), unread=UNREAD),
            {"unknown": "keep"},
            id="kept while something was not read",
        ),
        pytest.param(report(IMAP), {"sources": IPV6_ALONE}, id="open to some"),
        pytest.param(
            report({**IMAP, "family": "ipv4"}, unread=UNREAD),
            {"sources": IPV6_ALONE, "unknown": "keep"},
            id="kept for the sources",
        ),
    ],
)
def test_who_loses_none_hears_nothing(data: dict[str, Any], given: dict[str, Any]) -> None:
    assert decided(data, **given).warnings == []


SAFE = {
    "a warning": finding("postfix:587", severity="warning"),
    "an error of another": finding("postfix:25"),
    "an error that is suppressed": finding("postfix:587", suppressed={"reason": "known"}),
}


@pytest.mark.parametrize("name", SAFE)
def test_safe(name: str) -> None:
    made = decided(report(server(587), findings=(SAFE[name],)))
    assert {door.port for door in made.exposure.doors} == {587}


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
    "endpoints is missing: no such file": {"schema_version": 2, "msg": "no such file"},
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
