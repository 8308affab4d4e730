"""What docs/support.md promises is what the package, the collection and the code say."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue

from tests import release
from tests.support import controllers, interpreters
from tests.support.checkout import ROOT

PAGE = (ROOT / "docs/support.md").read_text()
# tomllib is not in Python 3.10.
PYPROJECT = (ROOT / "pyproject.toml").read_text()


def promised(what: str) -> str:
    """The second column of a row of the table."""
    match = re.search(rf"(?m)^\| {re.escape(what)} \| (.*) \|$", PAGE)
    assert match, f"no row for {what}"
    return match[1]


def loaded(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text())


# Formats whose versions change meanings, and what the page is to say of them.
PROGRAMS = {
    row.title: " to ".join(row.versions) for row in catalogue.FORMATS.values() if row.versions
}


def test_the_command() -> None:
    minors = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', PYPROJECT)
    oldest, newest = minors[0], minors[-1]
    assert promised("Python, for the command, the hooks, the ansible-lint rule") == (
        f"{oldest} to {newest}"
    )
    assert f'requires-python = ">={oldest}"' in PYPROJECT
    assert f'target-version = "py{oldest.replace(".", "")}"' in PYPROJECT
    assert ".".join(map(str, release.OLDEST)) == oldest


def test_managed_nodes() -> None:
    oldest = ".".join(map(str, interpreters.OLDEST))
    assert promised("Python, on managed nodes").startswith(f"{oldest} or newer")
    assert f'"plugins/module_utils/**" = "py{oldest.replace(".", "")}"' in PYPROJECT


def test_ansible_core() -> None:
    series = promised("ansible-core, on the controller").removesuffix(" or newer")
    assert re.findall(r'"ansible-core>=(.*)"', PYPROJECT) == [series] * 2
    assert loaded("meta/runtime.yml")["requires_ansible"] == f">={series}.0"
    galaxy = loaded("roles/mail_firewall/meta/main.yml")["galaxy_info"]
    assert galaxy["min_ansible_version"] == series
    assert min(controllers.SERIES) == series


def test_hosts_of_the_role() -> None:
    galaxy = loaded("roles/mail_firewall/meta/main.yml")["galaxy_info"]
    for platform in galaxy["platforms"]:
        for name in platform["versions"]:
            assert f"({name})" in promised("hosts of the role `mail_firewall`")


@pytest.mark.parametrize("title", PROGRAMS)
def test_programs(title: str) -> None:
    assert promised(title) == PROGRAMS[title]
