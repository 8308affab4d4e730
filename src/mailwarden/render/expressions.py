"""What an expression gives, as far as it is known.

``evaluate`` never fails for what is wrong or not known: that is an ``Unknown``, by its name.  It
raises ``Ask`` where the truth of something unknown decides what comes next.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from jinja2 import nodes

from . import filters, members, names, tests
from .context import Context
from .limits import CALLS, RANGE, Failure, TooMuch
from .operations import (
    ERRORS,
    as_string,
    chosen,
    compared,
    full,
    is_literal,
    member,
    operated,
    plain,
    resolved,
    strictly,
    together,
    truth,
)
from .syntax import offset_of
from .values import (
    FUNCTIONS,
    Function,
    Known,
    Macro,
    Method,
    Open,
    Pieces,
    Raw,
    Unknown,
    Unset,
    names_in,
)

LOOKUPS = ("lookup", "query", "q")
_ARITHMETIC: dict[type[nodes.Node], tuple[str, Callable[[Any, Any], Any]]] = {
    nodes.Sub: ("-", operator.sub),
    nodes.Div: ("/", operator.truediv),
    nodes.FloorDiv: ("//", operator.floordiv),
}


def evaluate(node: nodes.Node, ctx: Context) -> Any:
    """The value of an expression."""
    kind = _KINDS.get(type(node))
    if kind is None:
        return _lost(node, ctx)
    try:
        with ctx.deeper():
            return kind(node, ctx)
    except Failure:
        return _lost(node, ctx)


def _lost(node: nodes.Node, ctx: Context) -> Unknown:
    """What cannot be worked out, called after where it stands."""
    span = ctx.template.span(offset_of(node))
    shown = ctx.template.source[span.start : span.end].strip("{%-+ }")[:60]
    return Unknown(f"{shown} ({ctx.template.path}:{span.start})", (shown or "an expression",))


def _name(node: nodes.Name, ctx: Context) -> Any:
    entry = ctx.entry(node.name)
    if entry is not None:
        ctx.read.update((one.name, one) for one in entry.origins)
        return entry.value
    return _variable(node.name, ctx)


def _variable(name: str, ctx: Context) -> Any:
    found = ctx.variable(name)
    if isinstance(found, Known):
        return resolved(found.value, ctx)
    if isinstance(found, Open):
        return chosen(Unknown(found.name, (found.name,), found.defined), ctx)
    if name in FUNCTIONS:
        return Function(name)
    return chosen(Unset(name, name), ctx)


def _getattr(node: nodes.Getattr, ctx: Context) -> Any:
    if _is_all(node.node, ctx) and node.attr not in (*members.METHODS[dict], *FUNCTIONS):
        return _variable(node.attr, ctx)
    value = evaluate(node.node, ctx)
    if isinstance(value, Function) and value.space:
        return _inside(value, node.attr, ctx)
    return member(value, node.attr, ctx, members.attribute)


def _is_all(node: nodes.Node, ctx: Context) -> bool:
    """Whether an expression is ``vars``, which has every variable by its name."""
    return (
        isinstance(node, nodes.Name)
        and node.name == "vars"
        and ctx.entry(node.name) is None
        and not isinstance(ctx.variables.get(node.name), Known)
    )


def _inside(space: Function, key: Any, ctx: Context) -> Any:
    """An attribute of a namespace."""
    entry = ctx.entry(f"{space.space}.{key}")
    if entry is None:
        return chosen(Unset(f"{space.space}.{key}"), ctx)
    ctx.read.update((one.name, one) for one in entry.origins)
    return entry.value


def _getitem(node: nodes.Getitem, ctx: Context) -> Any:
    if _is_all(node.node, ctx):
        key = evaluate(node.arg, ctx)
        if isinstance(key, str) and key not in FUNCTIONS:
            return _variable(key, ctx)
    value = evaluate(node.node, ctx)
    if isinstance(node.arg, nodes.Slice):
        ends = [
            None if one is None else evaluate(one, ctx)
            for one in (node.arg.start, node.arg.stop, node.arg.step)
        ]
        what = f"{names.operand(value)}[{':'.join(map(names.of_value, ends))}]"
        value = plain(value, ctx)
        if isinstance(value, list):
            return strictly(what, ends, ctx, lambda: value[slice(*ends)])
        return strictly(what, [value, ends], ctx, lambda: value[slice(*ends)])
    key = evaluate(node.arg, ctx)
    return member(value, key, ctx, members.item)


def _concat(node: nodes.Concat, ctx: Context) -> Any:
    parts = [as_string(evaluate(one, ctx), ctx) for one in node.nodes]
    return together(parts, ctx)


def _add(node: nodes.Add, ctx: Context) -> Any:
    one, other = evaluate(node.left, ctx), evaluate(node.right, ctx)
    strings = [isinstance(value, (str, Pieces)) for value in (one, other)]
    if all(strings) or (any(strings) and any(isinstance(v, Unknown) for v in (one, other))):
        return together([_part(one), _part(other)], ctx)
    one, other = plain(one, ctx), plain(other, ctx)
    if isinstance(one, list) and isinstance(other, list):
        ctx.limits.items(len(one) + len(other))
        return one + other
    return operated("+", one, other, ctx, operator.add)


def _part(value: Any) -> Any:
    return value if isinstance(value, (str, Pieces)) else Pieces([value])


def _arithmetic(node: nodes.BinExpr, ctx: Context) -> Any:
    sign, work = _ARITHMETIC[type(node)]
    return operated(sign, evaluate(node.left, ctx), evaluate(node.right, ctx), ctx, work)


def _mul(node: nodes.Mul, ctx: Context) -> Any:
    def work(one: Any, other: Any) -> Any:
        for value, times in ((one, other), (other, one)):
            if isinstance(value, (str, list)) and isinstance(times, int):
                size = len(value) * max(times, 0)
                ctx.limits.write(size) if isinstance(value, str) else ctx.limits.items(size)
        if isinstance(one, int) and isinstance(other, int):
            _small(one.bit_length() + other.bit_length())
        return one * other

    return operated("*", evaluate(node.left, ctx), evaluate(node.right, ctx), ctx, work)


def _pow(node: nodes.Pow, ctx: Context) -> Any:
    def work(one: Any, other: Any) -> Any:
        if isinstance(one, int) and isinstance(other, int):
            _small(one.bit_length() * abs(other))
        return one**other

    return operated("**", evaluate(node.left, ctx), evaluate(node.right, ctx), ctx, work)


def _small(bits: int) -> None:
    if bits > 4096:
        raise Failure


def _mod(node: nodes.Mod, ctx: Context) -> Any:
    one, other = evaluate(node.left, ctx), evaluate(node.right, ctx)
    if isinstance(one, str):
        values = list(other) if isinstance(other, tuple) else [other]
        return filters.formatted(one, values, {}, ctx)
    return operated("%", one, other, ctx, operator.mod)


def _neg(node: nodes.Neg, ctx: Context) -> Any:
    value = evaluate(node.node, ctx)
    return strictly(f"-{names.operand(value)}", value, ctx, lambda: -value)


def _pos(node: nodes.Pos, ctx: Context) -> Any:
    value = evaluate(node.node, ctx)
    return strictly(f"+{names.operand(value)}", value, ctx, lambda: +value)


def _not(node: nodes.Not, ctx: Context) -> Any:
    return not truth(evaluate(node.node, ctx), ctx)


def _and(node: nodes.And, ctx: Context) -> Any:
    left = evaluate(node.left, ctx)
    return evaluate(node.right, ctx) if truth(left, ctx) else left


def _or(node: nodes.Or, ctx: Context) -> Any:
    left = evaluate(node.left, ctx)
    return left if truth(left, ctx) else evaluate(node.right, ctx)


def _cond(node: nodes.CondExpr, ctx: Context) -> Any:
    if truth(evaluate(node.test, ctx), ctx):
        return evaluate(node.expr1, ctx)
    return (
        Unset("an if without else", silent=True)
        if node.expr2 is None
        else evaluate(node.expr2, ctx)
    )


def _compare(node: nodes.Compare, ctx: Context) -> Any:
    left = evaluate(node.expr, ctx)
    for number, one in enumerate(node.ops):
        right = evaluate(one.expr, ctx)
        answer = compared(one.op, left, right, ctx)
        if number + 1 == len(node.ops):
            return answer
        if not truth(answer, ctx):
            return False
        left = right
    return True


def _const(node: nodes.Const, ctx: Context) -> Any:
    return node.value


def _data(node: nodes.TemplateData, ctx: Context) -> Any:
    return node.data


def _list(node: nodes.List, ctx: Context) -> Any:
    return [evaluate(one, ctx) for one in node.items]


def _tuple(node: nodes.Tuple, ctx: Context) -> Any:
    return tuple(evaluate(one, ctx) for one in node.items)


def _dict(node: nodes.Dict, ctx: Context) -> Any:
    made = {}
    for pair in node.items:
        key = evaluate(pair.key, ctx)
        if not is_literal(key):
            raise Failure
        made[key] = evaluate(pair.value, ctx)
    return made


# Filters, tests, calls


def arguments(
    node: nodes.Filter | nodes.Test | nodes.Call, ctx: Context
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a call; raises ``Failure`` where their number is not known."""
    positional = [evaluate(one, ctx) for one in node.args]
    named = {str(one.key): evaluate(one.value, ctx) for one in node.kwargs}
    if node.dyn_args is not None:
        more = plain(evaluate(node.dyn_args, ctx), ctx)
        if not isinstance(more, (list, tuple)):
            raise Failure
        positional += more
    if node.dyn_kwargs is not None:
        more = plain(evaluate(node.dyn_kwargs, ctx), ctx)
        if not isinstance(more, dict) or not all(isinstance(key, str) for key in more):
            raise Failure
        named.update(more)
    return positional, named


