"""The reference pages say everything that ``ansible-doc`` would."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mailwarden import reference

ROOT = Path(__file__).resolve().parents[3]
MODULES = sorted(
    path for path in (ROOT / "plugins/modules").glob("*.py") if path.name != "__init__.py"
)
ROLES = sorted(path.parents[1] for path in (ROOT / "roles").glob("*/meta/argument_specs.yml"))
MARKUP = [
    pytest.param("plain words (in brackets)", "plain words (in brackets)", id="none"),
    pytest.param("V(never) only reports", "`never` only reports", id="value"),
    pytest.param("see O(paths) and M(a.b.c)", "see `paths` and `a.b.c`", id="two"),
    pytest.param(r"C(a\)b)", "`a)b`", id="escaped"),
    pytest.param("I(maybe) B(surely)", "*maybe* **surely**", id="emphasis"),
    pytest.param("L(the page, docs/x.md)", "[the page](docs/x.md)", id="link"),
    pytest.param("RFC(8314) is no markup", "RFC(8314) is no markup", id="word"),
]


@pytest.mark.parametrize(("said", "shown"), MARKUP)
def test_markup(said: str, shown: str) -> None:
    assert reference.plain(said) == shown


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_s_page_names_everything(path: Path) -> None:
    found = reference.blocks(path)
    page = reference.module_page(path)
    named = {*yaml.safe_load(found["DOCUMENTATION"])["options"], *yaml.safe_load(found["RETURN"])}
    assert [name for name in named if f"| `{name}` |" not in page] == []
    assert found["EXAMPLES"].strip() in page


@pytest.mark.parametrize("folder", ROLES, ids=lambda folder: folder.name)
def test_a_role_s_page_names_everything(folder: Path) -> None:
    specs = yaml.safe_load((folder / "meta/argument_specs.yml").read_text(encoding="utf-8"))
    page = reference.role_page(folder)
    named = {name for spec in specs["argument_specs"].values() for name in spec["options"]}
    assert [name for name in named if f"| `{name}` |" not in page] == []


def test_there_are_modules() -> None:
    assert MODULES
