"""What one string of a task gives: a value, a text, or whether it holds.

Where something unknown decides there is an outcome for each answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.text import HOLE, Hole, Text
from jinja2 import nodes

from . import names, parts, statements, strings, syntax
from .context import Context, Variables
from .expressions import evaluate
from .limits import ANSWERS, Failure, Limits, TooMuch
from .operations import SIGNS, listed, plain, truth
from .reading import Reading
from .values import Ask, Function, Known, Unknown, names_in

# Answers to questions, each of a question once.
Answers = tuple[tuple[str, str], ...]


class Outcome(NamedTuple):
    """What a string gives under these answers, and the variables that it was made of."""

    answers: Answers
    value: Any
    origins: tuple[Known, ...] = ()


def outcomes(template: Text, variables: Variables, limits: Limits) -> list[Outcome]:
    """What a string gives, rendered to the last of its items.

    One outcome of an ``Unknown`` where it cannot be worked out, or hangs on too many answers.
    Raises ``TooMuch``.
    """
    reading = Reading(template.path, variables, limits)
    try:
        parsed = reading.parsed(template)
    except TooMuch:
        raise
    except MailwardenError:
        return [Outcome((), _lost(template))]
    ctx = reading.context(parsed)
    return _explored(template, ctx, lambda: _whole(parsed, ctx))


def text(template: Text, variables: Variables, limits: Limits) -> Text | list[Text] | None:
    """What a parameter of a task is, as it is printed: ``None`` where there is none.

    Raises ``TooMuch``.
    """
    reading = Reading(template.path, variables, limits)
    try:
        parsed = reading.parsed(template)
        if _only(parsed) is None:
            ctx = reading.context(parsed)
            return reading.written(parsed, ctx)
    except TooMuch:
        raise
    except MailwardenError:
        return _hole(template, _lost(template).what)
    found = outcomes(template, variables, limits)
    if len(found) == 1:
        return _printed(found[0], reading, parsed, variables)
    return _joined(found, lambda one: _printed(one, reading, parsed, variables), template)


def holds(template: Text, variables: Variables, limits: Limits) -> list[tuple[Answers, bool]]:
    """Whether a condition without braces holds, for all answers that it asks for.

    By the truth of its value: what ansible-core 2.17 does; from 2.19 on the task fails where the
    value is no boolean, unless ``ALLOW_BROKEN_CONDITIONALS`` is set.  Raises ``TooMuch``.
    """
    reading = Reading(template.path, variables, limits)
    ctx: Context
    try:
        if _braces(template.string):
            parsed = reading.parsed(template)
            ctx = reading.context(parsed)
            found = _explored(template, ctx, lambda: _indirect(parsed, reading, ctx))
        else:
            parsed = reading.parsed(template, syntax.expression)
            ctx = reading.context(parsed)
            found = _explored(template, ctx, lambda: _truth(parsed, ctx))
    except TooMuch:
        raise
    except (MailwardenError, Failure):
        found = [Outcome((), _lost(template))]
    return [pair for one in found for pair in _answered(one)]


def _truth(parsed: syntax.Template, ctx: Context) -> bool:
    return truth(strings.value_of(parsed, ctx), ctx)


def _indirect(parsed: syntax.Template, reading: Reading, ctx: Context) -> bool:
    """The truth of ``{{ x }}``: where ``x`` is a text, that is an expression in its turn."""
    made = strings.value_of(parsed, ctx)
    if not isinstance(made, str) or not made.strip():
        return truth(made, ctx)
    inner = reading.parsed(Text.of(parsed.path, made), syntax.expression)
    here, ctx.template = ctx.template, inner
    try:
        return _truth(inner, ctx)
    finally:
        ctx.template = here


def _braces(condition: str) -> bool:
    return any(sign in condition for sign in SIGNS)


def _answered(one: Outcome) -> Iterator[tuple[Answers, bool]]:
    if isinstance(one.value, bool):
        yield one.answers, one.value
        return
    for answer, value in (("yes", True), ("no", False)):
        yield (*one.answers, (one.value.what, answer)), value


def _explored(template: Text, ctx: Context, work: Callable[[], Any]) -> list[Outcome]:
    """The outcomes of ``work``, one for each combination of the answers that it asks for."""
    asked: list[str] = []

    def under(answers: Answers) -> Iterator[Outcome]:
        ctx.read = {}
        ctx.given = dict(answers)
        try:
            with ctx.inside():
                value = work()
            yield Outcome(answers, value, tuple(ctx.read.values()))
            return
        except Failure:
            yield Outcome(answers, _lost(template))
            return
        except Ask as ask:
            question, options = ask.question, ask.answers
        for option in options:
            asked.append(question)
            if len(asked) > ANSWERS:
                return
            yield from under((*answers, (question, option)))

    found = list(under(()))
    if len(asked) > ANSWERS:
        return [Outcome((), Unknown(_lost(template).what, asked))]
    return found


def _whole(parsed: syntax.Template, ctx: Context) -> Any:
    only = _only(parsed)
    is_half = isinstance(only, nodes.CondExpr) and only.expr2 is None
    if is_half and not truth(evaluate(only.test, ctx), ctx):
        # Without an else there is no value, and the task fails.
        raise Failure
    return listed(plain(strings.value_of(parsed, ctx), ctx))


def _lost(template: Text) -> Unknown:
    """What cannot be worked out, called after where it stands."""
    place = template.place(0, len(template))
    shown = names.shortened(template.string.strip())
    return Unknown(f"{shown} ({place.path}:{place.line}:{place.column})", (shown,))


def _only(parsed: syntax.Template) -> Any:
    """The expression that is all of a template."""
    body = parsed.body
    only = body[0].nodes if len(body) == 1 and isinstance(body[0], nodes.Output) else []
    return only[0] if len(only) == 1 and not isinstance(only[0], nodes.TemplateData) else None


def _printed(
    one: Outcome, reading: Reading, parsed: syntax.Template, variables: Variables
) -> Text | list[Text] | None:
    if one.value is None or one.value == Function("omit"):
        return None
    if isinstance(one.value, list):
        return [_of_value(item, one.origins, reading, parsed) for item in one.value]
    return _of_value(one.value, one.origins, reading, parsed)


def _of_value(
    value: Any, origins: tuple[Known, ...], reading: Reading, parsed: syntax.Template
) -> Text:
    ctx = reading.context(parsed)
    ctx.read = {known.name: known for known in origins}
    written: parts.Parts = []
    if isinstance(value, dict):
        value = Unknown(names.of_value(value), names_in(value) or ("a mapping",))
    statements.printed(value, parsed.body[0], ctx, written)
    return reading.text(written, 0, parsed)


def _joined(
    found: list[Outcome], printed: Callable[[Outcome], Text | list[Text] | None], template: Text
) -> Text:
    """One hole with what each answer gives; what is no text may be anything."""
    question = found[0].answers[0][0]
    options: list[tuple[str, Text | None]] = []
    for answer in dict.fromkeys(one.answers[0][1] for one in found):
        arm = [
            one._replace(answers=one.answers[1:]) for one in found if one.answers[0][1] == answer
        ]
        made = printed(arm[0]) if len(arm) == 1 else _joined(arm, printed, template)
        options.append((answer, made if isinstance(made, Text) else None))
    return _hole(template, question, options)


def _hole(template: Text, name: str, options: list[tuple[str, Text | None]] | None = None) -> Text:
    return Text(
        template.path, HOLE, [(0, *template.span(0, len(template)))], {0: Hole(name, options or [])}
    )
