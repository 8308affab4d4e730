# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Texts that a template makes: what they rest on, and the variables behind a setting.

Loaded where a unit has one.  Who makes them is no matter of the engine.
"""

from __future__ import annotations

from bisect import bisect_right

from .endpoint import SHIPPED
from .patterns import lazy
from .text.values import Shipped, causes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterable, List, Mapping, Tuple

    from .endpoint import Edit, Endpoint, Reading, Unit
    from .source import OnHost
    from .text import Text
    from .text.place import Place
    from .text.values import Setting

    Why = Tuple[Setting, ...]
    # Where expressions end and begin, and the settings that each is made of.
    Spans = List[Tuple[int, int, Tuple[Setting, ...]]]

# What a template reads as its own; no fix writes it.
SIGNS = ("{{", "{%", "{#")
# What means itself in YAML wherever a value may stand.
YAML = (".yml", ".yaml")
PLAIN = lazy(r"[A-Za-z0-9_][A-Za-z0-9_./=+ -]*")


def rests_on(unit: Unit) -> tuple[str, ...]:
    """The answers that the templates of a unit take for granted, in words."""
    words = (one for made in unit.templates.values() for one in made.rests_on)
    return tuple(dict.fromkeys(words))


def explain(reading: Reading, unit: Unit) -> None:
    """Say what is behind the settings of a reading, and where those stand that no file has.

    The variables that an expression is made of come before the settings that it makes.
    """
    made: dict[str, Spans] = {}
    for text in unit.texts.values():
        if text.written:
            made.update(text.made("spans of expressions", _spans))
    if made:
        _explained(reading.endpoints, lambda why: _with_variables(why, made))
    if unit.host is not None:
        _placed(reading, unit.host)


def _explained(
    endpoints: Iterable[Endpoint], explained: Callable[[Why], tuple[Setting, ...]]
) -> None:
    known: dict[Why, Why] = {}
    for endpoint in endpoints:
        for field, why in endpoint.causes.items():
            if why not in known:
                known[why] = explained(why)
            endpoint.causes[field] = known[why]


def _placed(reading: Reading, host: OnHost) -> None:
    """What stands in a file that no repository has is a cause, and nowhere a finding points at."""

    def shown(setting: Setting) -> Setting:
        words = host.shipped.get(setting.place.path) if setting.place is not None else None
        if words is None:
            return setting
        return Shipped(setting.name, setting.value, None, f"{setting.text} ({words})")

    def moved(place: Place) -> Place:
        return host.place if place.path in host.shipped else place

    _explained(reading.endpoints, lambda why: tuple(map(shown, why)))
    for endpoint in reading.endpoints:
        if endpoint.place.path in host.shipped:
            endpoint.place = host.place
            endpoint.tags |= {SHIPPED}
    reading.problems = [one._replace(place=moved(one.place)) for one in reading.problems]
    reading.opaque = [(name, moved(place)) for name, place in reading.opaque]
    reading.clients = [(name, moved(place)) for name, place in reading.clients]
    # What a package's own line does not do is nobody's matter here.
    reading.remarks = [one for one in reading.remarks if shown(one.setting) is one.setting]


def _with_variables(why: Why, made: Mapping[str, Spans]) -> Why:
    return causes(*((*_behind(setting, made), setting) for setting in why))


def _spans(text: Text) -> dict[str, Spans]:
    """Where the expressions of each template end and begin, in order, and what each is made of."""
    found: dict[tuple[str, int, int], dict[Setting, None]] = {}
    for offset, settings in text.written.items():
        place = text.place(offset, offset + 1)
        if settings:
            # One in a loop gives several pieces.
            at = (place.path, place.end, place.start)
            found.setdefault(at, {}).update(dict.fromkeys(settings))
    spans: dict[str, Spans] = {}
    for path, end, start in sorted(found):
        spans.setdefault(path, []).append((end, start, tuple(found[path, end, start])))
    return spans


def _behind(setting: Setting, made: Mapping[str, Spans]) -> list[Setting]:
    place = setting.place
    spans = made.get(place.path, []) if place is not None else []
    if place is None or not spans:
        return []
    behind: list[Setting] = []
    for end, start, settings in spans[bisect_right(spans, (place.start, place.start, ())) :]:
        if start >= place.end:
            break
        if end > place.start:
            behind += settings
    return behind


def spares(unit: Unit, edits: Iterable[Edit]) -> bool:
    """Whether edits change nothing of a template but what stands in its file as it is read."""
    shipped = unit.host.shipped if unit.host is not None else {}
    for edit in edits:
        if any(sign in edit.text for sign in SIGNS) or edit.path in shipped:
            return False
        if edit.path.endswith(YAML) and PLAIN.fullmatch(edit.text) is None:
            return False
        if not any(text.stands(edit.path, edit.start, edit.end) for text in unit.texts.values()):
            return False
    return True
