"""The patterns of a template's regex filters, as far as they cost no more than their text.

Python's engine tries again where a repeat may end: on 29 characters ``^(a+)+$`` takes it 19 s.
What is not harmless is not tried.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .limits import Failure

PATTERN = 200
# The longest text for a pattern of so many repeats without a bound; of more none is tried.
TEXTS = (2_000, 2_000, 400)
CHOICES = 6
_REPEAT = re.compile(r"[*+?]|\{\d{0,3},?\d{0,3}\}")
_OPENS = re.compile(r"\((?:\?(?::|P<\w{1,40}>))?(?!\?)")


class Shape(NamedTuple):
    """How many repeats a pattern has that have no bound, and how many parts that may be missing."""

    repeats: int
    choices: int


def compiled(pattern: str, text: str, ignorecase: bool, multiline: bool) -> re.Pattern[str]:
    """The pattern, if it is harmless on the text; else raises ``Failure``."""
    repeats = shape(pattern).repeats
    if len(text) > TEXTS[repeats]:
        raise Failure
    flags = (re.I if ignorecase else 0) | (re.M if multiline else 0)
    return re.compile(pattern, flags)


def cost(pattern: object, text: object) -> int:
    """The steps that a pattern takes on a text; raises ``Failure`` if it is not tried."""
    repeats = shape(str(pattern)).repeats
    return 1 + int(len(str(text)) ** (repeats + 1)) // 20_000


def shape(pattern: str) -> Shape:
    """What a pattern is made of; raises ``Failure`` where a repeat or a choice is repeated."""
    if len(pattern) > PATTERN:
        raise Failure
    repeats = choices = at = 0
    # Whether each open bracket holds a repeat or a choice, and whether what was last closed did.
    groups: list[bool] = []
    held = False
    while at < len(pattern):
        sign = pattern[at]
        repeat = _REPEAT.match(pattern, at)
        at += 1
        if repeat:
            if held and repeat.group() != "{1}":
                raise Failure
            unbound = repeat.group() in "*+" or "," in repeat.group()
            repeats += unbound
            choices += repeat.group() == "?"
            at = repeat.end()
            at += pattern[at : at + 1] in ("?", "+")
            groups = [True] * len(groups)
            held = True
            continue
        held = False
        if sign == "\\":
            at += 1
        elif sign == "[":
            at = _behind_class(pattern, at)
        elif sign == "(":
            opened = _OPENS.match(pattern, at - 1)
            if opened is None:
                raise Failure
            at = opened.end()
            groups.append(False)
        elif sign == "|":
            choices += 1
            groups = [True] * len(groups)
        elif sign == ")":
            if not groups:
                raise Failure
            held = groups.pop()
    if groups or repeats >= len(TEXTS) or choices > CHOICES:
        raise Failure
    return Shape(repeats, choices)


def _behind_class(pattern: str, at: int) -> int:
    """Where a class of characters ends that begins before ``at``."""
    at += pattern.startswith("^", at)
    at += pattern.startswith("]", at)
    while at < len(pattern) and pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    if at >= len(pattern):
        raise Failure
    return at + 1
