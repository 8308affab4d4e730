# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A suppression that has no reason, names no rule, or suppresses nothing.

A comment `mailwarden: ignore[rule] reason` is a promise that somebody looked.  Without a reason
nobody can tell why; and one that suppresses nothing stands ready to hide the next mistake.  The
same goes for entries of the policy's `ignore` that fit no finding or whose `until` is over.

There is no RFC to quote: this rule is about the comment.

Wrong, msmtprc:

    # mailwarden: ignore[starttls-missing]
    account work
    host mail.example.com
    port 587

Right, msmtprc:

    # mailwarden: ignore[starttls-missing] the link to this host is a VPN
    account work
    host mail.example.com
    port 587
"""

from __future__ import annotations

SEVERITY = "warning"
SCOPE = "engine"
SIDES = ("server", "client")
OPTIONS: dict[str, tuple[object, ...]] = {}
