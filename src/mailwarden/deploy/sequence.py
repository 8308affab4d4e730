"""What a role or a playbook does on a host, action by action.

Source: ansible-core 2.17 and 2.19, ``Play.compile``, ``PlaybookInclude`` and
``VariableManager.get_vars``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import clean
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place

from ..variables import files, layers, levels, scopes
from ..variables.files import Value
from ..variables.layers import Layer
from . import evaluate, firsts
from .action import Action, Sequence, Unfollowed, granted
from .announced import Announced
from .frame import Frame
from .project import Project
from .rounds import FIRST_HOST, LOCAL, Facts
from .walk import Ended, FailedError, Walk
from .written import Import, Play, RoleEntry, words

# So many hosts of a playbook are followed, and playbooks that import each other.
HOSTS = 64
DEEPEST = 16
NOTHING: Facts = MappingProxyType({})
_WORD = re.compile(r"[\w.-]+")


class Placed(NamedTuple):
    """A play, the playbook that it stands in, and what is said where that is imported."""

    play: Play
    path: str
    imports: tuple[Import, ...]


def of_role(project: Project, folder: str, facts: Facts = NOTHING) -> Sequence:
    """What a role does that no play is read for; ``facts`` are what is known of the host."""
    walk = Walk(project, facts, local=False, alone=True)
    place = Place(project.part(folder, "tasks") or folder, 1, 1, 1, 1, 0, 0)
    entry = RoleEntry(Value(files.LITERAL, folder or ".", place), {}, {}, place)
    beside = scopes.layers_beside_role(project.source, folder, project.names, followed=True)
    frame = Frame(place.path, "", layers=tuple(beside))
    Announced(walk).roles([entry], frame)
    try:
        walk.role(entry, frame)
        walk.flush()
    except (Ended, FailedError):
        pass
    who = f"who uses {folder or 'the role'}"
    return _sequence(folder, walk.done, {who: granted(folder)} if walk.granted else {})


def of_playbook(project: Project, path: str, facts: Facts = NOTHING) -> list[Sequence]:
    """What the plays of a playbook do, by the hosts that they name.

    Plays that name the same hosts are one sequence, and a play for all hosts is a part of each.
    Raises ``MailwardenError`` for what is no playbook.
    """
    plays = list(_placed(project, path, (), 0))
    every = list(dict.fromkeys(_hosts(one.play) for one in plays))
    named = [hosts for hosts in every if hosts != "all"] or every
    if len(named) > HOSTS:
        reason = f"plays for more than {HOSTS} groups of hosts are not followed"
        raise MailwardenError(reason, path)
    return [_of_hosts(project, path, hosts, plays, facts) for hosts in named]


def _of_hosts(
    project: Project, path: str, hosts: str, plays: list[Placed], facts: Facts
) -> Sequence:
    local = hosts in LOCAL
    walk = Walk(project, facts, local)
    for one in plays:
        if _hosts(one.play) == hosts or (_hosts(one.play) == "all" and not local):
            try:
                _play(walk, one)
            except (Ended, FailedError):
                break
    return _sequence(f"{path}: {hosts}", walk.done, {})


def _sequence(name: str, done: list[Action | Unfollowed], rests_on: dict[str, str]) -> Sequence:
    asked = (one.questions for one in done if isinstance(one, Action))
    if any(FIRST_HOST in questions for questions in asked):
        rests_on = {**rests_on, FIRST_HOST: "the host is the first of its play"}
    return Sequence(name, tuple(done), rests_on)


def _placed(
    project: Project, path: str, imports: tuple[Import, ...], depth: int
) -> Iterator[Placed]:
    """The plays of a playbook and of those that it imports, in their order."""
    if depth > DEEPEST:
        raise MailwardenError(f"playbooks are imported more than {DEEPEST} deep", path)
    for one in project.plays(path):
        if isinstance(one, Play):
            yield Placed(one, path, imports)
            continue
        name = str(one.playbook.plain).split()[0]
        inner = clean(os.path.join(os.path.dirname(path), name))
        yield from _placed(project, inner, (*imports, one), depth + 1)


def _hosts(play: Play) -> str:
    return ",".join(str(one.plain).strip() for one in words(play.hosts))


def _groups(play: Play) -> list[str]:
    """The groups that all hosts of a play are in, as far as the play says so."""
    parts = [part.strip() for part in re.split(r"[,:;]", _hosts(play))]
    # Of several the host is in one, and nobody knows in which.
    return ["all", *(part for part in parts if len(parts) == 1 and _WORD.fullmatch(part))]


def _play(walk: Walk, one: Placed) -> None:
    play, path = one.play, one.path
    folder = os.path.dirname(path)
    walk.begin(_variables(walk, one, folder))
    frame = Frame(path, folder)
    for keywords in (play.keywords, *(one.keywords for one in one.imports)):
        kept = {
            name: value
            for name, value in keywords.items()
            if name not in ("vars", "connection", "delegate_to")
        }
        frame = frame.under(kept)
    announced = Announced(walk)
    announced.roles(play.roles, frame)
    for entries in (play.pre_tasks, play.tasks, play.post_tasks):
        announced.tasks(entries, frame)
    walk.add_handlers(play.handlers, frame._replace(part="handlers"))
    walk.entries(play.pre_tasks, frame)
    walk.flush()
    for role in play.roles:
        walk.role(role, frame)
    walk.entries(play.tasks, frame)
    walk.flush()
    walk.entries(play.post_tasks, frame)
    walk.flush()


def _variables(walk: Walk, one: Placed, folder: str) -> tuple[Layer, ...]:
    """What the play itself sets, and the files beside its playbook."""
    source, play = walk.project.source, one.play
    every = scopes.layers_of_hosts(source, folder, _groups(play), walk.project.names)
    for keywords in (play.keywords, *(one.keywords for one in one.imports)):
        if "vars" in keywords:
            every.append(layers.of_value(levels.PLAY_VARS, one.path, keywords["vars"]))
    asked = [prompt.plain for prompt in words(play.keywords.get("vars_prompt"))]
    names = {str(one["name"].plain) for one in asked if isinstance(one, dict) and "name" in one}
    if names:
        every.append(Layer(levels.PROMPTS, one.path, may_set=frozenset(names)))
    for value in words(play.keywords.get("vars_files")):
        every += _vars_file(walk, value, folder, every)
    return tuple(every)


def _vars_file(walk: Walk, value: Value, folder: str, every: list[Layer]) -> Iterator[Layer]:
    """The file that an entry of ``vars_files`` names, the first that is there of a list."""
    source = walk.project.source
    scope = walk.scope(every)
    for name in words(value):
        text = evaluate.printed(name, scope, walk.limits)
        below = list(firsts.Search(source, (folder,), "vars").below())
        chosen = isinstance(text, Text) and firsts.named(
            name, text, below, source, scope, walk.limits
        )
        if chosen is False or chosen is None:
            reason = f"vars_files: {name.plain} is not known"
            error = MailwardenError(reason, name.place.path, name.place.line)
            yield Layer(levels.VARS_FILES, str(name.plain), unread=error)
            return
        for choice in chosen:
            layer = layers.of_file(levels.VARS_FILES, source, choice.path, lists=True)
            if choice.questions and not layer.unread:
                layer = layer._replace(values={}, may_set=frozenset(layer.values))
            yield layer
        if any(not choice.questions for choice in chosen):
            return
