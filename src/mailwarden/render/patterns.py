"""The patterns of a template's regex filters, as far as they cost no more than their text.

Python's engine tries again where a repeat may end: on 29 characters ``^(a+)+$`` takes it 19 s.
"""

from __future__ import annotations

import re

from .limits import Failure

PATTERN = 200
TEXT = 2_000
# Of more repeats without a bound the cost grows faster than anybody's patience.
REPEATS = 2


def compiled(pattern: str, text: str, ignorecase: bool, multiline: bool) -> re.Pattern[str]:
    """The pattern, if it is harmless on the text; else raises ``Failure``."""
    if len(pattern) > PATTERN or len(text) > TEXT or not harmless(pattern):
        raise Failure
    flags = (re.I if ignorecase else 0) | (re.M if multiline else 0)
    return re.compile(pattern, flags)


def harmless(pattern: str) -> bool:
    """Whether at most two repeats have no bound and none stands in another repeat."""
    unbound = 0
    # Whether each open bracket holds a repeat.
    groups: list[bool] = []
    at, last_held = 0, False
    while at < len(pattern):
        sign = pattern[at]
        repeat = re.compile(r"[*+?]|\{\d*,?\d*\}").match(pattern, at)
        if sign == "\\":
            at += 2
            last_held = False
        elif sign == "[":
            end = at + 1 + pattern.startswith("^", at + 1)
            end = pattern.find("]", end + 1)
            if end < 0:
                return False
            at, last_held = end + 1, False
        elif sign == "(":
            groups.append(False)
            if pattern.startswith("(?", at) and not re.match(
                r"\(\?(?::|P<\w+>|=|!|i\))", pattern[at:]
            ):
                return False
            at, last_held = at + 1 + pattern.startswith("?", at + 1), False
        elif sign == ")":
            if not groups:
                return False
            last_held = groups.pop()
            if groups:
                groups[-1] = groups[-1] or last_held
            at += 1
        elif repeat:
            numbers = re.findall(r"\d+", repeat.group())
            if any(int(one) > 99 for one in numbers):
                return False
            grows = repeat.group() != "?"
            if grows and last_held:
                return False
            unbound += (grows and repeat.group()[-1] != "}") or repeat.group().endswith(",}")
            at = repeat.end()
            # Lazy, or possessive: the same repeat.
            at += pattern[at : at + 1] in ("?", "+") and at < len(pattern)
            if grows and groups:
                groups[-1] = True
            last_held = grows
        else:
            at, last_held = at + 1, False
    return unbound <= REPEATS and not groups
