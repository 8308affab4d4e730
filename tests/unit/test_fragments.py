"""Each fragment of the changelog can be released: it is YAML, and its sections are known."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.support.checkout import ROOT

CHANGELOGS = ROOT / "changelogs"
FRAGMENTS = sorted((CHANGELOGS / "fragments").glob("*"))
CONFIG = yaml.safe_load((CHANGELOGS / "config.yaml").read_text())
SECTIONS = {name for name, _title in CONFIG["sections"]}
TEXTS = {CONFIG["prelude_section_name"]}
LISTS = SECTIONS | {CONFIG["trivial_section_name"]}


@pytest.mark.parametrize("path", FRAGMENTS, ids=[path.name for path in FRAGMENTS])
def test_a_fragment_can_be_released(path: Path) -> None:
    assert path.suffix == ".yml", "antsibull-changelog does not read it"
    data = yaml.safe_load(path.read_text())
    assert data, "it says nothing"
    for section, entries in data.items():
        assert section in TEXTS | LISTS
        said = [entries] if section in TEXTS else entries
        assert isinstance(said, list)
        assert all(isinstance(entry, str) for entry in said), "quote an entry with a colon in it"
