"""What reading one template may cost.

Nothing is executed, so every cost is one that is counted here: steps, characters, and how deep
expressions lie in each other.
"""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError

# The largest of 570 mail templates took 1,139 steps and 82 KB of output.
SIZE = 1 << 20
STEPS = 100_000
CHARACTERS = 16 << 20
OUTPUT = 2 << 20
LONGEST = 1 << 20
ITEMS = 20_000
RANGE = 10_000
DEPTH = 100
INCLUDES = 8
CALLS = 12
WIDTH = 1_000
# Answers of one statement that are tried; with more it stays open.
ANSWERS = 24


class TooMuch(MailwardenError):  # noqa: N818  a limit, not an error
    """A template costs more than any real one does."""


class Failure(Exception):  # noqa: N818  of an expression, which is then not known
    """An expression that cannot be worked out; it becomes a hole."""


class Limits:
    """What is left for one template."""

    def __init__(self, path: str = "", steps: int = STEPS, characters: int = CHARACTERS) -> None:
        self.path = path
        self._steps = steps
        self._characters = characters

    def step(self, number: int = 1) -> None:
        """Take steps; raises ``TooMuch`` where none are left."""
        self._steps -= number
        if self._steps < 0:
            raise TooMuch("the template takes too many steps to be read", self.path)

    def write(self, characters: int) -> None:
        """Take the characters of a value that is to be made; raises ``TooMuch`` likewise."""
        self._characters -= characters
        if characters > LONGEST or self._characters < 0:
            raise TooMuch("the template makes too long a text to be read", self.path)

    def items(self, number: int) -> None:
        """Take the items of a list that is to be made; raises ``TooMuch`` likewise."""
        if number > ITEMS:
            raise TooMuch("the template makes too long a list to be read", self.path)
        self.step(number // 8)

    def made(self, value: object) -> None:
        """Take the size of a value that an expression gave."""
        if isinstance(value, str):
            self.write(len(value))
        elif isinstance(value, (list, tuple, dict)):
            self.items(len(value))
