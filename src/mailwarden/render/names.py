"""What a value is called that an expression gives.

The name is made of the values, not of the source: ``x|bool`` and ``x | bool`` are one question, two
places in two files agree, and a name of the template's own is called after what it is.
"""

from __future__ import annotations

import zlib
from typing import Any

from .values import OPAQUE, Pieces, Raw, Unknown
from .variables import FACTS

LONGEST = 160


def of_value(value: Any) -> str:
    """What a value is called.

    What is too long to be shown keeps a number, so that no two different ones are called the same.
    """
    if isinstance(value, Unknown):
        return value.what
    if isinstance(value, Pieces):
        parts = [one.what if isinstance(one, Unknown) else repr(one) for one in value.parts]
        return shortened(" ~ ".join(parts) if len(parts) > 1 else f"{parts[0]} | string")
    if isinstance(value, Raw):
        return of_value(value.value)
    if isinstance(value, OPAQUE):
        return str(getattr(value, "what", "") or getattr(value, "name", "") or type(value).__name__)
    if isinstance(value, dict):
        pairs = (f"{of_value(key)}: {of_value(one)}" for key, one in value.items())
        return shortened(f"{{{', '.join(pairs)}}}")
    if isinstance(value, (list, tuple)):
        return shortened(f"[{', '.join(map(of_value, value))}]")
    return shortened(repr(value))


def operand(value: Any) -> str:
    """What a value is called inside of another expression."""
    name = of_value(value)
    simple = " " not in name or (isinstance(value, (str, list, dict)) and len(name) < LONGEST)
    return name if simple else f"({name})"


def filtered(value: Any, name: str, arguments: list[Any], named: dict[str, Any]) -> str:
    """What a filter's result is called."""
    return f"{operand(value)} | {name}{_arguments(arguments, named)}"


def tested(value: Any, name: str, arguments: list[Any], named: dict[str, Any]) -> str:
    """What a test is called."""
    return f"{operand(value)} is {name}{_arguments(arguments, named)}"


def called(name: str, arguments: list[Any], named: dict[str, Any]) -> str:
    """What the result of a function is called."""
    return f"{name}{_arguments(arguments, named) or '()'}"


def member(value: Any, key: Any) -> str:
    """What a key or an index of a value is called; a fact is called as the variable is."""
    if isinstance(key, str) and key in FACTS and of_value(value) == "ansible_facts":
        return f"ansible_{key}"
    if isinstance(key, str) and key.isidentifier():
        return f"{operand(value)}.{key}"
    return f"{operand(value)}[{of_value(key)}]"


def shortened(text: str) -> str:
    """The text, or its beginning and a number for the whole."""
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}… ({zlib.crc32(text.encode('utf-8', 'surrogateescape')):08x})"


def _arguments(arguments: list[Any], named: dict[str, Any]) -> str:
    parts = [of_value(one) for one in arguments]
    parts += [f"{key}={of_value(one)}" for key, one in named.items()]
    return shortened(f"({', '.join(parts)})") if parts else ""
