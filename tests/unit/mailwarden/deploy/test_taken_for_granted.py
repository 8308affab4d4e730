"""What a finding rests on where nobody knows what a task writes, or where it does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from mailwarden.cli import main

LAID = """\
- copy: {src: main.cf, dest: /etc/postfix/main.cf}
- copy: {src: master.cf, dest: /etc/postfix/master.cf}
"""
FILES = {
    "files/main.cf": "compatibility_level = 3.6\nsmtpd_tls_security_level = none\n",
    "files/master.cf": "smtp inet n - n - - smtpd\n",
}
ASKED = "- stat: {path: /x}\n  register: r\n"
ANYWHERE = "- lineinfile: {path: '{{ r.stat.path }}', line: x}\n"
FETCHED = "- get_url: {url: 'https://example.com/main.cf', dest: /etc/postfix/main.cf}\n"
RELAY = "".join(
    f"- lineinfile: {{path: /etc/postfix/main.cf, regexp: '^{name} =', line: '{name} = {value}'}}\n"
    for name, value in (
        ("relayhost", "[mail.example.com]:587"),
        ("smtp_tls_security_level", "none"),
        ("smtp_tls_wrappermode", "no"),
        ("smtp_sasl_auth_enable", "yes"),
        ("smtp_sasl_security_options", "noanonymous"),
        ("smtp_sasl_password_maps", "hash:/etc/postfix/sasl"),
    )
)
NO_TLS = "relay-starttls-missing"


class Row(NamedTuple):
    """The tasks of a role, and what is found: the confidence, and what it rests on of a task."""

    id: str
    tasks: str
    found: dict[str, str]
    rests_on: set[str]


ROWS = (
    Row("whole files", LAID, {NO_TLS: "certain"}, set()),
    Row("whole files, then a task that writes anywhere", LAID + ASKED + ANYWHERE,
        {NO_TLS: "likely"}, {"tasks/main.yml:5 lineinfile writes another file"}),
    Row("a task that writes anywhere, then whole files", ASKED + ANYWHERE + LAID,
        {NO_TLS: "certain"}, set()),
    Row("edits of a file that is fetched", FETCHED + RELAY, {"starttls-missing": "likely"},
        {"tasks/main.yml:1 get_url delivers by smtp, with one TLS level",
         "/etc/postfix/main.cf sets nothing twice where it is not known"}),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_what_is_found_rests_on_what_tasks_may_have_written(
    row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = FILES if "files" in row.id else {}
    for path, content in {**files, "tasks/main.yml": row.tasks, ".git/x": ""}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    monkeypatch.chdir(tmp_path)
    main(["lint", ".", "--format", "json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    found = {one["rule"]: one for one in findings if one["severity"] in ("error", "warning")}
    assert {rule: one["confidence"] for rule, one in found.items()} == row.found
    rests_on = {words for one in found.values() for words in one["rests_on"]}
    assert {words for words in rests_on if not words.startswith("the host is")} == row.rests_on
