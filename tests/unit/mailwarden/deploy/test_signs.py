"""Which distributions a role is for, by what its files show."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

from mailwarden import distributions
from mailwarden.deploy import signs

APT, DNF = "- apt: {name: postfix}\n", "- dnf: {name: postfix}\n"
TASKS, TEMPLATE = "tasks/main.yml", "templates/main.cf.j2"


@pytest.mark.parametrize(
    ("files", "names"),
    [
        pytest.param({TASKS: "[]\n"}, ["debian-13"], id="nothing"),
        pytest.param({TASKS: DNF}, ["rhel-10"], id="a module"),
        pytest.param({TASKS: APT + DNF}, ["debian-13", "rhel-10"], id="two modules"),
        pytest.param(
            {TASKS: APT, TEMPLATE: "smtp_tls_CAfile = /etc/pki/tls/cert.pem\n"},
            ["debian-13", "rhel-10"],
            id="a path",
        ),
        pytest.param(
            {TASKS: APT, TEMPLATE: "# /etc/pki/tls/cert.pem on RedHat\n"},
            ["debian-13"],
            id="a comment",
        ),
        pytest.param({TASKS: APT + "# - dnf: x\n"}, ["debian-13"], id="a task in a comment"),
        pytest.param(
            {TASKS: APT, TEMPLATE: "{# /etc/pki/tls #}\n"}, ["debian-13"], id="a template's comment"
        ),
    ],
)
def test_the_newest_release_of_each_family(files: dict[str, str], names: list[str]) -> None:
    source = MemorySource({path: content.encode() for path, content in files.items()})
    assert [one.name for one in signs.chosen(signs.Shown("", source))] == names


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("debian-13", ["debian-12"]),
        ("rhel-10", ["fedora-45"]),
        ("arch", []),
    ],
)
def test_other_releases_have_another_series(name: str, names: list[str]) -> None:
    found = signs.others(distributions.get(name), "dovecot")
    assert [one.name for one in found] == names
