"""The pages that are made from the code: current, and their examples do what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils import engine, rules
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

from mailwarden import docs, manuals

ROOT = Path(__file__).resolve().parents[3]
PAGES = docs.pages(ROOT / "docs")
# No format that is there yet can say what these are about.
WITHOUT_EXAMPLES = {
    "tls-auto": "a client that probes",
    "unreadable": "a file that is not there has no text to show",
}
EXAMPLES = [
    pytest.param(name, example, id=f"{name}-{index}-{'right' if example.right else 'wrong'}")
    for name in rules.names()
    for index, example in enumerate(manuals.of(name).examples)
]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_is_current(path: Path) -> None:
    current = path.exists() and path.read_text(encoding="utf-8") == PAGES[path]
    assert current, "run: .venv/bin/python -m mailwarden.docs"


def test_no_page_is_left_of_a_rule_that_is_gone() -> None:
    there = {path.stem for path in (ROOT / "docs/rules").glob("*.md")} - {"README"}
    assert there <= set(rules.names())


def test_no_page_is_left_of_a_module_or_role_that_is_gone() -> None:
    there = {path.stem for path in (ROOT / "docs/reference").glob("*.md")}
    assert there == set(docs.references(ROOT))


def judged(example: manuals.Example) -> Report:
    files = {name: text.encode() for name, text in example.files.items()}
    policy = load(yaml.safe_load(files.pop(manuals.POLICY, b"{}")))
    return engine.check(MemorySource(files), policy, list(files))


def speaks(report: Report, rule: str) -> bool:
    return any(rule in (one.rule, *one.also) for one in report.findings if not one.suppressed)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_an_example_does_what_the_manual_says(rule: str, example: manuals.Example) -> None:
    report = judged(example)
    assert speaks(report, rule) is not example.right
    counted = [one for one in report.findings if one.severity != "note" and not one.suppressed]
    assert not example.right or not counted


@pytest.mark.parametrize("rule", rules.names())
def test_a_manual_shows_what_is_wrong_and_what_is_right(rule: str) -> None:
    shown = {example.right for example in manuals.of(rule).examples}
    assert shown == (set() if rule in WITHOUT_EXAMPLES else {True, False})


@pytest.mark.parametrize("rule", rules.names())
def test_a_manual_says_why(rule: str) -> None:
    text = docs.manual(rule)
    assert len(manuals.of(rule).parts) >= 2
    assert any(
        word in text for word in ("RFC", "own manual", "release notes", "own page", "Options")
    )


@pytest.mark.parametrize("rule", rules.names())
def test_a_manual_names_the_options(rule: str) -> None:
    for option in rules.load(rule).OPTIONS:
        assert f"- `{option}`" in docs.manual(rule)


def test_the_policy_in_the_documentation_is_one() -> None:
    text = (ROOT / "docs/policy.md").read_text(encoding="utf-8")
    shown = [part.partition("```")[0] for part in text.split("```yaml\n")[1:]]
    assert len(shown) == 2
    for one in shown:
        load(yaml.safe_load(one))
