"""What every reader promises, as checks for properties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ansible_collections.mailwarden.policy.plugins.module_utils.readers.leaves import (
    Leaf,
    Leaves,
    replaced,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided

from tests.support.holed import holed


class Reader(Protocol):
    """Reads the whole of a text."""

    def __call__(self, text: Text, assume: Assumptions, /) -> Leaves: ...


def template(*parts: str | Hole) -> Text:
    """A text of literals and holes."""
    return holed("t", *parts)


def leaves_of(reader: Reader, *parts: str | Hole) -> Leaves:
    """What a reader makes of literals and holes."""
    return reader(template(*parts), Assumptions({}))


def tree(leaves: Leaves) -> list[tuple[tuple[str | int, ...], str | Undecided]]:
    """Paths and values, in order."""
    return [(leaf.path, leaf.value) for leaf in leaves.leaves]


def check_spans(reader: Reader, string: str, before: str, behind: str = "\n") -> None:
    """What is written at a leaf's span is read as its value; spans lie in each other."""
    for leaf in leaves_of(reader, string).leaves:
        assert 0 <= leaf.line_start <= leaf.key_start <= leaf.key_end <= leaf.start
        assert leaf.start <= leaf.end <= leaf.line_end <= len(string)
        if leaf.start > leaf.key_end:
            again = leaves_of(reader, before, string[leaf.start : leaf.end], behind).leaves
            assert [one.value for one in again] == [leaf.value]


def check_edit(
    reader: Reader, encode: Callable[[Leaf, str], str | None], string: str, which: int, new: str
) -> str | None:
    """An encoded value is read as the new one, and nothing else changes; gives what is written."""
    leaves = leaves_of(reader, string)
    if not leaves.leaves or leaves.problems:
        # A quote that is closed nowhere may find its end in a new value.
        return None
    which %= len(leaves.leaves)
    written = encode(leaves.leaves[which], new)
    if written is not None:
        edited = leaves_of(reader, replaced(leaves.text, [(leaves.leaves[which], written)]))
        expected = tree(leaves)
        expected[which] = (expected[which][0], new)
        assert tree(edited) == expected
        assert not edited.problems
    return written


def check_hole(reader: Reader, string: str, at: int) -> None:
    """With a hole in the place of a character, what is read before it stays as it is."""
    at %= len(string) + 1
    whole = leaves_of(reader, string)
    holed = leaves_of(reader, string[:at], Hole("x"), string[at + 1 :])
    values = [leaf.value for leaf in (*holed.leaves, *holed.opaque)]
    names = {name for one in values if isinstance(one, Undecided) for name in one.depends_on}
    assert all(name == "x" or name.startswith("${") for name in names)
    # The last one may go on where the hole is.
    before = [leaf for leaf in whole.leaves if leaf.line_end < at][:-1]
    kept = {(leaf.path, leaf.start) for leaf in holed.leaves}
    assert all((leaf.path, leaf.start) in kept for leaf in before)
