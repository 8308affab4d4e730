# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one exception of the engine."""

from __future__ import annotations


class MailwardenError(Exception):
    """A bad input or a wrong use, in words that name the file, the line and what to do.

    ``path`` and ``line`` (counted from 1) are kept apart from ``reason`` so that a caller can
    turn the error into an entry of a report instead of ending the run.
    """

    def __init__(self, reason: str, path: str = "", line: int = 0, column: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path
        self.line = line
        self.column = column

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part)
        return "%s: %s" % (place, self.reason) if place else self.reason
