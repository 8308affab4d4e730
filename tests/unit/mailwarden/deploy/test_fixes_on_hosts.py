"""Fixes in templates, tasks and variables: what is changed, and that a patch says the same."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mailwarden.cli import main

RELAY = (
    "compatibility_level = 3.6\nrelayhost = [smtp.example.net]:587\n"
    "smtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = hash:/etc/postfix/sasl\n"
    "inet_interfaces = loopback-only\n"
)
MAIN, TASKS, DEFAULTS = "templates/main.cf.j2", "tasks/main.yml", "defaults/main.yml"
LAY = "- apt: {name: postfix}\n- template: {src: main.cf.j2, dest: /etc/postfix/main.cf}\n"
LEVEL = "smtp_tls_security_level"
WORD = {MAIN: RELAY + f"{LEVEL} = {{{{ relay_tls }}}}\n", TASKS: LAY}


def edited(line: str) -> dict[str, str]:
    """A role that lays the relay and edits its level."""
    return {MAIN: RELAY, TASKS: LAY + line}


def line_in(line: str, regexp: str = "^smtp_tls_security_level") -> dict[str, str]:
    return edited(
        f"- lineinfile:\n    path: /etc/postfix/main.cf\n    regexp: '{regexp}'\n    line: {line}\n"
    )


def content(scalar: str) -> dict[str, str]:
    task = "- apt: {name: postfix}\n- copy:\n    dest: /etc/postfix/main.cf\n    content: "
    return {TASKS: task + scalar}


BLOCK = "".join(f"      {line}\n" for line in f"{RELAY}{LEVEL} = may".split("\n"))
# A role, the file in which the fix is made, and what is written there for what; nothing if there is
# no fix.
CASES = [
    pytest.param(
        {MAIN: f"{RELAY}{LEVEL} = may\n", TASKS: LAY}, MAIN, f"{LEVEL} = may", f"{LEVEL} = encrypt",
        id="a template",
    ),
    pytest.param(line_in(f"'{LEVEL} = may'"), TASKS, "= may'", "= encrypt'", id="a line"),
    pytest.param(line_in(f"{LEVEL} = may"), TASKS, "= may\n", "= encrypt\n", id="a plain line"),
    pytest.param(
        line_in(f'"{LEVEL} = may"'), TASKS, '= may"', '= encrypt"', id="a line in double quotes"
    ),
    pytest.param(
        line_in(f"'{LEVEL} = may'", f"{LEVEL} = may"), TASKS, "", "",
        id="a line that would not fit its own pattern",
    ),
    pytest.param(
        edited(f"- command: postconf -e {LEVEL}=may\n"), TASKS, "=may", "=encrypt", id="postconf"
    ),
    pytest.param(
        edited(f"- command: postconf -e '{LEVEL} = may'\n"), TASKS, "= may", "= encrypt",
        id="postconf with quotes",
    ),
    pytest.param(
        edited(f"- command: 'postconf -e {{{{ item }}}}'\n  loop:\n    - {LEVEL}=may\n    - a=b\n"),
        TASKS, "", "", id="a part of an expression",
    ),
    pytest.param(
        edited("- command: postconf -e '{{ item.name }} = {{ item.value }}'\n  loop:\n"
               f"    - {{name: {LEVEL}, value: may}}\n    - {{name: a, value: b}}\n"),
        TASKS, "", "", id="a member of an item",
    ),
    pytest.param(
        edited("- command:\n    cmd: >-\n      postconf -e\n      "
               f"{LEVEL}=may\n"), TASKS, "=may", "=encrypt", id="a folded command",
    ),
    pytest.param(
        {**WORD, "vars/main.yml": "relay_tls: may\n", DEFAULTS: "relay_tls: encrypt\n"},
        "vars/main.yml", "may", "encrypt", id="the variable that counts",
    ),
    pytest.param(
        {**WORD, DEFAULTS: "relay: {tls: may, x: y}\n",
         MAIN: WORD[MAIN].replace("relay_tls", "relay.tls")}, DEFAULTS, "", "",
        id="a member of a variable",
    ),
    pytest.param(
        {**WORD, DEFAULTS: "relay_tls: may\n",
         TASKS: LAY + "- copy: {content: 'account a', dest: /etc/msmtprc}\n"
                      "  when: relay_tls == 'may'\n"}, DEFAULTS, "", "",
        id="a variable on which something else hangs",
    ),
    pytest.param(content("|\n" + BLOCK), TASKS, "= may", "= encrypt", id="a block"),
    pytest.param(
        content('"' + f"{RELAY}{LEVEL} = may\n".replace("\n", "\\n") + '"\n'), TASKS, "= may",
        "= encrypt", id="a scalar in double quotes",
    ),
    pytest.param(
        {**WORD, DEFAULTS: "relay_tls: may\n"}, DEFAULTS, "may", "encrypt", id="a default"
    ),
    pytest.param(
        {**WORD, DEFAULTS: "relay_tls: 'may'  # for now\n"}, DEFAULTS, "may", "encrypt",
        id="a default in quotes",
    ),
    pytest.param(
        {**WORD, DEFAULTS: 'x: 1\nrelay_tls: "may"\n'}, DEFAULTS, "may", "encrypt",
        id="a default in double quotes",
    ),
    pytest.param(
        {**WORD, DEFAULTS: "relay_tls: '{{ \"may\" }}'\n"}, DEFAULTS, "", "", id="an expression"
    ),
    pytest.param(
        {**WORD, DEFAULTS: "relay_tls: '{{ other }}'\nother: may\n"}, DEFAULTS, "other: may",
        "other: encrypt", id="a default of a default",
    ),
    pytest.param(
        {**WORD, MAIN: WORD[MAIN].replace("relay_tls", "'may' if relay_tls else 'none'"),
         DEFAULTS: "relay_tls: true\n"}, DEFAULTS, "", "", id="a choice",
    ),
    pytest.param(
        {**WORD, MAIN: WORD[MAIN] + "{{ relay_tls }}_x = y\n", DEFAULTS: "relay_tls: may\n"},
        DEFAULTS, "may", "encrypt", id="a default that is used twice",
    ),
    pytest.param(
        {**WORD, DEFAULTS: "relay_tls: &a may\nb: *a\n"}, DEFAULTS, "", "", id="an anchor"
    ),
]  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def texts(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): path.read_text()
        for path in (root / "roles").rglob("*")
        if path.is_file()
    }


@pytest.mark.needs_command("git")
@pytest.mark.parametrize(("files", "where", "old", "new"), CASES)
def test_a_fix(
    files: dict[str, str],
    where: str,
    old: str,
    new: str,
    tree: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for path, text in files.items():
        (tree / "roles/mail" / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / "roles/mail" / path).write_text(text)
    before = texts(tree)
    main(["lint", ".", "--diff"])
    patch = capsys.readouterr().out
    main(["lint", ".", "--fix"])
    after = texts(tree)
    name = f"roles/mail/{where}"
    changed = before[name].replace(old, new, 1) if old else before[name]
    assert after == {**before, name: changed}
    assert (patch != "") is bool(old)
    if patch:
        subprocess.run(["git", "apply", "-R", "-"], input=patch, text=True, check=True)
        assert texts(tree) == before
        said = capsys.readouterr().out
        assert "starttls-optional" not in said
