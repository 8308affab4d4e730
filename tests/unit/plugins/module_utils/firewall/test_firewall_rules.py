"""Our own rules: from doors, as nft has them, and read back."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall import (
    files,
    ours,
    show,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.exposure import (
    Door,
    Exposure,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.support.firewall import everywhere

FOUR, SIX = frozenset((4,)), frozenset((6,))


def rules(doors: set[Door], versions: frozenset[int], family: str) -> list[str]:
    return [show.rule(ours.expression(one, family)) for one in ours.accepts(doors, versions)]


RULES = {
    "of both families": (
        everywhere(25, 587), ours.BOTH, "inet", ["tcp dport { 25, 587 } accept"]
    ),
    "in a table of one": (everywhere(25), FOUR, "ip", ["tcp dport 25 accept"]),
    "in the other": (everywhere(25), SIX, "ip6", ["tcp dport 25 accept"]),
    "where one family is dropped": (
        everywhere(25), SIX, "inet", ["meta nfproto ipv6 tcp dport 25 accept"]
    ),
    "of one family, beside those of both": (
        everywhere(25) | {Door(6, "", (), 993)}, ours.BOTH, "inet",
        ["tcp dport 25 accept", "meta nfproto ipv6 tcp dport 993 accept"],
    ),
    "for one address": (
        {Door(4, "192.0.2.1", (), 465)}, ours.BOTH, "inet",
        ["ip daddr 192.0.2.1 tcp dport 465 accept"],
    ),
    "for an address that has everything already": (
        everywhere(25) | {Door(4, "192.0.2.1", (), 25)}, ours.BOTH, "inet",
        ["tcp dport 25 accept"],
    ),
    "for two addresses": (
        {Door(6, f"2001:db8::{one}", (), port) for one in (1, 2) for port in (25, 465)},
        ours.BOTH, "inet",
        ["ip6 daddr { 2001:db8::1, 2001:db8::2 } tcp dport { 25, 465 } accept"],
    ),
    "from networks": (
        {Door(4, "192.0.2.1", ("10.0.0.0/8", "192.168.0.1"), 25)}, ours.BOTH, "inet",
        ["ip saddr { 192.168.0.1, 10.0.0.0/8 } ip daddr 192.0.2.1 tcp dport 25 accept"],
    ),
    "none of this family": (everywhere(25) - {Door(4, "", (), 25)}, FOUR, "ip", []),
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_rules(name: str) -> None:
    doors, versions, family, shown = RULES[name]
    assert rules(doors, versions, family) == shown


def test_our_table() -> None:
    exposure = Exposure(frozenset(everywhere(25)), frozenset((25, 143)))
    assert files.closing(exposure) == CLOSING
    everything = Exposure(frozenset(everywhere(25)), frozenset((25,)))
    assert ours.table(everything) == []
    assert files.closing(everything) == files.HEAD


CLOSING = """\
# Written by mailwarden.policy.firewall.
table inet mailwarden
delete table inet mailwarden
table inet mailwarden {
\tchain input {
\t\ttype filter hook input priority 10; policy accept;
\t\tiifname "lo" accept
\t\ttcp dport 143 tcp flags syn / fin,syn,rst,ack drop
\t}
}
"""
DOORS = st.builds(
    lambda version, address, sources, port: Door(
        version,
        {4: "192.0.2.1", 6: "2001:db8::1"}[version] if address else "",
        {4: ("10.0.0.0/8",), 6: ("fc00::/7",)}[version] if sources else (),
        port,
    ),
    st.sampled_from((4, 6)),
    st.booleans(),
    st.booleans(),
    st.sampled_from((25, 143, 587)),
)


@given(st.frozensets(DOORS))
def test_doors_are_read_back_from_their_rules(doors: frozenset[Door]) -> None:
    """Doors that a wider one holds already are the one thing that is not read back."""
    exprs = [(ours.expression(one, "inet"), "inet") for one in ours.accepts(doors, ours.BOTH)]
    read = ours.of_rules(exprs).doors
    assert read <= doors
    for door in doors - read:
        assert door._replace(address="") in read
