# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where in the chains of others an accepting rule has to stand.

A chain filters if its policy drops, or if a packet of which nothing is known meets a drop in it,
also behind jumps.  The accepting rule stands directly before that drop: what the chain does before
(bans, rates) it still does first.
"""

from __future__ import annotations

from .conditions import (
    ALWAYS,
    MOSTLY,
    NAMED,
    NEVER,
    OTHERS,
    PARTICULAR,
    PLACE,
    Scope,
    branches,
)
from .ruleset import FAMILIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, NamedTuple

    from .ruleset import Chain, Rule, Ruleset
else:
    from ..tuples import NamedTuple

DROPS = ("drop", "reject")
JUMPS = ("jump", "goto")
NONE: frozenset[int] = frozenset()


class Point(NamedTuple):
    """One place for accepting rules: before a rule of a chain, or at its end (``None``).

    ``versions`` are the IP versions that are dropped there.
    """

    chain: Chain
    before: Rule | None
    versions: frozenset[int]

    @property
    def shown(self) -> str:
        """What drops there."""
        return self.before.text if self.before else "policy drop"


class Blocked(NamedTuple):
    """A rule of others that drops some of what is to be open, and says so: it is left alone."""

    chain: Chain
    rule: Rule
    ports: frozenset[int]


class Found(NamedTuple):
    """The points of all chains, and what is in the way."""

    points: list[Point]
    blocked: list[Blocked]


def find(ruleset: Ruleset, ports: dict[int, frozenset[int]]) -> Found:
    """The places in all chains that filter what comes in.

    In: the ports that are to be open, by IP version.
    """
    walk = _Walk(ruleset, frozenset().union(*ports.values()))
    for chain in ruleset.base_chains():
        versions = frozenset(one for one in FAMILIES[chain.family] if ports.get(one))
        rest = walk.through(chain, versions)
        if rest and chain.policy == "drop":
            walk.add(chain, None, rest)
    return Found(walk.points, walk.blocked)


class _Walk:
    """Follows the packets through the chains.

    What a rule does is a pair: the IP versions that go no further, and those that return.
    """

    def __init__(self, ruleset: Ruleset, ports: frozenset[int]) -> None:
        self._ruleset = ruleset
        self._ports = ports
        self.points: list[Point] = []
        self.blocked: list[Blocked] = []

    def add(self, chain: Chain, before: Rule | None, versions: frozenset[int]) -> None:
        """A point; of two at one place one for both."""
        for at, known in enumerate(self.points):
            if known.chain[:3] == chain[:3] and known.before == before:
                self.points[at] = known._replace(versions=known.versions | versions)
                return
        self.points.append(Point(chain, before, versions))

    def through(self, chain: Chain, versions: frozenset[int]) -> frozenset[int]:
        """Goes through a chain.  Out: the IP versions of which packets come out at its end."""
        out: frozenset[int] = frozenset()
        for rule in chain.rules:
            if rule.ours:
                continue
            every = Scope(ALWAYS, versions, self._ports)
            for scope, (verdict, target) in branches(rule.expr, every):
                gone, passed = self._follow(chain, rule, scope, verdict, target)
                versions, out = versions - gone, out | passed
            if not versions:
                break
        return versions | out

    def _follow(
        self, chain: Chain, rule: Rule, scope: Scope, verdict: str, target: Any
    ) -> tuple[frozenset[int], frozenset[int]]:
        if scope.level == NEVER:
            return NONE, NONE
        if verdict in JUMPS:
            inner = self._ruleset.chain(chain.family, chain.table, target["target"])
            return self._jump(chain, rule, inner, scope, verdict) if inner else (NONE, NONE)
        if verdict in DROPS:
            return self._drop(chain, rule, scope), NONE
        everything = scope.is_for_all(self._ports)
        if verdict == "queue" and everything:
            self.blocked.append(Blocked(chain, rule, scope.ports))
        if verdict in ("accept", "queue", "return") and everything:
            return scope.versions, scope.versions if verdict == "return" else NONE
        return NONE, NONE

    def _jump(
        self, chain: Chain, rule: Rule, inner: Chain, scope: Scope, verdict: str
    ) -> tuple[frozenset[int], frozenset[int]]:
        if not self._is_drop(inner):
            return self._enter(chain, rule, inner, scope, verdict)
        if self._spares_some(inner):
            scope = scope._replace(level=min(scope.level, NAMED))
        return self._drop(chain, rule, scope), NONE

    def _drop(self, chain: Chain, rule: Rule, scope: Scope) -> frozenset[int]:
        if scope.level >= MOSTLY:
            self.add(chain, rule, scope.versions)
            return scope.versions
        if scope.level in (NAMED, PLACE, OTHERS):
            self.blocked.append(Blocked(chain, rule, scope.ports))
        return frozenset()

    def _enter(
        self, chain: Chain, rule: Rule, inner: Chain, scope: Scope, verdict: str
    ) -> tuple[frozenset[int], frozenset[int]]:
        if scope.level < PLACE:
            if scope.level == NAMED and self._drops_some(inner, scope.versions):
                self.blocked.append(Blocked(chain, rule, scope.ports))
            return NONE, NONE
        passed = self.through(inner, scope.versions)
        if not scope.is_for_all(self._ports):
            return NONE, NONE
        if verdict == "goto":
            return scope.versions, passed
        return scope.versions - passed, NONE

    def _drops_some(self, chain: Chain, versions: frozenset[int]) -> bool:
        """Whether something that comes into a chain is dropped in it."""
        walk = _Walk(self._ruleset, self._ports)
        walk.through(chain, versions)
        return bool(walk.points)

    def _is_drop(self, chain: Chain) -> bool:
        """Whether a chain is another word for a drop: in the end it drops, and accepts nothing.

        It may let some peers return (allowed networks); then it is a drop of all others.
        """
        verdicts = list(self._verdicts(chain))
        return any(
            scope.level == ALWAYS and verdict in DROPS for scope, verdict in verdicts
        ) and all(
            verdict in DROPS or (verdict == "return" and scope.level <= PARTICULAR)
            for scope, verdict in verdicts
        )

    def _spares_some(self, chain: Chain) -> bool:
        return any(verdict == "return" for _scope, verdict in self._verdicts(chain))

    def _verdicts(self, chain: Chain) -> Iterator[tuple[Scope, str]]:
        for rule in chain.rules:
            every = Scope(ALWAYS, frozenset((4, 6)), self._ports)
            for scope, (verdict, _target) in branches(rule.expr, every):
                yield scope, verdict
