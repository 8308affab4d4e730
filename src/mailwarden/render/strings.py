"""Statements as strings: the templates of variables, macros, blocks that are set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinja2 import nodes

from .context import Context
from .expressions import evaluate
from .limits import Failure
from .parts import Data, Filled, Gap, Parts
from .statements import run
from .syntax import Template
from .values import Pieces, Unknown, Unset, pieces


def value_of(template: Template, ctx: Context) -> Any:
    """What a variable's template gives: of one expression its value, else a string.

    A string has as many line ends as its source; what writes nothing at all gives none.
    """
    body = template.body
    only = body[0].nodes if len(body) == 1 and isinstance(body[0], nodes.Output) else []
    if len(only) == 1 and not isinstance(only[0], nodes.TemplateData):
        made = evaluate(only[0], ctx)
        if isinstance(made, Unset) and made.silent:
            made = ""
    else:
        parts = _written(body, ctx)
        made = _string(parts, ctx) if parts else None
    if not isinstance(made, (str, Pieces)):
        return made
    last = made if isinstance(made, str) else made.parts[-1]
    there = len(last) - len(last.rstrip("\n")) if isinstance(last, str) else 0
    ends = "\n" * max(0, template.ends - there)
    return made + ends if isinstance(made, str) else pieces([*made.parts, ends])


def string_of(body: Sequence[nodes.Node], ctx: Context) -> str | Pieces:
    """The string that statements write, inside of an expression."""
    return _string(_written(body, ctx), ctx)


def _written(body: Sequence[nodes.Node], ctx: Context) -> Parts:
    parts: Parts = []
    with ctx.inside():
        run(body, ctx, parts)
    return parts


def _string(parts: Parts, ctx: Context) -> str | Pieces:
    found: list[str | Unknown] = []
    for part in parts:
        if isinstance(part, Data):
            found.append(part.template.source[part.start : part.end])
        elif isinstance(part, Filled):
            found.append(part.string)
        elif isinstance(part, Gap):
            found.append(Unknown(part.what or " ".join(part.names), part.names))
        else:
            raise Failure
    ctx.limits.write(sum(len(one) for one in found if isinstance(one, str)))
    return pieces(found)
