# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The file is not what it should be: the program refuses it, or nobody can say what it means.

The rest of the file is read all the same, so that one bad line does not hide the others, but a
file with such a line never counts as read: the exit status is 2.  This rule cannot be switched
off.

The program's own manual has the syntax.

Wrong, msmtprc:

    account work
    host mail.example.com
    port fivehundred

Right, msmtprc:

    account work
    host mail.example.com
    port 587
    tls on
"""

from __future__ import annotations

SEVERITY = "error"
SCOPE = "engine"
SIDES = ("server", "client")
OPTIONS: dict[str, tuple[object, ...]] = {}
