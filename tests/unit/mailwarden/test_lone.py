"""A ``main.cf`` without a ``master.cf``: whether the one that Postfix ships is left as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailwarden import lone
from mailwarden.cli import main

MAIN = """\
compatibility_level = 3.6
smtpd_sasl_auth_enable = yes
smtpd_tls_security_level = none
"""
TASK = "- name: a task\n  command: {}\n"


def said(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, str]:
    """How sure each finding about the port is that the shipped master.cf opens."""
    main(["lint", *words, "--format", "json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    return {
        one["rule"]: one["confidence"]
        for one in findings
        if one["endpoints"] == ["postfix:smtp/inet"] and one["rule"] != "undecided"
    }


@pytest.mark.parametrize(
    ("files", "sure"),
    [
        pytest.param({}, "likely", id="alone"),
        pytest.param({"README.md": "then edit master.cf\n"}, "likely", id="people are told"),
        pytest.param({"site.yml": TASK.format("postconf -e a=b")}, "likely", id="of main.cf"),
        pytest.param({"site.yml": TASK.format("postconf -M x")}, "possible", id="a service"),
        pytest.param({"x.sh": "postconf -o a=b -P 'x/inet/a=b'\n"}, "possible", id="an option"),
        pytest.param({"x.sh": "postconf -eF x/inet/chroot=n\n"}, "possible", id="a column"),
        pytest.param({"Dockerfile": "COPY x /etc/postfix/master.cf\n"}, "possible", id="copied"),
        pytest.param({"other/master.cf.erb": "x\n"}, "possible", id="a template elsewhere"),
        pytest.param(
            {"skipped/x.sh": "postconf -M x\n", ".gitignore": "skipped\n"}, "likely", id="ignored"
        ),
    ],
)
@pytest.mark.parametrize("words", [["."], ["mail/main.cf"]], ids=["folder", "file"])
def test_how_sure_the_stock_services_are(
    files: dict[str, str],
    sure: str,
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / ".git").mkdir()
    for path, content in {"mail/main.cf": MAIN, **files}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content)
    monkeypatch.chdir(tmp_path)
    found = said(capsys, *words)
    assert {*found} >= {"cleartext-auth", "relay-starttls-missing"}
    assert {*found.values()} == {sure}


def test_what_is_too_much_to_look_through_may_say_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "main.cf").write_text(MAIN)
    (tmp_path / "x.sh").write_text("x" * 100)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lone, "BYTES", 99)
    assert set(said(capsys, ".").values()) == {"possible"}
