# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was made of a text last: asked for the same one again, it is not made again."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, TypeVar

    from .text import Text

    Made = TypeVar("Made")


def last(make: Callable[[Text], Made]) -> Callable[[Text], Made]:
    """The function with a memory of one answer: edits ask about one file, again and again."""
    kept: list[tuple[Text, Made]] = []

    def made(text: Text) -> Made:
        if not kept or kept[0][0] is not text:
            kept[:] = [(text, make(text))]
        return kept[0][1]

    return made
