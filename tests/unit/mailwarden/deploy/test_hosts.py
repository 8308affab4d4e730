"""Roles, as the command reads them: what is served, what is found, and where it points."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mailwarden.cli import main
from mailwarden.distributions import get

MAIN = """\
compatibility_level = 3.6
smtpd_tls_security_level = {{ mail_tls }}
smtpd_sasl_auth_enable = yes
"""
LAY = "- name: Configure\n  template: {src: main.cf.j2, dest: /etc/postfix/main.cf}\n"
DEFAULTS = {"defaults/main.yml": "mail_tls: none\n", "templates/main.cf.j2": MAIN}
SUBMISSION = """\
- name: Submission
  lineinfile:
    path: /etc/postfix/master.cf
    regexp: '^#submission inet'
    line: submission inet n - y - - smtpd
"""
TEMPLATE, TASKS = "templates/main.cf.j2", "tasks/main.yml"
PLAIN_587 = """\
587 inet n - y - - smtpd
  -o smtpd_tls_security_level=may
  -o smtpd_sasl_auth_enable=yes
"""
NO_TLS = {("cleartext-auth", TEMPLATE, 3), ("relay-starttls-missing", TEMPLATE, 2)}
NEWER_DOVECOT = """\
- copy:
    dest: /etc/dovecot/dovecot.conf
    content: |
      dovecot_config_version = 2.4.1
      protocols = imap
      ssl_server_cert_file = /x
      ssl_server_key_file = /y
      auth_allow_cleartext = yes
