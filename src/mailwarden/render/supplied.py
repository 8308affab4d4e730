"""A role's template as the engine sees it: what it makes if nobody outside says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils.source import Rendering
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from . import Loader, Rendered, render
from .context import Variables


def rendering(
    template: Text,
    role: str,
    variables: Variables,
    load: Loader,
    settings: Mapping[str, Any] | None = None,
) -> Rendering:
    """What a template makes of the variables of the role in a folder; raises as ``render``.

    Whoever uses the role may set each of its variables, and those that no file sets.
    """
    made = render(template, variables, load=load, settings=settings)
    if not (made.absent or any(one.supplied for one in made.used.values())):
        return Rendering(made.text, ())
    who = f"who uses {role or 'the role'}"
    words = f"{who} leaves its variables as its own files have them"
    return Rendering(made.text, (words,), empty=empty(made))


def empty(made: Rendered) -> frozenset[str]:
    """The variables of a template that are empty as long as nobody sets them."""
    nothing: tuple[object, ...] = ("", None, [], {})
    return frozenset(
        name for name, one in made.used.items() if one.supplied and one.value in nothing
    )
