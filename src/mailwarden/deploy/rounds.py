"""How often a task runs, with which item, and what decides it.

Source: ansible-core 2.17 and 2.19, ``TaskExecutor._get_loop_items`` and ``Conditional``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..render.limits import Limits
from ..variables import files, layers, levels
from ..variables.files import Value
from ..variables.layers import Layer
from . import evaluate, firsts, globs, loops, modules
from .evaluate import Scope
from .frame import Frame, is_true
from .project import Project
from .written import Task

# So many items of a loop are followed one by one; with more the list counts as not known.
ITEMS = 200
FIRST_HOST = "whether the host is the first of its play"
# What is known of a host: ``ansible_os_family``.
Facts = Mapping[str, object]
LOCAL = ("localhost", "127.0.0.1", "::1")


class Round(NamedTuple):
    """One run of a task: what it sees, the layers of its loop, what decides whether it runs.

    ``repeats`` is what the loop is called where nobody knows what it goes over: then it may run
    any number of times, and ``item`` is open.
    """

    scope: Scope
    layers: tuple[Layer, ...]
    questions: tuple[str, ...]
    repeats: str = ""


# What a run sees, the layers of its loop, the questions before its conditions.
_Run = tuple[Scope, tuple[Layer, ...], tuple[str, ...]]


class Rounds:
    """Finds the rounds of the tasks of one play."""

    def __init__(self, project: Project, local: bool, facts: Facts, limits: Limits) -> None:
        self._project = project
        self._local = local
        self._facts = facts
        self._limits = limits
        # Whether a round has been left out for what is only taken for granted.
        self.granted = False

    def of(self, task: Task, frame: Frame, every: Iterable[Layer]) -> list[Round]:
        """The runs of a task; none where it is sure not to run on this host.

        ``frame`` is that of the task with its own keywords, ``every`` are all layers that it sees.
        """
        scope = Scope(every, facts=self._facts)
        here = self._here(task, frame, scope)
        if here is None or frame.flag("check_mode"):
            return []
        before = (*frame.questions, *here)
        how, over = loop(task)
        if over is None:
            return list(self._asked(frame, [(scope, (), before)], frame.repeats))
        if how == "first_found":
            place = firsts.Search(self._project.source, frame.folders(), task.module)
            found = firsts.found(anchored(over, frame), place, scope, self._limits)
            if found is None:
                return self._open(task, frame, scope, before)
            choices = [(one, (*before, *asked)) for one, asked in found]
        else:
            listed = self._listed(over, how, task, frame, scope)
            if listed == []:
                self.granted |= is_granted(scope)
            if listed is None or len(listed) > ITEMS:
                return self._open(task, frame, scope, before)
            choices = [(one, before) for one in listed]
        rounds: list[_Run] = []
        for number, (item, asked) in enumerate(choices):
            layer = _of_item(task, item, number)
            rounds.append((scope.with_layer(layer), (layer,), asked))
        return list(self._asked(frame, rounds, frame.repeats))

    def _listed(
        self, over: Value, how: str, task: Task, frame: Frame, scope: Scope
    ) -> list[Value] | None:
        """What a loop goes over; ``None`` where that is not known."""
        if how == "fileglob":
            search = firsts.Search(self._project.source, frame.folders(), "")
            return globs.found(anchored(over, frame), search, scope, self._limits)
        return loops.items(over, how, scope, self._limits)

    def _asked(
        self,
        frame: Frame,
        rounds: list[_Run],
        repeats: str,
    ) -> Iterator[Round]:
        """The rounds that may run, each with the questions of its conditions."""
        for scope, own, before in rounds:
            asked = self.questions(frame.conditions, scope)
            if asked is not None:
                # What is repeated is open anyway, and its conditions are about its items.
                more = () if repeats else asked
                questions = tuple(dict.fromkeys((*before, *more)))
                yield Round(scope, own, questions, repeats)
            else:
                self.granted |= is_granted(scope)

    def _open(self, task: Task, frame: Frame, scope: Scope, before: tuple[str, ...]) -> list[Round]:
        """The one round that stands for those of a loop over nobody knows what."""
        variable, index = _names(task)
        layer = Layer(levels.LOOP, task.name, may_set=frozenset((variable, index or variable)))
        rounds: list[_Run] = [(scope.with_layer(layer), (layer,), before)]
        return list(self._asked(frame, rounds, f"what {task.name} goes over"))

    def questions(self, conditions: Iterable[Value], scope: Scope) -> tuple[str, ...] | None:
        """What decides whether all conditions hold; ``None`` where one is sure not to."""
        found: dict[str, None] = {}
        for condition in conditions:
            answer = evaluate.holds(condition, scope, self._limits)
            if answer is False:
                return None
            if isinstance(answer, str):
                found[answer] = None
        return tuple(found)

    def _here(self, task: Task, frame: Frame, scope: Scope) -> tuple[str, ...] | None:
        """What decides whether a task is done on this host; ``None``: it is done elsewhere."""
        asked: tuple[str, ...] = ()
        host = frame.keywords.get("delegate_to")
        connection = frame.keywords.get("connection")
        if host is not None and not _is_itself(host):
            text = evaluate.printed(host, scope, self._limits)
            if isinstance(text, list) or (text is not None and text.holes):
                asked = (f"whether {task.name} is done on the host itself",)
            elif text is not None and not (self._local and text.string in LOCAL):
                return None
        elif connection is not None and connection.plain == "local" and not self._local:
            return None
        if not self._local and is_true(frame.keywords.get("run_once")):
            asked = (*asked, FIRST_HOST)
        return asked


def may_be_elsewhere(frame: Frame) -> bool:
    """Whether a task of which there is no round may be done elsewhere, or in check mode."""
    keywords = frame.keywords
    return frame.flag("check_mode") or "delegate_to" in keywords or "connection" in keywords


def is_granted(scope: Scope) -> bool:
    """Whether what was asked for rests on what is only taken for granted."""
    return bool(scope.supplied or scope.absent)


def anchored(value: Value, frame: Frame) -> Value:
    """A value of which the paths are seen from where files are looked for."""
    if isinstance(value.plain, list):
        return value._replace(plain=[anchored(one, frame) for one in value.plain])
    if isinstance(value.plain, dict):
        held = {key: anchored(one, frame) for key, one in value.plain.items()}
        return value._replace(plain=held)
    return frame.anchored(value)


def loop(task: Task) -> tuple[str, Value | None]:
    """The kind of a task's loop, and what it goes over."""
    if "loop" in task.keywords:
        return "loop", task.keywords["loop"]
    for name, value in task.keywords.items():
        if name.startswith("with_"):
            return name.removeprefix("with_"), value
    return "", None


