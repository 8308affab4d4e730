"""Templates of roles, read as the files that they become."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine import edit
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
    Finding,
    Report,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy

from mailwarden.cli import main
from mailwarden.templates import Repository

MAIN = """\
# {{ ansible_managed }}
compatibility_level = 3.6
smtpd_tls_chain_files = /etc/ssl/mail.pem
smtp_tls_security_level = {{ relay_tls }}
relayhost = [{{ relay_host }}]:{{ relay_port }}
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = hash:/etc/postfix/sasl
smtp_sasl_security_options = noanonymous
{% if relay_wrapped | default(false) %}
smtp_tls_wrappermode = yes
{% endif %}
"""
DEFAULTS = "relay_tls: encrypt\nrelay_host: smtp.example.com\nrelay_port: 587\n"
MSMTP = "account a\nhost smtp.example.com\nport {{ port }}\ntls on\ntls_starttls {{ starttls }}\n"
ROLE = "roles/x/"
TEMPLATE = ROLE + "templates/main.cf.j2"


def report(root: Path, files: dict[str, str], paths: list[str] | None = None) -> Report:
    """What is said of the templates in a tree of files."""
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    source = Repository(str(root))
    wanted = paths or [path for path in files if path.endswith(".j2")]
    return engine.check(source, Policy.default(), wanted, Options(fixes=True))


def postfix(root: Path, main: str = MAIN, defaults: str = DEFAULTS, **more: str) -> Report:
    return report(root, {TEMPLATE: main, ROLE + "defaults/main.yml": defaults, **more})


def relayed(one: Report) -> dict[str, object]:
    """The fields of the relay host, those that are open without a value."""
    for _unit, shown in one.endpoints:
        if shown.endpoint.id == "postfix:relayhost":
            end = shown.endpoint
            return {"host": end.host, "port": end.port, "tls": end.tls}
    return {}


def found(one: Report, rule: str) -> Finding:
    return next(finding for finding in one.findings if finding.rule == rule)


def rules(one: Report) -> set[str]:
    """The rules of findings that count."""
    return {
        finding.rule
        for finding in one.findings
        if finding.confidence != "possible" and finding.severity in ("error", "warning")
    }


def test_a_role_is_read_with_its_defaults(tmp_path: Path) -> None:
    one = postfix(tmp_path)
    assert relayed(one) == {
        "host": "smtp.example.com",
        "port": 587,
        "tls": "starttls-required",
    }
    assert rules(one) == {"certificate-unverified"}
    assert not one.unread


def test_what_rests_on_a_default_is_likely_and_names_its_line(tmp_path: Path) -> None:
    one = postfix(tmp_path, defaults=DEFAULTS.replace("587", "465"))
    finding = found(one, "implicit-tls-missing")
    assert finding.confidence == "likely"
    assert finding.rests_on == ("who uses roles/x leaves its variables as its own files have them",)
    assert finding.place.path == TEMPLATE
    places = [(one.place.path, one.place.line) for one in finding.cause if one.place]
    assert places[0] == (ROLE + "defaults/main.yml", 1)
    assert places[-1][0] == TEMPLATE


def test_that_others_may_change_a_role_s_variables_is_no_news(tmp_path: Path) -> None:
    one = postfix(tmp_path, **{ROLE + "templates/master.cf.j2": "smtp inet n - y - - smtpd\n"})
    assert len(one.endpoints) == 2
    assert not any(shown.undecided or shown.depends_on for _unit, shown in one.endpoints)
    assert "undecided" not in {finding.rule for finding in one.findings}


@pytest.mark.parametrize(
    ("main", "line"),
    [
        pytest.param(MAIN, 4, id="of an expression"),
        pytest.param("{# a\ncomment #}\n" + MAIN, 6, id="behind a comment"),
        pytest.param(MAIN.replace("\n", "\r\n"), 4, id="of lines that end in two characters"),
        pytest.param("#jinja2: lstrip_blocks: True\n" + MAIN, 5, id="behind a header"),
    ],
)
def test_places_are_the_template_s(main: str, line: int, tmp_path: Path) -> None:
    one = postfix(tmp_path, main=main, defaults=DEFAULTS.replace("587", "465"))
    assert found(one, "implicit-tls-missing").place.line == line


@pytest.mark.parametrize(
    ("path", "content"),
    [
        pytest.param("group_vars/all.yml", "relay_port: 587\n", id="a group"),
        pytest.param("host_vars/web1/mail", "relay_port: 587\n", id="a host, in a folder"),
        pytest.param("site.yml", "- hosts: all\n  vars:\n    relay_port: 587\n", id="a play"),
        pytest.param("inventory/hosts", "web1 relay_port=587\n", id="an inventory"),
        pytest.param(ROLE + "vars/Debian.yml", "relay_port: 587\n", id="a distribution"),
        pytest.param(
            ROLE + "tasks/main.yml", "- set_fact:\n    relay_port: 587\n", id="a task sets it"
        ),
        pytest.param(
            ROLE + "tasks/main.yml", "- command: x\n  register: relay_port\n", id="a result"
        ),
        pytest.param("group_vars/vault.yml", "$ANSIBLE_VAULT;1.1;AES256\n00\n", id="a vault"),
    ],
)
def test_what_another_file_may_set_is_open(path: str, content: str, tmp_path: Path) -> None:
    one = postfix(tmp_path, defaults=DEFAULTS.replace("587", "465"), **{path: content})
    assert "implicit-tls-missing" not in rules(one)
    assert "undecided" in {finding.rule for finding in one.findings}


def test_vars_of_a_role_count_before_its_defaults(tmp_path: Path) -> None:
    one = postfix(tmp_path, **{ROLE + "vars/main.yml": "relay_port: 465\n"})
    assert "implicit-tls-missing" in rules(one)


def test_a_value_may_be_a_template(tmp_path: Path) -> None:
    one = postfix(tmp_path, defaults=DEFAULTS.replace("587", '"{{ base + 565 }}"\nbase: 22'))
    assert relayed(one)["port"] == 587


@pytest.mark.parametrize(
    "defaults",
    [
        pytest.param("relay_tls: [\n", id="no YAML"),
        pytest.param("- a\n", id="no mapping"),
        pytest.param("a: &a {<<: *a}\n", id="a circle"),
        pytest.param("relay_port: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n", id="a vault's value"),
    ],
)
def test_defaults_that_say_nothing_leave_everything_open(defaults: str, tmp_path: Path) -> None:
    one = postfix(tmp_path, defaults=defaults)
    assert not rules(one)
    assert not one.unread


GO = """\
receivers:
- name: a
  email_configs:
  - {to: a@example.com, from: b@example.com, smarthost: 'h:465', text: '{{ .CommonLabels.x }}'}
