"""The rule in the real ansible-lint, in repositories made here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests import golden
from tests.support import checkout, linted
from tests.support.checkout import ROOT
from tests.support.linted import Match

pytestmark = pytest.mark.integration

FILES = "roles/satellite/files/"
DEFECT = Match("mailwarden[cleartext-auth]", FILES + "main.cf", 11, True)
# Packages that come before the real one: one that fails when it is used, one when it is imported.
CRASH = {
    "mailwarden/__init__.py": f"__path__ = [*__path__, {str(ROOT / 'src/mailwarden')!r}]\n",
    "mailwarden/run.py": """\
Run = object


def recognised(*_):
    return True


def prepare(*_):
    raise ValueError("secret")


def judged(*_):
    raise ValueError("secret")
""",
}
GONE = {"mailwarden/__init__.py": "raise ImportError('not here', name='mailwarden')\n"}
BROKEN = {"mailwarden/__init__.py": "raise ValueError('secret')\n"}

# A file in a page: its path, and the block below.
FILE = re.compile(r"^`([^`]+)`:\n\n```\w+\n(.*?)^```$", re.M | re.S)
LEVEL = "smtp_tls_security_level = may"
COMMENT = "# noqa: mailwarden[implicit-tls-unexpected]"
OF_TEMPLATE = "# noqa: mailwarden[relay-starttls-missing]"
HOST = """\
---
- name: Configure Postfix
  ansible.builtin.template:
    src: main.cf.j2
    dest: /etc/postfix/main.cf
    mode: "0644"

{above}- name: Wrap it{task}
  ansible.builtin.lineinfile:
    path: /etc/postfix/main.cf
    line: smtpd_tls_wrappermode = yes{line}

- name: Do the rest
  ansible.builtin.include_role:
    name: "{{{{ more }}}}"
"""
TEMPLATE = """\
compatibility_level = 3.6
smtpd_tls_chain_files = /etc/ssl/mail.pem
smtp_tls_security_level = none
"""
SEVERAL = {
    **linted.ROLE,
    # A finding that ansible-lint is told to pass over, and one that we are.
    "roles/noqa/tasks/main.yml": "---\n",
    "roles/noqa/files/main.cf": "",
    "roles/suppressed/tasks/main.yml": "---\n",
    "roles/suppressed/files/main.cf": "",
    # What a role makes of a host: said, and passed over by comments of a line, of a task, above it.
    "roles/host/tasks/main.yml": HOST.format(line="", task="", above=""),
    "roles/host/templates/main.cf.j2": TEMPLATE,
    "roles/line/tasks/main.yml": HOST.format(line=f" {COMMENT}", task="", above=""),
    "roles/line/templates/main.cf.j2": TEMPLATE,
    "roles/task/tasks/main.yml": HOST.format(line="", task=f" {COMMENT}", above=""),
    "roles/task/templates/main.cf.j2": TEMPLATE,
    "roles/above/tasks/main.yml": HOST.format(line="", task="", above=f"{COMMENT}\n"),
    "roles/above/templates/main.cf.j2": TEMPLATE.replace("smtp_", f"{OF_TEMPLATE}\nsmtp_"),
    # What is not read.
    "roles/host/tasks/unused.yml": """\
---
- name: Ask for TLS
  ansible.builtin.command: postconf -e smtp_tls_security_level=encrypt
  changed_when: true

- name: Ask for TLS, and tell nobody # noqa: mailwarden[unread-task]
  ansible.builtin.command: postconf -e smtp_tls_security_level=encrypt
  changed_when: true
