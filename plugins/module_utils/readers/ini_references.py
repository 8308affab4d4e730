# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What INI values say that refer to other keys, or to what is outside of the file.

``%(key)s`` as Python's BasicInterpolation and as go-ini resolve it, ``${section:key}`` as Python's
ExtendedInterpolation does.  A reference to another key of the file is resolved; what Python refuses
is undecided by its text.  What a program takes from its environment is undecided too.
"""

from __future__ import annotations

from ..patterns import lazy
from ..text.values import Undecided
from .leaves import FIRST, fits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..text.assume import Assumptions
    from .ini import Variant
    from .leaves import Known, Leaf, Leaves, Path

BASIC, GO = "basic", "go"
# Python gives up beyond so many references in each other, go-ini stops replacing.
PYTHON_DEPTH, GO_TIMES = 10, 99
# What begins a value from outside, up to the next "}".
_GRAFANA = lazy(r"\$(?:__\w{1,64})?\{")
OUTSIDE = {"grafana": _GRAFANA}
_WHAT = "the references of the values"


def resolved(leaves: Leaves, assume: Assumptions, variant: Variant) -> Leaves:
    """The leaves with their references resolved, each at the first use of its value."""
    resolver = _Resolver(leaves, assume, variant)
    return leaves._replace(leaves=tuple(map(resolver.leaf, leaves.leaves)))


class _Resolver:
    def __init__(self, leaves: Leaves, assume: Assumptions, variant: Variant) -> None:
        self.leaves = leaves
        self.assume = assume
        self.variant = variant
        self.index: dict[Path, Leaf] = {}
        for leaf in leaves.leaves:
            if variant.duplicates != FIRST or leaf.path not in self.index:
                self.index[leaf.path] = leaf

    def leaf(self, leaf: Leaf) -> Leaf:
        text = self.leaves.text
        written = text.string[leaf.start : leaf.end]
        if "%" in written or "$" in written or text.has_hole(leaf.start, leaf.end):
            return leaf.under(leaf.path, lambda: self.value(leaf))
        return leaf

    def value(self, leaf: Leaf) -> Known:
        value = leaf.value
        if isinstance(value, Undecided):
            return value
        names: list[str] = []
        if self.variant.outside:
            names = _from_outside(value, self.variant.outside)
        if not names and self.variant.refers == GO:
            value = self._go(leaf, value, names)
        elif not names and self.variant.refers:
            value = self._python(value, str(leaf.path[0]), 1, names)
        return Undecided(*names) if names else value

    def _python(self, value: str, section: str, depth: int, names: list[str]) -> str:
        """The value with its references resolved; adds to ``names`` what cannot be."""
        sign, opening, closing = "%", "(", ")s"
        if self.variant.refers != BASIC:
            sign, opening, closing = "$", "{", "}"
        parts: list[str] = []
        done = 0
        at = value.find(sign)
        while at >= 0:
            parts.append(value[done:at])
            self.assume.budget.spend(1, _WHAT)
            following = value[at + 1 : at + 2]
            # A name ends at the first closing sign, which Python wants to be all of ``closing``.
            end = value.find(closing[0], at + 2) if following == opening else -1
            if following == sign:
                parts.append(sign)
                done = at + 2
            elif end > at + 2 and value.startswith(closing, end):
                done = end + len(closing)
                parts.append(self._referred(value[at + 2 : end], section, depth, names))
            else:
                names.append(sign)
                return value
            at = value.find(sign, done)
        parts.append(value[done:])
        made = "".join(parts)
        self.assume.budget.write(len(made), _WHAT)
        return made

    def _referred(self, name: str, section: str, depth: int, names: list[str]) -> str:
        shown = f"%({name})s" if self.variant.refers == BASIC else f"${{{name}}}"
        if self.variant.refers != BASIC and ":" in name:
            section, _colon, name = name.partition(":")
        key = name.lower() if "keys" in self.variant.folds else name
        value = self._key((section, key))
        if isinstance(value, Undecided):
            names.extend(value.depends_on)
            return ""
        further = value is not None and shown[0] in value
        second_colon = self.variant.refers != BASIC and ":" in name
        if value is None or second_colon or (further and depth >= PYTHON_DEPTH):
            names.append(shown)
            return ""
        return self._python(value, section, depth + 1, names)

    def _key(self, path: Path) -> Known | None:
        """What is written for a key of the section, or of the defaults."""
        if self.leaves.opaque:
            self.assume.budget.spend(len(self.leaves.opaque), _WHAT)
            for entry in self.leaves.opaque:
                if fits(entry.path, path) and isinstance(entry.value, Undecided):
                    return entry.value
        leaf = self.index.get(path)
        if leaf is None and self.variant.defaults:
            leaf = self.index.get((self.variant.defaults, path[1]))
        return leaf.value if leaf else None

    def _go(self, leaf: Leaf, value: str, names: list[str]) -> str:
        """As ``transformValue``: up to 99 times the first reference is replaced wherever it stands.

        What the section does not have, and a reference of a key to itself, is looked for in the
        section of the keys before any; what is not there either stays as it is.
        """
        for _time in range(GO_TIMES):
            reference = _go_reference(value)
            if not reference:
                break
            self.assume.budget.spend(1, _WHAT)
            path: Path = (leaf.path[0], reference[2:-2])
            found = self._key(path) if path != leaf.path else None
            if found is None:
                found = self._key((self.variant.unsectioned or "", reference[2:-2]))
            if isinstance(found, Undecided):
                names.extend(found.depends_on)
                break
            if found is None:
                break
            many = value.count(reference) * (len(found) - len(reference))
            self.assume.budget.write(len(value) + many, _WHAT)
            value = value.replace(reference, found)
        return value


def _go_reference(value: str) -> str:
    """The first ``%(name)s`` of a value."""
    at = value.find("%(")
    while at >= 0:
        end = value.find(")", at)
        if end < 0:
            return ""
        if end > at + 2 and value.startswith("s", end + 1):
            return value[at : end + 2]
        # What begins before this bracket ends at it too.
        at = value.find("%(", end)
    return ""


def _from_outside(value: str, form: str) -> list[str]:
    names: list[str] = []
    at = 0
    while True:
        found = OUTSIDE[form].search(value, at)
        end = value.find("}", found.end()) if found else -1
        if found is None or end < 0:
            return names
        if end > found.end():
            names.append(value[found.start() : end + 1])
        at = end + 1
