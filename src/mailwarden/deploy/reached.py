"""What of mail the plays of a repository come to, and which of their roles are passed by.

A play may use a hundred roles of which one lays a mail file.  The others are not followed; what
they may set for it counts all the same.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError

from ..variables import elsewhere, files, levels
from ..variables.files import Value
from ..variables.layers import Layer
from . import concerned, modules
from .project import Project
from .words import RAW
from .written import Block, Entry, Play, RoleEntry, Task

Reach = frozenset[str]
NOTHING: Reach = frozenset()
_BRINGS = re.compile(rb"(?:include|import)_role\b")
_IMPORTS = re.compile(rb"import_role\b")
_SETS = re.compile(rb"\b(?:set_fact|register|include_vars)\b")
# What ends a play ends what follows it as well.
_ENDS = re.compile(rb"\bend_(?:play|host|batch)\b")


class Reached:
    """Looks at each role and each file of tasks once.

    A *reach* are the folders of the roles and the files of tasks that concern mail.  ``anything``:
    a role of which nobody knows the name may be one of mail.
    """

    def __init__(self, project: Project, anything: bool) -> None:
        self._project = project
        self._anything = anything
        self._of_roles: dict[tuple[str, str], Reach] = {}
        self._of_files: dict[tuple[str, str], Reach] = {}
        self._bytes: dict[str, bytes] = {}
        self._sets: dict[str, Layer | None] = {}

    # What plays come to

    def play(self, play: Play, path: str) -> Reach:
        """What of mail a play comes to, itself included by its path."""
        folder = os.path.dirname(path)
        found = self._roles(play.roles, folder, "", path)
        for entries in (play.pre_tasks, play.tasks, play.post_tasks, play.handlers):
            found |= self._entries(entries, path, folder, "")
        return found

    def _roles(self, entries: Iterable[RoleEntry], playbook: str, beside: str, path: str) -> Reach:
        found = NOTHING
        for entry in entries:
            found |= self._named(entry.role, playbook, beside, path)
            if any(concerned.speaks(_words(value)) for value in entry.parameters.values()):
                found |= {path}
        return found

    def _named(self, name: Value, playbook: str, beside: str, path: str) -> Reach:
        if name.kind != files.LITERAL:
            return frozenset((path,)) if self._anything else NOTHING
        folder = self._project.role(str(name.plain), playbook, beside)
        if folder:
            return self.role(folder, playbook)
        return frozenset((path,)) if concerned.speaks(_words(name)) else NOTHING

    def role(self, folder: str, playbook: str) -> Reach:
        """What of mail a role comes to, itself included by its folder."""
        key = folder, playbook
        if key not in self._of_roles:
            # One that brings itself brings nothing more.
            self._of_roles[key] = NOTHING
            self._of_roles[key] = self._role(folder, playbook)
        return self._of_roles[key]

    def _role(self, folder: str, playbook: str) -> Reach:
        held = self._held(folder)
        found = frozenset((folder,)) if concerned.speaks(held) else NOTHING
        try:
            meta = self._project.meta(folder)
            found |= self._roles(meta.dependencies, playbook, folder, folder)
        except MailwardenError:
            pass
        if _BRINGS.search(held):
            for path in concerned.files_of_tasks(folder, self._project.source):
                found |= self._file(path, playbook, folder)
        return found

    def _file(self, path: str, playbook: str, role: str) -> Reach:
        key = path, playbook
        if key not in self._of_files:
            self._of_files[key] = NOTHING
            try:
                entries = self._project.tasks(path)
            except MailwardenError:
                return NOTHING
            self._of_files[key] = self._entries(entries, path, playbook, role)
        return self._of_files[key]

    def _entries(self, entries: Iterable[Entry], path: str, playbook: str, role: str) -> Reach:
        found = NOTHING
        for one in entries:
            if isinstance(one, Block):
                inner = (*one.block, *one.rescue, *one.always)
                found |= self._entries(inner, path, playbook, role)
            else:
                found |= self._task(one, path, playbook, role)
        return found

    def _task(self, task: Task, path: str, playbook: str, role: str) -> Reach:
        if task.module in modules.ROLES:
            name = task.arguments.get("name", "role")
            return NOTHING if name is None else self._named(name, playbook, role, path)
        if role:
            # Its files have been looked at as a whole.
            return NOTHING
        if task.module in modules.TASK_FILES:
            name = task.arguments.get(RAW, "file")
            if name is not None and name.kind == files.LITERAL:
                folders = (os.path.dirname(path), os.path.join(playbook, "tasks"), playbook)
                inner = self._project.task_file(folders, str(name.plain))
                return self._file(inner, playbook, "") if inner else NOTHING
        return frozenset((path,)) if concerned.speaks(task.text.string.encode()) else NOTHING

    # What is passed by

    def is_idle(self, folder: str, playbook: str) -> bool:
        """Whether nothing is missed of mail where the tasks of a role are not followed."""
        return not self.role(folder, playbook) and not _ENDS.search(self._held(folder))

    def brings(self, folder: str, playbook: str) -> bool:
        """Whether the tasks of a role may show the variables of other roles to the play."""
        is_idle = self.is_idle(folder, playbook)
        return not is_idle or _IMPORTS.search(self._held(folder)) is not None

    def sets(self, folder: str) -> Layer | None:
        """What the tasks of a role may set; ``None``: nothing."""
        if folder not in self._sets:
            has = _SETS.search(self._held(folder)) is not None
            self._sets[folder] = self._set_in(folder) if has else None
        return self._sets[folder]

    def _set_in(self, folder: str) -> Layer:
        names: set[str] = set()
        layer = Layer(levels.SET_FACT, f"the tasks of {folder}")
        for path in concerned.files_of_tasks(folder, self._project.source):
            try:
                entries = self._project.tasks(path)
            except MailwardenError:
                return layer._replace(unseen="are not followed")
            for task in _flat(entries):
                register = task.keywords.get("register")
                if register is not None:
                    names.add(str(register.plain))
                if task.module == "set_fact":
                    if task.arguments.open is not None:
                        return layer._replace(unseen="are not followed")
                    names.update(task.arguments.values)
                elif task.module == "include_vars":
                    beside = os.path.join(folder, "vars")
                    names |= elsewhere.set_in(self._project.source, beside)
        return layer._replace(may_set=frozenset(names))

    def _held(self, folder: str) -> bytes:
        if folder not in self._bytes:
            held = concerned.of_tasks(folder, self._project.source)
            self._bytes[folder] = b"\n".join(held)
        return self._bytes[folder]


def _flat(entries: Iterable[Entry]) -> Iterable[Task]:
    for one in entries:
        if isinstance(one, Block):
            yield from _flat((*one.block, *one.rescue, *one.always))
        else:
            yield one


def _words(value: Value) -> bytes:
    """All that a value holds, in no particular form."""
    held = value.plain
    if isinstance(held, dict):
        return b" ".join([*(str(key).encode() for key in held), *map(_words, held.values())])
    return b" ".join(map(_words, held)) if isinstance(held, list) else str(held).encode()
