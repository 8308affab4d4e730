"""Each rule on real files: ``tests/fixtures/rules/<rule>/{fires,silent}/<case>/``.

A case that fires says where and how in ``expected.txt``, a line ``path:line severity confidence``
for each finding of the rule.  A case that is silent says in its first comment why an alarm would be
false.  ``.mailwarden.yml`` is the case's policy.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils import engine, rules
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Finding
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.source.folder import FolderSource

FIXTURES = Path(__file__).resolve().parents[4] / "fixtures/rules"
CASES = {kind: sorted(FIXTURES.glob(f"*/{kind}/*")) for kind in ("fires", "silent")}
ASIDE = {"expected.txt", ".mailwarden.yml"}
# No format that is there yet says of an endpoint what these look at; test_rules.py has their rows.
WITHOUT = {
    "tls-auto": "no client that is read probes",
}


def name(case: Path) -> str:
    return "-".join(case.relative_to(FIXTURES).parts)


def findings(case: Path) -> list[Finding]:
    """What the rule of a case says about its files."""
    policy = case / ".mailwarden.yml"
    data = yaml.safe_load(policy.read_text(encoding="utf-8")) if policy.exists() else {}
    files = sorted(path.name for path in case.iterdir() if path.name not in ASIDE)
    report = engine.check(FolderSource(str(case)), load(data), files)
    return [one for one in report.findings if one.rule == case.parts[-3] and not one.suppressed]


@pytest.mark.parametrize("case", CASES["fires"], ids=name)
def test_fires(case: Path) -> None:
    said = [
        f"{one.place.path}:{one.place.line} {one.severity} {one.confidence}"
        for one in findings(case)
    ]
    assert said == (case / "expected.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("case", CASES["silent"], ids=name)
def test_silent(case: Path) -> None:
    assert findings(case) == []


@pytest.mark.parametrize("case", CASES["silent"], ids=name)
def test_a_silent_case_says_why(case: Path) -> None:
    texts = [path.read_bytes() for path in case.iterdir() if path.name not in ASIDE]
    assert any(b"# " in text or b"<!-- " in text for text in texts)
    assert not (case / "expected.txt").exists()


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("rule", rules.names())
def test_every_rule_has_a_case_of_each_kind(rule: str, kind: str) -> None:
    there = [case for case in CASES[kind] if case.parts[-3] == rule]
    if rule in WITHOUT:
        assert not there, f"{rule} has a case now: take it out of WITHOUT"
    else:
        assert there, f"put files into a folder of tests/fixtures/rules/{rule}/{kind}/"


def test_every_folder_is_a_rule() -> None:
    nobody = {path.name for path in FIXTURES.iterdir()} - set(rules.names())
    assert not nobody, f"there are no rules of these names: {sorted(nobody)}"
