"""The rules that see a whole run, and those that pass on what a format remarks."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import rules
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Endpoint, Remark
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Violation
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Setting

from tests.support.endpoints import MX, PLACE, client, server


def run(rule: str, *endpoints: Endpoint) -> list[tuple[str, ...]]:
    found = rules.load(rule).check(endpoints, load({}))
    return [tuple(endpoint.id for endpoint in one.endpoints) for one in found]


PREFERRED = [
    pytest.param([server()], 1, id="587 alone"),
    pytest.param([server(), server(port=465, tls="implicit")], 0, id="587 beside 465"),
    pytest.param([server(), server(port=465, tls="dual")], 0, id="587 beside dual"),
    pytest.param(
        [server(port=143, protocol="imap"), server(port=465, tls="implicit")], 1, id="143"
    ),
    pytest.param([server(**MX)], 0, id="25"),
    pytest.param([client()], 1, id="client"),
    pytest.param([client(host="smtp.office365.com")], 0, id="provider without"),
    pytest.param([client(host="smtp.gmail.com")], 1, id="provider with"),
    pytest.param([client(host="localhost")], 0, id="local"),
    pytest.param([client(port=465)], 0, id="the port is implicit already"),
    pytest.param([client(port=2525)], 1, id="the port may be either"),
    pytest.param([server(port=4190, protocol="managesieve")], 0, id="no such port"),
]


@pytest.mark.parametrize(("endpoints", "count"), PREFERRED)
def test_implicit_tls_preferred(endpoints: list[Endpoint], count: int) -> None:
    assert len(run("implicit-tls-preferred", *endpoints)) == count


NAMED = ("host:mail.example.com",)
BOTH = {"starttls-required", "starttls-optional"}
FIT = {
    "implicit": {"implicit", "dual"},
    "starttls-required": {*BOTH, "dual"},
    "starttls-optional": {*BOTH, "none", "dual"},
    "none": {"starttls-optional", "none"},
    "auto": {"implicit", *BOTH, "none", "dual"},
}


@pytest.mark.parametrize("dials", FIT)
@pytest.mark.parametrize("serves", sorted(FIT["auto"]))
def test_client_and_server(dials: str, serves: str) -> None:
    found = run("client-server-mismatch", client(tls=dials), server(tls=serves, tags=NAMED))
    assert bool(found) is (serves not in FIT[dials])


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([server(tls="implicit")], id="a server of another name"),
        pytest.param([server(port=465, tls="implicit", tags=NAMED)], id="another port"),
        pytest.param([server(tls="implicit", address="127.0.0.1", tags=NAMED)], id="local"),
        pytest.param([server(tls="implicit", protocol="imap", tags=NAMED)], id="protocol"),
        pytest.param([server(tls="implicit", usable=False, tags=NAMED)], id="unusable"),
        pytest.param(
            [server(tls="implicit", address="192.0.2.1", tags=NAMED), server(tags=NAMED)],
            id="one of its addresses fits",
        ),
    ],
)
def test_client_and_server_that_say_nothing(others: list[Endpoint]) -> None:
    assert run("client-server-mismatch", client(), *others) == []


@pytest.mark.parametrize("rule", ["setting-ineffective", "setting-deprecated"])
def test_a_remark_is_passed_on(rule: str) -> None:
    setting = Setting("tls", "on", PLACE, "tls on")
    (violation,) = rules.load(rule).check(Remark(rule, "does nothing", setting), load({}))
    assert violation == Violation("does nothing", place=PLACE, cause=(setting,))
