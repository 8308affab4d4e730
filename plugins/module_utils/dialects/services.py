# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Servers that hand on mail of their own: docker-mailserver's relay, Synapse, Vaultwarden."""

from ..endpoint import IMPLICIT, NONE, STARTTLS_OPTIONAL, STARTTLS_REQUIRED
from .row import (
    BEFORE,
    ENV,
    FULL,
    MODE,
    SET,
    VARIABLES,
    WITH_PORT,
    Client,
    Dialect,
    Elsewhere,
    Truth,
    given,
)

_RELAY = Client(
    root="RELAY_", host="HOST", port="PORT",
    modes=(
        (STARTTLS_REQUIRED, {"USER": SET, "PASSWORD": SET}),
        (STARTTLS_REQUIRED, {BEFORE: "14"}),
        (STARTTLS_OPTIONAL, {}),
    ),
    login=given("USER", "PASSWORD"),
    verified=(("none", {}),),
)  # fmt: skip
_DEFAULT_RELAY = Client(
    host="DEFAULT_RELAY_HOST", written=WITH_PORT,
    modes=(
        (STARTTLS_REQUIRED, {"RELAY_USER": SET, "RELAY_PASSWORD": SET}),
        (STARTTLS_OPTIONAL, {}),
    ),
    login=given("RELAY_USER", "RELAY_PASSWORD"),
    verified=(("none", {}),),
)  # fmt: skip
_OVERRIDES = ("config/postfix-main.cf", "docker-data/dms/config/postfix-main.cf", "postfix-main.cf")
DOCKER_MAILSERVER = Dialect(
    "docker-mailserver", "docker-mailserver", (_RELAY, _DEFAULT_RELAY),
    Truth(("1",)), "dotenv", "COMPOSE", files=("mailserver.env",),
    maybe=ENV, content=("RELAY_HOST", "SSL_TYPE"),
    elsewhere=(Elsewhere(_OVERRIDES, ("smtp_tls_",)),),
    program="docker-mailserver", versions=("14", "15"), trailing_comments=True,
)  # fmt: skip

# What PyYAML makes of a word, as Python takes it for true: a text is, if it is not empty.
_PYTHON = Truth(
    (),
    ("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "0"),
    True,
    ("", "~", "null", "Null", "NULL"),
)
_EMAIL = Client(
    root="email.", host="smtp_host", default_host="localhost", port="smtp_port",
    when=((True, {"notif_from": SET}), *given("smtp_host")),
    modes=(
        (IMPLICIT, {"force_tls": True}),
        (NONE, {"enable_tls": False}),
        (STARTTLS_REQUIRED, {"require_transport_security": True}),
        (STARTTLS_OPTIONAL, {}),
    ),
    ports=((465, {"force_tls": True}), (25, {})),
    login=given("smtp_user"),
    unusable=(
        ("force_tls needs enable_tls", {"force_tls": True, "enable_tls": False}),
        ("require_transport_security needs enable_tls",
         {"require_transport_security": True, "enable_tls": False}),
    ),
)  # fmt: skip
SYNAPSE = Dialect(
    "synapse", "Synapse", (_EMAIL,),
    _PYTHON, files=("homeserver.yaml", "homeserver.yml"),
    maybe=(".yaml", ".yml"), content=("smtp_host", "notif_from"),
    paths=("/etc/matrix-synapse/homeserver.yaml", "/etc/matrix-synapse/conf.d/*.yaml"),
    trailing_comments=True,
)  # fmt: skip

_SMTP = Client(
    root="SMTP_", host="HOST", port="PORT",
    modes=(
        (IMPLICIT, {"SECURITY": "force_tls"}),
        (NONE, {"SECURITY": "off"}),
        (STARTTLS_REQUIRED, {"SECURITY": "starttls"}),
        (IMPLICIT, {"EXPLICIT_TLS": True}),
        (NONE, {"SSL": False}),
        (STARTTLS_REQUIRED, {}),
    ),
    ports=((465, {MODE: IMPLICIT}), (25, {MODE: NONE}), (587, {})),
    login=given("USERNAME"),
    verified=(
        ("none", {"ACCEPT_INVALID_CERTS": True}),
        ("chain", {"ACCEPT_INVALID_HOSTNAMES": True}),
        *FULL,
    ),
    unusable=(
        ("", {"SECURITY": ("force_tls", "off", "starttls")}),
        ("Vaultwarden knows no such security", {"SECURITY": SET}),
    ),
)  # fmt: skip
VAULTWARDEN = Dialect(
    "vaultwarden", "Vaultwarden", (_SMTP,),
    Truth(("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0"), None),
    "dotenv", "COMPOSE", files=("vaultwarden.env", "vaultwarden/.env"), keys=VARIABLES,
    maybe=ENV, content=("SMTP_HOST", "SIGNUPS_ALLOWED"), trailing_comments=True,
    elsewhere=(Elsewhere(("data/config.json", "vw-data/config.json"), ("smtp_",)),),
)  # fmt: skip
