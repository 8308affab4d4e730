"""Files of roles on the command line: what a run on the root says of them, and nothing else."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailwarden.cli import main

FILES = {
    "roles/mail/meta/main.yml": "dependencies: [{role: base}]\n",
    "roles/mail/defaults/main.yml": "base_login: 'yes'\n",
    "roles/mail/vars/Debian.yml": "mail_tls: none\n",
    "roles/mail/vars/RedHat.yml": "mail_tls: none\n",
    "roles/mail/handlers/main.yml": "- name: Reload\n  service: {name: postfix, state: reloaded}\n",
    "roles/mail/tasks/main.yml": (
        "- apt: {name: postfix}\n- dnf: {name: postfix}\n"
        "- include_vars: \"{{ ansible_os_family }}.yml\"\n"
        "- template: {src: main.cf.j2, dest: /etc/postfix/main.cf}\n  notify: Reload\n"
        "- include_tasks: more.yml\n"
    ),
    "roles/mail/tasks/more.yml": (
        "- lineinfile:\n    path: /etc/postfix/master.cf\n    regexp: '^submission'\n"
        "    line: '587 inet n - y - - smtpd'\n"
        "- command: postconf -e smtp_tls_security_level=may\n"
    ),
    "roles/mail/templates/main.cf.j2": (
        "compatibility_level = 3.6\nmyhostname = mx.example.com\n"
        "smtpd_tls_security_level = {{ mail_tls }}\nsmtpd_sasl_auth_enable = {{ base_login }}\n"
        "# mailwarden: ignore[open-relay] none here\nrelayhost = [smtp.example.net]:465\n"
    ),
    "roles/base/tasks/main.yml": (
        "- copy: {src: dovecot.conf, dest: /etc/dovecot/dovecot.conf}\n"
        "- template: {src: msmtprc.j2, dest: /etc/msmtprc}\n"
    ),
    "roles/base/defaults/main.yml": "client_tls: 'off'\n",
    "roles/base/files/dovecot.conf": "dovecot_config_version = 2.4.1\nprotocols = imap\nssl = no\n",
    "roles/base/templates/msmtprc.j2": (
        "account a\nhost mx.example.com\nport 587\nauth on\nuser u\ntls {{ client_tls }}\n"
    ),
    "roles/web/tasks/main.yml": "- template: {src: x.j2, dest: /etc/x}\n",
    "roles/web/templates/x.j2": "x\n",
    "group_vars/all.yml": "login: 'yes'\n",
    "site.yml": "- hosts: mx\n  roles: [mail]\n",
    "other/msmtprc": "account a\nhost mx.example.com\nport 587\ntls off\nauth on\nuser u\n",
    "other/main.cf": "smtpd_tls_security_level = none\n",
    "README.md": "Mail.\n",
}  # fmt: skip
# Files of the roles that make hosts of mail.
MAIL = [path for path in FILES if path.startswith(("roles/mail/", "roles/base/"))]
SUBSETS = st.builds(
    lambda some, more: [*dict.fromkeys((*some, *more))],
    st.lists(st.sampled_from(MAIL), min_size=1, max_size=3),
    st.lists(st.sampled_from(sorted(FILES)), max_size=3),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("repository")
    (top / ".git").mkdir()
    for path, text in FILES.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text)
    return top


@pytest.fixture(scope="module")
def lint(root: Path) -> Callable[..., dict[str, Any]]:
    def run(*words: str) -> dict[str, Any]:
        before = os.getcwd()
        os.chdir(root)
        try:
            with contextlib.redirect_stdout(io.StringIO()) as out:
                main(["lint", *words, "--format", "json"])
        finally:
            os.chdir(before)
        made: dict[str, Any] = json.loads(out.getvalue())
        return made

    return run


@pytest.fixture(scope="module")
def whole(lint: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    return findings(lint("."))


def findings(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings; an endpoint is called by its unit only where others are called as it is."""
    return [
        {**one, "endpoints": [name.partition("@")[0] for name in one["endpoints"]]}
        for one in report["findings"]
    ]


def is_about(finding: dict[str, Any], paths: list[str]) -> bool:
    return any(one.get("path") in paths for one in (finding, *finding["cause"]))


def test_the_tree_says_something_of_many_files(whole: list[dict[str, Any]]) -> None:
    assert {path for path in MAIL if any(is_about(one, [path]) for one in whole)} >= {
        "roles/mail/defaults/main.yml",
        "roles/mail/vars/Debian.yml",
        "roles/mail/vars/RedHat.yml",
        "roles/mail/tasks/more.yml",
        "roles/mail/templates/main.cf.j2",
        "roles/base/defaults/main.yml",
        "roles/base/files/dovecot.conf",
        "roles/base/templates/msmtprc.j2",
    }


@settings(max_examples=12)
@given(SUBSETS)
def test_named_files(
    lint: Callable[..., dict[str, Any]], whole: list[dict[str, Any]], paths: list[str]
) -> None:
    one = lint(*paths, "--skip-unknown")
    assert findings(one) == [finding for finding in whole if is_about(finding, paths)]
    assert not one["unread"]
