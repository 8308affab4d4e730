"""What a template that has been read may be, and whether a text is among it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import explore
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided

from mailwarden.render import Rendered, render
from mailwarden.render.values import FUNCTIONS, Known, Open
from mailwarden.render.variables import is_fact


class Plain:
    """A mapping of names to what files say of them.

    ``open_names`` are set somewhere, by what nobody here follows: whether and how is not known.
    Facts are there and not known.  With ``sure`` false any name may be set somewhere.
    """

    def __init__(
        self,
        known: Mapping[str, Known],
        open_names: frozenset[str] = frozenset(),
        sure: bool = True,
    ) -> None:
        self._known = known
        self._open = open_names
        self._sure = sure

    def get(self, name: str) -> Known | Open | None:
        """What the files say of a name; ``None`` where none sets it."""
        found = self._known.get(name)
        if name in self._open or (found is not None and not self._sure):
            return Open(name, True if found is not None else None)
        if found is not None:
            return found
        if is_fact(name):
            return Open(name)
        return None if self._sure or name in FUNCTIONS else Open(name, None)


def read(
    source: str,
    variables: Mapping[str, Any],
    forgotten: Iterable[str] = (),
    settings: Mapping[str, Any] | None = None,
) -> Rendered:
    """A template of variables with these values, of which some are not known."""
    known = {name: Known(name, value) for name, value in variables.items()}
    return render(Text.of("t.j2", source), Plain(known, frozenset(forgotten)), settings=settings)


def shown(text: Text) -> str:
    """A text with its holes: ``<name|answer:text|answer:text>``."""
    made = ""
    for at, sign in enumerate(text.string):
        hole = text.holes.get(at)
        options = (
            ""
            if hole is None
            else "".join(
                f"|{answer}:{'?' if one is None else shown(one)}" for answer, one in hole.options
            )
        )
        made += sign if hole is None else f"<{hole.name}{options}>"
    return made


def readings(text: Text) -> list[str | Undecided]:
    """Every text that it may be; what may be anything is open in it."""
    outcomes, _open = explore(lambda assume: text.value(0, len(text), assume), {})
    return [value for _when, value in outcomes]


def may_be(text: Text, real: str) -> bool:
    """Whether a text is among the readings."""
    return any(_fits(reading, real) for reading in readings(text))


def may_set(text: Text, real: str) -> bool:
    """Whether a file of settings is among the readings, wherever it has the lines that are known.

    Those stand in the text behind the lines that are not known, and the last line of a name counts.
    """
    return any(_fits(reading, _with_last(reading, real)) for reading in readings(text))


def _with_last(reading: str | Undecided, real: str) -> str:
    """The real file with the last line of each name at its end that the reading has there."""
    pieces = reading.pieces if isinstance(reading, Undecided) else ()
    shown = "".join(piece if isinstance(piece, str) else "\0" for piece in pieces).splitlines()
    unknown = [at for at, line in enumerate(shown) if line == "\0"]
    lines = real.splitlines(keepends=True)
    for line in shown[unknown[-1] + 1 :] if unknown else ():
        name = line.partition("=")[0].strip()
        own = [at for at, one in enumerate(lines) if one.partition("=")[0].strip() == name]
        if own:
            lines.append(lines.pop(own[-1]))
    return "".join(lines)


def _fits(reading: str | Undecided, real: str) -> bool:
    if isinstance(reading, str):
        return reading == real
    pieces = reading.pieces or (reading,)
    at = 0
    for number, piece in enumerate(pieces):
        if isinstance(piece, Undecided):
            continue
        first, last = number == 0, number == len(pieces) - 1
        if last and not first:
            return len(real) - at >= len(piece) and real.endswith(piece)
        found = 0 if first and real.startswith(piece) else -1 if first else real.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return isinstance(pieces[-1], Undecided) or at == len(real)
