# ruff: noqa: E501  tables whose rows read better on one line
"""Whose a file is by its name and what it holds: unusual names, and files of other programs."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue, engine
from ansible_collections.mailwarden.policy.plugins.module_utils.catalogue.endings import (
    A_SAMPLE,
    A_TEMPLATE,
    ASIDE,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

LARAVEL = "APP_KEY=k\nMAIL_MAILER=smtp\nMAIL_HOST=mail.example.org\nMAIL_PORT=465\n"
GRAFANA = "[smtp]\nenabled = true\nhost = mail.example.org:465\nfrom_address = a@example.org\n"
VARIABLES = "GF_SMTP_ENABLED=true\nGF_SMTP_HOST=mail.example.org:465\n"
GITEA = "[mailer]\nENABLED = true\nPROTOCOL = smtps\nSMTP_ADDR = mail.example.org\n"
GOGS = "[mailer]\nENABLED = true\nHOST = mail.example.org:587\nUSER = git\n"
SPRING = "spring.mail.host=mail.example.org\nspring.mail.protocol=smtps\n"
NESTED = "spring:\n  mail:\n    host: mail.example.org\n    protocol: smtps\n"
ALERTS = (
    "global:\n  smtp_smarthost: mail.example.org:587\nroute: {receiver: a}\n"
    "receivers:\n  - name: a\n    email_configs: [{to: a@example.org}]\n"
)
SYNAPSE = "email:\n  smtp_host: mail.example.org\n  force_tls: true\n  notif_from: a@example.org\n"
MATTERMOST = '{"EmailSettings": {"SMTPServer": "mail.example.org", "ConnectionSecurity": "TLS"}}'


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        *(
            pytest.param(path, LARAVEL, ["laravel"], id=f"variables, {path}")
            for path in (
                ".env", "laravel.env", ".env.web", ".env.testing.laravel", ".env-prod", ".env_web",
                "env", "env.web", "env_web", "deploy/web.env.local", ".env.example",
            )
        ),
        pytest.param("env.grafana", VARIABLES, ["grafana-variables"], id="Grafana's variables"),
        pytest.param("grafana-prod.ini", GRAFANA, ["grafana"], id="Grafana's file"),
        pytest.param("conf/git.ini", GITEA, ["gitea"], id="Gitea's file"),
        pytest.param("alertmanager.conf", ALERTS, ["alertmanager"], id="YAML called .conf"),
        pytest.param("am.yml", ALERTS, ["alertmanager"], id="Alertmanager's file"),
        pytest.param("synapse.yaml", SYNAPSE, ["synapse"], id="Synapse's file"),
        pytest.param("mattermost.config.json", MATTERMOST, ["mattermost"], id="Mattermost's file"),
        pytest.param("application-mail.yml", NESTED, ["spring-boot"], id="a profile in YAML"),
        pytest.param("flow.yml", "spring: {mail: {host: h}}\n", ["spring-boot"], id="YAML's flow style"),
        pytest.param("quoted.yml", "spring:\n  \"mail\": {'host': h}\n", ["spring-boot"], id="quoted keys"),
        pytest.param("mail.properties", SPRING, ["spring-boot"], id="properties by another name"),
    ],
)  # fmt: skip
def test_a_name_of_ones_own(path: str, content: str, expected: list[str]) -> None:
    report = engine.check(MemorySource({path: content.encode()}), Policy.default(), [path])
    assert [shown.endpoint.program for _unit, shown in report.endpoints] == expected
    assert report.unread == []


@pytest.mark.parametrize(
    ("path", "content", "why"),
    [
        pytest.param("templates/grafana.ini.j2", "[smtp]\nenabled = {{ on }}\n", A_TEMPLATE, id="by a name"),
        pytest.param("templates/app.ini.j2", GITEA, A_TEMPLATE, id="by what it holds"),
        pytest.param("templates/env.j2", LARAVEL, A_TEMPLATE, id="variables"),
        pytest.param(".env.web.tmpl", LARAVEL, A_TEMPLATE, id="variables of a service"),
        pytest.param("alertmanager.yml.in", ALERTS, A_TEMPLATE, id="an installer's"),
        pytest.param("application.yml.erb", NESTED, A_TEMPLATE, id="YAML"),
        pytest.param("ssmtp.conf.template", "mailhub=<%= hub %>\n", A_TEMPLATE, id="no words of a row"),
        pytest.param("alertmanager.yml.example", ALERTS, A_SAMPLE, id="a sample"),
        pytest.param(".env.dist", LARAVEL, A_SAMPLE, id="a sample of variables"),
        pytest.param(".env.example.sail", LARAVEL, A_SAMPLE, id="a sample with more to its name"),
        pytest.param("grafana.env.example", VARIABLES, A_SAMPLE, id="a sample but Laravel's"),
        pytest.param("grafana.ini.bak", GRAFANA, ASIDE, id="a copy"),
        pytest.param("homeserver.yaml~", SYNAPSE, ASIDE, id="an editor's"),
        pytest.param("grafana.ini.20240101", GRAFANA, ASIDE, id="a date"),
    ],
)  # fmt: skip
def test_passed_over(path: str, content: str, why: str) -> None:
    look = catalogue.look(path, Policy.default(), "", MemorySource({path: content.encode()}))
    assert (look.claims, look.why) == ((), why)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        pytest.param("tasks/alertmanager.yml", "- copy: {src: '{{ smtp_from }}'}\n", id="Ansible's tasks"),
        pytest.param("alertmanager.yaml", "kind: Alertmanager\nspec: {image: '{{ .Values.image }}'}\n", id="a manifest"),
        pytest.param("grafana.ini.j2", "[server]\nport = {{ port }}\n", id="a template without mail"),
        pytest.param("application.properties.example", "spring.datasource.host=h\nemail=a\n", id="a sample without mail"),
        pytest.param("env.py", LARAVEL, id="code"),
        pytest.param("src/env.d.ts", LARAVEL, id="code with more to its name"),
        pytest.param("environment", LARAVEL, id="a word that begins so"),
        pytest.param("appsettings.json", '{"EmailSettings": {"SMTPServer": "h"}}', id="an application of .NET"),
        pytest.param("values.yaml", "smarthost: h:25\n", id="one word of two"),
        pytest.param("application.yml", "spring:\n  data: {host: h}\n  email: x\n", id="no mail of Spring's"),
        pytest.param("conf/app.ini", GOGS, id="Gogs' file"),
        pytest.param("realm.json", '{"smtpServer": {"host": "h"}, "EmailSettings": 1}', id="Keycloak's realm"),
    ],
)  # fmt: skip
def test_what_is_none_of_ours(path: str, content: str) -> None:
    options = Options(skip_unknown=True)
    source = MemorySource({path: content.encode()})
    report = engine.check(source, Policy.default(), [path], options)
    assert (report.endpoints, report.findings, report.unread) == ([], [], [])


def test_alertmanagers_own_templates_are_no_template() -> None:
    own = "    slack_configs: [{text: '{{ range .Alerts }}{{ .Annotations.x }}{{ end }}'}]\n"
    source = MemorySource({"alertmanager.yml": (ALERTS + own).encode()})
    report = engine.check(source, Policy.default(), ["alertmanager.yml"])
    assert len(report.endpoints) == 1
    assert report.unread == []


@pytest.mark.parametrize(
    ("content", "clients"),
    [
        pytest.param("GF_SMTP_HOST=h:587\nGF_SMTP_ENABLED=false\n", 0, id="Grafana, off"),
        pytest.param("GF_SMTP_HOST=h:587\n", 1, id="Grafana, switched on elsewhere"),
        pytest.param("GITEA__mailer__SMTP_ADDR=h\nGITEA__mailer__ENABLED=false\n", 0, id="Gitea, off"),
        pytest.param("GITEA__mailer__SMTP_ADDR=h\nGITEA__mailer__PROTOCOL=dummy\n", 0, id="Gitea, to nowhere"),
        pytest.param("MM_EMAILSETTINGS_SMTPSERVER=h\n", 1, id="no switch"),
    ],
)  # fmt: skip
def test_variables_that_switch_mail_off(content: str, clients: int) -> None:
    report = engine.check(MemorySource({".env": content.encode()}), Policy.default(), [".env"])
    assert len(report.endpoints) == clients


@pytest.mark.parametrize(
    ("path", "content", "unread"),
    [
        pytest.param("grafana.ini.j2", GRAFANA, 1, id="by its name"),
        pytest.param(".env.dist", LARAVEL, 0, id="by content alone"),
    ],
)
def test_what_is_named_and_passed_over(path: str, content: str, unread: int) -> None:
    """A hook, which skips what is unknown, fails at no file that may be another program's."""
    source = MemorySource({path: content.encode()})
    for options, expected in ((Options(skip_unknown=True), unread), (Options(), 1)):
        report = engine.check(source, Policy.default(), [path], options)
        assert len(report.unread) == expected
