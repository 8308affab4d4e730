"""The steps that a pattern takes, counted: ``re`` matched as ``re`` matches, one step at a time.

``steps`` runs the tree of a pattern over a string by backtracking, as the engine of ``re`` does
without its shortcuts. ``attacks`` makes strings that are to hurt a pattern out of its own parts.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import import_module
from typing import Any

_NEW = sys.version_info >= (3, 11)
sre: Any = import_module("re._constants" if _NEW else "sre_constants")
parser: Any = import_module("re._parser" if _NEW else "sre_parse")

Then = Callable[[int], bool]
Match = Callable[[int, Then], bool]
INFINITE = sre.MAXREPEAT
BLANK, DIGIT, WORD = " \t\n\r\f\v", "0123456789", "a0_"
CATEGORIES: dict[Any, Callable[[str], bool]] = {
    sre.CATEGORY_DIGIT: str.isdigit,
    sre.CATEGORY_SPACE: str.isspace,
    sre.CATEGORY_WORD: lambda one: one.isalnum() or one == "_",
}
OPPOSITES = {
    sre.CATEGORY_NOT_DIGIT: sre.CATEGORY_DIGIT,
    sre.CATEGORY_NOT_SPACE: sre.CATEGORY_SPACE,
    sre.CATEGORY_NOT_WORD: sre.CATEGORY_WORD,
}
# Characters of which one is in nearly any class, and one in nearly any class of others.
PROBES = "a0 \t\n!\"'#$%&()*+,-./:;<=>?@[\\]^_`{|}~\x01Z\u00fc"


class TooMany(Exception):  # noqa: N818  not an error of the pattern's form
    """More steps than were allowed."""


class Matcher:
    """A pattern, compiled to functions of a place and of what is to match behind it.

    Each function counts one step and says whether the whole matches from there on.
    """

    def __init__(self, source: str, flags: int, most: int) -> None:
        tree = parser.parse(source, flags)
        self._flags = tree.state.flags
        self._string = ""
        self._groups: dict[int, tuple[int, int]] = {}
        self._most = most
        self.steps = 0
        self._whole = self._sequence(list(tree))

    def search(self, string: str, everywhere: bool) -> bool:
        """Whether it matches anywhere, or at the beginning alone; counts the steps anew."""
        self._string, self._groups, self.steps = string, {}, 0
        starts = range(len(string) + 1) if everywhere else (0,)
        return any(self._whole(at, lambda _end: True) for at in starts)

    def _sequence(self, items: list[Any]) -> Match:
        matches = self._counted(lambda at, then: then(at))
        for op, argument in reversed(items):
            matches = self._item(op, argument, matches)
        return matches

    def _counted(self, match: Match) -> Match:
        def counted(at: int, then: Then) -> bool:
            self._step()
            return match(at, then)

        return counted

    def _step(self) -> None:
        self.steps += 1
        if self.steps > self._most:
            raise TooMany

    def _item(self, op: Any, argument: Any, rest: Match) -> Match:
        """Compile one item of a sequence, in front of what is compiled of the others."""
        if op in SINGLE:
            return self._single(op, argument, rest)
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            low, high, inner = argument
            repeat = self._repeat(list(inner), low, high, op is sre.MAX_REPEAT)
            return self._counted(lambda at, then: repeat(at, lambda end: rest(end, then)))
        if op is sre.SUBPATTERN:
            group = self._group(argument[0] or 0, self._sequence(list(argument[3])))
            return self._counted(lambda at, then: group(at, lambda end: rest(end, then)))
        if op is sre.BRANCH:
            arms = [self._sequence(list(one)) for one in argument[1]]
            return self._counted(
                lambda at, then: any(arm(at, lambda end: rest(end, then)) for arm in arms)
            )
        if op is sre.GROUPREF:
            return self._again(argument, rest)
        holds = self._assertion(op, argument)
        return self._counted(lambda at, then: holds(at) and rest(at, then))

    def _again(self, number: int, rest: Match) -> Match:
        def again(at: int, then: Then) -> bool:
            self._step()
            start, end = self._groups.get(number, (0, 0))
            text = self._string[start:end]
            return self._string.startswith(text, at) and rest(at + len(text), then)

        return again

    def _assertion(self, op: Any, argument: Any) -> Then:
        if op in (sre.ASSERT, sre.ASSERT_NOT):
            looks, wanted = self._looks(argument), op is sre.ASSERT
            return lambda at: looks(at) is wanted
        if op is sre.AT:
            return lambda at: self._is_at(argument, at)
        raise NotImplementedError(op)

    def _single(self, op: Any, argument: Any, rest: Match) -> Match:
        fitting = Fitting(op, argument, self._flags)

        def single(at: int, then: Then) -> bool:
            self.steps += 1
            if self.steps > self._most:
                raise TooMany
            string = self._string
            return at < len(string) and fitting[string[at]] and rest(at + 1, then)

        return single

    def _group(self, number: int, inner: Match) -> Match:
        def group(at: int, then: Then) -> bool:
            def closed(end: int) -> bool:
                groups = self._groups
                before = groups.get(number)
                groups[number] = (at, end)
                if then(end):
                    return True
                if before is not None:
                    groups[number] = before
                return False

            return inner(at, closed)

        return group

    def _repeat(self, inner: list[Any], low: int, high: int, greedy: bool) -> Match:
        if len(inner) == 1 and inner[0][0] in SINGLE:
            return self._repeat_one(inner[0], low, high, greedy)
        turn = self._sequence(inner)

        def more(count: int, here: int, then: Then) -> bool:
            def again(end: int) -> bool:
                # An empty turn is the last one.
                return end != here and more(count + 1, end, then)

            if count < low:
                return turn(here, lambda end: more(count + 1, end, then))
            if greedy:
                return (count < high and turn(here, again)) or then(here)
            return then(here) or (count < high and turn(here, again))

        return lambda at, then: more(0, at, then)

    def _repeat_one(self, one: Any, low: int, high: int, greedy: bool) -> Match:
        op, argument = one
        fitting = Fitting(op, argument, self._flags)

        def repeat(at: int, then: Then) -> bool:
            string = self._string
            end = at
            last = len(string) if high is INFINITE else min(len(string), at + high)
            while end < last and fitting[string[end]]:
                end += 1
            self.steps += end - at
            ends = range(end, at + low - 1, -1) if greedy else range(at + low, end + 1)
            return any(map(then, ends))

        return repeat

    def _looks(self, argument: Any) -> Then:
        direction, inner = argument
        match = self._sequence(list(inner))
        if direction > 0:
            return lambda at: match(at, lambda _end: True)
        width = inner.getwidth()[0]
        return lambda at: at >= width and match(at - width, lambda end: end == at)

    def _is_at(self, where: Any, at: int) -> bool:
        string, lines = self._string, self._flags & re.MULTILINE
        if where in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
            inside = lines and where is sre.AT_BEGINNING
            return not at or bool(inside and string[at - 1] == "\n")
        if where in (sre.AT_END, sre.AT_END_STRING):
            if at == len(string):
                return True
            last = at == len(string) - 1 or lines
            return where is sre.AT_END and string[at] == "\n" and bool(last)
        word = CATEGORIES[sre.CATEGORY_WORD]
        before, behind = at > 0 and word(string[at - 1]), at < len(string) and word(string[at])
        return (before != behind) is (where is sre.AT_BOUNDARY)


SINGLE = (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN)


def fits(op: Any, argument: Any, character: str, flags: int) -> bool:
    """Whether an item that stands for one character stands for this one."""
    if op is sre.ANY:
        return character != "\n" or bool(flags & re.DOTALL)
    if op is sre.LITERAL:
        return _same(argument, character, flags)
    if op is sre.NOT_LITERAL:
        return not _same(argument, character, flags)
    if op is not sre.IN:
        raise NotImplementedError(op)
    negated = argument[0][0] is sre.NEGATE
    return any(_in(one, character, flags) for one in argument[negated:]) is not negated


class Fitting(dict[str, bool]):
    """Whether an item that stands for one character stands for another, each asked once."""

    def __init__(self, op: Any, argument: Any, flags: int) -> None:
        super().__init__()
        self._item = (op, argument, flags)

    def __missing__(self, character: str) -> bool:
        op, argument, flags = self._item
        self[character] = fits(op, argument, character, flags)
        return self[character]


def _same(code: int, character: str, flags: int) -> bool:
    if flags & re.IGNORECASE:
        return chr(code).lower() == character.lower()
    return ord(character) == code


def _in(item: Any, character: str, flags: int) -> bool:
    op, argument = item
    if op is sre.LITERAL:
        return _same(argument, character, flags)
    if op is sre.RANGE:
        cases = {character, character.lower(), character.upper()}
        both = cases if flags & re.IGNORECASE else {character}
        return any(len(one) == 1 and argument[0] <= ord(one) <= argument[1] for one in both)
    opposite = OPPOSITES.get(argument)
    if opposite is not None:
        return not CATEGORIES[opposite](character)
    return CATEGORIES[argument](character)


def steps(source: str, flags: int, string: str, everywhere: bool, most: int) -> int:
    """How many steps the pattern takes over the string; raises ``TooMany``."""
    matcher = _matcher(source, flags, most)
    matcher.search(string, everywhere)
    return matcher.steps


@lru_cache(maxsize=1)
def _matcher(source: str, flags: int, most: int) -> Matcher:
    """The matcher of the pattern that is being tried on one string after another."""
    return Matcher(source, flags, most)


def attacks(source: str, flags: int) -> Iterator[Callable[[int], str]]:
    """Strings of a length in proportion to a number, each made to hurt the pattern.

    What leads to a repetition, the repeated part for each kind of character that it takes, and a
    tail that does not fit; what leads to it again and again; and both together.
    """
    tree = parser.parse(source, flags)
    found: dict[tuple[str, str, str], None] = {}
    for prefix, unit in _repeats(list(tree), "", tree.state.flags):
        for tail in ("", "\x01", "x y"):
            found[(prefix, unit, tail)] = None
            found[("", prefix + unit, tail)] = None
    for prefix, unit, tail in found:
        if unit:
            yield lambda number, p=prefix, u=unit, t=tail: p + u * number + t  # type: ignore[misc]


def _repeats(items: list[Any], prefix: str, flags: int) -> Iterator[tuple[str, str]]:
    """For each repetition what leads to it, and each thing that it may repeat."""
    for op, argument in items:
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            _low, high, inner = argument
            if high is INFINITE or high > 20:
                for unit in _units(list(inner), flags):
                    yield prefix, unit
                yield "", prefix
            yield from _repeats(list(inner), prefix, flags)
        elif op is sre.SUBPATTERN:
            yield from _repeats(list(argument[3]), prefix, flags)
        elif op is sre.BRANCH:
            for one in argument[1]:
                yield from _repeats(list(one), prefix, flags)
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _repeats(list(argument[1]), prefix, flags)
        prefix += _least([(op, argument)], flags)


def _units(inner: list[Any], flags: int) -> Iterator[str]:
    if len(inner) == 1 and inner[0][0] in SINGLE:
        op, argument = inner[0]
        fitting = [one for one in PROBES if fits(op, argument, one, flags)]
        # One of each kind, and the first few of the signs.
        yield from dict.fromkeys([*(one for one in "a0 \n" if one in fitting), *fitting[:7:3]])
    else:
        yield _least(inner, flags)
        yield _least(inner, flags, 1)


def _least(items: list[Any], flags: int, more: int = 0) -> str:
    """A short string that the items match; ``more`` repeats beyond the least."""
    made = ""
    for op, argument in items:
        if op in SINGLE:
            made += next(one for one in _candidates(op, argument) if fits(op, argument, one, flags))
        elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            made += _least(list(argument[2]), flags, more) * min(argument[0] + more, argument[1])
        elif op is sre.SUBPATTERN:
            made += _least(list(argument[3]), flags, more)
        elif op is sre.BRANCH:
            made += _least(list(argument[1][0]), flags, more)
    return made


def _candidates(op: Any, argument: Any) -> Iterator[str]:
    if op is sre.LITERAL:
        yield chr(argument)
    yield from PROBES
    if op is sre.IN:
        yield from (chr(one[1][0]) for one in argument if one[0] is sre.RANGE)
        yield from (chr(one[1]) for one in argument if one[0] is sre.LITERAL)
