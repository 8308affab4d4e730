# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where something stands in a file."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from ..tuples import NamedTuple


class Place(NamedTuple):
    """A span of a file.

    Lines and columns count from 1 and columns count code points; the end is exclusive.  ``start``
    and ``end`` are byte offsets.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int
