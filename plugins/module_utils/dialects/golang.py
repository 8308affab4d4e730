# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Programs written in Go: Alertmanager, Gitea, Grafana, listmonk, Mattermost."""

from ..endpoint import IMPLICIT, NONE, STARTTLS_OPTIONAL, STARTTLS_REQUIRED
from ..patterns import lazy
from .row import (
    BEFORE,
    FULL,
    MODE,
    NEVER,
    PORT,
    SET,
    WITH_PORT,
    Client,
    Dialect,
    Truth,
    given,
    true,
    unless,
)

# parseBool of go-ini behind MustBool: any other word is false.
INI = Truth(("1", "t", "T", "true", "TRUE", "True", "YES", "yes", "Yes", "y", "ON", "on", "On"))
# What go-yaml v2 resolves to a boolean; it refuses the rest where one is wanted.
YAML = Truth(
    ("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"),
    ("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"),
    None,
    ("", "~", "null", "Null", "NULL"),
)
JSON = Truth(("true",), ("false",), None, ("", "null"))

_AT_465 = {"force_implicit_tls": None, MODE: IMPLICIT}
# Its notification templates: actions of Go that speak of what it hands to them.  Jinja begins no
# name with a dot, and Helm's names are others.
_ACTIONS = lazy(
    r"\{\{(?=[^{}\n]*\}\})(?![^{}\n]*[.](?:Values|Release|Chart|Env)[.])"
    r"(?:-?[ \t]*(?:end|else)\b|[^{}\n]*?(?<![\w)\]'\"])(?:[.](?:[A-Z]|[ \t)}])|[$]))[^{}\n]*\}\}"
)
_NESTED = "before 0.31 Alertmanager wants STARTTLS once more within TLS"
_RECEIVER = Client(
    root="receivers.*.email_configs.*.", shared="global.smtp_", host="smarthost",
    written=WITH_PORT, ports=(),
    modes=(
        (IMPLICIT, {"force_implicit_tls": True}),
        (IMPLICIT, {PORT: "465", "force_implicit_tls": None}),
        (NONE, {"require_tls": False}),
        (STARTTLS_REQUIRED, {}),
    ),
    login=given("auth_username"),
    plaintext=((True, {"auth_password": SET}), (True, {"auth_password_file": SET}), (False, {})),
    verified=unless("tls_config.insecure_skip_verify"),
    unusable=(
        (_NESTED, {**_AT_465, "require_tls": None, BEFORE: "0.31"}),
        (_NESTED, {**_AT_465, "require_tls": True, BEFORE: "0.31"}),
    ),
)  # fmt: skip
ALERTMANAGER = Dialect(
    "alertmanager", "Alertmanager",
    (_RECEIVER._replace(root="global.smtp_", shared=""), _RECEIVER),
    # Kubernetes' manifests and Ansible's tasks are called so as well.
    YAML, "yamls", files=("alertmanager.yml", "alertmanager.yaml"), sign="receivers",
    maybe=(".yml", ".yaml", "alertmanager.conf"), content=("smarthost", "receivers"),
    expressions=_ACTIONS,
    paths=("/etc/alertmanager/alertmanager.yml", "/etc/prometheus/alertmanager.yml"),
    program="alertmanager", versions=("0.20", "0.34"), trailing_comments=True,
)  # fmt: skip