"""
CASES = [
    pytest.param({**DEFAULTS, TASKS: LAY}, {25: "none"}, NO_TLS, id="main.cf alone"),
    pytest.param(
        {TASKS: "- apt: {name: postfix}\n" + SUBMISSION},
        {25: "starttls-optional", 587: "starttls-optional"},
        {
            ("starttls-optional", TASKS, 6),
            ("submission-auth-optional", TASKS, 6),
            ("tls-version-weak", TASKS, 6),
        },
        id="a service is uncommented",
    ),
    pytest.param(
        {TASKS: "- command: postconf -e smtpd_tls_security_level=none\n"},
        {25: "none"},
        {("relay-starttls-missing", TASKS, 1)},
        id="postconf",
    ),
    pytest.param(
        {TASKS: "- copy:\n    dest: /etc/postfix/main.cf\n    content: |\n"
                "      compatibility_level = 3.6\n      smtpd_tls_security_level = none\n"},
        {25: "none"},
        {("relay-starttls-missing", TASKS, 5)},
        id="content in the task",
    ),
    pytest.param(
        {
            **DEFAULTS,
            TASKS: LAY + LAY.replace("main.cf", "master.cf"),
            "templates/master.cf.j2": PLAIN_587,
        },
        {587: "starttls-optional"},
        {
            ("submission-auth-optional", "templates/master.cf.j2", 1),
            ("tls-broken", "templates/master.cf.j2", 1),
        },
        id="both files are templates",
    ),
    pytest.param(
        {**DEFAULTS, "defaults/main.yml": "mail_tls: none\nmail_587: false\n",
         TASKS: LAY + SUBMISSION + "  when: mail_587\n"},
        {25: "none"},
        NO_TLS,
        id="a default that says no",
    ),
    pytest.param(
        {**DEFAULTS, "defaults/main.yml": "mail_tls: none\nmail_587: true\n",
         TASKS: LAY + SUBMISSION + "  when: mail_587\n"},
        {25: "none", 587: "none"},
        {
            *NO_TLS,
            ("starttls-missing", TASKS, 7),
            ("submission-auth-optional", TASKS, 7),
        },
        id="a default that says yes",
    ),
    pytest.param(
        {TASKS: "- lineinfile:\n    path: /etc/postfix/main.cf\n    regexp: ^inet_interfaces\n"
                "    line: inet_interfaces = all\n  when: ansible_os_family == 'RedHat'\n"
                "- lineinfile:\n    path: /etc/postfix/main.cf\n    regexp: ^smtpd_tls_security\n"
                "    line: smtpd_tls_security_level = none\n"
                "  when: ansible_os_family == 'Debian'\n"},
        {25: None},
        {("relay-starttls-missing", TASKS, 9)},
        id="a family each",
    ),
    pytest.param(
        {TASKS: "- apt: {name: dovecot-imapd}\n- lineinfile:\n"
                "    path: /etc/dovecot/conf.d/10-ssl.conf\n    regexp: '^ssl ='\n"
                "    line: ssl = no\n"},
        {143: "none"},
        {("endpoint-unusable", TASKS, 5)},
        id="a part of Dovecot's",
    ),
    pytest.param(
        {TASKS: "- apt: {name: dovecot-imapd}\n- copy:\n"
                "    dest: /etc/dovecot/conf.d/10-ssl.conf\n"
                "    content: \"ssl = no\\nssl_cert = </etc/x.pem\\n\"\n"},
        {143: "none"},
        {("endpoint-unusable", TASKS, 4)},
        id="what only an older Dovecot takes is for an older release",
    ),
    pytest.param(
        {TASKS: "- apt: {name: dovecot-imapd}\n- dnf: {name: dovecot}\n" + NEWER_DOVECOT},
        {143: "starttls-optional", 993: "implicit"},
        {("cleartext-auth", TASKS, 10)},
        id="a family on which Dovecot refuses the files is none that the role is for",
    ),
    pytest.param(
        {TASKS: "- dnf: {name: dovecot}\n" + NEWER_DOVECOT},
        {143: "starttls-optional", 993: "implicit"},
        {("cleartext-auth", TASKS, 9)},
        id="of a family the distribution that has the Dovecot that takes them",
    ),
    pytest.param(
        {TASKS: "- copy:\n    dest: /etc/dovecot/dovecot.conf\n    content: |\n"
                "      protocols = imap\n      !include conf.d/*.conf\n"
                "- copy: {content: '#', dest: /etc/dovecot/conf.d/10-ssl.conf}\n"},
        {},
        set(),
        id="other files of a folder may set what those of the role do not",
    ),
    pytest.param(
        {**DEFAULTS, TASKS: LAY + "- unarchive: {src: x.tgz, dest: /etc/postfix}\n"},
        {},
        set(),
        id="anything may be unpacked over it",
    ),
    pytest.param(
        {TASKS: "- copy: {src: main.cf, dest: /etc/postfix/}\n- copy: {src: master.cf, "
                "dest: /etc/postfix/}\n", "files/main.cf": MAIN.replace("{{ mail_tls }}", "none"),
         "files/master.cf": "smtp inet n - n - - smtpd\n"},
        {25: "none"},
        {("cleartext-auth", "files/master.cf", 1), ("relay-starttls-missing", "files/main.cf", 2)},
        id="files that are copied are read once",
    ),
    pytest.param(
        {**DEFAULTS, TASKS: "- include_vars: \"{{ ansible_os_family }}.yml\"\n"
                + LAY.replace("/etc/postfix", "\"{{ folder }}").replace("main.cf}", "main.cf\"}"),
         "vars/Debian.yml": "folder: /etc/postfix\n", "vars/FreeBSD.yml": "folder: /x\n"},
        {25: "none"},
        NO_TLS,
        id="a folder by the family",
    ),
    pytest.param(
        {**DEFAULTS, TASKS: LAY + "- copy: {src: policy.pp, dest: /etc/selinux/}\n",
         "files/policy.pp": "\0"},
        {25: "none"},
        NO_TLS,
        id="a file that is no text is copied to where no mail is",
    ),
    pytest.param(
        {TASKS: "- copy: {src: postfix/, dest: /etc/postfix}\n", "files/postfix/x.db": "\0",
         "files/postfix/main.cf": MAIN.replace("{{ mail_tls }}", "none")},
        {25: "none"},
        {("cleartext-auth", "files/postfix/main.cf", 3),
         ("relay-starttls-missing", "files/postfix/main.cf", 2)},
        id="or beside one that is mail",
    ),
    pytest.param(
        {TASKS: "- apt: {name: dovecot-imapd}\n- copy: {src: 15-mailboxes.conf, "
                "dest: /etc/dovecot/conf.d/}\n",
         "files/15-mailboxes.conf": get("debian-13").shipped(
             "/etc/dovecot/conf.d/15-mailboxes.conf")},
        {143: "starttls-required", 993: "implicit"},
        set(),
        id="a copy of what the package ships",
    ),
    pytest.param(
        {TASKS: "- template: {src: msmtprc.j2, dest: /etc/msmtprc}\n",
         "templates/msmtprc.j2": "account a\nhost {{ h }}\nport 465\ntls on\ntls_starttls on\n"
                                 "tls_certcheck on\n",
         "defaults/main.yml": "h: smtp.example.com\n"},
        {},
        {("implicit-tls-missing", "templates/msmtprc.j2", 5)},
        id="a client",
    ),
    pytest.param(
        {TASKS: "- copy:\n    dest: ~/.msmtprc\n    content: |\n"
                "      account a\n      host h.example\n      port 587\n      tls off\n"
                "      auth on\n      user x\n"},
        {},
        {("starttls-missing", TASKS, 7)},
        id="a client's file of a user",
    ),
    pytest.param(
        {TASKS: "- copy:\n    dest: '{{ home_of_somebody }}/.msmtprc'\n    content: |\n"
                "      account a\n      host h.example\n      port 587\n      tls off\n"
                "      auth on\n      user x\n"},
        {},
        set(),
        id="a client's file of whichever user",
    ),
    pytest.param(
        {**DEFAULTS, TASKS: LAY, "templates/main.cf.j2": MAIN.replace(
            "smtpd_sasl", "# mailwarden: ignore[relay-starttls-missing] x\nsmtpd_sasl").replace(
            "smtpd_tls", "# mailwarden: ignore[relay-starttls-missing] a lab\nsmtpd_tls", 1)},
        {25: "none"},
        {("cleartext-auth", TEMPLATE, 5), ("suppression", TEMPLATE, 4)},
        id="a suppression in a template",
    ),
    pytest.param(
        {TASKS: "- template: {src: sql.j2, dest: /etc/dovecot/dovecot-sql.conf}\n"
                "- template: {src: dovecot.conf.j2, dest: /etc/dovecot/dovecot.conf}\n",
         "templates/sql.j2": "driver = mysql\n",
         "templates/dovecot.conf.j2": "protocols = imap\nssl = required\nssl_cert = </a\n"
                                      "ssl_key = </b\nservice imap-login {\n"
                                      "  inet_listener imap {\n    port = 0\n  }\n}\n"},
        {993: "implicit"},
        set(),
        id="a table beside a configuration",
    ),
    pytest.param(
        {TASKS: "- debconf: {name: postfix, question: postfix/main_mailer_type, vtype: select, "
                "value: Satellite system}\n"
                "- debconf: {name: postfix, question: postfix/relayhost, vtype: string, "
                "value: smtp.example.com}\n- copy: {src: passwords, dest: /etc/postfix/sasl}\n"
                "- blockinfile:\n    path: /etc/postfix/main.cf\n    block: |\n"
                "      smtp_sasl_auth_enable = yes\n"
                "      smtp_sasl_password_maps = hash:$config_directory/sasl\n"
                "      smtp_sasl_security_options = noanonymous\n"
                "      smtp_tls_security_level = encrypt\n",
         "files/passwords": "smtp.example.com user:x\n"},
        {25: "starttls-optional"},
        {("client-on-relay-port", TASKS, 4), ("certificate-unverified", TASKS, 10)},
        id="what the package is asked, beside a file of passwords",
    ),
    pytest.param(
        {**DEFAULTS, TASKS: LAY.replace("src", "block_start_string: '<%', block_end_string: '%>', "
                                        "lstrip_blocks: yes, src"),
         "templates/main.cf.j2": "# {% odd\n  <% if mail_tls %>\n" + MAIN + "<% endif %>\n"},
        {25: "none"},
        {("cleartext-auth", TEMPLATE, 5), ("relay-starttls-missing", TEMPLATE, 4)},
        id="a template of other signs",
    ),
    pytest.param(
        {**DEFAULTS, TASKS: "- include_tasks: install/all.yml\n", "tasks/install/all.yml": LAY},
        {25: "none"},
        NO_TLS,
        id="tasks in a folder",
    ),
    pytest.param(
        {"vars/main.yml": "mail_tls: none\nnames:\n"
                           "- templates/{{ kind.name }}.main.cf.j2\n- templates/main.cf.j2\n",
         TASKS: "- command: x\n  register: kind\n"
                + LAY.replace("main.cf.j2", "\"{{ lookup('first_found', names) }}\"", 1),
         "templates/main.cf.j2": MAIN, "templates/odd.main.cf.j2": MAIN},
        {25: "none"},
        {("relay-starttls-missing", "templates/odd.main.cf.j2", 2),
         ("cleartext-auth", "templates/odd.main.cf.j2", 3)},
        id="one template or another",
    ),
]  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(root: Path, files: dict[str, str]) -> None:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)


def report(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    main(["lint", *(words or (".",)), "--format", "json"])
    made: dict[str, Any] = json.loads(capsys.readouterr().out)
    return made


def served(one: dict[str, Any]) -> dict[int, str | None]:
    """The mode of each port; of one that is open, or has several, none."""
    found: dict[int, str | None] = {}
    for end in one["endpoints"]:
        if end["side"] == "server" and end["port"] is not None:
            other = end["port"] in found and found[end["port"]] != end["tls"]
            found[end["port"]] = None if other else end["tls"]
    return found


def said(one: dict[str, Any], role: str) -> set[tuple[str, str, int]]:
    return {
        (finding["rule"], finding["path"].removeprefix(role), finding["line"])
        for finding in one["findings"]
        if finding["severity"] in ("error", "warning")
        and finding["confidence"] != "possible"
        and finding["suppressed"] is None
    }


@pytest.mark.parametrize("role", ["", "roles/mail/"], ids=["the repository", "one of its roles"])
@pytest.mark.parametrize(("files", "ports", "findings"), CASES)
def test_a_role(
    files: dict[str, str],
    ports: dict[int, str | None],
    findings: set[tuple[str, str, int]],
    role: str,
    tree: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(tree, {role + path: content for path, content in files.items()})
    one = report(capsys)
    assert served(one) == ports
    assert said(one, role) == findings
    assert not one["unread"]
    every = [one, *one["findings"]]
    assert ":/" not in json.dumps([[end["path"], end["causes"]] for end in one["endpoints"]])
    assert not [item for item in every if ":/" in str(item.get("path", ""))]


def in_role(files: dict[str, str]) -> dict[str, str]:
    return {f"roles/mail/{path}": content for path, content in files.items()}


ROLE = in_role({**DEFAULTS, TASKS: LAY})


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"group_vars/all.yml": "mail_tls: may\n"}, id="a group"),
        pytest.param({"site.yml": "- hosts: all\n  vars: {mail_tls: may}\n"}, id="a play"),
    ],
)
def test_what_another_file_may_set_is_open(
    files: dict[str, str], tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tree, {**ROLE, **files})
    one = report(capsys)
    assert served(one) == {25: None}
    assert not said(one, "roles/mail/")
    assert "undecided" in {finding["rule"] for finding in one["findings"]}


MSMTP = "- template: {src: msmtprc.j2, dest: /etc/msmtprc}\n"
LAST = "- {0}: {{path: /etc/postfix/main.cf, regexp: '^{1} =', line: '{1} = {2}'}}\n"


@pytest.mark.parametrize(
    ("files", "name", "rule"),
    [
        pytest.param(
            {TASKS: MSMTP, "templates/msmtprc.j2": "account a\nhost {{ host }}\ntls on\n"},
            "host",
            "syntax-error",
            id="a value that has to be there",
        ),
        pytest.param(
            {TASKS: MSMTP, "templates/msmtprc.j2": "account a\n{% if wanted %}\nhost {{ host }}\n"
                                                   "{% endif %}\n"},
            "host",
            "syntax-error",
            id="in a branch",
        ),
        pytest.param(
            {**DEFAULTS, TASKS: LAY, TEMPLATE: MAIN.replace("{{ mail_tls }}", "may")
                + "smtpd_tls_cert_file = {{ host }}\n"},
            "host",
            "tls-broken",
            id="a certificate",
        ),
        pytest.param(
            {**DEFAULTS, TASKS: LAY, TEMPLATE: MAIN.replace("{{ mail_tls }}", "may")
                + "{% if wanted and host %}\nsmtpd_tls_cert_file = {{ host }}\n{% endif %}\n"},
            "host",
            "tls-broken",
            id="a branch that is left out",
        ),
        pytest.param(
            {TASKS: LAST.format("lineinfile", "relayhost", "[{{ host }}]:587")},
            "host",
            "endpoint-unusable",
            id="a part of a value, in a task",
        ),
        pytest.param(
            {TASKS: LAST.format("lineinfile", "mydomain", "{{ host }}")
                + LAST.format("lineinfile", "myorigin", "$mydomain")},
            "host",
            "endpoint-unusable",
            id="a value, in a task",
        ),
    ],
)  # fmt: skip
def test_what_does_not_work_with_an_empty_default_is_possible(
    files: dict[str, str], name: str, rule: str, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = {"defaults/main.yml": f"{name}: ''\nwanted: true\n"}
    write(tree, in_role({**files, **empty}))
    one = report(capsys)
    assert not {found for found in said(one, "roles/mail/") if found[0] == rule}
    where = [finding["when"] for finding in one["findings"] if finding["rule"] == rule]
    assert where
    assert all(f"{name} is empty" in when for when in where)
    assert not one["unread"]


@pytest.mark.parametrize("files", [
    pytest.param({**DEFAULTS, TASKS: LAY, "defaults/main.yml": "mail_tls: ''\n"}, id="a level"),
    pytest.param({**DEFAULTS, TASKS: LAY, TEMPLATE: MAIN + "relayhost = {{ x }}\n",
                  "defaults/main.yml": "mail_tls: ''\nx: ''\n"}, id="a host that mail goes to"),
])  # fmt: skip
def test_an_empty_default_that_works_is_meant(
    files: dict[str, str], tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tree, in_role(files))
    assert said(report(capsys), "roles/mail/") == NO_TLS


def test_what_a_switch_leaves_out_counts(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = MAIN.replace("{{ mail_tls }}", "may") + (
        "{% if with_tls %}\nsmtpd_tls_cert_file = /x\n{% endif %}\nx = {{ unused }}\n"
    )
    defaults = {"defaults/main.yml": "with_tls: false\nunused: ''\n"}
    write(tree, in_role({TASKS: LAY, TEMPLATE: body, **defaults}))
    assert ("tls-broken", TEMPLATE, 2) in said(report(capsys), "roles/mail/")


def test_what_rests_on_what_is_said(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tree, ROLE)
    rests_on = {tuple(finding["rests_on"]) for finding in report(capsys)["findings"]}
    assert rests_on == {
        (
            "who uses roles/mail leaves its variables as its own files have them",
            "the host is Debian 13",
        )
    }


def test_distributions_that_agree_are_said_once(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = "- apt: {name: postfix}\n- dnf: {name: postfix}\n"
    write(tree, in_role({**DEFAULTS, TASKS: both + LAY}))
    one = report(capsys)
    assert said(one, "roles/mail/") == NO_TLS
    assert len(one["endpoints"]) == 2
    assert {finding["rests_on"][-1] for finding in one["findings"]} == {
        "the host is Debian 13 or RHEL 10"
    }


@pytest.mark.parametrize(
    ("named", "says"),
    [
        pytest.param("roles/mail/templates/main.cf.j2", True, id="the template"),
        pytest.param("roles/mail/tasks/main.yml", False, id="tasks that are no cause"),
        pytest.param("roles/mail/defaults/main.yml", True, id="its variables"),
        pytest.param("roles", True, id="a folder"),
        pytest.param("roles/mail/handlers/main.yml", False, id="another of its files"),
        pytest.param("other", False, id="another folder"),
    ],
)
def test_a_part_of_the_repository(
    named: str, says: bool, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        tree,
        {**ROLE, **in_role({"handlers/main.yml": "[]\n"}), "other/msmtprc": "account a\nhost h\n"},
    )
    found = said(report(capsys, named), "roles/mail/")
    assert (found >= NO_TLS) is says


def test_a_fix_is_tried_on_the_host(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tree, in_role({TASKS: SUBMISSION + LAY, "templates/main.cf.j2": (
        "compatibility_level = 3.6\nsmtpd_tls_chain_files = /etc/x.pem\n"
        "smtpd_tls_security_level = may\nsmtpd_sasl_auth_enable = yes\n"
        "smtpd_tls_auth_only = yes\nrelayhost = [smtp.example.com]:465\n"
        "smtp_tls_security_level = may\n")}))  # fmt: skip
    main(["lint", ".", "--fix", "--unsafe-fixes"])
    capsys.readouterr()
    fixed = (tree / "roles/mail/templates/main.cf.j2").read_text()
    assert "smtp_tls_wrappermode = yes" in fixed
    assert "implicit-tls-missing" not in {rule for rule, _path, _line in said(report(capsys), "")}


def test_what_is_not_followed_is_counted(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = "- name: Unpack\n  unarchive: {src: x.tgz, dest: '{{ nowhere }}'}\n"
    write(tree, in_role({**DEFAULTS, TASKS: LAY + more}))
    main(["lint", ".", "--verbose"])
    shown = capsys.readouterr().out
    assert "host: roles/mail on Debian 13: /etc/postfix/main.cf" in shown
    assert "passed over: roles/mail/tasks/main.yml: line 3: not followed: " in shown
    assert "1 passed over" in shown


@pytest.mark.parametrize(("release", "confidence"), [("7", "possible"), ("9", "likely")])
def test_what_rests_on_a_default_is_possible_where_an_older_release_is_meant(
    release: str, confidence: str, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Postfix 2.9 and older need no smtpd_relay_restrictions: RELEASE_NOTES of 2.10 and 3.0."""
    meta = f"galaxy_info: {{platforms: [{{name: EL, versions: [{release}]}}]}}\n"
    main = {TEMPLATE: "# {{ ansible_managed }}\nmynetworks = 127.0.0.0/8\n"}
    write(tree, {"meta/main.yml": meta, TASKS: "- yum: {name: postfix}\n" + LAY, **main})
    found = [one for one in report(capsys)["findings"] if one["rule"] == "endpoint-unusable"]
    assert [one["confidence"] for one in found] == [confidence]


