"""A lookup of filters finds what trying all of them finds, in the same order."""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils import peers
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.dovecot.filters import (
    Connection,
    Filter,
    covers,
    fits,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.dovecot.networks import (
    Nearby,
    Networks,
)
from hypothesis import given
from hypothesis import strategies as st

RANGES = ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.0.1", "10.2.0.1", "::/0", "2001:db8::/32",
          "2001:db8::1"]  # fmt: skip
NETWORK = st.none() | st.sampled_from([peers.parse(text) for text in RANGES])
FILTERS = st.lists(
    st.builds(
        Filter,
        protocol=st.sampled_from(["", "imap", "!imap"]),
        local_name=st.sampled_from(["", "", "a.example.org"]),
        local=NETWORK,
        remote=NETWORK,
        host=st.sampled_from(["", "", "b.example.org"]),
        service=st.sampled_from(["", "", "imap-login"]),
        named=st.sampled_from(["", "", "ssl_server"]),
    ),
    max_size=12,
    unique=True,
)
PEER = st.sampled_from([None, peers.ORDINARY]) | st.builds(
    peers.Peer, st.sampled_from([peers.parse(text) for text in RANGES if "/" not in text])
)
CONNECTION = st.builds(
    Connection,
    protocol=st.sampled_from(["", "imap", "pop3"]),
    service=st.sampled_from(["", "imap-login"]),
    peer=PEER,
    local=NETWORK,
    named=st.sampled_from(["", "ssl_server"]),
)


@given(FILTERS, CONNECTION)
def test_the_filters_of_a_connection(filters: list[Filter], connection: Connection) -> None:
    near = Networks({one: {} for one in filters}).near(connection)
    every = [one for one in filters if fits(one, connection)]
    assert [one for one in near if fits(one, connection)] == every


@given(FILTERS)
def test_the_filters_around_another(filters: list[Filter]) -> None:
    nearby = Nearby(filters)
    for inner in filters:
        around = nearby.around(inner.local, inner.remote)
        every = [one for one in filters if covers(one, inner)]
        assert [one for one in around if covers(one, inner)] == every


def test_what_is_for_other_addresses_is_not_tried() -> None:
    filters = [Filter(local=peers.parse(f"10.0.0.{number}")) for number in range(200)]
    filters += [Filter(remote=peers.parse(f"10.0.1.{number}")) for number in range(200)]
    local, remote = peers.parse("10.0.0.7"), peers.parse("10.0.1.9")
    assert Nearby([Filter(), *filters]).around(local, remote) == [
        Filter(), Filter(local=local), Filter(remote=remote)
    ]  # fmt: skip
