# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A unit's alternatives, and the endpoints that a report shows of them.

Most units have one; what more of them need is in ``projection``.
"""

from __future__ import annotations

from ..endpoint import CLIENT, SERVER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping, NamedTuple, Sequence

    from ..endpoint import Endpoint, Reading, Unit
    from ..text.assume import Condition, Supplied
    from ..text.place import Place
    from ..text.values import Setting
else:
    from ..tuples import NamedTuple


BOTH = (SERVER, CLIENT)


class Alternative(NamedTuple):
    """One whole outcome of a unit and the answers that lead to it.

    ``supplied`` says whether it comes about with every supplied answer taken.
    """

    when: tuple[Condition, ...]
    reading: Reading
    supplied: bool = True


class Further(NamedTuple):
    """What may define more endpoints than are known, of which sides, and the place that says so."""

    decider: str
    place: Place
    sides: tuple[str, ...]


class Judged(NamedTuple):
    """A unit with everything that it may come to."""

    unit: Unit
    alternatives: Sequence[Alternative]
    # Questions that were left open because there were too many combinations of their answers.
    overflow: tuple[str, ...]
    # What is to be said of the program's version, where its format was not written for it.
    unknown_version: str = ""
    # The supplied answers of questions that were asked.
    supplied: Mapping[str, Supplied] = {}
    # The paths that were asked for to read it.
    read: frozenset[str] = frozenset()
    # Questions whose answers are only supposed.
    supposed: frozenset[str] = frozenset()

    def further(self) -> list[Further]:
        """What may define more endpoints than are known; each thing that decides once."""
        found: dict[tuple[str, tuple[str, ...]], Further] = {}
        for alternative in self.alternatives:
            reading = alternative.reading
            for sides, open_ends in ((BOTH, reading.opaque), ((CLIENT,), reading.clients)):
                for decider, place in open_ends:
                    found.setdefault((decider, sides), Further(decider, place, sides))
        return list(found.values())


class Open(NamedTuple):
    """A field that is not decided: the values that it may have, and what decides."""

    possible: tuple[Any, ...]
    depends_on: tuple[str, ...]


class Projected(NamedTuple):
    """An endpoint over all alternatives.

    ``endpoint`` is one of the variants; the fields in ``undecided`` are not to be taken from it.
    ``when`` is empty where the endpoint exists in every alternative.
    """

    endpoint: Endpoint
    undecided: dict[str, Open]
    when: tuple[str, ...]
    depends_on: tuple[str, ...]
    causes: dict[str, tuple[Setting, ...]]


def alone(judged: Judged) -> list[Projected]:
    """The endpoints of a unit with one alternative: open is what is open in it."""
    return [
        Projected(
            endpoint,
            {field: Open((), names) for field, names in endpoint.undecided.items()},
            (),
            (),
            endpoint.causes,
        )
        for endpoint in judged.alternatives[0].reading.endpoints
    ]
