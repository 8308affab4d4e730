# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the settings of one client say, asked by the keys and the rules of its row."""

from __future__ import annotations

from ..readers.leaves import chosen
from ..text import hole_shown
from ..text.assume import parse_version
from ..text.values import Setting, Undecided, Value, causes, default
from .row import BEFORE, BEHIND, DOTTED, FOLDED, SET, SINCE, VARIABLES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple, Sequence

    from ..readers.leaves import HasDuplicates, Leaf, Leaves, Path
    from ..text import Text
    from ..text.assume import Assumptions
    from .row import Dialect, Keys, Rules, Wanted
else:
    from ..tuples import NamedTuple

# Names of keys whose values are shown nowhere.
_SECRET = ("pass", "secret", "token")


class Layer(NamedTuple):
    """Where keys are looked for: below a path of a file's leaves, all with one beginning."""

    leaves: Leaves
    below: Path
    begin: str
    variant: HasDuplicates
    # Whether quotes make a text of a word: JSON, TOML, YAML.
    typed: bool

    def leaf(self, row: Dialect, key: str) -> Leaf | None:
        """The leaf that counts for a key."""
        name = named(row, self.begin + key)
        parts = (name,) if row.keys in (DOTTED, VARIABLES) else tuple(name.split("."))
        return chosen(self.leaves, (*self.below, *parts), self.variant)

    def within(self, row: Dialect, key: str) -> Leaf | None:
        """What stands where a key within another one would, if the other is there."""
        if "." not in key:
            return None
        path = (*self.below, named(row, self.begin + key).split(".")[0])
        return next((leaf for leaf in self.leaves.leaves if leaf.path[: len(path)] == path), None)


def named(row: Dialect, key: str) -> str:
    """A key as the leaves of the row's files have it."""
    if row.keys == VARIABLES:
        return key.replace(".", "_").replace("-", "").lower()
    return key.lower() if row.keys in (FOLDED, DOTTED) else key


