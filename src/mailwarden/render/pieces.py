"""From what a template writes to a ``Text``: its characters, holes and places."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ansible_collections.mailwarden.policy.plugins.module_utils.text import (
    HOLE,
    Hole,
    Text,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Setting

from .limits import OUTPUT, TooMuch
from .parts import Data, Filled, Fork, Gap, Part, Parts
from .syntax import Span, Template
from .values import Known

# How many line ends something ends with, at least and at most.
Bounds = Callable[[], tuple[int, int]]
# Holes in a row at the end of a file of which the line ends are told apart.
DEEPEST = 8
_ENDS = re.compile(r"\r\n?")


def with_line_ends(text: Text) -> Text:
    """A template as Jinja2 reads it: ``\\r\\n`` is one line end."""
    ends = [match.span() for match in _ENDS.finditer(text.string)]
    parts: list[Text] = []
    done = 0
    for start, end in ends:
        parts += [text.cut(done, start), text.replaced(start, end, "\n")]
        done = end
    return Text.joined(text.path, [*parts, text.cut(done, len(text))]) if ends else text


def text(
    path: str, parts: Parts, ends: int, files: Callable[[Template], Text], last: Template
) -> Text:
    """The text of a file that a template writes, with the line ends that it closes with."""
    maker = _Maker(path, files)
    return maker.text(_ended(parts, ends, last))


class _Maker:
    def __init__(self, path: str, files: Callable[[Template], Text]) -> None:
        self._path = path
        self._files = files

    def text(self, parts: Sequence[Part]) -> Text:
        found: list[Text] = []
        at = 0
        for part in parts:
            file = self._files(part.template)
            if isinstance(part, Data):
                made = file.cut(part.start, part.end)
            else:
                made = self._filled(part, file)
            if made:
                found.append(made)
            at += len(made)
            if at > OUTPUT:
                raise TooMuch("the template makes too long a text to be read", self._path)
        return Text.joined(self._path, found)

    def _filled(self, part: Filled | Gap | Fork, file: Text) -> Text:
        span = file.span(part.span.start, part.span.end)
        if isinstance(part, Filled):
            written = {0: tuple(map(setting, part.origins))} if part.string else {}
            return Text(self._path, part.string, [(0, *span)] if part.string else [], {}, written)
        holes = dict(enumerate(self._holes(part)))
        return Text(self._path, HOLE * len(holes), [(at, *span) for at in holes], holes)

    def _holes(self, part: Gap | Fork) -> list[Hole]:
        if isinstance(part, Gap):
            return [Hole(name) for name in part.names]
        return [Hole(part.question, [(answer, self.text(parts)) for answer, parts in part.options])]


def setting(known: Known) -> Setting:
    """A variable as a cause."""
    shown = known.value if isinstance(known.value, (str, int, float, bool)) else ""
    return Setting(known.name, str(shown), known.place, f"{known.name}: {shown}".rstrip(": "))


def _ended(parts: Parts, ends: int, last: Template) -> Parts:
    """The parts with as many line ends as the template ends with, where they end in fewer.

    Ansible counts on the result: each answer of a hole at the end is a result of its own.
    """
    only = parts[0] if len(parts) == 1 else None
    if not parts or isinstance(only, Gap) or (isinstance(only, Filled) and only.native):
        # A file that is one expression gets none if that is no string.
        return parts
    if isinstance(parts[-1], Fork):
        return [*parts[:-1], _closed(parts[:-1], parts[-1], ends, last)]
    return [*parts, *_missing(parts, lambda: (0, 0), ends, last)]


def _closed(before: Parts, part: Fork, ends: int, last: Template) -> Fork:
    """The fork with line ends behind each of its texts."""
    options = []
    for answer, parts in part.options:
        if not parts and not before:
            options.append((answer, parts))
        elif parts and isinstance(parts[-1], Fork):
            inner = _closed([*before, *parts[:-1]], parts[-1], ends, last)
            options.append((answer, [*parts[:-1], inner]))
        else:
            options.append(
                (answer, [*parts, *_missing(parts, _bounds_of(before, ends), ends, last)])
            )
    return part._replace(options=tuple(options))


def _missing(parts: Parts, before: Bounds, ends: int, last: Template) -> Parts:
    """The line ends that a result lacks; where that hangs on an answer before, with and without."""
    low, high = _line_ends(parts, before, ends)
    end = len(last.source)
    made: Parts = [Data(last, end - (ends - low), end)] if low < ends else []
    if low == high:
        return made
    exact: Parts = [Data(last, end - (ends - high), end)] if high < ends else []
    span = Span(end, end)
    question = f"the line ends of {last.path}"
    return [Fork(question, ((str(low), made), (str(high), exact)), last, span)]


def _bounds_of(parts: Parts, ends: int, depth: int = 0) -> Bounds:
    """How many line ends parts end with, counted once and only if somebody asks."""
    known: list[tuple[int, int]] = []

    def bounds() -> tuple[int, int]:
        if not known:
            known.append(_line_ends(parts, lambda: (0, 0), ends, depth + 1))
        return known[0]

    return bounds


def _line_ends(parts: Parts, before: Bounds, ends: int, depth: int = 0) -> tuple[int, int]:
    """How many line ends the parts end with, at least and at most, as far as they count."""
    count = 0
    for at in range(len(parts) - 1, -1, -1):
        part = parts[at]
        if count >= ends:
            return ends, ends
        if isinstance(part, Gap):
            return count, count
        if isinstance(part, Fork):
            if depth > DEEPEST:
                return count, ends
            below = _bounds_of(parts[:at], ends, depth)
            found = [_line_ends(option, below, ends, depth + 1) for _answer, option in part.options]
            low, high = min(one[0] for one in found), max(one[1] for one in found)
            return min(ends, count + low), min(ends, count + high)
        string = (
            part.string if isinstance(part, Filled) else part.template.source[part.start : part.end]
        )
        bare = string.rstrip("\n")
        count += len(string) - len(bare)
        if bare:
            return min(ends, count), min(ends, count)
    low, high = before()
    return min(ends, count + low), min(ends, count + high)
