# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Secrets never reach output: one place decides what a reader may see of a line."""

from __future__ import annotations

import re

from .patterns import lazy

MASK = "********"

_WORD = r"((?:pass(?:word|wd|phrase)?|passwordeval|secret|token|credential)s?\b[\"']?\s*"
# A word that names a secret, and what follows it on the line.  ``password_maps`` and its like name
# a table, which is no secret unless it stands in the line itself.
# In master.cf ``pass`` is a type of service, with the flags of its columns behind it.
_SERVICE = r"(?!pass\s+[-ny]\s+[-ny]\s)"
_NAMED = lazy(r"(?i)" + _SERVICE + _WORD + r"[:=\s]\s*)(\S.*)$", re.MULTILINE)
_ASSIGNED = lazy(r"(?i)" + _WORD + r"[:=]\s*)(\S.*)$", re.MULTILINE)
_TABLE = lazy(r"(?is)((?:inline|static):\s*)(\{.*\}|\S+)")
_TABLE_NAME = lazy(r"(?i)(passw|secret|sasl_password|auth).*?maps?\b")
_URL = lazy(r"(://[^/\s:@]*:)([^@\s/]+)(@)")


def masked(text: str) -> str:
    """A piece of a file with everything that looks like a secret replaced by a mask."""
    return _NAMED.sub(r"\g<1>" + MASK, _values(text))


def masked_words(message: str) -> str:
    """A sentence of our own likewise: in it "a password may cross" is no secret."""
    return _ASSIGNED.sub(r"\g<1>" + MASK, _values(message))


def _values(text: str) -> str:
    text = _URL.sub(r"\g<1>" + MASK + r"\g<3>", text)
    if _TABLE_NAME.search(text):
        text = _TABLE.sub(r"\g<1>" + MASK, text)
    return text
