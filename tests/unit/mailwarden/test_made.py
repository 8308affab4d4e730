"""``mailwarden render``: what is printed of a role's hosts."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.text import HOLE, Hole, Text

from mailwarden.cli import main
from mailwarden.deploy import rows
from tests.support import checkout

PAGE = checkout.ROOT / "docs/render.md"
TREE = {
    "roles/mail/defaults/main.yml": "mail_tls: none\nmail_relay: true\n",
    "roles/mail/tasks/main.yml": (
        "- apt: {name: postfix}\n"
        "- template: {src: main.cf.j2, dest: /etc/postfix/main.cf}\n"
        "- command: postconf -e smtp_tls_security_level=encrypt\n  when: mail_encrypt\n"
        "- unarchive: {src: x.tgz, dest: '{{ nowhere }}'}\n"
    ),
    "roles/mail/templates/main.cf.j2": (
        "compatibility_level = 3.6\nmyhostname = {{ mail_name }}\n"
        "smtpd_tls_security_level = {{ mail_tls }}\n"
        "{% if mail_login %}\nsmtpd_sasl_auth_enable = yes\n{% else %}\nbiff = no\n{% endif %}\n"
        "{% if mail_relay %}\nrelayhost = [smtp.example.net]:465\n{% endif %}\n"
    ),
    "roles/both/tasks/main.yml": (
        "- apt: {name: msmtp}\n- dnf: {name: msmtp}\n"
        "- copy:\n    dest: /etc/msmtprc\n"
        "    content: \"account {{ ansible_os_family }}\\nuser u\\npassword hunter2\\n"
        "auth {{ msmtp_auth }}\\npassword {{ vault_mail }}\\n\"\n"
    ),
    "roles/web/tasks/main.yml": "- template: {src: x.j2, dest: /etc/x}\n",
    "roles/web/templates/msmtprc.j2": "account {{ a }}\n",
    "roles/broken/tasks/main.yml": (
        "- apt: {name: postfix}\n- template: {src: main.cf.j2, dest: /etc/postfix/main.cf}\n"
    ),
    "roles/broken/templates/main.cf.j2": "a = b\n{% if %}\n",
}  # fmt: skip
MAIN = """\
/etc/postfix/main.cf: roles/mail on Debian 13
roles/mail/templates/main.cf.j2:1  | compatibility_level = 3.6
                               :2  | myhostname = {{ mail_name }}
                               :3  | smtpd_tls_security_level = none
                               :4  | {% mail_login = yes %}
                               :5  | smtpd_sasl_auth_enable = yes
                               :4  | {% mail_login = no %}
                               :7  | biff = no
                                   | {% end %}
                               :10 | relayhost = [smtp.example.net]:465
roles/mail/tasks/main.yml:3        | {% mail_encrypt = yes %}
                         :3        | smtp_tls_security_level = encrypt
                                   | {% end %}

roles/mail/tasks/main.yml:5: not followed: roles/mail/tasks/main.yml:5 unarchive: which file it \
writes is not known
"""
RHEL = """\
/etc/msmtprc: roles/both on RHEL 10
roles/both/tasks/main.yml:5 | account RedHat
                         :5 | user u
                         :5 | password ********
                         :5 | auth {{ msmtp_auth }}
                         :5 | password {{ vault_mail }}
"""
ALONE = """\
roles/web/templates/msmtprc.j2 by itself: no host is made of it
roles/web/templates/msmtprc.j2:1 | account {{ a }}
"""
CASES = [
    pytest.param("roles/mail", 0, MAIN, id="a role"),
    pytest.param("mail", 0, MAIN, id="by its name"),
    pytest.param("mail /etc/postfix/main.cf", 0, MAIN, id="one file"),
    pytest.param("roles/mail/templates/main.cf.j2", 0, MAIN, id="a template"),
    pytest.param("roles/mail/defaults/main.yml", 0, MAIN, id="what variables take part in"),
    pytest.param("both --host rhel-10", 0, RHEL, id="one of several hosts"),
    pytest.param("both --host roles/both@rhel-10", 0, RHEL, id="by its whole name"),
    pytest.param("roles/web/templates/msmtprc.j2", 0, ALONE, id="a template that nobody lays"),
    pytest.param("web", 4, "mailwarden: roles/web makes no file of a mail program\n", id="none"),
    pytest.param(
        "mail /etc/msmtprc", 2, "mailwarden: error: /etc/msmtprc: no host has such a file\n",
        id="no such file",
    ),
    pytest.param(
        "nothing", 2, "mailwarden: error: nothing: no such file or folder\n", id="no such role"
    ),
    pytest.param(
        "mail --host rhel-10", 2,
        "mailwarden: error: rhel-10: no host is called so (there are: roles/mail)\n",
        id="no such host",
    ),
    pytest.param(
        "broken", 2, "/etc/postfix/main.cf: roles/broken on Debian 13\nunread: is no template "
        "that Jinja2 parses: Expected an expression, got 'end of statement block'\n",
        id="a template that Jinja2 does not parse",
    ),
]  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    for path, text in TREE.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(("words", "status", "expected"), CASES)
def test_render(words: str, status: int, expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", *words.split()]) == status
    out, err = capsys.readouterr()
    assert out + err == expected


def test_the_page_shows_it() -> None:
    assert f"$ mailwarden render roles/mail\n{MAIN}```" in PAGE.read_text()


@pytest.mark.usefixtures("tree")
def test_what_a_package_ships(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "mail", "/etc/postfix/master.cf"]) == 0
    title, first, *_more = capsys.readouterr().out.splitlines()
    assert title == "/etc/postfix/master.cf: roles/mail on Debian 13"
    assert first.startswith("Debian 13, postfix | smtp ")


def test_branches_that_grow_without_end_are_refused() -> None:
    text = Text.of("a", "x\n")
    for level in range(20):
        other = Text.joined("a", [Text.of("a", f"{level}\n"), text, Text.of("a", "y\n")])
        hole = Hole(f"q{level}", [("yes", other), ("no", text)])
        text = Text("a", HOLE, text.cut(0, 1)._pieces, {0: hole})
    with pytest.raises(MailwardenError, match="too many branches"):
        rows.rows(text)


def test_a_character_of_the_files_own_is_no_hole() -> None:
    (row,) = rows.rows(Text.of("a", f"a = {HOLE}"))
    assert row.string == "a = \\uf8ff"
