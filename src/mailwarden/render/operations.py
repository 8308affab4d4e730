"""What operations on values give, as far as it is known.

Source: jinja2.compiler, jinja2.runtime; Ansible 2.19.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import TemplateError

from . import members, names
from .context import Context
from .limits import Failure, TooMuch
from .syntax import below
from .values import (
    NO,
    YES,
    Ask,
    Entry,
    Function,
    Loop,
    Macro,
    Method,
    Module,
    Partly,
    Pieces,
    Raw,
    Unknown,
    Unset,
    names_in,
    pieces,
)

# What a wrong use of a function or an operator may raise.
ERRORS = (
    Failure, TypeError, ValueError, LookupError, AttributeError, ArithmeticError, re.error,
    RecursionError, MemoryError, TemplateError,
)  # fmt: skip


VALUE = "the value of "


ANOTHER = "another"


SIGNS = ("{{", "{%", "{#")


_COMPARED: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "eq": ("==", operator.eq),
    "ne": ("!=", operator.ne),
    "lt": ("<", operator.lt),
    "lteq": ("<=", operator.le),
    "gt": (">", operator.gt),
    "gteq": (">=", operator.ge),
}


def truth(value: Any, ctx: Context) -> bool:
    """Whether a value counts as true; raises ``Ask`` where nobody knows."""
    if isinstance(value, Pieces) and any(isinstance(one, str) for one in value.parts):
        return True
    if isinstance(value, Unset) and value.silent:
        return False
    if isinstance(value, (Unknown, Unset, Pieces)):
        return ctx.answer(names.of_value(value), (YES, NO)) == YES
    if isinstance(value, Raw):
        return bool(value.value)
    if isinstance(value, (Macro, Module, Function, Method, Loop)):
        return True
    return bool(value)


def defined(value: Any, ctx: Context) -> bool:
    """Whether a value is there; raises ``Ask`` where nobody knows."""
    if isinstance(value, Unset):
        ctx.without(value)
        return False
    if isinstance(value, Unknown) and value.defined is None:
        return ctx.answer(f"{value.what} is defined", (YES, NO)) == YES
    return True


def resolved(value: Any, ctx: Context) -> Any:
    """What a file says, rendered if it is a template itself; a list's items are when asked for."""
    if isinstance(value, str):
        return rendered(value, ctx) if any(sign in value for sign in SIGNS) else value
    if isinstance(value, (list, dict)):
        return Raw(value)
    return value


def full(value: Any, ctx: Context) -> Any:
    """A value with all that it holds rendered, which nothing else shares."""
    if isinstance(value, Raw):
        return full(value.value, ctx)
    if not isinstance(value, (list, dict, str)):
        return value
    with ctx.deeper():
        if isinstance(value, str):
            return resolved(value, ctx)
        if isinstance(value, list):
            return [full(one, ctx) for one in value]
        return {key: full(one, ctx) for key, one in value.items()}


def plain(value: Any, ctx: Context) -> Any:
    """A value of an expression, of which nothing is a file's own list or dictionary any more."""
    if isinstance(value, Raw):
        return full(value, ctx)
    if type(value) in (list, tuple) and any(isinstance(one, (Raw, list, dict)) for one in value):
        with ctx.deeper():
            return type(value)(plain(one, ctx) for one in value)
    if isinstance(value, dict) and any(
        isinstance(one, (Raw, list, dict)) for one in value.values()
    ):
        with ctx.deeper():
            return {key: plain(one, ctx) for key, one in value.items()}
    return value


