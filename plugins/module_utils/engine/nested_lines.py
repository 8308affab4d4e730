# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How far what begins in a line of a YAML file goes: a task, a key, a text.

Loaded where a host is made of such a file.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Sequence

    from ..text import Text

YAML = (".yml", ".yaml")


def last_of(text: Text) -> Callable[[int], int]:
    """What gives the last line that stands in further than a line, from there on."""
    rows = text.string.split("\n")
    known: dict[int, int] = {}

    def last(line: int) -> int:
        if line not in known:
            known[line] = _last(rows, line)
        return known[line]

    return last


def _last(rows: Sequence[str], line: int) -> int:
    indent = _indent(rows[line - 1])
    last = line
    for number, row in enumerate(rows[line:], line + 1):
        if row.strip():
            if _indent(row) <= indent:
                break
            last = number
    return last


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip(" "))
