"""The parameters of a task as it writes them, in a mapping or in one line.

Source: ``ModuleArgsParser`` of ansible-core 2.17 and 2.19.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place

from ..variables import files, places
from ..variables.files import Value
from . import modules
from .words import RAW, Parameter, parameters, split


class Arguments(NamedTuple):
    """The parameters by their names; ``open`` is a mapping of more of them that nobody knows."""

    values: Mapping[str, Value]
    open: Value | None = None

    def get(self, *names: str) -> Value | None:
        """The first parameter of these names; ``None`` where none stands there."""
        return next((self.values[name] for name in names if name in self.values), None)


class Lines:
    """The text of a file by lines and columns, in which places count."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._starts = [0]
        at = text.string.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = text.string.find("\n", at + 1)

    def text(self, place: Place) -> Text:
        """What stands at a place."""
        return self._text.cut(*self._span(place))

    def _span(self, place: Place) -> tuple[int, int]:
        start = self._starts[place.line - 1] + place.column - 1
        return start, self._starts[place.end_line - 1] + place.end_column - 1


def of_module(value: Value, extra: Value | None, module: str) -> Arguments:
    """The parameters of ``module: …``; ``extra`` are those of ``args``, which give way."""
    given = _extra(extra)
    if value.kind == files.LITERAL and value.plain is None:
        return given
    if isinstance(value.plain, dict):
        return _over(given, {str(key): one for key, one in value.plain.items()})
    if isinstance(value.plain, str):
        return _line(given, value, value.plain, module)
    if value.kind in (files.VAULT, files.OPEN):
        return Arguments(given.values, value)
    raise _error("parameters are a mapping or a line", value)


def of_word(value: Value, extra: Value | None) -> tuple[str, Arguments]:
    """The module and the parameters of ``action: module …``."""
    given = _extra(extra)
    keys: dict[str, Value] = {}
    called = value
    if isinstance(value.plain, dict):
        keys = {str(key): one for key, one in value.plain.items()}
        called = keys.pop("module", value)
        inner = _extra(keys.pop("args", None))
        keys = {**keys, **inner.values}
        given = Arguments(given.values, given.open or inner.open)
    if not isinstance(called.plain, str):
        raise _error("an action names a module", value)
    words = _split(called)
    if not words:
        raise _error("an action names a module", value)
    module = modules.short(words[0].strip())
    given = _over(given, keys)
    if len(words) > 1:
        given = _line(given, called, " ".join(words[1:]), module)
    return module, given


def _extra(value: Value | None) -> Arguments:
    if value is None or (value.kind == files.LITERAL and value.plain is None):
        return Arguments({})
    if isinstance(value.plain, dict):
        return Arguments({str(key): one for key, one in value.plain.items()})
    return Arguments({}, value)


def _over(given: Arguments, values: Mapping[str, Value]) -> Arguments:
    return Arguments({**given.values, **values}, given.open)


def _line(given: Arguments, value: Value, line: str, module: str) -> Arguments:
    """The parameters of a line, each at its word where that can be told."""
    try:
        found = parameters(line, module in modules.COMMANDS)
    except ValueError as error:
        raise _error(str(error), value) from error
    if value.kind == files.TEMPLATE and module not in modules.RAW:
        alone = [one for one in found if one.name == RAW]
        if alone:
            # One expression that gives all parameters.
            return Arguments(given.values, value)
    whole = places.text(value)
    values: dict[str, Value] = {}
    at = 0
    for one in found:
        start = whole.string.find(one.word, 0 if one.name == RAW else at)
        at = start + len(one.word) if start >= 0 else at
        values[one.name] = _value(one, value, whole.cut(start, at) if start >= 0 else whole)
    return _over(given, values)


def _value(one: Parameter, line: Value, word: Text) -> Value:
    """A parameter with its place: its value in its word, or all of it where there are escapes."""
    at = word.string.find(one.value, max(0, len(word) - len(one.value) - 1))
    if at >= 0 and one.value:
        text = word.cut(at, at + len(one.value))
    else:
        text = places.standing_for(word.path, one.value, word)
    is_template = any(sign in one.value for sign in files.SIGNS)
    kind = files.TEMPLATE if is_template else files.LITERAL
    kind = files.UNSAFE if line.kind == files.UNSAFE else kind
    return Value(kind, one.value, text.place(0, len(text)), text)


def _split(value: Value) -> list[str]:
    try:
        return split(value.plain)
    except ValueError as error:
        raise _error(str(error), value) from error


def _error(reason: str, value: Value) -> MailwardenError:
    return MailwardenError(reason, value.place.path, value.place.line, value.place.column)
