# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parameters that decide where mail goes: trivial-rewrite(8), cleanup(8) and local(8) read them.

``ROWS``, ``HISTORY`` and ``GONE`` are as in ``defaults_smtp``.

Source: trivial-rewrite.c, cleanup_init.c, local.c and mail_params.h of Postfix 3.4 to 3.11.
"""

from __future__ import annotations

from .defaults import rows

ROWS = rows("""
content_filter str =
default_transport str 1 = smtp
fallback_transport str =
fallback_transport_maps str =
local_transport str 1 = local:$myhostname
mailbox_transport str =
mailbox_transport_maps str =
relay_transport str 1 = relay
sender_dependent_default_transport_maps str =
sender_dependent_relayhost_maps str =
transport_maps str =
virtual_mailbox_domains str = $virtual_mailbox_maps
virtual_mailbox_maps str =
virtual_transport str 1 = virtual
""")

HISTORY: dict[str, tuple[tuple[str, str | None], ...]] = {}
GONE: dict[str, str] = {}
