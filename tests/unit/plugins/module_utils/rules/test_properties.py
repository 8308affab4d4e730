"""What holds for every rule and every endpoint that can be."""

from __future__ import annotations

from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils import rules
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import (
    PROTOCOLS,
    REQUIREMENTS,
    TLS_MODES,
    VERIFICATIONS,
    Endpoint,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.rule_table import RULES
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.endpoints import OPEN, client, server
from tests.support.properties import examples

POLICIES = [
    *(Policy.default(profile) for profile in ("default", "strict", "legacy")),
    load({"rules": {"tls-version-weak": {"minimum": "1.3"}}}),
    load({"overrides": [{"path": "**", "rules": {"tls-version-weak": {"minimum": "1.3"}}}]}),
    load({"ports": [{"port": 587, "protocol": "submission", "tls": ["implicit"]}]}),
]
TAGS = st.sampled_from([(), ("auth-optional",), ("mx-delivery",), ("open-relay",)])
NAMES = ["", "127.0.0.1", "::1", "10.0.0.5", "192.0.2.1", "mail.example.com", "localhost"]


def field(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([OPEN, *values])


FIELDS = {
    "protocol": field(*PROTOCOLS),
    "port": field(24, 25, 110, 143, 465, 587, 993, 995, 2000, 2525, 4190, 4650, 12345),
    "tls": field(*TLS_MODES),
    "auth": field(True, False),
    "cleartext_auth": field(True, False),
    "usable": field(True, False),
    "tls_works": field(True, False),
    "tls_min": field("ssl3", "1.0", "1.1", "1.2", "1.3", "something new"),
}
EXCEPTIONS = [(), (("10.0.0.0/8", "cleartext_auth", True),), (("10.0.0.0/8", "usable", False),)]
SERVER_FIELDS = st.fixed_dictionaries(
    {
        **FIELDS,
        "address": field(*NAMES),
        "requires": field((), *((one,) for one in REQUIREMENTS)),
        "exceptions": field(*EXCEPTIONS),
    }
)
SERVERS = st.builds(lambda tags, fields: server(tags=tags, **fields), TAGS, SERVER_FIELDS)
CLIENT_FIELDS = st.fixed_dictionaries(
    {
        **FIELDS,
        "host": field(*NAMES, "smtp.smtp2.cz", "smtp.office365.com"),
        "certificate_verified": field(*VERIFICATIONS),
    }
)
CLIENTS = st.builds(lambda tags, fields: client(tags=tags, **fields), TAGS, CLIENT_FIELDS)


def said(endpoint: Endpoint, policy: Policy) -> set[str]:
    """The rules that speak about one endpoint."""
    return {
        name
        for name, row in RULES.items()
        if row.scope == "endpoint" and endpoint.side in row.sides
        for violation in rules.load(name).check(endpoint, policy)
        if violation.message and violation.severity in ("", "note", "warning", "error")
    }


@given(st.one_of(SERVERS, CLIENTS), st.sampled_from(POLICIES))
@settings(max_examples=examples(400), deadline=None)
def test_no_rule_is_kept_from_an_endpoint_at_which_it_speaks(
    endpoint: Endpoint, policy: Policy
) -> None:
    assert said(endpoint, policy) <= set(rules.concerning(endpoint, policy))


@given(st.one_of(SERVERS, CLIENTS), st.sampled_from(POLICIES))
@settings(max_examples=examples(400), deadline=None)
def test_what_every_rule_keeps_to(endpoint: Endpoint, policy: Policy) -> None:
    found = said(endpoint, policy)
    if endpoint.usable is False:
        assert found == {"endpoint-unusable"}
    if endpoint.local:
        assert found <= {"endpoint-unusable", "tls-broken"}
    if endpoint.tls is None:
        assert not found & {"implicit-tls-missing", "starttls-missing", "starttls-optional"}
    if endpoint.cleartext_auth is not True:
        assert "cleartext-auth" not in found
    # One mode is either too little or too much for a port, never both.
    assert len(found & {"implicit-tls-missing", "implicit-tls-unexpected", "starttls-missing"}) < 2


@given(st.lists(st.one_of(SERVERS, CLIENTS), max_size=6))
@settings(max_examples=examples(200), deadline=None)
def test_rules_of_a_run_name_endpoints_of_the_run(endpoints: list[Endpoint]) -> None:
    ids = {endpoint.id for endpoint in endpoints}
    for name, row in RULES.items():
        if row.scope != "run":
            continue
        for violation in rules.load(name).check(endpoints, POLICIES[1]):
            assert name in rules.of_run(endpoints)
            assert violation.endpoints
            assert {endpoint.id for endpoint in violation.endpoints} <= ids
