# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""himalaya, mail in a terminal: ``himalaya/config.toml``."""

from ..endpoint import IMPLICIT, NONE, STARTTLS_REQUIRED
from .row import SCHEME, SET, URL, Client, Dialect, Truth, given

_SECRETS = ("sasl.plain", "sasl.login", "sasl.oauthbearer", "sasl.xoauth2")
_SENDS = tuple((True, {name + ".username": SET}) for name in _SECRETS)
_SMTP = Client(
    root="accounts.*.smtp.", host="server", written=URL, scheme="smtps",
    modes=(
        (IMPLICIT, {SCHEME: ("smtps", "imaps")}),
        (STARTTLS_REQUIRED, {"starttls": True}),
        (NONE, {}),
    ),
    ports=((465, {SCHEME: "smtps"}), (25, {})),
    login=(*_SENDS, *given("sasl.scram-sha-256.username")),
    plaintext=(*_SENDS, (False, {})),
)  # fmt: skip
_IMAP = _SMTP._replace(
    root="accounts.*.imap.", scheme="imaps", protocol="imap",
    ports=((993, {SCHEME: "imaps"}), (143, {})),
)  # fmt: skip
_SEND = Client(
    root="accounts.*.message.send.backend.", host="host", port="port", ports=(),
    when=((True, {"type": "smtp"}), (False, {})),
    modes=(
        (STARTTLS_REQUIRED, {"encryption.type": ("start-tls", "starttls")}),
        (NONE, {"encryption.type": "none"}),
        (IMPLICIT, {}),
    ),
    login=given("login"),
)  # fmt: skip
_FETCH = _SEND._replace(
    root="accounts.*.backend.", when=((True, {"type": "imap"}), (False, {})), protocol="imap"
)
HIMALAYA = Dialect(
    "himalaya", "Himalaya", (_SMTP, _IMAP, _SEND, _FETCH),
    Truth(("true",), ("false",), None), files=("himalaya/config.toml", "himalaya.toml"),
    trailing_comments=True,
)  # fmt: skip
