# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edits of what a template's expression gave, made where the variable behind it is set.

Loaded where a fix would change an expression.
"""

from __future__ import annotations

from ..endpoint import Edit
from ..patterns import lazy
from ..rendering import PLAIN, YAML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterator

    from ..endpoint import Unit
    from ..text import Text
    from ..text.place import Place
    from ..text.values import Setting

    Read = Callable[[str], bytes]

QUOTES = ("'", '"')
# What YAML takes for something else than a string where it stands without quotes.
_OTHER = lazy(r"(?i)y|n|yes|no|true|false|on|off|null|[-+.0-9][-+.:0-9_a-fox]*")


def redirected(unit: Unit, edit: Edit, read: Read) -> Edit | None:
    """The same change at the variable that an edit's one expression is made of.

    ``read`` gives the bytes of a file.  ``None`` where no variable holds just what the expression
    gave, as it is written in its file.
    """
    found = [one for text in unit.texts.values() for one in _expressions(text, edit)]
    if len(found) != 1:
        return None
    given, wanted, settings = found[0]
    places = dict.fromkeys(one.place for one in settings if one.place is not None)
    edits = [_at(place, given, wanted, read) for place in places]
    here = [one for one in edits if one is not None]
    return here[0] if len(here) == 1 else None


def _expressions(text: Text, edit: Edit) -> Iterator[tuple[str, str, tuple[Setting, ...]]]:
    """What an expression gave, what it is to give, and its variables, if an edit changes one."""
    runs = text.within(edit.path, edit.start, edit.end)
    inside = [run for run in runs if run[0] in text.written]
    if len(inside) != 1 or any(one[1] != other[0] for one, other in zip(runs, runs[1:])):
        return
    offset, stop, first, last = inside[0]
    if text.has_hole(runs[0][0], runs[-1][1]) or first < edit.start or edit.end < last:
        return
    before = _bytes(text, runs[0][0], offset)[edit.start - runs[0][2] :]
    after = _bytes(text, stop, runs[-1][1])
    after = after[: len(after) - (runs[-1][3] - edit.end)]
    new = edit.text.encode("utf-8", "surrogateescape")
    kept = len(before) + len(after)
    if len(new) > kept and new.startswith(before) and new.endswith(after):
        wanted = new[len(before) : len(new) - len(after)].decode("utf-8", "surrogateescape")
        yield text.string[offset:stop], wanted, text.written[offset]


def _bytes(text: Text, start: int, end: int) -> bytes:
    return text.string[start:end].encode("utf-8", "surrogateescape")


def _at(place: Place, given: str, wanted: str, read: Read) -> Edit | None:
    """The edit of a variable that holds what an expression gave; ``None`` where it does not."""
    if not place.path.endswith(YAML) or PLAIN.fullmatch(wanted) is None:
        return None
    data = read(place.path)
    raw = data[place.start : place.end].decode("utf-8", "surrogateescape")
    before = data[: place.start].rpartition(b"\n")[2].decode("utf-8", "surrogateescape")
    quote = raw[:1] if raw[:1] in QUOTES else ""
    if raw != f"{quote}{given}{quote}" or _is_marked(before):
        return None
    if not quote and _OTHER.fullmatch(wanted) is not None:
        wanted = f"'{wanted}'"
    return Edit(place.path, place.start + len(quote), place.end - len(quote), wanted)


def _is_marked(before: str) -> bool:
    """Whether an anchor or a tag stands in front of a value: other places may use it."""
    before = before.rstrip(" \t")
    word = before[max(before.rfind(sign) for sign in " \t,[]{}") + 1 :]
    return "&" in word or "!" in word