def _filter(node: nodes.Filter, ctx: Context) -> Any:
    if node.node is None:
        raise Failure
    value = evaluate(node.node, ctx)
    return filters.apply(node.name, value, *arguments(node, ctx), ctx)


def _test(node: nodes.Test, ctx: Context) -> Any:
    value = evaluate(node.node, ctx)
    return tests.apply(node.name, value, *arguments(node, ctx), ctx)


def _call(node: nodes.Call, ctx: Context) -> Any:
    function = evaluate(node.node, ctx)
    positional, named = arguments(node, ctx)
    return call(function, positional, named, ctx)


def call(function: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    """What a macro, a method or a function gives."""
    if isinstance(function, Macro):
        return macro(function, positional, named, ctx)
    if isinstance(function, Method):
        return _method(function, positional, named, ctx)
    name = function.name if isinstance(function, Function) else names.operand(function)
    what = names.called(name, positional, named)
    if name == "range":
        return strictly(what, [positional, named], ctx, lambda: _range(positional))
    if name == "dict" and not positional:
        return dict(named)
    if name in LOOKUPS and isinstance(function, Function):
        found = _looked_up(positional, named, ctx)
        if found is not None:
            return found if name == "lookup" else [found]
    decides = (
        names_in([positional, named]) if isinstance(function, Function) else names_in(function)
    )
    return Unknown(what, decides or (what,))


def _looked_up(positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    """What ``lookup('vars', name)`` gives; ``None`` for other lookups, and where it is not known.

    Source: ansible-core 2.19, ``plugins/lookup/vars.py``.
    """
    plugin, *names_ = (plain(one, ctx) for one in positional)
    if plugin not in ("vars", "ansible.builtin.vars") or len(names_) != 1:
        return None
    name, default = names_[0], named.get("default")
    if not isinstance(name, str) or name in FUNCTIONS or named.keys() - {"default"}:
        return None
    found = _variable(name, ctx)
    if default is not None and isinstance(found, Unset):
        return default
    return None if default is not None and isinstance(found, Unknown) else found


def _range(positional: list[Any]) -> list[int]:
    made = range(*positional)
    if len(made) > RANGE:
        raise Failure
    return list(made)


def _method(method: Method, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    value = method.of
    what = names.called(f"{names.operand(value)}.{method.name}", positional, named)
    if isinstance(value, Raw):
        value = _opened(value, method.name, ctx)
    positional = [plain(one, ctx) for one in positional]
    try:
        ctx.limits.step()
        made = members.called(Method(value, method.name), positional, named, ctx.limits)
    except TooMuch:
        raise
    except ERRORS:
        return Unknown(what, names_in([value, positional, named]) or (what,))
    if method.name == "get" and len(positional) == 1 and made is None:
        return None
    return made


def _opened(value: Raw, name: str, ctx: Context) -> Any:
    """A file's own list or dictionary, as far as a method looks into it."""
    if name in ("keys", "get", "items", "values") and isinstance(value.value, dict):
        return {key: resolved(one, ctx) for key, one in value.value.items()}
    return full(value, ctx)


def macro(one: Macro, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    """The text of a macro."""
    key = f"{one.template.path}:{one.node.lineno}"
    if ctx.calls.get(key, 0) >= CALLS:
        raise Failure
    ctx.calls[key] = ctx.calls.get(key, 0) + 1
    here = ctx.scopes
    ctx.scopes = list(one.scopes) or here[:1]
    try:
        with ctx.deeper(), ctx.inside(one.template), ctx.scope():
            _bind(one.node, positional, named, ctx)
            return ctx.string_of(one.node.body)
    finally:
        ctx.scopes = here
        ctx.calls[key] -= 1


def _bind(node: nodes.Macro, positional: list[Any], named: dict[str, Any], ctx: Context) -> None:
    names_ = [one.name for one in node.args]
    defaults: dict[str, nodes.Node] = dict(
        zip(names_[len(names_) - len(node.defaults) :], node.defaults, strict=False)
    )
    given = dict(zip(names_, positional, strict=False))
    rest = dict(named)
    caller = rest.pop("caller", None)
    for name in names_:
        if name in rest:
            given[name] = rest.pop(name)
    for name in names_:
        if name in given:
            value = given[name]
        else:
            value = evaluate(defaults[name], ctx) if name in defaults else Unset(name)
        ctx.set(name, value)
    ctx.set("varargs", positional[len(names_) :])
    ctx.set("kwargs", rest)
    if caller is not None:
        ctx.set("caller", caller)


_KINDS: dict[type[nodes.Node], Callable[[Any, Context], Any]] = {
    nodes.Name: _name,
    nodes.Getattr: _getattr,
    nodes.Getitem: _getitem,
    nodes.Concat: _concat,
    nodes.Add: _add,
    nodes.Sub: _arithmetic,
    nodes.Div: _arithmetic,
    nodes.FloorDiv: _arithmetic,
    nodes.Mul: _mul,
    nodes.Pow: _pow,
    nodes.Mod: _mod,
    nodes.Neg: _neg,
    nodes.Pos: _pos,
    nodes.Not: _not,
    nodes.And: _and,
    nodes.Or: _or,
    nodes.CondExpr: _cond,
    nodes.Compare: _compare,
    nodes.Const: _const,
    nodes.TemplateData: _data,
    nodes.List: _list,
    nodes.Tuple: _tuple,
    nodes.Dict: _dict,
    nodes.Filter: _filter,
    nodes.Test: _test,
    nodes.Call: _call,
}
