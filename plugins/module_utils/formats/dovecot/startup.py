# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What keeps Dovecot from starting although each line is right: settings that do not go together.

Source: the check functions of login-settings.c, ssl-settings.c, master-service-ssl-settings.c and
master-settings.c, and config_all_parsers_check of config-parser.c, of Dovecot 2.3.19 and 2.4.1.
"""

from __future__ import annotations

from ...text.assume import parse_version
from . import collisions
from .effective import Effective, effective
from .filters import ROOT, Connection, covers, ordered
from .grammar import PROGRAM
from .networks import Nearby
from .settings import truth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Sequence

    from ...text.values import Setting
    from .configuration import Configuration

LIMIT = 500
# Names in ``protocols`` for which there has never been a service, or no longer.
NO_PROTOCOLS = frozenset(("smtp", "smtps", "submissions", "lmtps"))
GONE = frozenset(("imaps", "pop3s", "managesieve", "none"))


def check(configuration: Configuration) -> None:
    """Note what the daemon refuses as a whole."""
    settings = effective(configuration, Connection("", ""))
    for view in _views(configuration):
        if configuration.modern:
            _cleartext(configuration, view)
        _client_certificates(configuration, view)
    _protocols(configuration, settings)
    collisions.check(configuration, settings)
    if configuration.modern:
        _version(configuration)


def _views(configuration: Configuration) -> Iterator[Effective]:
    """The settings that are checked together.

    2.4 checks what each filter sets by itself, over the defaults (config_filter_parser_check); 2.3
    tries each filter with those around it, and refuses it where they cannot be brought together.
    Of more filters than ``LIMIT`` nothing is said anyhow (``server``).
    """
    filters = configuration.filters
    if configuration.modern:
        yield from (Effective(configuration, [one]) for one in filters)
        return
    nearby = Nearby(filters)
    for one in filters if len(filters) <= LIMIT else (ROOT,):
        around = [other for other in nearby.around(one.local, one.remote) if covers(other, one)]
        view = Effective(configuration, ordered(around, False))
        if view.conflict:
            _conflict(configuration, view.conflict)
        yield view


def _cleartext(configuration: Configuration, view: Effective) -> None:
    """Both said in one place; where two filters say them, the login dies (``login``)."""
    ssl, why = view.text("ssl")
    clear, clear_why = view.flag("auth_allow_cleartext")
    if ssl == "required" and clear is True:
        message = "auth_allow_cleartext = yes does not go with ssl = required beside it"
        _blame(configuration, message, (*why, *clear_why))


def _client_certificates(configuration: Configuration, view: Effective) -> None:
    asks, authorities = "ssl_verify_client_cert", "ssl_ca"
    if configuration.modern:
        asks, authorities = "ssl_server_request_client_cert", "ssl_server_ca_file"
    wanted, why = view.text(asks)
    used = view.text("ssl").value in ("yes", "required")
    if isinstance(wanted, str) and truth(wanted) and used and view.text(authorities).value == "":
        where = " in the same section" if configuration.modern else ""
        _blame(configuration, f"{asks} = {wanted} needs {authorities}{where}", why)


def _protocols(configuration: Configuration, settings: Effective) -> None:
    words, why = settings.words("protocols")
    refused = NO_PROTOCOLS | (GONE if configuration.modern else frozenset())
    declared = [
        entry.value
        for service in configuration.services.values()
        for entry in [service.settings.get("protocol")]
        if entry is not None
    ]
    for word in words if isinstance(words, list) else ():
        if word in refused and word not in declared:
            _blame(configuration, f"there is no protocol {word}", why)


def _conflict(configuration: Configuration, crossing: Sequence[Setting]) -> None:
    first = crossing[0].place
    line = f" of line {first.line}" if first is not None else ""
    message = f"{crossing[1].name} is set against a filter{line} that is not around this one"
    _blame(configuration, message, crossing)


def _blame(configuration: Configuration, message: str, why: Sequence[Setting]) -> None:
    places = [setting.place for setting in why if setting.place is not None]
    if places:
        configuration.wrong(message, places[-1])


def _version(configuration: Configuration) -> None:
    """The version that the file is written for.

    Which newer ones a Dovecot takes differs: Debian's takes any 2.4.
    """
    said = configuration.version
    if said is None or said.place is None:
        return
    version = said.value
    try:
        wanted = parse_version(version)
    except ValueError:
        wanted = ()
    if len(wanted) != 3 or wanted < (2, 4, 0):
        configuration.wrong(f"{version} is no version of a configuration", said.place)
    storage = configuration.storage
    old = configuration.assume.named(PROGRAM) and not configuration.assume.since(PROGRAM, "2.4.2")
    if old and not storage and not configuration.blinds:
        configuration.wrong("dovecot_storage_version is missing", said.place)
