"""What the values of a task are, as far as the variables that it sees are known.

Source: ansible-core 2.19, ``TaskExecutor`` and ``TemplateEngine``; 2.17 where it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils.text import HOLE, Hole, Text

from ..render import single
from ..render.context import Variables
from ..render.limits import Limits
from ..render.single import Answers
from ..render.values import FUNCTIONS, Choice, Known, Open, Unset, flat, names_in
from ..variables import files, places
from ..variables.files import Value
from ..variables.layers import Layer, Layers
from . import loops

_OTHER = {"yes": "no", "no": "yes"}


class Scope(Layers):
    """The variables at a task.

    ``supplied`` are the sentences that what was asked for rests on, ``absent`` the names that were
    asked for and that no file sets: those of a scope and of all that come of it.
    """

    def __init__(
        self,
        layers: Iterable[Layer],
        sure: bool = True,
        facts: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        super().__init__(layers, sure, facts)
        self.supplied: dict[str, None] = {}
        self.absent: dict[str, None] = {}

    def with_layer(self, layer: Layer) -> Scope:
        """The same with one layer more, over those of its level."""
        made = Scope((*self.layers, layer), self.sure, self.facts)
        made.supplied, made.absent = self.supplied, self.absent
        return made

    def get(self, name: str) -> Known | Open | None:
        """What the files say of a name; ``None`` where none sets it."""
        found = super().get(name)
        if found is None and name not in FUNCTIONS:
            self.absent[name] = None
        elif isinstance(found, Known) and found.supplied:
            self.supplied[found.supplied] = None
        return found


def printed(value: Value, variables: Variables, limits: Limits) -> Text | list[Text] | None:
    """A parameter of a task as its module gets it.

    A value is a text as Ansible prints it, with a hole for what is not known and the places of the
    task's file.  A list is one text for each item.  ``None``: without a value, or omitted.  Raises
    ``TooMuch`` where it costs more than the limits have left.
    """
    if isinstance(value.plain, list) and value.kind == files.LITERAL:
        return _list(value.plain, variables, limits)
    if value.kind == files.TEMPLATE:
        return single.text(places.text(value), variables, limits)
    if value.kind in (files.VAULT, files.OPEN) or isinstance(value.plain, dict):
        return _hole(value)
    return None if value.plain is None else places.text(value)


def _list(items: list[Value], variables: Variables, limits: Limits) -> list[Text]:
    found: list[Text] = []
    for item in items:
        made = _hole(item) if isinstance(item.plain, list) else printed(item, variables, limits)
        if isinstance(made, list):
            made = _hole(item)
        if made is not None:
            found.append(made)
        elif item.plain is None:
            found.append(places.text(item._replace(plain="None")))
    return found


def _hole(value: Value) -> Text:
    """A text of which nothing is known, called after where it stands."""
    span = places.text(value)
    name = f"{value.place.path}:{value.place.line}"
    return Text(value.place.path, HOLE, [(0, *span.span(0, len(span)))], {0: Hole(name)})


def worked_out(value: Value, variables: Variables, limits: Limits) -> Value:
    """A value as ``set_fact`` keeps it: without templates, of what the variables are now.

    One that hangs on what is not known stays the template that it is; of a list or a mapping what
    is known stays, with open items.  Raises ``TooMuch``.
    """
    held = value.plain
    if value.kind == files.LITERAL and isinstance(held, list):
        return value._replace(plain=[worked_out(one, variables, limits) for one in held])
    if value.kind == files.LITERAL and isinstance(held, dict):
        made = {key: worked_out(one, variables, limits) for key, one in held.items()}
        return value._replace(plain=made)
    if value.kind != files.TEMPLATE:
        return value
    found = single.outcomes(places.text(value), variables, limits)
    if len(found) > 1:
        return value
    made = found[0].value
    is_known = _is_held(made) or not names_in(made)
    return loops.of_plain(made, value) if is_known else value


def _is_held(made: Any) -> bool:
    """Whether it is known which items there are, and each open one is a value of its own."""
    if not isinstance(made, (dict, list)):
        return False
    is_sure = not isinstance(made, dict) or not names_in(list(made))
    return is_sure and not any(isinstance(one, (Unset, Choice)) for one in flat(made))


def holds(condition: Value, variables: Variables, limits: Limits) -> bool | str:
    """Whether a condition such as that of ``when`` holds, or the question that decides it.

    Equal conditions over equal values are one question, whichever file they stand in; of a single
    value it is what a template's ``if`` asks.  Raises ``TooMuch``.
    """
    found = answers(condition, variables, limits)
    if all(value for _answers, value in found):
        return True
    if not any(value for _answers, value in found):
        return False
    return _question(found)


def answers(condition: Value, variables: Variables, limits: Limits) -> list[tuple[Answers, bool]]:
    """Whether a condition holds, for each set of answers to what a template would ask for it too.

    A list holds if all of it does.  The value of a condition counts by its truth, as it does in
    2.17; 2.19 fails the task where it is no boolean, and does nothing either.  Raises ``TooMuch``.
    """
    plain = condition.plain
    if condition.kind in (files.VAULT, files.OPEN, files.UNSAFE) or isinstance(plain, dict):
        name = f"{condition.place.path}:{condition.place.line}"
        return [(((name, "yes"),), True), (((name, "no"),), False)]
    if isinstance(plain, list):
        found: list[tuple[Answers, bool]] = [((), True)]
        for one in plain:
            found = _both(found, answers(one, variables, limits), limits)
        return found
    if not isinstance(plain, str):
        return [((), plain is None or bool(plain))]
    if not plain.strip():
        return [((), True)]
    return single.holds(places.text(condition), variables, limits)


def _both(
    found: list[tuple[Answers, bool]], more: list[tuple[Answers, bool]], limits: Limits
) -> list[tuple[Answers, bool]]:
    made: list[tuple[Answers, bool]] = []
    for given, value in found:
        if not value:
            made.append((given, False))
            continue
        known = dict(given)
        for asked, holds_too in more:
            limits.step()
            if all(known.get(question, answer) == answer for question, answer in asked):
                made.append((tuple({**known, **dict(asked)}.items()), holds_too))
    return made


def _question(found: list[tuple[Answers, bool]]) -> str:
    """What several answers that decide together are called."""
    yes = [given for given, value in found if value]
    no = [given for given, value in found if not value]
    if len(no) == 1 and all(answer in _OTHER for _question, answer in no[0]):
        return " or ".join(sorted(_shown(one, _OTHER[answer]) for one, answer in no[0]))
    return " or ".join(sorted(" and ".join(sorted(_shown(*one) for one in given)) for given in yes))


def _shown(question: str, answer: str) -> str:
    if answer == "yes":
        return question
    operand = question if " " not in question else f"({question})"
    return f"not {operand}" if answer == "no" else f"{operand} is {answer}"
