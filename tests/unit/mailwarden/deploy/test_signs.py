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
    assert [
        one.name for one in signs.chosen(signs.Shown(signs.of_role("", source), source), {})
    ] == names


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
    source = MemorySource({TASKS: tasks.encode()})
    shown = signs.Shown(signs.of_role("", source), source)
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


META = "galaxy_info:\n  platforms:\n"
EL_7 = META + "  - {name: EL, versions: [6, 7]}\n"
DOC = "readme_directory = /usr/share/doc/postfix-{}/README_FILES\n"


@pytest.mark.parametrize(
    ("files", "older"),
    [
        pytest.param({TASKS: DNF}, False, id="nothing is named"),
        pytest.param({"meta/main.yml": EL_7}, True, id="none that is known"),
        pytest.param({"meta/main.yml": EL_7.replace("7", "9")}, False, id="one that is known"),
        pytest.param({"meta/main.yml": META + "  - {name: EL}\n"}, False, id="all of a platform"),
        pytest.param(
            {"meta/main.yml": META + "  - {name: Debian, versions: [all]}\n"}, False, id="all"
        ),
        pytest.param(
            {"meta/main.yml": META + "  - {name: Debian, versions: [jessie, Wheezy]}\n"},
            True,
            id="names of releases",
        ),
        pytest.param(
            {"meta/main.yml": META + "  - {name: Debian, versions: [jessie, Trixie]}\n"},
            False,
            id="a name that is known",
        ),
        pytest.param({"meta/main.yml": "[\n"}, False, id="no YAML"),
        pytest.param(
            {"meta/main.yml": META + "  - {name: OpenBSD, versions: [6.3]}\n"},
            False,
            id="a system that is not known",
        ),
        pytest.param({TEMPLATE: DOC.format("2.10.1")}, True, id="a path of an older Postfix"),
        pytest.param({TEMPLATE: DOC.format("3.5.8")}, False, id="a path of a newer one"),
        pytest.param(
            {TEMPLATE: DOC.format("2.10.1"), "meta/main.yml": EL_7.replace("7", "8")},
            False,
            id="such a path, and a release that is known",
        ),
    ],
)
def test_a_role_may_be_for_older_releases_alone(files: dict[str, str], older: bool) -> None:
    source = MemorySource({path: content.encode() for path, content in files.items()})
    assert signs.Shown(signs.of_role("", source), source).is_older([""]) == older
