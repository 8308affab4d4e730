"""The registry: every file of a rule is in it, and has what a rule has."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import rules
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import SEVERITIES
from ansible_collections.mailwarden.policy.plugins.module_utils.rule_table import (
    MANDATORY,
    NEVER_SUPPRESSED,
    PRECEDENCE,
    RULES,
)

FOLDER = Path(rules.__file__).parent
SHARED = {"__init__", "common", "ports"}


def test_every_file_is_registered_under_its_name() -> None:
    files = {path.stem.replace("_", "-") for path in FOLDER.glob("*.py") if path.stem not in SHARED}
    assert files == set(rules.names()), "a file without a row in rule_table.py, or the reverse"
    for name in rules.names():
        assert rules.load(name).__name__.endswith("." + name.replace("-", "_"))
    left_out = [name for name in rules.names() if rules.load(name) not in rules.shipped()]
    assert not left_out, f"name these in the import statement of rules.shipped(): {left_out}"
    assert len(rules.shipped()) == len(rules.names())


@pytest.mark.parametrize("name", rules.names())
def test_a_rule_has_what_a_rule_has(name: str) -> None:
    rule = rules.load(name)
    assert rule.SEVERITY in SEVERITIES
    assert rule.SCOPE in ("endpoint", "setting", "run", "engine")
    assert set(rule.SIDES) <= {"server", "client"}
    assert (RULES[name].scope, RULES[name].sides) == (rule.SCOPE, rule.SIDES)
    assert hasattr(rule, "check") is (rule.SCOPE != "engine")
    assert getattr(rule, "BLAME", "endpoint") == "endpoint"


def test_precedence_names_rules() -> None:
    assert set(PRECEDENCE) <= set(rules.names())
    assert PRECEDENCE.index("starttls-missing") < PRECEDENCE.index("cleartext-auth")


def test_only_known_rules_are_mandatory() -> None:
    assert set(rules.names()) >= MANDATORY | NEVER_SUPPRESSED


def test_unknown_rule() -> None:
    assert not rules.known("starttls")
    with pytest.raises(KeyError):
        rules.load("starttls")
