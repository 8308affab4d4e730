# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two listeners in one place, with which Dovecot does not start.

Source: add_inet_listeners and master_settings_verify of master-settings.c, 2.3.19 and 2.4.1.
"""

from __future__ import annotations

from ...text.values import Undecided
from . import listeners
from .configuration import Service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Sequence

    from .configuration import Configuration, Entry
    from .effective import Effective


def check(configuration: Configuration, settings: Effective) -> None:
    """Two listeners on one port and address, as they are written."""
    protocols = settings.words("protocols").value
    if isinstance(protocols, Undecided):
        return
    taken: dict[tuple[str, str], tuple[str, str]] = {}
    for service, name, said in _opened(configuration, protocols):
        kind = listeners.KINDS.get(service)
        built_in = {one: port for one, port, _ssl, _early in kind.listeners} if kind else {}
        entry = said.get("port")
        port = built_in.get(name, 0) if entry is None else entry.value
        if str(port).isdigit() and str(port) != "0":
            for address in _addresses(configuration, settings, said):
                configuration.assume.budget.spend(1, "listeners and their addresses")
                first = taken.setdefault((str(port), address), (service, name))
                place = configuration.services[service].places.get(name)
                place = place or (entry.setting.place if entry is not None else None)
                if first != (service, name) and place is not None:
                    message = f"{first[0]}/{first[1]} listens on port {port} as well"
                    configuration.wrong(message, place)


def _opened(
    configuration: Configuration, protocols: Sequence[str]
) -> Iterator[tuple[str, str, dict[str, Entry]]]:
    """The listeners of services that run, the built-in ones first."""
    for service, kind in listeners.KINDS.items():
        if listeners.is_enabled(kind.protocol, protocols):
            own = configuration.services.setdefault(service, Service()).listeners
            for name, _port, _ssl, early in kind.listeners:
                if early or configuration.modern:
                    yield service, name, own.get(name, {})
    for service, one in configuration.services.items():
        known = listeners.KINDS.get(service)
        entry = one.settings.get("protocol")
        protocol = known.protocol if known else entry.value if entry else ""
        if isinstance(protocol, Undecided):
            # It may not run.
            continue
        if not protocol or listeners.is_enabled(protocol, protocols):
            for name, said in one.listeners.items():
                yield service, name, said


def _addresses(
    configuration: Configuration, settings: Effective, said: dict[str, Entry]
) -> list[str]:
    """The addresses as Dovecot compares them: 2.3 as one text, 2.4 each by itself."""
    if not configuration.modern:
        entry = said.get("address")
        value = entry.value if entry is not None else ""
        return [] if isinstance(value, Undecided) else [value or ""]
    words = listeners.addresses(settings.words("listen"), said.get("listen"))
    return [] if isinstance(words.value, Undecided) else list(words.value)
