"""The statements of a template: what each writes, and the names that it sets.

Where something unknown decides, ``Ask`` comes out of an expression; the statement around it is read
once for each answer, and what it writes is one hole with a text for each (``explored``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from jinja2 import nodes

from . import filters, names
from .context import Context
from .expressions import arguments, as_string, call, evaluate, plain, truth
from .limits import ANSWERS, INCLUDES, Failure
from .members import CHANGING
from .syntax import Span, Template, below, offset_of
from .values import (
    Ask,
    Choice,
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
    pieces,
)

SOME, NONE = "some", "none"


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


class Leave(Exception):  # noqa: N818  no error
    """A loop goes on with its next turn, or ends."""

    def __init__(self, ends: bool) -> None:
        super().__init__()
        self.ends = ends
        # What was written before, in the statement that is left.
        self.parts: Parts = []


class MayLeave(Failure):
    """Whether a loop goes on hangs on what is not known."""


class _TooMany(Exception):  # noqa: N818  a limit
    """A statement hangs on more answers than are tried."""


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


# Where something unknown decides


def forked(node: nodes.Node, ctx: Context, out: Parts, work: Callable[[Parts], None]) -> None:
    """Write what a statement gives, under each answer to what it asks."""
    if not ctx.forking:
        work(out)
        return
    scopes, given = ctx.scopes, dict(ctx.given)
    asked: list[str] = []
    try:
        out.extend(explored(node, ctx, work, asked))
    except Leave as leave:
        out.extend(leave.parts)
        leave.parts = []
        raise
    except _TooMany:
        ctx.scopes, ctx.given = scopes, given
        _forget([node], ctx)
        out.append(Gap(tuple(dict.fromkeys(asked)), ctx.template, _span(node, ctx)))


def explored(
    node: nodes.Node, ctx: Context, work: Callable[[Parts], None], asked: list[str]
) -> Parts:
    """What is written, a fork where it hangs on an answer."""
    parts: Parts = []
    before, read = ctx.scopes, dict(ctx.read)
    try:
        work(parts)
        return parts
    except Leave as leave:
        leave.parts = parts
        raise
    except Ask as ask:
        question, answers = ask.question, ask.answers
    options: list[tuple[str, Parts]] = []
    ends: list[tuple[str, list[dict[str, Entry]]]] = []
    for answer in answers:
        asked.append(question)
        if len(asked) > ANSWERS:
            raise _TooMany
        ctx.scopes, ctx.read = ctx.copy_of(before, _changes(node, ctx)), dict(read)
        ctx.given[question] = answer
        try:
            options.append((answer, explored(node, ctx, work, asked)))
        except Leave:
            raise MayLeave from None
        ends.append((answer, ctx.scopes))
        del ctx.given[question]
    ctx.scopes = ctx.joined(question, ends)
    first = options[0][1]
    if all(alike(first, parts) for _answer, parts in options[1:]):
        return first
    return [Fork(question, tuple(options), ctx.template, _span(node, ctx))]


def _changes(node: nodes.Node, ctx: Context) -> bool:
    """Whether a statement may change a list or a dictionary that is there already."""
    known = ctx.changing.get(id(node))
    if known is None:
        known = any(
            (isinstance(one, nodes.Getattr) and one.attr in CHANGING)
            or (isinstance(one, nodes.Call) and isinstance(one.node, nodes.Name))
            for one in below([node])
        )
        ctx.changing[id(node)] = known
    return known


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


def _span(node: nodes.Node, ctx: Context) -> Span:
    return ctx.template.span(offset_of(node))


def _forget(tree: list[nodes.Node], ctx: Context) -> None:
    """What statements may set or change is not known any more."""
    for node in below(tree):
        ctx.limits.step()
        for name in _sets(node):
            for scope in (ctx.scopes[-1], *ctx.scopes):
                if scope is ctx.scopes[-1] or name in scope:
                    scope[name] = Entry(Unknown(f"{name} behind what is open", (name,), None))
        if isinstance(node, nodes.Getattr) and node.attr in CHANGING:
            for scope in ctx.scopes:
                for name, entry in scope.items():
                    if isinstance(entry.value, (list, dict, Choice)):
                        scope[name] = Entry(Unknown(f"{name} behind what is open", (name,)))


def _sets(node: nodes.Node) -> list[str]:
    """The names that a statement gives a value."""
    if isinstance(node, nodes.Name) and node.ctx == "store":
        return [node.name]
    if isinstance(node, nodes.Macro):
        return [node.name]
    if isinstance(node, nodes.Import):
        return [node.target]
    if isinstance(node, nodes.FromImport):
        return [one if isinstance(one, str) else one[1] for one in node.names]
    return []


def _unknown_statement(node: nodes.Node, ctx: Context, out: Parts) -> None:
    """What a statement writes may be anything, and what it sets as well."""
    _forget([node], ctx)
    if not isinstance(node, _SILENT):
        span = _span(node, ctx)
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
    _printed(value, node, ctx, out)


def _printed(value: Any, node: nodes.Node, ctx: Context, out: Parts) -> None:
    origins = tuple(ctx.read.values())
    span = _span(node, ctx)
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
    span = _span(node, ctx)
    data = [one.data for one in below(node.body) if isinstance(one, nodes.TemplateData)]
    _forget(node.body, ctx)
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
        value = evaluate(node.node, ctx)
        if isinstance(node.target, nodes.NSRef):
            raise Failure
        _assign(node.target, plain(value, ctx), tuple(ctx.read.values()), ctx)

    forked(node, ctx, out, work)


def _set_block(node: nodes.AssignBlock, ctx: Context, out: Parts) -> None:
    def work(parts: Parts) -> None:
        ctx.begin()
        with ctx.scope():
            value: Any = string_of(node.body, ctx)
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
            value: Any = string_of(node.body, ctx)
        _printed(_through(node.filter, value, ctx), node, ctx, parts)

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
        _printed(call(function, positional, named, ctx), node, ctx, parts)

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
