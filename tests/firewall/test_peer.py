"""The peer tells apart what a firewall does; reload and boot do what their names say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wire import chroots

from . import peer, ruleset
from .managed import Host, make_keys, running
from .scenario import table

pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.needs_command("ip", "unshare", "nsenter", "debootstrap", "openssl", "ssh-keygen"),
]

RULES = """
table inet filter {
  chain input {
    type filter hook input priority filter; policy accept;
    tcp dport 24 drop
    tcp dport 25 reject with tcp reset
    tcp dport 110 reject with icmpx admin-prohibited
    ip saddr 10.9.8.7 tcp dport 143 drop
    ip6 daddr 2001:db8:1::2 tcp dport 143 drop
  }
}
"""
ANSWERS = {24: "filtered", 25: "refused", 110: "rejected", 465: "open"}
# Over IPv6 the peer's kernel takes an administrative rejection for no answer yet.
IPV6 = {**ANSWERS, 110: "filtered"}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    lower = chroots.ensure(["bookworm"])["bookworm"]
    with running(lower, make_keys(tmp_path_factory.mktemp("keys")), 22, "own") as made:
        ruleset.install(made, RULES)
        yield made


def test_the_peer_tells_answers_apart(host: Host) -> None:
    found = peer.scan(host.world, ANSWERS)
    assert len(found) == len(ANSWERS) * len(peer.ADDRESSES) * len(peer.ORIGINS)
    for door, answer in found.items():
        assert answer == (IPV6 if ":" in door.address else ANSWERS)[door.port], door


def test_the_peer_tells_addresses_and_origins_apart(host: Host) -> None:
    found = peer.scan(host.world, [143])
    assert {(door.origin, door.address) for door, answer in found.items() if answer != "open"} == {
        ("trusted", "192.0.2.1"),
        ("trusted", "192.0.2.2"),
        ("ordinary", "2001:db8:1::2"),
        ("trusted", "2001:db8:1::2"),
    }


def test_a_boot_and_a_reload_bring_back_the_host_s_own_rules(host: Host) -> None:
    before = ruleset.listed(host)
    host.run("nft add rule inet filter input tcp dport 465 drop")
    assert ruleset.listed(host) != before
    ruleset.reload(host)
    assert ruleset.listed(host) != before
    ruleset.boot(host)
    assert ruleset.listed(host) == before


def test_every_scenario_has_a_name_of_its_own() -> None:
    names = [scenario.id for scenario in table()]
    assert len(names) == len(set(names))
