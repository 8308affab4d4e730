# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How sure a finding is that not every alternative of its unit has.

Loaded where a unit has more than one.
"""

from __future__ import annotations

from string import ascii_letters, digits

from .finding import CONFIDENCES, LIKELY, POSSIBLE
from .projection import conditions, project

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Collection, Iterable, NamedTuple, Optional, Sequence, Tuple

    from ..endpoint import Endpoint, Unit
    from ..text.values import Setting
    from .alternatives import Alternative, Judged, Projected
    from .finding import Finding, Violation

    Hit = Tuple[Alternative, Violation, Optional[Endpoint]]
else:
    from ..tuples import NamedTuple


# What says of a server or a client that it does not work at all.
UNUSABLE = ("syntax-error", "endpoint-unusable", "tls-broken")
# More than so many variants a message does not name.
VARIANTS = 3


class Sure(NamedTuple):
    """How sure a finding is, what its alternatives have in common, on which answers it rests."""

    confidence: str
    when: tuple[str, ...]
    rests_on: tuple[str, ...]


def sure(
    held: Sequence[Alternative],
    judged: Judged,
    endpoint: str,
    field: str,
    cause: Sequence[Setting],
) -> Sure:
    """What follows from the alternatives in which something is said of an endpoint's field.

    It is likely where all have it that take the supplied answers; where it rests on a default that
    another answer could change, it is possible all the same.
    """
    there = {id(one) for one in held}
    missing = [one for one in judged.alternatives if id(one) not in there]
    if any(one.supplied for one in missing):
        only = all(one.supplied for one in held)
        rests_on = _rests_on(judged, endpoint, field) if only else ()
        return Sure(POSSIBLE, conditions(held, {}), rests_on)
    could_set = {name for one in judged.supplied.values() for name in one.could_set}
    default = any(setting.place is None and setting.name in could_set for setting in cause)
    return Sure(POSSIBLE if default else LIKELY, (), _rests_on(judged, endpoint, field))


def standing(said: list[Hit], judged: Judged) -> tuple[list[Hit], Judged] | None:
    """What is said and the alternatives that count for it; ``None`` if it is no finding.

    A finding holds under all supposed answers, whatever the others are.  An answer that leaves the
    field open does not speak against it.  An answer under which the port serves no client is left
    out, unless every answer is like that.
    """
    _alternative, violation, endpoint = said[0]
    name = endpoint.id if endpoint is not None else ""
    served = [one for one in judged.alternatives if not _is_dead(one, name)]
    judged = judged._replace(alternatives=served or judged.alternatives)
    counting = {id(one) for one in judged.alternatives}
    said = [hit for hit in said if id(hit[0]) in counting]
    there = {id(hit[0]) for hit in said}
    against = {
        _known(one, judged)
        for one in judged.alternatives
        if id(one) not in there and not _is_open(one, name, violation.field)
    }
    stands = any(_known(hit[0], judged) not in against for hit in said)
    return (said, judged) if stands else None


def sentence(messages: Iterable[str]) -> str:
    """One message for several alternatives: what all have in common, the variants in the middle."""
    variants = list(dict.fromkeys(messages))
    if len(variants) == 1:
        return variants[0]
    start = _beginning(variants).rfind(" ") + 1
    ends = [message[start:][::-1] for message in variants]
    # What ends them all begins behind a word.
    end = _beginning(ends)[::-1].lstrip(ascii_letters + digits)
    middles = [message[start : len(message) - len(end)] for message in variants]
    if not all(middles):
        return variants[0]
    if len(middles) > VARIANTS:
        middles[VARIANTS:] = ["…"]
    return variants[0][:start] + " or ".join(middles) + end


def _beginning(texts: Sequence[str]) -> str:
    """What all the texts begin with."""
    shortest = min(texts, key=len)
    differs = (at for at, sign in enumerate(shortest) if any(text[at] != sign for text in texts))
    return shortest[: next(differs, len(shortest))]


def _is_dead(alternative: Alternative, name: str) -> bool:
    return any(one.id == name and one.usable is False for one in alternative.reading.endpoints)


def _is_open(alternative: Alternative, name: str, field: str) -> bool:
    return any(one.id == name and field in one.undecided for one in alternative.reading.endpoints)


def _known(alternative: Alternative, judged: Judged) -> tuple[object, ...]:
    """The answers of an alternative without those that are only supposed."""
    known = (pair for pair in alternative.when if pair[0] not in judged.supposed)
    return (alternative.supplied, *known)


def _rests_on(judged: Judged, endpoint: str, field: str) -> tuple[str, ...]:
    """The supplied answers that matter, in words; all where that cannot be told."""
    supplied = judged.supplied
    asked = _open_by(judged, endpoint, field)
    names = [name for name in supplied if name in asked] or list(supplied)
    return tuple(dict.fromkeys(supplied[name].words for name in names))


def _open_by(judged: Judged, name: str, field: str) -> set[str]:
    """What the endpoint's field hangs on while no supplied answer is taken; empty: anything."""
    names: set[str] = set()
    for alternative in judged.alternatives:
        if not alternative.supplied:
            endpoint = next((one for one in alternative.reading.endpoints if one.id == name), None)
            if endpoint is None:
                return set()
            undecided = endpoint.undecided
            for one in (field,) if field in undecided else undecided:
                names.update(undecided[one])
    return names


def as_supplied(
    endpoints: Sequence[tuple[Unit, Projected]], judged: Sequence[Judged]
) -> list[tuple[Unit, Projected]]:
    """The endpoints of a run as they are with every supplied answer taken."""
    open_ends = {one.unit.name for one in judged if one.supplied}
    found = [(unit, shown) for unit, shown in endpoints if unit.name not in open_ends]
    for one in judged:
        if one.supplied:
            taken = [alternative for alternative in one.alternatives if alternative.supplied]
            found += [(one.unit, shown) for shown in project(one._replace(alternatives=taken))]
    return found


def weakened(finding: Finding, words: Iterable[str]) -> Finding:
    """A finding that holds with these answers, unless there are none."""
    words = tuple(words)
    if words:
        finding.confidence = min(LIKELY, finding.confidence, key=CONFIDENCES.index)
        finding.rests_on = tuple(dict.fromkeys((*finding.rests_on, *words)))
    return finding


def doubted(finding: Finding, units: Iterable[Unit]) -> Finding:
    """A finding that is no more than possible where it says that an empty variable does not work.

    An empty default is often meant, but not where nothing works with it.
    """
    if finding.rule in UNUSABLE:
        from ..left_empty import variables

        places = (finding.place, *(setting.place for setting in finding.cause))
        names = [name for unit in units for name in variables(unit, places, finding.cause)]
        if names:
            finding.confidence = POSSIBLE
            words = (f"{name} is empty" for name in names)
            finding.when = tuple(dict.fromkeys((*finding.when, *words)))
    return finding


def of_older(finding: Finding, doubtful: Collection[str]) -> Finding:
    """A finding that is no more than possible where an older release may have other defaults."""
    if any(setting.place is None and setting.name in doubtful for setting in finding.cause):
        finding.confidence = POSSIBLE
    return finding
