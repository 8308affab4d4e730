"""What statements write: characters of a template, strings of expressions, what is not known."""

from __future__ import annotations

from typing import Any, NamedTuple

from .syntax import Span, Template
from .values import Known


class Data(NamedTuple):
    """Characters of a template as they stand there."""

    template: Template
    start: int
    end: int


class Filled(NamedTuple):
    """The string that an expression gives, and the variables that it is made of."""

    string: str
    template: Template
    span: Span
    origins: tuple[Known, ...] = ()
    # Whether the expression gives another kind of value than a string.
    native: bool = False


class Gap(NamedTuple):
    """What is not known, by the names that decide it."""

    names: tuple[str, ...]
    template: Template
    span: Span
    what: str = ""


class Fork(NamedTuple):
    """What is written under each answer of a question."""

    question: str
    options: tuple[tuple[str, Parts], ...]
    template: Template
    span: Span


Part = Data | Filled | Gap | Fork


Parts = list[Part]


def alike(one: Parts, other: Parts) -> bool:
    """Whether two outputs are the same text in every reading."""
    if any(isinstance(part, Fork) for part in (*one, *other)):
        return False
    return _read(one) == _read(other)


def _read(parts: Parts) -> list[Any]:
    found: list[Any] = []
    for part in parts:
        if isinstance(part, Gap):
            found.append((part.names, part.what, part.span))
            continue
        string = part.template.source[part.start : part.end] if isinstance(part, Data) else ""
        string = part.string if isinstance(part, Filled) else string
        if found and isinstance(found[-1], str):
            found[-1] += string
        else:
            found.append(string)
    return [one for one in found if one != ""]
