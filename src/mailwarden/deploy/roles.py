"""The roles of a play: what each sets, where its tasks are, and which are done once.

Source: ansible-core 2.17 and 2.19, ``Role``, ``Play.role_cache``, ``VariableManager.get_vars``;
``StrategyBase`` for when a role is done (``_had_task_run``, ``role_complete``).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError

from ..variables import found, layers, levels
from ..variables.files import Value
from ..variables.layers import Layer
from .frame import Frame, of_parameters
from .project import Project
from .written import Keywords, Meta, RoleEntry

DEEPEST = 32


class Entered(NamedTuple):
    """A role where it is used: the frame of what is in it, and its files of tasks and handlers.

    ``own`` are the layers of its files and of those of the roles that it depends on, ``key`` is
    equal for uses that are one.
    """

    name: str
    frame: Frame
    meta: Meta
    tasks: str
    handlers: str
    own: tuple[Layer, ...]
    key: str


class Roles:
    """The roles of one play."""

    def __init__(self, project: Project, alone: str) -> None:
        self.exported: tuple[Layer, ...] = ()
        self._project = project
        self._alone = alone
        self._own: dict[tuple[str, str, str], tuple[Layer, ...]] = {}
        self._of_dependencies: dict[str, tuple[Layer, ...]] = {}
        self._exporting: set[tuple[int, ...]] = set()
        # Of which roles a task has run, and which are done since: for sure, or perhaps.
        self._ran: dict[str, bool] = {}
        self._done: dict[str, bool] = {}

    def entered(self, entry: RoleEntry, outer: Frame, parts: dict[str, str], name: str) -> Entered:
        """A role with its frame; raises ``MailwardenError`` where it is not there."""
        if outer.depth >= DEEPEST:
            raise MailwardenError(f"roles bring each other more than {DEEPEST} deep", outer.path)
        folder = self._project.role(name, outer.playbook, outer.role)
        if not folder:
            place = entry.place
            reason = f"the role {name} is not in the repository"
            raise MailwardenError(reason, place.path, place.line, place.column)
        meta = self._project.meta(folder)
        own = self._layers(folder, parts)
        brought = self._brought(meta, folder, outer.playbook)
        keywords = {key: one for key, one in entry.keywords.items() if key != "vars"}
        inner = outer.under(keywords)
        inner = inner._replace(
            roles=(folder, *outer.roles),
            beside=(),
            once="",
            is_done=False,
            undone=(),
            depth=outer.depth + 1,
            parameters=_parameters(entry, levels.INCLUDE_PARAMETERS),
            layers=(*brought, *inner.layers, *own, *_said(entry)),
        )
        tasks = self._project.part(folder, "tasks", parts.get("tasks", ""))
        if not tasks and "tasks" in parts:
            raise MailwardenError(f"holds no tasks {parts['tasks']}", folder)
        handlers = self._project.part(folder, "handlers", parts.get("handlers", ""))
        said = {key: one for key, one in entry.keywords.items() if key in ("tags", "vars", "when")}
        key = repr((folder, sorted(parts.items()), _bare(entry.parameters), _bare(said)))
        return Entered(name, inner, meta, tasks, handlers, (*brought, *own), key)

    def once(self, role: Entered) -> Entered:
        """A role that is done once: its tasks are not, or perhaps not, where it has been done."""
        frame = role.frame._replace(once=role.key)
        if role.key in self._done and not role.meta.allow_duplicates:
            undone = f"whether no task of {frame.role or 'the role'} has run before"
            is_done = self._done[role.key]
            frame = frame._replace(is_done=is_done, undone=() if is_done else (undone,))
        return role._replace(frame=frame)

    def ran(self, once: str, surely: bool) -> None:
        """Note that a task of a role has run, or may have."""
        self._ran[once] = surely or self._ran.get(once, False)

    def asks(self, once: str) -> bool:
        """Whether it matters for a role if a task of it runs: it does until one is sure to have."""
        return bool(once) and not self._ran.get(once, False)

    def done(self, role: Entered) -> None:
        """Note the end of a role: it counts as done where a task of it has run."""
        if role.key in self._ran:
            self._done[role.key] = self._ran[role.key]

    def export(self, role: Entered) -> None:
        """Show the variables of a role to the whole play."""
        key = tuple(map(id, role.own))
        if key in self._exporting:
            return
        self._exporting.add(key)
        shown = {levels.DEFAULTS: levels.DEFAULTS_OF_PLAY, levels.ROLE_VARS: levels.VARS_OF_PLAY}
        more = (one._replace(level=shown[one.level]) for one in role.own)
        self.exported = (*self.exported, *more)

    def _layers(self, folder: str, parts: dict[str, str]) -> tuple[Layer, ...]:
        key = (folder, parts.get("defaults", ""), parts.get("vars", ""))
        if key not in self._own:
            source = self._project.source
            made: list[Layer] = []
            for level, part, name, supplied in (
                (levels.DEFAULTS, "defaults", key[1], self._alone),
                (levels.ROLE_VARS, "vars", key[2], ""),
            ):
                paths = found.of_role(source, folder, part, name)
                if name and not paths:
                    raise MailwardenError(f"holds no {part} {name}", folder)
                made += [layers.of_file(level, source, path, supplied) for path in paths]
            self._own[key] = tuple(made)
        return self._own[key]

    def _brought(self, meta: Meta, folder: str, playbook: str) -> tuple[Layer, ...]:
        """What the roles set that a role depends on."""
        if folder not in self._of_dependencies:
            # A role that depends on itself brings nothing more.
            self._of_dependencies[folder] = ()
            made: dict[int, Layer] = {}
            for entry in meta.dependencies:
                inner = self._project.role(str(entry.role.plain), playbook, folder)
                if inner:
                    more = self._brought(self._project.meta(inner), inner, playbook)
                    made.update((id(one), one) for one in (*more, *self._layers(inner, {})))
            self._of_dependencies[folder] = tuple(made.values())
        return self._of_dependencies[folder]


def _said(entry: RoleEntry) -> list[Layer]:
    """What stands beside a role's name: its ``vars``, and its parameters."""
    own = list(_parameters(entry, levels.ROLE_PARAMETERS))
    value = entry.keywords.get("vars")
    return own if value is None else [layers.of_value(levels.ROLE_VARS, _name(entry), value), *own]


def _parameters(entry: RoleEntry, level: str) -> tuple[Layer, ...]:
    return tuple(of_parameters(level, _name(entry), entry.parameters))


def _name(entry: RoleEntry) -> str:
    return f"the role at {entry.place.path}:{entry.place.line}"


def _bare(values: Keywords) -> Any:
    return sorted((name, _plain(value)) for name, value in values.items())


def _plain(value: Value) -> Any:
    held = value.plain
    if isinstance(held, dict):
        return repr(sorted((str(key), _plain(one)) for key, one in held.items()))
    return repr(list(map(_plain, held))) if isinstance(held, list) else repr(held)
