"""The format that docs/adding-a-format.md makes reads what the page says."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Unit
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions

from tests.support.holed import holed

PAGE = Path(__file__).resolve().parents[2] / "docs/adding-a-format.md"
NAME = "ansible_collections.mailwarden.policy.plugins.module_utils.formats.nullmailer"


@pytest.fixture
def nullmailer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of the page, as if it stood among the formats."""
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    path = tmp_path / "nullmailer.py"
    path.write_text(found[1])
    spec = importlib.util.spec_from_file_location(NAME, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, NAME, module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        pytest.param("h smtp --port=587 --starttls", ("h", 587, "starttls-required"), id="587"),
        pytest.param("h smtp --tls", ("h", 465, "implicit"), id="the port of TLS"),
        pytest.param("h", ("h", 25, "none"), id="nothing said"),
        pytest.param("h smtp --port=x", ("h", 25, "none"), id="a port that is none"),
    ],
)
def test_the_page_reads(nullmailer: Any, line: str, fields: tuple[object, ...]) -> None:
    unit = Unit("nullmailer", "remotes", {"remotes": Text.of("remotes", f"# c\n{line}\n")})
    reading = nullmailer.read(unit, MemorySource({}), Assumptions({}))
    (endpoint,) = reading.endpoints
    assert (endpoint.host, endpoint.port, endpoint.tls) == fields
    assert endpoint.protocol == ("smtp" if endpoint.port == 25 else "submission")


def test_the_page_keeps_open_what_is_open(nullmailer: Any) -> None:
    text = holed("remotes", "h smtp --starttls --port=", Hole("PORT"), "\n", Hole("X"), " qmqp\n")
    unit = Unit("nullmailer", "remotes", {"remotes": text})
    reading = nullmailer.read(unit, MemorySource({}), Assumptions({}))
    (endpoint,) = reading.endpoints
    assert (endpoint.port, endpoint.tls) == (None, "starttls-required")
    assert endpoint.undecided["port"] == ("PORT",)
    assert [problem.rule for problem in reading.problems] == ["syntax-error"]


def test_what_may_be_any_option_may_be_any_client(nullmailer: Any) -> None:
    unit = Unit("nullmailer", "remotes", {"remotes": holed("remotes", "h smtp ", Hole("X"), "\n")})
    reading = nullmailer.read(unit, MemorySource({}), Assumptions({}))
    assert not reading.endpoints
    assert [name for name, _place in reading.clients] == ["X"]
