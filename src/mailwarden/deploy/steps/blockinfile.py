"""``ansible.builtin.blockinfile``: lines between two markers.

The text between the last pair of markers is replaced where it stands; without a pair the block goes
to the place that ``insertafter`` or ``insertbefore`` names, or to the end.  A block that is a hole
alone may be empty: the result then has the markers all the same, which are comments.

Source: ``blockinfile.py`` of ansible-core 2.19 (``main``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from . import settings
from .expressions import Expression
from .outcome import FailsError, OpenError, added, applied
from .parameters import Given, Parameters, Spec, settled
from .units import Unit, decided, encoded, ended, fits, joined, units

if TYPE_CHECKING:
    from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions

    from .outcome import Outcome, Task

SPEC = Spec(
    texts=(
        "path", "block", "marker", "marker_begin", "marker_end", "insertafter", "insertbefore",
        "validate",
    ),
    booleans={"create": False, "append_newline": False, "prepend_newline": False},
    aliases={"dest": "path", "destfile": "path", "name": "path", "content": "block"},
    excluding=(("insertbefore", "insertafter"),),
)  # fmt: skip
MARKER = "# {mark} ANSIBLE MANAGED BLOCK"
MARK = "{mark}"


def apply(before: Text | None, path: str, given: Given, task: Task) -> Outcome:
    """The file behind the task; see ``mailwarden.deploy.steps``."""

    def edit(assume: Assumptions) -> Text | None:
        parameters = Parameters(SPEC, given, assume)
        if before is None and not parameters.flag("create"):
            raise FailsError("the file does not exist")
        if before is None and not parameters.present:
            return None
        return _Step(path, parameters, task, assume).edited(before)

    return applied(edit, path, task)


class _Step:
    """The task under one set of answers."""

    def __init__(self, path: str, parameters: Parameters, task: Task, assume: Assumptions) -> None:
        self._path = path
        self._parameters = parameters
        self._task = task
        self._assume = assume
        block = parameters.text("block")
        self._beside = task.written if block is None else block
        self._begin = self._marker("marker_begin", "BEGIN")
        self._end = self._marker("marker_end", "END")
        self._after = parameters.known("insertafter")
        self._before = parameters.known("insertbefore")
        if self._before is None and self._after is None:
            self._after = "EOF"
        self._place: Expression[bytes] | None = None
        if self._after not in (None, "EOF"):
            self._place = Expression(encoded(self._after or ""))
        elif self._before not in (None, "BOF"):
            self._place = Expression(encoded(self._before or ""))

    def edited(self, before: Text | None) -> Text:
        parameters = self._parameters
        found = [] if before is None else units(before, self._looks, self._assume, carriage=True)
        at = self._position(found, before)
        if at and not found[at - 1].passed:
            found[at - 1] = Unit(ended(found[at - 1].text))
        blank = Unit(added("\n", self._beside))
        if parameters.flag("prepend_newline") and parameters.present and at:
            self._must_be_known(found[at - 1])
            if found[at - 1].text.string != "\n":
                found.insert(at, blank)
                at += 1
        block = self._block()
        found[at:at] = block
        behind = at + len(block)
        if parameters.flag("append_newline") and parameters.present and behind < len(found):
            self._must_be_known(found[behind])
            if found[behind].text.string != "\n":
                found.insert(behind, blank)
        result = joined(self._path, found)
        same = before is not None and result.string == before.string
        return before if same and before is not None and not before.holes else result

    def _marker(self, name: str, usual: str) -> Text:
        """A marker's line, as the file has it."""
        written = self._parameters.text("marker")
        marker = added(MARKER, self._beside) if written is None else written
        mark = self._parameters.text(name)
        if mark is None:
            mark = added(usual, marker)
        # What is put in is a template of re.sub, in Latin-1.
        if "\\" in mark.string or not mark.string.isascii():
            raise OpenError
        string = settled(marker, self._assume)
        settled(mark, self._assume)
        if string != marker.string:
            marker = added(string, marker)
        parts: list[Text] = []
        done = 0
        while (at := string.find(MARK, done)) >= 0:
            parts += [marker.cut(done, at), mark]
            done = at + len(MARK)
        parts += [marker.cut(done, len(string)), added("\n", marker)]
        return Text.joined(self._path, parts)

    def _block(self) -> list[Unit]:
        block = self._parameters.text("block")
        if block is None or not block.string or not self._parameters.present:
            return []
        if not block.string.strip("\r\n") and not block.holes and not block.string:
            return []
        return [Unit(self._begin), Unit(ended(block)), Unit(self._end)]

    def _looks(self, line: Text) -> bool | None:
        """Whether anything that the task looks for may be in a line."""
        kinds = [_is(line, self._begin), _is(line, self._end)]
        if self._place is not None:
            kinds.append(fits(line, self._place))
        return None if any(kind is not False for kind in kinds) else False

    def _position(self, found: list[Unit], before: Text | None) -> int:
        """Where the block goes; the lines of the block that is there are taken out."""
        first = self._last(found, self._begin, "begins its block")
        last = self._last(found, self._end, "ends its block")
        if first is not None and last is not None:
            start, end = sorted((first, last))
            del found[start : end + 1]
            return start
        if self._place is None:
            return 0 if self._before is not None else len(found)
        if self._place.flags & re.MULTILINE:
            at = self._in_whole(before, self._place)
        else:
            at = self._in_lines(found, self._place)
        if at is None:
            return len(found)
        return at + 1 if self._after is not None else at

    def _last(self, found: list[Unit], marker: Text, what: str) -> int | None:
        for at in reversed(range(len(found))):
            if found[at].free and settings.is_of_settings(self._path):
                # Its block is no package's, and what tasks have written before counts before.
                continue
            question = f"{self._task.name}: whether line {at + 1} {what}"
            if decided(found[at], lambda line: _is(line, marker), question, self._assume):
                self._must_be_known(found[at])
                return at
        return None

    def _in_whole(self, before: Text | None, place: Expression[bytes]) -> int | None:
        if before is None:
            raise FailsError("a pattern of several lines is looked for in no file")
        if before.holes or "\r" in before.string:
            raise OpenError
        data = encoded(before.string)
        match = place.search(data)
        if match is None:
            return None
        if self._after:
            return data.count(b"\n", 0, match.end())
        return data.count(b"\n", 0, match.start()) if self._before else None

    def _in_lines(self, found: list[Unit], place: Expression[bytes]) -> int | None:
        for at in reversed(range(len(found))):
            question = f"{self._task.name}: whether line {at + 1} is where it inserts"
            if decided(found[at], lambda line: fits(line, place), question, self._assume):
                self._must_be_known(found[at])
                return at
        return None

    def _must_be_known(self, unit: Unit) -> None:
        """Raises ``OpenError`` for what may be several lines: the block goes between them."""
        if unit.free or unit.passed:
            raise OpenError


def _is(line: Text, marker: Text) -> bool | None:
    """Whether a line is the marker; ``None`` if its open part decides."""
    if not line.holes:
        return line.string == marker.string
    first = min(line.holes)
    if not marker.string.startswith(line.string[:first]):
        return False
    rest = line.string[max(line.holes) + 1 :]
    return None if marker.string.endswith(rest) and rest.endswith("\n") else False