class Settings:
    """The settings of one client.

    ``known`` holds what conditions ask for that is no key, as far as it is decided.
    """

    def __init__(self, row: Dialect, layers: Sequence[Layer], assume: Assumptions) -> None:
        self.row = row
        self.program = row.program or row.name
        self.layers = layers
        self.assume = assume
        self.known: dict[str, Value] = {}

    def find(self, key: str) -> tuple[Layer, Leaf] | None:
        """Where a key is set, in the first layer that has it; one that is null is not set."""
        for layer in self.layers:
            leaf = layer.leaf(self.row, key)
            if leaf is not None and not self._is_null(layer, leaf):
                return layer, leaf
            if layer.within(self.row, key) is not None:
                return None
        return None

    def first(self, keys: Keys) -> str:
        """The first of the keys that is set, or the first of all."""
        several = (keys,) if isinstance(keys, str) else keys
        return next((key for key in several if self.find(key)), several[0] if several else "")

    def value(self, key: str) -> Value:
        """What a key says; ``None`` if it is not set."""
        if key in self.known:
            return self.known[key]
        found = self.find(key)
        if found is None:
            return Value(None, (default(self.program, self.layers[0].begin + key, "not set"),))
        return Value(self.resolved(found[1].value), (self.setting(*found, key),))

    def resolved(self, value: str | Undecided) -> str | Undecided:
        """A value with what the program replaces itself: a default is a supplied answer."""
        references = self.row.references
        if isinstance(value, Undecided) or references is None:
            return value
        open_names = []
        for name, text in references.findall(value):
            words = f"{name} is not set: its default counts"
            if not text or not self.assume.takes(name, words):
                open_names.append(name)
        return Undecided(*open_names) if open_names else references.sub(r"\2", value)

    def setting(self, layer: Layer, leaf: Leaf, key: str) -> Setting:
        """A leaf as a cause; of a secret no more than its key."""
        text = layer.leaves.text
        place = text.place(leaf.line_start, leaf.line_end)
        if any(word in key.lower() for word in _SECRET):
            return Setting(key, "", place, text.string[leaf.key_start : leaf.key_end])
        value = leaf.value if isinstance(leaf.value, str) else ""
        start = leaf.key_start if leaf.key_start < leaf.key_end else leaf.start
        return Setting(key, value, place, _shown(text, start, leaf.end))

    def decide(self, rules: Rules) -> Value:
        """The outcome of the first rule that holds; ``None`` if none does.

        Its cause is what its conditions asked for, or, if it has none, what the others did.
        """
        tested: tuple[Setting, ...] = ()
        outcomes = {}
        names: list[str] = []
        for outcome, conditions in rules:
            answer, why = self._all(conditions)
            if answer is not False:
                outcomes[outcome] = why or tested
            if answer is True:
                break
            tested = causes(tested, why)
            names += answer.depends_on if isinstance(answer, Undecided) else ()
        if len(outcomes) == 1 or not names:
            return next((Value(*item) for item in outcomes.items()), Value(None, tested))
        return Value(Undecided(*names), tested)

    def _all(self, conditions: Any) -> tuple[bool | Undecided, tuple[Setting, ...]]:
        names: list[str] = []
        why: list[tuple[Setting, ...]] = []
        for key, wanted in conditions.items():
            answer = self.holds(key, wanted)
            why.append(answer.causes)
            if answer.value is False:
                return False, causes(*why)
            names += answer.value.depends_on if isinstance(answer.value, Undecided) else ()
        return Undecided(*names) if names else True, causes(*why)

    def holds(self, key: str, wanted: Wanted) -> Value:
        """Whether a condition holds."""
        if key in (SINCE, BEFORE):
            return Value(self._since(str(wanted)) is (key == SINCE))
        if key == BEHIND:
            return Value(self.is_behind(*(wanted if isinstance(wanted, tuple) else ())))
        value, why = self.value(key)
        if isinstance(value, Undecided):
            # It may be empty, which is as good as not set.
            return Value(value, why)
        if wanted is None or value is None or wanted == SET:
            return Value((value is None) is (wanted is None), why)
        if isinstance(wanted, bool):
            truth = self._truth(key, value)
            return Value(truth if isinstance(truth, Undecided) else truth is wanted, why)
        several = (wanted,) if isinstance(wanted, str) else wanted
        fold = str.lower if self.row.keys == FOLDED else str
        return Value(fold(value) in map(fold, several), why)

    def _truth(self, key: str, value: str) -> bool | Undecided:
        truth = self.row.truth
        found = self.find(key)
        text = found is not None and found[0].typed and found[1].quoted != ""
        fold = str.lower if self.row.keys in (FOLDED, VARIABLES) else str
        if not text and fold(value) in map(fold, truth.yes):
            return True
        if not text and fold(value) in map(fold, truth.no):
            return False
        if truth.other is None:
            return Undecided(f"what {self.row.title} makes of {key} = {value[:40]}")
        return truth.other

    def _since(self, version: str) -> bool:
        """Whether the program is of that version or newer."""
        oldest = self.row.alive or next(iter(self.row.versions), "0")
        if not self.assume.named(self.program) and parse_version(version) <= parse_version(oldest):
            return True
        return self.assume.since(self.program, version)

    def is_behind(self, key: str, other: str) -> bool:
        """Whether a key is set, and the other is not, or stands before it."""
        one, two = self.find(key), self.find(other)
        return one is not None and (two is None or one[1].line_start > two[1].line_start)

    def _is_null(self, layer: Layer, leaf: Leaf) -> bool:
        quoted = layer.typed and leaf.quoted != "" and leaf.value != ""
        return not quoted and leaf.value in self.row.truth.null


def _shown(text: Text, start: int, end: int) -> str:
    parts = []
    for at in range(start, end):
        hole = text.holes.get(at)
        parts.append(text.string[at] if hole is None else hole_shown(hole.name))
    return " ".join("".join(parts).split())
