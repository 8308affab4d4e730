# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Secrets never reach output: one place decides what a reader may see of a line."""

from __future__ import annotations

import re

from ..patterns import lazy

MASK = "********"

# A word that names a secret, misspelt ones included, and what follows it on the line.
# ``password_maps`` and its like name a table, which is no secret unless it stands in the line.
_WORD = (
    r"((?:pass(?:phrase)?|pa?s(?:s?w|s)o?r?[dt]|pw|pwd|pas+wo?r?d?eval|secret|token|credential"
    # The plural alone is a word of a sentence.
    r"|(?:api|secret|access)[_-]?key)(?:s(?=[\"']?\s*[:=>]))?\b[\"']?"
)
# In master.cf ``pass`` is a type of service, with the flags of its columns behind it.
_SERVICE = r"(?!pass\s+[-ny]\s+[-ny]\s)"
# In XML it is the tag that names it, and the end tag names nothing.
_TAG = r"(?<!</)"
_NAMED = lazy(
    r"(?i)" + _SERVICE + _TAG + _WORD + r"(?:\s+(?:[:=>]\s*)?|[:=>]\s*))(\S.*)$", re.MULTILINE
)
_ASSIGNED = lazy(r"(?i)" + _WORD + r"\s*[:=]\s*)(\S.*)$", re.MULTILINE)
_TABLE = lazy(r"(?i)(?:inline|static):\s*(\S+)")
_TABLE_WORD = lazy(r"(?i)passw|secret|auth")
_MAPS = lazy(r"(?i)maps?\b")
_URL = lazy(r"(://[^/\s:@]*:)([^@\s/]+)(@)")
# The same without a scheme, or behind a transport: ``smtp:[jane:password@mail.example.com]:587``.
_USER = lazy(r"((?:^|(?<=[\s=\[{,\"':/]))[^\s:/@=\[\]{},\"']+:)([^\s:/@=\[\]{},]+)(@)")
# A command that prints a password is none itself, unless the password stands in it.
_COMMAND = lazy(r"\s*passwordeval\s+(?![\"']?(?:/\S*/)?(?:echo|printf)\b)")


def masked(text: str) -> str:
    """A piece of a file with everything that looks like a secret replaced by a mask."""
    if "passwordeval" in text:
        return "\n".join(
            line if _COMMAND.match(line) else _masked(line) for line in text.split("\n")
        )
    return _masked(text)


def _masked(text: str) -> str:
    return _NAMED.sub(r"\g<1>" + MASK, _values(text))


def is_secret(name: str) -> bool:
    """Whether what a setting of this name says is a secret."""
    return _NAMED.search(f"{name}: x") is not None


def masked_words(message: str) -> str:
    """A sentence of our own likewise: in it "a password may cross" is no secret."""
    return _ASSIGNED.sub(r"\g<1>" + MASK, _values(message))


def _values(text: str) -> str:
    # Most lines have neither, and compiling these costs as much as all else that is masked.
    if "@" in text:
        text = _URL.sub(r"\g<1>" + MASK + r"\g<3>", text)
        text = _USER.sub(r"\g<1>" + MASK + r"\g<3>", text)
    if ":" in text and any(map(_names_table, text.split("\n"))):
        text = _without_tables(text)
    return text


def _without_tables(text: str) -> str:
    """What stands in braces goes on to the last one that closes any."""
    last = text.rfind("}")
    parts: list[str] = []
    done = 0
    found = _TABLE.search(text)
    while found is not None:
        start = found.start(1)
        parts += [text[done:start], MASK]
        done = last + 1 if text[start] == "{" and last > start else found.end()
        found = _TABLE.search(text, done)
    return "".join(parts) + text[done:]


def _names_table(line: str) -> bool:
    """Whether a line names a table of passwords: ``smtp_sasl_password_maps``."""
    word = _TABLE_WORD.search(line)
    return word is not None and _MAPS.search(line, word.end()) is not None
