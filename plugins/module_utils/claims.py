# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which dialects claim a file: by its name, or by what it holds.

A general file type (INI, YAML, JSON, variables) has files of many programs under few names, so the
ending of the name is asked first, then whether some words stand in the bytes, and the reader last:
what is nobody's is never decoded.

A name pattern of a row is how a path ends (``.ini``), or with ``*`` how it goes on from a dot or a
slash (``.env.*``, ``/env.*``); what is code, a template, a sample or set aside has none of these.
"""

from __future__ import annotations

from . import catalogue
from .errors import MailwardenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from .catalogue import Look, Row
    from .source import Source

# One of these stands in a template that speaks of mail.
_MAIL = (b"mail", b"smtp")


def look(path: str, source: Source | None) -> Look:
    """The claims of dialects on a file; without a source those by its name.

    A name that a program alone has is a claim whatever the file holds.  One by content wants every
    word of the row; a file that cannot be read has none.  What bears such a name with an ending
    that says template, sample or copy is passed over, if it speaks of mail.
    """
    rows = list(catalogue.dialects().values())
    by_name = [(row, role) for row in rows for role in _role(row, path)]
    asked = [row for row in rows if _may_be(row, path) and not _role(row, path)]
    if source is None or not (asked or any(row.sign for row, _role in by_name)):
        named = tuple((row.name, role) for row, role in by_name)
        if named or source is None:
            return catalogue.Look(named)
        return catalogue.Look((), _passed_over(rows, path, source))
    data = _data(path, source)
    firm = [(row.name, role) for row, role in by_name if _signed(row, data)]
    held = [(row.name, _known_as(row, path)) for row in asked if _holds(row, data)]
    if not (firm or held):
        return catalogue.Look((), _passed_over(rows, path, source))
    return catalogue.Look((*firm, *held), "", frozenset(name for name, _role in held))


def _role(row: Row, path: str) -> list[str]:
    """The role of a file of that name, if it is one of the row's."""
    return [role for pattern, role in row.files if catalogue.fits(pattern, path)][:1]


def _may_be(row: Row, path: str) -> bool:
    return bool(row.content) and any(_fits(pattern, path) for pattern, _role in row.maybe)


def _known_as(row: Row, path: str) -> str:
    return next(role for pattern, role in row.maybe if _fits(pattern, path))


def _fits(pattern: str, path: str) -> bool:
    if not pattern.endswith("*"):
        return ("/" + path).endswith(pattern)
    name = path.rpartition("/")[2]
    if pattern[:-1] not in "/" + name:
        return False
    from .endings import apart, is_foreign

    return not (apart(name)[1] or is_foreign(name))


def _passed_over(rows: Sequence[Row], path: str, source: Source) -> str:
    """Why a file is not read whose name is a dialect's with such an ending; else nothing."""
    if "." not in path and not path.endswith("~"):
        return ""
    from .endings import apart

    folder, slash, name = path.rpartition("/")
    whole, why = apart(name)
    base = folder + slash + whole
    named = [row for row in rows if why and _role(row, base)]
    asked = [row for row in rows if why and _may_be(row, base)]
    data = _data(path, source) if named or asked else None
    speaks = data is not None and any(word in data.lower() for word in _MAIL)
    if (named and speaks) or any(_holds(row, data) for row in asked):
        return why
    return ""


def _data(path: str, source: Source) -> bytes | None:
    """What a file holds; ``None`` if it cannot be read."""
    try:
        return source.looked_into(path)
    except MailwardenError:
        return None


def _signed(row: Row, data: bytes | None) -> bool:
    """Whether a file of the row's name is the row's; one that cannot be read counts as that."""
    return data is None or row.sign.encode() in data


def _holds(row: Row, data: bytes | None) -> bool:
    return data is not None and all(
        any(word.encode() in data for word in words.split("|")) for words in row.content
    )