def rendered(string: str, ctx: Context) -> Any:
    """What a variable's template gives: of one expression its value, else a string."""
    with ctx.deeper(), ctx.inside():
        ctx.limits.step(1 + len(string) // 64)
        return ctx.text_of(string)


def operated(sign: str, one: Any, other: Any, ctx: Context, work: Callable[[Any, Any], Any]) -> Any:
    """The result of an operator on two values."""
    what = names.shortened(f"{names.operand(one)} {sign} {names.operand(other)}")
    one, other = plain(one, ctx), plain(other, ctx)
    return strictly(what, [one, other], ctx, lambda: work(one, other))


def strictly(what: str, values: Any, ctx: Context, work: Callable[[], Any]) -> Any:
    """What ``work`` gives; unknown, and called ``what``, where a value is or where it fails."""
    open_names = names_in(values)
    if open_names:
        return Unknown(what, open_names)
    try:
        made = work()
    except (TooMuch, Ask):
        raise
    except ERRORS:
        return Unknown(what)
    ctx.limits.made(made)
    return made


# Names and members


def chosen(value: Any, ctx: Context) -> Any:
    """An unknown value; the literal, where an answer says which it is."""
    answer = ctx.given.get(VALUE + value.what)
    if answer is None or answer == ANOTHER:
        return value
    return next(one for one in ctx.literals[value.what] if repr(one) == answer)


def member(value: Any, key: Any, ctx: Context, find: Callable[[Any, Any], Any]) -> Any:
    """A key, an index or an attribute of a value, which ``find`` finds in plain data."""
    what = names.member(value, key)
    if isinstance(value, Partly) and isinstance(key, str) and key in value.known:
        return value.known[key]
    if isinstance(value, Unset):
        return chosen(Unset(what, value.root), ctx)
    if isinstance(value, (Loop, Module)):
        held = value.names.get(key, members.MISSING)
        found = held.value if isinstance(held, Entry) else held
    elif isinstance(value, Unknown) or names_in(key):
        return chosen(Unknown(what, (*names_in(value), *names_in(key)), None), ctx)
    elif isinstance(value, Pieces) and find is members.item:
        return Unknown(what, names_in(value))
    else:
        found = find(value, key)
    if found is members.MISSING:
        return chosen(Unset(what), ctx)
    if isinstance(found, Method):
        return found
    return resolved(found, ctx) if isinstance(value, Raw) else ctx.settled(found)


# Operators


def together(parts: list[Any], ctx: Context) -> Any:
    """One string of several."""
    found: list[str | Unknown] = []
    for part in parts:
        found += part.parts if isinstance(part, Pieces) else [part]
    ctx.limits.write(sum(len(one) if isinstance(one, str) else 1 for one in found))
    return pieces(found)


def as_string(value: Any, ctx: Context) -> str | Pieces:
    """A value as ``~`` and ``string`` write it."""
    if isinstance(value, (str, Pieces)):
        return value
    value = plain(value, ctx)
    open_names = names_in(value)
    if isinstance(value, Unset) and value.silent:
        return ""
    if open_names:
        what = value.what if isinstance(value, (Unknown, Unset)) else names.of_value(value)
        return Pieces([Unknown(what, open_names)])
    made = str(listed(value))
    ctx.limits.write(len(made))
    return made


def listed(value: Any) -> Any:
    """A value as Ansible prints it: its tuples are lists."""
    if type(value) in (list, tuple):
        return [listed(one) for one in value]
    if isinstance(value, dict):
        return {key: listed(one) for key, one in value.items()}
    return value


def compared(sign: str, left: Any, right: Any, ctx: Context) -> Any:
    """The result of a comparison."""
    if sign in ("in", "notin"):
        found = contained(left, right, ctx)
        if sign == "in":
            return found
        return (
            Unknown(f"not ({found.what})", found.names) if isinstance(found, Unknown) else not found
        )
    if sign in ("eq", "ne"):
        for value, literal in ((left, right), (right, left)):
            if isinstance(value, (Unknown, Unset)) and is_literal(literal):
                known = _is(value, literal, ctx)
                if known is not None:
                    return known is (sign == "eq")
    shown, work = _COMPARED[sign]
    if sign == "ne":
        # The same question as "equal".
        equal = operated("==", left, right, ctx, operator.eq)
        return not truth(equal, ctx)
    return operated(shown, left, right, ctx, work)


def is_literal(value: Any) -> bool:
    """Whether a value is one that a template may write as such."""
    return isinstance(value, (str, int, float, bool)) or value is None


def _is(value: Any, literal: Any, ctx: Context) -> bool | None:
    """Whether an unknown value is a literal, where it is compared with several of them."""
    literals = ctx.literals.get(value.what, [])
    if len(literals) < 2 or not any(repr(one) == repr(literal) for one in literals):
        return None
    answers = (*map(repr, literals), ANOTHER)
    answer = ctx.answer(VALUE + value.what, answers)
    if answer == ANOTHER:
        return False
    return bool(next(one for one in literals if repr(one) == answer) == literal)


def contained(value: Any, holder: Any, ctx: Context) -> Any:
    """Whether something holds a value."""
    holder = plain(holder, ctx)
    what = names.shortened(f"{names.operand(value)} in {names.operand(holder)}")
    if isinstance(holder, Pieces) and isinstance(value, str):
        if any(isinstance(part, str) and value in part for part in holder.parts):
            return True
        return Unknown(what, names_in(holder))
    if isinstance(holder, (list, tuple, dict)):
        ctx.limits.items(len(holder))
        value = plain(value, ctx)
        if not names_in(value):
            known = [one for one in holder if not names_in(one)]
            if value in known:
                return True
            if len(known) == len(holder):
                return False
        elif isinstance(value, Unknown) and all(map(is_literal, holder)):
            return any(truth(compared("eq", value, one, ctx), ctx) for one in holder)
    return strictly(what, [value, holder], ctx, lambda: value in holder)


# Literals


def literals(tree: list[nodes.Node]) -> dict[str, list[Any]]:
    """The literals that each name or member is compared with, in order."""
    found: dict[str, list[Any]] = {}

    def note(one: nodes.Node, other: nodes.Node) -> None:
        what = _dotted(one)
        items = other.items if isinstance(other, (nodes.List, nodes.Tuple)) else [other]
        for item in items if what else ():
            known = found.setdefault(what, [])
            if isinstance(item, nodes.Const) and item.value not in known:
                known.append(item.value)

    for node in below(tree):
        if isinstance(node, nodes.Compare) and len(node.ops) == 1:
            sign, other = node.ops[0].op, node.ops[0].expr
            if sign in ("eq", "ne", "in", "notin"):
                note(node.expr, other)
            if sign in ("eq", "ne"):
                note(other, node.expr)
    return {what: known for what, known in found.items() if 1 < len(known) < 8}


def _dotted(node: nodes.Node) -> str:
    """The name of a name or a member of one; empty for anything else."""
    keys: list[Any] = []
    while isinstance(node, (nodes.Getattr, nodes.Getitem)) and len(keys) < 8:
        if isinstance(node, nodes.Getattr):
            keys.append(node.attr)
        elif isinstance(node.arg, nodes.Const):
            keys.append(node.arg.value)
        else:
            return ""
        node = node.node
    if not isinstance(node, nodes.Name):
        return ""
    value: Any = Unknown(node.name)
    for key in reversed(keys):
        value = Unknown(names.member(value, key))
    return str(value.what)
