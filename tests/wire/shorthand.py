"""Recorded views are mostly alike, so a view may be kept as what differs from another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LIKE = "like"


def shorten(view: Mapping[str, Any], other: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The view as `{like: name, ...}` with only what differs from `other`; None for what lacks."""
    return {LIKE: name, **_difference(view, other)}


def expand(views: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The whole view `name` of a mapping in which some views are shortened."""
    view = dict(views[name])
    other = view.pop(LIKE, None)
    return view if other is None else _merged(expand(views, other), view)


def _difference(view: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    differing: dict[str, Any] = {}
    for key in [*other, *(key for key in view if key not in other)]:
        mine, theirs = view.get(key), other.get(key)
        if mine == theirs:
            continue
        both = isinstance(mine, Mapping) and isinstance(theirs, Mapping)
        differing[key] = _difference(mine, theirs) if both else mine  # type: ignore[arg-type]
    return differing


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in changes.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = _merged(merged[key], value)
        else:
            merged[key] = value
    return merged
