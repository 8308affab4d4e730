"""What stands for a match in ``lineinfile`` with ``backrefs``, and in ``replace``.

Source: the documentation of ``re.sub``, ``re._parser.parse_template``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from .outcome import FailsError, OpenError, added

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

    # The text of a match's group.
    Group: TypeAlias = Callable[[int], Text]
    Pattern: TypeAlias = re.Pattern[str] | re.Pattern[bytes]

_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_OCTAL = frozenset("01234567")
_GROUP = re.compile(r"\\g<([^>]*)>")


class Part(NamedTuple):
    """A part of what is written for a match: a text as it stands, or a group's number."""

    text: Text | None
    group: int


def parts(template: Text, pattern: Pattern) -> list[Part]:
    """The parts of a template; raises ``FailsError`` where ``re`` refuses it."""
    string = template.string
    found: list[Part] = []
    done = at = 0
    while (at := string.find("\\", at)) >= 0:
        if at > done:
            found.append(Part(template.cut(done, at), 0))
        what, length = _escape(string, at, pattern)
        if isinstance(what, int):
            found.append(Part(None, what))
        else:
            one = template.cut(at, at + length) if length > 1 else template.cut(at, at + 1)
            found.append(Part(_standing_for(one, what), 0))
        done = at = at + length
    if done < len(string):
        found.append(Part(template.cut(done, len(string)), 0))
    return found


def expanded(found: list[Part], group: Group) -> list[Text]:
    """The parts with each group's text."""
    return [group(part.group) if part.text is None else part.text for part in found]


def _standing_for(written: Text, what: str) -> Text:
    """What an escape stands for, at the escape's own place."""
    if written.string == what:
        return written
    if len(what) == 1:
        return written.replaced(0, len(written), what)
    return added(what, written)


def _escape(string: str, at: int, pattern: Pattern) -> tuple[str | int, int]:
    """What a backslash and what follows it stand for, and how long they are."""
    sign = string[at + 1 : at + 2]
    if sign == "g":
        return _named(string, at, pattern)
    if sign == "0":
        digits = sign
        while len(digits) < 3 and string[at + 1 + len(digits) : at + 2 + len(digits)] in _OCTAL:
            digits += string[at + 1 + len(digits)]
        return _character(int(digits, 8)), 1 + len(digits)
    if sign.isdigit() and sign.isascii():
        return _numbered(string, at, pattern)
    if sign in _ESCAPES:
        return _ESCAPES[sign], 2
    if sign.isascii() and sign.isalpha():
        raise FailsError(f"bad escape \\{sign}")
    if not sign:
        raise FailsError("bad escape (end of pattern)")
    return "\\" + sign, 2


def _character(code: int) -> str:
    """A character by its number; in bytes and in strings the others are not the same."""
    if code >= 0x80:
        raise OpenError
    return chr(code)


def _numbered(string: str, at: int, pattern: Pattern) -> tuple[str | int, int]:
    digits = string[at + 1]
    second = string[at + 2 : at + 3]
    if second.isdigit() and second.isascii():
        digits += second
        third = string[at + 3 : at + 4]
        if third and set(digits + third) <= _OCTAL and digits[0] in "0123":
            return _character(int(digits + third, 8)), 4
        if third and set(digits + third) <= _OCTAL:
            raise FailsError(f"octal escape value \\{digits}{third} outside of range 0-0o377")
    return _group(int(digits), pattern), 1 + len(digits)


def _group(number: int, pattern: Pattern) -> int:
    if number > pattern.groups:
        raise FailsError(f"invalid group reference {number}")
    return number


def _named(string: str, at: int, pattern: Pattern) -> tuple[str | int, int]:
    found = _GROUP.match(string, at)
    if found is None:
        raise FailsError("missing group name")
    name = found[1]
    if name.isdigit() and name.isascii():
        return _group(int(name), pattern), len(found[0])
    if name not in pattern.groupindex:
        if not name.isidentifier():
            # What is taken here depends on the version of Python.
            raise OpenError
        raise FailsError(f"unknown group name {name!r}")
    return pattern.groupindex[name], len(found[0])
