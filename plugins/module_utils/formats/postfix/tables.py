# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lookup tables that stand in main.cf or in a text file of the source.

Tables of databases, of network services and of compiled files without their text are not known.
``hash:`` and its like are compiled from the text file of the same name: that is read.

Source: the DATABASE_README, postmap(1), cidr_table(5), regexp_table(5), access(5).
"""

from __future__ import annotations

import re

from ... import peers
from ...errors import MailwardenError
from ...patterns import lazy
from .syntax import BLANK, BLANK_INSIDE, lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple, Sequence

    from ...source import Source
    from ...text import Text
else:
    from ...tuples import NamedTuple

COMPILED = ("hash", "btree", "dbm", "sdbm", "cdb", "lmdb", "texthash")
PATTERNS = ("pcre", "regexp")
# Patterns that fit everything.
CATCH_ALL = ("/./", "/^/", "/.*/", "/^.*$/", "/^.*/", "/.+/", "/^.+$/", "//")


class Rule(NamedTuple):
    """A key and what the table answers for it."""

    key: str
    value: str


class Table:
    """A table whose contents are known, in order."""

    __slots__ = ("_networks", "kind", "name", "rules")

    def __init__(self, kind: str, name: str, rules: Sequence[Rule]) -> None:
        self.kind = kind
        self.name = name
        self.rules = tuple(rules)
        self._networks: list[tuple[peers.Network, str]] | None = None

    def networks(self) -> list[tuple[peers.Network, str]]:
        """The rules about addresses, in the order in which they count."""
        if self._networks is None:
            by_key = peers.parse if self.kind == "cidr" else _by_octets
            parsed = ((by_key(rule.key), rule.value) for rule in self.rules)
            self._networks = [(network, value) for network, value in parsed if network is not None]
            if self.kind != "cidr":
                self._networks.sort(key=lambda pair: -pair[0].bits)
        return self._networks

    def catches_all(self, rule: Rule) -> bool:
        """Whether the rule fits every key."""
        if self.kind == "static":
            return True
        return self.kind in PATTERNS and rule.key.rstrip("imsxAEDUX") in CATCH_ALL


def opened(spec: str, source: Source, beside: str) -> Table | None:
    """The table that ``type:name`` names; ``None`` where its contents are not known."""
    kind, colon, name = _stripped(spec).partition(":")
    if not colon:
        return None
    if kind == "proxy":
        return opened(name, source, beside)
    if kind == "static":
        value = name[1:-1].strip(BLANK) if name.startswith("{") and name.endswith("}") else name
        return Table(kind, spec, (Rule("", value),))
    if kind in ("inline", "cidr", *PATTERNS) and name.startswith("{"):
        return Table(kind, spec, _inline(name, kind))
    if kind not in ("cidr", *COMPILED, *PATTERNS):
        return None
    text = file_text(name, source, beside)
    return None if text is None else Table(kind, spec, _rules(text, kind))


def _stripped(spec: str) -> str:
    """``{ type:name, options }`` without its braces and options."""
    if spec.startswith("{") and spec.endswith("}"):
        from .parameters import split_list

        words = split_list(spec[1:-1], braces=True)
        return words[0] if words else ""
    return spec


def file_text(name: str, source: Source, beside: str) -> Text | None:
    """A file that a configuration names; ``None`` where it is not to be had."""
    located = source.locate(name, beside)
    if located is None or not source.exists(located):
        return None
    try:
        return source.text(located)
    except MailwardenError:
        return None


def file_words(name: str, source: Source, beside: str) -> list[str] | None:
    """The words of a file that a match list names (``mynetworks = /etc/postfix/networks``)."""
    text = file_text(name, source, beside)
    if text is None:
        return None
    from .parameters import split_list

    return [word for line in lines(text)[0] for word in split_list(line.string)]


def _rules(text: Text, kind: str) -> list[Rule]:
    found: dict[str, Rule] = {}
    ordered: list[Rule] = []
    for line in lines(text)[0]:
        string = line.string.strip(BLANK)
        key, value = _split_pattern(string) if kind in PATTERNS else _split(string)
        rule = Rule(key if kind in PATTERNS else key.lower(), value)
        ordered.append(rule)
        found.setdefault(rule.key, rule)
    # A compiled table has one value for a key: the first one given, and a warning.
    return list(found.values()) if kind in COMPILED else ordered


def _split(string: str) -> tuple[str, str]:
    blank = BLANK_INSIDE.search(string)
    at = blank.start() if blank else len(string)
    return string[:at], string[at:].strip(BLANK)


_DELIMITED = lazy(r"(!?([^\s\w])(?:\\.|(?!\2)[^\\])*\2[a-zA-Z]*)\s*(.*)", re.DOTALL)


def _split_pattern(string: str) -> tuple[str, str]:
    match = _DELIMITED.match(string)
    return (match.group(1), match.group(3)) if match else _split(string)


def _inline(name: str, kind: str) -> list[Rule]:
    """``{ {key = value}, ... }`` or, for ordered tables, ``{ {pattern result}, ... }``."""
    from .parameters import split_list

    found = []
    for item in split_list(name[1:-1] if name.endswith("}") else name[1:], braces=True):
        body = item[1:-1].strip(BLANK) if item.startswith("{") else item
        if kind == "inline":
            key, _equals, value = body.partition("=")
            found.append(Rule(key.strip(BLANK).lower(), value.strip(BLANK)))
        else:
            key, value = _split_pattern(body) if kind in PATTERNS else _split(body)
            found.append(Rule(key, value))
    return found


def _by_octets(key: str) -> peers.Network | None:
    """A key of an access table: an address, or the first octets of addresses."""
    network = peers.parse(key)
    if network is not None or ":" in key:
        return network if "/" not in key else None
    parts = key.rstrip(".").split(".")
    if len(parts) > 3 or not all(part.isdigit() and part.isascii() for part in parts):
        return None
    padded = ".".join(parts + ["0"] * (4 - len(parts)))
    return peers.parse(f"{padded}/{8 * len(parts)}")
