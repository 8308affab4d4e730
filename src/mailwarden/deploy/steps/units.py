"""A file as its lines, where some of it is not known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.text import HOLE, Text

from .outcome import OpenError, added, ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions

    from .expressions import Expression

    # Whether a line is looked for: yes, no, or that is not known.
    Looks = Callable[[Text], "bool | None"]

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_BYTES_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Unit(NamedTuple):
    """A line with its end, or a hole for whole lines."""

    text: Text
    passed: bool = False

    @property
    def free(self) -> bool:
        """Whether a hole has the line for itself, and may be any number of lines."""
        waiting, seen = [self.text], set()
        while waiting:
            text = waiting.pop()
            hole = text.holes.get(0)
            if hole is None or text.string.rstrip("\r\n") != HOLE or id(hole) in seen:
                continue
            seen.add(id(hole))
            if not hole.options or any(option is None for _label, option in hole.options):
                return True
            waiting.extend(option for _label, option in hole.options if option is not None)
        return False


def units(text: Text, looks: Looks, assume: Assumptions, carriage: bool = False) -> list[Unit]:
    """The lines of a file; branches of a template that a step looks into are decided first.

    ``carriage``: a carriage return ends a line as well, as ``bytes.splitlines`` has it.
    Raises ``OpenError`` where that cannot be.
    """
    text = text.filled(assume, lambda inside, at: _matters(inside, at, looks))
    whole = {at for at, hole in text.holes.items() if hole.structural("\r\n")}
    if any(_matters(text, at, looks) for at in whole):
        raise OpenError
    pattern = _BYTES_LINES if carriage else _LINES
    found: list[Unit] = []
    done = 0
    for at in [*sorted(whole), len(text)]:
        for line in pattern.finditer(text.string, done, at):
            found.append(Unit(text.cut(*line.span())))
        if at < len(text):
            found.append(Unit(text.cut(at, at + 1), True))
        done = at + 1
    return found


def _matters(text: Text, at: int, looks: Looks) -> bool:
    """Whether a step looks into the branches of a hole: one that is not of whole lines, or fits."""
    hole = text.holes[at]
    if not hole.structural("\r\n"):
        return False
    if at and text.string[at - 1] != "\n":
        return True
    for _label, option in hole.options:
        if option is None or (option.string and not option.string.endswith("\n")):
            return True
        if any(inner.structural("\r\n") for inner in option.holes.values()):
            return True
        for line in _BYTES_LINES.finditer(option.string):
            if looks(option.cut(*line.span())) is not False:
                return True
    return False


def fits(line: Text, expression: Expression[bytes]) -> bool | None:
    """Whether a line matches a pattern; ``None`` if its open part decides."""
    string = line.string
    if not line.holes:
        return expression.search(encoded(string)) is not None
    if string.rstrip("\r\n") == HOLE:
        return None
    return expression.sure(encoded(string[: min(line.holes)]))


def holds(line: Text, searched: str) -> bool | None:
    """Whether a line holds a string; ``None``: what is open in it decides."""
    if not line.holes:
        return searched in line.string
    done = 0
    for at in [*sorted(line.holes), len(line)]:
        if searched in line.string[done:at]:
            return True
        done = at + 1
    return None


def equal(line: Text, wanted: Text) -> bool | None:
    """Whether two lines are one, their ends apart; ``None``: what is open decides."""
    one, other = line.string.rstrip("\r\n"), wanted.string
    names = {at: hole.name for at, hole in line.holes.items()}
    if one == other and names == {at: hole.name for at, hole in wanted.holes.items()}:
        return True
    if not line.holes and not wanted.holes:
        return False
    return None if _alike(one, line, other, wanted) else False


def _alike(one: str, line: Text, other: str, wanted: Text) -> bool:
    """Whether two strings can be the same, by what is known of their beginnings and their ends."""
    heads = one[: min(line.holes, default=len(one))], other[: min(wanted.holes, default=len(other))]
    tails = one[max(line.holes, default=-1) + 1 :], other[max(wanted.holes, default=-1) + 1 :]
    if not line.holes and len(heads[1]) + len(tails[1]) > len(one):
        return False
    if not wanted.holes and len(heads[0]) + len(tails[0]) > len(other):
        return False
    head, tail = min(map(len, heads)), min(map(len, tails))
    return heads[0][:head] == heads[1][:head] and (not tail or tails[0][-tail:] == tails[1][-tail:])


def decided(unit: Unit, looks: Looks, question: str, assume: Assumptions) -> bool:
    """Whether a line is looked for, asked where it is not known.

    ``question`` says what is asked of it.
    """
    if unit.passed:
        return False
    answer = looks(unit.text)
    if answer is None and any(hole.options for hole in unit.text.holes.values()):
        filled = unit.text.filled(assume, lambda _text, _at: True)
        answer = looks(filled)
    if answer is None:
        return ask(assume, question, ("yes", "no")) == "yes"
    return answer


def ended(text: Text) -> Text:
    """A line with an end."""
    if text.string.endswith("\n"):
        return text
    return Text.joined(text.path, [text, added("\n", text)])


def joined(path: str, found: list[Unit]) -> Text:
    """The file of these lines."""
    return Text.joined(path, [unit.text for unit in found])


def encoded(string: str) -> bytes:
    """A string as it is in its file."""
    return string.encode("utf-8", "surrogateescape")
