"""Tests (``is defined``): those that know what to do with what is not known, and the others.

Source: jinja2.tests, ansible.plugins.test of ansible-core 2.19; tests hold each equal to them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import names, patterns, pure, versions
from .context import Context
from .limits import Failure
from .operations import compared, defined, plain, strictly, truth
from .values import Pieces, Raw, Unknown, Unset, names_in

MATCHES = ("match", "search", "regex")
OURS = ("ansible.builtin.", "ansible.legacy.")


def apply(name: str, value: Any, positional: list[Any], named: dict[str, Any], ctx: Context) -> Any:
    """Whether a test holds; an ``Unknown`` where that is not known."""
    for prefix in OURS:
        name = name.removeprefix(prefix)
    if name in ("defined", "undefined"):
        return defined(value, ctx) is (name == "defined")
    if name in ("eq", "equalto", "==", "ne", "!=", "in") and len(positional) == 1:
        sign = {"in": "in", "ne": "ne", "!=": "ne"}.get(name, "eq")
        return compared(sign, value, positional[0], ctx)
    if name in ("truthy", "falsy") and not positional and not named:
        return truth(value, ctx) is (name == "truthy")
    kind = KINDS.get(name)
    if kind is not None and not isinstance(value, (Unknown, Unset)):
        return kind(value)
    what = names.tested(value, name, positional, named)
    value = plain(value, ctx)
    positional = [plain(one, ctx) for one in positional]
    work = TESTS.get(name)
    if work is None:
        return Unknown(what, names_in([value, positional, named]) or (what,))
    ctx.limits.step()
    if name in MATCHES and not names_in([value, positional, named]):
        pattern = positional[0] if positional else named.get("pattern", "")
        try:
            ctx.limits.step(patterns.cost(pattern, value))
        except Failure:
            return Unknown(what)
    return strictly(
        what, [value, positional, named], ctx, lambda: work(value, *positional, **named)
    )


def _is(*kinds: type) -> Callable[[Any], bool]:
    def work(value: Any) -> bool:
        if isinstance(value, Raw):
            value = value.value
        if isinstance(value, Pieces):
            return str in kinds
        return isinstance(value, kinds) and (
            bool in kinds or not isinstance(value, bool) or int in kinds
        )

    return work


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float))


# Answered by the kind of a value, whatever it holds.
KINDS: dict[str, Callable[[Any], bool]] = {
    "none": lambda value: value is None,
    "string": _is(str),
    "mapping": _is(dict),
    "sequence": _is(str, list, tuple, dict),
    "iterable": _is(str, list, tuple, dict),
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, float),
    "callable": lambda value: False,
    "true": lambda value: value is True,
    "false": lambda value: value is False,
}


def _regex(
    value: Any, pattern: str = "", ignorecase: bool = False, multiline: bool = False,
    match_type: str = "search",
) -> bool:  # fmt: skip
    text = value if isinstance(value, str) else str(value)
    known = patterns.compiled(pattern, text, ignorecase, multiline)
    if match_type not in ("search", "match", "fullmatch"):
        raise Failure
    return getattr(known, match_type)(text) is not None


def _match(
    value: Any, pattern: str = "", ignorecase: bool = False, multiline: bool = False
) -> bool:
    return _regex(value, pattern, ignorecase, multiline, "match")


def _search(
    value: Any, pattern: str = "", ignorecase: bool = False, multiline: bool = False
) -> bool:
    return _regex(value, pattern, ignorecase, multiline, "search")


def _sameas(value: Any, other: Any) -> bool:
    return (
        value is other
        if value is None or isinstance(value, bool)
        else bool(type(value) is type(other) and isinstance(value, (int, str)) and value == other)
    )


def _subset(value: Any, other: Any) -> bool:
    return set(value) <= set(other)


def _superset(value: Any, other: Any) -> bool:
    return set(value) >= set(other)


def _truthy(value: Any, convert_bool: bool = False) -> bool:
    return bool(pure.to_bool(value) if convert_bool and isinstance(value, (str, int)) else value)


def _falsy(value: Any, convert_bool: bool = False) -> bool:
    return not _truthy(value, convert_bool)


def _contains(value: Any, other: Any) -> bool:
    return other in value


TESTS: dict[str, Callable[..., Any]] = {
    "odd": lambda value: value % 2 == 1,
    "even": lambda value: value % 2 == 0,
    "divisibleby": lambda value, number: value % number == 0,
    "lower": lambda value: str(value).islower(),
    "upper": lambda value: str(value).isupper(),
    "sameas": _sameas,
    "lt": lambda one, other: one < other,
    "lessthan": lambda one, other: one < other,
    "<": lambda one, other: one < other,
    "le": lambda one, other: one <= other,
    "<=": lambda one, other: one <= other,
    "gt": lambda one, other: one > other,
    "greaterthan": lambda one, other: one > other,
    ">": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
    ">=": lambda one, other: one >= other,
    "match": _match,
    "search": _search,
    "regex": _regex,
    "version": versions.compare,
    "version_compare": versions.compare,
    "subset": _subset,
    "issubset": _subset,
    "superset": _superset,
    "issuperset": _superset,
    "contains": _contains,
    "truthy": _truthy,
    "falsy": _falsy,
}
