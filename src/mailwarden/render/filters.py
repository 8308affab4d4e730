"""Filters: those that know what to do with what is not known, and the table of all.

A filter that is in neither table gives something unknown, by its name: ``lookup`` and its like,
those of collections, those of the repository.

Source: jinja2.filters, ansible.plugins.filter of ansible-core 2.19; tests hold each equal to them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from . import lists, names, pure, tests
from .context import Context
from .limits import Failure
from .operations import (
    ERRORS,
    as_string,
    defined,
    member,
    plain,
    resolved,
    strictly,
    together,
    truth,
)
from .values import Pieces, Raw, Unknown, Unset, names_in, pieces

OURS = ("ansible.builtin.", "ansible.legacy.")
# What a string format of nothing but strings consists of.
_DIRECTIVE = re.compile(r"%(?:%|s|\d{1,3}[sd]|-\d{1,3}s|d|\.\d{1,2}f|0\d{1,2}d)")


def apply(name: str, value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    """What a filter gives; an ``Unknown`` where that is not known."""
    for prefix in OURS:
        name = name.removeprefix(prefix)
    total = TOTAL.get(name)
    if total is not None:
        made = total(value, positional, named, ctx)
        if made is not NotImplemented:
            return made
    what = names.filtered(value, name, positional, named)
    work = pure.FILTERS.get(name)
    value = plain(value, ctx)
    positional = [plain(one, ctx) for one in positional]
    named = {key: plain(one, ctx) for key, one in named.items()}
    if work is None:
        return Unknown(what, names_in([value, positional, named]) or (what,))
    if not names_in([value, positional, named]):
        try:
            pure.check(name, ctx.limits, value, positional, named)
        except ERRORS:
            return Unknown(what)
    ctx.limits.step(1 + _size(value) // 64)
    return strictly(
        what, [value, positional, named], ctx, lambda: work(value, *positional, **named)
    )


def _size(value: Any) -> int:
    return len(value) if isinstance(value, (str, list, tuple, dict)) else 1


def _default(value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    other = positional[0] if positional else named.get("default_value", "")
    boolean = positional[1] if len(positional) > 1 else named.get("boolean", False)
    if isinstance(value, Unset) and value.silent:
        # Nothing in 2.19, the default in 2.17.
        return Unknown(names.filtered(value, "default", [other], {}))
    if not defined(value, ctx):
        return other
    if truth(boolean, ctx) and not truth(value, ctx):
        return other
    return value


def _ternary(value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    answers = dict(zip(("true_val", "false_val", "none_val"), positional, strict=False), **named)
    if value is None and answers.get("none_val") is not None:
        return answers["none_val"]
    if isinstance(value, Unknown) and "none_val" in answers:
        return NotImplemented
    if {"true_val", "false_val"} - set(answers):
        raise Failure
    return answers["true_val"] if truth(value, ctx) else answers["false_val"]


def _mandatory(value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    return Unknown(value.what) if isinstance(value, Unset) else value


def _join(value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    value = plain(value, ctx)
    sign = positional[0] if positional else named.get("d", "")
    attribute = positional[1] if len(positional) > 1 else named.get("attribute")
    if isinstance(value, dict):
        value = list(value)
    if isinstance(value, str):
        value = list(value)
    if not isinstance(value, (list, tuple)) or names_in([sign, attribute]):
        return NotImplemented
    if attribute is not None:
        value = [_attribute(one, attribute, ctx) for one in value]
    ctx.limits.items(len(value))
    parts: list[Any] = []
    for number, one in enumerate(value):
        parts += [as_string(sign, ctx)] * bool(number)
        parts.append(as_string(one, ctx))
    return together(parts, ctx)


def _attribute(value: Any, path: Any, ctx: Context, default: Any = None) -> Any:
    """What ``attribute=`` says: keys and indexes of plain data, one after the other."""
    from .members import item

    keys = path.split(".") if isinstance(path, str) else [path]
    for key in keys:
        number = isinstance(key, str) and key.isdigit()
        value = member(value, int(key) if number else key, ctx, item)
    if default is not None and not defined(value, ctx):
        return default
    return value


def _string(value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    return as_string(value, ctx)


def _each_part(change: Callable[[str], str], name: str) -> Callable[..., Any]:
    def work(value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
        if isinstance(value, str):
            ctx.limits.write(len(value))
            return change(value)
        if not isinstance(value, Pieces):
            return NotImplemented
        return pieces(
            change(one)
            if isinstance(one, str)
            else Unknown(f"{names.operand(one)} | {name}", one.names)
            for one in value.parts
        )

    return work


def _trim(value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    """A blank beside what is not known may go or stay: that takes it in."""
    if not isinstance(value, Pieces) or positional or named:
        return NotImplemented
    parts = list(value.parts)
    for end, strip in ((0, str.lstrip), (-1, str.rstrip)):
        order = range(len(parts)) if end == 0 else range(len(parts) - 1, -1, -1)
        for at in order:
            part = parts[at]
            if isinstance(part, Unknown):
                parts[at] = Unknown(f"{names.operand(part)} | trim", part.names)
            else:
                parts[at] = strip(part)
                if parts[at]:
                    break
    return pieces(parts)


def _length(value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    if isinstance(value, Raw):
        return len(value.value)
    if isinstance(value, (list, tuple, dict, str)):
        return len(value)
    return NotImplemented


def _end(at: int, name: str) -> Callable[..., Any]:
    def work(value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:

        if isinstance(value, Raw) and isinstance(value.value, list) and value.value:
            return resolved(value.value[at], ctx)
        held = value.value if isinstance(value, Raw) else value
        if isinstance(held, dict):
            held = list(held)
        if isinstance(held, (list, tuple, str)):
            return held[at] if held else Unset(names.filtered(value, name, [], {}))
        return NotImplemented

    return work


def _list(value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    items = listed(value, ctx)
    return NotImplemented if items is None else items


def listed(value: Any, ctx: Context) -> list[Any] | None:
    """The items of a value, each rendered; ``None`` where they are not known."""
    if isinstance(value, Raw):
        held = value.value
        return list(held) if isinstance(held, dict) else [resolved(one, ctx) for one in held]
    if isinstance(value, (list, tuple, dict, str)):
        ctx.limits.items(len(value))
        return list(value)
    return None


def _map(value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    items = listed(value, ctx)
    if items is None or names_in(positional[:1]):
        return NotImplemented
    ctx.limits.step(len(items))
    if "attribute" in named and not positional:
        return [_attribute(one, named["attribute"], ctx, named.get("default")) for one in items]
    if not positional or not isinstance(positional[0], str):
        raise Failure
    name, rest = positional[0], positional[1:]
    return [apply(name, one, list(rest), dict(named), ctx) for one in items]


def _chosen(keeps: bool, by_attribute: bool) -> Callable[..., Any]:
    def work(value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:

        items = listed(value, ctx)
        if items is None or names_in(positional[:2]) or named:
            return NotImplemented
        ctx.limits.step(len(items))
        rest = list(positional)
        attribute = rest.pop(0) if by_attribute else None
        test = rest.pop(0) if rest else None
        found = []
        for one in items:
            asked = _attribute(one, attribute, ctx) if by_attribute else one
            answer = asked if test is None else tests.apply(test, asked, list(rest), {}, ctx)
            if truth(answer, ctx) is keeps:
                found.append(one)
        return found

    return work


def _comment(value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    """What is not known is a line of a comment all the same."""
    if names_in([positional, named]):
        return NotImplemented
    text = as_string(value, ctx)
    if isinstance(text, str):
        return NotImplemented
    unknown: list[Unknown] = []
    marked = ""
    for part in text.parts:
        if isinstance(part, str):
            if "\0" in part:
                raise Failure
            marked += part
        else:
            unknown.append(Unknown(f"{names.operand(part)} | comment", part.names))
            marked += "\0"
    ctx.limits.write(4 * len(marked))
    known = pure.comment(marked, *positional, **named).split("\0")
    parts: list[str | Unknown] = [known[0]]
    for one, behind in zip(unknown, known[1:], strict=True):
        parts += [one, behind]
    return pieces(parts)


def _format(value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    return formatted(value, positional, named, ctx)


def formatted(string: Any, values: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    """``'%s' % value``; what is not known stays a part of it."""
    values = [plain(one, ctx) for one in values]
    what = names.shortened(f"{names.operand(string)} % {names.of_value(values)}")
    if isinstance(string, str) and (named or "%" not in _DIRECTIVE.sub("", string)):
        _narrow(string)
        if named:
            return strictly(what, [string, named], ctx, lambda: string % named)
        if not names_in(values):
            return strictly(what, [string, values], ctx, lambda: string % tuple(values))
        parts = re.split(r"(%%|%s)", string)
        if parts[1::2].count("%s") == len(values) and not any("%" in one for one in parts[::2]):
            left = iter(values)
            made = [
                as_string(next(left), ctx) if one == "%s" else one.replace("%%", "%")
                for one in parts
            ]
            return together(made, ctx)
    return Unknown(what, names_in([string, values, named]) or (what,))


def _narrow(string: str) -> None:
    """Refuse a width of more than three digits, or one that is a value."""
    if re.search(r"%[^%a-zA-Z]*(?:\d{4}|\*)", string):
        raise Failure


def _dict2items(value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    key = named.get("key_name", positional[0] if positional else "key")
    other = named.get("value_name", positional[1] if len(positional) > 1 else "value")
    held = value.value if isinstance(value, Raw) else value
    if not isinstance(held, dict) or names_in([key, other]):
        return NotImplemented
    ctx.limits.items(len(held))
    raw = isinstance(value, Raw)
    return [{key: name, other: resolved(one, ctx) if raw else one} for name, one in held.items()]


def _combine(value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    """Dictionaries of which the keys are known; what stands under a key may be open."""
    terms = [plain(one, ctx) for one in (value, *positional)]
    if not all(isinstance(one, dict) for one in terms) or names_in(list(named.values())):
        return NotImplemented
    if any(isinstance(one, Unset) for term in terms for one in term.values()):
        return NotImplemented
    often = Counter(key for term in terms for key in term)
    if named and names_in([term[key] for term in terms for key in term if often[key] > 1]):
        # Whether these are dictionaries or lists decides.
        return NotImplemented
    ctx.limits.step(1 + sum(map(len, terms)))
    return lists.combine(*terms, **named)


TOTAL: dict[str, Callable[[Any, list[Any], dict[str, Any], Context], Any]] = {
    "default": _default,
    "d": _default,
    "ternary": _ternary,
    "mandatory": _mandatory,
    "join": _join,
    "string": _string,
    "lower": _each_part(str.lower, "lower"),
    "upper": _each_part(str.upper, "upper"),
    "trim": _trim,
    "length": _length,
    "count": _length,
    "first": _end(0, "first"),
    "last": _end(-1, "last"),
    "list": _list,
    "map": _map,
    "select": _chosen(True, False),
    "reject": _chosen(False, False),
    "selectattr": _chosen(True, True),
    "rejectattr": _chosen(False, True),
    "comment": _comment,
    "format": _format,
    "dict2items": _dict2items,
    "combine": _combine,
}
