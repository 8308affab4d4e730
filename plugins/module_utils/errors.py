# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one exception of the engine, and its form for a policy with several errors."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple, Sequence
else:
    from .tuples import NamedTuple


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
        return f"{place}: {self.reason}" if place else self.reason


class PolicyError(NamedTuple):
    """One thing that is wrong with a policy: the keys that lead there, and what is wrong."""

    keys: tuple[str | int, ...]
    message: str

    @property
    def path(self) -> str:
        """The keys as people write them: ``ignore[0].reason``."""
        text = ""
        for key in self.keys:
            if isinstance(key, int):
                text += f"[{key}]"
            else:
                text += f".{key}" if text else f"{key}"
        return text

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.keys else self.message


class PolicyErrors(MailwardenError):  # noqa: N818  it holds several
    """A policy with everything that is wrong with it, in ``errors``."""

    def __init__(self, errors: Sequence[PolicyError], path: str = "") -> None:
        super().__init__("\n".join(str(error) for error in errors), path)
        self.errors = tuple(errors)
