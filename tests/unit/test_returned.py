"""What sees that a module returns what it documents sees what does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import returned

ABSENT = {"state": "absent"}
REMOVED = {"changed": True, "backend": "nftables", "rollback": None}
ARMED = {**REMOVED, "rollback": {"id": "5f", "seconds": 9}}


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(REMOVED, id="removed"),
        pytest.param(ARMED, id="armed"),
        pytest.param({"failed": True, "msg": "state is none of"}, id="a wrong option"),
    ],
)
def test_what_is_documented_is_right(result: dict[str, Any]) -> None:
    returned.holds("firewall", ABSENT, result)


@pytest.mark.parametrize(
    ("given", "result", "fault"),
    [
        pytest.param(ABSENT, {**REMOVED, "before": {}}, "before: not documented", id="a key"),
        pytest.param(
            ABSENT, {**ARMED, "rollback": {"id": "5f"}}, "rollback: has", id="a key within"
        ),
        pytest.param(ABSENT, {**REMOVED, "backend": 1}, "backend: 1 is no str", id="a type"),
        pytest.param(ABSENT, {**REMOVED, "msg": "\udcff"}, "not UTF-8", id="a byte"),
        pytest.param(ABSENT, {**REMOVED, "msg": ("a",)}, "another value", id="a tuple"),
        pytest.param(ABSENT, {"changed": True}, "backend: documented", id="a key is missing"),
        pytest.param({}, REMOVED, "opened: documented", id="a key of that state is missing"),
    ],
)
def test_what_is_not_is_named(given: dict[str, Any], result: dict[str, Any], fault: str) -> None:
    found = list(returned.faults("firewall", given, result))
    assert [one for one in found if one.startswith(fault)], found


def test_a_report_is_that_of_the_schema() -> None:
    empty: dict[str, Any] = {name: [] for name in ("endpoints", "findings", "further", "unread")}
    report = {**empty, "schema_version": 0, "tool": {}, "summary": {}}
    found = "\n".join(returned.faults("check", {}, report))
    assert "$.schema_version" in found
    assert "$.tool" in found
