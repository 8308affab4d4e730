"""``community.general.ini_file``: one option of a section, or of the lines before the first one.

A comment that sets the option counts as it, unless ``modify_inactive_option`` says otherwise: the
first line becomes the option, every further one goes.  Continuation lines are not known to it.

The releases differ over comments: 9.5 takes none that is indented, 11.4 and 13.4 do; 13.4 alone
leaves a comment without "=" as it is.  Where a line is such a comment, each is followed.

Source: ``ini_file.py`` of community.general 9.5.2, 11.4.2 and 13.4.0 (``do_ini``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from . import settings
from .expressions import Expression
from .outcome import FailsError, OpenError, added, applied, ask
from .parameters import Given, Parameters, Spec
from .units import Unit, decided, encoded, equal, fits, joined, units

if TYPE_CHECKING:
    from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions

    from .outcome import Outcome, Task

SPEC = Spec(
    texts=("path", "section", "option", "value", "section_has_values"),
    booleans={
        "exclusive": True,
        "no_extra_spaces": False,
        "ignore_spaces": False,
        "create": True,
        "allow_no_value": False,
        "modify_inactive_option": True,
        "follow": False,
    },
    lists=("values",),
    aliases={"dest": "path"},
    excluding=(("value", "values"),),
)
VERSION = "the version of community.general"
VERSIONS = ("9.5", "11.4", "13.4")
_PASSED_OVER = re.compile(r"[ \t]*([#;].*)?$")


class Match(NamedTuple):
    """A line that sets the option, or a comment that does."""

    comment: bool
    assigned: bool
    value: Text


def apply(before: Text | None, path: str, given: Given, task: Task) -> Outcome:
    """The file behind the task; see ``mailwarden.deploy.steps``."""

    def edit(assume: Assumptions) -> Text | None:
        parameters = Parameters(SPEC, given, assume)
        if parameters.text("section_has_values") is not None:
            raise OpenError
        return _Step(path, parameters, task, assume).edited(before)

    return applied(edit, path, task)


class _Step:
    """The task under one set of answers."""

    def __init__(self, path: str, parameters: Parameters, task: Task, assume: Assumptions) -> None:
        self._path = path
        self._parameters = parameters
        self._task = task
        self._assume = assume
        self._option = parameters.text("option")
        self._name = parameters.known("option") or ""
        if self._option is not None and not self._name:
            raise OpenError
        self._head = _Head(self._name)
        self._section = parameters.known("section") or ""
        self._values = self._given_values()
        self._changed = False

    def edited(self, before: Text | None) -> Text | None:
        parameters = self._parameters
        valued = parameters.flag("allow_no_value") or self._values
        if parameters.present and not valued:
            raise FailsError("value or values must be given")
        if before is None and not parameters.flag("create"):
            raise FailsError("the file does not exist")
        if not parameters.present and not self._name and not self._section:
            # It takes a line of the first section as well.
            raise OpenError
        found = self._lines(before)
        settled = self._settled(found)
        if settled is not None:
            return joined(self._path, settled)
        first, last = self._bounds(found)
        if first is not None:
            body = found[first:last]
            if parameters.present:
                self._set(body)
            elif self._name:
                self._unset(body)
            else:
                self._changed = True
                body, first = [], first - 1
            found[first:last] = body
        elif parameters.present:
            found += self._new_section()
        if before is None and not self._changed:
            return None
        return joined(self._path, found) if self._changed else before

    def _settled(self, found: list[Unit]) -> list[Unit] | None:
        """The lines where the setting is sure to count, wherever it is written."""
        only = self._parameters.present and self._parameters.flag("exclusive") and not self._section
        if not only or self._option is None or len(self._values) != 1:
            return None
        line = self._written(self._values[0]).text
        return settings.at_end(self._path, found, line, self._head.search)

    def _given_values(self) -> list[Text]:
        value = self._parameters.text("value")
        given = self._parameters.texts("values") or [] if value is None else [value]
        kept: list[Text] = []
        for one in given:
            answers = [equal(one, other) for other in kept]
            if None in answers:
                raise OpenError
            if True not in answers:
                kept.append(one)
        return kept

    def _lines(self, before: Text | None) -> list[Unit]:
        """The lines with the ends that they are written back with."""
        beside = self._option or self._task.written
        if before is None or not before.string:
            return [Unit(added("\n", beside))]
        try:
            before.string.encode("utf-8")
        except UnicodeEncodeError as error:
            raise FailsError("the file is not UTF-8") from error
        start = 1 if before.string[0] == "\ufeff" else 0
        found = units(before.cut(start, len(before)), self._looks, self._assume, carriage=True)
        if not found:
            return [Unit(added("\n", beside))]
        if not found[-1].passed and not found[-1].text.string.endswith(("\n", "\r")):
            self._changed = True
            found[-1] = Unit(Text.joined(self._path, [found[-1].text, added("\n", found[-1].text)]))
        return [unit if unit.passed else Unit(_ended(unit.text)) for unit in found]

    def _looks(self, line: Text) -> bool | None:
        """Whether a line may be a section's head or the option's."""
        if line.string[:1] == "[" or 0 in line.holes:
            return None
        return None if self._head.search(line) is not False else False

    def _bounds(self, found: list[Unit]) -> tuple[int | None, int]:
        """Where the lines of the section begin and end."""
        start: int | None = None if self._section else 0
        pattern = re.compile(rf"^\[\s*{re.escape(self._section.strip())}\s*]")
        for at, unit in enumerate(found):
            if unit.passed:
                continue
            if 0 in unit.text.holes:
                # It may begin a section, or be several lines.
                raise OpenError
            string = unit.text.string
            if start is not None and string.startswith("["):
                return start, at
            if self._section and string.startswith("["):
                if unit.text.holes:
                    raise OpenError
                if pattern.match(string):
                    start = at + 1
        return start, len(found)

    def _match(self, unit: Unit, at: int, comments: bool) -> Match | None:
        """What a line sets the option to; none if it does not."""
        if unit.passed or not self._name:
            return None
        question = f"{self._task.name}: whether line {at + 1} of the section sets {self._name}"
        if not decided(unit, self._head.search, question, self._assume):
            return None
        match = self._head.pattern.match(unit.text.string)
        if match is None or any(hole < match.end() for hole in unit.text.holes):
            raise OpenError
        sign, assigned = match["comment"], bool(match["sep"])
        if sign and not comments:
            return None
        if sign and match["indent"] and self._version() == "9.5":
            return None
        end = len(unit.text) - 1
        return Match(bool(sign), assigned, unit.text.cut(min(match.end(), end), end))

    def _version(self) -> str:
        return ask(self._assume, VERSION, VERSIONS)

    def _set(self, body: list[Unit]) -> None:
        parameters = self._parameters
        values, empty = list(self._values), parameters.flag("allow_no_value")
        if not self._name and parameters.flag("exclusive") and not empty:
            raise FailsError("the module looks for no option, and fails")
        comments = parameters.flag("modify_inactive_option")
        matches = [self._match(unit, at, comments) for at, unit in enumerate(body)]
        done = [False] * len(body)
        bare = False
        for at, match in enumerate(matches):
            if match is None:
                continue
            value = self._among(match.value, values)
            if value is not None:
                bare = bare or (empty and not value.string)
                self._update(body, at, match, None if empty and not value.string else value)
                done[at] = True
                values.remove(value)
            elif not values and empty:
                self._update(body, at, match, None)
                bare = done[at] = True
                break
        if parameters.flag("exclusive") and not empty:
            self._override(body, matches, done, values)
        if self._option is not None and self._name and (values or (empty and not bare)):
            at = self._end(body)
            new = [self._written(value) for value in values] or [self._written(None)]
            body[at:at] = new
            self._changed = True

    def _among(self, value: Text, values: list[Text]) -> Text | None:
        for other in values:
            answer = equal(value, other)
            # Blanks in front of a value do not count, and a hole may be such.
            if answer is None or (not answer and 0 in value.holes):
                question = f"{self._task.name}: whether {self._name} has its value already"
                answer = ask(self._assume, question, ("yes", "no")) == "yes"
            if answer:
                return other
        return None

    def _override(
        self,
        body: list[Unit],
        matches: list[Match | None],
        done: list[bool],
        values: list[Text],
    ) -> None:
        """Puts the values that are left in the lines that are left; the other lines go."""
        gone: list[int] = []
        for at, match in enumerate(matches):
            if match is None or done[at]:
                continue
            if match.comment and not match.assigned and self._version() == "13.4":
                continue
            if values:
                self._update(body, at, match, values.pop(0))
            else:
                gone.append(at)
        for at in reversed(gone):
            del body[at]
            self._changed = True

    def _update(self, body: list[Unit], at: int, match: Match, value: Text | None) -> None:
        ignored = self._parameters.flag("ignore_spaces") and not match.comment
        if ignored and self._among(match.value, [value or added("", match.value)]) is not None:
            return
        new = self._written(value)
        old = body[at].text
        if new.text.string != old.string or new.text.holes or old.holes:
            self._changed = True
            body[at] = new

    def _written(self, value: Text | None) -> Unit:
        """The option's line, with a value or without."""
        option = self._option or self._task.written
        if value is None:
            return Unit(Text.joined(self._path, [option, added("\n", option)]))
        sign = "=" if self._parameters.flag("no_extra_spaces") else " = "
        parts = [option, added(sign, option), value, added("\n", value)]
        return Unit(Text.joined(self._path, parts))

    def _end(self, body: list[Unit]) -> int:
        """Behind the last line that is neither empty nor a comment."""
        for at in reversed(range(len(body))):
            unit = body[at]
            known = unit.text.string[: min(unit.text.holes, default=len(unit.text))]
            if unit.passed or (unit.text.holes and not known.strip(" \t")):
                raise OpenError
            if not _PASSED_OVER.match(unit.text.string):
                return at + 1
        return 0

    def _unset(self, body: list[Unit]) -> None:
        exclusive = self._parameters.flag("exclusive")
        kept: list[Unit] = []
        for at, unit in enumerate(body):
            match = self._match(unit, at, False)
            if match is not None and (exclusive or self._among(match.value, self._values)):
                self._changed = True
            else:
                kept.append(unit)
        body[:] = kept

    def _new_section(self) -> list[Unit]:
        section = self._parameters.text("section")
        if section is None:
            raise OpenError
        self._changed = True
        head = [added("[", section), section, added("]\n", section)]
        found = [Unit(Text.joined(self._path, head))]
        if self._name and self._values:
            found += [self._written(value) for value in self._values]
        elif self._name and self._parameters.flag("allow_no_value"):
            found.append(self._written(None))
        return found


class _Head:
    """What a line begins with that sets an option."""

    def __init__(self, name: str) -> None:
        source = (
            rf"^(?P<indent>[ \t]*)(?:(?P<comment>[#;])[ \t]*)?{re.escape(name)}"
            r"[ \t]*(?P<sep>=|$)[ \t]*"
        )
        self.pattern = re.compile(source)
        self._expression = Expression(encoded(source))

    def search(self, line: Text) -> bool | None:
        """Whether it begins a line; ``None`` if the line's open part decides."""
        if line.holes:
            return fits(line, self._expression)
        return self.pattern.match(line.string) is not None


def _ended(text: Text) -> Text:
    """A line as it is written back: universal newlines."""
    string = text.string
    if string.endswith("\r\n"):
        return Text.joined(
            text.path, [text.cut(0, len(text) - 2), text.cut(len(text) - 1, len(text))]
        )
    if string.endswith("\r"):
        return Text.joined(
            text.path,
            [text.cut(0, len(text) - 1), text.replaced(len(text) - 1, len(text), "\n")],
        )
    return text
