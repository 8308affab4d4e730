"""Records: what typing.NamedTuple does, they do as well."""

from __future__ import annotations

import copy
import pickle
from typing import Any
from typing import NamedTuple as Real

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import tuples


class Ours(tuples.NamedTuple):  # type: ignore[misc]
    """A record."""

    one: int
    two: str = "b"

    @property
    def both(self) -> str:
        """A property."""
        return f"{self.one}{self.two}"


class Theirs(Real):
    """The same by the standard library."""

    one: int
    two: str = "b"

    @property
    def both(self) -> str:
        """A property."""
        return f"{self.one}{self.two}"


USES = {
    "positions": lambda kind: tuple(kind(1, "x")),
    "names": lambda kind: tuple(kind(two="x", one=1)),
    "default": lambda kind: tuple(kind(1)),
    "field": lambda kind: kind(1).two,
    "method": lambda kind: kind(1).both,
    "equal": lambda kind: (kind(1) == (1, "b"), hash(kind(1)) == hash((1, "b"))),
    "replace": lambda kind: tuple(kind(1)._replace(two="z")),
    "asdict": lambda kind: kind(1)._asdict(),
    "make": lambda kind: tuple(kind._make([1, 2])),
    "fields": lambda kind: kind._fields,
    "repr": lambda kind: repr(kind(1)).partition("(")[2],
    "copy": lambda kind: tuple(copy.copy(kind(1))),
    "pickle": lambda kind: pickle.loads(pickle.dumps(kind(1))) == kind(1),
    "doc": lambda kind: bool(kind.__doc__),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_as_the_standard_library_does(use: Any) -> None:
    assert use(Ours) == use(Theirs)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda kind: kind(),
        lambda kind: kind(1, 2, 3),
        lambda kind: kind(1, one=2),
        lambda kind: kind(1, three=3),
        lambda kind: setattr(kind(1), "one", 2),
    ],
    ids=["too few", "too many", "twice", "unknown", "changed"],
)
def test_refused_as_the_standard_library_does(wrong: Any) -> None:
    for kind in (Ours, Theirs):
        with pytest.raises((TypeError, AttributeError)):
            wrong(kind)


def test_what_replaces_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="three"):
        Ours(1)._replace(three=3)
