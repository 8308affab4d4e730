# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What reading one unit may cost, in steps and in characters.

A few hundred characters may stand for gigabytes (``$a$a``), and a few hundred lines for as many
endpoints as their product.  Code that expands, looks up, tries or matches spends from the unit's
budget, which ``Assumptions`` carry.  Beyond it the unit is read no further.
"""

from __future__ import annotations

from ..errors import MailwardenError

# A thousand times what a large configuration takes; some seconds.
STEPS = 400_000
# The cost of an address that one service listens on, and of an endpoint.
LISTENER, ENDPOINT = 25, 40
CHARACTERS = 48 << 20
# No value is longer; Postfix itself is bounded by memory.
LONGEST = 1 << 20


class Overspent(MailwardenError):  # noqa: N818  a limit, not an error
    """Reading a unit costs more than any real configuration does."""


class Budget:
    """What is left for a unit."""

    __slots__ = ("_characters", "_steps", "path")

    def __init__(self, path: str = "", steps: int = STEPS, characters: int = CHARACTERS) -> None:
        self.path = path
        self._steps = steps
        self._characters = characters

    @property
    def steps(self) -> int:
        """The steps that are left."""
        return self._steps

    def spend(self, steps: int, what: str) -> None:
        """Take steps; raises ``Overspent`` where none are left, with ``what`` they were for."""
        self._steps -= steps
        if self._steps < 0:
            raise Overspent(
                f"{what}: too many to be judged; split the file or shorten it", self.path
            )

    def write(self, characters: int, what: str) -> None:
        """Take the characters of a value that is to be made; raises ``Overspent`` likewise."""
        self._characters -= characters
        if self._characters < 0 or characters > LONGEST:
            message = (
                f"{what} refers to itself or others until it is too long to be read; shorten it"
            )
            raise Overspent(message, self.path)
