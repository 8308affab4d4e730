"""Which files are read together, and what becomes of a part that is alone."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

MAIN = "protocols = imap\n!include conf.d/*.conf\n!include_try local.conf\n"
SSL = "ssl_cert = </etc/ssl/a.crt\nssl_key = </etc/ssl/a.key\n"
CLEAR = "disable_plaintext_auth = no\n"
TREE = {"d/dovecot.conf": MAIN, "d/conf.d/10-ssl.conf": SSL, "d/conf.d/10-auth.conf": CLEAR}


def report(
    files: dict[str, str], *paths: str, formats: dict[str, str] | None = None, skip: bool = False
) -> Report:
    source = MemorySource({path: text.encode() for path, text in files.items()})
    options = Options(
        formats=formats or {}, skip_unknown=skip, fixes=False, programs={"dovecot": "2.3"}
    )
    return engine.check(source, Policy.default(), paths or list(files), options)


@pytest.mark.parametrize(
    ("paths", "units"),
    [
        pytest.param(["d/dovecot.conf"], ["d/dovecot.conf"], id="the main file"),
        pytest.param(list(TREE), ["d/dovecot.conf"], id="all of it"),
        pytest.param(["d/conf.d/10-ssl.conf"], ["d/dovecot.conf"], id="a part alone"),
        pytest.param(
            ["d/conf.d/10-ssl.conf", "d/conf.d/10-auth.conf"], ["d/dovecot.conf"], id="two parts"
        ),
    ],
)
def test_a_part_is_read_with_what_includes_it(paths: list[str], units: list[str]) -> None:
    found = report(TREE, *paths)
    assert [unit.unit.name for unit in found.units] == units
    assert {one.place.path for one in found.findings if one.rule == "cleartext-auth"} == {
        "d/conf.d/10-auth.conf"
    }
    assert found.unread == []


def test_a_part_under_another_name_by_word_of_mouth() -> None:
    files = {
        "d/dovecot.conf": MAIN + "!include x/special\n",
        "d/x/special": CLEAR,
        "d/conf.d/a.conf": SSL,
    }
    found = report(files, "d/x/special", formats={"d/x/special": "dovecot"})
    assert [unit.unit.name for unit in found.units] == ["d/dovecot.conf"]


@pytest.mark.parametrize("skip", [False, True])
def test_what_the_main_file_does_not_include_is_not_ours(skip: bool) -> None:
    found = report(
        {**TREE, "d/dovecot-sql.conf": "driver = mysql\n"}, "d/dovecot-sql.conf", skip=skip
    )
    assert [one.path for one in found.unread] == ([] if skip else ["d/dovecot-sql.conf"])
    assert found.units == []


def test_two_that_include_each_other_are_one() -> None:
    files = {
        "a/dovecot.conf": "protocols = imap\n!include ../b/dovecot.conf\n" + SSL,
        "b/dovecot.conf": CLEAR,
    }
    assert [unit.unit.name for unit in report(files).units] == ["a/dovecot.conf"]


def test_parts_alone_leave_open_what_the_main_file_decides() -> None:
    files = {"roles/m/files/dovecot/conf.d/10-auth.conf": CLEAR}
    found = report(files)
    clear = [one for one in found.findings if one.rule == "cleartext-auth"]
    assert {one.confidence for one in clear} == {"possible"}
    assert {one.rule for one in found.findings if one.confidence == "certain"} == {"undecided"}
    names = {one.decider for one in found.findings if one.rule == "undecided"}
    assert all("dovecot.conf that includes" in name for name in names)


@pytest.mark.parametrize(
    ("text", "program"),
    [
        pytest.param("ssl_cert = </etc/ssl/a.crt\n", "2.3", id="2.3"),
        pytest.param("auth_allow_cleartext = yes\n", "2.4", id="2.4"),
        pytest.param("passdb {\n  args = x\n}\n", "2.3", id="by what stands in a section"),
        pytest.param("!include of-2.3.ext\n", "2.3", id="by what is included"),
        pytest.param("!include_try of-2.3.*\n", "2.3", id="by a pattern"),
        pytest.param("!include_try 10-auth.conf\nssl_cert = <a\n", "2.3", id="not without end"),
    ],
)
def test_parts_show_their_version_by_their_names(text: str, program: str) -> None:
    files = {
        "dovecot/10-auth.conf": text.encode(),
        "dovecot/of-2.3.ext": b"disable_plaintext_auth = yes\n",
    }
    found = engine.check(MemorySource(files), Policy.default(), ["dovecot/10-auth.conf"])
    ports = {shown.endpoint.port for _unit, shown in found.endpoints}
    assert (465 in ports) is (program == "2.4")


def test_what_dovecot_does_not_read_says_nothing() -> None:
    files = {
        "dovecot/dovecot.conf": "protocols = imap\n" + SSL,
        "dovecot/conf.d/10-auth.conf": CLEAR,
    }
    found = report(files)
    assert found.unread == []
    assert {unit.name for unit, _shown in found.endpoints} == {"dovecot/dovecot.conf"}
    assert [one for one in found.findings if one.rule == "cleartext-auth"] == []


@pytest.mark.parametrize(
    ("include", "units", "rules"),
    [
        pytest.param("/etc/dovecot/conf.d/*.conf", 1, {"cleartext-auth"}, id="as it is installed"),
        pytest.param(
            "/usr/local/etc/dovecot/conf.d/{10-auth,90}.conf", 1, {"cleartext-auth"}, id="locally"
        ),
        pytest.param("/opt/x/*.conf", 2, {"cleartext-auth", "undecided"}, id="elsewhere"),
        pytest.param("/etc/dovecot/local.conf", 2, {"undecided"}, id="not of that name"),
    ],
)
def test_an_include_that_can_not_be_followed_may_mean_a_part(
    include: str, units: int, rules: set[str]
) -> None:
    main = f"protocols = imap\nssl = yes\n{SSL}!include_try {include}\n"
    found = report({"d/dovecot.conf": main, "d/conf.d/10-auth.conf": CLEAR})
    assert len(found.units) == units
    assert {one.rule for one in found.findings} & {"cleartext-auth", "undecided"} == rules
    assert found.unread == []


@pytest.mark.parametrize(
    ("main", "units"),
    [
        pytest.param("!include conf.d/*.conf\n", 2, id="where the part will be installed"),
        pytest.param("!include conf.d/20-*.conf\n", 1, id="for others"),
        pytest.param("", 1, id="no include"),
    ],
)
def test_a_part_beside_its_dovecot_conf(main: str, units: int) -> None:
    files = {
        "roles/dovecot/files/dovecot.conf": main + SSL,
        "roles/dovecot/files/10-auth.conf": CLEAR,
    }
    found = report(files)
    assert found.unread == []
    assert len({unit.name for unit, _shown in found.endpoints}) == units


@pytest.mark.parametrize(
    "unread",
    [
        pytest.param("d/dovecot.conf", id="the main file"),
        pytest.param("d/conf.d/10-ssl.conf", id="a part of it"),
    ],
)
def test_what_can_not_be_read_may_set_anything(unread: str) -> None:
    found = report({**TREE, unread: TREE[unread] + "ssl = {{ ssl }}\n"})
    assert [one.path for one in found.unread] == [unread]
    assert {one.rule for one in found.findings} == {"unreadable", "undecided"}
    assert unread in {one.decider for one in found.findings}
    assert all(one.place.path for one in found.findings)


def test_a_part_that_can_not_be_read_beside_one_alone() -> None:
    parts = {path: text for path, text in TREE.items() if path != "d/dovecot.conf"}
    parts = {path.replace("d/", "dovecot/", 1): text for path, text in parts.items()}
    unread = "dovecot/conf.d/10-ssl.conf"
    found = report({**parts, unread: "ssl = {{ ssl }}\n"})
    assert {one.rule for one in found.findings} == {"unreadable", "undecided"}
    assert unread in {one.decider for one in found.findings}
    assert all(one.place.path for one in found.findings)


@pytest.mark.parametrize("named", ["/etc/dovecot/private/a.key", "private/a.key", "a.key"])
def test_keys_are_in_no_repository(named: str) -> None:
    text = f"protocols = imap\nssl_cert = <{named}\nssl_key = <{named}\n"
    found = report({"dovecot.conf": text})
    assert found.unread == []
    works = {shown.endpoint.tls_works for _unit, shown in found.endpoints}
    assert works == {True}
    cause = found.endpoints[0][1].endpoint.causes["tls_works"][-1].text
    assert "taken as present" in cause
