# ruff: noqa: E501  tables whose rows read better on one line
"""What a configuration is rendered from is told from the configuration."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue
from ansible_collections.mailwarden.policy.plugins.module_utils.catalogue.templates import refuse
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text


@pytest.mark.parametrize(
    ("name", "string", "line"),
    [
        pytest.param("msmtp", "account a\nport {{ port }}\n", 2, id="Jinja"),
        pytest.param("msmtp", 'host {{ "mail." ~ domain }}\n', 1, id="Jinja, a literal first"),
        pytest.param("postfix", "x = {{ lookup('env', 'R', default='x') }}\n", 1, id="with ="),
        pytest.param("postfix", "x = {{ 'may' if t == 1 else 'none' }}\n", 1, id="with =="),
        pytest.param("postfix", "x = {{ (a | default('*')) }}\n", 1, id="in parentheses"),
        pytest.param("postfix", "relayhost = [{{ host }}]:{{ port }}\n", 1, id="behind a colon"),
        pytest.param("dovecot", "\n{%- if x %}\nssl = no\n{% endif %}\n", 2, id="a block"),
        pytest.param("dovecot", "{%raw%}\n", 1, id="a block without blanks"),
        pytest.param("dovecot", "# {{ x }}\nssl = {{ .Env.SSL }}\n", 2, id="Go"),
        pytest.param("dovecot", "{{#if x}}\nssl = no\n{{/if}}\n", 1, id="Mustache"),
        pytest.param("postfix", "myhostname = <%= @host %>\n", 1, id="ERB"),
        pytest.param("dovecot", "ssl = <%=ssl%>\n", 1, id="ERB without blanks"),
        pytest.param("alertmanager", "a: b\nc: '{{ smtp.host }}'\n", 2, id="Jinja's dot"),
        pytest.param("alertmanager", "a: {{ .Values.smtp.host }}\n", 1, id="Helm"),
        pytest.param("alertmanager", "a: {{ x | default('.A') }}\n", 1, id="a dot in quotes"),
        pytest.param("autoconfig", "<!-- a\nb --><port>{{ port }}</port>\n", 2, id="XML"),
    ],
)
def test_a_template_is_refused(name: str, string: str, line: int) -> None:
    with pytest.raises(MailwardenError, match="is a template") as caught:
        refuse(Text.of("x", string), catalogue.row(name))
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("name", "string"),
    [
        pytest.param("postfix", "# {{ ansible_managed }}\n", id="a comment"),
        pytest.param("dovecot", "ssl = required # {{ ansible_managed }}\n", id="behind a value"),
        pytest.param("autoconfig", "<!-- from\n{{ domain }} --><a/>\n", id="a comment of XML"),
        pytest.param("postfix", "x = ${{$compatibility_level} < {3.6} ? {no} : {yes}}\n", id="level"),
        pytest.param("postfix", "x = ${y?{{a}}}\n", id="braces that are the value"),
        pytest.param("postfix", "x = ${y?{a}:{{b}}}\n", id="the other value"),
        pytest.param("postfix", "x = inline:{{a.example = smtp:[b]}, {.onion=smtp}}\n", id="inline"),
        pytest.param("postfix", "x = check_client_access cidr:{{10.0.0.0/8 REJECT}}\n", id="cidr"),
        pytest.param("postfix", "x = pcre:{{/foo$$/ REJECT}}\n", id="pcre"),
        pytest.param("postfix", "x = unionmap:{{static:a}}, randmap:{{b}}\n", id="maps of maps"),
        pytest.param(
            "msmtp", "passwordeval docker inspect --format '{{ .Config.Labels.pw }}' c\n", id="shell"
        ),
        pytest.param("msmtp", "  password a{{b}}\n", id="a password"),
        pytest.param("alertmanager", "a: '{{ template \"x\" . }}'\n", id="Alertmanager's template"),
        pytest.param("alertmanager", "a: '{{ .Labels.Values | join \" \" }}'\n", id="its data"),
        pytest.param("alertmanager", "a: '{{ if eq .A \"b\" }}{{ else }}c{{- end -}}'\n", id="its branch"),
        pytest.param("alertmanager", "a: '{{ (index .Alerts 0).Labels.x }}{{ $x }}'\n", id="its names"),
        pytest.param("dovecot", "mail_location = maildir:%{home}/{%{user}\n", id="variables"),
        pytest.param("dovecot", "mail_plugins {\n  {{\n}}\n}\n", id="on two lines"),
    ],
)  # fmt: skip
def test_a_finished_file_is_not_refused(name: str, string: str) -> None:
    refuse(Text.of("x", string), catalogue.row(name))
