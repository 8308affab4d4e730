"""What a task has from what it stands in: a play, roles, included files, blocks.

Source: ansible-core 2.17 and 2.19, ``Task._get_parent_attribute``, ``Task.get_search_path``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import NamedTuple

from ..variables import files, layers, levels, places
from ..variables.files import Value
from ..variables.layers import Layer
from . import written
from .written import Keywords

# What a block says for each of its tasks, unless one says otherwise.
INHERITED = (
    "check_mode", "connection", "delegate_to", "ignore_errors", "module_defaults", "run_once",
)  # fmt: skip


_ANCHOR = re.compile(r"\{\{\s*(role_path|playbook_dir)\s*\}\}/")


class Frame(NamedTuple):
    """Where a task stands.

    ``path`` is its file, ``playbook`` the folder of the playbook, ``roles`` the folders of its role
    and of those that brought it, the nearest first; ``beside`` are the folders of the files that
    included it.  ``conditions`` are asked again for each task, ``questions`` have been asked; of
    these ``tried`` ask whether an earlier task of a block fails that has a rescue.
    ``parameters`` are what stands beside the name of its role, as roles that it includes have them.
    ``once`` is equal for uses of its role that are one, and empty if each use is done; ``is_done``:
    of its role only what it imports from other roles is done again, and ``undone`` asks whether.
    ``repeats`` is what the loop is called that goes over nobody knows what.
    """

    path: str
    playbook: str
    roles: tuple[str, ...] = ()
    part: str = "tasks"
    beside: tuple[str, ...] = ()
    keywords: Mapping[str, Value] = {}
    tags: frozenset[str] = frozenset()
    conditions: tuple[Value, ...] = ()
    questions: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    notify: tuple[Value, ...] = ()
    layers: tuple[Layer, ...] = ()
    parameters: tuple[Layer, ...] = ()
    once: str = ""
    is_done: bool = False
    undone: tuple[str, ...] = ()
    repeats: str = ""
    depth: int = 0

    @property
    def role(self) -> str:
        """The folder of its role; empty in a play."""
        return self.roles[0] if self.roles else ""

    def folders(self) -> tuple[str, ...]:
        """Where its files are looked for."""
        return tuple(dict.fromkeys((*self.roles, os.path.dirname(self.path), self.playbook)))

    def task_folders(self, static: bool) -> tuple[str, ...]:
        """Where the files are that it includes; what is imported is first looked for nearby."""
        if not self.roles:
            return (*self.beside, os.path.join(self.playbook, self.part), self.playbook)
        own = os.path.join(self.role, self.part)
        nearby = (*self.beside, own) if static else (own, *self.beside)
        return (*nearby, self.role, os.path.join(self.playbook, self.part), self.playbook)

    def anchored(self, name: Value) -> Value:
        """A path of the repository, of which ``role_path`` and ``playbook_dir`` are known.

        What begins with one of them is seen from a folder inside of the role or beside the
        playbook, where files are looked for first.
        """
        match = _ANCHOR.match(name.plain) if isinstance(name.plain, str) else None
        if match is None or (match[1] == "role_path" and not self.role):
            return name
        target = self.role if match[1] == "role_path" else self.playbook
        inside = os.path.join(self.role or self.playbook, "inside")
        plain = os.path.relpath(target or ".", inside) + "/" + name.plain[match.end() :]
        is_template = any(sign in plain for sign in files.SIGNS)
        kind = files.TEMPLATE if is_template else files.LITERAL
        text = places.standing_for(name.place.path, plain, places.text(name))
        return name._replace(kind=kind, plain=plain, written=text)

    def under(self, keywords: Keywords, level: str = levels.BLOCK_VARS) -> Frame:
        """Inside of a block, or of what is imported, with these keywords."""
        inherited = {name: keywords[name] for name in INHERITED if name in keywords}
        return self._replace(
            keywords={**self.keywords, **inherited} if inherited else self.keywords,
            tags=self.tags | frozenset(written.tags(keywords.get("tags"))),
            conditions=(*self.conditions, *written.words(keywords.get("when"))),
            notify=(*self.notify, *written.words(keywords.get("notify"))),
            layers=(*self.layers, *_of_vars(keywords, level, self.path)),
        )

    def inside(self, path: str, part: str = "") -> Frame:
        """In the file that is included; ``part`` where it is the first one of a role."""
        beside = () if part else (os.path.dirname(path), *self.beside)
        depth = self.depth + 1
        return self._replace(path=path, part=part or self.part, beside=beside, depth=depth)

    def is_run(self) -> bool:
        """Whether it is done where nobody asks for tags."""
        return "never" not in self.tags or "always" in self.tags

    def flag(self, name: str) -> bool:
        """A keyword that is true or false; what is open counts as false."""
        return is_true(self.keywords.get(name))


def _of_vars(keywords: Keywords, level: str, path: str) -> list[Layer]:
    value = keywords.get("vars")
    return [] if value is None else [layers.of_value(level, path, value)]


def of_parameters(level: str, name: str, values: Mapping[str, Value]) -> list[Layer]:
    """The layer of parameters beside a role's or a file's name."""
    return [Layer(level, name, values)] if values else []


def is_true(value: Value | None) -> bool:
    """Whether a keyword is true as it is written."""
    if value is None or value.kind != files.LITERAL:
        return False
    return value.plain is True or str(value.plain).lower() in ("yes", "true", "on", "1", "y", "t")
