"""A step that is run again, as a play is: what changes then is an edit that does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .outcome import Failed, same

if TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

    from .outcome import Outcome


class Twice(NamedTuple):
    """The file behind the first run, and behind the second where that is another one."""

    first: Outcome
    second: Outcome
    holds: bool


def twice(step: Callable[[Text | None], Outcome], before: Text | None) -> Twice:
    """The outcome of a step, and of the step on its outcome.

    A step that fails is not run again.
    """
    first = step(before)
    if isinstance(first, Failed):
        return Twice(first, first, True)
    second = step(first)
    return Twice(first, second, same(first, second))
