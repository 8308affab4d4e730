"""A file of a host as lines to show: each with where it came from, holes by their names.

A branch stands between marks that say when it holds: ``{% mail_tls = true %}`` to ``{% end %}``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.text import HOLE, Hole, Text

END = "{% end %}"
# The lines of branches that are shown of one file, beyond as many as it has without them.
MOST = 20_000


class Row(NamedTuple):
    """One line: where its first character came from, and what stands in it.

    Each character ``HOLE`` in ``string`` is shown as one of ``holes``, in their order.  ``mark``
    says that it is no line of the file.
    """

    path: str
    line: int
    string: str
    holes: tuple[str, ...] = ()
    mark: bool = False


def rows(text: Text) -> list[Row]:
    """The lines of a text; raises ``MailwardenError`` if its branches make too many."""
    made = _Rows([MOST + text.string.count("\n")])
    made.add(text)
    return made.ended()


class _Rows:
    """Lines as they come together; ``left`` is how many there may still be, for all branches."""

    def __init__(self, left: list[int]) -> None:
        self._left = left
        self._done: list[Row] = []
        self._line: list[str] = []
        self._holes: list[str] = []
        self._at = ("", 0)

    def ended(self) -> list[Row]:
        """All the lines, the last one too if it has no end."""
        if self._line:
            self._end()
        return self._done

    def add(self, text: Text) -> None:
        done = 0
        for at, hole in sorted(text.holes.items()):
            self._characters(text, done, at)
            self._hole(text, at, hole)
            done = at + 1
        self._characters(text, done, len(text))

    def _characters(self, text: Text, start: int, end: int) -> None:
        while start < end:
            newline = text.string.find("\n", start, end)
            stop = newline if newline >= 0 else end
            # A character of the file's own is no hole.
            self._put(text, start, text.string[start:stop].replace(HOLE, "\\uf8ff"))
            if newline >= 0:
                self._end()
            start = stop + 1

    def _hole(self, text: Text, at: int, hole: Hole) -> None:
        known = [option for _label, option in hole.options if option is not None]
        if not known:
            self._put(text, at, HOLE, _open(hole.name))
        elif not self._line and (at == len(text) - 1 or all(map(_ends_a_line, known))):
            self._branches(text, at, hole)
        else:
            for label, option in hole.options:
                self._put(text, at, HOLE, _when(hole.name, label))
                self._option(text, at, hole.name, option)
            self._put(text, at, HOLE, END)

    def _option(self, text: Text, at: int, name: str, option: Text | None) -> None:
        if option is None:
            self._put(text, at, HOLE, _open(name))
        else:
            self.add(option)

    def _branches(self, text: Text, at: int, hole: Hole) -> None:
        """Branches of whole lines; what they begin and end with in common stands once."""
        branches = []
        for _label, option in hole.options:
            inside = _Rows(self._left)
            inside._option(text, at, hole.name, option)
            branches.append(inside.ended())
        first = _common(branches)
        rest = [branch[first:] for branch in branches]
        last = _common([branch[::-1] for branch in rest])
        self._done += branches[0][:first]
        if any(map(len, rest)):
            place = text.place(at)
            for (label, _option), branch in zip(hole.options, rest, strict=True):
                own = branch[: len(branch) - last]
                if own:
                    mark = _when(hole.name, label)
                    self._done.append(Row(place.path, place.line, HOLE, (mark,), mark=True))
                    self._done += own
            self._done.append(Row("", 0, HOLE, (END,), mark=True))
        self._done += rest[0][len(rest[0]) - last :]

    def _put(self, text: Text, at: int, string: str, *holes: str) -> None:
        if not self._line:
            place = text.place(at)
            self._at = place.path, place.line
        self._line.append(string)
        self._holes += holes

    def _end(self) -> None:
        self._left[0] -= 1
        if self._left[0] < 0:
            raise MailwardenError("has too many branches to be shown")
        self._done.append(Row(*self._at, "".join(self._line), tuple(self._holes)))
        self._line, self._holes = [], []


def _open(name: str) -> str:
    return f"{{{{ {name} }}}}"


def _when(name: str, label: str) -> str:
    return f"{{% {name} = {label} %}}"


def _ends_a_line(text: Text) -> bool:
    last = text.holes.get(len(text) - 1)
    if last is None:
        return not text.string or text.string.endswith("\n")
    return all(option is not None and _ends_a_line(option) for _label, option in last.options)


def _common(branches: Sequence[Sequence[Row]]) -> int:
    """How many lines all the branches begin with."""
    count = 0
    for lines in zip(*branches, strict=False):
        if any(line != lines[0] for line in lines):
            break
        count += 1
    return count
