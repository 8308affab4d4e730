"""What a template knows while it is read: its names, the variables, the answers that are taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from jinja2 import nodes

from .limits import DEPTH, Failure, Limits
from .syntax import Template
from .values import Ask, Choice, Entry, Known, Open, Unset, copied, same

# What a name is in a branch that does not set it: what it is outside.
OUTER = object()


class Variables(Protocol):
    """Where a template's variables come from."""

    def get(self, name: str) -> Known | Open | None:
        """What the files say of a name; ``None`` where none sets it."""


class Context:
    """The state of one reading of a template."""

    def __init__(
        self,
        template: Template,
        variables: Variables,
        limits: Limits,
        load: Callable[[str, Template], Template | None],
    ) -> None:
        self.template = template
        self.variables = variables
        self.limits = limits
        self.load = load
        self.scopes: list[dict[str, Entry]] = [{}]
        # The answers under which this part is read.
        self.given: dict[str, str] = {}
        # Whether a statement may be read once for each answer; inside of expressions none is.
        self.forking = True
        # The variables that were asked for since somebody emptied it, and those of all.
        self.read: dict[str, Known] = {}
        self.used: dict[str, Known] = {}
        # Names that no file sets, where a template does without them.
        self.absent: dict[str, None] = {}
        # The literals that each expression is compared with.
        self.literals: dict[str, list[Any]] = {}
        self.text_of: Callable[[str], Any]
        self.string_of: Callable[[Sequence[nodes.Node]], Any]
        # Whether a statement may change what names hold, by its node.
        self.changing: dict[int, bool] = {}
        self.depth = 0
        self.calls: dict[str, int] = {}

    # Names

    def entry(self, name: str) -> Entry | None:
        """What the template itself calls so; raises ``Ask`` where an answer decides what it is."""
        for scope in reversed(self.scopes):
            found = scope.get(name)
            value = None if found is None else self.settled(found.value)
            if found is not None and value is not OUTER:
                return Entry(value, found.origins)
        return None

    def settled(self, value: Any) -> Any:
        """A value, of a choice the one that goes with the answers."""
        while isinstance(value, Choice):
            answer = self.given.get(value.question)
            if answer is None or answer not in value.options:
                raise Ask(value.question, value.options)
            value = value.options[answer]
        return value

    def begin(self) -> None:
        """Forget which variables were read, for a new statement of the template itself."""
        if self.forking:
            self.read = {}

    def set(self, name: str, value: Any) -> None:
        """Give a name of the template a value, made of the variables that were just read."""
        self.scopes[-1][name] = Entry(value, tuple(self.read.values()))

    def variable(self, name: str) -> Known | Open | None:
        """What the files say of a name, noted."""
        self.limits.step()
        found = self.variables.get(name)
        if isinstance(found, Known):
            self.read[name] = found
            self.used[name] = found
        return found

    def without(self, value: Any) -> None:
        """Note that the template does without what is not there."""
        if isinstance(value, Unset) and value.root:
            self.absent[value.root] = None

    # Questions

    def answer(self, question: str, answers: tuple[str, ...]) -> str:
        """The answer that is taken; raises ``Ask`` where none is."""
        answer = self.given.get(question)
        if answer is None:
            raise Ask(question, answers)
        return answer

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level further into an expression; raises ``Failure`` where it is too deep."""
        self.limits.step()
        self.depth += 1
        try:
            if self.depth > DEPTH:
                raise Failure("too deep")
            yield
        finally:
            self.depth -= 1

    @contextmanager
    def inside(self, template: Template | None = None) -> Iterator[None]:
        """Inside of an expression: what is asked there is asked of the statement around it."""
        forking, here = self.forking, self.template
        self.forking = False
        self.template = template or here
        try:
            yield
        finally:
            self.forking, self.template = forking, here

    @contextmanager
    def scope(self, names: dict[str, Entry] | None = None) -> Iterator[None]:
        """With names of its own, which do not leave it."""
        depth = len(self.scopes)
        self.scopes.append(names if names is not None else {})
        try:
            yield
        finally:
            del self.scopes[depth:]

    def copy_of(self, scopes: list[dict[str, Entry]], changes: bool) -> list[dict[str, Entry]]:
        """The names as they are, so that one branch's changes are not another's.

        Without ``changes`` names may be set, and what they hold stays as it is.
        """
        self.limits.step(len(scopes))
        if not changes:
            return [dict(scope) for scope in scopes]
        memo: dict[int, Any] = {}
        return [
            {
                name: Entry(copied(one.value, self.limits, memo), one.origins)
                for name, one in scope.items()
            }
            for scope in scopes
        ]

    def joined(
        self, question: str, ends: list[tuple[str, list[dict[str, Entry]]]]
    ) -> list[dict[str, Entry]]:
        """The names as the branches leave them, each by its answer."""
        merged: list[dict[str, Entry]] = []
        for level in range(len(ends[0][1])):
            scopes = [(answer, scopes[level]) for answer, scopes in ends]
            found: dict[str, Entry] = {}
            for name in dict.fromkeys(name for _answer, scope in scopes for name in scope):
                # A name that one branch alone sets is in the other what it was without it.
                options = {
                    answer: scope[name] if name in scope else Entry(OUTER)
                    for answer, scope in scopes
                }
                first = next(iter(options.values()))
                if all(entry is first for entry in options.values()):
                    found[name] = first
                    continue
                self.limits.step()
                origins = tuple(
                    {one.name: one for entry in options.values() for one in entry.origins}.values()
                )
                if all(same(first.value, entry.value) for entry in options.values()):
                    found[name] = Entry(first.value, origins)
                else:
                    values = {answer: entry.value for answer, entry in options.items()}
                    found[name] = Entry(Choice(question, values), origins)
            merged.append(found)
        return merged
