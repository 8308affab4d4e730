"""The policy: what it makes of its keys, and everything that it refuses."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import rules
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Finding
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import PolicyErrors
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.rule_table import (
    LEVELS,
    MANDATORY,
    PROFILES,
    RULES,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place

from tests.support.endpoints import OPEN, client, server


def errors(data: Any) -> dict[str, str]:
    with pytest.raises(PolicyErrors) as caught:
        load(data)
    return {one.path: one.message for one in caught.value.errors}


REASON = {"rule": "port-unknown", "reason": "known"}
WRONG = [
    pytest.param([], "", "wanted: a mapping", id="no mapping"),
    pytest.param({"profil": "strict"}, "profil", "near it: profile", id="unknown key"),
    pytest.param({"public-mx": True}, "public-mx", "near it: public_mx", id="dash for underscore"),
    pytest.param({1: 2}, "1", "unknown key", id="number as key"),
    # Python writes out no number of so many digits.
    pytest.param({1 << 20000: 2}, "a number of many digits", "unknown key", id="huge key"),
    pytest.param({"public_mx": 1 << 20000}, "public_mx", "many digits", id="huge number"),
    pytest.param({"profile": "lax"}, "profile", "default, strict, legacy", id="profile"),
    pytest.param({"profile": None}, "profile", "is empty", id="empty value"),
    pytest.param({"rules": ["x"]}, "rules", "wanted: a mapping", id="rules as list"),
    pytest.param(
        {"rules": {"starttls_optional": "off"}},
        "rules.starttls_optional",
        "near it: starttls-optional",
        id="rule with underscore",
    ),
    pytest.param(
        {"rules": {"tls-auto": "loud"}}, "rules.tls-auto", "off, note, warning", id="level"
    ),
    pytest.param({"rules": {"tls-auto": True}}, "rules.tls-auto", "is true", id="true as level"),
    pytest.param(
        {"rules": {"tls-auto": {"level": "loud"}}}, "rules.tls-auto.level", "'loud'", id="level in"
    ),
    pytest.param(
        {"rules": {"tls-auto": {"minimum": "1.2"}}},
        "rules.tls-auto.minimum",
        "unknown key",
        id="option of another rule",
    ),
    pytest.param(
        {"rules": {"tls-version-weak": {"minimum": 1.2}}},
        "rules.tls-version-weak.minimum",
        "one of 1.1, 1.2, 1.3",
        id="option's value",
    ),
    pytest.param({"programs": {"postfix": 3.1}}, "programs.postfix", "in quotes", id="version"),
    pytest.param({"programs": {"postfix": "3.x"}}, "programs.postfix", "'3.x'", id="no version"),
    pytest.param({"programs": {"exchange": "1"}}, "programs.exchange", "postfix", id="program"),
    pytest.param({"roots": {"files": "etc"}}, "roots.files", "absolute", id="relative target"),
    pytest.param({"roots": {"../files": "/"}}, "roots.../files", "leads out", id="root outside"),
    pytest.param({"files": {"a": "postfi"}}, "files.a", "near it: postfix", id="format"),
    pytest.param({"files": {"a": "postfix/x"}}, "files.a", "main, master", id="role"),
    pytest.param({"files": {"a": {"with": "b"}}}, "files.a", "needs format", id="file's format"),
    pytest.param({"files": {"a": {"format": "none"}}}, "files.a", "needs reason", id="no reason"),
    pytest.param({"files": {"a": "none"}}, "files.a", "no format is called", id="none alone"),
    pytest.param(
        {"files": {"a": {"format": "none", "reason": "x", "with": "b"}}},
        "files.a.with",
        "goes with a format",
        id="none with a pair",
    ),
    pytest.param({"internal": {"ports": [0]}}, "internal.ports[0]", "1 to 65535", id="port 0"),
    pytest.param({"internal": {"ports": ["25"]}}, "internal.ports[0]", "'25'", id="port as text"),
    pytest.param({"internal": {"ports": [True]}}, "internal.ports[0]", "true", id="port as flag"),
    pytest.param(
        {"internal": {"networks": ["10.0.0.0/99"]}}, "internal.networks[0]", "10.0.0.0/8", id="net"
    ),
    pytest.param(
        {"internal": {"networks": [10]}}, "internal.networks[0]", "number 10", id="net as number"
    ),
    pytest.param(
        {"internal": {"addresses": ["mail"]}}, "internal.addresses[0]", "IP address", id="address"
    ),
    pytest.param({"internal": {"hosts": ["*"]}}, "internal.hosts[0]", "every host", id="any host"),
    pytest.param(
        {"internal": {"hosts": ["1.2.3.4"]}}, "internal.hosts[0]", "address", id="no host"
    ),
    pytest.param({"ports": [{"port": 26}]}, "ports[0]", "needs", id="port without the rest"),
    pytest.param(
        {"ports": [{"port": 26, "protocol": "smtps", "tls": "implicit"}]},
        "ports[0].protocol",
        "submission",
        id="protocol",
    ),
    pytest.param(
        {"ports": [{"port": 26, "protocol": "smtp", "tls": ["implicit", "ssl"]}]},
        "ports[0].tls[1]",
        "'ssl'",
        id="mode",
    ),
    pytest.param(
        {"providers": {"gmial": True}}, "providers.gmial", "near it: gmail", id="provider"
    ),
    pytest.param({"providers": {"own": {}}}, "providers.own", "needs", id="empty provider"),
    pytest.param({"ignore": [{"rule": "port-unknown"}]}, "ignore[0]", "needs reason", id="reason"),
    pytest.param({"ignore": [{**REASON, "reason": " "}]}, "ignore[0].reason", "text", id="blank"),
    pytest.param({"ignore": [{**REASON, "rule": "port"}]}, "ignore[0].rule", "unknown", id="rule"),
    pytest.param(
        {"ignore": [{**REASON, "rule": "syntax-error"}]}, "ignore[0].rule", "unknown", id="syntax"
    ),
    pytest.param(
        {"ignore": [{**REASON, "until": "2027-02-30"}]}, "ignore[0].until", "a date", id="no day"
    ),
    pytest.param(
        {"ignore": [{**REASON, "rule": "cleartext-auth"}]},
        "ignore[0].path",
        "one file",
        id="every cleartext-auth",
    ),
    pytest.param(
        {"ignore": [{**REASON, "rule": ["cleartext-auth"], "path": "a/*"}]},
        "ignore[0].path",
        "one file",
        id="cleartext-auth by wildcard",
    ),
    pytest.param({"overrides": [{"profile": "legacy"}]}, "overrides[0]", "needs path", id="path"),
    pytest.param(
        {"overrides": [{"path": "a", "rules": {"unreadable": "off"}}]},
        "overrides[0].rules.unreadable",
        "switched off",
        id="mandatory in an override",
    ),
]


@pytest.mark.parametrize(("data", "path", "words"), WRONG)
def test_a_wrong_policy_is_refused(data: Any, path: str, words: str) -> None:
    found = errors(data)
    assert words in found[path]


@pytest.mark.parametrize("off", ["off", False])
@pytest.mark.parametrize("rule", sorted(MANDATORY))
def test_three_rules_can_not_be_switched_off(rule: str, off: Any) -> None:
    assert "cannot be switched off" in errors({"rules": {rule: off}})[f"rules.{rule}"]
    in_mapping = errors({"rules": {rule: {"level": off}}})
    assert "cannot be switched off" in in_mapping[f"rules.{rule}.level"]


def test_every_error_is_reported() -> None:
    data = {"a": 1, "profile": "x", "rules": {"b": "off", "tls-auto": "x"}, "ports": [{}, 3]}
    found = errors(data)
    assert set(found) == {"a", "profile", "rules.b", "rules.tls-auto", "ports[0]", "ports[1]"}


def test_an_error_never_repeats_a_long_value() -> None:
    secret = "hunter2" * 10
    assert secret not in str(errors({"profile": secret, "programs": {"postfix": secret}}))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param({}, "error", id="default"),
        pytest.param({"profile": "legacy"}, "warning", id="profile"),
        pytest.param({"rules": {"starttls-optional": "note"}}, "note", id="rule"),
        pytest.param({"rules": {"starttls-optional": False}}, "off", id="YAML's off"),
        pytest.param({"rules": {"starttls-optional": {"level": "note"}}}, "note", id="mapping"),
        pytest.param({"rules": {"starttls-optional": {}}}, "error", id="empty mapping"),
        pytest.param({"overrides": [{"path": "hosts/**", "profile": "legacy"}]}, "warning", id="o"),
        pytest.param(
            {
                "rules": {"starttls-optional": "note"},
                "overrides": [{"path": "hosts", "profile": "legacy"}],
            },
            "note",
            id="rule before the override's profile",
        ),
        pytest.param(
            {
                "overrides": [
                    {"path": "hosts", "rules": {"starttls-optional": "off"}},
                    {"path": ["x", "*.cf"], "rules": {"starttls-optional": "note"}},
                ]
            },
            "note",
            id="last override wins",
        ),
        pytest.param({"overrides": [{"path": "other", "profile": "legacy"}]}, "error", id="other"),
    ],
)
def test_level(data: Any, expected: str) -> None:
    assert load(data).level("starttls-optional", "hosts/a/main.cf") == expected


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("rule", RULES)
def test_a_profile_has_a_level_for_every_rule(rule: str, profile: str) -> None:
    level = Policy.default(profile).level(rule)
    assert level in LEVELS
    assert rule not in MANDATORY or level == "error"


def test_the_strict_profile_is_nowhere_milder_and_the_legacy_one_nowhere_stricter() -> None:
    for levels in RULES.values():
        said = map(levels.level, ("legacy", "default", "strict"))
        ranks = [LEVELS.index(level) for level in said]
        assert ranks == sorted(ranks)


def test_a_profile_that_is_asked_for_goes_before_the_policy() -> None:
    assert load({"profile": "legacy"}, "strict").profile == "strict"
    assert load({"profile": "legacy"}).profile == "legacy"
    assert load({}).profile == "default"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param({}, "1.2", id="default"),
        pytest.param({"rules": {"tls-version-weak": {"minimum": "1.3"}}}, "1.3", id="rule"),
        pytest.param({"rules": {"tls-version-weak": "error"}}, "1.2", id="level alone"),
        pytest.param(
            {"overrides": [{"path": "a.cf", "rules": {"tls-version-weak": {"minimum": "1.1"}}}]},
            "1.1",
            id="override",
        ),
    ],
)
def test_option(data: Any, expected: str) -> None:
    assert load(data).option("tls-version-weak", "minimum", "x/a.cf") == expected


OWN = {"port": 2526, "protocol": "submission", "tls": "starttls-required"}
RELAY = {"hosts": ["relay.example.net", "*.relay.example.net"], "ports": [OWN]}
PORTS = [
    pytest.param({}, server(port=587), ["starttls-required"], id="587"),
    pytest.param({}, server(port=12345), [], id="12345 may be anything"),
    pytest.param({}, client(port=12345), [], id="12345 of another host"),
    pytest.param({}, client(port=12345, host="smtp.smtp2.cz"), ["starttls-required"], id="SMTP2"),
    pytest.param({}, client(port=5870, host="SMTP2.cz."), ["starttls-required"], id="its spelling"),
    pytest.param({}, client(port=4650, host="smtp2.cz"), ["implicit"], id="its implicit twin"),
    pytest.param({}, client(port=4650, host="notsmtp2.cz"), [], id="a name that only ends so"),
    pytest.param({"providers": {"smtp2": True}}, server(port=4650), ["implicit"], id="named"),
    pytest.param(
        {"providers": {"smtp2": False}}, client(port=4650, host="smtp2.cz"), [], id="left out"
    ),
    pytest.param({"ports": [OWN]}, server(port=2526), ["starttls-required"], id="own port"),
    pytest.param(
        {"ports": [{"port": 587, "protocol": "submission", "tls": ["implicit"]}]},
        server(port=587),
        ["implicit"],
        id="own port in place of a known one",
    ),
    pytest.param(
        {"providers": {"relay": RELAY}},
        client(port=2526, host="eu.relay.example.net"),
        ["starttls-required"],
        id="own provider",
    ),
    pytest.param({}, server(port=OPEN), [], id="open port"),
]


@pytest.mark.parametrize(("data", "endpoint", "expected"), PORTS)
def test_ports(data: Any, endpoint: Any, expected: list[str]) -> None:
    found = load(data).ports_for(endpoint)
    assert [mode for rule in found for mode in rule.tls] == expected


INTERNAL = {
    "ports": [2525],
    "addresses": ["192.0.2.7"],
    "hosts": ["mail.lan", "*.corp.example"],
    "networks": ["10.1.0.0/16", "2001:db8:1::/48"],
}
LOCAL = [
    pytest.param(server(), False, id="any address"),
    pytest.param(server(address="127.0.0.1"), True, id="loopback"),
    pytest.param(server(address="::1"), True, id="IPv6 loopback"),
    pytest.param(server(address="[::1]"), True, id="in brackets"),
    pytest.param(server(address="0:0:0:0:0:0:0:1"), True, id="written out"),
    pytest.param(server(address="::ffff:127.0.0.1"), True, id="mapped"),
    pytest.param(server(address="2001:db8::1"), False, id="ends in 1"),
    pytest.param(server(address="::"), False, id="IPv6 any"),
    pytest.param(server(address="/run/dovecot/lmtp"), True, id="Unix socket"),
    pytest.param(server(address=OPEN), False, id="open address"),
    pytest.param(server(port=2525), True, id="internal port"),
    pytest.param(client(port=2525), False, id="internal port of another's server"),
    pytest.param(server(address="192.0.2.7"), True, id="internal address"),
    pytest.param(server(address="10.1.2.3"), True, id="internal network"),
    pytest.param(server(address="10.2.2.3"), False, id="private is not internal"),
    pytest.param(server(address="2001:db8:1::5"), True, id="internal IPv6 network"),
    pytest.param(client(host="localhost"), True, id="localhost"),
    pytest.param(client(host="Localhost."), True, id="localhost's spelling"),
    pytest.param(client(host="localhost.example.com"), False, id="a name that begins so"),
    pytest.param(client(host="127.0.0.1.example.com"), False, id="a name like an address"),
    pytest.param(client(host="mail.lan"), True, id="internal host"),
    pytest.param(client(host="a.corp.example"), True, id="internal domain"),
    pytest.param(client(host="corp.example"), False, id="the domain itself"),
    pytest.param(client(host="10.1.0.9"), True, id="host in an internal network"),
    pytest.param(client(host=""), False, id="delivery to anybody"),
]


@pytest.mark.parametrize(("endpoint", "expected"), LOCAL)
def test_local(endpoint: Any, expected: bool) -> None:
    assert load({"internal": INTERNAL}).is_local(endpoint) is expected


def finding(rule: str, path: str, *endpoints: str) -> Finding:
    place = Place(path, 3, 1, 3, 2, 0, 1)
    return Finding(rule, "error", "certain", "", place, endpoints=endpoints)


FOUND = finding("starttls-optional", "hosts/a/main.cf", "postfix:submission/inet")
IGNORES = [
    pytest.param({}, "r", id="rule alone"),
    pytest.param({"rule": ["port-unknown", "starttls-optional"]}, "r", id="several rules"),
    pytest.param({"rule": "port-unknown"}, None, id="another rule"),
    pytest.param({"path": "hosts/a/main.cf"}, "r", id="path"),
    pytest.param({"path": "hosts/*/main.cf"}, "r", id="path pattern"),
    pytest.param({"path": "hosts"}, "r", id="folder"),
    pytest.param({"path": ["x", "main.cf"]}, "r", id="name anywhere"),
    pytest.param({"path": "hosts/*.cf"}, None, id="a star does not cross folders"),
    pytest.param({"endpoint": "postfix:submission/inet"}, "r", id="endpoint"),
    pytest.param({"endpoint": "postfix:sub*"}, "r", id="endpoint pattern"),
    pytest.param({"endpoint": "postfix:smtp/inet"}, None, id="another endpoint"),
    pytest.param({"until": "2026-12-01"}, "r", id="last day"),
    pytest.param({"until": datetime.date(2026, 12, 1)}, "r", id="last day as a date"),
    pytest.param({"until": "2026-11-30"}, None, id="over"),
]


def reason(policy: Policy, found: Finding, today: Any = "") -> str | None:
    """Say why the policy does not count a finding."""
    entry = policy.ignore_entry(found, today)
    return None if entry is None else entry.reason


@pytest.mark.parametrize(("entry", "expected"), IGNORES)
@pytest.mark.parametrize("today", ["2026-12-01", datetime.date(2026, 12, 1)])
def test_ignored(entry: dict[str, Any], expected: str | None, today: Any) -> None:
    policy = load({"ignore": [{"rule": "starttls-optional", "reason": "r", **entry}]})
    assert reason(policy, FOUND, today) == expected


def test_without_a_day_nothing_is_over() -> None:
    policy = load({"ignore": [{**REASON, "rule": "starttls-optional", "until": "2000-01-01"}]})
    assert reason(policy, FOUND) == "known"


def test_an_expired_entry_leaves_the_next_one_its_turn() -> None:
    entries = [
        {"rule": "starttls-optional", "reason": "old", "until": "2000-01-01"},
        {"rule": "starttls-optional", "reason": "new"},
    ]
    assert reason(load({"ignore": entries}), FOUND, "2026-01-01") == "new"


def test_one_finding_of_cleartext_auth_may_be_ignored() -> None:
    entry = {"rule": "cleartext-auth", "path": "a/main.cf", "reason": "a closed network"}
    policy = load({"ignore": [entry]})
    assert reason(policy, finding("cleartext-auth", "a/main.cf")) == "a closed network"
    assert reason(policy, finding("cleartext-auth", "b/main.cf")) is None


def test_files() -> None:
    files = {"conf/mail": "postfix/main", "*.j2": {"format": "postfix", "with": "conf/master"}}
    policy = load({"files": files})
    assert policy.format_of("conf/mail") == "postfix/main"
    assert policy.together_with("x/y.j2") == "conf/master"
    assert policy.format_of("other") == policy.together_with("conf/mail") == ""


@pytest.mark.parametrize("name", RULES)
def test_the_table_says_of_a_rule_what_its_file_says(name: str) -> None:
    rule, levels = rules.load(name), RULES[name]
    profiles = getattr(rule, "PROFILES", {})
    assert levels.default == rule.SEVERITY, "the row in rule_table.py and the file's SEVERITY"
    for profile in PROFILES[1:]:
        assert levels.level(profile) == profiles.get(profile, rule.SEVERITY)
    assert levels.options == rule.OPTIONS
