"""Where something unknown decides: a statement is read once for each answer.

``Ask`` comes out of an expression; what the statement around it writes is one hole with a text for
each answer, and the names that it sets become choices.
"""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import nodes

from .context import Context
from .limits import ANSWERS, Failure
from .members import CHANGING
from .parts import Fork, Gap, Parts, alike
from .syntax import Span, below, offset_of
from .values import Ask, Choice, Entry, Function, Unknown


class Leave(Exception):  # noqa: N818  no error
    """A loop goes on with its next turn, or ends."""

    def __init__(self, ends: bool) -> None:
        super().__init__()
        self.ends = ends
        # What was written before, in the statement that is left.
        self.parts: Parts = []


class MayLeave(Failure):
    """Whether a loop goes on hangs on what is not known."""


class TooMany(Exception):  # noqa: N818  a limit
    """A statement hangs on more answers than are tried."""


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
    except TooMany:
        ctx.scopes, ctx.given = scopes, given
        forget([node], ctx)
        out.append(Gap(tuple(dict.fromkeys(asked)), ctx.template, span_of(node, ctx)))


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
            raise TooMany
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
    return [Fork(question, tuple(options), ctx.template, span_of(node, ctx))]


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


def span_of(node: nodes.Node, ctx: Context) -> Span:
    """The expression or tag that a node is in."""
    return ctx.template.span(offset_of(node))


def forget(tree: list[nodes.Node], ctx: Context) -> None:
    """What statements may set or change is not known any more."""
    for node in below(tree):
        ctx.limits.step()
        for name in _sets(node, ctx):
            called = name
            if " " in name:
                # An attribute, by the namespace that it is of.
                called = f"{name.partition(' ')[0]}.{name.rpartition('.')[2]}"
            for scope in (ctx.scopes[-1], *ctx.scopes):
                if scope is ctx.scopes[-1] or name in scope:
                    scope[name] = Entry(Unknown(f"{called} behind what is open", (called,), None))
        if isinstance(node, nodes.Getattr) and node.attr in CHANGING:
            for scope in ctx.scopes:
                for name, entry in scope.items():
                    if isinstance(entry.value, (list, dict, Choice)):
                        scope[name] = Entry(Unknown(f"{name} behind what is open", (name,)))


def _sets(node: nodes.Node, ctx: Context) -> list[str]:
    """The names that a statement gives a value."""
    if isinstance(node, nodes.Name) and node.ctx == "store":
        return [node.name]
    if isinstance(node, nodes.NSRef):
        entry = next((one[node.name] for one in reversed(ctx.scopes) if node.name in one), None)
        space = entry.value.space if entry and isinstance(entry.value, Function) else ""
        return [f"{space}.{node.attr}" if space else node.name]
    if isinstance(node, nodes.Macro):
        return [node.name]
    if isinstance(node, nodes.Import):
        return [node.target]
    if isinstance(node, nodes.FromImport):
        return [one if isinstance(one, str) else one[1] for one in node.names]
    return []
