# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Suppressions: ``mailwarden: ignore[rule] reason`` in a comment.

A comment line counts for the next line that is neither blank nor a comment.  Behind a value it
counts for its own line, where the format has such comments at all: in Postfix and Exim they become
part of the value and kill the service.
"""

from __future__ import annotations

from .patterns import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    from .place import Place
    from .text import Text
else:
    from .tuples import NamedTuple

MARK = "mailwarden: ignore["
_MARK = lazy(r"mailwarden:[ \t]*ignore\[([^\]\n]*)\][ \t]*([^\n]*)")


class Comment(NamedTuple):
    """A suppression as it is written: the rules, the reason, the line that it is for."""

    rules: tuple[str, ...]
    reason: str
    line: int
    place: Place


def find(text: Text, comment: str, trailing: bool) -> list[Comment]:
    """The suppressions in a text whose comments begin with ``comment``."""
    if not comment or MARK not in text.string:
        return []
    found = []
    for match in _MARK.finditer(text.string):
        start = text.string.rfind("\n", 0, match.start()) + 1
        before = text.string[start : match.start()].strip()
        alone = before.strip(comment + " \t") == "" and before.startswith(comment)
        if not alone and not (trailing and comment in before):
            continue
        place = text.place(match.start(), match.end())
        line = _next_line(text, match.end(), comment) if alone else place.line
        rules = tuple(name.strip() for name in match.group(1).split(",") if name.strip())
        found.append(Comment(rules, match.group(2).strip(), line, place))
    return found


def _next_line(text: Text, offset: int, comment: str) -> int:
    """The first line after ``offset`` that says something; 0 where there is none."""
    at = text.string.find("\n", offset) + 1
    while at:
        end = text.string.find("\n", at)
        line = text.string[at : end if end >= 0 else len(text.string)].strip()
        if line and not line.startswith(comment):
            return text.place(at).line
        at = end + 1
    return 0
