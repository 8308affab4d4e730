"""``namespace()``: its attributes are names of the scope that it is made in.

Source: jinja2.utils.Namespace, jinja2.nodes.NSRef.
"""

from __future__ import annotations

from typing import Any

from jinja2 import nodes

from .context import Context
from .expressions import arguments, evaluate
from .limits import Failure
from .operations import plain
from .syntax import offset_of
from .values import Entry, Function

NAME = "namespace"


def is_made(node: nodes.Assign, ctx: Context) -> bool:
    """Whether a statement makes a namespace."""
    call = node.node
    return (
        isinstance(node.target, nodes.Name)
        and isinstance(call, nodes.Call)
        and isinstance(call.node, nodes.Name)
        and call.node.name == NAME
        and evaluate(call.node, ctx) == Function(NAME)
    )


def make(node: nodes.Assign, ctx: Context) -> None:
    """Make a namespace; raises ``Failure`` where nobody knows of what."""
    assert isinstance(node.node, nodes.Call)
    assert isinstance(node.target, nodes.Name)
    positional, named = arguments(node.node, ctx)
    if positional:
        raise Failure
    # What other names stand for it, too, leads to the same attributes.
    space = f"{node.target.name} of {ctx.template.path}:{offset_of(node)}"
    scope, origins = ctx.scopes[-1], tuple(ctx.read.values())
    for key in [key for key in scope if key.startswith(f"{space}.")]:
        del scope[key]
    scope[node.target.name] = Entry(Function(NAME, space))
    scope[space] = Entry(None)
    for key, value in named.items():
        scope[f"{space}.{key}"] = Entry(plain(value, ctx), origins)


def change(target: nodes.NSRef, value: Any, ctx: Context) -> None:
    """Give an attribute its value, in the scope of its namespace."""
    entry = ctx.entry(target.name)
    space = entry.value.space if entry and isinstance(entry.value, Function) else ""
    for scope in reversed(ctx.scopes):
        if space and space in scope:
            scope[f"{space}.{target.attr}"] = Entry(value, tuple(ctx.read.values()))
            return
    raise Failure
