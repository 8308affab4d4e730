"""``postconf -e``, ``-X`` and ``-#``: settings of main.cf.

Every line of a name that is asked for is replaced, with its continuation lines, and a name that
is not there is written at the end; comments stay.  A line whose name is a hole stays as it is under
``-e``, for whatever it is, the setting that is written behind it counts.

Source: postconf_edit.c of Postfix (``pcf_edit_main``), split_nameval.c; run with 3.7.11 and 3.10.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.holes import is_of_whole_lines

from .command import COMMENT_OUT, EDIT
from .outcome import FailsError, OpenError, added, applied, ask
from .units import Unit, decided, ended, joined, units

if TYPE_CHECKING:
    from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions

    from .command import Request
    from .outcome import Outcome, Task

BLANK = " \t\n\v\f\r"
# Up to 3.7 a setting is glued to a last line without end; 3.10 ends the line first.
GLUES, ENDS = "3.7", "3.10"
VERSION = "the version of postfix"
_NAME = re.compile(r"[^ \t\r\n=]*")


class Setting(NamedTuple):
    """What is asked for: a name and, with ``-e``, its value."""

    name: Text
    value: Text | None


def apply(
    before: Text | None, request: Request, task: Task, version: tuple[int, ...] = ()
) -> Outcome:
    """main.cf behind one call; see ``mailwarden.deploy.steps``.

    ``version`` is Postfix's, where it is known.
    """

    def edit(assume: Assumptions) -> Text:
        wanted = _wanted(request)
        if before is None:
            raise FailsError("main.cf does not exist")
        text = terminated(before, version, assume)
        return _Edit(text, request, wanted, task, assume).done()

    return applied(edit, request.path, task)


def stripped(text: Text) -> Text:
    """A text without the blanks around it."""
    start = len(text.string) - len(text.string.lstrip(BLANK))
    return text.cut(start, max(start, len(text.string.rstrip(BLANK))))


def name_and_value(argument: Text) -> tuple[Text, Text]:
    """The two sides of ``name = value``; raises ``FailsError`` as ``split_nameval`` does."""
    text = stripped(argument)
    found = _NAME.match(text.string)
    end = found.end() if found else 0
    if text.has_hole(0, end):
        raise OpenError
    rest = text.string[end:].lstrip(BLANK)
    if not end:
        raise FailsError("missing attribute name")
    if not rest.startswith("="):
        if text.holes:
            raise OpenError
        raise FailsError("missing '=' after attribute name")
    return text.cut(0, end), stripped(text.cut(len(text) - len(rest) + 1, len(text)))


def checked(argument: Text) -> None:
    """Raises ``FailsError`` for what no edit takes."""
    if "\n" in argument.string:
        raise FailsError("postconf accepts no multi-line input")
    if argument.string.lstrip(BLANK)[:1] == "#":
        raise FailsError("postconf accepts no comment input")


def terminated(text: Text, version: tuple[int, ...], assume: Assumptions) -> Text:
    """A file whose last line has an end, where the version of Postfix gives it one."""
    last = text.holes.get(len(text) - 1)
    if last is not None and last.options and not is_of_whole_lines(last):
        text = text.filled(assume, lambda inside, at: at == len(inside) - 1)
        last = text.holes.get(len(text) - 1)
    if not text.string or text.string.endswith("\n") or (last and is_of_whole_lines(last)):
        return text
    if version[:2] in ((3, 5), (3, 6), (3, 7)):
        return text
    if version[:2] < (3, 10) and ask(assume, VERSION, (ENDS, GLUES)) == GLUES:
        return text
    return ended(text)


def must_not_glue(kept: list[Unit], new: list[Unit]) -> None:
    """Raises ``OpenError`` where one of several lines is glued to a last line without end."""
    last = kept[-1] if kept else None
    if len(new) > 1 and last and not last.passed and not last.text.string.endswith("\n"):
        raise OpenError


def _wanted(request: Request) -> dict[str, Setting]:
    found: dict[str, Setting] = {}
    for argument in request.arguments:
        checked(argument)
        if request.mode == EDIT:
            name, value = name_and_value(argument)
            setting = Setting(name, value)
        else:
            name = stripped(argument)
            if name.holes:
                raise OpenError
            if not name.string or "=" in name.string:
                raise FailsError(f"{request.mode} requires names without value")
            setting = Setting(name, None)
        # The last request for a name counts.
        found[name.string] = setting
    return found


class _Edit:
    """One call under one set of answers."""

    def __init__(
        self,
        before: Text,
        request: Request,
        wanted: dict[str, Setting],
        task: Task,
        assume: Assumptions,
    ) -> None:
        self._before = before
        self._request = request
        self._wanted = wanted
        self._task = task
        self._assume = assume

    def done(self) -> Text:
        kept: list[Unit] = []
        found: set[str] = set()
        inside = False
        for at, unit in enumerate(units(self._before, self._looks, self._assume)):
            string = unit.text.string
            if unit.passed:
                inside = False
                kept.append(unit)
            elif not string.strip(BLANK) or string.lstrip(BLANK)[0] == "#":
                kept.append(unit)
            elif string[0] in BLANK:
                kept += self._kept(unit, inside)
            else:
                name = self._name(unit, at)
                inside = name is not None
                if name is None:
                    kept.append(unit)
                    continue
                found.add(name)
                kept += self._replaced(unit, self._wanted[name])
        if self._request.mode == EDIT:
            self._append(kept, found)
        return joined(self._request.path, kept)

    def _looks(self, line: Text) -> bool | None:
        """Whether a branch's line has to be looked at: one of the names, or unknown."""
        if not line.string.strip(BLANK) or line.string.lstrip(BLANK)[0] == "#":
            return False
        found = _NAME.match(line.string)
        end = found.end() if found else 0
        # A continuation line may belong to a line before the branch.
        unknown = line.has_hole(0, end) or line.string[0] in BLANK
        return None if unknown or line.string[:end] in self._wanted else False

    def _name(self, unit: Unit, at: int) -> str | None:
        """The name that a line sets, if it is asked for."""
        found = _NAME.match(unit.text.string)
        end = found.end() if found else 0
        name = unit.text.string[:end]
        if not unit.text.has_hole(0, end):
            return name if name in self._wanted else None
        if self._request.mode == EDIT:
            return None

        def looks(line: Text) -> bool | None:
            found = _NAME.match(line.string)
            end = found.end() if found else 0
            return None if line.has_hole(0, end) else line.string[:end] in self._wanted

        question = f"{self._task.name}: whether line {at + 1} sets what it looks for"
        if not decided(unit, looks, question, self._assume):
            return None
        if len(self._wanted) > 1 or unit.free:
            raise OpenError
        return next(iter(self._wanted))

    def _kept(self, unit: Unit, inside: bool) -> list[Unit]:
        """A continuation line."""
        if not inside:
            return [unit]
        return self._commented(unit) if self._request.mode == COMMENT_OUT else []

    def _replaced(self, unit: Unit, setting: Setting) -> list[Unit]:
        if self._request.mode == COMMENT_OUT:
            return self._commented(unit)
        return [] if setting.value is None else [_written(setting)]

    def _commented(self, unit: Unit) -> list[Unit]:
        sign = added("#", self._request.arguments[0])
        return [Unit(Text.joined(self._request.path, [sign, unit.text]))]

    def _append(self, kept: list[Unit], found: set[str]) -> None:
        """Puts the names that are not there at the end, in their order.

        3.7 has them in the order of its hash table, which changes nothing.
        """
        names = [name for name in sorted(self._wanted, key=_bytes) if name not in found]
        new = [_written(self._wanted[name]) for name in names]
        must_not_glue(kept, new)
        kept += new


def _written(setting: Setting) -> Unit:
    name, value = setting.name, setting.value
    if value is None:
        raise OpenError
    parts = [name, added(" = ", name), value, added("\n", value)]
    return Unit(Text.joined(name.path, parts))


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
