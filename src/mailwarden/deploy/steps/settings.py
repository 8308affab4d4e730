"""What a task writes to a file of settings of which other lines are not known.

In Postfix's main.cf the last line of a name counts, wherever it stands.  A task that replaces the
last line of a name, or else adds one, decides that name, whatever lines there are: its line stands
at the end of what is not known.  That such a file sets the name twice, in two ways of writing, or
over several lines, is left out of account: ``is_open`` tells of which files that is said.

Source: ``dict_load_fp`` of Postfix (util/dict.c).
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from .units import Unit, ended

if TYPE_CHECKING:
    from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

    from .units import Looks

FILES = frozenset({"main.cf"})
_NAME = re.compile(r"([A-Za-z0-9_]+)[ \t]*=")


def is_of_settings(path: str) -> bool:
    """Whether the last line of a name counts in a file, wherever it stands."""
    return os.path.basename(path) in FILES


def is_open(path: str, text: Text | None) -> bool:
    """Whether a file has settings of which nothing is known, among those that are known."""
    if text is None or not is_of_settings(path):
        return False
    lines = (text.cut(*line.span()) for line in re.finditer(r"[^\n]*\n|[^\n]+", text.string))
    return any(Unit(line).free for line in lines)


def at_end(path: str, found: list[Unit], line: Text, replaces: Looks) -> list[Unit] | None:
    """The lines of a file behind a task that replaces the last line of a name, or adds it.

    ``replaces`` says which lines the task takes for those of the name.  ``None``: all is known, or
    it hangs on the order of lines what the task does.
    """
    named = _NAME.match(line.string)
    if named is None or not is_of_settings(path) or replaces(line) is not True:
        return None
    if not any(unit.free for unit in found):
        return None
    kept = []
    for at, unit in enumerate(found):
        if not unit.free and named[1] in _strings(unit.text):
            if unit.passed:
                return None
            own = _NAME.match(unit.text.string)
            if own is not None and own[1] == named[1]:
                if replaces(unit.text) is not True:
                    return None
                if not _goes_on(found, at):
                    continue
        kept.append(unit)
    if kept:
        kept[-1] = Unit(ended(kept[-1].text), kept[-1].passed)
    return [*kept, Unit(line)]


def _goes_on(found: list[Unit], at: int) -> bool:
    """Whether what follows a line may belong to its value."""
    if at + 1 == len(found):
        return False
    behind = found[at + 1]
    return behind.passed or behind.free or behind.text.string[:1] in (" ", "\t", "\n", "#")


def _strings(text: Text) -> str:
    """All that a text may say, as far as it is known."""
    options = (one for hole in text.holes.values() for _label, one in hole.options)
    return "\n".join([text.string, *(_strings(one) for one in options if one is not None)])
