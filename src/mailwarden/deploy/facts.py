"""What the tasks of a host have set so far: ``include_vars``, ``set_fact``, ``register``."""

from __future__ import annotations

from collections.abc import Iterable

from ..variables import levels
from ..variables.files import Value
from ..variables.layers import Layer


class Facts:
    """The layers that tasks have set, of which a later one wins."""

    def __init__(self) -> None:
        self._layers: dict[str, tuple[Layer, ...]] = {levels.INCLUDED: (), levels.SET_FACT: ()}

    def layers(self) -> tuple[Layer, ...]:
        """All of them."""
        return (*self._layers[levels.INCLUDED], *self._layers[levels.SET_FACT])

    def add(self, layer: Layer, always: bool = True) -> None:
        """Set what a layer sets; ``always`` false: it may do so, or not."""
        if not always and not layer.unread:
            names = frozenset(layer.values) | layer.may_set
            layer = layer._replace(values={}, may_set=names)
        before = self._layers[layer.level]
        if layer.unread:
            # What was set before it is open with all other names.
            before = (layer,)
        elif before and layer.unseen and before[-1].unseen:
            pass
        elif before and _is_plain(before[-1]) and _is_plain(layer):
            before = (*before[:-1], _joined(before[-1], layer))
        else:
            before = (*before, layer)
        self._layers[layer.level] = before

    def open(self, names: Iterable[str], by: str) -> None:
        """Set names to what nobody knows; ``by`` is what does so."""
        self.add(Layer(levels.SET_FACT, by, may_set=frozenset(names)))


def _is_plain(layer: Layer) -> bool:
    return not (layer.unread or layer.encrypted or layer.supplied or layer.unseen)


def _joined(one: Layer, other: Layer) -> Layer:
    """Two layers as one.  A name of which the second decides stays known, or becomes it."""
    values: dict[str, Value] = {**one.values, **other.values}
    may_set = (one.may_set - frozenset(other.values)) | other.may_set
    return Layer(one.level, other.name, values, may_set)
