"""Where accepting rules have to stand, in what nft of two releases prints of each ruleset."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall import (
    ours,
    owners,
    plan,
    points,
    ruleset,
    run,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.exposure import (
    Door,
    Exposure,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.nft import Nft

from tests.firewall.rulesets import IPTABLES, RULESETS

HERE = Path(__file__).parent
VERSIONS = sorted(path.stem for path in HERE.glob("nft-*.json"))
PORTS = frozenset((25, 465, 587))
MAIL = frozenset((24, 25, 110, 143, 465, 587, 993))
EXPOSURE = Exposure(
    frozenset(
        [Door(version, "", (), port) for version in (4, 6) for port in (25, 587)]
        + [Door(4, "192.0.2.1", (), 465), Door(6, "", ("2001:db8::/32",), 465)]
    ),
    MAIL,
)
# Chain, what drops there, and the IP versions; nothing where nothing filters.
INPUT, END = "inet filter input", "policy drop"
POINTS: dict[str, list[str]] = {
    "empty": [],
    "accepts everything": [],
    "policy drop": [f"{INPUT}: {END}"],
    "last rule rejects": [f'{INPUT}: counter log prefix "denied " reject'],
    "resets tcp, rejects the rest": [f"{INPUT}: meta l4proto tcp reject with tcp reset"],
    "rejects at a limited rate": [
        f"{INPUT}: meta pkttype host limit rate 5/second"
        " counter reject with icmpx admin-prohibited"
    ],
    "a second table drops": [f"{INPUT}: {END}", "inet guard late: drop"],
    "a table for each family": [
        f"ip v4 input: {END} [4]",
        "ip6 v6 input: reject with tcp reset [6]",
    ],
    "drops in a chain jumped to": ["inet filter world: drop"],
    "goes to a chain by the interface": ["inet filter world: reject", f"{INPUT}: {END}"],
    "goes to a chain by a named map": ["inet filter world: meta l4proto tcp reject with tcp reset"],
    "goes to a chain by interface and family": ["inet filter world: drop [4]"],
    "drops by a chain that logs": [f"{INPUT}: jump denied"],
    "bans first": [f"{INPUT}: {END}"],
    "lets networks alone come in": [],
    "drops what is not loopback": [f'{INPUT}: iifname != "lo" drop'],
    "drops all ports but some": [f"{INPUT}: tcp dport != {{ 22, 80 }} ct state new drop"],
    "drops low ports": [f"{INPUT}: tcp dport 1-1023 reject with tcp reset"],
    "drops all ports but those of a set": [f"{INPUT}: tcp dport != @open drop"],
    "drops the ports of a set": [f"{INPUT}: {END}"],
    "drops ports by comparison": [f"{INPUT}: tcp dport < 1024 reject with tcp reset"],
    "drops all but some networks": [],
    "drops all but some pairs": [],
    "drops what is not marked": [],
    "jumps to a chain from all but some networks": ["inet filter world: drop [4]"],
    "bans by exclusion": [f"{INPUT}: drop [4]"],
    "drops from everywhere": [
        f"{INPUT}: ip saddr 0.0.0.0/0 drop [4]", f"{INPUT}: ip6 daddr ::/0 drop [6]",
    ],
    "drops at addresses": [
        "inet filter elsewhere: drop [4]", f"{INPUT}: ip6 daddr != ff00::/8 drop [6]",
    ],
    "drops a mail port by its name": [f"{INPUT}: {END}"],
    "drops at one interface": [],
    "drops IPv6 first": [
        f"{INPUT}: meta nfproto ipv6 tcp flags syn drop [6]",
        f"{INPUT}: {END} [4]",
    ],
    "accepts everything, then drops": [],
    "a dormant table": [],
    "opens mail ports by hand": [f"{INPUT}: {END}"],
    "other hooks": [f"{INPUT}: {END}"],
    "matches of other kinds": [],
    "stale rules of ours": [f"{INPUT}: {END}"],
    "many addresses": [f"{INPUT}: reject"],
    "iptables drops by policy": [f"ip filter INPUT: {END} [4]"],
    "iptables rejects by its last rule": ["ip filter INPUT: counter reject [4]"],
    "ip6tables drops in a chain": ["ip6 filter world: counter drop [6]"],
    "iptables only bans": [],
}  # fmt: skip
BLOCKED = {
    "goes to a chain by a named map": [(f"{INPUT}: iifname vmap @zones", PORTS)],
    "goes to a chain by interface and family": [
        (
            f'{INPUT}: iifname . meta nfproto vmap {{ "eth0" . ipv4 : goto world,'
            ' "eth1" . ipv6 : drop }',
            PORTS,
        )
    ],
    "lets networks alone come in": [(f"{INPUT}: jump where", PORTS)],
    "drops the ports of a set": [(f"{INPUT}: tcp dport @closed drop", {25})],
    "drops all but some networks": [
        (f"{INPUT}: ip saddr != {{ 10.0.0.0/8, 203.0.113.0/24 }} drop", PORTS),
        (f"{INPUT}: ip6 saddr != @lan drop", PORTS),
    ],
    "drops all but some pairs": [
        (f"{INPUT}: ip saddr . tcp dport != @pairs drop", PORTS),
        (f"{INPUT}: meta l4proto . tcp dport {{ tcp . 25, tcp . 26 }} drop", {25}),
    ],
    "drops what is not marked": [(f"{INPUT}: meta mark & 0x000000ff != 0x00000007 drop", PORTS)],
    "drops at addresses": [
        (f"{INPUT}: ip daddr 23.92.16.1 tcp dport 25 drop", {25}),
        (f"{INPUT}: ip6 daddr ff::1 tcp dport 465 drop", {465}),
    ],
    "drops a mail port by its name": [(f"{INPUT}: tcp dport {{ 25, 26 }} drop", {25})],
    "drops at one interface": [(f'{INPUT}: iifname "guest" drop', PORTS)],
}


@cache
def recorded(version: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((HERE / f"{version}.json").read_text(encoding="utf-8"))
    return data


def listed(version: str, name: str) -> ruleset.Ruleset:
    one = recorded(version)[name]
    named = map(json.dumps, one["named"])
    return ruleset.parse(json.dumps(one["json"]), "\n".join(one["text"]), named)


def found(version: str, name: str) -> points.Found:
    return points.find(listed(version, name), EXPOSURE.ports)


def shown(point: points.Point) -> str:
    # Later releases say what a limit's burst is where it is the default.
    text = re.sub(r" burst 5 packets", "", point.shown)
    versions = "" if len(point.versions) == 2 else f" {sorted(point.versions)}"
    return f"{point.chain.shown}: {text}{versions}"


def test_every_ruleset_is_recorded() -> None:
    assert len(VERSIONS) > 1
    for version in VERSIONS:
        assert set(recorded(version)) == {*RULESETS, *IPTABLES} == set(POINTS)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", POINTS)
def test_points(version: str, name: str) -> None:
    assert [shown(point) for point in found(version, name).points] == POINTS[name]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", POINTS)
def test_what_is_in_the_way(version: str, name: str) -> None:
    blocked = [
        (f"{one.chain.shown}: {one.rule.text}", one.ports) for one in found(version, name).blocked
    ]
    assert blocked == BLOCKED.get(name, [])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", RULESETS)
def test_a_plan_touches_nothing_of_others(version: str, name: str) -> None:
    there = listed(version, name)
    theirs = {
        (chain[:3], rule.handle)
        for chain in there.foreign()
        for rule in chain.rules
        if not rule.ours
    }
    target = plan.own_rules(EXPOSURE, found(version, name).points)
    for command in plan.commands(there, target):
        ((verb, inner),) = command.items()
        ((kind, value),) = inner.items()
        if value.get("table", value.get("name")) == "mailwarden":
            continue
        assert kind == "rule"
        if verb == "delete":
            assert (
                (value["family"], value["table"], value["chain"]),
                value["handle"],
            ) not in theirs
        else:
            assert value["comment"] == "mailwarden"
            assert value["expr"][-1] == {"accept": None}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", IPTABLES)
def test_iptables(version: str, name: str) -> None:
    there, places = listed(version, name), found(version, name).points
    if not places:
        owners.check("auto", there, places, [])
        return
    with pytest.raises(MailwardenError, match=r"chain ip6? filter \w+ filters and was made by ipt"):
        owners.check("nftables", there, places, [])


@pytest.mark.parametrize("name", IPTABLES)
def test_iptables_as_old_versions_of_nft_show_it(name: str) -> None:
    """Of what iptables made, nft 1.0.2 prints `{"xt": null}`."""
    one = recorded("nft-1.0.6")[name]
    listing, nameless = re.subn(r'{"xt": {[^}]*}}', '{"xt": null}', json.dumps(one["json"]))
    there = ruleset.parse(listing, "\n".join(one["text"]), map(json.dumps, one["named"]))
    assert nameless == {"iptables rejects by its last rule": 3, "iptables only bans": 2}.get(
        name, 0
    )
    places = points.find(there, EXPOSURE.ports).points
    assert [shown(point) for point in places] == POINTS[name]


def test_the_old_iptables() -> None:
    there = listed(VERSIONS[0], "empty")
    owners.check("auto", there, [], ["nat"])
    with pytest.raises(MailwardenError, match="iptables-legacy has a table filter"):
        owners.check("auto", there, [], ["nat", "filter"])


def test_a_table_that_belongs_to_a_program() -> None:
    there = listed(VERSIONS[0], "policy drop")
    there.flags["inet", "filter"] = ["owner"]
    with pytest.raises(MailwardenError, match="belongs to a running program"):
        owners.check("auto", there, points.find(there, EXPOSURE.ports).points, [])


@pytest.mark.parametrize("version", VERSIONS)
def test_stale_rules(version: str) -> None:
    there = listed(version, "stale rules of ours")
    target = plan.own_rules(EXPOSURE, found(version, "stale rules of ours").points)
    verbs = [next(iter(command)) for command in plan.commands(there, target)]
    # Four rules in the chains of others, and our own table.
    assert verbs.count("delete") == 4 + 1
    before = ours.read(there)
    assert {door.port for door in before.doors} == {110, 143, 993, 995, 2000, 4190}
    assert {25, 587} <= before.managed


@pytest.mark.parametrize("version", VERSIONS)
def test_flags_of_tables(version: str) -> None:
    flags = listed(version, "a dormant table").flags
    assert flags == {("inet", "sleeping"): ["dormant"]}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_rule_of_several_lines_has_its_text(version: str) -> None:
    chain = listed(version, "many addresses").chains["inet", "filter", "input"]
    assert [rule.text for rule in chain.rules if not rule.text] == []
    assert "203.0.113.97 } drop" in chain.rules[-2].text


class Reloaded(Nft):
    """The host's nft: what it lists, and what it was told to load."""

    def __init__(self, now: ruleset.Ruleset) -> None:
        super().__init__("nft")
        self.now = now
        self.loaded: list[Any] = []

    def listed(self) -> ruleset.Ruleset:
        return self.now

    def load(self, commands: Any) -> None:
        self.loaded += commands


def test_what_was_planned_is_loaded_where_nobody_has_changed_it_since() -> None:
    seen, now = (listed(VERSIONS[0], "last rule rejects") for _again in range(2))
    planned: list[Any] = [{"delete": {}}]
    nft = Reloaded(now)
    run._load(nft, seen, planned)
    assert nft.loaded == planned
    rules = now.chains["inet", "filter", "input"].rules
    rules[0] = rules[0]._replace(handle=99)
    with pytest.raises(MailwardenError, match="changed by somebody else while this run planned"):
        run._load(nft, seen, planned)
    run._load(nft, seen, [])
    assert nft.loaded == planned


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"nftables": 1}', "table inet x {"])
def test_no_ruleset(text: str) -> None:
    with pytest.raises(MailwardenError):
        ruleset.parse(text)
