# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parameters that master(8) reads beside those that all programs read.

``ROWS``, ``HISTORY`` and ``GONE`` are as in ``defaults_smtp``.

Source: master_vars.c and mail_params.h of Postfix 3.4 to 3.11.
"""

from __future__ import annotations

from .defaults import rows

ROWS = rows("""
master_service_disable str =
service_throttle_time time 1 = 60s
""")

HISTORY: dict[str, tuple[tuple[str, str | None], ...]] = {}
GONE: dict[str, str] = {}
