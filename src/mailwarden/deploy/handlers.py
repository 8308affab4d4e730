"""The handlers of a play, and which of them may have been notified.

Source: ansible-core 2.17 and 2.19, ``Play.compile_roles_handlers`` and
``StrategyBase.search_handlers_by_notification``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..variables import files
from ..variables.files import Value
from .frame import Frame
from .written import Block, Entry, Task, words


class Handlers:
    """The handlers of one play, those of roles before its own."""

    def __init__(self) -> None:
        self._known: list[tuple[Task, Frame, frozenset[str]]] = []
        self._added: set[int] = set()
        self._named: set[str] = set()
        # Somebody notifies a handler by a name that is not known.
        self._any = False

    def add(self, entries: Iterable[Entry], frame: Frame, role: str = "") -> None:
        """Add handlers, each once; ``role`` is the name of the role that they are of."""
        for entry in entries:
            if isinstance(entry, Block):
                self.add(entry.block, frame.under(entry.keywords), role)
            elif id(entry) not in self._added:
                self._added.add(id(entry))
                self._known.append((entry, frame, frozenset(_names(entry, role))))

    def notify(self, names: Iterable[Value]) -> None:
        """Note what a task notifies."""
        for name in names:
            if name.kind == files.LITERAL:
                self._named.add(str(name.plain))
            else:
                self._any = True

    def notified(self, keep: bool = False) -> Iterator[tuple[Task, Frame, str]]:
        """The handlers that may have been, each with what decides it.

        Then none is any more, unless they are to be kept: they may have run, or not.
        """
        named, any_ = self._named, self._any
        if not keep:
            self._named, self._any = set(), False
        for task, frame, names in self._known:
            if any_ or names & named or "" in names:
                yield task, frame, f"whether {task.name} is notified"


def _names(task: Task, role: str) -> Iterator[str]:
    """What a handler is notified by; empty for a name that is not known."""
    for value in (*words(task.keywords.get("name")), *words(task.keywords.get("listen"))):
        if value.kind != files.LITERAL:
            yield ""
            continue
        yield str(value.plain)
        if role:
            yield f"{role} : {value.plain}"