_MAILER = Client(
    root="mailer.", host=("SMTP_ADDR", "HOST"), written=WITH_PORT, port="SMTP_PORT",
    when=(
        (False, {"PROTOCOL": ("sendmail", "dummy", "smtp+unix")}),
        (False, {"PROTOCOL": None, "MAILER_TYPE": "sendmail"}),
        *true("ENABLED"),
    ),
    modes=(
        (IMPLICIT, {"PROTOCOL": "smtps"}),
        (STARTTLS_OPTIONAL, {"PROTOCOL": ("smtp+starttls", "smtp+startls")}),
        (NONE, {"PROTOCOL": SET}),
        (IMPLICIT, {"IS_TLS_ENABLED": True}),
        (STARTTLS_OPTIONAL, {"IS_TLS_ENABLED": SET}),
        (NONE, {PORT: "25"}),
        (STARTTLS_OPTIONAL, {PORT: "587"}),
        (IMPLICIT, {}),
    ),
    ports=((25, {MODE: NONE}), (465, {MODE: IMPLICIT}), (587, {})),
    login=given("USER"),
    verified=(
        ("none", {"FORCE_TRUST_SERVER_CERT": True}),
        ("none", {"FORCE_TRUST_SERVER_CERT": None, "SKIP_VERIFY": True}),
        *FULL,
    ),
)  # fmt: skip
GITEA = Dialect(
    "gitea", "Gitea, Forgejo", (_MAILER,),
    INI, "ini", "GITEA", comments=("#", ";"), trailing_comments=True,
    files=("gitea/app.ini", "gitea/conf/app.ini", "forgejo/app.ini", "forgejo/conf/app.ini"),
    maybe=(".ini",), content=(
        "[mailer]", "ENABLED",
        "gitea|Gitea|forgejo|Forgejo|SMTP_ADDR|SMTP_PORT|MAILER_TYPE|IS_TLS_ENABLED",
    ),
    paths=("/etc/gitea/app.ini", "/etc/forgejo/app.ini"),
)  # fmt: skip

_SMTP = Client(
    root="smtp.", host="host", written=WITH_PORT, default_host="localhost:25", ports=(),
    when=true("enabled"),
    modes=(
        (IMPLICIT, {PORT: "465"}),
        (STARTTLS_REQUIRED, {"startTLS_policy": "MandatoryStartTLS"}),
        (NONE, {"startTLS_policy": "NoStartTLS"}),
        (STARTTLS_OPTIONAL, {}),
    ),
    login=given("user"), verified=unless("skip_verify"),
)  # fmt: skip
GRAFANA = Dialect(
    "grafana", "Grafana", (_SMTP,),
    INI, "ini", "GRAFANA", comments=("#", ";"), trailing_comments=True,
    files=("grafana.ini", "grafana/*.ini"), paths=("/etc/grafana/grafana.ini",),
    maybe=(".ini",), content=("[smtp]", "from_address", "enabled"),
)  # fmt: skip

_SERVER = Client(
    root="smtp.*.", host="host", port="port", ports=(), when=true("enabled"),
    modes=(
        (IMPLICIT, {"tls_type": "TLS"}),
        (STARTTLS_REQUIRED, {"tls_type": "STARTTLS"}),
        (NONE, {}),
    ),
    login=((True, {"auth_protocol": ("cram", "plain", "login")}), (False, {})),
    plaintext=((True, {"auth_protocol": "login"}), (False, {})),
    verified=unless("tls_skip_verify"),
)  # fmt: skip
LISTMONK = Dialect(
    "listmonk", "listmonk", (_SERVER, _SERVER._replace(root="data.smtp.*.")),
    JSON, comments=(), maybe=(".json",), content=('"auth_protocol"', '"tls_type"', '"smtp"'),
)  # fmt: skip

_EMAIL = Client(
    root="EmailSettings.", host="SMTPServer", port="SMTPPort", ports=((10025, {}),),
    modes=(
        (IMPLICIT, {"ConnectionSecurity": "TLS"}),
        (STARTTLS_OPTIONAL, {"ConnectionSecurity": "STARTTLS"}),
        (NONE, {}),
    ),
    login=true("EnableSMTPAuth"), plaintext=NEVER,
    verified=unless("SkipServerCertificateVerification"),
)  # fmt: skip
MATTERMOST = Dialect(
    "mattermost", "Mattermost", (_EMAIL,),
    JSON, comments=(), maybe=(".json",),
    # Applications of .NET may have the first two as well.
    content=(
        '"EmailSettings"', '"SMTPServer"',
        '"ConnectionSecurity"|"EnableSMTPAuth"|"SendEmailNotifications"|"ServiceSettings"',
    ),
    paths=("/opt/mattermost/config/config.json",),
)  # fmt: skip
