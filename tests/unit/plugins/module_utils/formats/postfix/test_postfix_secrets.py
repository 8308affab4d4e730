"""Whatever is made of a next hop with a password in it, the report never shows the password."""

from __future__ import annotations

import json

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine, report
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.postfix_client import MASTER, MASTER_PATH
from tests.support.properties import examples

MAIN = "/etc/postfix/main.cf"
TABLE = "/etc/postfix/table"
SECRET = "xXsecretXx"
HOPS = [
    f"[jane:{SECRET}@mail.example.com]:587",
    f"jane:{SECRET}@mail.example.com:587",
    f"jane:{SECRET}@mail.example.com",
    f"[jane:{SECRET}@mail.example.com]",
    f"smtp://jane:{SECRET}@mail.example.com:587",
]
TRANSPORTS = ["smtp:", "relay:", "lmtp:inet:", "tlsonly:", "nosuch:", ""]
NEXT_HOPS = ["relayhost", "smtp_fallback_relay"]
ROUTES = ["default_transport", "content_filter", "mailbox_transport", "relay_transport"]
TABLES = [
    "transport_maps",
    "sender_dependent_relayhost_maps",
    "sender_dependent_default_transport_maps",
    "smtp_tls_policy_maps",
]
hops = st.lists(st.sampled_from([*HOPS, "[a.example]:587", "b.example"]), min_size=1, max_size=3)


def said(main: str, table: str = "") -> str:
    """The whole report about a configuration."""
    files = {
        MAIN: f"relay_domains = example.org\n{main}\n".encode(),
        MASTER_PATH: MASTER.encode(),
        TABLE: table.encode(),
    }
    found = engine.check(MemorySource(files), Policy.default(), [MAIN, MASTER_PATH])
    return json.dumps(report.as_data(found, "1"))


@settings(max_examples=examples(60), deadline=None)
@given(st.sampled_from(NEXT_HOPS), hops, st.sampled_from([", ", " ", "\n  "]))
@example("relayhost", [HOPS[0], "b.example"], ", ")
def test_next_hops(name: str, listed: list[str], between: str) -> None:
    assert SECRET not in said(f"{name} = {between.join(listed)}")


@settings(max_examples=examples(60), deadline=None)
@given(st.sampled_from(ROUTES), st.sampled_from(TRANSPORTS), hops)
def test_routes(name: str, transport: str, listed: list[str]) -> None:
    assert SECRET not in said(f"{name} = {transport}{', '.join(listed)}")


@settings(max_examples=examples(80), deadline=None)
@given(st.sampled_from(TABLES), st.sampled_from(TRANSPORTS), hops, st.booleans(), st.booleans())
@example("transport_maps", "smtp:", [HOPS[1]], True, False)
def test_tables(name: str, transport: str, listed: list[str], file: bool, turned: bool) -> None:
    hop = f"{transport}{listed[0]}"
    key, value = (hop, "encrypt") if turned else ("example.org", hop)
    if file:
        assert SECRET not in said(f"{name} = texthash:{TABLE}", f"{key} {value}\n{key} {value}x\n")
    else:
        assert SECRET not in said(f"{name} = inline:{{ {{ {key} = {value} }} }}")


@pytest.mark.parametrize("hop", HOPS)
def test_a_next_hop_that_options_name(hop: str) -> None:
    master = f"{MASTER}smtp inet n - n - - smtpd\n  -o content_filter=smtp:{hop}\n"
    files = {MAIN: b"\n", MASTER_PATH: master.encode()}
    found = engine.check(MemorySource(files), Policy.default(), [MAIN, MASTER_PATH])
    assert SECRET not in json.dumps(report.as_data(found, "1"))
