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
    assert [one.name for one in signs.chosen(signs.Shown("", source), {})] == names


@pytest.mark.parametrize(
    ("tasks", "programs", "names"),
    [
        pytest.param(APT, {"postfix": "3.7"}, ["debian-12"], id="a series"),
        pytest.param("[]\n", {"postfix": "3.7"}, ["debian-12"], id="and no sign"),
        pytest.param(APT, {"postfix": "3.10", "dovecot": "2.4"}, ["debian-13"], id="two programs"),
        pytest.param(APT, {"postfix": "3.1"}, ["debian-13"], id="a release that is not known"),
        pytest.param(APT, {"msmtp": "1.8"}, ["debian-13"], id="a program that tells nothing"),
    ],
)
def test_a_release_has_the_versions_that_a_policy_names(
    tasks: str, programs: dict[str, str], names: list[str]
) -> None:
    shown = signs.Shown("", MemorySource({TASKS: tasks.encode()}))
    assert [one.name for one in signs.chosen(shown, programs)] == names


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
