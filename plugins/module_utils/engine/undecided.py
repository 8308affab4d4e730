# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is left open in a unit: a note for each thing that decides, with all that hangs on it."""

from __future__ import annotations

from ..endpoint import SERVER
from ..text.place import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator, NamedTuple, Sequence

    from .alternatives import Judged, Projected
else:
    from ..tuples import NamedTuple

# More fields than these are counted in a sentence and not named.
NAMED = 3
EXISTENCE = "whether it exists"


class Note(NamedTuple):
    """One thing that decides: a sentence, what hangs on it one by one, the endpoints."""

    decider: str
    message: str
    details: tuple[str, ...]
    endpoints: tuple[str, ...]
    place: Place


class _Hanging:
    """What hangs on one thing."""

    def __init__(self, place: Place) -> None:
        self.place = place
        # The open fields of each endpoint, and whether it exists.
        self.fields: dict[str, dict[str, None]] = {}
        # What there may be beside the endpoints that are known.
        self.further: dict[str, None] = {}

    def add(self, endpoint: str, field: str) -> None:
        """Note that a field of an endpoint hangs on it."""
        self.fields.setdefault(endpoint, {})[field.replace("_", " ")] = None

    def details(self) -> tuple[str, ...]:
        """Each endpoint with its fields."""
        listed = ["{} ({})".format(name, ", ".join(one)) for name, one in self.fields.items()]
        return (*listed, *self.further)

    def sentence(self, decider: str) -> str:
        """Who decides what, counted where it is more than a few."""
        names = {one: None for fields in self.fields.values() for one in fields if one != EXISTENCE}
        parts = []
        if names:
            some = [name for name, fields in self.fields.items() if set(fields) - {EXISTENCE}]
            parts.append(f"{_fields(list(names))} of {_endpoints(some)}")
        there = [name for name, fields in self.fields.items() if EXISTENCE in fields]
        if there:
            parts.append("whether {} exist{}".format(_endpoints(there), "s" * (len(there) == 1)))
        parts += [f"whether there are {one}" for one in self.further]
        return f"{decider} decides {_listed(parts)}"


def notes(judged: Judged, endpoints: Sequence[Projected]) -> Iterator[Note]:
    """A note for each thing that decides, in the order of their names, then for the unit."""
    hanging = _hanging(judged, endpoints)
    for name, what in sorted(hanging.items()):
        ids = tuple(sorted(what.fields))
        yield Note(name, what.sentence(name), what.details(), ids, what.place)
    host = judged.unit.host
    place = Place(judged.unit.name, 1, 1, 1, 1, 0, 0) if host is None else host.place
    if judged.unknown_version:
        ids = tuple(sorted({shown.endpoint.id for shown in endpoints}))
        yield Note("", judged.unknown_version, (), ids, place)
    if judged.overflow:
        message = "too many combinations of {}; each field is judged by itself"
        yield Note("", message.format(", ".join(judged.overflow)), (), (), place)


def _hanging(judged: Judged, endpoints: Iterable[Projected]) -> dict[str, _Hanging]:
    hanging: dict[str, _Hanging] = {}
    for shown in endpoints:
        endpoint = shown.endpoint
        for field, open_field in shown.undecided.items():
            for name in open_field.depends_on:
                hanging.setdefault(name, _Hanging(endpoint.place)).add(endpoint.id, field)
        for name in shown.depends_on:
            hanging.setdefault(name, _Hanging(endpoint.place)).add(endpoint.id, EXISTENCE)
    for name, place, sides in judged.further():
        more = "further endpoints" if SERVER in sides else "further clients"
        hanging.setdefault(name, _Hanging(place)).further[more] = None
    return hanging


def _fields(names: list[str]) -> str:
    return _listed(names) if len(names) <= NAMED else f"{len(names)} fields"


def _endpoints(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} endpoints"


def _listed(words: list[str]) -> str:
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else words[0]
