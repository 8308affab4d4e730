"""What comes of a task, and how the answers to what is open make one text of several."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.text import HOLE, Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import explore
from ansible_collections.mailwarden.policy.plugins.module_utils.text.holes import is_of_whole_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import (
        Assumptions,
        Condition,
    )

# So many answers are followed side by side; beyond them the file is open by the task's name.
LIMIT = 16


class Task(NamedTuple):
    """A task as it is spoken of, and as it is written: what an open file points at.

    The name is that of questions too: tasks of one name, and the rounds of a loop, need their own.
    """

    name: str
    written: Text


class Failed(NamedTuple):
    """The task fails and writes nothing."""

    reason: str


Outcome = Text | Failed | None


class FailsError(Exception):
    """Raised inside a step where the module fails."""


class OpenError(Exception):
    """Raised inside a step that cannot be followed."""


def applied(edit: Callable[[Assumptions], Text | None], path: str, task: Task) -> Outcome:
    """The outcome of a step that asks where something is open.

    ``edit`` is run once for every answer.  Where it fails under some answers and not under others,
    or a file is there or not, the file is open.
    """

    def guarded(assume: Assumptions) -> Outcome:
        try:
            return edit(assume)
        except FailsError as error:
            return Failed(str(error))
        except OpenError:
            return opened(path, task)

    found, left_open = explore(guarded, {}, limit=LIMIT)
    if left_open:
        return opened(path, task)
    return _joined([(list(conditions), outcome) for conditions, outcome in found], path, task)


def ask(assume: Assumptions, question: str, answers: Sequence[str]) -> str:
    """The answer to the question; raises ``OpenError`` where there are too many answers."""
    answer = assume.choose(question, answers)
    if answer is None or answer not in answers:
        raise OpenError
    return answer


def opened(path: str, task: Task) -> Text:
    """An unknown file, named by the task that wrote it."""
    return hole(path, task, Hole(task.name))


def hole(path: str, task: Task, what: Hole) -> Text:
    """A text that is one hole, and points at the task."""
    whole = task.written.span(0, len(task.written))
    return Text(path, HOLE, [(0, *whole)], {0: what})


def fork(path: str, task: Task, question: str, options: list[tuple[str, Text]]) -> Text:
    """A file that an answer decides: a hole for the lines that differ, and the others around it."""
    files = [_lines(option) for _label, option in options]
    shortest = min(map(len, files))
    start = _alike_lines(files, range(shortest))
    end = _alike_lines(files, range(-1, start - shortest - 1, -1))
    inner = [Text.joined(path, one[start : len(one) - end]) for one in files]
    if not all(not one.string or _ends_a_line(one) for one in inner):
        return hole(path, task, Hole(question, options))
    labels = (label for label, _option in options)
    middle = hole(path, task, Hole(question, list(zip(labels, inner, strict=True))))
    first = files[0]
    return Text.joined(path, [*first[:start], middle, *first[len(first) - end :]])


def _lines(text: Text) -> list[Text]:
    """The lines of a file, and the holes that stand for whole lines."""
    ends = [at + 1 for at in range(len(text)) if _ends_a_line(text, at)]
    ends += [len(text)] if not ends or ends[-1] < len(text) else []
    return [text.cut(start, end) for start, end in zip([0, *ends], ends, strict=False)]


def _ends_a_line(text: Text, at: int = -1) -> bool:
    at %= len(text)
    return text.string[at] == "\n" or (at in text.holes and is_of_whole_lines(text.holes[at]))


def _alike_lines(files: list[list[Text]], order: Iterable[int]) -> int:
    """How many lines are the same in all files, in this order."""
    count = 0
    for at in order:
        if not all(same(files[0][at], one[at]) for one in files[1:]):
            break
        count += 1
    return count


def added(string: str, beside: Text) -> Text:
    """What a module writes of itself, each character at the end of the value beside it."""
    original, end, _end = beside.span(len(beside), len(beside))
    pieces = [(at, original, end, end) for at in range(len(string))]
    return Text(beside.path, string, pieces or [(0, original, end, end)])


def same(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes are the same file, as far as they are known."""
    if not isinstance(one, Text) or not isinstance(other, Text):
        return one == other
    return (
        one.string == other.string
        and one.holes.keys() == other.holes.keys()
        and all(_alike(what, other.holes[at]) for at, what in one.holes.items())
    )


def _alike(one: Hole, other: Hole) -> bool:
    return one is other or (
        one.name == other.name
        and len(one.options) == len(other.options)
        and all(
            label == name and same(text, written)
            for (label, text), (name, written) in zip(one.options, other.options, strict=True)
        )
    )


def _joined(
    found: list[tuple[list[Condition], Outcome]], path: str, task: Task, depth: int = 0
) -> Outcome:
    """One outcome of several: a hole for the question, and for each answer what comes of it."""
    first = found[0][1]
    if all(same(first, outcome) for _conditions, outcome in found[1:]):
        return first
    question = found[0][0][depth][0]
    answers = dict.fromkeys(conditions[depth][1] for conditions, _outcome in found)
    options: list[tuple[str, Text]] = []
    for answer in answers:
        arm = [one for one in found if one[0][depth][1] == answer]
        outcome = _joined(arm, path, task, depth + 1)
        if not isinstance(outcome, Text):
            return opened(path, task)
        options.append((answer, outcome))
    return fork(path, task, question, options)
