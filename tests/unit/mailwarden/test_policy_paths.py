"""What is wrong with a policy's paths is said at their own line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mailwarden.cli import main

MSMTP = "account a\nhost h\nport 465\ntls on\ntls_starttls off\n"
IGNORE = "ignore:\n  # known\n  - rule: tls-auto\n    path: {}\n    reason: known\n"
ROOTS = "roots:\n  there: /etc\n  {}: /srv\n"
NO_FILE = "ignore[0] (tls-auto) fits no file: there is no {}"
NO_FOLDER = "there is no folder {} here, so it becomes none of a host"


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "there").mkdir()
    (tmp_path / "there/msmtprc").write_text(MSMTP)
    (tmp_path / "there/main.cf.j2").write_text("x\n")
    monkeypatch.chdir(tmp_path)


def said(capsys: pytest.CaptureFixture[str], words: list[str]) -> list[tuple[Any, ...]]:
    assert main(["lint", "--format", "json", *words]) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    return [
        (one["rule"], one["path"], one["line"], one["column"], one["message"])
        for one in found
        if one["path"] == ".mailwarden.yml"
    ]


@pytest.mark.parametrize(
    ("policy", "words", "expected"),
    [
        pytest.param(
            ROOTS.format("gone"),
            ["."],
            [("setting-ineffective", ".mailwarden.yml", 3, 3, NO_FOLDER.format("gone"))],
            id="a root that is not there",
        ),
        pytest.param(
            ROOTS.format("there/msmtprc"),
            ["there/msmtprc"],
            [("setting-ineffective", ".mailwarden.yml", 3, 3, NO_FOLDER.format("there/msmtprc"))],
            id="a root that is a file",
        ),
        pytest.param(
            IGNORE.format("gone/msmtprc"),
            ["there/msmtprc"],
            [("suppression", ".mailwarden.yml", 3, 5, NO_FILE.format("gone/msmtprc"))],
            id="an ignored file that is not there",
        ),
        pytest.param(
            IGNORE.format("gone/**"),
            ["."],
            [("suppression", ".mailwarden.yml", 3, 5, NO_FILE.format("gone/**"))],
            id="a pattern that fits nothing",
        ),
        pytest.param(
            IGNORE.format("mainn.cf"),
            ["."],
            [("suppression", ".mailwarden.yml", 3, 5, NO_FILE.format("mainn.cf"))],
            id="a name that nothing has",
        ),
        pytest.param(IGNORE.format("gone/**"), ["there/msmtprc"], [], id="in a hook"),
        pytest.param(IGNORE.format("there/main.cf.j2"), ["."], [], id="a file that is not read"),
        pytest.param(IGNORE.format("'*.j2'"), ["."], [], id="or a pattern for such"),
        pytest.param(IGNORE.format("/etc/postfix/main.cf"), ["."], [], id="a host's file"),
        pytest.param(IGNORE.format("[gone/a, there/main.cf.j2]"), ["."], [], id="one of two"),
        pytest.param(
            IGNORE.format("gone/msmtprc"), [".", "--ignore", "suppression"], [], id="not asked for"
        ),
        pytest.param(
            "rules: {suppression: off}\n" + IGNORE.format("gone/msmtprc"), ["."], [], id="off"
        ),
        pytest.param(
            IGNORE.format("there/msmtprc"),
            ["."],
            [
                (
                    "suppression",
                    ".mailwarden.yml",
                    3,
                    5,
                    "ignore[0] (tls-auto) ignores nothing: take it out",
                )
            ],
            id="of a file without such a finding",
        ),
    ],
)  # fmt: skip
def test_each_is_named_at_its_line(
    capsys: pytest.CaptureFixture[str],
    policy: str,
    words: list[str],
    expected: list[tuple[Any, ...]],
) -> None:
    Path(".mailwarden.yml").write_text(policy)
    assert said(capsys, words) == expected


def test_a_policy_is_read_under_either_name(capsys: pytest.CaptureFixture[str]) -> None:
    Path(".mailwarden.yaml").write_text("rules: {certificate-unverified: error}\n")
    Path("there/msmtprc").write_text(MSMTP + "tls_certcheck off\nauth plain\nuser u\n")
    for words in (["there"], ["there/msmtprc"]):
        assert main(["lint", *words]) == 1
    assert ".mailwarden.yaml" in policy_head(capsys)


def policy_head(capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert main(["policy"]) == 0
    return capsys.readouterr().out.splitlines()[0]


@pytest.mark.parametrize("command", ["lint", "endpoints", "policy", "init"])
def test_two_policies_are_an_error(capsys: pytest.CaptureFixture[str], command: str) -> None:
    for name in (".mailwarden.yml", ".mailwarden.yaml"):
        Path(name).write_text("profile: strict\n")
    assert main([command]) == 2
    assert ".mailwarden.yml and .mailwarden.yaml are both there" in capsys.readouterr().err
