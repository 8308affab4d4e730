"""Distributions as data: the files and versions that a package installs, release by release.

A distribution is a host of its own: its files and versions belong together and are never mixed.
Which one a repository is for a policy says, or its signs.
"""

from __future__ import annotations

from collections.abc import Iterator

from . import debian, redhat, upstream
from .debian import answered
from .distribution import Distribution, Shipped, Signs, opened

__all__ = ["Distribution", "Shipped", "Signs", "answered", "get", "guess", "names", "opened"]

_BY_NAME = {
    one.name: one for one in (*debian.DISTRIBUTIONS, *redhat.DISTRIBUTIONS, *upstream.DISTRIBUTIONS)
}


def names() -> tuple[str, ...]:
    """The names of all that are known, each family from its oldest to its newest."""
    return tuple(_BY_NAME)


def get(name: str) -> Distribution:
    """A distribution by its name; raises ``KeyError`` where none is so called."""
    return _BY_NAME[name]


def guess(signs: Signs) -> list[str]:
    """The names of all the distributions that fit what a repository shows.

    In: what it shows; what is no sign of any distribution does not count.  Out: the names, in the
    order of ``names``: all of them where there is no sign.  A sign of several families counts where
    no sign of one of them alone explains it.  Of a family whose releases are named only those fit.
    """
    pointed = [families for families in _pointed(signs) if families]
    sure = {family for families in pointed if len(families) == 1 for family in families}
    fits = sure.union(*(families for families in pointed if not families & sure))
    named = [one for one in _BY_NAME.values() if one.signs.releases & _releases(signs)]
    settled = {one.family for one in named}
    return [
        one.name
        for one in _BY_NAME.values()
        if (one.family in fits or not pointed) and (one in named or one.family not in settled)
    ]


def _pointed(signs: Signs) -> Iterator[set[str]]:
    """The families that each sign points at."""
    known = _BY_NAME.values()
    for kind in ("packages", "services", "families"):
        for name in getattr(signs, kind):
            yield {one.family for one in known if name in getattr(one.signs, kind)}
    for name in signs.managers:
        module = name.rpartition(".")[2]
        yield {one.family for one in known if module in one.signs.managers}
    for path in signs.paths:
        yield {one.family for one in known if any(_below(path, top) for top in one.signs.paths)}
    for name in _releases(signs):
        yield {one.family for one in known if name in one.signs.releases}


def _below(path: str, top: str) -> bool:
    return f"{path}/".startswith(f"{top}/")


def _releases(signs: Signs) -> set[str]:
    """The releases in one spelling: ``debian:12`` as ``debian-12``."""
    return {name.lower().replace(":", "-").replace(" ", "-") for name in signs.releases}
