# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Clients that a namespace or a lookup of passwords has of its own: that there is one, no more.

Source: imapc-settings.c, pop3c-settings.c and passdb-imap.c of Dovecot 2.3.19 and 2.4.1.
"""

from __future__ import annotations

from ...text.values import Undecided

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .files import Said

AROUND = ("namespace", "mailbox", "passdb", "userdb")
HOSTS = frozenset(("imapc_host", "pop3c_host"))


def client(said: Said, modern: bool) -> tuple[str, ...]:
    """What decides whom a client dials that is named here; empty where none is."""
    around = next((one for one in said.sections if one.key in AROUND), None)
    if around is None:
        return ()
    if modern:
        names = (said.name, f"{said.sections[-1].key}_{said.name}")
        return (f"the server of {_shown(around.key, around.name)}",) if HOSTS & set(names) else ()
    if around.key != "passdb" or said.name != "driver":
        return ()
    if isinstance(said.value, Undecided):
        return said.value.depends_on
    return ("the server of passdb imap",) if said.value == "imap" else ()


def _shown(key: str | None, name: str | Undecided) -> str:
    words = name if isinstance(name, str) else ", ".join(name.depends_on)
    return f"{key} {words}".strip()
