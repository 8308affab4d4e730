"""Keys, indexes and methods of plain data, and no attribute of anything else.

Source: jinja2.environment (``getattr``, ``getitem``), Ansible 2.19, which look for a method
before a key where it says ``a.items``.
"""

from __future__ import annotations

import re
from typing import Any

from .limits import ITEMS, WIDTH, Failure, Limits
from .values import MOST, Method, Pieces, Raw, Unknown, names_in, pieces

METHODS: dict[type, tuple[str, ...]] = {
    str: (
        "split", "rsplit", "join", "strip", "lstrip", "rstrip", "lower", "upper", "startswith",
        "endswith", "replace", "format", "find", "count", "index", "splitlines", "title",
        "capitalize", "isdigit", "isalpha", "isalnum", "partition", "rpartition", "zfill", "ljust",
        "rjust", "center", "swapcase", "removeprefix", "removesuffix",
    ),
    list: ("append", "extend", "index", "count", "pop", "insert", "remove", "reverse", "copy"),
    dict: ("items", "keys", "values", "get", "update", "pop", "setdefault", "copy"),
    tuple: ("index", "count"),
}  # fmt: skip
CHANGING = ("append", "extend", "insert", "remove", "reverse", "pop", "update", "setdefault")
_PADS = frozenset(("zfill", "ljust", "rjust", "center"))
MISSING = object()


def kind_of(value: Any) -> type:
    """The plain type that a value has the members of."""
    if isinstance(value, Raw):
        return type(value.value)
    return str if isinstance(value, Pieces) else type(value)


def attribute(value: Any, name: str) -> Any:
    """``value.name``: a method, else a key; ``MISSING`` where it is neither."""
    if name in METHODS.get(kind_of(value), ()):
        return Method(value, name)
    return item(value, name)


def item(value: Any, key: Any) -> Any:
    """``value[key]``; ``MISSING`` where it is not there."""
    held = value.value if isinstance(value, Raw) else value
    try:
        if isinstance(held, dict):
            return held.get(key, MISSING)
        if isinstance(held, (list, tuple, str)) and isinstance(key, (int, slice)):
            return held[key]
        if isinstance(held, (list, tuple)) and isinstance(key, str) and key.isdigit():
            return MISSING
    except (TypeError, IndexError, ValueError):
        return MISSING
    return MISSING


def called(method: Method, arguments: list[Any], named: dict[str, Any], limits: Limits) -> Any:
    """What a method gives; raises ``Failure`` where it cannot be said."""
    value, name = method
    if isinstance(value, str) and name == "join" and len(arguments) == 1 and not named:
        return joined(value, arguments[0], limits)
    if isinstance(value, dict) and name == "get" and arguments and not names_in(arguments[0]):
        return value.get(*arguments)
    if isinstance(value, dict) and name in ("items", "values", "keys") and not arguments:
        return [list(one) if isinstance(one, tuple) else one for one in getattr(value, name)()]
    if name in CHANGING:
        # What holds itself has no end.
        _refuse_circle(value, [arguments, named])
    if isinstance(value, list) and name in ("append", "insert") and not named:
        getattr(value, name)(*arguments)
        limits.items(len(value))
        return None
    if names_in([value, arguments, named]):
        raise Failure
    _guard(value, name, arguments, named, limits)
    if kind_of(value) not in METHODS or name not in METHODS[kind_of(value)]:
        raise Failure
    made = getattr(value, name)(*arguments, **named)
    if isinstance(made, (tuple, type({}.keys()), type({}.values()), type({}.items()))):
        made = list(made)
    limits.made(made)
    limits.made(value)
    return made


def _refuse_circle(value: Any, held: Any) -> None:
    waiting, left = [held], MOST
    while waiting:
        one = waiting.pop()
        left -= 1
        if one is value or left < 0:
            raise Failure
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, (list, tuple)):
            waiting.extend(one)


def joined(sign: str, parts: Any, limits: Limits) -> Any:
    """A list's items in one string."""
    if not isinstance(parts, (list, tuple, dict)):
        raise Failure
    found: list[str | Unknown] = []
    size = 0
    for number, one in enumerate(parts):
        if not isinstance(one, (str, Unknown, Pieces)):
            raise Failure
        found += [sign] * bool(number)
        found += one.parts if isinstance(one, Pieces) else [one]
        size += len(sign) + (len(one) if isinstance(one, str) else 1)
    limits.write(size)
    return pieces(found)


def _guard(
    value: Any, name: str, arguments: list[Any], named: dict[str, Any], limits: Limits
) -> None:
    """Raises where the result would be far larger than what it is made of."""
    if isinstance(value, str):
        if name in _PADS and any(isinstance(one, int) and one > WIDTH for one in arguments):
            raise Failure
        if name == "format":
            plain_format(value)
        if name == "replace" and len(arguments) >= 2:
            multiplied(value, arguments[0], arguments[1], limits)
    if isinstance(value, list) and name == "extend":
        limits.items(len(value) + len(arguments[0]) if arguments else 0)
        if len(value) > ITEMS:
            raise Failure


def plain_format(string: str) -> None:
    """Refuse a ``str.format`` that reaches attributes or is wider than any line."""
    for field in re.findall(r"\{([^{}]*)", string):
        if "." in field.partition(":")[0] or "[" in field or re.search(r"\d{4}", field):
            raise Failure
    if string.count("{") > 2 * WIDTH or re.search(r"\{[^{}]*:[^{}]*\{", string):
        raise Failure


def multiplied(value: str, old: Any, new: Any, limits: Limits) -> None:
    """Take what replacing costs."""
    count = value.count(str(old)) if old != "" else len(value) + 1
    limits.write(len(value) + count * len(str(new)))
