"""What the ansible-lint rule says, without ansible-lint; tests/unit/test_lint_rule.py runs that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError

from mailwarden import ansible_lint, lint, quick, run

WRONG = "account a\nhost smtp.example.com\nport 465\ntls on\ntls_starttls on\n"
RIGHT = WRONG.replace("tls_starttls on", "tls_starttls off")
SUPPRESSED = "# mailwarden: ignore[implicit-tls-missing] the relay of the laboratory\n"
NOQA = "# noqa: mailwarden[implicit-tls-missing]"
NOQA_RELAY = "# noqa: mailwarden[relay-starttls-missing]"
MASTER = "smtp inet n - n - - smtpd\n"
DOVECOT = "protocols = imap\nssl_cert = </c\nssl_key = </k\nssl_min_protocol = TLSv1\n"
OTHER = "# mailwarden: ignore[port-unknown] the relay of the laboratory\n"
TASKS = """\
- apt:
    name: postfix
- template:
    src: main.cf.j2
    dest: /etc/postfix/main.cf
- lineinfile:
    path: /etc/postfix/main.cf
    line: smtpd_tls_wrappermode = yes
- include_role:
    name: "{{ more }}"
"""
CHAIN = "compatibility_level = 3.6\nsmtpd_tls_chain_files = /etc/ssl/mail.pem\n"
MAIN = "smtp_tls_security_level = {{ level }}\n"
# A role that makes a host: of its template, of a task, of its defaults.
ROLE = {
    "roles/mail/tasks/main.yml": TASKS,
    "roles/mail/templates/main.cf.j2": CHAIN + MAIN,
    "roles/mail/defaults/main.yml": "level: none\n",
    "site.yml": "- hosts: all\n  roles: [mail]\n",
}
OF_ROLE = [
    ("roles/mail/tasks/main.yml", 8, "implicit-tls-unexpected", True),
    ("roles/mail/tasks/main.yml", 9, "unread-task", False),
    ("roles/mail/templates/main.cf.j2", 3, "relay-starttls-missing", False),
]

Tree = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """Make the files of a repository, and go there."""

    def make(files: Mapping[str, str]) -> Path:
        for name, text in {".git/HEAD": "", **files}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        monkeypatch.chdir(tmp_path)
        return tmp_path

    return make


def said(root: Path, kind: str, path: str) -> list[tuple[str, int, str, bool]]:
    """What is said of one thing of ansible-lint's, with paths as in the repository."""
    return [
        (str(Path(one.path).relative_to(root)), one.line, one.rule, one.counts)
        for one in ansible_lint.findings(kind, str(root / path))
    ]


@pytest.mark.parametrize(
    ("kind", "path", "base"),
    [
        pytest.param("role", "/r/roles/mail", "/r/roles/mail", id="role"),
        pytest.param("playbook", "/r/playbooks/site.yml", "/r/playbooks", id="playbook"),
        pytest.param("tasks", "/r/roles/mail/tasks/main.yml", "/r/roles/mail", id="tasks"),
        pytest.param("tasks", "/r/tasks/tls/main.yml", "/r", id="tasks in a folder of theirs"),
        pytest.param("tasks", "/r/tasks/x/tasks/y.yml", "/r/tasks/x", id="the innermost tasks"),
        pytest.param("tasks", "/r/include/me.yml", "/r/include", id="tasks anywhere"),
        pytest.param("handlers", "/r/roles/a/handlers/main.yml", "/r/roles/a", id="handlers"),
        pytest.param("vars", "/r/roles/mail/vars/main.yml", "", id="vars"),
        pytest.param("text", "/r/mail/main.cf", "", id="a file"),
    ],
)
def test_what_goes_with_what_is_handed_over(kind: str, path: str, base: str) -> None:
    assert ansible_lint.base(kind, path) == base


