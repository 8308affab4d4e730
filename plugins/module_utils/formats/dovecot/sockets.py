# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What other programs find of the auth service: its mechanisms, and the sockets to ask it on.

Source: auth-settings.c and master-settings.c of Dovecot 2.3.19 and 2.4.1; SASL_README of Postfix.
"""

from __future__ import annotations

from ...text.values import Undecided
from . import login

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .configuration import Configuration


def facts(configuration: Configuration) -> dict[str, str]:
    """The facts that are decided."""
    found = {}
    mechanisms, _why = login.mechanisms(configuration)
    if not isinstance(mechanisms, Undecided):
        found["sasl-mechanisms:dovecot"] = " ".join(sorted(mechanisms))
    auth = configuration.services.get("auth")
    made = auth.sockets if auth is not None else {}
    if not configuration.blinds and not (auth and auth.blind):
        paths = [path for path, mode in made.items() if path.startswith("/") and _is_made(mode)]
        found["sasl-sockets:dovecot"] = "\n".join(sorted(paths))
    return found


def _is_made(mode: str | Undecided) -> bool:
    """A socket of mode 0 is not made; one whose mode is open may be."""
    return isinstance(mode, Undecided) or not mode or mode.strip("0") != ""
