"""The row that docs/adding-a-dialect.md shows is the one that the collection has."""

from __future__ import annotations

import re

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.dialects import files

from tests.support.checkout import ROOT

PAGE = (ROOT / "docs/adding-a-dialect.md").read_text()
ROW = ROOT / "plugins/module_utils/dialects/null_clients.py"
TABLE = ROOT / "tests/unit/plugins/module_utils/dialects/test_dialects_null_clients.py"


def test_the_row_and_its_table_are_real() -> None:
    row, table = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert row in ROW.read_text()
    shown = [line for line in table.splitlines() if not line.lstrip().startswith("#")]
    assert set(shown) - {")"} <= set(TABLE.read_text().splitlines())


@pytest.mark.parametrize(
    ("reader", "variants"), re.findall(r"(?m)^\| `(\w+)` \| [^|]* \| (.+) \|$", PAGE)
)
def test_the_readers_have_the_variants(reader: str, variants: str) -> None:
    module = files.LOADERS[reader]()
    for variant in re.findall(r"`([A-Z_]+)`", variants):
        assert hasattr(module, variant), variant
