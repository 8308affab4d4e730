# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands for a value in a repository until the file is installed.

An installer replaces ``@NAME@`` or ``PH_NAME``: the value is not known, and its name decides.  A
format says which forms mean nothing to its program (``PLACEHOLDERS``); a policy adds forms of its
own.  On a host everything is filled in, so that what looks like one is a mistake.
"""

from __future__ import annotations

import re

from ..text import Hole, Text
from . import Over, is_of_host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..catalogue import Row
    from . import Source

# A form that is known: a sign without which a text holds none, and the pattern.  No name is longer
# than any that people use, so that each costs in proportion to the text.
FORMS: dict[str, tuple[str, str]] = {
    "${NAME}": ("${", r"\$\{[A-Z][A-Z0-9_]{0,63}\}"),
    "@NAME@": ("@", r"@[A-Z][A-Z0-9_]{0,63}@|(?<![A-Za-z0-9])@[A-Za-z][A-Za-z0-9_]{0,63}@"),
    "__NAME__": ("__", r"(?<![A-Za-z0-9_])__[A-Z][A-Z0-9_]{0,63}?__(?![A-Za-z0-9_])"),
    "%NAME%": ("%", r"%[A-Z][A-Z0-9_]{1,63}%"),
    "PH_NAME": ("PH_", r"(?<![A-Za-z0-9_])PH_[A-Z0-9_]{1,64}"),
    "<NAME>": ("<", r"<[A-Z][A-Z0-9_]{0,63}>"),
    "%{name}": ("%{", r"%\{[A-Za-z_][A-Za-z0-9_.]{0,63}\}"),
    "NAME_NAME": ("_", r"(?<![A-Za-z0-9_%])[A-Z][A-Z0-9]{0,31}_[A-Z0-9_]{1,63}(?![A-Za-z0-9_%])"),
}
# What stands for the name in a form that a policy adds, and what it may be.
NAME = "NAME"
_NAMES = "[A-Za-z0-9_]{1,64}"


def opened(text: Text, of: Row, own: Sequence[str] = ()) -> Text:
    """The text with a hole for each placeholder that stands in no comment line.

    In: the text, its format, the forms that the policy adds.  A host's text comes back as it is.
    """
    pattern = None if is_of_host(text.path) else _pattern(text.string, of, own)
    if pattern is None or pattern.search(text.string) is None:
        return text
    kept = getattr(of.load(), "KEPT", ())
    found = _found(text.string, pattern, of.comments, kept)
    return text.opened((*one.span(), Hole(one.group())) for one in found)


def _pattern(string: str, of: Row, own: Sequence[str]) -> re.Pattern[str] | None:
    """One pattern for the forms that the text may hold; ``None`` where it can hold none."""
    forms = [FORMS[form] for form in getattr(of.load(), "PLACEHOLDERS", ())]
    patterns = [pattern for sign, pattern in forms if sign in string]
    patterns += [_NAMES.join(map(re.escape, form.split(NAME, 1))) for form in own]
    return re.compile("|".join(patterns)) if patterns else None


def _found(
    string: str, pattern: re.Pattern[str], comments: tuple[str, ...], kept: Sequence[str]
) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(string):
        end = string.find("\n", at) + 1 or len(string)
        if not string.startswith(comments, _behind_blanks(string, at, end)):
            for one in pattern.finditer(string, at, end):
                if one.group() not in kept:
                    yield one
        at = end


def _behind_blanks(string: str, at: int, end: int) -> int:
    while at < end and string[at] in " \t":
        at += 1
    return at


class OpenedSource(Over):
    """Another source, as the files of one format that read each other see it."""

    def __init__(self, below: Source, of: Row, own: Sequence[str]) -> None:
        super().__init__(below)
        self._of = of
        self._own = own
        self._texts: dict[str, Text] = {}

    def text(self, path: str) -> Text:
        if path not in self._texts:
            self._texts[path] = opened(self._below.text(path), self._of, self._own)
        return self._texts[path]