@pytest.mark.parametrize(
    ("path", "made"),
    [
        pytest.param(
            "/etc/postfix/main.cf",
            "tasks roles/mail/tasks/main.yml:2, roles/mail/tasks/main.yml:9; "
            "laid from roles/mail/templates/main.cf.j2; variables of roles/mail/defaults/main.yml",
            id="laid, then edited",
        ),
        pytest.param(
            "/etc/postfix/master.cf",
            "as Debian 13 ships it; tasks roles/mail/tasks/main.yml:4",
            id="shipped, then edited",
        ),
    ],
)
def test_what_a_file_is_made_of(
    path: str, made: str, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit = "- command: postconf -e biff=no\n"
    tasks = "- apt: {name: postfix}\n" + LAY + SUBMISSION + edit
    write(tree, in_role({**DEFAULTS, TASKS: tasks}))
    main(["lint", ".", "--verbose"])
    assert f"made: roles/mail: {path} on Debian 13: {made}\n" in capsys.readouterr().out


def test_a_role_without_mail_is_nothing(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tree, in_role({TASKS: "- template: {src: x.j2, dest: /etc/x}\n", "templates/x.j2": "{%"}))
    one = report(capsys)
    assert not one["findings"]
    assert not one["summary"]["files"]


def test_a_template_that_cannot_be_read_is_unread_by_its_own_name(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tree, in_role({**DEFAULTS, TASKS: LAY, "templates/main.cf.j2": "a = b\n{% if %}\n"}))
    one = report(capsys)
    assert [entry["path"] for entry in one["unread"]] == ["roles/mail/templates/main.cf.j2"]


@pytest.mark.parametrize(
    ("more", "confidence"),
    [
        pytest.param("", "certain", id="nothing is taken for granted"),
        pytest.param(SUBMISSION + "  when: late\n", "likely", id="a default says no"),
        pytest.param("- apt: {name: x}\n  when: late\n", "certain", id="to what writes no mail"),
    ],
)
def test_what_is_written_out_is_certain(
    more: str, confidence: str, tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay = "- copy: {{src: {0}, dest: /etc/postfix/{0}}}\n"
    files = {
        TASKS: lay.format("main.cf") + lay.format("master.cf") + more,
        "files/main.cf": MAIN.replace("{{ mail_tls }}", "none"),
        "files/master.cf": "smtp inet n - n - - smtpd\n",
        "defaults/main.yml": "late: false\n",
    }
    write(tree, in_role(files))
    assert {finding["confidence"] for finding in report(capsys)["findings"]} == {confidence}