"""
SQUARE = "- template:\n    src: main.cf\n    dest: /x/main.cf\n    variable_start_string: '[['\n"


@pytest.mark.parametrize(
    ("files", "made"),
    [
        pytest.param({ROLE + "tasks/x.yaml": ""}, "{{ a }}", id="a role"),
        pytest.param({"roles/x/site.yml": "- hosts: all\n"}, "{{ a }}", id="beside a playbook"),
        pytest.param({ROLE + "Chart.yaml": "name: x\n"}, "", id="of another program"),
        pytest.param({ROLE + "tasks/x.yml": ""}, "a", id="without an expression"),
    ],
)
def test_a_template_may_be_called_as_its_file(
    files: dict[str, str], made: str, tmp_path: Path
) -> None:
    path = ROLE + "templates/main.cf"
    main = MAIN if made != "a" else "compatibility_level = 3.6\n"
    one = report(tmp_path, {path: main, ROLE + "defaults/x.txt": "", **files}, [path])
    assert bool(one.unread) == (not made)
    expected = ("who uses roles/x leaves its variables as its own files have them",)
    assert any(expected == finding.rests_on for finding in one.findings) == (made == "{{ a }}")


def test_what_a_task_says_of_a_template_counts(tmp_path: Path) -> None:
    """As the ``template`` action of ansible-core 2.19 hands it to Jinja2."""
    tasks = {ROLE + "tasks/install/x.yml": SQUARE + "    variable_end_string: ']]'\n"}
    path = ROLE + "templates/main.cf"
    main = MAIN.replace("{{", "[[").replace("}}", "]]") + "# {{ odd\n"
    defaults = {ROLE + "defaults/main.yml": DEFAULTS}
    one = report(tmp_path, {path: main, **defaults, **tasks}, [path])
    assert relayed(one)["port"] == 587


def test_signs_that_are_not_known_leave_a_template_unread(tmp_path: Path) -> None:
    tasks = {ROLE + "tasks/main.yml": SQUARE.replace("'[['", "'{{ sign }}'")}
    one = postfix(
        tmp_path, **{path: text.replace("main.cf", "main.cf.j2") for path, text in tasks.items()}
    )
    assert [unread.reason for unread in one.unread] == [
        "is a template of which the signs are not known"
    ]


def test_a_language_of_braces_is_no_template_by_where_it_lies(tmp_path: Path) -> None:
    path = ROLE + "templates/alertmanager.yml"
    one = report(tmp_path, {path: GO, ROLE + "tasks/main.yml": ""}, [path])
    assert not one.unread
    assert len(one.endpoints) == 1


def test_secrets_are_not_filled_in(tmp_path: Path) -> None:
    files = {
        ROLE + "templates/msmtprc.j2": "account a\nhost h.example.com\nport 587\ntls on\n"
        "tls_starttls on\nauth on\nuser u\npassword {{ smtp_password }}{{ x.password }}\n",
        ROLE + "defaults/main.yml": "smtp_password: hunter2\nx: {password: hunter3}\n",
    }
    one = report(tmp_path, files)
    texts = [text.string for judged in one.units for text in judged.unit.texts.values()]
    assert texts
    assert not any("hunter" in text for text in texts)


def test_both_files_of_a_role_are_read_together(tmp_path: Path) -> None:
    master = (
        "submission inet n - y - - smtpd\n"
        "{% if wrapped %}\n  -o smtpd_tls_wrappermode=yes\n{% endif %}\n"
    )
    files = {
        TEMPLATE: MAIN + "smtpd_tls_security_level = encrypt\n",
        ROLE + "templates/master.cf.j2": master,
        ROLE + "defaults/main.yml": DEFAULTS + "wrapped: true\n",
    }
    one = report(tmp_path, files, [TEMPLATE])
    assert len(one.units) == 1
    assert "implicit-tls-unexpected" in rules(one)


def test_a_branch_that_nobody_decides_is_two_alternatives(tmp_path: Path) -> None:
    text = MSMTP.replace("{{ starttls }}", "{{ 'off' if ansible_x else 'on' }}")
    one = report(tmp_path, {ROLE + "templates/msmtprc.j2": text.replace("{{ port }}", "465")})
    assert found(one, "implicit-tls-missing").when == ("ansible_x = no",)


class TestFixes:
    """A fix writes what stands in a template, and no expression."""

    def test_of_a_literal(self, tmp_path: Path) -> None:
        text = MSMTP.replace("{{ port }}", "465").replace("{{ starttls }}", "on")
        path = ROLE + "templates/msmtprc.j2"
        one = report(tmp_path, {path: "# {{ ansible_managed }}\n" + text})
        fix = found(one, "implicit-tls-missing").fix
        assert fix is not None
        made = edit.edited(Repository(str(tmp_path)), fix.edits)[path]
        assert made.decode() == ("# {{ ansible_managed }}\n" + text).replace(
            "starttls on", "starttls off"
        )

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(MSMTP.replace("{{ port }}", "465"), id="of an expression"),
            pytest.param(
                MSMTP.replace("{{ port }}", "465").replace("{{ starttls }}", "{{ 'on' }}"),
                id="of a literal in an expression",
            ),
        ],
    )
    def test_of_an_expression_is_none(self, text: str, tmp_path: Path) -> None:
        path = ROLE + "templates/msmtprc.j2"
        one = report(tmp_path, {path: text, ROLE + "defaults/main.yml": "starttls: 'on'\n"})
        assert found(one, "implicit-tls-missing").fix is None


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("files/main.cf.j2", id="not of Ansible"),
        pytest.param("templates/main.cf.erb", id="another language"),
        pytest.param("templates/etc_postfix_main.cf.j2", id="a name that is not its file's"),
        pytest.param("templates/conf.d/10-ssl.conf.j2", id="a part"),
    ],
)
def test_other_templates_are_passed_over(path: str, tmp_path: Path) -> None:
    one = report(tmp_path, {path: "x = 1\n"}, [path])
    assert [unread.path for unread in one.unread] == [path]


def test_a_template_that_does_not_parse_is_unread_with_its_line(tmp_path: Path) -> None:
    one = postfix(tmp_path, main="a = 1\n{% if %}\n")
    assert one.unread[0].path == TEMPLATE
    assert one.unread[0].reason.startswith("line 2: is no template that Jinja2 parses")


def test_dialects_are_known_by_the_name_of_what_they_become(tmp_path: Path) -> None:
    path = ROLE + "templates/ssmtp.conf.j2"
    text = "mailhub={{ hub }}\nUseTLS=YES\nUseSTARTTLS=YES\nAuthUser=a\nAuthPass={{ p }}\n"
    one = report(tmp_path, {path: text, ROLE + "defaults/main.yml": "hub: smtp.example.com:465\n"})
    assert "implicit-tls-missing" in rules(one)


def test_an_included_template_is_found_in_the_role_and_nowhere_else(tmp_path: Path) -> None:
    files = {
        TEMPLATE: MAIN
        + "{% include 'more.j2' %}\n{% include '../../../secret.j2' ignore missing %}\n",
        ROLE + "templates/more.j2": "smtp_tls_wrappermode = yes\n",
        ROLE + "defaults/main.yml": DEFAULTS,
        "other.j2": "relayhost = [other.example.com]:25\n",
    }
    one = report(tmp_path, files, [TEMPLATE])
    assert relayed(one) == {"host": "smtp.example.com", "port": 587, "tls": "implicit"}


def test_the_command_reads_templates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    postfix(tmp_path, defaults=DEFAULTS.replace("587", "465"))
    shutil.copytree(tmp_path / ROLE, tmp_path / "roles/y")
    monkeypatch.chdir(tmp_path)
    assert main(["lint", "."]) == 1
    out = capsys.readouterr().out
    assert f"{TEMPLATE}:4:1: error:" in out
    assert "roles/y/defaults/main.yml:1:12: relay_tls: encrypt" in out


def test_a_comment_of_the_template_suppresses(tmp_path: Path) -> None:
    wrong = DEFAULTS.replace("587", "465")
    comment = "# mailwarden: ignore[implicit-tls-missing] a relay of our own\n"
    text = MAIN.replace("smtp_tls_security_level", comment + "smtp_tls_security_level")
    finding = found(postfix(tmp_path, main=text, defaults=wrong), "implicit-tls-missing")
    assert finding.suppressed is not None


def test_nothing_of_a_hostile_role_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "run"
    run = f"{{{{ lookup('pipe', 'touch {mark}') }}}}"
    plugin = f"open({str(mark)!r}, 'w')\n"
    more = {
        "ansible.cfg": "[defaults]\nfilter_plugins = plugins\n",
        "plugins/f.py": plugin,
        ROLE + "filter_plugins/f.py": plugin,
        ROLE + "vars/main.yml": f'evil: "{run}"\n',
    }
    one = postfix(tmp_path, main=MAIN + f"x = {run}{{{{ evil }}}}{{{{ 1 | f }}}}\n", **more)
    assert not mark.exists()
    assert not one.unread
    assert relayed(one)["port"] == 587


def test_a_file_that_ansible_refuses_may_set_every_name(tmp_path: Path) -> None:
    """A tag that it does not know: no object is made of it, and the role does not run."""
    mark = tmp_path / "run"
    evil = f"object: !!python/object/apply:os.system ['touch {mark}']\n"
    one = postfix(tmp_path, main=MAIN + "x = {{ object }}\n", **{ROLE + "vars/main.yml": evil})
    assert not mark.exists()
    assert relayed(one)["port"] is None


def test_a_file_that_cannot_be_read_may_set_every_name(tmp_path: Path) -> None:
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars/all").symlink_to("/nowhere")
    assert relayed(postfix(tmp_path))["port"] is None


def test_a_folder_sets_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert relayed(postfix(tmp_path))["port"] == 587


def test_defaults_may_lie_in_folders(tmp_path: Path) -> None:
    files = {
        TEMPLATE: MAIN,
        ROLE + "defaults/main/a.yml": "relay_tls: encrypt\nrelay_host: smtp.example.com\n",
        ROLE + "defaults/main/more/b.yml": "relay_port: 587\n",
    }
    assert relayed(report(tmp_path, files))["port"] == 587


def test_a_template_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "grafana.ini.j2").symlink_to("/nowhere")
    (unread,) = report(tmp_path, {}, ["grafana.ini.j2"]).unread
    assert "template" in unread.reason
