# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A dialect's row in the catalogue."""

from __future__ import annotations

from . import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..dialects.row import Dialect


def row(dialect: Dialect) -> Row:
    """A dialect is a client, in one file, whose program tells a version if the row names one."""
    return Row(
        dialect.name,
        dialect.title,
        dialect.program,
        ("client",),
        _dialects,
        files=tuple((pattern, "config") for pattern in dialect.files),
        versions=dialect.versions,
        tells_version=dialect.tells_version,
        maybe=tuple((ending, "config") for ending in dialect.maybe),
        content=dialect.content,
        sign=dialect.sign,
        expressions=dialect.expressions,
        paths=dialect.paths,
        processes=dialect.processes,
        comments=dialect.comments,
        trailing_comments=dialect.trailing_comments,
    )


def _dialects() -> Any:
    from .. import dialects

    return dialects
