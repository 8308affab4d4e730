"""Networks as the standard library has them, and who stands for one that others lie within."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import peers
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1", "192.0.2.1/32"),
        ("192.0.2.77/24", "192.0.2.0/24"),
        ("[::1]/128", "::1/128"),
        ("[2001:db8::]/32", "2001:db8::/32"),
        ("fe80::1", "fe80::1/128"),
        ("::ffff:192.0.2.1", "192.0.2.1/32"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ],
)
def test_parse(text: str, expected: str) -> None:
    assert str(peers.parse(text)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "example.com", "192.0.2", "192.0.2.256", "192.0.2.1/33", "192.0.2.1/x", "::1::", "1:2:3",
     "12345::", "1:2:3:4:5:6:7:8:9", "hash:/etc/x", "/etc/x", "1.2.3.4/²"],
)  # fmt: skip
def test_no_network(text: str) -> None:
    assert peers.parse(text) is None


@given(st.ip_addresses(), st.integers(0, 128))
def test_networks_are_those_of_the_standard_library(address: object, bits: int) -> None:
    width = 32 if isinstance(address, ipaddress.IPv4Address) else 128
    text = f"{address}/{min(bits, width)}"
    theirs = ipaddress.ip_network(text, strict=False)
    mapped = getattr(theirs.network_address, "ipv4_mapped", None)
    if mapped is not None and theirs.prefixlen >= 96:
        theirs = ipaddress.ip_network(f"{mapped}/{theirs.prefixlen - 96}")
    assert str(peers.parse(text)) == str(theirs)


@given(st.text("0123456789abcdef:./[]", max_size=20))
def test_no_input_crashes(text: str) -> None:
    found = peers.parse(text)
    assert found is None or peers.parse(str(found)) == found


def networks(*texts: str) -> list[peers.Network]:
    return [network for text in texts for network in [peers.parse(text)] if network is not None]


@pytest.mark.parametrize(
    ("network", "others", "address"),
    [
        pytest.param("10.0.0.0/8", [], "10.0.0.1", id="alone"),
        pytest.param("10.0.0.0/8", ["10.0.0.0/16"], "10.1.0.0", id="beside the narrower one"),
        pytest.param("10.0.0.0/8", ["10.0.0.0/16", "10.1.0.0/16"], "10.2.0.0", id="beside both"),
        pytest.param("10.0.0.0/16", ["10.0.0.0/8"], "10.0.0.1", id="a wider one takes nothing"),
        pytest.param("10.0.0.0/8", ["10.0.0.0/9", "10.128.0.0/9"], "10.0.0.1", id="nobody is left"),
        pytest.param("192.0.2.1", ["192.0.2.1"], "192.0.2.1", id="one address"),
    ],
)
def test_somebody(network: str, others: list[str], address: str) -> None:
    (found,) = networks(network)
    assert str(found.somebody(networks(*others))) == f"{address}/32"


@pytest.mark.parametrize(
    ("text", "shown", "ordinary"),
    [
        pytest.param("[::ffff:127.0.0.0]/104", "127.0.0.0/8", False, id="Debian's loopback"),
        pytest.param("::ffff:10.0.0.0/104", "10.0.0.0/8", False, id="private"),
        pytest.param("::ffff:c000:200/120", "192.0.2.0/24", True, id="public"),
        pytest.param("::ffff:0:0/96", "0.0.0.0/0", True, id="all of IPv4"),
        pytest.param("::/0", "::/0", True, id="all of IPv6"),
    ],
)
def test_ipv4_written_as_ipv6(text: str, shown: str, ordinary: bool) -> None:
    (network,) = networks(text)
    assert (str(network), peers.reaches_ordinary(network)) == (shown, ordinary)


NETWORKS = st.builds(
    "{}.{}.0.1/{}".format, st.integers(9, 11), st.integers(0, 3), st.integers(0, 32)
) | st.builds("2001:db8:{}::1/{}".format, st.integers(0, 3), st.integers(0, 128))


@given(st.lists(NETWORKS, max_size=20), NETWORKS)
def test_what_is_looked_up_by_prefixes_is_what_holds_the_address(
    texts: list[str], inner: str
) -> None:
    networks = [peers.parse(text) for text in texts]
    address = peers.parse(inner)
    assert address is not None
    prefixes = peers.Prefixes()
    for number, network in enumerate(networks):
        assert network is not None
        prefixes.add(network, number)
    looked_up = [number for alike in prefixes.around(address) for number in alike]
    assert sorted(looked_up) == [
        number
        for number, network in enumerate(networks)
        if network is not None and network.holds(address)
    ]
