# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""``group @label name { ... }`` of 2.4, and ``@label = name``, which brings its settings in.

Source: config-parser.c of Dovecot 2.4.1.
"""

from __future__ import annotations

from ...text.values import Undecided
from .files import DEPTH, Blind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from .files import Said

# Settings that groups bring in; one that uses itself would bring them in for ever.
LIMIT = 5_000


class Groups:
    """The groups of a configuration and what uses them."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str], list[Said]] = {}
        self._uses: list[tuple[str, Said]] = []
        self._blinds: list[Blind] = []

    def take(self, said: Said) -> bool:
        """Whether it is part of a group, or uses one: it counts once ``joined`` gives it."""
        outer = said.sections[0] if said.sections else None
        if outer is not None and outer.key and outer.key.startswith("@"):
            if isinstance(outer.name, Undecided):
                # Each use may mean it, wherever it stands.
                self._blinds.append(Blind((), outer.name.depends_on, outer.place))
            else:
                self._groups.setdefault((outer.key, outer.name), []).append(said)
            return True
        if not said.name.startswith("@"):
            return False
        if isinstance(said.value, str):
            self._uses.append((said.value, said))
        elif said.setting.place is not None:
            self._blinds.append(Blind(said.sections, said.value.depends_on, said.setting.place))
        return True

    def joined(self) -> Iterator[Said | Blind]:
        """What the uses bring in, each where it stands; what it holds may use further groups."""
        yield from self._blinds
        left = LIMIT
        for _deep in range(DEPTH):
            uses, self._uses = self._uses, []
            for name, use in uses:
                group = self._groups.get((use.name, name), ())
                left -= len(group)
                if left < 0:
                    yield _too_many(use)
                    return
                for said in group:
                    yield _moved(said, use)
        if self._uses:
            yield _too_many(self._uses[0][1])


def _moved(said: Said, use: Said) -> Said:
    """A setting of a group, where a use brings it in."""
    text = f"{said.setting.text} (through {use.setting.text})"
    setting = said.setting._replace(text=text)
    return said._replace(sections=(*use.sections, *said.sections[1:]), setting=setting)


def _too_many(use: Said) -> Blind:
    # Further uses may stand anywhere.
    place = use.setting.place or use.sections[-1].place
    return Blind((), (f"more than {LIMIT} settings of groups",), place)
