# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A file that was named, or that a configuration includes, cannot be read.

It does not exist, is no regular file, is larger than any configuration, holds NUL bytes, leads
out of the folder that is checked, may not be opened, or is the template of a configuration.  Or
judging it would cost far more than any real configuration does, such as variables that double
themselves: the message says what was too much, and what to do.  What it would have said is missing
from the verdict, so the exit status is 2.  This rule cannot be switched off.

There is no RFC to quote: nothing was read.
"""

from __future__ import annotations

SEVERITY = "error"
SCOPE = "engine"
SIDES = ("server", "client")
OPTIONS: dict[str, tuple[object, ...]] = {}
