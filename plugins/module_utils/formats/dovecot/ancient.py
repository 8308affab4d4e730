# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings of Dovecot 1 and 2.0 to 2.2 that 2.3 still takes, with a warning.

Source: old-set-parser.c of Dovecot 2.3.19.
"""

from __future__ import annotations

from ...endpoint import Remark
from ...text.values import Undecided
from . import lines
from .files import Said, Section
from .filters import ROOT, network_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .filters import Filter

NAMES = {
    "ssl_cert_file": "ssl_cert",
    "ssl_key_file": "ssl_key",
    "ssl_ca_file": "ssl_ca",
    "ssl_disable": "ssl",
    "ssl_protocols": "ssl_min_protocol",
}
# What it passes over.
USELESS = ("ssl_dh_parameters_length", "ssl_parameters_regenerate")
# What names addresses, with ports or without, and what listeners for TLS are called after.
LISTENS = {"listen": "", "ssl_listen": "s"}
LOGINS = {"imap": "imap-login", "pop3": "pop3-login"}
PROTOCOLS = ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2")


def translated(said: Said, remarks: list[Remark]) -> tuple[Said, str]:
    """The setting and its name as 2.3 understands them; a value that it passes over has no name."""
    if said.name in USELESS:
        message = f"{said.name} does nothing any more"
        remarks.append(Remark("setting-deprecated", message, said.setting))
        return said, ""
    name = NAMES[said.name]
    if said.form not in (lines.PLAIN, lines.QUOTED) or not isinstance(said.value, str):
        return said, said.name
    remarks.append(
        Remark("setting-deprecated", f"{name} has taken the place of {said.name}", said.setting)
    )
    value = said.value
    if name == "ssl":
        value = {"yes": "no", "no": "yes"}.get(value.lower(), value)
    elif name == "ssl_min_protocol":
        value = lowest(value)
    elif value:
        said = said._replace(form=lines.FILE)
    return said._replace(value=value), name if value else ""


def lowest(value: str) -> str:
    """The oldest version that a list like ``!SSLv3 !TLSv1`` permits; empty where it is refused."""
    words = value.replace(",", " ").split()
    excluded = {word[1:] for word in words if word[0] == "!"}
    included = {word for word in words if word[0] != "!"}
    if not excluded | included <= set(PROTOCOLS):
        return ""
    left = [one for one in PROTOCOLS if (one in included if included else one not in excluded)]
    return left[0] if left else ""


def listening(said: Said, filters: Filter, remarks: list[Remark]) -> list[Said] | None:
    """What 2.3 makes of ``ssl_listen``, and of a ``listen`` with a port or for a protocol alone.

    ``None`` where it may make any listener of it.
    """
    ssl, value, place = LISTENS[said.name], said.value, said.setting.place
    ported = isinstance(value, str) and _has_port(value)
    usual = filters == ROOT and not ssl
    if isinstance(value, Undecided):
        return [said] if usual else None
    alone = filters._replace(protocol="") == ROOT
    if not value or not isinstance(value, str) or place is None or not alone:
        return [said]
    if usual and not ported:
        return [said]
    message = f"inet_listener has taken the place of {said.name} here"
    remarks.append(Remark("setting-deprecated", message, said.setting))
    address, _colon, port = value.rpartition(":") if ported else (value, "", "")
    found = [said._replace(value=address)] if usual else []
    for protocol, service in LOGINS.items():
        if filters.protocol in ("", protocol):
            listener = Section("inet_listener", protocol + ssl, place)
            one = said._replace(sections=(Section("service", service, place), listener))
            found += [one._replace(name="port", value=port)] * port.isdigit()
            found += [one._replace(name="address", value=address)] * (not usual)
    return found


def _has_port(addresses: str) -> bool:
    """Whether any of the addresses is none as it stands."""
    words = addresses.replace(",", " ").split()
    return ":" in addresses and not all(
        word in ("*", "::", "[::]") or network_of(word.strip("[]")) for word in words
    )
