# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Secrets never reach output: one place decides what a reader may see of a line."""

from __future__ import annotations

import re

MASK = "********"

# A word that names a secret, and what follows it on the line.  ``password_maps`` and its like name
# a table, which is no secret unless it stands in the line itself.
_NAMED = re.compile(
    r"(?i)((?:pass(?:word|wd|phrase)?|passwordeval|secret|token|credential)s?\b[\"']?\s*[:=\s]\s*)"
    r"(\S.*)$",
    re.MULTILINE,
)
_TABLE = re.compile(r"(?is)((?:inline|static):\s*)(\{.*\}|\S+)")
_TABLE_NAME = re.compile(r"(?i)(passw|secret|sasl_password|auth).*?maps?\b")
_URL = re.compile(r"(://[^/\s:@]*:)([^@\s/]+)(@)")


def masked(text: str) -> str:
    """The text with everything that looks like a secret replaced by a mask of fixed length."""
    text = _URL.sub(r"\g<1>" + MASK + r"\g<3>", text)
    if _TABLE_NAME.search(text):
        text = _TABLE.sub(r"\g<1>" + MASK, text)
    return _NAMED.sub(r"\g<1>" + MASK, text)
