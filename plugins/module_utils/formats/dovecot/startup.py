# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What keeps Dovecot from starting although each line is right: settings that do not go together.

Source: the check functions of login-settings.c, ssl-settings.c, master-service-ssl-settings.c and
master-settings.c of Dovecot 2.3.19 and 2.4.1.
"""

from __future__ import annotations

from .effective import Effective
from .filters import Connection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from ...endpoint import Setting
    from .configuration import Configuration

# Names in ``protocols`` for which there has never been a service, or no longer.
NO_PROTOCOLS = frozenset(("smtp", "smtps", "submissions", "lmtps"))
GONE = frozenset(("imaps", "pop3s", "managesieve"))


def check(configuration: Configuration) -> None:
    """Note what the daemon refuses as a whole."""
    settings = Effective(configuration, Connection("", ""))
    ssl, why = settings.text("ssl")
    if configuration.modern and ssl == "required":
        clear, clear_why = settings.flag("auth_allow_cleartext")
        if clear is True:
            message = "auth_allow_cleartext = yes does not go with ssl = required"
            _blame(configuration, message, (*why, *clear_why))
    _client_certificates(configuration, settings, ssl)
    _protocols(configuration, settings)


def _client_certificates(configuration: Configuration, settings: Effective, ssl: object) -> None:
    asks, authorities = "ssl_verify_client_cert", "ssl_ca"
    if configuration.modern:
        asks, authorities = "ssl_server_request_client_cert", "ssl_server_ca_file"
    wanted, why = settings.flag(asks)
    if wanted is True and ssl in ("yes", "required") and settings.text(authorities).value == "":
        _blame(configuration, f"{asks} = yes needs {authorities}", why)


def _protocols(configuration: Configuration, settings: Effective) -> None:
    words, why = settings.words("protocols")
    refused = NO_PROTOCOLS | GONE if configuration.modern else NO_PROTOCOLS
    declared = [
        entry.value
        for service in configuration.services.values()
        for entry in [service.settings.get("protocol")]
        if entry is not None
    ]
    for word in words if isinstance(words, list) else ():
        if word in refused and word not in declared:
            _blame(configuration, f"there is no protocol {word}", why)


def _blame(configuration: Configuration, message: str, why: Sequence[Setting]) -> None:
    places = [setting.place for setting in why if setting.place is not None]
    if places:
        configuration.wrong(message, places[-1])
