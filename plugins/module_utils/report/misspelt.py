# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A line that is not understood: a misspelt word in it may be the name of a password."""

from __future__ import annotations

import re

from ..patterns import lazy
from .secrets import MASK

# A line of master.cf: its columns hold no secret, its options are settings like others.
_COLUMNS = lazy(r"\s*\S+\s+(?:inet|unix|fifo|pass|unix-dgram)\s")
_KEYWORD = lazy(r"\s*(?:-o\s+)?(?:[^\s=:{}]+(?=[\s=:{}])|[a-z_]+$)|\s*")
# What names of settings are made of that hold no secret: a name of these words alone is understood,
# and is no misspelt "password".
_HARMLESS = (
    "account address auth ca cert certcheck certificate cipher ciphers client crl dane dh disable "
    "domain enable enforce file files fingerprint force from host hostname imap imapc inet "
    "interfaces key level listener lmtp loglevel login mandatory mechanisms min mynetworks "
    "networks only optional parameters path peername plaintext policy pop3 pop3c port postscreen "
    "prefer protocol protocols recipient relay require required restrictions sasl security server "
    "service sites smtp smtpd ssl starttls submission tls tlsproxy trust trusted type use verify "
    "version wrappermode"
)
# Of those, names that people give to a secret.
_AMBIGUOUS = frozenset(("auth", "key", "login"))


def only_named(line: str, message: str) -> str:
    """The first word of a line that is not understood, and the rest only if the message quotes it.

    A misspelt name may be that of a password, but not if it consists of words that no password has.
    """
    keyword = _KEYWORD.match(line)
    if _COLUMNS.match(line) or keyword is None or _is_harmless(keyword.group()):
        return line
    rest = line[keyword.end() :].strip(" \t=:")
    if not rest or (len(rest) <= len(message) and _quotes(message, rest)):
        return line
    at = line.index(rest, keyword.end())
    return line[:at] + MASK


def _is_harmless(keyword: str) -> bool:
    name = keyword.split()[-1].lower() if keyword.strip() else ""
    words = name.replace("-", "_").split("_")
    return name not in _AMBIGUOUS and set(words).issubset(_HARMLESS.split())


def _quotes(message: str, words: str) -> bool:
    return re.search(r"(?<!\w)" + re.escape(words) + r"(?!\w)", message) is not None
