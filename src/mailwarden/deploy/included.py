"""What ``include_tasks``, ``include_role``, ``include_vars`` and their like name.

Source: ansible-core 2.17 and 2.19, ``TaskInclude``, ``IncludeRole`` and
``plugins/action/include_vars.py``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from ..render.limits import Limits
from ..variables import files, layers, levels
from ..variables.files import Value
from ..variables.layers import Layer
from . import evaluate, firsts, modules
from .evaluate import Scope
from .frame import Frame, is_true, of_parameters
from .rounds import Round, anchored, of_task
from .words import RAW
from .written import RoleEntry, Task, tags

PARTS = ("tasks", "vars", "defaults", "handlers")
# So many files of a folder are read for ``include_vars: dir=…``.
MOST = 200
# What a bare ``include`` takes that is no variable.
OF_INCLUDE = frozenset((RAW, "apply", "file", "tags"))


def frame(task: Task, outer: Frame, one: Round, static: bool) -> Frame:
    """The frame of what a task includes or imports.

    What is imported has the keywords of the task as if it were a block; what is included has been
    asked, and has the task's variables as parameters.
    """
    # A role that a role brings sees the parameters of that above those of the task.
    above = outer.parameters if task.module in modules.ROLES else ()
    if static:
        inner = outer.under(task.keywords)
        questions = (*outer.questions, *one.questions)
        return inner._replace(questions=questions, layers=(*inner.layers, *above))
    keywords = task.keywords
    own = of_task(task, outer)[1]
    if task.module == "include":
        more = {k: v for k, v in task.arguments.values.items() if k not in OF_INCLUDE}
        own += of_parameters(levels.INCLUDE_PARAMETERS, task.name, more)
    # What a loop says is a parameter of the file, over which a loop in it goes.
    items = (layer._replace(level=levels.INCLUDE_PARAMETERS) for layer in one.layers)
    inner = outer._replace(
        questions=one.questions,
        layers=(*outer.layers, *own, *items, *above),
        repeats=one.repeats or outer.repeats,
    )
    apply = task.arguments.get("apply")
    if apply is not None and isinstance(apply.plain, dict):
        inner = inner.under(apply.plain)
    if task.module == "include":
        inner = inner._replace(tags=inner.tags | frozenset(tags(keywords.get("tags"))))
    return inner


def role(task: Task, scope: Scope, limits: Limits) -> tuple[RoleEntry, dict[str, str]]:
    """The role that a task names, and the files of it that count for ``main``."""
    name = task.arguments.get("name", "role")
    if name is None or task.arguments.open is not None:
        raise MailwardenError("no role is named", task.place.path, task.place.line)
    parts: dict[str, str] = {}
    for part in PARTS:
        value = task.arguments.get(f"{part}_from")
        if value is not None:
            parts[part] = _known(value, scope, limits)
    return RoleEntry(_settled(name, scope, limits), {}, {}, task.place), parts


def is_public(task: Task) -> bool:
    """Whether the variables of a role that is included stay."""
    return is_true(task.arguments.get("public"))


def variables(
    task: Task, outer: Frame, source: Source, scope: Scope, limits: Limits
) -> Iterator[tuple[Layer, tuple[str, ...]]]:
    """The layers that ``include_vars`` may add, each with what decides it."""
    called = task.arguments.get("name")
    merges = task.arguments.get("hash_behaviour") is not None
    for layer, questions in _read(task, outer, source, scope, limits):
        if called is not None and not layer.unread:
            value = Value(files.LITERAL, dict(layer.values), task.place)
            layer = Layer(layer.level, layer.name, {str(called.plain): value})
        if merges and not layer.unread:
            layer = layer._replace(values={}, may_set=frozenset(layer.values))
        yield layer, questions


def _read(
    task: Task, outer: Frame, source: Source, scope: Scope, limits: Limits
) -> Iterator[tuple[Layer, tuple[str, ...]]]:
    folder = task.arguments.get("dir")
    name = folder or task.arguments.get("file", RAW)
    name = None if name is None else outer.anchored(name)
    text = None if name is None else evaluate.printed(name, scope, limits)
    if name is None or not isinstance(text, Text):
        yield _unread(task, "sets variables that are not known"), ()
    elif folder is not None:
        try:
            paths = _folder(text, outer, source)
        except MailwardenError as error:
            yield Layer(levels.INCLUDED, task.name, unread=error), ()
            return
        for path in paths:
            yield layers.of_file(levels.INCLUDED, source, path), ()
    else:
        yield from _file(task, name, text, outer, source, scope, limits)


def _file(
    task: Task,
    name: Value,
    text: Text,
    outer: Frame,
    source: Source,
    scope: Scope,
    limits: Limits,
) -> Iterator[tuple[Layer, tuple[str, ...]]]:
    search = firsts.Search(source, outer.folders(), task.module)
    terms = firsts.looked_up(name, scope, limits)
    if terms is not None:
        first = firsts.found(anchored(terms, outer), search._replace(module=""), scope, limits)
        if first is None:
            yield _unread(task, f"includes variables of {name.plain}, which are not known"), ()
        for one, questions in first or ():
            path = os.path.normpath(os.path.join(search.folders[0], one.plain))
            yield layers.of_file(levels.INCLUDED, source, path), questions
        return
    below = list(search.below())
    chosen = firsts.named(name, text, below, source, scope, limits)
    if chosen == [] and is_ignored(task, outer):
        return
    if not chosen:
        yield _unread(task, f"includes variables of {name.plain}, which are not known"), ()
    for choice in chosen or ():
        yield layers.of_file(levels.INCLUDED, source, choice.path), choice.questions


def is_ignored(task: Task, outer: Frame) -> bool:
    """Whether nothing comes of it if a task fails."""
    own = {name: value for name, value in task.keywords.items() if name != "vars"}
    never = task.keywords.get("failed_when")
    if never is not None and never.plain in (False, "false", "no"):
        return True
    return outer.under(own).flag("ignore_errors")


def _folder(text: Text, outer: Frame, source: Source) -> list[str]:
    """The files of a folder and of those in it, in the order in which they are read."""
    if text.holes or text.string.startswith(("/", "~")):
        raise MailwardenError("the folder of variables is not known", outer.path)
    name = text.string
    folder = os.path.join(os.path.dirname(outer.path), name)
    if outer.role:
        inside = "" if name.split("/")[0] == "vars" else "vars"
        folder = os.path.join(outer.role, inside, name)
    paths: list[str] = []
    waiting = [os.path.normpath(folder)]
    while waiting and len(paths) < MOST:
        here = waiting.pop(0)
        for one in source.listing(here):
            path = os.path.join(here, one)
            if source.listing(path):
                waiting.append(path)
            elif path.endswith((".json", ".yml", ".yaml")):
                paths.append(path)
    if not paths or len(paths) >= MOST:
        raise MailwardenError(f"the folder of variables {name} is not followed", outer.path)
    return sorted(paths, key=os.path.split)


def _unread(task: Task, reason: str) -> Layer:
    error = MailwardenError(reason, task.place.path, task.place.line)
    return Layer(levels.INCLUDED, task.name, unread=error)


def _known(value: Value, scope: Scope, limits: Limits) -> str:
    text = evaluate.printed(value, scope, limits)
    if not isinstance(text, Text) or text.holes:
        place = value.place
        raise MailwardenError(f"{value.plain} is not known", place.path, place.line)
    return text.string


def _settled(value: Value, scope: Scope, limits: Limits) -> Value:
    """A name with the variables of its task filled in, as far as they are known."""
    text = evaluate.printed(value, scope, limits)
    if not isinstance(text, Text) or text.holes:
        return value
    return Value(files.LITERAL, text.string, value.place)
