# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Questions with three answers: yes, no, and "that depends on ..."."""

from __future__ import annotations

from .text import Undecided

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Union

    Answer = Union[bool, Undecided]


def any_of(answers: Iterable[Answer]) -> Answer:
    """Yes where one is yes, no where all are no."""
    names: list[str] = []
    for answer in answers:
        if isinstance(answer, Undecided):
            names.extend(answer.depends_on)
        elif answer:
            return True
    return Undecided(*names) if names else False


def all_of(answers: Iterable[Answer]) -> Answer:
    """No where one is no, yes where all are yes."""
    names: list[str] = []
    for answer in answers:
        if isinstance(answer, Undecided):
            names.extend(answer.depends_on)
        elif not answer:
            return False
    return Undecided(*names) if names else True


def negated(answer: Answer) -> Answer:
    """The opposite."""
    return answer if isinstance(answer, Undecided) else not answer