""",
    "roles/host/templates/main.cf.tmpl": "smtp_tls_security_level = <%= level %>\n",
    # Beside the playbook.
    "files/msmtprc": "account a\nhost smtp.example.com\nport 465\ntls on\ntls_starttls on\n",
}


@pytest.mark.parametrize("profile", linted.profiles(), ids=["default", "production"])
def test_a_seeded_defect_fails(tmp_path: Path, profile: tuple[str, ...]) -> None:
    folder = linted.write(tmp_path, {**linted.ROLE, **linted.files("wrong")})
    outcome = linted.lint(folder, *profile)
    assert outcome.status == 2
    assert [match for match in outcome.every if match.fails] == [DEFECT]


def test_the_page_shows_what_is_printed(tmp_path: Path) -> None:
    page = (ROOT / "docs/ansible-lint.md").read_text(encoding="utf-8")
    trees = {**linted.ROLE, **linted.files("wrong")}, dict(FILE.findall(page))
    for number, (tree, (command, shown)) in enumerate(
        zip(trees, golden.documented(page), strict=True)
    ):
        folder = linted.write(tmp_path / str(number), tree)
        assert linted.run(folder, *command.split()[1:]).stdout.strip() == shown.strip()


@pytest.mark.parametrize("profile", linted.profiles(), ids=["default", "production"])
def test_the_corrected_file_passes(tmp_path: Path, profile: tuple[str, ...]) -> None:
    folder = linted.write(tmp_path, {**linted.ROLE, **linted.files("right")})
    outcome = linted.lint(folder, *profile)
    assert outcome.status == 0, outcome.printed
    assert outcome.every == []


@pytest.mark.slow
def test_a_role_is_found_through_its_playbook(tmp_path: Path) -> None:
    folder = linted.write(tmp_path, {**linted.ROLE, **linted.files("wrong")})
    assert DEFECT in linted.lint(folder, "site.yml").ours


def test_what_is_passed_over_and_what_is_not_read(tmp_path: Path) -> None:
    wrong = linted.files("wrong")
    tree = {**SEVERAL, **linted.files("right")}
    for role, comment in (
        ("noqa", "# noqa: mailwarden[cleartext-auth] mailwarden[starttls-optional]"),
        (
            "suppressed",
            "# mailwarden: ignore[cleartext-auth, starttls-optional] a network of our own",
        ),
    ):
        for name in ("main.cf", "master.cf"):
            text = wrong[FILES + name].replace(LEVEL, f"{comment}\n{LEVEL}")
            tree[f"roles/{role}/files/{name}"] = text
    outcome = linted.lint(linted.write(tmp_path, tree), "--profile=production")
    assert outcome.ours == [
        Match("mailwarden[implicit-tls-missing]", "files/msmtprc", 5, True),
        _unread("above", 14),
        Match("mailwarden[implicit-tls-unexpected]", "roles/host/tasks/main.yml", 11, True),
        _unread("host", 13),
        Match("mailwarden[unread-task]", "roles/host/tasks/unused.yml", 2, False),
        _in_template("host"),
        Match("mailwarden[unread-template]", "roles/host/templates/main.cf.tmpl", 1, False),
        _unread("line", 13),
        _in_template("line"),
        Match("mailwarden[certificate-unverified]", "roles/noqa/files/main.cf", 12, False),
        Match("mailwarden[certificate-unverified]", "roles/suppressed/files/main.cf", 12, False),
        _unread("task", 13),
        _in_template("task"),
    ]
    assert outcome.status == 2


def _unread(role: str, line: int) -> Match:
    return Match("mailwarden[unread-task]", f"roles/{role}/tasks/main.yml", line, False)


def _in_template(role: str) -> Match:
    path = f"roles/{role}/templates/main.cf.j2"
    return Match("mailwarden[relay-starttls-missing]", path, 3, False)


@pytest.mark.slow
def test_what_only_warns_does_not_fail(tmp_path: Path) -> None:
    """Also where the repository has a warn_list of its own, in the place of the default."""
    unread = ("roles/host/tasks/unused.yml", "roles/host/templates/main.cf.tmpl")
    tree = {name: SEVERAL[name] for name in unread}
    tree[".ansible-lint"] = "warn_list: [yaml]\n"
    outcome = linted.lint(linted.write(tmp_path, tree))
    assert {match.tag for match in outcome.ours} == {
        "mailwarden[unread-task]",
        "mailwarden[unread-template]",
    }
    assert outcome.status == 0, outcome.printed


@pytest.mark.slow
def test_a_file_elsewhere_that_a_kind_names(tmp_path: Path) -> None:
    tree = {
        "hosts/a/msmtprc": SEVERAL["files/msmtprc"],
        "hosts/b/msmtprc": SEVERAL["files/msmtprc"],
        ".ansible-lint": "kinds: [{text: hosts/**/msmtprc}]\nexclude_paths: [hosts/b/]\n",
    }
    outcome = linted.lint(linted.write(tmp_path, tree))
    assert [match.path for match in outcome.ours] == ["hosts/a/msmtprc"]


@pytest.mark.parametrize(
    ("planted", "tag"),
    [
        pytest.param(CRASH, "mailwarden[internal-error]", id="a crash"),
        pytest.param(
            BROKEN, "mailwarden[installation]", marks=pytest.mark.slow, id="a crash at the import"
        ),
        pytest.param(GONE, "mailwarden[installation]", marks=pytest.mark.slow, id="no package"),
    ],
)
def test_what_goes_wrong_is_a_finding(tmp_path: Path, planted: Mapping[str, str], tag: str) -> None:
    linted.write(tmp_path / "planted", planted)
    folder = linted.write(tmp_path / "repository", {**linted.ROLE, **linted.files("right")})
    outcome = linted.lint(folder, PYTHONPATH=str(tmp_path / "planted"))
    assert {match.tag for match in outcome.every if match.fails} == {tag}
    assert outcome.status == 2
    assert "secret" not in outcome.printed


@pytest.mark.slow
def test_a_policy_that_is_wrong_is_a_finding(tmp_path: Path) -> None:
    tree = {**linted.ROLE, **linted.files("right"), ".mailwarden.yml": "profil: strict\n"}
    outcome = linted.lint(linted.write(tmp_path, tree))
    assert outcome.ours == [Match("mailwarden[configuration]", ".mailwarden.yml", 1, True)]
    assert outcome.status == 2


@pytest.mark.slow
def test_a_file_brings_no_markup(tmp_path: Path) -> None:
    host = "[link=http://example.com/][error]x[/error][/link]"
    text = SEVERAL["files/msmtprc"].replace("smtp.example.com", host)
    folder = linted.write(tmp_path, {**linted.ROLE, "files/msmtprc": text})
    outcome = linted.lint(folder, FORCE_COLOR="1", NO_COLOR="")
    assert "[ error]x[ /error]" in outcome.printed


@pytest.mark.slow
def test_the_checkout_is_linted_with_its_rule(tmp_path: Path) -> None:
    """`make ansible-lint` finds nothing; not so if the wrong example is not left out."""
    folder = checkout.copy(tmp_path / "checkout")
    configuration = (folder / ".ansible-lint").read_text()
    (folder / ".ansible-lint").write_text(configuration.replace("  - examples/wrong/\n", ""))
    (tmp_path / "none").mkdir()
    outcome = linted.lint(folder, ANSIBLE_LINT_CUSTOM_RULESDIR=str(tmp_path / "none"))
    failed = [match for match in outcome.every if match.fails]
    relay = Match("mailwarden[implicit-tls-missing]", "roles/relay/templates/main.cf.j2", 8, True)
    assert failed == [one._replace(path=f"examples/wrong/{one.path}") for one in (relay, DEFECT)]


def test_no_rule_file_is_shadowed() -> None:
    """ansible-lint imports them by their bare names: one that a package has would never load."""
    names = [path.stem for path in (ROOT / "extensions/ansiblelint").glob("[!_]*.py")]
    assert names == ["mailwarden_rule"]
    assert find_spec(names[0]) is None
