"""Networks as nft lists them."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall import (
    networks,
)
from hypothesis import given
from hypothesis import strategies as st

NETWORKS = {
    "one": (["10.0.0.0/8"], 4, ("10.0.0.0/8",)),
    "of the other family": (["10.0.0.0/8"], 6, None),
    "everything": (["0.0.0.0/0", "::/0"], 4, ()),
    "two halves": (["0.0.0.0/1", "128.0.0.0/1"], 4, ()),
    "one in another": (["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3"], 4, ("10.0.0.0/8",)),
    "neighbours": (["10.0.1.0/24", "10.0.2.0/24"], 4, ("10.0.1.0-10.0.2.255",)),
    "addresses alone": (["10.0.0.2", "10.0.0.1/32"], 4, ("10.0.0.1", "10.0.0.2")),
    "an address beside a network": (["10.0.0.0/31", "10.0.0.2"], 4, ("10.0.0.0-10.0.0.2",)),
    "host bits": (["192.0.2.77/24"], 4, ("192.0.2.0/24",)),
    "IPv6": (["2001:DB8:0::/32", "fe80::1"], 6, ("2001:db8::/32", "fe80::1")),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks(name: str) -> None:
    texts, version, expected = NETWORKS[name]
    assert networks.normal(networks.parse(texts), version) == expected


ADDRESSES = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.tuples(st.ip_addresses(v=4), st.integers(0, 32)).map(
        lambda one: str(ipaddress.ip_network(one, strict=False))
    ),
)


@given(st.lists(ADDRESSES, min_size=1, max_size=6), st.ip_addresses(v=4))
def test_normal_networks_hold_the_same_addresses(texts: list[str], address: object) -> None:
    normal = networks.normal(networks.parse(texts), 4)
    assert normal is not None
    number = int(str(int(address)))  # type: ignore[call-overload]

    def holds(spans: list[tuple[int, int]]) -> bool:
        return any(first <= number <= last for first, last in spans)

    assert holds([networks.span(text) for text in texts]) == (
        not normal or holds([networks.span(text) for text in normal])
    )
    assert tuple(networks.of_element(networks.element(one)) for one in normal) == normal
