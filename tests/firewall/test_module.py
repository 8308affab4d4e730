"""The module on a host with a real ruleset; a peer tries every mail port and twenty others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.firewall import node, peer, record
from tests.firewall.node import Node, without_ours
from tests.firewall.reports import USUAL, finding, report, server
from tests.firewall.rulesets import RULESETS
from tests.wire import chroots
from tests.wire.namespaces import SECOND

pytestmark = [pytest.mark.needs_root, pytest.mark.needs_command("nft", "ip", "nsenter", "unshare")]

PORTS = peer.MAIL + peer.OTHERS
FOUR, SECOND_FOUR, SIX, SECOND_SIX = peer.ADDRESSES
Reached = dict[str, set[int]]


def everywhere(*ports: int) -> Reached:
    """Return these ports, at every address of the host."""
    return {address: set(ports) for address in peer.ADDRESSES}


AS_REPORTED = {**everywhere(25, 587), FOUR: {25, 465, 587}}


class Case(NamedTuple):
    """A ruleset, the module's parameters, and the mail ports that a peer then reaches."""

    name: str
    rules: str
    given: dict[str, Any]
    reached: Reached
    kind: str = ""


# What somebody's own rules keep shut: they are left alone, and named.
EVERY = {25, 465, 587}
SHUT: dict[str, Reached] = {
    "drops a mail port by its name": everywhere(25),
    "drops the ports of a set": everywhere(25),
    "drops all but some networks": {FOUR: EVERY, SECOND_FOUR: EVERY},
    "drops all but some pairs": {**everywhere(25), FOUR: EVERY, SECOND_FOUR: EVERY},
    "drops what is not marked": everywhere(*EVERY),
}


def of_ruleset(name: str) -> Case:
    shut = SHUT.get(name, everywhere())
    reached = {address: ports - shut.get(address, set()) for address, ports in AS_REPORTED.items()}
    return Case(name, RULESETS[name], {"report": USUAL}, reached, kind_of(name))


# The classes of rulesets, each by one that stands for it.
KINDS = {
    "empty": "nothing filters",
    "last rule rejects": "a last rule filters",
    "a second table drops": "several tables filter",
    "drops by a chain that logs": "a jump filters",
    "stale rules of ours": "rules of ours",
    "opens mail ports by hand": "rules by hand",
}


def kind_of(name: str) -> str:
    return f"module: {KINDS[name]}" if name in KINDS else ""


IMAP = server(143, protocol="imap")
CLEARTEXT = report(server(25), IMAP, findings=(finding("postfix:143"),))
CASES = (
    *map(of_ruleset, RULESETS),
    Case(
        "IPv6 only",
        RULESETS["a table for each family"],
        {"report": report(server(25, family="ipv6"), server(993, address=SIX, family="ipv6"))},
        {FOUR: set(), SECOND_FOUR: set(), SIX: {25, 993}, SECOND_SIX: {25}},
        "module: one family",
    ),
    Case(
        "IPv4 only, nothing filters",
        "",
        {"report": report(server(25, family="ipv4"))},
        {FOUR: {25}, SECOND_FOUR: {25}, SIX: set(), SECOND_SIX: set()},
    ),
    Case(
        "from some networks",
        RULESETS["policy drop"],
        {
            "report": report(server(25), server(587), server(993)),
            "sources": [
                {"networks": ["203.0.113.0/24", "2001:db8:2::/48"]},
                {"networks": ["198.51.100.0/25", "198.51.100.128/25"], "ports": [587]},
            ],
        },
        {FOUR: {587}, SECOND_FOUR: {587}, SIX: {25, 993}, SECOND_SIX: {25, 993}},
        "module: sources",
    ),
    Case(
        "what is unsafe is closed",
        RULESETS["opens mail ports by hand"],
        {"report": CLEARTEXT, "unsafe": "close"},
        everywhere(25),
        "module: unsafe",
    ),
    Case(
        "what is unsafe is opened",
        RULESETS["policy drop"],
        {"report": CLEARTEXT, "unsafe": "open"},
        everywhere(25, 143),
    ),
    Case(
        "what is unsafe at one address is closed there",
        "",
        {
            "report": report(
                server(587),
                server(587, id="second", address=SECOND[4], family="ipv4"),
                findings=(finding("second"),),
            ),
            "unsafe": "close",
        },
        {**everywhere(587), SECOND_FOUR: set()},
    ),
    Case(
        "a safe and an unsafe server on one port",
        "",
        {
            "report": report(
                server(25), server(587), server(587, id="other", program="dovecot"),
                findings=(finding("other"),),
            ),
            "unsafe": "close",
        },
        everywhere(25),
    ),
    Case(
        "a port of nobody's table",
        RULESETS["policy drop"],
        {"report": report(server(25), server(5870))},
        everywhere(25),
    ),
    Case(
        "two addresses of each family",
        RULESETS["last rule rejects"],
        {
            "report": report(
                *(
                    server(port, id=f"{port} {address}", address=address)
                    for port in (465, 993)
                    for address in (FOUR, SIX, SECOND_SIX)
                )
            )
        },
        {FOUR: {465, 993}, SECOND_FOUR: set(), SIX: {465, 993}, SECOND_SIX: {465, 993}},
    ),
)  # fmt: skip


