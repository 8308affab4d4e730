"""What a play knows before its first task runs: the roles that it and its files import.

Source: ansible-core 2.17 and 2.19: ``load_list_of_tasks`` follows imports while it reads a play,
and ``VariableManager.get_vars`` shows the variables of each role that is public to all tasks.
"""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError

from . import evaluate, included
from .firsts import first
from .frame import Frame
from .walk import Walk
from .words import RAW
from .written import Block, Entry, RoleEntry, Task


class Announced:
    """Makes roles known to a walk, and follows nothing.  What it cannot read the walk names."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._seen: set[tuple[str, ...]] = set()

    def roles(self, entries: Iterable[RoleEntry], frame: Frame) -> None:
        """Announce roles, and those that they depend on before them."""
        for entry in entries:
            self._role(entry, frame, {})

    def tasks(self, entries: Iterable[Entry], frame: Frame) -> None:
        """Announce the roles that tasks import."""
        for entry in entries:
            if isinstance(entry, Block):
                self.tasks((*entry.block, *entry.rescue, *entry.always), frame)
            elif entry.module in ("import_role", "import_tasks"):
                try:
                    self._imported(entry, frame)
                except MailwardenError:
                    continue

    def _imported(self, task: Task, frame: Frame) -> None:
        scope = self._walk.scope((*self._walk.base, *frame.layers))
        if task.module == "import_role":
            entry, parts = included.role(task, scope, self._walk.limits)
            self._role(entry, frame, parts)
            return
        name = task.arguments.get(RAW, "file")
        if name is None:
            return
        text = evaluate.printed(frame.anchored(name), scope, self._walk.limits)
        if text is None or isinstance(text, list) or text.holes:
            return
        folders = list(frame.task_folders(static=True))
        self._file(first(text.string, folders, self._walk.project.source), frame)

    def _file(self, path: str, frame: Frame, part: str = "") -> None:
        if path and self._is_new(path, frame.role):
            self.tasks(self._walk.project.tasks(path), frame.inside(path, part))

    def _role(
        self, entry: RoleEntry, frame: Frame, parts: dict[str, str], exports: bool = True
    ) -> None:
        try:
            role = self._walk.roles.entered(entry, frame, parts, self._walk.named(entry, frame))
            if not self._is_new(role.key, *frame.roles[:1]):
                return
            for dependency in role.meta.dependencies:
                self._role(dependency, role.frame, {}, exports=False)
            self._walk.announce(role, exports)
            if self._walk.brings(role):
                self._file(role.tasks, role.frame, "tasks")
        except MailwardenError:
            return

    def _is_new(self, *key: str) -> bool:
        is_new = key not in self._seen
        self._seen.add(key)
        return is_new