@pytest.mark.parametrize(
    ("files", "kind", "path", "expected"),
    [
        pytest.param(
            {"roles/mail/files/msmtprc": WRONG},
            "role",
            "roles/mail",
            [("roles/mail/files/msmtprc", 5, "implicit-tls-missing", True)],
            id="a role's files",
        ),
        pytest.param(
            {"roles/mail/files/msmtprc": RIGHT}, "role", "roles/mail", [], id="right files"
        ),
        pytest.param({"roles/mail/tasks/main.yml": ""}, "role", "roles/mail", [], id="no files"),
        pytest.param(
            {"files/msmtprc": WRONG, "site.yml": ""},
            "playbook",
            "site.yml",
            [("files/msmtprc", 5, "implicit-tls-missing", True)],
            id="a playbook's files",
        ),
        pytest.param(
            {"tasks/main.yml": "", "files/msmtprc": WRONG},
            "tasks",
            "tasks/main.yml",
            [("files/msmtprc", 5, "implicit-tls-missing", True)],
            id="the role that a repository is",
        ),
        pytest.param(
            {"hosts/msmtprc": WRONG},
            "text",
            "hosts/msmtprc",
            [("hosts/msmtprc", 5, "implicit-tls-missing", True)],
            id="a file by itself",
        ),
        pytest.param({"group_vars/all.yml": ""}, "vars", "group_vars/all.yml", [], id="any file"),
        pytest.param(
            {"laptop.conf": WRONG, ".mailwarden.yml": "files: {laptop.conf: msmtp}\n"},
            "text",
            "laptop.conf",
            [("laptop.conf", 5, "implicit-tls-missing", True)],
            id="a file that the policy names",
        ),
        pytest.param(
            {"msmtprc": WRONG, ".mailwarden.yml": "rules: {implicit-tls-missing: warning}\n"},
            "text",
            "msmtprc",
            [("msmtprc", 5, "implicit-tls-missing", False)],
            id="a level of the policy",
        ),
        pytest.param(
            {"msmtprc": WRONG, ".mailwarden.yml": "rules: {implicit-tls-missing: off}\n"},
            "text",
            "msmtprc",
            [],
            id="off in the policy",
        ),
        pytest.param(
            {"msmtprc": WRONG.replace("tls_starttls", "tls_startls")},
            "text",
            "msmtprc",
            [("msmtprc", 5, "syntax-error", True)],
            id="what cannot be read counts",
        ),
        pytest.param(
            {"roles/mail/templates/msmtprc.j2": WRONG},
            "role",
            "roles/mail",
            [("roles/mail/templates/msmtprc.j2", 5, "implicit-tls-missing", True)],
            id="a template of a role",
        ),
        pytest.param(
            ROLE, "role", "roles/mail", OF_ROLE, id="the host that a role makes"
        ),
        pytest.param(
            ROLE, "vars", "roles/mail/defaults/main.yml", OF_ROLE, id="the same by its defaults"
        ),
        pytest.param(
            ROLE, "jinja2", "roles/mail/templates/main.cf.j2", OF_ROLE, id="and by its template"
        ),
        pytest.param(
            {**ROLE, ".gitignore": "roles/\n"}, "role", "roles/mail", OF_ROLE, id="git ignores it"
        ),
        pytest.param(
            {**ROLE, "roles/mail/templates/main.cf.j2": f"{CHAIN}{NOQA_RELAY}\n{MAIN}"},
            "role",
            "roles/mail",
            OF_ROLE[:2],
            id="noqa in a template",
        ),
        pytest.param(
            {
                **ROLE,
                "roles/mail/templates/main.cf.j2": f"{CHAIN}{{{NOQA_RELAY} #}}\n{MAIN}",
            },
            "role",
            "roles/mail",
            OF_ROLE[:2],
            id="noqa in a comment of Jinja2",
        ),
        pytest.param(
            {
                "roles/mail/tasks/main.yml": TASKS.replace("main.cf.j2", "../../shared/main.cf"),
                "roles/shared/main.cf": CHAIN + MAIN.replace("{{ level }}", "none"),
            },
            "role",
            "roles/mail",
            [*OF_ROLE[:2], ("roles/shared/main.cf", 3, "relay-starttls-missing", False)],
            id="a file elsewhere that a role lays",
        ),
        pytest.param(
            {"x/msmtprc.j2": WRONG},
            "jinja2",
            "x/msmtprc.j2",
            [("x/msmtprc.j2", 1, "unread-template", False)],
            id="a template by itself",
        ),
        pytest.param(
            {"roles/mail/files/msmtprc.dist": WRONG},
            "role",
            "roles/mail",
            [("roles/mail/files/msmtprc.dist", 1, "unread-file", False)],
            id="a sample of a role",
        ),
        pytest.param(
            {"roles/mail/files/msmtprc.work": WRONG},
            "role",
            "roles/mail",
            [("roles/mail/files/msmtprc.work", 5, "implicit-tls-missing", True)],
            id="a finished file of another name",
        ),
        pytest.param(
            {"x/master.cf.noc": WRONG},
            "text",
            "x/master.cf.noc",
            [("x/master.cf.noc", 1, "unread-file", False)],
            id="what does not begin as its name says",
        ),
        pytest.param({"x/README.md": "x"}, "text", "x/README.md", [], id="nothing to check"),
        pytest.param(
            {"x/nginx.conf.j2": WRONG}, "jinja2", "x/nginx.conf.j2", [], id="another template"
        ),
        pytest.param(
            {"templates/msmtprc": WRONG.replace("465", "{{ port }}"), "site.yml": ""},
            "playbook",
            "site.yml",
            [("templates/msmtprc", 3, "unreadable", True)],
            id="a template under the file's own name, of no role",
        ),
        pytest.param(
            {"templates/msmtprc": WRONG, "site.yml": ""},
            "playbook",
            "site.yml",
            [("templates/msmtprc", 5, "implicit-tls-missing", True)],
            id="a template in which nothing is rendered",
        ),
        pytest.param(
            {"files/a/dovecot.conf": "!include b.conf\n", "files/a/b.conf": DOVECOT},
            "text",
            "files/a/b.conf",
            [("files/a/b.conf", 4, "tls-version-weak", False)],
            id="a file of a role is read with what belongs to it",
        ),
        pytest.param(
            {"templates/main.cf": "relayhost = {{ relay }}\n", "templates/master.cf": MASTER},
            "text",
            "templates/master.cf",
            [
                ("templates/main.cf", 1, "unreadable", True),
                ("templates/master.cf", 1, "undecided", False),
            ],
            id="a template beside a file that is none",
        ),
        pytest.param(
            {
                "templates/dovecot.conf": DOVECOT.replace("ssl_min", "!include tls.conf\nssl_min"),
                "templates/tls.conf": "{% if old %}\nssl = no\n{% endif %}\n",
            },
            "text",
            "templates/dovecot.conf",
            [
                ("templates/dovecot.conf", 1, "undecided", False),
                ("templates/tls.conf", 1, "unreadable", True),
            ],
            id="a template that a file includes",
        ),
        pytest.param(
            {"msmtprc": WRONG.replace("tls_s", OTHER + "tls_s")},
            "text",
            "msmtprc",
            [
                ("msmtprc", 5, "suppression", False),
                ("msmtprc", 6, "implicit-tls-missing", True),
            ],
            id="a suppression of another rule",
        ),
        pytest.param(
            {"msmtprc": WRONG.replace("tls_s", SUPPRESSED + "tls_s")},
            "text",
            "msmtprc",
            [],
            id="a suppression",
        ),
        pytest.param(
            {"msmtprc": WRONG.replace("tls_s", NOQA + "\ntls_s")},
            "text",
            "msmtprc",
            [],
            id="noqa",
        ),
        pytest.param(
            {"msmtprc": WRONG.replace("tls_s", NOQA + " yaml\ntls_s")},
            "text",
            "msmtprc",
            [],
            id="noqa of several",
        ),
        pytest.param(
            {"msmtprc": WRONG.replace("tls_s", "# noqa: mailwarden[port-unknown]\ntls_s")},
            "text",
            "msmtprc",
            [("msmtprc", 5, "suppression", False), ("msmtprc", 6, "implicit-tls-missing", True)],
            id="noqa of another rule",
        ),
        pytest.param(
            {"msmtprc": WRONG.replace("tls_s", "# noqa: yaml\ntls_s")},
            "text",
            "msmtprc",
            [("msmtprc", 6, "implicit-tls-missing", True)],
            id="noqa of a rule of others",
        ),
        pytest.param(
            {"msmtprc": NOQA + "\n" + WRONG},
            "text",
            "msmtprc",
            [("msmtprc", 1, "suppression", False), ("msmtprc", 6, "implicit-tls-missing", True)],
            id="noqa elsewhere",
        ),
        pytest.param(
            {"msmtprc": RIGHT + "# noqa: mailwarden[syntax-error]\nsecure yes\n"},
            "text",
            "msmtprc",
            [
                ("msmtprc", 6, "suppression", True),
                ("msmtprc", 7, "syntax-error", True),
            ],
            id="noqa hides nothing that is not read",
        ),
    ],
)  # fmt: skip
def test_what_is_said(
    tree: Tree,
    files: Mapping[str, str],
    kind: str,
    path: str,
    expected: list[tuple[str, int, str, bool]],
) -> None:
    assert said(tree(files), kind, path) == expected


