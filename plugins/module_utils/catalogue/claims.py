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

from .. import catalogue
from ..errors import MailwardenError
from .endings import SUFFIXES, apart, is_foreign

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Mapping, NamedTuple, Sequence

    from ..source import Source
    from . import Look, Row
else:
    from ..tuples import NamedTuple

# One of these stands in a template that speaks of mail.
_MAIL = (b"mail", b"smtp")


class _Names(NamedTuple):
    """A row and its name patterns.

    ``files``: endings of names that decide alone.  ``ends`` and ``holds``: endings and parts of
    names that want the right content as well.
    """

    row: Row
    files: tuple[str, ...]
    ends: tuple[str, ...]
    holds: tuple[str, ...]


class _Known(NamedTuple):
    """All rows, with the patterns of each and those of all."""

    rows: Mapping[str, Row]
    names: tuple[_Names, ...]
    ends: tuple[str, ...]
    holds: tuple[str, ...]


# The rows are taken apart once, for every file is asked.
_KNOWN: list[_Known] = []


def look(path: str, source: Source | None) -> Look:
    """The claims of dialects on a file; without a source those by its name.

    A name that a program alone has is a claim whatever the file holds.  One by content wants every
    word of the row; a file that cannot be read has none.  What bears such a name with an ending
    that says template, sample or copy is passed over, if it speaks of mail.
    """
    known = _known()
    whole = "/" + path
    if not (whole.endswith(known.ends) or any(part in whole for part in known.holds)):
        return _passed_over(known, path, source)
    named = _named(known, whole)
    asked = [names.row for names in known.names if _may_be(names, whole)]
    asked = [row for row in asked if row not in named]
    claims = tuple((row.name, row.files[0][1]) for row in named)
    if source is None or not (asked or any(row.sign for row in named)):
        return catalogue.Look(claims) if claims else _passed_over(known, path, source)
    data = _data(path, source)
    firm = [(row.name, row.files[0][1]) for row in named if _signed(row, data)]
    held = [(row.name, row.maybe[0][1]) for row in asked if _holds(row, data)]
    if not (firm or held):
        return _passed_over(known, path, source)
    return catalogue.Look((*firm, *held), "", frozenset(name for name, _role in held))


def _known() -> _Known:
    rows = catalogue.dialects()
    if not _KNOWN or _KNOWN[0].rows is not rows:
        names = tuple(map(_apart, rows.values()))
        ends = {end for one in names for end in (*one.files, *one.ends)}
        _KNOWN[:] = [
            _Known(rows, names, tuple(ends), tuple({p for one in names for p in one.holds}))
        ]
    return _KNOWN[0]


def _apart(row: Row) -> _Names:
    patterns = [pattern for pattern, _role in row.maybe] if row.content else []
    return _Names(
        row,
        tuple(pattern.rpartition("*")[2] for pattern, _role in row.files),
        tuple(pattern for pattern in patterns if not pattern.endswith("*")),
        tuple(pattern[:-1] for pattern in patterns if pattern.endswith("*")),
    )


def _named(known: _Known, whole: str) -> list[Row]:
    """The rows that know a file by its name."""
    return [
        names.row
        for names in known.names
        if whole.endswith(names.files)
        and any(catalogue.fits(pattern, whole[1:]) for pattern, _role in names.row.files)
    ]


def _may_be(names: _Names, whole: str) -> bool:
    if whole.endswith(names.ends):
        return True
    name = whole[whole.rindex("/") :]
    return any(part in name for part in names.holds) and not (
        apart(name[1:])[1] or is_foreign(name)
    )


def _passed_over(known: _Known, path: str, source: Source | None) -> Look:
    """Why a file is not read whose name is a dialect's with such an ending; else none of ours."""
    if source is not None and _is_set_apart(known, path):
        folder, slash, name = path.rpartition("/")
        base, why = apart(name)
        whole = f"/{folder}{slash}{base}"
        named: Sequence[Row] = _named(known, whole) if why else ()
        asked = [names.row for names in known.names if why and _may_be(names, whole)]
        data = _data(path, source) if named or asked else None
        # What cannot be read may well speak of it.
        speaks = data is None or any(word in data.lower() for word in _MAIL)
        held = frozenset(row.name for row in asked if _holds(row, data))
        if (named and speaks) or held:
            return catalogue.Look((), why, frozenset() if named and speaks else held)
    return catalogue.NONE_OF_OURS


def _is_set_apart(known: _Known, path: str) -> bool:
    """Whether a part of the name may say so: the last, or any where an ending has more behind it.

    Most names say nothing, and cost no more than this.
    """
    ending = path.rpartition(".")[2].lower()
    return (
        ending.rstrip("0123456789~") in SUFFIXES
        or path[-1:] in "0123456789~"
        or any(part in "/" + path for part in known.holds)
    )


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
