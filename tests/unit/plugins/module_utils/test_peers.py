"""Who stands for a network where others lie within it."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import peers


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
