# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether data that come from outside have the shape that the code relies on.

A shape is a type; ``{name: shape}`` for a mapping that has these keys, ``{EVERY: shape}`` for one
of any keys; ``[shape]`` for a list; a tuple of shapes for a list that begins so; a frozenset of
words; ``Maybe(shape)`` for null too; ``ANYTHING``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, NamedTuple
else:
    from ..tuples import NamedTuple

EVERY = "*"
ANYTHING = object


class Maybe(NamedTuple):
    """A shape, or null."""

    shape: Any


def fault(value: Any, shape: Any, name: str = "") -> str:
    """What is wrong, by the name of the part that it is wrong with; empty where nothing is."""
    if isinstance(shape, Maybe):
        return "" if value is None else fault(value, shape.shape, name)
    if isinstance(shape, frozenset):
        known = isinstance(value, str) and value in shape
        return "" if known else f"{name} is none of " + ", ".join(sorted(shape))
    if isinstance(shape, (dict, list, tuple)):
        container = dict if isinstance(shape, dict) else list
        return _type(value, container, name) or next(_faults(value, shape, name), "")
    return _type(value, shape, name)


def _type(value: Any, expected: type, name: str) -> str:
    # True is no number here.
    fits = isinstance(value, expected) and not (expected is int and isinstance(value, bool))
    return "" if fits else "{} is no {}".format(name or "it", expected.__name__)


def _faults(value: Any, shape: Any, name: str) -> Iterator[str]:
    for at, inner in _parts(value, shape):
        part = f"{name}[{at}]" if isinstance(at, int) else f"{name}.{at}".lstrip(".")
        try:
            found = fault(value[at], inner, part)
        except (KeyError, IndexError):
            found = f"{part} is missing"
        if found:
            yield found


def _parts(value: Any, shape: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(shape, tuple):
        yield from enumerate(shape)
    elif isinstance(shape, list):
        yield from ((at, shape[0]) for at in range(len(value)))
    elif EVERY in shape:
        yield from ((key, shape[EVERY]) for key in value)
    else:
        yield from shape.items()
