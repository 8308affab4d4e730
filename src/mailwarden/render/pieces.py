"""From what a template writes to a ``Text``: its characters, holes and places."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence

from ansible_collections.mailwarden.policy.plugins.module_utils.text import (
    HOLE,
    Hole,
    Original,
    Text,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.values import Setting

from .limits import OUTPUT, TooMuch
from .parts import Data, Filled, Fork, Gap, Part, Parts
from .syntax import Template
from .values import Known


class File:
    """A template's file, and where each offset of the template's source is in it.

    Jinja2 reads ``\\r\\n`` as one line end, and what says how a template is read is cut off.
    """

    def __init__(self, original: Original, start: int) -> None:
        self.original = original
        self._start = start
        string = original.string[start:]
        self.source = string.replace("\r\n", "\n").replace("\r", "\n")
        # The offsets, in the source, of the line ends that are two characters in the file.
        self.doubled: list[int] = []
        at = string.find("\r\n")
        while at >= 0:
            self.doubled.append(at - len(self.doubled))
            at = string.find("\r\n", at + 2)

    def offset(self, at: int) -> int:
        """The offset in the file of one in the source."""
        return self._start + at + bisect_left(self.doubled, at)


def text(
    path: str, parts: Parts, ends: int, files: Callable[[Template], File], last: Template
) -> Text:
    """The text of a file that a template writes, with the line ends that it closes with."""
    maker = _Maker(path, files)
    return maker.text(_ended(parts, ends, last))


class _Maker:
    def __init__(self, path: str, files: Callable[[Template], File]) -> None:
        self._path = path
        self._files = files

    def text(self, parts: Sequence[Part]) -> Text:
        string: list[str] = []
        pieces: list[tuple[int, Original, int, int]] = []
        holes: dict[int, Hole] = {}
        filled: dict[int, tuple[Setting, ...]] = {}
        at = 0
        for part in parts:
            file = self._files(part.template)
            if isinstance(part, Data):
                made = part.template.source[part.start : part.end]
                pieces.extend(_literal(file, part, at))
            else:
                span = (file.offset(part.span.start), file.offset(part.span.end))
                if isinstance(part, Filled):
                    made = part.string
                    if made:
                        filled[at] = tuple(map(setting, part.origins))
                        pieces.append((at, file.original, *span))
                else:
                    found = self._holes(part)
                    made = HOLE * len(found)
                    for number, hole in enumerate(found):
                        holes[at + number] = hole
                        pieces.append((at + number, file.original, *span))
            string.append(made)
            at += len(made)
            if at > OUTPUT:
                raise TooMuch("the template makes too long a text to be read", self._path)
        return Text(self._path, "".join(string), pieces, holes, filled)

    def _holes(self, part: Gap | Fork) -> list[Hole]:
        if isinstance(part, Gap):
            return [Hole(name) for name in part.names]
        return [Hole(part.question, [(answer, self.text(parts)) for answer, parts in part.options])]


def setting(known: Known) -> Setting:
    """A variable as a cause."""
    shown = known.value if isinstance(known.value, (str, int, float, bool)) else ""
    return Setting(known.name, str(shown), known.place, f"{known.name}: {shown}".rstrip(": "))


def _literal(file: File, part: Data, at: int) -> list[tuple[int, Original, int, int]]:
    """The pieces of a template's own characters, a line end of two of them by itself."""
    found = []
    begin = part.start
    first = bisect_left(file.doubled, part.start)
    for end in file.doubled[first : bisect_left(file.doubled, part.end)]:
        for start, stop in ((begin, end), (end, end + 1)):
            if stop > start:
                span = (file.offset(start), file.offset(stop))
                found.append((at + start - part.start, file.original, *span))
        begin = end + 1
    if part.end > begin:
        span = (file.offset(begin), file.offset(part.end))
        found.append((at + begin - part.start, file.original, *span))
    return found


def _ended(parts: Parts, ends: int, last: Template) -> Parts:
    """The parts with as many line ends as the template ends with, where they end in fewer.

    Ansible counts on the result: each answer of a hole at the end is a result of its own.
    """
    only = parts[0] if len(parts) == 1 else None
    if not parts or isinstance(only, Gap) or (isinstance(only, Filled) and only.native):
        # A file that is one expression gets none if that is no string.
        return parts
    return [*parts[:-1], *_closed(parts, parts[-1], ends, last)]


def _closed(before: Parts, part: Part, ends: int, last: Template) -> Parts:
    if isinstance(part, Fork):
        options = []
        for answer, parts in part.options:
            whole = [*before[:-1], *parts]
            closed = _ended(whole, ends, last) if whole else []
            options.append((answer, closed[len(before) - 1 :]))
        return [part._replace(options=tuple(options))]
    missing = ends - _line_ends([*before[:-1], part])
    end = len(last.source)
    return [part, Data(last, end - missing, end)] if missing > 0 else [part]


def _line_ends(parts: Parts) -> int:
    """How many line ends the parts end with, as far as they are known."""
    count = 0
    for part in reversed(parts):
        if isinstance(part, (Gap, Fork)):
            return count
        string = (
            part.string if isinstance(part, Filled) else part.template.source[part.start : part.end]
        )
        bare = string.rstrip("\n")
        count += len(string) - len(bare)
        if bare:
            return count
    return count
