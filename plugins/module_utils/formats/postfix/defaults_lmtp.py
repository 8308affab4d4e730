# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parameters that smtp(8) reads under the name lmtp: those of smtp, spelled ``lmtp_``.

Source: lmtp_params.c and mail_params.h of Postfix 3.4 to 3.11.
"""

from __future__ import annotations

from . import defaults_smtp
from .defaults import rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _renamed(text: str | None) -> Any:
    return text.replace("$smtp_", "$lmtp_") if isinstance(text, str) else text


def _name(name: str) -> str:
    return "lmtp_" + name[5:] if name.startswith("smtp_") else name


ROWS = {_name(name): _renamed(row) for name, row in defaults_smtp.ROWS.items()}
ROWS.update(
    rows("""
lmtp_fallback_relay str =
lmtp_tcp_port str = 24
lmtp_tls_secure_cert_match str 1 = nexthop
lmtp_tls_security_level str =
""")
)
HISTORY: dict[str, tuple[tuple[str, str | None], ...]] = {
    _name(name): tuple((version, _renamed(older)) for version, older in steps)
    for name, steps in defaults_smtp.HISTORY.items()
}
GONE: dict[str, str] = {_name(name): version for name, version in defaults_smtp.GONE.items()}
