"""The rule that docs/adding-a-rule.md makes speaks, and is what its row says."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import rule_table
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.rules import common, ports

from tests.support.checkout import ROOT
from tests.support.endpoints import client

PAGE = (ROOT / "docs/adding-a-rule.md").read_text()
FILE, ROW = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
RULE = "ansible_collections.mailwarden.policy.plugins.module_utils.rules.starttls_on_465"


@pytest.fixture
def rule(tmp_path: Path) -> Any:
    """The module of the page, as if it stood among the rules."""
    path = tmp_path / "starttls_on_465.py"
    path.write_text(FILE)
    spec = importlib.util.spec_from_file_location(RULE, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_rule_speaks(rule: Any) -> None:
    policy = Policy.default()
    (violation,) = rule.check(client(port=465, tls="starttls-required"), policy)
    assert "is dialled with STARTTLS" in violation.message
    assert list(rule.check(client(port=587, tls="starttls-required"), policy)) == []


def test_the_row_is_the_file_s(rule: Any) -> None:
    (row,) = eval("{" + ROW + "}", vars(rule_table)).values()  # noqa: S307  a page of ours
    assert (row.default, row.scope, row.sides) == (rule.SEVERITY, rule.SCOPE, rule.SIDES)


def test_what_the_page_names_is_there() -> None:
    for module, known in (("common", common), ("ports", ports)):
        names = re.findall(rf"`{module}\.(\w+)", PAGE)
        assert names
        assert [name for name in names if not hasattr(known, name)] == []
