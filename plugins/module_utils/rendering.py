# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Texts that a template makes: what they rest on, and the variables behind a setting.

Loaded where a unit has one.  Who makes them is no matter of the engine.
"""

from __future__ import annotations

from bisect import bisect_right

from .text.values import causes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, List, Mapping, Tuple

    from .endpoint import Edit, Endpoint, Unit
    from .text import Text
    from .text.values import Setting

    # Where expressions end and begin, and the settings that each is made of.
    Spans = List[Tuple[int, int, Tuple[Setting, ...]]]

# What a template reads as its own; no fix writes it.
SIGNS = ("{{", "{%", "{#")


def rests_on(unit: Unit) -> tuple[str, ...]:
    """The answers that the templates of a unit take for granted, in words."""
    words = (one for made in unit.templates.values() for one in made.rests_on)
    return tuple(dict.fromkeys(words))


def explain(endpoints: Iterable[Endpoint], unit: Unit) -> None:
    """Put the variables that an expression is made of before the settings that it makes."""
    made = {
        text.path: text.made("spans of expressions", _spans)
        for text in unit.texts.values()
        if text.written
    }
    if not made:
        return
    known: dict[tuple[Setting, ...], tuple[Setting, ...]] = {}
    for endpoint in endpoints:
        for field, why in endpoint.causes.items():
            if why not in known:
                known[why] = causes(*((*_behind(setting, made), setting) for setting in why))
            endpoint.causes[field] = known[why]


def _spans(text: Text) -> Spans:
    """Where the expressions of a template end and begin, in order, and what each is made of."""
    found: dict[tuple[int, int], dict[Setting, None]] = {}
    for offset, settings in text.written.items():
        place = text.place(offset, offset + 1)
        if settings and place.path == text.path:
            # One in a loop gives several pieces.
            found.setdefault((place.end, place.start), {}).update(dict.fromkeys(settings))
    return [(end, start, tuple(found[end, start])) for end, start in sorted(found)]


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
    for edit in edits:
        if any(sign in edit.text for sign in SIGNS):
            return False
        if not any(text.stands(edit.path, edit.start, edit.end) for text in unit.texts.values()):
            return False
    return True
