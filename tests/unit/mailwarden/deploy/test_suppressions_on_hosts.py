"""Comments in tasks and templates that suppress what is found on the hosts made of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailwarden.cli import main

RULE = "relay-starttls-missing"
TASKS, MAIN = "roles/mail/tasks/main.yml", "roles/mail/templates/main.cf.j2"
APT = "- apt: {name: postfix}\n"
BOTH = APT + "- dnf: {name: postfix}\n"
LAY = "- template: {src: main.cf.j2, dest: /etc/postfix/main.cf}\n"
EDIT = "- command: postconf -e smtpd_tls_security_level=none\n"
LINE = (
    "- name: No TLS\n  lineinfile:\n    path: /etc/postfix/main.cf\n"
    "    regexp: ^smtpd_tls_security_level\n{0}    line: smtpd_tls_security_level = none\n"
)
SAID = f"mailwarden: ignore[{RULE}] a lab"
NONE = "compatibility_level = 3.6\n{0}smtpd_tls_security_level = none{1}\n"
# The files of the repository, whether the finding is suppressed, the lines of comments that do
# nothing.
CASES = [
    pytest.param({TASKS: APT + f"# {SAID}\n" + EDIT}, True, set(), id="above a task"),
    pytest.param({TASKS: APT + f"# {SAID}\n" + LINE.format("")}, True, set(), id="all of a task"),
    pytest.param({TASKS: APT + LINE.format(f"    # {SAID}\n")}, True, set(), id="above a value"),
    pytest.param(
        {TASKS: APT + f"# {SAID}\n- block:\n" + EDIT.replace("- ", "    - ")}, True, set(),
        id="above a block",
    ),
    pytest.param({TASKS: f"# {SAID}\n" + APT + EDIT}, False, {1}, id="above another task"),
    pytest.param({TASKS: APT + EDIT + f"# {SAID}\n" + APT}, False, {3}, id="below the task"),
    pytest.param(
        {TASKS: APT + "- copy:\n    dest: /etc/postfix/main.cf\n    content: |\n"
                "      compatibility_level = 3.6\n"
                f"      # {SAID}\n      smtpd_tls_security_level = none\n"}, True, set(),
        id="in a text of a task",
    ),
    pytest.param({TASKS: BOTH + f"# {SAID}\n" + EDIT}, True, set(), id="on two hosts"),
    pytest.param(
        {TASKS: BOTH + f"# {SAID}\n" + EDIT + "  when: ansible_os_family == 'Debian'\n"},
        True, set(), id="on one of two hosts",
    ),
    pytest.param(
        {TASKS: APT + LAY, MAIN: NONE.format(f"{{# {SAID} #}}\n", "")}, True, set(),
        id="Jinja2's comment above a line",
    ),
    pytest.param(
        {TASKS: APT + LAY, MAIN: NONE.format("", f"{{# {SAID} #}}")}, True, set(),
        id="behind a line",
    ),
    pytest.param(
        {TASKS: APT + LAY, MAIN: NONE.format("", f"\n{{# {SAID} #}}\nbiff = no")}, False, {3},
        id="above another line",
    ),
    pytest.param(
        {TASKS: APT + LAY, MAIN: NONE.format(f"# {SAID}\n", "")}, True, set(),
        id="the program's comment",
    ),
    pytest.param({MAIN: NONE.format(f"{{# {SAID} #}}\n", "")}, True, set(), id="without tasks"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "suppressed", "idle"), CASES)
def test_a_comment(
    files: dict[str, str],
    suppressed: bool,
    idle: set[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / ".git").mkdir()
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path)
    main(["lint", ".", "--format", "json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    served = [one for one in findings if one["rule"] == RULE and one["severity"] == "warning"]
    ours = [one["suppressed"] for one in served]
    assert ours
    assert all((one is not None) is suppressed for one in ours)
    assert {one["line"] for one in findings if one["rule"] == "suppression"} == idle
