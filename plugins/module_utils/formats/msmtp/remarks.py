# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings of msmtp that do nothing where they stand."""

from __future__ import annotations

from ...endpoint import NONE, Remark
from ...text import Undecided
from .commands import OFF, ON

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator

    from ...endpoint import Setting
    from .client import Client

# What only acts under TLS.
_OF_TLS = (
    "tls_starttls",
    "tls_certcheck",
    "tls_trust_file",
    "tls_fingerprint",
    "tls_priorities",
    "tls_host_override",
)


def ineffective(clients: Iterable[Client]) -> list[Remark]:
    """A remark for each setting that acts in no account of all that have it."""
    idle: dict[Setting, str] = {}
    acting = set()
    for client in clients:
        for setting, why in _settings(client):
            if why is None:
                acting.add(setting)
            else:
                idle.setdefault(setting, why)
    return [
        Remark("setting-ineffective", why, setting)
        for setting, why in idle.items()
        if setting not in acting
    ]


def _settings(client: Client) -> Iterator[tuple[Setting, str | None]]:
    """Every setting of the account that may be idle, with the reason if it is."""
    for name in (*_OF_TLS, "user"):
        value, settings = client.get(name)
        if settings[0].place is not None and not isinstance(value, Undecided) and value != "":
            reason = _login_reason(client) if name == "user" else _tls_reason(client, name)
            yield settings[0], reason


def _login_reason(client: Client) -> str | None:
    if client.auth.value is False:
        return "msmtp does not log in without auth on: the user name is not used"
    return None


def _tls_reason(client: Client, name: str) -> str | None:
    if client.tls.value == NONE:
        return f"{name} does nothing without tls on: the connection is in plaintext"
    check = client.get("tls_certcheck").value
    if name in ("tls_trust_file", "tls_fingerprint") and check == OFF:
        return f"{name} is not used with tls_certcheck off"
    pinned = client.get("tls_fingerprint").value
    if name == "tls_trust_file" and check == ON and isinstance(pinned, str) and pinned:
        return "tls_trust_file is not used where tls_fingerprint pins the certificate"
    return None
