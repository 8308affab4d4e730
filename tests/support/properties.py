"""How many examples a property is tried on."""

from __future__ import annotations

from hypothesis import settings

USUAL = 100


def examples(number: int) -> int:
    """Return how many examples a property gets that is to have ``number`` of them in `make test`.

    The fast loop takes a fifth, as it does of properties that name no number: conftest.py.
    """
    return max(1, number * settings().max_examples // USUAL)
