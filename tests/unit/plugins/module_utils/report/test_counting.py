"""What counts, for the command's exit status and for the module's task alike."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import CONFIDENCES
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.report import counting, messages
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

from mailwarden import lint

# A warning in the strict profile, and nothing in the others: STARTTLS where TLS could come first.
PREFERRED = "host h.example\nport 587\ntls on\ntls_certcheck on\ntls_min_dh_prime_bits 2048\n"
ERROR = "host h.example\nport 465\ntls on\nauth on\nuser u\n"
OPEN = "host h.example\nport 587\ntls on\neval echo auth on\n"
UNKNOWN = "host h.example\nport\n"


@pytest.mark.parametrize(
    ("text", "policy", "fail_on", "fails"),
    [
        pytest.param(ERROR, {}, None, True, id="an error"),
        pytest.param(ERROR, {}, "never", False, id="an error, and nothing counts"),
        pytest.param(PREFERRED, {}, None, False, id="nothing by default"),
        pytest.param(PREFERRED, {"profile": "strict"}, None, True, id="strict: a warning counts"),
        pytest.param(PREFERRED, {"profile": "strict"}, "error", False, id="strict, but errors"),
        pytest.param(PREFERRED, {"profile": "strict"}, "note", True, id="strict, from notes on"),
        pytest.param(OPEN, {}, None, False, id="undecided does not count"),
        pytest.param(OPEN, {}, "undecided", True, id="undecided is asked for"),
        pytest.param(
            OPEN, {"rules": {"undecided": "off"}}, "undecided", True, id="its rule may be off"
        ),
        pytest.param(OPEN, {"rules": {"undecided": "error"}}, None, False, id="its level is none"),
        pytest.param(
            ERROR,
            {"ignore": [{"rule": "implicit-tls-missing", "reason": "known"}]},
            None,
            False,
            id="ignored",
        ),
        pytest.param(UNKNOWN, {}, None, True, id="a file that is not read"),
    ],
)
def test_the_command_and_the_task_count_alike(
    text: str, policy: dict[str, Any], fail_on: str | None, fails: bool
) -> None:
    judged_by = load(policy)
    report = engine.check(MemorySource({"msmtprc": text.encode()}), judged_by, ["msmtprc"])
    threshold = counting.threshold_of(judged_by.profile, fail_on)
    assert bool(lint.status(report, threshold)) is fails
    assert bool(messages.failures(report, threshold)) is fails


@pytest.mark.parametrize(
    ("said", "threshold"),
    [
        pytest.param(("default",), ("error", "likely"), id="default"),
        pytest.param(("legacy",), ("error", "likely"), id="legacy"),
        pytest.param(("strict",), ("warning", "possible"), id="strict"),
        pytest.param(("strict", "error"), ("error", "possible"), id="strict, another level"),
        pytest.param(("strict", None, "certain"), ("warning", "certain"), id="strict, certain"),
        pytest.param(("strict", None, "likely"), ("warning", "likely"), id="strict, likely"),
        pytest.param(("default", None, "possible"), ("error", "possible"), id="possible too"),
    ],
)
def test_what_nobody_says_the_profile_says(
    said: tuple[str, ...], threshold: tuple[str, str]
) -> None:
    assert counting.threshold_of(*said) == threshold


@pytest.mark.parametrize("least", CONFIDENCES)
@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_what_is_as_sure_as_asked_for_counts(confidence: str, least: str) -> None:
    threshold = counting.threshold_of("default", "warning", least)
    for severity, enough in (("note", False), ("warning", True), ("error", True)):
        counts = counting.counts("tls-broken", severity, confidence, False, threshold)
        assert counts is (enough and CONFIDENCES.index(confidence) >= CONFIDENCES.index(least))
