# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings that do nothing where they stand, and those that Dovecot has given up.

Only TLS and logins are looked at: what a reader of the files believes about them has to be true.
"""

from __future__ import annotations

from ...endpoint import Remark
from ...text.values import Setting, Undecided
from . import listeners
from .effective import effective
from .filters import ROOT, Connection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ...endpoint import Reading
    from .configuration import Configuration, Entry

INEFFECTIVE, DEPRECATED = "setting-ineffective", "setting-deprecated"


def add(configuration: Configuration, reading: Reading) -> None:
    """Add what there is to say about the settings."""
    reading.remarks.extend(configuration.remarks)
    reading.remarks.extend(_lost(configuration))
    reading.remarks.extend(_overruled(configuration))
    reading.remarks.extend(_not_opened(configuration))


def _lost(configuration: Configuration) -> Iterator[Remark]:
    """What the same file says again, in the same place, with another value."""
    for lost, again in configuration.overwritten:
        one, other = lost.place, again.place
        if one is None or other is None or one.path != other.path or lost.value == again.value:
            continue
        message = f"lost: line {other.line} sets {lost.name} again, and the last one counts"
        yield Remark(INEFFECTIVE, message, lost)


def _overruled(configuration: Configuration) -> Iterator[Remark]:
    """Cleartext logins that ``ssl = required`` refuses all the same; 2.4 does not start so."""
    if configuration.modern:
        return
    for one, said in configuration.filters.items():
        entry = said.get("disable_plaintext_auth")
        if entry is None or entry.value != "no" or one.remote or one.local or one.host:
            continue
        ssl = effective(configuration, Connection(one.protocol, "")).text("ssl")
        if ssl.value == "required":
            message = "does nothing: ssl = required refuses every login before TLS"
            yield Remark(INEFFECTIVE, message, entry.setting)


def _not_opened(configuration: Configuration) -> Iterator[Remark]:
    """Listeners of services that the same file leaves out of ``protocols``.

    Packages bring files of their own for services that nobody may want; those mislead nobody.
    """
    settings = effective(configuration, Connection("", ""))
    protocols = settings.words("protocols")
    if isinstance(protocols.value, Undecided) or configuration.blinds:
        return
    entry = configuration.filters[ROOT].get("protocols")
    if entry is None or entry.words:
        # Switched on and off one by one: who does that knows what is off.
        return
    said = {setting.place.path for setting in protocols.causes if setting.place is not None}
    for name, service in configuration.services.items():
        kind = listeners.KINDS.get(name)
        if kind is None or listeners.is_enabled(kind.protocol, protocols.value):
            continue
        for listener, entries in service.listeners.items():
            place = service.places.get(listener)
            port = entries.get("port")
            if place is None or place.path not in said or (port and port.value == "0"):
                continue
            if _is_changed(kind, listener, entries):
                message = f"not opened: protocols does not name {kind.protocol}"
                setting = Setting("inet_listener", listener, place, f"inet_listener {listener}")
                yield Remark(INEFFECTIVE, message, setting)


def _is_changed(kind: listeners.Kind, name: str, entries: dict[str, Entry]) -> bool:
    """Whether a listener is other than it comes: somebody counts on it."""
    port, ssl = next(
        ((str(port), ssl) for one, port, ssl, _early in kind.listeners if one == name), ("", False)
    )
    usual = {"port": (port,), "ssl": ("yes", "no")[not ssl :][:1]}
    return any(entry.value not in usual.get(one, ()) for one, entry in entries.items())