def test_it_is_what_the_command_says_of_the_root(tree: Tree) -> None:
    root = tree({**ROLE, "files/msmtprc": WRONG, "hosts/msmtprc": WRONG})
    things = (
        ("role", "roles/mail"),
        ("tasks", "roles/mail/tasks/main.yml"),
        ("playbook", "site.yml"),
        ("text", "hosts/msmtprc"),
    )
    every = {one for thing in things for one in said(root, *thing) if one[2] != ansible_lint.TASK}
    arguments: Any = quick.parse(["lint", "--skip-unknown", str(root)])
    one, report = run.judged(arguments)
    threshold = lint.threshold_of(arguments, one.policy)
    assert every == {
        (found.place.path, found.place.line, found.rule, lint.counts(found, threshold))
        for found in report.findings
    }


def test_a_project_is_read_once(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(ROLE)
    runs = []

    def prepared(arguments: Any, prepare: Callable[[Any], run.Run] = run.prepare) -> run.Run:
        runs.append(arguments)
        return prepare(arguments)

    monkeypatch.setattr(run, "prepare", prepared)
    for kind, path in (("role", "roles/mail"), ("playbook", "site.yml"), ("text", "README")):
        said(root, kind, path)
    assert len(runs) == 1


def test_beyond_a_repository_only_what_goes_with_a_thing_is_read(tree: Tree) -> None:
    root = tree(
        {"inside/x": "", "outside/roles/mail/files/msmtprc": WRONG, "outside/msmtprc": WRONG}
    )
    (root / ".git/HEAD").unlink()
    (root / ".git").rmdir()
    ours = [("outside/roles/mail/files/msmtprc", 5, "implicit-tls-missing", True)]
    assert said(root, "role", "outside/roles/mail") == ours
    assert said(root, "playbook", "outside/roles/site.yml") == []


def test_the_cause_is_in_the_message(tree: Tree) -> None:
    root = tree({"roles/mail/files/msmtprc": WRONG})
    (one,) = ansible_lint.findings("role", str(root / "roles/mail"))
    assert "cause: roles/mail/files/msmtprc:4:1: tls on" in one.message


def test_two_files_of_a_role_are_read_together(tree: Tree) -> None:
    root = tree(
        {
            "roles/a/files/main.cf": "compatibility_level = 3.6\nsmtpd_tls_wrappermode = yes\n"
            "smtpd_tls_chain_files = /etc/ssl/mail.pem\n",
            "roles/a/files/master.cf": "587 inet n - n - - smtpd\n",
        }
    )
    both = said(root, "role", "roles/a")
    assert both == said(root, "text", "roles/a/files/master.cf")
    assert ("roles/a/files/main.cf", 2, "implicit-tls-unexpected", True) in both


def test_no_link_is_followed_out_of_the_repository(tree: Tree) -> None:
    root = tree({"repository/.git/HEAD": "", "repository/site.yml": "", "msmtprc": "{{ port }}"})
    (root / "repository/templates").mkdir()
    (root / "repository/templates/msmtprc").symlink_to(root / "msmtprc")
    (one,) = said(root / "repository", "playbook", "site.yml")
    assert one == ("templates/msmtprc", 1, "unreadable", True)


def test_a_folder_that_leads_out_of_the_repository_is_said(tree: Tree) -> None:
    root = tree({"repository/.git/HEAD": "", "repository/site.yml": "", "out/msmtprc": RIGHT})
    (root / "repository/templates").symlink_to(root / "out")
    (one,) = said(root / "repository", "playbook", "site.yml")
    assert one == ("templates", 1, "unread-file", False)


def test_the_policy_is_named_from_its_root(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    ignore = "ignore: [{rule: port-unknown, path: msmtprc, reason: known}]\n"
    root = tree({"msmtprc": RIGHT, ".mailwarden.yml": ignore})
    monkeypatch.chdir(root.parent)
    assert said(root, "text", "msmtprc") == [(".mailwarden.yml", 1, "suppression", False)]


def test_a_policy_that_is_wrong_is_an_error(tree: Tree) -> None:
    root = tree({"msmtprc": WRONG, ".mailwarden.yml": "profil: strict\n"})
    with pytest.raises(MailwardenError, match="profil"):
        said(root, "text", "msmtprc")


def test_the_installed_package_and_the_collection_are_one() -> None:
    assert ansible_lint.mismatch() == ""


def test_another_collection_beside_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ansible_lint, "VERSION", "0.0.9")
    assert "mailwarden.policy beside it is 0.0.9" in ansible_lint.mismatch()
