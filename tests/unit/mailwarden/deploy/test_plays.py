"""Plays, as the command reads them: what is served, what is found, where it points, how sure."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.unit.mailwarden.deploy.test_hosts import report, served, write

MAIN = """\
compatibility_level = 3.6
smtpd_tls_security_level = {{ mail_tls }}
"""
TEMPLATE = "roles/mail/templates/main.cf.j2"
ROLE = {
    "roles/mail/tasks/main.yml": "- template: {src: main.cf.j2, dest: /etc/postfix/main.cf}\n"
    "- template: {src: master.cf.j2, dest: /etc/postfix/master.cf}\n",
    TEMPLATE: MAIN,
    "roles/mail/templates/master.cf.j2": "smtp inet n - y - - smtpd\n",
}
DEFAULTS = {"roles/mail/defaults/main.yml": "mail_tls: none\n"}
INVENTORY = {"hosts": "[mail]\na.example.com\n"}
NO_STARTTLS = ("relay-starttls-missing", TEMPLATE, 2)
SITE = "site.yml"
PLAY = "- hosts: mail\n  roles: [mail]\n"
MAY = "- hosts: mail\n  tasks:\n  - command: postconf -e smtpd_tls_security_level=may\n"


class Case(NamedTuple):
    """A tree, the mode of its port 25, how sure it is that it has no TLS, the hosts' names."""

    id: str
    files: dict[str, str]
    mode: str | None
    sure: str
    hosts: tuple[str, ...]


