"""What the tests of all readers of nested file types ask of them."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.mailwarden.policy.plugins.module_utils.readers.leaves import (
    Leaf,
    Leaves,
    replaced,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text import HOLE, Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided

from tests.support.holed import holed

Path = tuple[str | int, ...]
Read = Callable[[Text, Assumptions], Leaves]
Encode = Callable[[Leaf, str], "str | None"]


def template(*parts: str | Hole) -> Text:
    """A text of literals and holes."""
    return holed("t", *parts)


def with_hole(string: str, start: int, end: int | None = None) -> Text:
    """The string with a hole called x in the place of what stands from start to end."""
    end = start if end is None else end
    return template(string[:start], Hole("x"), string[end:])


def shown(leaves: Leaves) -> list[tuple[Path, object, str]]:
    """Path, value and quoting of each leaf."""
    return [(leaf.path, leaf.value, leaf.quoted) for leaf in leaves.leaves]


def open_paths(leaves: Leaves) -> list[Path]:
    """The paths of what is opaque, a hole shown as a question mark."""
    return [
        tuple(part.replace(HOLE, "?") if isinstance(part, str) else part for part in leaf.path)
        for leaf in leaves.opaque
    ]


def values(leaves: Leaves) -> list[tuple[Path, object]]:
    """Path and value of each leaf."""
    return [(leaf.path, leaf.value) for leaf in leaves.leaves]


def check_spans(leaves: Leaves) -> None:
    """Every span lies in the text, the value's and the key's in that of the entry."""
    for leaf in leaves.leaves:
        assert 0 <= leaf.line_start <= leaf.key_start <= leaf.key_end, leaf
        assert leaf.key_end <= leaf.start <= leaf.end <= leaf.line_end <= len(leaves.text), leaf


def check_encoded(read: Read, encode: Encode, leaves: Leaves, leaf: Leaf, new: str) -> str | None:
    """A new value, read again, is the only thing that is new; returns what was written."""
    written = encode(leaf, new)
    if written is None:
        return None
    after = read(Text.of("t", replaced(leaves.text, [(leaf, written)])), Assumptions({}))
    assert after.problems == leaves.problems == ()
    number = leaves.leaves.index(leaf)
    expected = values(leaves)
    expected[number] = (leaf.path, new)
    assert values(after) == expected
    return written


def check_hole_anywhere(read: Read, string: str, at: int) -> Leaves:
    """With a hole put in, nothing is decided that was not so without it; nothing is a problem."""
    before = values(read(Text.of("t", string), Assumptions({})))
    leaves = read(with_hole(string, at), Assumptions({}))
    assert not leaves.problems
    for path, value in values(leaves):
        assert isinstance(value, Undecided) or (path, value) in before
    return leaves


def check_hole_for_value(read: Read, leaves: Leaves, leaf: Leaf) -> None:
    """A hole in the place of a value leaves that one undecided and all others as they were."""
    text = with_hole(leaves.text.string, leaf.start, leaf.end)
    after = read(text, Assumptions({}))
    assert not after.problems
    expected = values(leaves)
    expected[leaves.leaves.index(leaf)] = (leaf.path, Undecided("x"))
    assert values(after) == expected
