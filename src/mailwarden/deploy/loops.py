"""What a task with a loop goes over.

Source: ansible-core 2.19, ``TaskExecutor._get_loop_items`` and the lookups of these names.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from typing import Any

from ..render import single
from ..render.context import Variables
from ..render.limits import Limits
from ..render.values import Known, Method, Unknown, names_in
from ..variables import files, layers, places
from ..variables.files import Value
from ..variables.layers import Layers

_NAME = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
# Variables that are named by variables.
DEEPEST = 8


class _OpenError(Exception):
    """What a loop goes over is not known."""


def items(value: Value, how: str, variables: Variables, limits: Limits) -> list[Value] | None:
    """What a loop goes over, each item with the place where it is written; ``None``: not known.

    ``how`` is the keyword, ``loop`` or ``with_items``.  An item of a variable's own list stays the
    template that it is, one that an expression gave stands where that stands.  Raises ``TooMuch``.
    """
    work = _WAYS.get(how.removeprefix("with_"))
    if work is None:
        return None
    try:
        found = work(_Terms(variables, limits), value)
    except _OpenError:
        return None
    limits.items(len(found))
    return found


class _Terms:
    """What a loop is given, as far as it has to be known."""

    def __init__(self, variables: Variables, limits: Limits) -> None:
        self._variables = variables
        self._limits = limits

    def held(self, value: Value, depth: int = 0) -> Value:
        """A list, a mapping or a scalar; raises ``_OpenError`` where that is not known."""
        if value.kind in (files.VAULT, files.OPEN):
            raise _OpenError
        if value.kind != files.TEMPLATE:
            return value
        named = self._named(value)
        if named is not None and depth < DEEPEST:
            return self.held(named, depth + 1)
        found = single.outcomes(places.text(value), self._variables, self._limits)
        if len(found) > 1 or isinstance(found[0].value, Unknown):
            raise _OpenError
        return of_plain(found[0].value, value)

    def _named(self, value: Value) -> Value | None:
        """The value of a variable with all its places, where it is all that a template asks for."""
        match = _NAME.fullmatch(value.plain)
        if match is None or not isinstance(self._variables, Layers):
            return None
        name = match[1]
        if not isinstance(self._variables.get(name), Known):
            return None
        held = self._variables.value(name)
        return None if held is None else opened(name, name, held)


def opened(path: str, key: str, value: Value) -> Value:
    """A value of which what is a hole is called by the keys to it."""
    if value.kind == files.OPEN and value.plain is not None:
        return value
    if layers.is_hole(key, value):
        return Value(files.OPEN, Unknown(path), value.place)
    held: Any = value.plain
    if isinstance(held, dict):
        held = {inner: opened(f"{path}.{inner}", str(inner), one) for inner, one in held.items()}
    elif isinstance(held, list):
        held = [opened(f"{path}[{at}]", key, one) for at, one in enumerate(held)]
    return value._replace(plain=held)


def of_plain(plain: Any, value: Value) -> Value:
    """What an expression gave, in the place of the expression."""
    if isinstance(plain, list):
        return Value(files.LITERAL, [of_plain(one, value) for one in plain], value.place)
    if isinstance(plain, dict) and not names_in(list(plain)):
        made = {key: of_plain(one, value) for key, one in plain.items()}
        return Value(files.LITERAL, made, value.place)
    if names_in(plain) or isinstance(plain, Method):
        return Value(files.OPEN, plain, value.place)
    is_template = isinstance(plain, str) and any(sign in plain for sign in files.SIGNS)
    return Value(files.UNSAFE if is_template else files.LITERAL, plain, value.place)


def _loop(terms: _Terms, value: Value) -> list[Value]:
    held = terms.held(value)
    if not isinstance(held.plain, list):
        raise _OpenError
    return _in_task(held)


def _in_task(held: Value) -> list[Value]:
    """The items of a list; of one that stands in the task what is a hole is called by its place."""
    return [opened(_where(one), "", one) for one in held.plain]


def _where(value: Value) -> str:
    return f"{value.place.path}:{value.place.line}:{value.place.column}"


def _list(terms: _Terms, value: Value) -> list[Value]:
    held = terms.held(value)
    return _in_task(held) if isinstance(held.plain, list) else [held]


def _items(terms: _Terms, value: Value) -> list[Value]:
    """Flattened by one level."""
    return [one for term in _list(terms, value) for one in _flat(terms, term)]


def _flat(terms: _Terms, term: Value) -> list[Value]:
    if term.kind == files.OPEN and not isinstance(term.plain, Unknown):
        return [term]
    held = terms.held(term)
    return _in_task(held) if isinstance(held.plain, list) else [term]


def _dict(terms: _Terms, value: Value) -> list[Value]:
    found: list[Value] = []
    for term in _list(terms, value):
        held = terms.held(term)
        if not isinstance(held.plain, dict):
            raise _OpenError
        for key, one in opened(_where(held), "", held).plain.items():
            found.append(_mapping(one, key=of_plain(key, one), value=one))
    return found


def _indexed(terms: _Terms, value: Value) -> list[Value]:
    return [
        Value(files.LITERAL, [of_plain(number, one), one], one.place)
        for number, one in enumerate(_items(terms, value))
    ]


def _nested(terms: _Terms, value: Value) -> list[Value]:
    lists = [_flat(terms, term) for term in _list(terms, value)]
    return _tuples(value, itertools.product(*lists))


def _together(terms: _Terms, value: Value) -> list[Value]:
    lists = [_flat(terms, term) for term in _list(terms, value)]
    return _tuples(value, itertools.zip_longest(*lists, fillvalue=of_plain(None, value)))


def _tuples(value: Value, found: Iterable[tuple[Value, ...]]) -> list[Value]:
    made = [Value(files.LITERAL, list(one), value.place) for one in found]
    if any(isinstance(one.plain, list) for item in made for one in item.plain):
        # These are flattened, how often hangs on how many there are.
        raise _OpenError
    return made


def _mapping(at: Value, **held: Value) -> Value:
    return Value(files.LITERAL, held, at.place)


_WAYS: dict[str, Callable[[_Terms, Value], list[Value]]] = {
    "loop": _loop,
    "list": _list,
    "items": _items,
    "dict": _dict,
    "indexed_items": _indexed,
    "nested": _nested,
    "together": _together,
}
