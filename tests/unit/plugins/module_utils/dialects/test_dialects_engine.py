"""Dialects in the whole engine: who claims a file, what is found, what evidence is worth."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import dialects, engine
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

GRAFANA = """\
[smtp]
enabled = true
host = mail.example.org:587
user = u
from_address = a@example.org
"""


def found(path: str = "grafana.ini") -> list[tuple[str, str]]:
    """Rule and severity of each finding about a file."""
    source = MemorySource({path: GRAFANA.encode()})
    report = engine.check(source, load({}), [path])
    assert not report.unread
    return [(one.rule, one.severity) for one in report.findings]


@pytest.mark.parametrize("path", ["grafana.ini", "grafana/custom.ini", "files/monitoring.ini"])
def test_a_file_is_claimed_by_its_name_and_by_what_it_holds(path: str) -> None:
    assert found(path) == [("cleartext-auth", "error")]


def test_what_is_only_remembered_is_a_warning_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    remembered = dialects.ROWS["grafana"]._replace(remembered=True)
    monkeypatch.setitem(dialects.ROWS, "grafana", remembered)
    assert found() == [("cleartext-auth", "warning")]