CASES = (
    Case("a role's default beside an inventory", {SITE: PLAY, **DEFAULTS, **INVENTORY},
         "none", "certain", ("site.yml[mail]",)),
    Case("a role's default, and nobody knows the inventory", {SITE: PLAY, **DEFAULTS},
         "none", "likely", ("site.yml[mail]",)),
    Case("an inventory that asks others is none that is read",
         {SITE: PLAY, **DEFAULTS, "inventory/aws.yml": "plugin: amazon.aws.aws_ec2\n"},
         "none", "likely", ("site.yml[mail]",)),
    Case("the play's own vars", {SITE: PLAY + "  vars: {mail_tls: none}\n"},
         "none", "certain", ("site.yml[mail]",)),
    Case("the play's vars win over the role's default",
         {SITE: PLAY + "  vars: {mail_tls: may}\n", **DEFAULTS, **INVENTORY},
         "starttls-optional", "", ("site.yml[mail]",)),
    Case("a role's parameter",
         {SITE: "- hosts: mail\n  roles:\n  - {role: mail, mail_tls: none}\n"},
         "none", "certain", ("site.yml[mail]",)),
    Case("vars_files", {SITE: PLAY + "  vars_files: [v.yml]\n", "v.yml": "mail_tls: none\n"},
         "none", "certain", ("site.yml[mail]",)),
    Case("vars_files that are not there", {SITE: PLAY + "  vars_files: [secret.yml]\n", **DEFAULTS},
         "none", "likely", ("site.yml[mail]",)),
    Case("group_vars of all", {SITE: PLAY, "group_vars/all.yml": "mail_tls: none\n", **INVENTORY},
         "none", "certain", ("site.yml[mail]",)),
    Case("group_vars of the group that the play names",
         {SITE: PLAY, "group_vars/mail.yml": "mail_tls: none\n", **DEFAULTS, **INVENTORY},
         "none", "likely", ("site.yml[mail]",)),
    Case("group_vars of another group",
         {SITE: PLAY, "group_vars/eu.yml": "mail_tls: may\n", **DEFAULTS, **INVENTORY},
         None, "", ("site.yml[mail]",)),
    Case("host_vars", {SITE: PLAY, "host_vars/a.yml": "mail_tls: may\n", **DEFAULTS, **INVENTORY},
         None, "", ("site.yml[mail]",)),
    Case("a variable in the inventory",
         {SITE: PLAY, **DEFAULTS, "hosts": "[mail]\na.example.com mail_tls=may\n"},
         None, "", ("site.yml[mail]",)),
    Case("an included role",
         {SITE: "- hosts: mail\n  tasks:\n  - include_role: {name: mail}\n", **DEFAULTS,
          **INVENTORY}, "none", "certain", ("site.yml[mail]",)),
    Case("tasks_from",
         {SITE: "- hosts: mail\n  tasks:\n  - import_role: {name: mail, tasks_from: go}\n",
          "roles/mail/tasks/go.yml": ROLE["roles/mail/tasks/main.yml"],
          "roles/mail/tasks/main.yml": "- debug:\n", **DEFAULTS, **INVENTORY},
         "none", "certain", ("site.yml[mail]",)),
    Case("a role that depends on the one of mail",
         {SITE: "- hosts: mail\n  roles: [all]\n", "roles/all/tasks/main.yml": "- debug:\n",
          "roles/all/meta/main.yml": "dependencies: [mail]\n", **DEFAULTS, **INVENTORY},
         "none", "certain", ("site.yml[mail]",)),
    Case("imported playbooks write on the same host",
         {SITE: "- import_playbook: a.yml\n- import_playbook: b.yml\n", "a.yml": PLAY,
          "b.yml": MAY, **DEFAULTS, **INVENTORY}, "starttls-optional", "", ("site.yml[mail]",)),
    Case("plays on the same hosts in their order",
         {SITE: PLAY + MAY, **DEFAULTS, **INVENTORY},
         "starttls-optional", "", ("site.yml[mail]",)),
    Case("a play for all hosts goes with each",
         {SITE: "- hosts: all\n  roles: [mail]\n- hosts: web\n  tasks: []\n", **DEFAULTS,
          **INVENTORY}, "none", "certain", ("site.yml[all]",)),
    Case("what another role sets for all",
         {SITE: "- hosts: mail\n  roles: [common, mail]\n", **DEFAULTS, **INVENTORY,
          "roles/common/tasks/main.yml": "- set_fact: {mail_tls: may}\n"},
         None, "", ("site.yml[mail]",)),
    Case("the defaults of another role are lower",
         {SITE: "- hosts: mail\n  roles: [common, mail]\n", **DEFAULTS, **INVENTORY,
          "roles/common/defaults/main.yml": "mail_tls: may\n",
          "roles/common/tasks/main.yml": "- debug:\n"},
         "none", "certain", ("site.yml[mail]",)),
    Case("two playbooks for other hosts",
         {"a.yml": PLAY, "b.yml": PLAY.replace("hosts: mail", "hosts: other"), **DEFAULTS,
          **INVENTORY}, "none", "certain", ("a.yml[mail]", "b.yml[other]")),
    Case("plays that try something out do not count",
         {"molecule/default/converge.yml": PLAY, "tests/test.yml": PLAY, **DEFAULTS},
         "none", "likely", ("roles/mail",)),
    Case("a role that no play uses is read alone",
         {SITE: "- hosts: mail\n  roles: [common]\n", "roles/common/tasks/main.yml": "- debug:\n",
          **DEFAULTS}, "none", "likely", ("roles/mail",)),
)  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def hosts(capsys: pytest.CaptureFixture[str]) -> tuple[str, ...]:
    """What the hosts are called, in their order."""
    from mailwarden.cli import main

    main(["lint", ".", "--verbose"])
    lines = capsys.readouterr().out.splitlines()
    return tuple(
        line.removeprefix("host: ").partition(" on ")[0]
        for line in lines
        if line.startswith("host: ")
    )


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CASES])
def test_a_play(case: Case, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tree, {**ROLE, **case.files})
    made = report(capsys)
    found = [
        one["confidence"]
        for one in made["findings"]
        if (one["rule"], one["path"], one["line"]) == NO_STARTTLS
        and one["confidence"] != "possible"
    ]
    assert served(made) == {25: case.mode}
    assert found == ([case.sure] if case.sure else [])
    assert hosts(capsys) == case.hosts
