"""What a task of ``template`` says of how its template is to be read.

Source: ansible-core 2.17 and 2.19, ``plugins/action/template.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from ..render.syntax import SETTINGS
from ..variables import files
from . import written
from .concerned import files_of_tasks
from .steps.parameters import TRUE
from .written import Block, Entry, Task

# In a task it is written out, too: in single quotes a backslash stands for itself.
_ESCAPES = {"\\n": "\n", "\\r": "\r", "\\r\\n": "\r\n"}


def settings(given: Mapping[str, object]) -> dict[str, Any] | None:
    """The settings of a template among the parameters of its task; ``None``: one is not known."""
    found: dict[str, Any] = {}
    for name in SETTINGS.keys() & given.keys():
        value = given[name]
        if isinstance(value, Text) and not value.holes:
            value = value.string
        if not isinstance(value, (str, bool)):
            return None
        if isinstance(SETTINGS[name], bool):
            found[name] = str(value).lower().strip() in TRUE
        else:
            found[name] = _ESCAPES.get(str(value), str(value))
    return found


def of_role(folder: str, template: str, source: Source) -> dict[str, Any] | None:
    """The settings with which the tasks of a role lay a template of this name.

    ``None``: no task that has settings of its own lays it.  Raises ``MailwardenError``
    where they are not known.
    """
    found: list[dict[str, Any] | None] = []
    for path in files_of_tasks(folder, source):
        try:
            if not any(name.encode() in source.looked_into(path) for name in SETTINGS):
                continue
            entries = written.tasks(source.text(path))
        except MailwardenError:
            continue
        found += [_of_task(task) for task in _tasks(entries) if _lays(task, template)]
    if None in found or any(one != found[0] for one in found):
        raise MailwardenError("is a template of which the signs are not known", template)
    return found[0] if found else None


def _lays(task: Task, template: str) -> bool:
    value = task.arguments.get("src")
    name = value.plain if value is not None else None
    is_named = task.module == "template" and isinstance(name, str)
    return is_named and f"/{template}".endswith(f"/{name}")


def _of_task(task: Task) -> dict[str, Any] | None:
    values = task.arguments.values.items()
    return settings({n: v.plain if v.kind == files.LITERAL else None for n, v in values})


def _tasks(entries: Iterable[Entry]) -> Iterator[Task]:
    for entry in entries:
        if isinstance(entry, Block):
            yield from _tasks((*entry.block, *entry.rescue, *entry.always))
        else:
            yield entry
