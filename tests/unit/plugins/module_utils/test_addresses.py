"""Addresses and names: told by their first digits, checked against the standard library."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import addresses
from hypothesis import given
from hypothesis import strategies as st

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


@given(st.ip_addresses().map(str))
def test_private_as_the_standard_library_has_it(text: str) -> None:
    mapped = getattr(ipaddress.ip_address(text), "ipv4_mapped", None)
    assert addresses.is_private(text) is is_private(str(mapped or text))


@given(st.ip_addresses().map(str))
def test_loopback_as_the_standard_library_has_it(text: str) -> None:
    address = ipaddress.ip_address(text)
    mapped = getattr(address, "ipv4_mapped", None)
    assert addresses.is_loopback(text) is (mapped or address).is_loopback


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