def _names(task: Task) -> tuple[str, str]:
    """What a loop calls its item and its number."""
    control = task.keywords.get("loop_control")
    keys = control.plain if control is not None and isinstance(control.plain, dict) else {}
    variable, index = (
        str(keys[name].plain) if name in keys else "" for name in ("loop_var", "index_var")
    )
    return variable or "item", index


def _of_item(task: Task, item: Value, number: int) -> Layer:
    variable, index = _names(task)
    values = {variable: item}
    if index:
        values[index] = Value(files.LITERAL, number, item.place)
    return Layer(levels.LOOP, task.name, values)


def _is_itself(host: Value) -> bool:
    return "".join(str(host.plain).split()) in ("{{inventory_hostname}}", "inventory_hostname")


def of_task(task: Task, frame: Frame) -> tuple[Frame, list[Layer]]:
    """The frame of a task with its own keywords, and the layers of its ``vars``.

    Those of an include are parameters for itself as well (``Task.get_include_params``).
    """
    value = task.keywords.get("vars")
    level = levels.INCLUDE_PARAMETERS if task.module in modules.INCLUDES else levels.TASK_VARS
    own = [] if value is None else [layers.of_value(level, task.name, value)]
    if task.module == "include_role":
        own += frame.parameters
    plain = {name: one for name, one in task.keywords.items() if name != "vars"}
    return frame.under(plain), own
