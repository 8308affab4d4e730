"""The statements of a template: what each writes, and the names that it sets.

Where something unknown decides, ``Ask`` comes out of an expression; the statement around it is read
once for each answer, and what it writes is one hole with a text for each (``explored``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from jinja2 import nodes

from . import filters, names, namespaces
from .context import Context
from .expressions import arguments, call, evaluate
from .forks import Leave, MayLeave, forget, forked, span_of
from .limits import INCLUDES, Failure
from .operations import as_string, plain, truth
from .parts import Data, Filled, Fork, Gap, Parts
from .syntax import Template, below
from .values import (
    Entry,
    Known,
    Loop,
    Macro,
    Method,
    Module,
    Pieces,
    Raw,
    Unknown,
    Unset,
    names_in,
)

SOME, NONE = "some", "none"


def run(body: Sequence[nodes.Node], ctx: Context, out: Parts) -> None:
    """Write what statements give; of one that cannot be worked out anything may be true."""
    for node in body:
        ctx.limits.step()
        mark, scopes, given, read = len(out), ctx.scopes, dict(ctx.given), ctx.read
        try:
            work = _STATEMENTS.get(type(node))
            if work is None:
                raise Failure
            work(node, ctx, out)
        except MayLeave:
            # What follows in the loop hangs on it too: all of the loop is open.
            if not (ctx.forking and isinstance(node, nodes.For)):
                raise
            del out[mark:]
            ctx.scopes, ctx.given, ctx.read = scopes, given, read
            _unknown_statement(node, ctx, out)
        except (Failure, RecursionError):
            if not ctx.forking:
                raise Failure from None
            del out[mark:]
            ctx.scopes, ctx.given, ctx.read = scopes, given, read
            _unknown_statement(node, ctx, out)


def _unknown_statement(node: nodes.Node, ctx: Context, out: Parts) -> None:
    """What a statement writes may be anything, and what it sets as well."""
    forget([node], ctx)
    if not isinstance(node, _SILENT):
        span = span_of(node, ctx)
        shown = ctx.template.source[span.start : span.end][:60]
        out.append(Gap((shown or type(node).__name__,), ctx.template, span))


# What writes nothing.
_SILENT = (
    nodes.Assign,
    nodes.AssignBlock,
    nodes.ExprStmt,
    nodes.Macro,
    nodes.Import,
    nodes.FromImport,
)


# Statements


def _output(node: nodes.Output, ctx: Context, out: Parts) -> None:
    for one in node.nodes:
        ctx.limits.step()
        if isinstance(one, nodes.TemplateData):
            start = one.lineno or 0
            out.append(Data(ctx.template, start, start + len(one.data)))
            ctx.limits.write(len(one.data))
        else:
            forked(one, ctx, out, lambda parts, one=one: _print(one, ctx, parts))  # type: ignore[misc]


def _print(node: nodes.Node, ctx: Context, out: Parts) -> None:
    ctx.begin()
    value = evaluate(node, ctx)
    printed(value, node, ctx, out)


def printed(value: Any, node: nodes.Node, ctx: Context, out: Parts) -> None:
    """Write a value as Ansible prints it, which was made of the variables that were just read."""
    origins = tuple(ctx.read.values())
    span = span_of(node, ctx)
    if value is None:
        return
    if isinstance(value, Method) or (names_in(value) and not isinstance(value, (Pieces, Unset))):
        value = Pieces(
            [
                value
                if isinstance(value, Unknown)
                else Unknown(names.of_value(plain(value, ctx)), names_in(value) or ("a method",))
            ]
        )
    string = as_string(value, ctx)
    parts: Sequence[str | Unknown] = string.parts if isinstance(string, Pieces) else [string]
    for part in parts:
        if isinstance(part, Unknown):
            out.append(Gap(part.names, ctx.template, span, part.what))
        else:
            out.append(
                Filled(part, ctx.template, span, origins, not isinstance(value, (str, Pieces)))
            )


def _if(node: nodes.If, ctx: Context, out: Parts) -> None:
    def work(parts: Parts) -> None:
        ctx.begin()
        for branch in (node, *node.elif_):
            if truth(evaluate(branch.test, ctx), ctx):
                body = branch.body
                break
        else:
            body = node.else_
        run(body, ctx, parts)

    forked(node, ctx, out, work)


def _for(node: nodes.For, ctx: Context, out: Parts) -> None:
    def work(parts: Parts) -> None:
        ctx.begin()
        values = evaluate(node.iter, ctx)
        origins = tuple(ctx.read.values())
        items = _items(values, ctx)
        if items is None:
            _some(node, values, ctx, parts)
            return
        _turns(node, items, origins, ctx, parts)

    forked(node, ctx, out, work)


def _items(values: Any, ctx: Context) -> list[Any] | None:
    """What a loop goes over; ``None`` where it is not known."""
    if isinstance(values, Unset) and values.silent:
        return []
    if isinstance(values, Raw):
        return filters.listed(values, ctx)
    if isinstance(values, (list, tuple, dict, str)):
        return list(values)
    return None


def _turns(
    node: nodes.For, items: list[Any], origins: tuple[Known, ...], ctx: Context, out: Parts
) -> None:
    if node.test is not None:
        items = [one for one in items if _wanted(node, one, origins, ctx)]
    ctx.limits.items(len(items))
    for number, one in enumerate(items):
        ctx.limits.step()
        with ctx.scope():
            _assign(node.target, one, origins, ctx)
            ctx.scopes[-1]["loop"] = Entry(_loop(items, number))
            try:
                run(node.body, ctx, out)
            except Leave as leave:
                if leave.ends:
                    break
    if not items:
        with ctx.scope():
            run(node.else_, ctx, out)


def _wanted(node: nodes.For, one: Any, origins: tuple[Known, ...], ctx: Context) -> bool:
    with ctx.scope():
        _assign(node.target, one, origins, ctx)
        test = node.test
        return test is None or truth(evaluate(test, ctx), ctx)


def _loop(items: list[Any], number: int) -> Loop:
    last = len(items) - 1
    around = {
        "previtem": items[number - 1] if number else Unset("loop.previtem"),
        "nextitem": items[number + 1] if number < last else Unset("loop.nextitem"),
    }
    return Loop(
        {
            "index": number + 1,
            "index0": number,
            "revindex": last - number + 1,
            "revindex0": last - number,
            "first": number == 0,
            "last": number == last,
            "length": last + 1,
            "depth": 1,
            "depth0": 0,
            **around,
        }
    )


def _some(node: nodes.For, values: Any, ctx: Context, out: Parts) -> None:
    """A loop over what is not known: nothing, or its body with an item that is not known.

    Behind the first item there may be others: anything, which is of whole lines if the body is.
    """
    what = names.of_value(values)
    decides = names_in(values) or (what,)
    span = span_of(node, ctx)
    data = [one.data for one in below(node.body) if isinstance(one, nodes.TemplateData)]
    forget(node.body, ctx)
    if not node.else_ and not any("\n" in one for one in data):
        out.append(Gap(decides, ctx.template, span, f"items of {what}"))
        return
    if ctx.answer(f"items of {what}", (SOME, NONE)) == NONE:
        with ctx.scope():
            run(node.else_, ctx, out)
        return
    with ctx.scope():
        _assign(node.target, Unknown(f"an item of {what}", decides), (), ctx)
        ctx.scopes[-1]["loop"] = Entry(Unknown(f"the place in {what}", decides))
        body: Parts = []
        try:
            if node.test is None or truth(evaluate(node.test, ctx), ctx):
                run(node.body, ctx, body)
        except Leave:
            raise MayLeave from None
    more = Gap(decides, ctx.template, span, f"further items of {what}")
    out.extend(body)
    if (
        body
        and isinstance(body[-1], Data)
        and body[-1].template.source.endswith("\n", 0, body[-1].end)
    ):
        further: Parts = [more, Filled("\n", ctx.template, span)]
        options: tuple[tuple[str, Parts], ...] = ((NONE, []), (SOME, further))
        out.append(Fork(f"further items of {what}", options, ctx.template, span))
    else:
        out.append(more)


def _assign(target: nodes.Node, value: Any, origins: tuple[Known, ...], ctx: Context) -> None:
    """Give names their values; of a tuple each its own."""
    if isinstance(target, nodes.Name):
        ctx.scopes[-1][target.name] = Entry(value, origins)
        return
    if not isinstance(target, nodes.Tuple):
        raise Failure
    held = filters.listed(value, ctx) if isinstance(value, (Raw, list, tuple, dict, str)) else None
    if held is not None and len(held) != len(target.items):
        held = None
    for number, one in enumerate(target.items):
        part = Unknown(f"{names.operand(value)}[{number}]", names_in(value))
        _assign(one, part if held is None else held[number], origins, ctx)


def _set(node: nodes.Assign, ctx: Context, out: Parts) -> None:
    def work(parts: Parts) -> None:
        ctx.begin()
        if namespaces.is_made(node, ctx):
            namespaces.make(node, ctx)
            return
        value = evaluate(node.node, ctx)
        if isinstance(node.target, nodes.NSRef):
            namespaces.change(node.target, plain(value, ctx), ctx)
            return
        _assign(node.target, plain(value, ctx), tuple(ctx.read.values()), ctx)

    forked(node, ctx, out, work)


def _set_block(node: nodes.AssignBlock, ctx: Context, out: Parts) -> None:
    def work(parts: Parts) -> None:
        ctx.begin()
        with ctx.scope():
            value: Any = ctx.string_of(node.body)
        if node.filter is not None:
            value = _through(node.filter, value, ctx)
        _assign(node.target, value, tuple(ctx.read.values()), ctx)

    forked(node, ctx, out, work)


def _through(node: nodes.Filter, value: Any, ctx: Context) -> Any:
    """A text that filters are laid over, the innermost first."""
    if node.node is not None:
        if not isinstance(node.node, nodes.Filter):
            raise Failure
        value = _through(node.node, value, ctx)
    return filters.apply(node.name, value, *arguments(node, ctx), ctx)


def _filter_block(node: nodes.FilterBlock, ctx: Context, out: Parts) -> None:
    def work(parts: Parts) -> None:
        ctx.begin()
        with ctx.scope():
            value: Any = ctx.string_of(node.body)
        printed(_through(node.filter, value, ctx), node, ctx, parts)

    forked(node, ctx, out, work)


def _with(node: nodes.With, ctx: Context, out: Parts) -> None:
    def work(parts: Parts) -> None:
        ctx.begin()
        values = [evaluate(one, ctx) for one in node.values]
        origins = tuple(ctx.read.values())
        with ctx.scope():
            for target, value in zip(node.targets, values, strict=True):
                _assign(target, value, origins, ctx)
            run(node.body, ctx, parts)

    forked(node, ctx, out, work)


def _macro(node: nodes.Macro, ctx: Context, out: Parts) -> None:
    inner = list(ctx.scopes) if len(ctx.scopes) > 1 else []
    ctx.scopes[-1][node.name] = Entry(Macro(node.name, node, inner, ctx.template))


def _call_block(node: nodes.CallBlock, ctx: Context, out: Parts) -> None:
    def work(parts: Parts) -> None:
        ctx.begin()
        caller = nodes.Macro("caller", node.args, node.defaults, node.body, lineno=node.lineno)
        positional, named = arguments(node.call, ctx)
        named["caller"] = Macro("caller", caller, list(ctx.scopes), ctx.template)
        function = evaluate(node.call.node, ctx)
        if not isinstance(function, Macro):
            raise Failure
        printed(call(function, positional, named, ctx), node, ctx, parts)

    forked(node, ctx, out, work)


def _do(node: nodes.ExprStmt, ctx: Context, out: Parts) -> None:
    def work(parts: Parts) -> None:
        evaluate(node.node, ctx)

    forked(node, ctx, out, work)


def _body(node: Any, ctx: Context, out: Parts) -> None:
    with ctx.scope():
        run(node.body, ctx, out)


def _include(node: nodes.Include, ctx: Context, out: Parts) -> None:
    def work(parts: Parts) -> None:
        ctx.begin()
        wanted = plain(evaluate(node.template, ctx), ctx)
        found = _loaded(wanted, ctx)
        if found is None:
            if node.ignore_missing and not names_in(wanted):
                return
            raise Failure
        _inside(found, ctx, lambda: run(found.body, ctx, parts))

    forked(node, ctx, out, work)


def _loaded(wanted: Any, ctx: Context) -> Template | None:
    for name in wanted if isinstance(wanted, list) else [wanted]:
        found = ctx.load(name, ctx.template) if isinstance(name, str) else None
        if found is not None:
            return found
    return None


def _inside(template: Template, ctx: Context, work: Callable[[], None]) -> None:
    """Read another template in the place of this one."""
    here = ctx.template
    if ctx.calls.get("include", 0) >= INCLUDES:
        raise Failure
    ctx.calls["include"] = ctx.calls.get("include", 0) + 1
    ctx.template = template
    try:
        with ctx.scope():
            work()
    finally:
        ctx.template = here
        ctx.calls["include"] -= 1


def _module(node: nodes.Import | nodes.FromImport, ctx: Context) -> Module:
    found = _loaded(plain(evaluate(node.template, ctx), ctx), ctx)
    if found is None:
        raise Failure
    made: dict[str, Entry] = {}

    def work() -> None:
        here = ctx.scopes
        ctx.scopes = [made]
        try:
            with ctx.inside():
                run(found.body, ctx, [])
        finally:
            ctx.scopes = here

    _inside(found, ctx, work)
    for name, entry in list(made.items()):
        if isinstance(entry.value, Macro):
            made[name] = Entry(entry.value._replace(scopes=[made]))
    return Module(made)


def _import(node: nodes.Import, ctx: Context, out: Parts) -> None:
    def work(parts: Parts) -> None:
        ctx.scopes[-1][node.target] = Entry(_module(node, ctx))

    forked(node, ctx, out, work)


def _from_import(node: nodes.FromImport, ctx: Context, out: Parts) -> None:
    pairs = [(one, one) if isinstance(one, str) else one for one in node.names]

    def work(parts: Parts) -> None:
        module = _module(node, ctx)
        for name, own in pairs:
            ctx.scopes[-1][own] = module.names.get(name, Entry(Unset(own)))

    forked(node, ctx, out, work)


def _break(node: nodes.Break, ctx: Context, out: Parts) -> None:
    raise Leave(ends=True)


def _continue(node: nodes.Continue, ctx: Context, out: Parts) -> None:
    raise Leave(ends=False)


_STATEMENTS: dict[type[nodes.Node], Callable[[Any, Context, Parts], None]] = {
    nodes.Output: _output,
    nodes.If: _if,
    nodes.For: _for,
    nodes.Assign: _set,
    nodes.AssignBlock: _set_block,
    nodes.FilterBlock: _filter_block,
    nodes.With: _with,
    nodes.Macro: _macro,
    nodes.CallBlock: _call_block,
    nodes.ExprStmt: _do,
    nodes.Include: _include,
    nodes.Import: _import,
    nodes.FromImport: _from_import,
    nodes.Block: _body,
    nodes.Scope: _body,
    nodes.ScopedEvalContextModifier: _body,
    nodes.Break: _break,
    nodes.Continue: _continue,
}
