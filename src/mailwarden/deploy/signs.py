"""Which distribution a role or a play is for, by what its files show."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source

from .. import distributions
from ..distributions import Distribution, Signs
from . import releases

# What a role's hosts show themselves in; meta/main.yml often names what nobody has any more.
PARTS = ("tasks", "handlers", "defaults", "vars", "templates")
FILES, BYTES, DEEPEST = 400, 4 * 1024 * 1024, 4
# Where nothing shows anything.
USUAL = "debian-13"
# Two of one family, of which a role may name one alone.
DEBIAN, UBUNTU = "Debian", "Ubuntu"
# Packages of which others are a part.
WITH = {"dovecot": ("dovecot-core",)}
# What a program's own comments name, it names for every system.
_COMMENT = re.compile(r"(?m)^[ \t]{0,80}\{?#[^\n]*")
_WORDS = re.compile(r"[A-Za-z0-9_/][A-Za-z0-9_.+/-]{0,200}")
_KEY = re.compile(r"(?m)^[ \t]{0,80}(?:- )?(?:[a-z_]{1,40}\.[a-z_]{1,40}\.)?([a-z_0-9]{2,40}):")
_FAMILY = re.compile(r"(?:os_family|distribution)\b[^\n]{0,200}")


class Shown:
    """What some files show."""

    def __init__(self, paths: Iterable[str], source: Source) -> None:
        self.files: list[str] = []
        self._source = source
        self._words: set[str] = set()
        self._keys: set[str] = set()
        self._families: set[str] = set()
        left = BYTES
        for path in paths:
            try:
                string = source.looked_into(path).decode("utf-8", "replace")
            except MailwardenError:
                continue
            left -= len(string)
            if left < 0 or len(self.files) >= FILES:
                break
            self.files.append(path)
            self._add(path, string)

    def _add(self, path: str, written: str) -> None:
        string = _COMMENT.sub("", written)
        self._words.update(word.rstrip(".:") for word in _WORDS.findall(string))
        if path.endswith((".yml", ".yaml")):
            self._keys.update(_KEY.findall(string))
            for found in _FAMILY.findall(string):
                self._families.update(_WORDS.findall(found))
            self._families.update(re.split(r"[^A-Za-z0-9]", os.path.basename(path)))

    def signs(self) -> Signs:
        """What may be a sign of a distribution."""
        paths = frozenset(word.rstrip("/") for word in self._words if word.startswith("/"))
        return Signs(
            packages=frozenset(self._words),
            paths=paths,
            managers=frozenset(self._keys),
            families=frozenset(self._families),
        )

    def is_older(self, folders: Iterable[str]) -> bool:
        """Whether the roles in these folders are for older releases alone than are known."""
        older = [releases.are_older(one, self._words, self._source) for one in folders]
        return bool(older) and all(older)

    def packages(self, distribution: Distribution) -> list[str]:
        """The packages of a distribution that a role may install: those that it names."""
        named = [name for name in distribution.packages if name in self._words]
        if any(name.startswith("dovecot-") for name in named):
            named = [*WITH["dovecot"], *named]
        usual = [name for name in ("postfix",) if name in distribution.packages]
        return [name for name in dict.fromkeys((*usual, *named)) if name in distribution.packages]


def chosen(shown: Shown, programs: Mapping[str, str]) -> list[Distribution]:
    """The newest release of each family that something points at, of all that fit.

    ``programs`` are the versions that a policy names: of releases that have them the others do not
    count.
    """
    every = distributions.names()
    found = shown.signs()
    fits = [distributions.get(name) for name in distributions.guess(found)]
    named = [one for one in fits if _has(one, programs)]
    if len(fits) == len(every):
        usual = distributions.get(USUAL)
        return [one for one in named if one.family == usual.family][-1:] or [usual]
    fits = named or fits
    if UBUNTU in found.families and DEBIAN not in found.families:
        fits = [one for one in fits if one.family != DEBIAN or _system(one) == UBUNTU.lower()]
    newest: dict[str, Distribution] = {}
    for one in fits:
        first = newest.get(one.family)
        if first is None or _system(first) == _system(one):
            newest[one.family] = one
    return list(newest.values())


def others(distribution: Distribution, program: str) -> list[Distribution]:
    """Other releases of the family with other series of a program, each series at its newest.

    Those of the same distribution first, and the newest first.
    """
    known = [distributions.get(name) for name in reversed(distributions.names())]
    family = [one for one in known if one.family == distribution.family]
    seen = {_series(distribution, program), ""}
    found = []
    for one in sorted(family, key=lambda one: _system(one) != _system(distribution)):
        if _series(one, program) not in seen:
            seen.add(_series(one, program))
            found.append(one)
    return found


def _series(distribution: Distribution, program: str) -> str:
    """``2.3`` of 2.3.21; empty where the version is not known."""
    return ".".join(distribution.versions.get(program, "").split(".")[:2])


def _has(distribution: Distribution, programs: Mapping[str, str]) -> bool:
    """Whether a release has the versions, of the programs that are known of it."""
    known = {name: distribution.versions.get(name, "") for name in programs}
    return any(known.values()) and all(
        f"{version}.".startswith(f"{programs[name]}.") for name, version in known.items() if version
    )


def _system(distribution: Distribution) -> str:
    return distribution.name.partition("-")[0]


def of_role(folder: str, source: Source) -> Iterator[str]:
    """The files of a role that may show it."""
    for part in PARTS:
        yield from _inside(os.path.join(folder, part), source, DEEPEST)


def _inside(folder: str, source: Source, depth: int) -> Iterator[str]:
    for name in source.listing(folder):
        path = os.path.join(folder, name)
        if depth and source.listing(path):
            yield from _inside(path, source, depth - 1)
        else:
            yield path
