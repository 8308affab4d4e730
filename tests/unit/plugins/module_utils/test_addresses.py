"""Addresses and names, as the standard library has them."""

from __future__ import annotations

import ipaddress
from typing import Union

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import addresses, peers
from hypothesis import given
from hypothesis import strategies as st

# The pylint of `ansible-test sanity` takes no `|` here.
Address = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]  # noqa: UP007
Network = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]  # noqa: UP007

PRIVATE = [
    ipaddress.ip_network(one)
    for one in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8",
        "fc00::/7", "fe80::/10", "::1/128",
    )
]  # fmt: skip
NEAR = [
    "10.0.0.1", "172.15.255.255", "172.16.0.0", "172.31.9.9", "172.32.0.0", "127.9.9.9",
    "128.0.0.1", "169.254.1.1", "192.168.0.1", "192.169.0.1", "fc00::1", "fdff::", "fe7f::1",
    "fe80::1", "febf::1", "fec0::1", "::1", "::2", "::", "1::", "::10", "fc::1", "fd:1::",
]  # fmt: skip


def is_private(text: str) -> bool:
    address = ipaddress.ip_address(text)
    return any(address in network for network in PRIVATE if network.version == address.version)


@pytest.mark.parametrize("text", NEAR)
def test_private(text: str) -> None:
    assert addresses.is_private(text) is is_private(text)


# Addresses that mean something, and any.
SOME = st.sampled_from(NEAR).map(ipaddress.ip_address) | st.ip_addresses()
# How IPv6 writes an address of IPv4 (RFC 4291 section 2.5.5.2).
DOTTED = ("::ffff:{}", "::FFFF:{}", "0:0:0:0:0:ffff:{}", "[::ffff:{}]")
HEXADECIMAL = ("::ffff:{:x}:{:x}", "::FFFF:{:X}:{:X}", "0:0:0:0:0:ffff:{:x}:{:04x}")


@st.composite
def spelled(draw: st.DrawFn) -> tuple[Address, str]:
    """An address, and one of the ways to write it."""
    address = draw(SOME)
    if isinstance(address, ipaddress.IPv4Address):
        words = divmod(int(address), 1 << 16)
        forms = [str(address), *(form.format(address) for form in DOTTED)]
        forms += [form.format(*words) for form in HEXADECIMAL]
    else:
        forms = [str(address), address.exploded, address.exploded.upper(), f"[{address}]"]
    return getattr(address, "ipv4_mapped", None) or address, draw(st.sampled_from(forms))


@st.composite
def declared(draw: st.DrawFn) -> tuple[Network, list[str]]:
    """A network, and the ways to write it: with bits of a host, without, with a mask."""
    base = draw(SOME)
    network = ipaddress.ip_network((base, draw(st.integers(0, base.max_prefixlen))), strict=False)
    forms = [str(network), f"{base}/{network.prefixlen}"]
    forms += [f"{base}/{network.netmask}"] * (network.version == 4)
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped and network.prefixlen >= 96:
        network = ipaddress.ip_network((mapped, network.prefixlen - 96))
    return network, forms


@given(spelled())
def test_private_as_the_standard_library_has_it(case: tuple[Address, str]) -> None:
    address, text = case
    assert addresses.is_private(text) is is_private(str(address))


@given(spelled())
def test_loopback_as_the_standard_library_has_it(case: tuple[Address, str]) -> None:
    address, text = case
    assert addresses.is_loopback(text) is address.is_loopback


@given(spelled(), declared())
def test_networks_as_the_standard_library_has_them(
    case: tuple[Address, str], named: tuple[Network, list[str]]
) -> None:
    (address, text), (network, forms) = case, named
    for form in forms:
        assert addresses.in_networks(text, [form]) is (address in network)
        assert addresses.is_within(str(address), [form]) is (address in network)


@given(st.from_regex(r"[0-9.]{1,16}", fullmatch=True) | SOME.map(str))
def test_ipv4_as_peers_read_it(text: str) -> None:
    network = peers.parse(text)
    assert addresses.is_ipv4(text) is (network is not None and ":" not in text)


@pytest.mark.parametrize("declared", ["[2001:db8::1]", "IPv6:2001:db8::1", "2001:DB8::1%eth0"])
def test_an_address_is_declared_as_it_is_dialled(declared: str) -> None:
    assert addresses.in_networks("2001:db8::1", [declared])
    assert not addresses.in_networks("2001:db8::2", [declared])


@given(st.text())
def test_no_text_is_too_much(text: str) -> None:
    assert not addresses.is_private(text) or addresses.is_address(addresses.bare(text))
    assert addresses.in_networks(text, ["10.0.0.0/8", "::/0"]) in (True, False)
    assert addresses.host_matches(text, ["*.example.org"]) in (True, False)


@pytest.mark.parametrize(
    ("host", "pattern", "expected"),
    [
        ("mail.example.org", "mail.example.org", True),
        ("MAIL.example.org.", "mail.example.org", True),
        ("mail.example.org", "*.example.org", True),
        ("a.b.example.org", "*.example.org", True),
        ("example.org", "*.example.org", False),
        ("badexample.org", "*.example.org", False),
        ("email-smtp.eu-west-1.amazonaws.com", "email-smtp.*.amazonaws.com", True),
        ("smtp.eu-west-1.amazonaws.com", "email-smtp.*.amazonaws.com", False),
    ],
)
def test_host_pattern(host: str, pattern: str, expected: bool) -> None:
    assert addresses.host_matches(host, [pattern]) is expected


@pytest.mark.parametrize(
    ("network", "outer", "expected"),
    [
        ("10.1.0.0/16", "10.0.0.0/8", True),
        ("10.0.0.0/8", "10.1.0.0/16", False),
        ("10.0.0.0/8", "10.0.0.0/8", True),
        ("2001:db8:1::/48", "2001:db8::/32", True),
        ("10.0.0.0/8", "::/0", False),
        ("mail.example.org", "10.0.0.0/8", False),
    ],
)
def test_network_within(network: str, outer: str, expected: bool) -> None:
    assert addresses.is_within(network, [outer]) is expected
