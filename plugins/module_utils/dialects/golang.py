# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Programs written in Go: Gitea and Forgejo, Grafana, listmonk, Mattermost.

Go's own ``net/smtp`` sends no PLAIN without TLS; the LOGIN that all of these but Mattermost add
does not mind, so a server that offers LOGIN alone gets the password.

Gitea: ``smtp+starttls`` goes on without TLS if the server offers none.  Without ``PROTOCOL`` the
port decides; a protocol that it does not know, ``SMTPS`` in capitals too, is plaintext.

Grafana: 465 is TLS from the first byte whatever the policy; a policy that it does not know leaves
STARTTLS optional.

listmonk keeps its servers in the database; these are its settings as its API gives and takes them.

Mattermost goes on if STARTTLS fails, but never logs in without TLS.
"""

from ..endpoint import IMPLICIT, NONE, STARTTLS_OPTIONAL, STARTTLS_REQUIRED
from .row import MODE, NEVER, PORT, SET, WITH_PORT, Client, Dialect, Truth, given

# parseBool of go-ini behind MustBool: what is neither is false.
INI = Truth(("1", "t", "T", "true", "TRUE", "True", "YES", "yes", "Yes", "y", "ON", "on", "On"))
JSON = Truth(("true",), ("false",), None, ("", "null"))

_MAILER = Client(
    root="mailer.",
    host=("SMTP_ADDR", "HOST"),
    written=WITH_PORT,
    port="SMTP_PORT",
    when=(
        (False, {"PROTOCOL": ("sendmail", "dummy", "smtp+unix")}),
        (False, {"PROTOCOL": None, "MAILER_TYPE": "sendmail"}),
        (True, {"ENABLED": True}),
        (False, {}),
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
        ("full", {}),
    ),
)
GITEA = Dialect(
    "gitea",
    "Gitea, Forgejo",
    (_MAILER,),
    "source: modules/setting/mailer.go; services/mailer/sender/smtp.go, Send, and smtp_auth.go",
    INI,
    "ini",
    "GITEA",
    files=("gitea/app.ini", "gitea/conf/app.ini", "forgejo/app.ini", "forgejo/conf/app.ini"),
    maybe=(".ini",),
    content=("[mailer]", "ENABLED"),
    paths=("/etc/gitea/app.ini", "/etc/forgejo/app.ini"),
    comments=("#", ";"),
)

_SMTP = Client(
    root="smtp.",
    host="host",
    written=WITH_PORT,
    default_host="localhost:25",
    when=((True, {"enabled": True}), (False, {})),
    modes=(
        (IMPLICIT, {PORT: "465"}),
        (STARTTLS_REQUIRED, {"startTLS_policy": "MandatoryStartTLS"}),
        (NONE, {"startTLS_policy": "NoStartTLS"}),
        (STARTTLS_OPTIONAL, {}),
    ),
    ports=(),
    login=given("user"),
    verified=(("none", {"skip_verify": True}), ("full", {})),
)
GRAFANA = Dialect(
    "grafana",
    "Grafana",
    (_SMTP,),
    "source: pkg/setting/setting_smtp.go; pkg/services/notifications/smtp.go, createDialer; "
    "go-mail/mail, Dialer.Dial",
    INI,
    "ini",
    "GRAFANA",
    files=("grafana.ini", "grafana/*.ini"),
    maybe=(".ini",),
    content=("[smtp]", "from_address", "enabled"),
    paths=("/etc/grafana/grafana.ini",),
    comments=("#", ";"),
)

_SERVER = Client(
    root="smtp.*.",
    host="host",
    port="port",
    when=((True, {"enabled": True}), (False, {})),
    modes=(
        (IMPLICIT, {"tls_type": "TLS"}),
        (STARTTLS_REQUIRED, {"tls_type": "STARTTLS"}),
        (NONE, {}),
    ),
    ports=(),
    login=((True, {"auth_protocol": ("cram", "plain", "login")}), (False, {})),
    plaintext=((True, {"auth_protocol": "login"}), (False, {})),
    verified=(("none", {"tls_skip_verify": True}), ("full", {})),
)
LISTMONK = Dialect(
    "listmonk",
    "listmonk",
    (_SERVER, _SERVER._replace(root="data.smtp.*.")),
    "source: internal/messenger/email/email.go, New; cmd/init.go, initSMTPMessengers (911e0b77); "
    "knadh/smtppool, newConn",
    JSON,
    maybe=(".json",),
    content=('"auth_protocol"', '"tls_type"', '"smtp"'),
    comments=(),
)

_EMAIL = Client(
    root="EmailSettings.",
    host="SMTPServer",
    port="SMTPPort",
    modes=(
        (IMPLICIT, {"ConnectionSecurity": "TLS"}),
        (STARTTLS_OPTIONAL, {"ConnectionSecurity": "STARTTLS"}),
        (NONE, {}),
    ),
    ports=((10025, {}),),
    login=((True, {"EnableSMTPAuth": True}), (False, {})),
    plaintext=NEVER,
    verified=(("none", {"SkipServerCertificateVerification": True}), ("full", {})),
)
MATTERMOST = Dialect(
    "mattermost",
    "Mattermost",
    (_EMAIL,),
    "source: server/platform/shared/mail/mail.go, NewSMTPClientAdvanced; model/config.go",
    JSON,
    maybe=(".json",),
    content=('"EmailSettings"', '"SMTPServer"'),
    paths=("/opt/mattermost/config/config.json",),
    comments=(),
)