def mail_ports(found: peer.Scan) -> Reached:
    return {
        address: {port for port in ports if port in peer.MAIL}
        for address, ports in peer.reached(found)["ordinary"].items()
    }


def others(found: peer.Scan, case: Case) -> peer.Scan:
    """Return what became of the ports that nobody may touch."""
    mail = {*peer.MAIL, *(one["port"] for one in case.given["report"]["endpoints"])}
    return {door: answer for door, answer in found.items() if door.port not in mail}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case, id=case.name, marks=pytest.mark.firewall(case.kind and f"module: {case.kind}")
        )
        for case in CASES
    ],
)
def test_a_peer_reaches_what_is_served_and_safe(clean: Node, case: Case) -> None:
    clean.load(case.rules)
    rules, before = clean.listed(), peer.scan(clean.world, PORTS)

    def is_right() -> None:
        found = peer.scan(clean.world, PORTS)
        assert mail_ports(found) == case.reached
        assert others(found, case) == others(before, case)

    assert clean.module(check=True, **case.given)["changed"]
    assert clean.listed() == rules
    made = clean.module(**case.given)
    assert made["changed"]
    is_right()
    after = clean.listed()
    assert without_ours(after) == without_ours(rules)
    again = clean.module(**case.given)
    assert not again["changed"]
    assert not again["diff"]
    clean.run("sh", "-c", "nft list ruleset > /run/saved; nft flush ruleset; nft -f /run/saved")
    assert clean.listed() == after
    assert not clean.module(**case.given)["changed"]
    clean.boot(case.rules)
    is_right()
    assert not clean.module(**case.given)["changed"]
    assert clean.module(state="absent")["changed"]
    assert clean.listed() == without_ours(rules)
    assert not clean.module(state="absent")["changed"]
    clean.run("test", "!", "-e", "/var/lib/mailwarden")


@pytest.fixture(scope="module", params=chroots.RELEASES)
def of_release(request: pytest.FixtureRequest) -> Iterator[Node]:
    """A host with the nft and the iptables of a release, whichever this machine has."""
    with node.running() as host:
        record.borrow(host, chroots.ensure((request.param,))[request.param])
        yield host


@pytest.mark.firewall("")
@pytest.mark.needs_command(*chroots.TOOLS)
def test_the_nft_of_every_release(of_release: Node) -> None:
    """What it lists differs in form, so the second run and the removal are what may go wrong."""
    host = of_release
    for case in CASES:
        host.clean()
        host.load(case.rules)
        rules = host.listed()
        assert host.module(**case.given)["changed"], case.name
        assert not host.module(**case.given)["changed"], case.name
        assert host.module(state="absent")["changed"], case.name
        assert host.listed() == without_ours(rules), case.name


@pytest.mark.firewall("")
@pytest.mark.needs_command(*chroots.TOOLS)
def test_what_is_recorded_is_what_nft_prints(of_release: Node) -> None:
    path = record.FOLDER / f"nft-{record.version(of_release)}.json"
    for name, one in json.loads(path.read_text(encoding="utf-8")).items():
        of_release.clean()
        record.make(of_release, name)
        now = record.printed(of_release)
        for kind in ("json", "named"):
            assert node.without_handles(now[kind]) == node.without_handles(one[kind]), name
        assert [line.partition(" # handle")[0] for line in now["text"]] == [
            line.partition(" # handle")[0] for line in one["text"]
        ], name
