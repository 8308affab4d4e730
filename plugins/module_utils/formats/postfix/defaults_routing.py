# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parameters that decide where mail goes: trivial-rewrite(8), cleanup(8) and local(8) read them.

``ROWS``, ``HISTORY`` and ``GONE`` are as in ``defaults_smtp``.

Source: trivial-rewrite.c, cleanup_init.c, local.c and mail_params.h of Postfix 3.4 to 3.11.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ROWS: dict[str, tuple[Any, ...]] = {
    "content_filter": ("str", ""),
    "default_transport": ("str", "smtp", 1),
    "fallback_transport": ("str", ""),
    "fallback_transport_maps": ("str", ""),
    "local_transport": ("str", "local:$myhostname", 1),
    "mailbox_transport": ("str", ""),
    "mailbox_transport_maps": ("str", ""),
    "relay_transport": ("str", "relay", 1),
    "sender_dependent_default_transport_maps": ("str", ""),
    "sender_dependent_relayhost_maps": ("str", ""),
    "transport_maps": ("str", ""),
    "virtual_mailbox_domains": ("str", "$virtual_mailbox_maps"),
    "virtual_mailbox_maps": ("str", ""),
    "virtual_transport": ("str", "virtual", 1),
}

HISTORY: dict[str, tuple[tuple[str, str | None], ...]] = {}
GONE: dict[str, str] = {}
