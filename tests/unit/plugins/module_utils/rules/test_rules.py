"""Each rule on endpoints made by hand: when it fires, how loudly, how surely, and when not."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import rules
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import (
    Endpoint,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Violation
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load

from tests.support.endpoints import MX, OPEN, client, server

OPPORTUNISTIC: dict[str, Any] = {
    "port": 25,
    "protocol": "smtp",
    "tls": "starttls-optional",
    "auth": False,
    "certificate_verified": "none",
}
PLAIN: dict[str, Any] = {"tls": "none", "cleartext_auth": True}
PROXY = ("proxy-protocol",)
TRUSTED = ("trusted-network",)
# Of the networks nobody but the host itself is trusted.
ITSELF = ("trusts:127.0.0.0/8",)
SMTP2 = "smtp.smtp2.cz"
FIRES: dict[str, list[Any]] = {
    "implicit-tls-missing": [
        (server(port=465, tls="none"), "error"),
        (server(port=465, tls="starttls-required"), "error"),
        (server(port=993, protocol="imap", tls="starttls-optional"), "error"),
        (server(port=995, protocol="pop3", tls="none"), "error"),
        (client(port=465, tls="starttls-required"), "error"),
        (client(port=993, protocol="imap", tls="none"), "error"),
        (client(port=4650, host=SMTP2, tls="starttls-required"), "error"),
        (client(port=465, tls="none", host=OPEN), "error possible"),
    ],
    "implicit-tls-unexpected": [
        (server(port=587, tls="implicit"), "error"),
        (server(**{**MX, "tls": "implicit"}), "error"),
        (server(port=143, protocol="imap", tls="implicit"), "error"),
        (client(port=110, protocol="pop3", tls="implicit"), "error"),
        (client(port=587, tls="implicit"), "error"),
        (client(port=25, tls="implicit"), "error"),
        (client(port=5870, host=SMTP2, tls="implicit"), "error"),
        (server(port=587, tls="implicit", address=OPEN), "error possible"),
    ],
    "starttls-missing": [
        (server(port=587, **PLAIN), "error"),
        (server(port=2525, **PLAIN), "error"),
        (server(port=143, protocol="imap", **PLAIN), "error"),
        (server(port=4190, protocol="managesieve", **PLAIN), "error"),
        (server(port=2000, protocol="managesieve", **PLAIN), "error"),
        (client(port=587, **PLAIN), "error"),
        (client(port=587, tls="none", auth=False), "warning"),
        (client(port=587, tls="none", auth=OPEN), "warning"),
        (client(port=12345, host=SMTP2, **PLAIN), "error"),
    ],
    "cleartext-auth": [
        (server(cleartext_auth=True), "error"),
        (server(**{**MX, "auth": True, "cleartext_auth": True}), "error"),
        (server(port=10587, cleartext_auth=True, tls="none"), "error"),
        (client(cleartext_auth=True), "error"),
        (server(cleartext_auth=True, requires=PROXY), "error possible"),
        (client(cleartext_auth=True, host=OPEN), "error possible"),
    ],
    "tls-auto": [
        (client(tls="auto", cleartext_auth=True), "error"),
        (client(tls="auto", cleartext_auth=OPEN), "error"),
        (client(tls="auto"), "warning"),
        (client(tls="auto", auth=False, cleartext_auth=OPEN), "warning"),
    ],
    "starttls-optional": [
        (server(tls="starttls-optional", cleartext_auth=OPEN), "error"),
        (server(tls="starttls-optional"), "warning"),
        (server(tls="starttls-optional", port=143, protocol="imap", cleartext_auth=True), "error"),
        (server(tls="starttls-optional", port=10587, cleartext_auth=True), "error"),
        (client(tls="starttls-optional", cleartext_auth=True), "error"),
        (client(tls="starttls-optional", auth=False), "warning"),
        (client(tls="starttls-optional", port=25, cleartext_auth=True), "error"),
    ],
    "client-on-relay-port": [
        (client(port=25), "warning"),
        (client(port=25, host="email-smtp.eu-west-1.amazonaws.com"), "warning"),
        (client(port=25, tls="none"), "warning"),
    ],
    "auth-on-relay-port": [
        (server(**{**MX, "auth": True}), "note"),
        (server(port=25), "note"),
    ],
    "relay-starttls-missing": [
        (server(**{**MX, "tls": "none"}), "warning"),
        (server(**{**MX, "tls": "none", "address": "192.0.2.1"}), "warning"),
        (client(**{**OPPORTUNISTIC, "tls": "none", "host": ""}), "note"),
        (server(**{**MX, "tls": "none", "address": OPEN}), "warning possible"),
    ],
    "relay-starttls-required": [
        (server(**{**MX, "tls": "starttls-required"}), "warning possible"),
        (server(**{**MX, "tls": "starttls-required"}), "warning", {"public_mx": True}),
    ],
    "submission-auth-optional": [
        (server(auth=False), "warning"),
        (server(port=465, tls="implicit", auth=False), "warning"),
        (server(tags=("auth-optional",)), "warning"),
    ],
    "tls-broken": [
        (server(tls_works=False), "error"),
        (server(port=465, tls="implicit", tls_works=False), "error"),
        (server(**MX, tls_works=False), "warning"),
        (server(address="127.0.0.1", tls_works=False), "warning"),
        (client(tls_works=False), "error"),
    ],
    "open-relay": [
        (server(tags=("open-relay",)), "error"),
        (server(**MX, tags=("open-relay", "auth-optional")), "error"),
        (server(tags=("open-relay",), address=OPEN), "error possible"),
    ],
    "endpoint-unusable": [
        (server(usable=False), "error"),
        (server(usable=False, address="127.0.0.1"), "error"),
        (client(usable=False), "error"),
        (server(exceptions=(("10.0.0.0/8", "usable", False),)), "warning"),
        (server(tags=ITSELF, requires=TRUSTED), "warning"),
        (server(tags=ITSELF, requires=TRUSTED, address=OPEN), "warning possible"),
    ],
    "trusted-network-cleartext": [
        (server(exceptions=(("10.0.0.0/8", "cleartext_auth", True),)), "warning"),
        (server(exceptions=(("2001:db8::/32", "cleartext_auth", True),)), "warning"),
    ],
    "certificate-unverified": [
        (client(certificate_verified="none"), "warning"),
        (client(certificate_verified="chain"), "note"),
        (client(port=993, protocol="imap", tls="implicit", certificate_verified="none"), "warning"),
        (client(auth=False, certificate_verified="none"), "warning"),
        (client(**{**OPPORTUNISTIC, "auth": True}), "warning"),
    ],
    "tls-version-weak": [
        (server(tls_min="1.1"), "warning"),
        (server(port=993, protocol="imap", tls="implicit", tls_min="ssl3"), "warning"),
        (server(tls_min="1.2"), "warning", {"rules": {"tls-version-weak": {"minimum": "1.3"}}}),
    ],
    "lmtp-exposed": [
        (server(port=24, protocol="lmtp", tls="none"), "warning"),
        (server(port=2525, protocol="lmtp", tls="none", address="192.0.2.1"), "warning"),
    ],
    "port-unknown": [
        (server(port=10587), "note"),
        (client(port=12345), "note"),
        # Registered for nothing of mail, though submission is often there.
        (client(port=2525, protocol="imap"), "note"),
    ],
    "port-protocol-mismatch": [
        (server(port=587, protocol="imap"), "error"),
        (server(port=465, protocol="pop3", tls="implicit"), "error"),
        (server(port=993, protocol="pop3", tls="implicit"), "error"),
        (server(port=143, protocol="pop3"), "error"),
        (server(port=110, protocol="managesieve"), "error"),
        (server(port=4190, protocol="imap"), "error"),
        (server(port=25, protocol="imap"), "error"),
        (server(port=993, tls="implicit"), "error"),
        (server(**{**MX, "port": 143}), "error"),
        (client(port=587, protocol="imap"), "error"),
        (client(port=995, protocol="imap", tls="implicit"), "error"),
        (client(port=993, tls="implicit"), "error"),
        (client(port=993, host=OPEN), "error possible"),
        (server(port=587, protocol="imap", address=OPEN), "error possible"),
        # The policy knows another protocol there.
        (
            server(port=587, protocol="imap"),
            "error",
            {"ports": [{"port": 587, "protocol": "pop3", "tls": "starttls-required"}]},
        ),
    ],
    "provider-mismatch": [
        (client(host="smtp.office365.com", port=465, tls="implicit"), "error"),
        (client(host="smtp.mail.me.com", port=465, tls="implicit"), "error"),
        (client(host=SMTP2, port=2525), "error"),
        (client(host="mail.smtp2go.com", port=2525, tls="implicit"), "error"),
        (client(host="smtp.office365.com", port=465, **PLAIN), "error"),
    ],
}  # fmt: skip
# Every line is an alarm that would be false; the comment says why.
SILENT: dict[str, list[Any]] = {
    "implicit-tls-missing": [
        server(port=465, tls="implicit"),
        # stunnel takes both by the first bytes and refuses plaintext.
        server(port=465, tls="dual"),
        # A proxy on the same host does the TLS.
        server(port=465, tls="none", address="127.0.0.1"),
        # A proxy in front speaks to it, and no ordinary peer gets anything.
        server(port=465, tls="none", requires=PROXY),
        # A port alone proves nothing: this is not submission.
        server(port=465, protocol="lmtp", tls="none"),
        server(port=465, tls=OPEN),
        server(port=465, tls="none", usable=False),
        # 2525 is for both.
        server(port=2525, tls="starttls-required"),
        # Elsewhere 4650 is anything.
        client(port=4650, tls="starttls-required"),
        # The far end of a tunnel.
        client(port=465, tls="none", host="localhost"),
        # A client that probes finds it.
        client(port=465, tls="auto"),
        (server(port=465, tls="none"), {"internal": {"ports": [465]}}),
    ],
    "implicit-tls-unexpected": [
        server(tls="dual"),
        server(port=2525, tls="implicit"),
        server(port=465, tls="implicit"),
        server(port=587, tls="implicit", address="::1"),
        # The policy does not know the port.
        server(port=10465, tls="implicit"),
        server(port=587, tls=OPEN),
        server(port=587, tls="implicit", requires=PROXY),
        client(port=587, tls="implicit", host="127.0.0.1"),
    ],
    "starttls-missing": [
        server(),
        # 25 has a rule of its own.
        server(**{**MX, "tls": "none"}),
        # 465 has a rule of its own.
        server(port=465, tls="none"),
        server(port=587, address="127.0.0.1", **PLAIN),
        # Only trusted networks get in.
        server(port=587, requires=TRUSTED, **PLAIN),
        # Dovecot's LMTP on 2525.
        server(port=2525, protocol="lmtp", tls="none"),
        server(port=587, tls=OPEN),
        client(port=587, host="localhost", **PLAIN),
    ],
    "cleartext-auth": [
        server(),
        server(cleartext_auth=OPEN),
        server(cleartext_auth=True, address="127.0.0.1"),
        server(cleartext_auth=True, requires=TRUSTED),
        server(cleartext_auth=True, usable=False),
        client(cleartext_auth=True, host="localhost"),
        (client(cleartext_auth=True, host="mail.lan"), {"internal": {"hosts": ["*.lan"]}}),
    ],
    "tls-auto": [client(), client(tls=OPEN), client(tls="auto", host="localhost")],
    "starttls-optional": [
        # An ordinary MX.
        server(**MX),
        # An ordinary MTA that delivers to others.
        client(**OPPORTUNISTIC, host=""),
        server(),
        server(tls="starttls-optional", address="127.0.0.1"),
        server(tls="starttls-optional", requires=PROXY),
        server(tls="starttls-optional", protocol=OPEN),
    ],
    "client-on-relay-port": [
        client(port=587),
        # A relay without authentication.
        client(**OPPORTUNISTIC),
        client(**OPPORTUNISTIC, tags=("mx-delivery",), host=""),
        client(port=25, host="localhost"),
        # The policy says that submission belongs there.
        (
            client(port=25),
            {"ports": [{"port": 25, "protocol": "submission", "tls": "starttls-required"}]},
        ),
    ],
    "auth-on-relay-port": [
        server(**MX),
        server(),
        server(port=25, address="127.0.0.1"),
        server(port=25, auth=OPEN),
    ],
    "relay-starttls-missing": [
        server(**MX),
        # A relay for the inside.
        server(**{**MX, "tls": "none", "address": "192.168.1.5"}),
        server(**{**MX, "tls": "none", "address": "127.0.0.1"}),
        client(**{**OPPORTUNISTIC, "tls": "none", "host": "10.0.0.5"}),
        # A proxy in front.
        server(**{**MX, "tls": "none", "requires": PROXY}),
        # Submission has rules of its own.
        client(port=25, **PLAIN),
    ],
    "relay-starttls-required": [
        server(**MX),
        (server(**{**MX, "tls": "starttls-required"}), {"public_mx": False}),
        server(**{**MX, "tls": "starttls-required", "address": "10.0.0.1"}),
        server(**{**MX, "tls": "starttls-required", "requires": ("client-certificate",)}),
        # Submission on 25 insists on TLS, and is right to.
        server(port=25),
    ],
    "submission-auth-optional": [
        server(),
        server(auth=False, requires=TRUSTED),
        server(auth=False, requires=("client-certificate",)),
        server(auth=False, address="127.0.0.1"),
        server(auth=OPEN),
        server(auth=False, usable=False),
        server(**MX),
    ],
    "tls-broken": [server(), server(tls_works=OPEN), server(tls_works=False, usable=False)],
    "endpoint-unusable": [
        server(),
        server(usable=OPEN),
        server(requires=PROXY),
        server(tags=ITSELF, requires=TRUSTED, address="127.0.0.1"),
    ],
    "open-relay": [
        server(),
        server(tags=("auth-optional",)),
        server(tags=("open-relay",), requires=PROXY),
        server(tags=("open-relay",), requires=("client-certificate",)),
        server(tags=("open-relay",), requires=TRUSTED),
        server(tags=("open-relay",), address="127.0.0.1"),
        (server(tags=("open-relay",)), {"internal": {"ports": [587]}}),
    ],
    "trusted-network-cleartext": [
        server(),
        server(exceptions=(("127.0.0.0/8", "cleartext_auth", True),)),
        server(exceptions=(("::1/128", "cleartext_auth", True),)),
        # One machine, named.
        server(exceptions=(("10.0.0.5/32", "cleartext_auth", True),)),
        server(exceptions=(("10.0.0.5", "cleartext_auth", True),)),
        # A network that is treated worse, not better.
        server(exceptions=(("10.0.0.0/8", "cleartext_auth", False),)),
        # Everybody may: that is cleartext-auth.
        server(cleartext_auth=True, exceptions=(("10.0.0.0/8", "cleartext_auth", True),)),
        (
            server(exceptions=(("10.1.0.0/16", "cleartext_auth", True),)),
            {"internal": {"networks": ["10.0.0.0/8"]}},
        ),
    ],
    "certificate-unverified": [
        client(),
        client(certificate_verified="pinned"),
        client(certificate_verified=OPEN),
        client(certificate_verified="none", tls="none"),
        # Opportunistic TLS without credentials: there is nothing to check against.
        client(**OPPORTUNISTIC),
        client(**{**OPPORTUNISTIC, "tls": "starttls-required"}),
        # The next hop of somebody else's domain.
        client(**{**OPPORTUNISTIC, "auth": True}, tags=("mx-delivery",)),
        client(certificate_verified="none", host="localhost"),
    ],
    "tls-version-weak": [
        server(),
        # Between servers weak TLS beats plaintext.
        server(**MX),
        server(port=25, tls_min="1.0"),
        server(tls_min="1.0", address="127.0.0.1"),
        server(tls_min=OPEN),
        server(tls_min="1.0", tls="none"),
        # No file says it: the server has the choice.
        client(tls_min="1.0"),
        (server(tls_min="1.1"), {"rules": {"tls-version-weak": {"minimum": "1.1"}}}),
    ],
    "lmtp-exposed": [
        server(port=24, protocol="lmtp", tls="none", address="127.0.0.1"),
        server(port=24, protocol="lmtp", tls="none", address="10.0.0.5"),
        server(port=24, protocol="lmtp", tls="none", address="/run/lmtp"),
        server(),
        (server(port=24, protocol="lmtp", tls="none"), {"internal": {"ports": [24]}}),
    ],
    "port-unknown": [
        server(),
        server(**MX),
        # doveadm has no mail protocol at all; LMTP has no port of its own.
        server(port=2525, protocol="lmtp"),
        # port-protocol-mismatch speaks.
        server(port=587, protocol="imap"),
        server(port=10025, address="127.0.0.1"),
        server(port=OPEN),
        client(port=12345, host=SMTP2),
        (client(port=12345), {"providers": {"smtp2": True}}),
        (
            server(port=10587),
            {"ports": [{"port": 10587, "protocol": "submission", "tls": "starttls-required"}]},
        ),
    ],
    "port-protocol-mismatch": [
        server(),
        server(**MX),
        # Relay and submission are one language, whatever the service is called.
        server(port=25, auth=True),
        server(**{**MX, "port": 587}),
        client(port=25),
        server(port=993, protocol="imap", tls="implicit"),
        # LMTP has no port of its own; 2525, 2000 and 24 are registered for none of these.
        server(port=2525, protocol="lmtp"),
        server(port=25, protocol="lmtp"),
        server(port=2525, protocol="imap"),
        server(port=2000, protocol="imap"),
        server(port=24, protocol="pop3"),
        server(port=1143, protocol="imap"),
        server(port=OPEN, protocol="imap"),
        server(port=587, protocol=OPEN),
        # A backend behind a proxy of the same host.
        server(port=587, protocol="imap", address="127.0.0.1"),
        server(port=587, protocol="imap", requires=PROXY),
        (server(port=587, protocol="imap"), {"internal": {"ports": [587]}}),
        (
            server(port=587, protocol="imap"),
            {"ports": [{"port": 587, "protocol": "imap", "tls": "starttls-required"}]},
        ),
    ],
    "provider-mismatch": [
        client(),
        client(host="smtp.office365.com"),
        client(host="smtp.gmail.com", port=465, tls="implicit"),
        # Its page is no full list.
        client(host="smtp.gmail.com", port=2525),
        # implicit-tls-missing speaks.
        client(host="smtp.gmail.com", port=465),
        client(host=SMTP2, port=4650, tls="implicit"),
        client(host="mail.smtp2go.com", port=8025),
        client(host="email-smtp.eu-west-1.amazonaws.com", port=2465, tls="implicit"),
        client(host="smtp.office365.com", port=OPEN),
        (
            client(host="smtp.office365.com", port=465, tls="implicit"),
            {"providers": {"microsoft-365": False}},
        ),
    ],
}  # fmt: skip


def said(rule: str, endpoint: Endpoint, data: dict[str, Any]) -> list[Violation]:
    policy = load(data)
    endpoint.local = policy.is_local(endpoint)
    if endpoint.side not in rules.load(rule).SIDES:
        return []
    return list(rules.load(rule).check(endpoint, policy))


def fires() -> list[Any]:
    return [
        pytest.param(rule, row[0], row[1], row[2] if len(row) > 2 else {}, id=f"{rule}-{index}")
        for rule, rows in FIRES.items()
        for index, row in enumerate(rows)
    ]


def silent() -> list[Any]:
    pairs = [
        (rule, index, row if isinstance(row, tuple) else (row, {}))
        for rule, rows in SILENT.items()
        for index, row in enumerate(rows)
    ]
    return [pytest.param(rule, *row, id=f"{rule}-{index}") for rule, index, row in pairs]


@pytest.mark.parametrize(("rule", "endpoint", "expected", "data"), fires())
def test_a_rule_fires(rule: str, endpoint: Endpoint, expected: str, data: dict[str, Any]) -> None:
    (violation,) = said(rule, endpoint, data)
    severity = violation.severity or rules.load(rule).SEVERITY
    assert f"{severity} {violation.confidence}".strip() == expected
    assert violation.field in Endpoint.__slots__
    assert violation.message


@pytest.mark.parametrize(("rule", "endpoint", "data"), silent())
def test_a_rule_is_silent(rule: str, endpoint: Endpoint, data: dict[str, Any]) -> None:
    assert said(rule, endpoint, data) == []


@pytest.mark.parametrize("tls", ["none", "starttls-required"])
def test_a_client_on_the_relay_port_is_told_whether_it_uses_tls(tls: str) -> None:
    """msmtp with ``tls off`` and ``auth on`` sends its mail, and no password, in plaintext."""
    (violation,) = said("client-on-relay-port", client(port=25, tls=tls), {})
    assert ("without TLS" in violation.message) is (tls == "none")


# What is wrong for the host itself as well.
CLOSED = {"endpoint-unusable", "tls-broken"}
ENDPOINT_RULES = [name for name in rules.names() if rules.load(name).SCOPE == "endpoint"]


@pytest.mark.parametrize("rule", ENDPOINT_RULES)
def test_a_rule_has_rows_of_both_kinds(rule: str) -> None:
    assert FIRES.get(rule), f"give {rule} endpoints in FIRES"
    assert SILENT.get(rule), f"give {rule} endpoints in SILENT"


@pytest.mark.parametrize("rule", sorted(set(ENDPOINT_RULES) - {"endpoint-unusable"}))
def test_of_what_nobody_can_use_only_that_is_said(rule: str) -> None:
    for endpoint, _expected, *data in FIRES.get(rule, ()):
        dead = copy.copy(endpoint)
        dead.usable = False
        assert said(rule, dead, *(data or [{}])) == []


@pytest.mark.parametrize("rule", sorted(set(ENDPOINT_RULES) - CLOSED))
def test_of_what_only_the_host_can_reach_nothing_is_said(rule: str) -> None:
    for endpoint, _expected, *data in FIRES.get(rule, ()):
        near = copy.copy(endpoint)
        near.undecided = {}
        setattr(near, "address" if near.side == "server" else "host", "127.0.0.1")
        assert said(rule, near, *(data or [{}])) == []


@pytest.mark.parametrize("rule", ENDPOINT_RULES)
@pytest.mark.parametrize("make", [server, client])
def test_open_fields_alone_make_no_rule_fire(rule: str, make: Any) -> None:
    fields = dict.fromkeys(
        ("tls", "auth", "cleartext_auth", "usable", "tls_works", "tls_min"), OPEN
    )
    unknown = {"certificate_verified": OPEN} if make is client else {"exceptions": OPEN}
    assert said(rule, make(port=OPEN, protocol=OPEN, **fields, **unknown), {}) == []


STRIPPED: dict[str, Any] = {"tls": "starttls-optional", "cleartext_auth": True}


@pytest.mark.parametrize(
    ("endpoint", "wants"),
    [
        pytest.param(server(port=25, **STRIPPED), ("cleartext_auth", False), id="relay"),
        pytest.param(server(port=10025, **STRIPPED), ("cleartext_auth", False), id="no table's"),
        pytest.param(client(port=10025, **STRIPPED), ("tls", "starttls-required"), id="dialled"),
        pytest.param(server(**STRIPPED), ("tls", "starttls-required"), id="submission"),
        pytest.param(server(port=465, **STRIPPED), ("tls", "implicit"), id="implicit"),
    ],
)
def test_what_keeps_passwords_from_plaintext(endpoint: Endpoint, wants: tuple[str, Any]) -> None:
    (violation,) = rules.load("cleartext-auth").check(endpoint, load({}))
    assert violation.wants == wants
