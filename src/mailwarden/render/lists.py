"""Filters of lists and dictionaries: functions of plain values and nothing else.

Source: jinja2.filters; ansible.plugins.filter.core, mathstuff; tests hold each equal to them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from jinja2 import filters as jinja

from . import members
from .limits import ITEMS, Failure

# Lists of what has no hash are compared item by item.
COMPARED = 1_000


def _list(value: Any) -> list[Any]:
    """What a filter over sets takes for a list."""
    if isinstance(value, (list, tuple)) and len(value) <= COMPARED:
        return list(value)
    raise Failure


def unique(value: Any, case_sensitive: bool | None = None, attribute: Any = None) -> list[Any]:
    """``unique``: what is first stays; strings that differ in case alone are one unless asked."""
    items = list(value) if isinstance(value, str) else _list(value)
    key_of = _key(bool(case_sensitive), attribute)
    if any(isinstance(one, (list, dict)) for one in map(key_of, items)):
        # These have no hash: Ansible compares them as they are.
        if case_sensitive is False or attribute is not None:
            raise Failure
        key_of = _key(True, None)
    made: list[Any] = []
    seen: list[Any] = []
    for one in items:
        key = key_of(one)
        if key not in seen:
            seen.append(key)
            made.append(one)
    return made


def _set(found: list[Any]) -> list[Any]:
    """What Ansible makes a set of, in whatever order: known where there is one order alone."""
    made: list[Any] = []
    for one in found:
        if one not in made:
            made.append(one)
    if len(made) > 1 and not any(isinstance(one, (list, dict)) for one in made):
        raise Failure
    return made


def union(one: Any, other: Any) -> list[Any]:
    """``union``."""
    return _set(_list(one) + _list(other))


def intersect(one: Any, other: Any) -> list[Any]:
    """``intersect``."""
    other = _list(other)
    return _set([item for item in _list(one) if item in other])


def difference(one: Any, other: Any) -> list[Any]:
    """``difference``."""
    other = _list(other)
    return _set([item for item in _list(one) if item not in other])


def symmetric_difference(one: Any, other: Any) -> list[Any]:
    """``symmetric_difference``."""
    one, other = _list(one), _list(other)
    return _set(
        [item for item in one if item not in other] + [item for item in other if item not in one]
    )


def zipped(one: Any, *others: Any) -> list[list[Any]]:
    """``zip``."""
    return [list(items) for items in zip(one, *others, strict=False)]


def product(one: Any, *others: Any, repeat: int = 1) -> list[list[Any]]:
    """``product``."""
    size = 1
    for value in (one, *others):
        size *= len(value)
    if size ** max(repeat, 1) > ITEMS or repeat > 8:
        raise Failure
    return [list(items) for items in itertools.product(one, *others, repeat=repeat)]


def _flattened(value: Any, levels: int | None, skip: bool = True) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        return [value]
    made: list[Any] = []
    for one in value:
        if isinstance(one, (list, tuple)) and (levels is None or levels > 0):
            made += _flattened(one, None if levels is None else levels - 1, skip)
        elif not (skip and one in (None, "None", "null")):
            made.append(one)
    return made


def flatten(value: Any, levels: int | None = None, skip_nulls: bool = True) -> list[Any]:
    """``flatten``: lists in a list become one."""
    if not isinstance(value, (list, tuple)):
        raise Failure
    made: list[Any] = []
    for one in value:
        if skip_nulls and one in (None, "None", "null"):
            continue
        if isinstance(one, (list, tuple)):
            if levels is None:
                made += flatten(one, None, skip_nulls)
            elif levels >= 1:
                made += flatten(one, int(levels) - 1, skip_nulls)
            else:
                made.append(one)
        else:
            made.append(one)
    return made


def items2dict(value: Any, key_name: str = "key", value_name: str = "value") -> dict[Any, Any]:
    """``items2dict``."""
    return {one[key_name]: one[value_name] for one in value}


def combine(*terms: Any, **named: Any) -> dict[Any, Any]:
    """``combine``: dictionaries, the later before the earlier."""
    recursive = named.pop("recursive", False)
    lists = named.pop("list_merge", "replace")
    if named or lists not in ("replace", "keep", "append", "prepend", "append_rp", "prepend_rp"):
        raise Failure
    every = [one for term in terms for one in _flattened(term, None)]
    made: dict[Any, Any] = {}
    for one in every:
        if not isinstance(one, dict):
            raise Failure
        made = _merged(made, one, recursive, lists)
    return made


def _merged(
    one: dict[Any, Any], other: dict[Any, Any], recursive: bool, lists: str
) -> dict[Any, Any]:
    made = dict(one)
    for key, new in other.items():
        old = made.get(key)
        if key not in made:
            made[key] = new
        elif isinstance(old, dict) and isinstance(new, dict):
            made[key] = _merged(old, new, recursive, lists) if recursive else new
        elif isinstance(old, list) and isinstance(new, list):
            made[key] = _joined_lists(old, new, lists)
        else:
            made[key] = new
    return made


def _joined_lists(old: list[Any], new: list[Any], how: str) -> list[Any]:
    if how == "keep":
        return old
    if how == "append":
        return old + new
    if how == "prepend":
        return new + old
    if how == "append_rp":
        return [one for one in old if one not in new] + new
    if how == "prepend_rp":
        return new + [one for one in old if one not in new]
    return new


def extract(key: Any, container: Any, morekeys: Any = None) -> Any:
    """``extract``: a key of a container, and of what is there further ones."""
    for one in [key, *([] if morekeys is None else _flattened(morekeys, 0))]:
        container = members.item(container, one)
        if container is members.MISSING:
            raise Failure
    return container


# Jinja2's, where its own reach attributes


def _key(case_sensitive: bool, attribute: Any) -> Callable[[Any], Any]:
    paths = str(attribute).split(",") if attribute is not None else [""]

    def value_of(one: Any, path: str) -> Any:
        for key in path.split(".") if path else []:
            one = members.item(one, int(key) if key.isdigit() else key)
            if one is members.MISSING:
                raise Failure
        return one.lower() if isinstance(one, str) and not case_sensitive else one

    def key_of(one: Any) -> Any:
        found = [value_of(one, path) for path in paths]
        return found[0] if len(found) == 1 else found

    return key_of


def sort(
    value: Any, reverse: bool = False, case_sensitive: bool = False, attribute: Any = None
) -> list[Any]:
    """``sort``."""
    return sorted(value, key=_key(case_sensitive, attribute), reverse=reverse)


def largest(value: Any, case_sensitive: bool = False, attribute: Any = None) -> Any:
    """``max``."""
    return max(_list(value), key=_key(case_sensitive, attribute))


def smallest(value: Any, case_sensitive: bool = False, attribute: Any = None) -> Any:
    """``min``."""
    return min(_list(value), key=_key(case_sensitive, attribute))


def total(value: Any, attribute: Any = None, start: Any = 0) -> Any:
    """``sum``."""
    key = _key(True, attribute)
    numbers = [key(one) for one in value]
    if not all(isinstance(one, (int, float)) for one in [*numbers, start]):
        raise Failure
    return sum(numbers, start)


def groupby(
    value: Any, attribute: Any, default: Any = None, case_sensitive: bool = False
) -> list[Any]:
    """``groupby``."""
    if default is not None:
        raise Failure
    key = _key(case_sensitive, attribute)
    exact = _key(True, attribute)
    groups = itertools.groupby(sorted(value, key=key), key)
    return [[exact(items[0]), items] for _key_of, group in groups for items in [list(group)]]


def reverse(value: Any) -> Any:
    """``reverse``."""
    return value[::-1] if isinstance(value, str) else list(reversed(value))


def dictsort(value: Any, *positional: Any, **named: Any) -> list[Any]:
    """``dictsort``."""
    return [list(one) for one in jinja.do_dictsort(value, *positional, **named)]


def items(value: Any) -> list[Any]:
    """``items``."""
    return [list(one) for one in value.items()]
