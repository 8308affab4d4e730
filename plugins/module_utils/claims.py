# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which dialects claim a file: by its name, or by what it holds.

A general file type (INI, YAML, JSON, variables) has files of many programs under few names, so the
ending of the name is asked first, then whether some words stand in the bytes, and the reader last:
what is nobody's is never decoded.
"""

from __future__ import annotations

from . import catalogue
from .errors import MailwardenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from .catalogue import Look, Row
    from .source import Source


def look(path: str, source: Source | None) -> Look:
    """The claims of dialects on a file; without a source those by its name.

    A name that a program alone has is a claim whatever the file holds.  One by content wants every
    word of the row; a file that cannot be read has none.
    """
    rows = catalogue.dialects().values()
    by_name = [(row.name, role) for row in rows for role in _role(row, path)]
    named = dict(by_name)
    asked = [row for row in rows if row.name not in named and _may_be(row, path)]
    held = list(_by_content(asked, path, source)) if asked and source is not None else []
    return catalogue.Look((*by_name, *held), "", frozenset(name for name, _role in held))


def _role(row: Row, path: str) -> list[str]:
    """The role of a file of that name, if it is one of the row's."""
    return [role for pattern, role in row.files if catalogue.fits(pattern, path)][:1]


def _may_be(row: Row, path: str) -> bool:
    return bool(row.content) and path.endswith(tuple(ending for ending, _role in row.maybe))


def _by_content(rows: list[Row], path: str, source: Source) -> Iterator[tuple[str, str]]:
    try:
        data = source.looked_into(path)
    except MailwardenError:
        return
    for row in rows:
        roles = [role for ending, role in row.maybe if path.endswith(ending)]
        if all(word.encode() in data for word in row.content):
            yield row.name, roles[0]
