"""What of a repository becomes what of a host, and what a policy's paths say there."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Finding
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import roots
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place

ETC = {"roles/mail/files/etc": "/etc"}
# Two roles write into one folder of a host.
TWO = {"roles/a/files": "/etc/postfix", "roles/b/files": "/etc/postfix"}
INNER = {"rootfs": "/", "more/postfix": "/etc/postfix"}
MAIN = "/etc/postfix/main.cf"


@pytest.mark.parametrize(
    ("mapping", "host", "repository"),
    [
        pytest.param(ETC, MAIN, ["roles/mail/files/etc/postfix/main.cf"], id="below"),
        pytest.param(ETC, "/etc", ["roles/mail/files/etc"], id="the folder itself"),
        pytest.param(ETC, "/etcetera/main.cf", [], id="a name that begins alike"),
        pytest.param(ETC, "/srv/main.cf", [], id="elsewhere"),
        pytest.param(TWO, MAIN, ["roles/a/files/main.cf", "roles/b/files/main.cf"], id="two"),
        pytest.param(INNER, MAIN, ["more/postfix/main.cf"], id="the innermost"),
        pytest.param(INNER, "/etc/msmtprc", ["rootfs/etc/msmtprc"], id="the whole system"),
        pytest.param({".": "/etc/"}, MAIN, ["postfix/main.cf"], id="the whole repository"),
        pytest.param({"./x//y/": "/etc//"}, MAIN, ["x/y/postfix/main.cf"], id="written oddly"),
    ],
)
def test_there_and_back(mapping: dict[str, str], host: str, repository: list[str]) -> None:
    clean = roots.cleaned(mapping)
    assert roots.in_repository(host, clean) == repository
    assert {roots.on_host(path, clean) for path in repository} <= {host}


@pytest.mark.parametrize("path", ["roles/other/main.cf", "roles/mail/files/etcetera"])
def test_what_becomes_nothing_of_a_host(path: str) -> None:
    assert roots.on_host(path, ETC) == ""


@pytest.mark.parametrize(
    ("mapping", "pattern", "path", "means"),
    [
        pytest.param(ETC, "roles/mail/files/etc/postfix/main.cf", MAIN, True, id="a file"),
        pytest.param(ETC, "roles/mail/**", MAIN, True, id="a pattern"),
        pytest.param(ETC, "roles/mail", MAIN, True, id="a folder"),
        pytest.param(ETC, "main.cf", MAIN, True, id="a name"),
        pytest.param(ETC, "/etc/postfix/main.cf", MAIN, True, id="as the host calls it"),
        pytest.param(ETC, "roles/other/**", MAIN, False, id="another folder"),
        pytest.param(ETC, "roles/mail/**", "/srv/main.cf", False, id="a file that nothing maps"),
        pytest.param({}, "roles/mail/**", MAIN, False, id="no roots"),
        pytest.param(TWO, "roles/a/**", MAIN, False, id="one of two does not speak for the other"),
        pytest.param(TWO, "roles/*/files/main.cf", MAIN, True, id="both of two"),
        pytest.param(ETC, "etc/**", "roles/mail/files/etc/x", False, id="in the repository"),
    ],
)
def test_a_policy_means_the_same_file_on_a_host(
    mapping: dict[str, str], pattern: str, path: str, means: bool
) -> None:
    override = {"path": pattern, "rules": {"tls-auto": "note"}}
    entry = {"rule": "tls-auto", "path": pattern, "reason": "known"}
    data: dict[str, Any] = {"overrides": [override], "ignore": [entry], "roots": mapping}
    policy = load({**data, "files": {pattern: "msmtp"}})
    finding = Finding("tls-auto", "error", "certain", "x", Place(path, 1, 1, 1, 1, 0, 0))
    said = (
        policy.level("tls-auto", path) == "note",
        policy.ignore_entry(finding, "") is not None,
        policy.format_of(path) == "msmtp",
    )
    assert said == (means, means, means)


@pytest.mark.parametrize(
    ("path", "other"),
    [
        pytest.param(MAIN, "/etc/postfix/mx.cf", id="on a host"),
        pytest.param("x/main.cf", "roles/mail/files/etc/postfix/mx.cf", id="in a repository"),
    ],
)
def test_what_is_read_together_is_found_on_a_host(path: str, other: str) -> None:
    rule = {"format": "postfix/main", "with": "roles/mail/files/etc/postfix/mx.cf"}
    assert load({"files": {"main.cf": rule}, "roots": ETC}).together_with(path) == other


def test_an_entry_is_not_called_useless_on_a_host() -> None:
    entry = {"rule": "tls-auto", "path": "roles/mail/**", "reason": "known"}
    (ignore,) = load({"ignore": [entry], "roots": ETC}).ignores
    assert ignore.concerns(["roles/mail/x"])
    assert not ignore.concerns([MAIN])
