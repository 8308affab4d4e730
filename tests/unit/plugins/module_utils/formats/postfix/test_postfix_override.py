"""What is added to a main.cf that is elsewhere: what that one decides is open."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
    CERTAIN,
    Report,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

PATH = "config/postfix-main.cf"
BASE = f"the main.cf that {PATH} is added to"
RIGHT = "relayhost = [h.example]:465\nsmtp_tls_wrappermode = yes\nsmtp_tls_security_level = {}\n"
LOGIN = "smtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = hash:/a\n"


def check(text: str) -> Report:
    return engine.check(MemorySource({PATH: text.encode()}), Policy.default(), [PATH])


def found(report: Report) -> set[tuple[str, int, str]]:
    return {
        (one.rule, one.place.line, one.confidence)
        for one in report.findings
        if one.rule != "undecided"
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(RIGHT.format("secure"), set(), id="right"),
        pytest.param(
            "relayhost = [h]:587\nsmtp_tls_wrappermode = no\nsmtp_tls_security_level = none\n",
            {("starttls-missing", 3, "likely")},
            id="a level that is wrong",
        ),
        pytest.param(
            "relayhost = [h.example]:587\nsmtp_tls_security_level = encrypt\n",
            set(),
            id="the base may wrap it",
        ),
        pytest.param("relayhost = [h.example]:465\n", set(), id="the base may say all of it"),
        pytest.param("smtpd_tls_security_level = none\n", set(), id="a server's settings"),
        pytest.param("max_idle = 600s\n", set(), id="nothing that counts"),
    ],
)  # fmt: skip
def test_what_it_says_is_judged_and_no_more(text: str, expected: set[tuple[str, int, str]]) -> None:
    report = check(text)
    assert found(report) == expected
    assert {one.decider for one in report.findings if one.rule == "undecided"} >= {BASE}


def test_the_relay_is_known_and_what_the_base_decides_is_not() -> None:
    ((_unit, relay),) = check(RIGHT.format("secure")).endpoints
    assert (relay.endpoint.name, relay.endpoint.port, relay.endpoint.tls) == (
        "relayhost",
        465,
        "implicit",
    )
    assert set(relay.undecided["auth"].depends_on) == {BASE}


def test_a_level_that_may_be_stripped_is_found_at_its_line() -> None:
    text = "relayhost = [h.example]:587\nsmtp_tls_security_level = may\nsmtp_tls_wrappermode = no\n"
    report = check(text + LOGIN)
    assert ("starttls-optional", 2, "likely") in found(report)
    assert CERTAIN not in {one.confidence for one in report.findings if one.rule != "undecided"}
