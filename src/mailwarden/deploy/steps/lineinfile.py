"""``ansible.builtin.lineinfile``: one line of a file.

The pattern is looked for in the bytes of each line; the last line that fits is replaced.  An equal
line anywhere, or else the place that ``insertafter`` or ``insertbefore`` names, counts only where
none fits.

Source: ``lineinfile.py`` of ansible-core 2.19 (``present``, ``absent``).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from . import expansion, settings
from .expressions import Expression
from .outcome import FailsError, OpenError, added, applied
from .parameters import Given, Parameters, Spec
from .units import Unit, decided, encoded, ended, equal, fits, holds, joined, units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions

    from .outcome import Outcome, Task
    from .units import Looks

SPEC = Spec(
    texts=("path", "regexp", "search_string", "line", "insertafter", "insertbefore", "validate"),
    booleans={"backrefs": False, "create": False, "firstmatch": False},
    aliases={
        "dest": "path", "destfile": "path", "name": "path", "regex": "regexp", "value": "line"
    },
    excluding=(
        ("insertbefore", "insertafter"),
        ("regexp", "search_string"),
        ("backrefs", "search_string"),
    ),
)  # fmt: skip


def apply(before: Text | None, path: str, given: Given, task: Task) -> Outcome:
    """The file behind the task; see ``mailwarden.deploy.steps``."""

    def edit(assume: Assumptions) -> Text | None:
        parameters = Parameters(SPEC, given, assume)
        step = _Step(path, parameters, task, assume)
        return step.present(before) if parameters.present else step.absent(before)

    return applied(edit, path, task)


class _Step:
    """The task under one set of answers."""

    def __init__(self, path: str, parameters: Parameters, task: Task, assume: Assumptions) -> None:
        self._path = path
        self._parameters = parameters
        self._task = task
        self._assume = assume
        self._line = parameters.text("line")
        self._searched = parameters.known("search_string")

    @cached_property
    def _expression(self) -> Expression[bytes] | None:
        # The module compiles it where it has read the file.
        return self._compiled("regexp")

    def present(self, before: Text | None) -> Text | None:
        parameters, line = self._parameters, self._line
        backrefs = parameters.flag("backrefs")
        if backrefs and self._expression is None:
            raise FailsError("regexp is required with backrefs=true")
        if line is None:
            raise FailsError("line is required with state=present")
        if before is None and not parameters.flag("create"):
            raise FailsError("the file does not exist")
        after, beside = parameters.known("insertafter"), parameters.known("insertbefore")
        if after is None and beside is None:
            after = "EOF"
        place: Expression[bytes] | None = None
        if after not in (None, "BOF", "EOF"):
            place = self._compiled("insertafter")
        elif beside not in (None, "BOF"):
            place = self._compiled("insertbefore")
        found = self._units(before, place)
        settled = self._settled(found, line)
        if settled is not None:
            return joined(self._path, settled)
        at = self._found(found)
        if at is not None:
            return self._replaced(found, at, line, backrefs)
        if backrefs:
            return self._with_end(found, line) or before
        # In a free hole an equal line may be, or the one that insertafter names.
        same, inserted = self._places(found, place, after, beside)
        if same is not None:
            return self._with(found, same, self._ended(line))
        if beside == "BOF" or after == "BOF":
            at = 0
        elif after == "EOF" or inserted is None:
            at = len(found)
            if found and not found[-1].text.string.endswith(("\n", "\r")) and not found[-1].passed:
                found[-1] = Unit(ended(found[-1].text))
        else:
            at = inserted
            place_at = at - 1 if after else at
            if found[place_at].free:
                return self._with(found, place_at, self._behind(line))
            if after and self._stands_at(found, at, line):
                return before
        found.insert(at, Unit(self._behind(line)))
        return joined(self._path, found)

    def absent(self, before: Text | None) -> Text | None:
        if not any(map(self._parameters.given, ("line", "search_string", "regexp"))):
            raise FailsError("one of line, search_string, or regexp is required with state=absent")
        if before is None:
            return None
        found = self._units(before, None)
        looks = self._wanted() or self._equal
        kept = [
            unit
            for number, unit in enumerate(found, 1)
            if unit.free or not decided(unit, looks, self._question(number), self._assume)
        ]
        return before if len(kept) == len(found) else joined(self._path, kept)

    def _compiled(self, name: str) -> Expression[bytes] | None:
        source = self._parameters.known(name)
        return None if source is None else Expression(encoded(source))

    def _question(self, number: int, what: str = "is what it looks for") -> str:
        return f"{self._task.name}: whether line {number} {what}"

    def _equal(self, line: Text) -> bool | None:
        if self._line is None:
            return False
        return equal(line, self._line)

    def _wanted(self) -> Looks | None:
        """What is looked for: the pattern or the string; ``None``: the line itself."""
        expression, searched = self._expression, self._searched
        if expression is not None:
            return lambda line: fits(line, expression)
        if searched is not None:
            return lambda line: holds(line, searched)
        return None

    def _units(self, before: Text | None, place: Expression[bytes] | None) -> list[Unit]:
        """The lines; the task looks into branches that hold what any of its patterns fits."""
        if before is None:
            return []
        kinds: list[Looks] = [self._equal]
        wanted = self._wanted()
        if wanted is not None:
            kinds.append(wanted)
        if place is not None:
            kinds.append(lambda line: fits(line, place))

        def looks(line: Text) -> bool | None:
            return None if any(kind(line) is not False for kind in kinds) else False

        return units(before, looks, self._assume)

    def _found(self, found: list[Unit]) -> int | None:
        """The line that is replaced: the last that fits, or the first with ``firstmatch``."""
        looks = self._wanted()
        if looks is None:
            return None
        order: Iterable[int] = range(len(found))
        if not self._parameters.flag("firstmatch"):
            order = reversed(range(len(found)))
        for at in order:
            if decided(found[at], looks, self._question(at + 1), self._assume):
                return at
        return None

    def _settled(self, found: list[Unit], line: Text) -> list[Unit] | None:
        """The lines where the setting is sure to count, wherever it is written."""
        looks = self._wanted()
        if (
            looks is None
            or self._parameters.flag("backrefs")
            or self._parameters.flag("firstmatch")
        ):
            return None
        return settings.at_end(self._path, found, self._ended(line), looks)

    def _places(
        self,
        found: list[Unit],
        place: Expression[bytes] | None,
        after: str | None,
        beside: str | None,
    ) -> tuple[int | None, int | None]:
        """The last equal line, and where ``insertafter`` or ``insertbefore`` has the line."""
        same = inserted = None
        for at, unit in enumerate(found):
            question = self._question(at + 1, "is there already")
            if decided(unit, self._equal, question, self._assume):
                same = at
            elif (
                (after or beside)
                and place is not None
                and decided(
                    unit,
                    lambda one: fits(one, place),
                    self._question(at + 1, "is where it inserts"),
                    self._assume,
                )
            ):
                inserted = at + 1 if after else at
                if self._parameters.flag("firstmatch"):
                    break
        return same, inserted

    def _replaced(self, found: list[Unit], at: int, line: Text, backrefs: bool) -> Text | None:
        unit = found[at]
        new = line
        if backrefs:
            if unit.free:
                raise OpenError
            new = self._expanded(unit.text, line)
        return self._with(found, at, self._ended(new))

    def _with_end(self, found: list[Unit], line: Text) -> Text | None:
        """What backrefs make of an equal line: only the last one changes, if it has no end."""
        last = len(found) - 1
        if not found or found[last].free or found[last].text.string.endswith("\n"):
            return None
        question = self._question(last + 1, "is there already")
        if not decided(found[last], self._equal, question, self._assume):
            return None
        return self._with(found, last, self._ended(line))

    def _with(self, found: list[Unit], at: int, line: Text) -> Text:
        """The file with a line in the place of another, or somewhere in a free hole."""
        old = found[at].text
        if found[at].free:
            line = Text.joined(self._path, [ended(old), line, old])
        elif line.string == old.string and not line.holes and not old.holes:
            # Nothing is written: the line that is there stays, with its own place.
            line = old
        return joined(self._path, [*found[:at], Unit(line), *found[at + 1 :]])

    def _ended(self, line: Text) -> Text:
        return line if line.string.endswith("\n") else self._behind(line)

    def _behind(self, line: Text) -> Text:
        return Text.joined(line.path, [line, added("\n", line)])

    def _stands_at(self, found: list[Unit], at: int, line: Text) -> bool:
        """Whether the line behind the place, or the last one, is the line already."""
        number = at - 1 if at == len(found) else at
        question = self._question(number + 1, "is there already")
        return not found[number].passed and decided(
            found[number], lambda one: equal(one, line), question, self._assume
        )

    def _expanded(self, old: Text, line: Text) -> Text:
        """The line with the groups of the match in it."""
        old = old.filled(self._assume, lambda _text, _at: True)
        if old.holes or self._expression is None:
            raise OpenError
        data = encoded(old.string)
        match = self._expression.search(data)
        if match is None:
            raise OpenError
        line = line.filled(self._assume, lambda _text, _at: True)

        def group(number: int) -> Text:
            start, end = match.span(number)
            return old.cut(_characters(data, start), _characters(data, end))

        parts = expansion.expanded(expansion.parts(line, self._expression.compiled), group)
        return Text.joined(line.path, [line.cut(0, 0), *parts])


def _characters(data: bytes, at: int) -> int:
    """The character offset of a byte offset; raises ``OpenError`` inside a character."""
    if at < 0:
        return 0
    if (
        at < len(data)
        and 0x80 <= data[at] < 0xC0
        and len(data[:at].decode("utf-8", "surrogateescape"))
        + len(data[at:].decode("utf-8", "surrogateescape"))
        != len(data.decode("utf-8", "surrogateescape"))
    ):
        raise OpenError
    return len(data[:at].decode("utf-8", "surrogateescape"))
