# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What several alternatives of a unit have in common, and their projection into one endpoint each.

Loaded where a unit has more than one.
"""

from __future__ import annotations

from ..endpoint import FIELDS
from ..text.assume import NOT_TAKEN, TAKEN, decider
from .alternatives import Alternative, Open, Projected, alone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping, Sequence

    from ..endpoint import Endpoint, Reading
    from ..text.assume import Condition, Supplied
    from ..text.values import Setting
    from .alternatives import Judged


def merged(alternatives: Sequence[Alternative]) -> list[Alternative]:
    """The alternatives that differ: equal outcomes become one, under what they have in common."""
    different: list[Alternative] = []
    for alternative in alternatives:
        for index, other in enumerate(different):
            if _same(alternative.reading, other.reading):
                different[index] = _both(other, alternative)
                break
        else:
            different.append(alternative)
    return different


def _both(one: Alternative, other: Alternative) -> Alternative:
    """Two alternatives with the same outcome.

    Where one of them takes the supplied answers, the other says what the outcome hangs on.
    """
    if one.supplied is other.supplied:
        when = tuple(pair for pair in one.when if pair in other.when)
    else:
        tried = other if one.supplied else one
        when = tuple(pair for pair in tried.when if pair[1] != NOT_TAKEN)
    return Alternative(when, one.reading, one.supplied or other.supplied)


def _same(one: Reading, other: Reading) -> bool:
    return (
        one.endpoints == other.endpoints
        and one.problems == other.problems
        and one.remarks == other.remarks
        and one.opaque == other.opaque
        and one.clients == other.clients
    )


def conditions(
    alternatives: Sequence[Alternative], supplied: Mapping[str, Supplied]
) -> tuple[str, ...]:
    """What the given alternatives have in common, in words: ``x = true``.

    ``supplied`` holds the supplied answers that are to be among them.
    """
    common = [
        pair for pair in alternatives[0].when if all(pair in other.when for other in alternatives)
    ]
    words = (_words(question, answer, supplied) for question, answer in common)
    return tuple(filter(None, words))


def _words(question: str, answer: str, supplied: Mapping[str, Supplied]) -> str:
    if answer in (TAKEN, NOT_TAKEN):
        return supplied[question].words if answer == TAKEN and question in supplied else ""
    program, boundary, version = question.partition(">=")
    if not boundary:
        return f"{question} = {answer}"
    return "{} {} {}".format(program, "from" if answer == "yes" else "before", version)


def deciders(outcomes: Sequence[tuple[tuple[Condition, ...], Any]]) -> tuple[str, ...]:
    """The questions on which an outcome hangs.

    A question counts where two alternatives that agree on all else that both were asked come to
    different outcomes.  Where no two are that close, all questions count.  The supplied answers are
    taken together, so they count together.
    """
    names: set[str] = set()
    answered = [(dict(when), outcome) for when, outcome in outcomes]
    for index, (one, first) in enumerate(answered):
        for other, second in answered[index + 1 :]:
            if first == second:
                continue
            apart = [name for name in one if name in other and one[name] != other[name]]
            if len(apart) == 1 or all(one[name] in (TAKEN, NOT_TAKEN) for name in apart):
                names.update(map(decider, apart))
    if not names:
        names = {decider(name) for when, _outcome in answered for name in when}
    return tuple(sorted(names))


def project(judged: Judged) -> list[Projected]:
    """Each endpoint of the unit once, with what is decided and what is not."""
    if len(judged.alternatives) == 1:
        return alone(judged)
    variants: dict[str, list[tuple[Alternative, Endpoint]]] = {}
    for alternative in judged.alternatives:
        for endpoint in alternative.reading.endpoints:
            variants.setdefault(endpoint.id, []).append((alternative, endpoint))
    return [_projected(judged, found) for found in variants.values()]


def _projected(judged: Judged, found: list[tuple[Alternative, Endpoint]]) -> Projected:
    first = found[0][1]
    undecided: dict[str, Open] = {}
    for field in FIELDS:
        open_field = _open(field, found)
        if open_field is not None:
            undecided[field] = open_field
    when: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    if len(found) < len(judged.alternatives):
        when = conditions([alternative for alternative, _endpoint in found], judged.supplied)
        there = {id(alternative) for alternative, _endpoint in found}
        depends_on = deciders([(one.when, id(one) in there) for one in judged.alternatives])
    causes = {}
    for field in FIELDS:
        settings: dict[Setting, None] = {}
        for _alternative, endpoint in found:
            for setting in endpoint.causes.get(field, ()):
                settings.setdefault(setting)
        if settings:
            causes[field] = tuple(settings)
    return Projected(first, undecided, when, depends_on, causes)


def _open(field: str, found: list[tuple[Alternative, Endpoint]]) -> Any:
    """The ``Open`` of a field that differs or is open somewhere; ``None`` where it is decided."""
    names = {name for _alternative, one in found for name in one.undecided.get(field, ())}
    values = [
        (alternative.when, getattr(endpoint, field))
        for alternative, endpoint in found
        if field not in endpoint.undecided
    ]
    possible: list[Any] = []
    for _when, value in values:
        if value not in possible:
            possible.append(value)
    if not names and len(possible) <= 1:
        return None
    if len(possible) > 1:
        names.update(deciders(values))
    known = tuple(value for value in possible if value is not None)
    return Open(known, tuple(sorted(names)))
