"""What a play or a role does on a host: its tasks in their order, each as it runs there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place

    from ..render.context import Variables
    from .steps.outcome import Task
    from .steps.parameters import Given


class Action(NamedTuple):
    """A task as it runs once: a task with a loop is one action for each of its items.

    ``module`` is the module's short name, ``template``.  ``given`` are its parameters with the
    variables filled in; ``None`` where they are not known, so that it may do anything its module
    can.  ``questions`` are what decides whether it runs: each is a question of which the answer is
    ``yes``; a task of which files decide that it never runs is no action.  ``path`` is the file in
    which the task stands, ``folders`` are where its templates and files are looked for (a role, the
    folder of its tasks, that of the playbook), the first of which counts.  ``variables`` are what
    its template sees.
    """

    task: Task
    module: str
    given: Given | None
    questions: tuple[str, ...]
    path: str
    folders: tuple[str, ...]
    variables: Variables


class Unfollowed(NamedTuple):
    """A place in a play or role behind which nobody knows what is done, and why."""

    place: Place
    reason: str


class Sequence(NamedTuple):
    """What is done on one host, in order.

    ``name`` is what the host is called: the role's folder, or the playbook and its hosts.
    ``rests_on`` are the answers, in words and by their questions, on which it rests that nothing
    more is done; what an action itself rests on its variables know.
    An ``Unfollowed`` stands where what it may do would be done.  ``granted`` is what an action
    rests on that asks for a variable that no file sets, ``roles`` are the folders of the roles of
    which the tasks were followed.
    """

    name: str
    actions: tuple[Action | Unfollowed, ...]
    rests_on: dict[str, str]
    granted: str = ""
    roles: frozenset[str] = frozenset()


def granted_of_play(path: str) -> str:
    """What is taken for granted of the hosts of a playbook, in words."""
    return f"the hosts of {path} have the variables that the repository gives them"


def granted(folder: str) -> str:
    """What is taken for granted of a role that is read alone, in words."""
    return f"who uses {folder or 'the role'} leaves its variables as its own files have them"
