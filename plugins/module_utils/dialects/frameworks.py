# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Frameworks, which many applications are built on: Laravel's ``.env``, Spring Boot."""

from ..endpoint import IMPLICIT, NONE, STARTTLS_OPTIONAL, STARTTLS_REQUIRED
from ..patterns import lazy
from ..text.values import Undecided
from .row import (
    BEFORE,
    DOTTED,
    ENV,
    FULL,
    MODE,
    PORT,
    SET,
    SINCE,
    Client,
    Dialect,
    Elsewhere,
    Truth,
    given,
)

_MAIL = Client(
    root="MAIL_", host="HOST", default_host="127.0.0.1", port="PORT",
    when=(
        (Undecided("MAIL_URL"), {"URL": SET}),
        (True, {"MAILER": "smtp"}),
        (False, {"MAILER": SET}),
        (True, {"DRIVER": "smtp"}),
        (False, {"DRIVER": SET}),
        (True, {"HOST": SET, BEFORE: "11"}),
        (False, {}),
    ),
    modes=(
        (IMPLICIT, {"SCHEME": "smtps"}),
        (STARTTLS_REQUIRED, {"ENCRYPTION": "tls", BEFORE: "9"}),
        (IMPLICIT, {"ENCRYPTION": "ssl", BEFORE: "9"}),
        (NONE, {BEFORE: "9"}),
        (IMPLICIT, {PORT: "465"}),
        (STARTTLS_OPTIONAL, {}),
    ),
    ports=((2525, {SINCE: "11"}), (587, {})),
    login=given("USERNAME"),
    unusable=(("Symfony knows no such scheme", {"SCHEME": ("tls", "ssl", "starttls")}),),
)  # fmt: skip
LARAVEL = Dialect(
    "laravel", "Laravel", (_MAIL,),
    Truth(("true",), null=("", "null", "(null)", "empty", "(empty)")), "dotenv", "PHP",
    # A new application copies the sample as it is.
    maybe=(*ENV, ".env.example"),
    content=("MAIL_HOST", "APP_KEY"),
    elsewhere=(Elsewhere(("config/mail.php",), ("require_tls", "auto_tls")),),
    program="laravel", versions=("8", "13"), alive="9", trailing_comments=True,
)  # fmt: skip

# ``${NAME}`` and ``${NAME:default}``.
_REFERENCES = lazy(r"\$\{([A-Za-z0-9_.-]{1,64})(?::([^}$]{0,200}))?\}")
_JAVA = "properties.mail.smtp."
_IDENTITY = _JAVA + "ssl.checkserveridentity"
_SPRING = Client(
    root="spring.mail.", host="host", port="port",
    modes=(
        (IMPLICIT, {"protocol": "smtps"}),
        (IMPLICIT, {"ssl.enabled": True}),
        (IMPLICIT, {_JAVA + "ssl.enable": True}),
        (IMPLICIT, {_JAVA + "socketFactory.class": "javax.net.ssl.SSLSocketFactory"}),
        (STARTTLS_REQUIRED, {_JAVA + "starttls.required": True}),
        (STARTTLS_OPTIONAL, {_JAVA + "starttls.enable": True}),
        (NONE, {}),
    ),
    ports=((465, {MODE: IMPLICIT}), (25, {})),
    login=given("username"),
    verified=(
        ("none", {_JAVA + "ssl.trust": "*"}),
        ("chain", {_IDENTITY: False}),
        ("chain", {_IDENTITY: None, BEFORE: "3"}),
        *FULL,
    ),
)  # fmt: skip
SPRING = Dialect(
    "spring-boot", "Spring Boot", (_SPRING,),
    Truth(("true", "TRUE", "True", "on", "yes", "1")), keys=DOTTED, profiles="application",
    maybe=(".properties", ".yml", ".yaml"),
    content=("spring", "spring.mail| mail:|{mail:|'mail'|\"mail\"", "host"),
    references=_REFERENCES, program="spring-boot", versions=("3", "4"),
)  # fmt: skip
