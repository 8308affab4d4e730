# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""postscreen in front of smtpd.

postscreen speaks itself with clients that it does not know yet, offers no AUTH there and never
takes a message; everybody else is handed to the smtpd of type pass, whose options count.

Source: postscreen(8), POSTSCREEN_README; postscreen.c and postscreen_smtpd.c of Postfix.
"""

from __future__ import annotations

from ...text.values import Undecided, causes
from . import tls
from .smtpd import proxy_protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    from ...text.values import Setting, Value
    from .configuration import Configuration
    from .parameters import Failure
    from .services import Service
else:
    from ...tuples import NamedTuple


class Postscreen(NamedTuple):
    """The smtpd behind, and what postscreen itself asks of a peer.

    Without a service ``unknown`` says what decides which it is, or is ``None``: there is none.
    """

    service: Service | None
    unknown: Undecided | None
    why: tuple[Setting, ...]
    proxy: Value[bool]
    failures: list[Failure]


def read(configuration: Configuration, service: Service) -> Postscreen:
    """A postscreen service."""
    parameters = configuration.parameters("postscreen", service)
    name, why = parameters.value("smtpd_service_name")
    proxy = proxy_protocol(parameters, "postscreen_upstream_proxy_protocol")
    level, level_why = parameters.value("postscreen_tls_security_level")
    known = (*tls.AS_ENCRYPT, tls.NONE, tls.MAY)
    if isinstance(level, str) and level and level.lower() not in known:
        parameters.fail(f"invalid TLS level: {level}", level_why)
    failures = parameters.check()
    if isinstance(name, Undecided):
        return Postscreen(None, name, causes(why), proxy, failures)
    behind = _behind(configuration, name)
    return Postscreen(behind, None, causes(why), proxy, failures)


def _behind(configuration: Configuration, wanted: str) -> Service | None:
    """The service of type pass with that name; the last one counts."""
    assume = configuration.assume
    found = None
    for service in configuration.master.services if configuration.master else ():
        kind, name = service.column("type", assume), service.column("name", assume)
        if kind == "pass" and name == wanted:
            found = service
    return found
