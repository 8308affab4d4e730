"""What a role or a playbook does on a host, action by action.

Source: ansible-core 2.17 and 2.19, ``Play.compile``, ``PlaybookInclude`` and
``VariableManager.get_vars``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import clean
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place

from ..variables import files, inventories, layers, levels, scopes
from ..variables.files import Value
from ..variables.layers import Layer
from . import evaluate, firsts
from .action import Action, Sequence, Unfollowed, granted, granted_of_play
from .announced import Announced
from .frame import Frame
from .project import Project
from .reached import Reached
from .rounds import FIRST_HOST, LOCAL, Facts
from .walk import Ended, FailedError, Walk
from .written import Import, Play, RoleEntry, words

# So many hosts of a playbook are followed, playbooks that import each other, and their plays.
HOSTS = 64
DEEPEST = 16
PLAYS = 1_000
NOTHING: Facts = MappingProxyType({})
_WORD = re.compile(r"[\w.-]+")


class Placed(NamedTuple):
    """A play, the playbook that it stands in, and what is said where that is imported."""

    play: Play
    path: str
    imports: tuple[Import, ...]

    @property
    def is_for_all(self) -> bool:
        """Whether it is for all hosts."""
        return _hosts(self.play) == "all"


class Plays(NamedTuple):
    """The plays of a playbook for the hosts that a pattern names, each in its order.

    ``path`` is the playbook with which they begin.  Where another one is imported that cannot be
    read, an ``Unfollowed`` stands.
    """

    path: str
    hosts: str
    plays: tuple[Placed | Unfollowed, ...]


def of_role(project: Project, folder: str, facts: Facts = NOTHING) -> Sequence:
    """What a role does that no play is read for; ``facts`` are what is known of the host."""
    words_ = granted(folder)
    walk = Walk(project, facts, local=False, alone=words_)
    place = Place(project.part(folder, "tasks") or folder, 1, 1, 1, 1, 0, 0)
    entry = RoleEntry(Value(files.LITERAL, folder or ".", place), {}, {}, place)
    beside = scopes.layers_beside_role(project.source, folder, project.names, followed=True)
    frame = Frame(place.path, "", layers=tuple(beside))
    Announced(walk).roles([entry], frame)
    try:
        walk.role(entry, frame)
        walk.flush()
    except Ended:
        pass
    except FailedError as error:
        walk.fails(error)
    who = f"who uses {folder or 'the role'}"
    return _sequence(folder, walk, {who: words_} if walk.granted else {}, words_)


def of_playbook(project: Project, path: str, facts: Facts = NOTHING) -> list[Sequence]:
    """What the plays of a playbook do, by the hosts that they name.

    Raises ``MailwardenError`` for what is no playbook.
    """
    return [of_plays(project, one, facts) for one in plays_of(project, path)]


def plays_of(project: Project, path: str) -> list[Plays]:
    """The plays of a playbook by the hosts that they name, which are not followed yet.

    Plays that name the same hosts go together, and a play for all hosts with each.  Raises
    ``MailwardenError`` for what is no playbook.
    """
    plays = list(islice(_placed(project, path, (), ()), PLAYS + 1))
    if len(plays) > PLAYS:
        raise MailwardenError(f"playbooks of more than {PLAYS} plays are not followed", path)
    patterns = [_hosts(one.play) for one in plays if isinstance(one, Placed)]
    every = list(dict.fromkeys(patterns))
    named = [hosts for hosts in every if hosts != "all"] or every
    if len(named) > HOSTS:
        reason = f"plays for more than {HOSTS} groups of hosts are not followed"
        raise MailwardenError(reason, path)
    return [
        Plays(path, hosts, tuple(one for one in plays if _is_for(one, hosts))) for hosts in named
    ]


def _is_for(one: Placed | Unfollowed, hosts: str) -> bool:
    if isinstance(one, Unfollowed):
        return True
    named = _hosts(one.play)
    return named == hosts or (named == "all" and hosts not in LOCAL)


def of_plays(
    project: Project,
    plays: Plays,
    facts: Facts = NOTHING,
    reached: Reached | None = None,
) -> Sequence:
    """What plays do on their hosts; roles in which nothing of mail is ``reached`` are passed by."""
    paths = inventories.files(project.source, os.path.dirname(plays.path))
    rests_on = granted_of_play(plays.path)
    alone = "" if inventories.are_read(project.source, paths) else rests_on
    walk = Walk(project, facts, plays.hosts in LOCAL, alone, reached)
    for one in plays.plays:
        if isinstance(one, Unfollowed):
            walk.unfollowed(one.place, one.reason)
            continue
        try:
            _play(walk, one)
        except Ended:
            break
        except FailedError as error:
            walk.fails(error)
            break
    name = f"{plays.path}: {plays.hosts}"
    return _sequence(name, walk, {plays.path: rests_on} if walk.granted else {}, rests_on)


def _sequence(name: str, walk: Walk, rests_on: dict[str, str], words_: str) -> Sequence:
    done = tuple(walk.done)
    asked = (one.questions for one in done if isinstance(one, Action))
    if any(FIRST_HOST in questions for questions in asked):
        rests_on = {**rests_on, FIRST_HOST: "the host is the first of its play"}
    return Sequence(name, done, rests_on, words_, frozenset(walk.entered))


def _placed(
    project: Project, path: str, imports: tuple[Import, ...], above: tuple[str, ...]
) -> Iterator[Placed | Unfollowed]:
    """The plays of a playbook and of those that it imports, in their order."""
    if path in above or len(above) > DEEPEST:
        reason = f"playbooks import each other, or are imported more than {DEEPEST} deep"
        raise MailwardenError(reason, path)
    for one in project.plays(path):
        if isinstance(one, Play):
            yield Placed(one, path, imports)
            continue
        inner = imported(path, one)
        try:
            yield from _placed(project, inner, (*imports, one), (*above, path))
        except MailwardenError as error:
            yield Unfollowed(one.place, str(error))


def imported(path: str, one: Import) -> str:
    """The playbook that another one imports, as it is written."""
    name = str(one.playbook.plain).split() or [""]
    return clean(os.path.join(os.path.dirname(path), name[0]))


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
    for name in map(Frame(value.place.path, folder).anchored, words(value)):
        text = evaluate.printed(name, scope, walk.limits)
        below = list(firsts.Search(source, (folder,), "vars").below())
        chosen = isinstance(text, Text) and firsts.named(
            name, text, below, source, scope, walk.limits
        )
        if not chosen and isinstance(text, Text) and _is_elsewhere(text):
            yield Layer(levels.VARS_FILES, str(name.plain), unseen="is not in the repository")
            continue
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


def _is_elsewhere(text: Text) -> bool:
    """Whether a file that was not found is none of the repository, whatever it is called."""
    return not text.holes or text.string.startswith("/")
