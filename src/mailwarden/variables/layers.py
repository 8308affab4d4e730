"""The variables that a template sees: layers in ansible-core's order, the highest of which counts.

A layer is what one file or one place sets.  What it may set and nobody can read is open, by the
layer's name, wherever no higher layer decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.report.secrets import is_secret
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source

from ..render.values import FUNCTIONS, Known, Open, Partly, Unknown
from ..render.variables import MAGIC, is_fact
from . import files, found, levels
from .files import Value

# Of the names that facts have, those that are none: files set them and nothing else does.
SET_BY_FILES = frozenset(
    ("ansible_connection", "ansible_host", "ansible_managed", "ansible_port", "ansible_user")
)


class Layer(NamedTuple):
    """What one file, or one place of a playbook, sets.

    ``name`` is what it is called: its path.  ``may_set`` are names that are set under a condition,
    by a prompt, or to what is not followed.  ``unread`` says why a file cannot be read that may set
    anything; of one that is ``encrypted`` nobody knows, and it is supplied that it sets nothing
    that another sets.  ``supplied`` is the sentence that a layer rests on that counts only as long
    as nobody outside says otherwise: a role's defaults do where the role is read alone.
    ``unseen`` says why nobody sees what a place of a play sets, and counts as ``encrypted`` does.
    """

    level: str
    name: str
    values: Mapping[str, Value] = {}
    may_set: frozenset[str] = frozenset()
    unread: MailwardenError | None = None
    encrypted: bool = False
    supplied: str = ""
    unseen: str = ""


def of_file(
    level: str, source: Source, path: str, supplied: str = "", lists: bool = False
) -> Layer:
    """The layer that a file is; ``lists`` as ``files.read`` has it."""
    try:
        read = files.read(source.text(path), lists)
    except MailwardenError as error:
        return Layer(level, path, unread=error)
    return Layer(level, path, read.values, encrypted=read.encrypted, supplied=supplied)


def of_role(source: Source, role: str, alone: bool) -> list[Layer]:
    """A role's ``defaults`` and ``vars``; where it is read ``alone``, the defaults are supplied."""
    words = f"nobody changes the defaults of {role}" if alone else ""
    defaults = _of_role(levels.DEFAULTS, source, role, "defaults", words)
    return defaults + _of_role(levels.ROLE_VARS, source, role, "vars")


def of_other_role(source: Source, role: str) -> list[Layer]:
    """What another role of the same play sets for this one."""
    defaults = _of_role(levels.DEFAULTS_OF_PLAY, source, role, "defaults")
    return defaults + _of_role(levels.VARS_OF_PLAY, source, role, "vars")


def of_groups(
    source: Source, folder: str, groups: Iterable[str], beside_playbook: bool, certain: bool = True
) -> list[Layer]:
    """The ``group_vars`` in a folder for a host in these groups, a later one of which wins.

    ``all`` goes first wherever it stands.  Where no inventory is read, that a host is in the others
    is not ``certain`` but supplied.
    """
    for_all = levels.ALL_BESIDE_PLAYBOOK if beside_playbook else levels.ALL_BESIDE_INVENTORY
    for_others = (
        levels.GROUPS_BESIDE_PLAYBOOK if beside_playbook else levels.GROUPS_BESIDE_INVENTORY
    )
    layers = _of_files(for_all, source, lambda: found.of_group(source, folder, "all"))
    for group in dict.fromkeys(groups):
        if group != "all":
            words = "" if certain else f"the host is in the group {group}"
            find = partial(found.of_group, source, folder, group)
            layers += _of_files(for_others, source, find, words)
    return layers


def of_host(source: Source, folder: str, host: str, beside_playbook: bool) -> list[Layer]:
    """The ``host_vars`` of a host in a folder."""
    level = levels.HOST_BESIDE_PLAYBOOK if beside_playbook else levels.HOST_BESIDE_INVENTORY
    return _of_files(level, source, lambda: found.of_host(source, folder, host))


def of_value(level: str, name: str, value: Value) -> Layer:
    """The layer that the ``vars`` of a play, a block or a task are: a mapping, or several.

    ``name`` is what it is called where it is neither.
    """
    mappings = value.plain if isinstance(value.plain, list) else [value]
    values: dict[str, Value] = {}
    for one in mappings:
        if one.plain and not isinstance(one.plain, dict):
            reason = "is no mapping of variables"
            return Layer(level, name, unread=MailwardenError(reason, one.place.path))
        values.update(_named(one.plain or {}))
    return Layer(level, name, values)


def of_set_fact(name: str, value: Value, always: bool) -> Layer:
    """What a ``set_fact`` sets, of which literals are known; ``always``: nothing may skip it.

    ``name`` is what the task is called where it may set anything.
    """
    if not isinstance(value.plain, dict) or any(
        sign in str(key) for key in value.plain for sign in files.SIGNS
    ):
        reason = "sets facts under names that are not known"
        return Layer(levels.SET_FACT, name, unread=MailwardenError(reason, value.place.path))
    values = {key: one for key, one in _named(value.plain).items() if key != "cacheable"}
    known = {key: one for key, one in values.items() if always and _is_fixed(one)}
    return Layer(levels.SET_FACT, name, known, frozenset(values) - frozenset(known))


def _of_role(level: str, source: Source, role: str, part: str, words: str = "") -> list[Layer]:
    return _of_files(level, source, lambda: found.of_role(source, role, part), words)


def _of_files(
    level: str, source: Source, find: Callable[[], list[str]], words: str = ""
) -> list[Layer]:
    """The layers of several files, of which a later one wins."""
    try:
        return [of_file(level, source, path, words) for path in find()]
    except MailwardenError as error:
        return [Layer(level, error.path, unread=error)]


def _named(mapping: Mapping[Any, Value]) -> dict[str, Value]:
    return {key: value for key, value in mapping.items() if isinstance(key, str)}


def _is_fixed(value: Value) -> bool:
    """Whether a fact is the same whenever, and by whichever version, it is set."""
    held = value.plain
    # 2.17 makes booleans of these where they are quoted, and are all of a fact.
    is_word = isinstance(held, str) and held.lower() in ("yes", "no", "true", "false")
    return not is_word and _is_worked_out(value)


def _is_worked_out(value: Value) -> bool:
    """Whether no template is left in a value."""
    held = value.plain
    if isinstance(held, (list, dict)):
        return all(map(_is_worked_out, held.values() if isinstance(held, dict) else held))
    return value.kind != files.TEMPLATE


class Layers:
    """The variables of one host at one task, as ``render`` asks for them.

    ``facts`` are those of a host that are known, by their names: ``ansible_os_family``.  With
    ``sure`` false nothing counts that is only supplied.
    """

    def __init__(
        self,
        layers: Iterable[Layer],
        sure: bool = True,
        facts: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        # The lowest first; of one level the later wins.
        self.layers = tuple(sorted(layers, key=lambda layer: levels.RANK[layer.level]))
        self.sure = sure
        self.facts = facts
        self._known: dict[str, Known | Open | None] = {}

    def get(self, name: str) -> Known | Open | None:
        """What the files say of a name; ``None`` where none sets it."""
        if name not in self._known:
            self._known[name] = self._got(name)
        return self._known[name]

    def without_supplied(self) -> Layers:
        """The same layers, of which only what is written counts."""
        return Layers(self.layers, False, self.facts)

    def with_layer(self, layer: Layer) -> Layers:
        """The same with one layer more, over those of its level."""
        return Layers((*self.layers, layer), self.sure, self.facts)

    def unread(self) -> list[Layer]:
        """The layers that may set anything, encrypted ones included, the lowest first."""
        return [layer for layer in self.layers if layer.unread or layer.encrypted]

    def value(self, name: str) -> Value | None:
        """The value of the highest layer that is sure to set a name, with all its places."""
        holds = (layer.values[name] for layer in reversed(self.layers) if name in layer.values)
        return next(holds, None)

    def _got(self, name: str) -> Known | Open | None:
        if name in self.facts:
            return Known(name, self.facts[name])
        if name == "ansible_facts" and self.facts:
            known = {key.removeprefix("ansible_"): value for key, value in self.facts.items()}
            return Known(name, Partly(name, known))
        if name in MAGIC or (is_fact(name) and name not in SET_BY_FILES):
            return Open(name)
        passed: list[Layer] = []
        for layer in reversed(self.layers):
            if layer.unread is not None:
                return Open(f"{name} in {layer.name}", self._is_set(name))
            if name in layer.may_set:
                return Open(self._called(name, layer), self._is_set(name))
            if layer.encrypted or layer.unseen:
                passed.append(layer)
            if name in layer.values:
                return self._written(name, layer, passed)
        if passed:
            return Open(f"{name} in {passed[0].name}", None)
        if is_fact(name):
            return Open(name, True if name == "ansible_managed" else None)
        return None if self.sure or name in FUNCTIONS else Open(name, None)

    def _called(self, name: str, layer: Layer) -> str:
        """What a name is called that a task may set: another than before, when it may differ."""
        if layer.level != levels.SET_FACT:
            return name
        lower = [one for one in self.layers if levels.RANK[one.level] < levels.RANK[layer.level]]
        is_set_before = any(name in one.values or name in one.may_set for one in lower)
        return f"{name} behind {layer.name}" if is_set_before else name

    def _is_set(self, name: str) -> bool | None:
        """Whether a name is set in any case; ``None`` where nobody knows.

        Nobody outside can take a role's default away; that a host is in a group is another matter.
        """
        for layer in reversed(self.layers):
            if name in layer.values and (not layer.supplied or layer.level == levels.DEFAULTS):
                return True
        return None

    def _written(self, name: str, layer: Layer, passed: list[Layer]) -> Known | Open:
        value = layer.values[name]
        rests_on = [
            f"{one.name}, which {one.unseen or 'is encrypted'}, does not set {name}"
            for one in passed
        ]
        if layer.supplied:
            rests_on.append(layer.supplied)
        if rests_on and not self.sure:
            return Open(name, self._is_set(name))
        if is_hole(name, value) and not _is_evaluated(name, value):
            return Open(name)
        return Known(name, plain(name, value), value.place, " and ".join(rests_on))


def is_hole(name: str, value: Value) -> bool:
    """Whether nobody here is to know a value: a secret by its name, encrypted, or not followed.

    Nothing, false and true are no secrets, whatever they are called.
    """
    if value.kind in (files.VAULT, files.OPEN):
        return True
    # A template renders what it reads of a variable, and would render this too.
    if value.kind == files.UNSAFE and any(sign in value.plain for sign in files.SIGNS):
        return True
    return bool(value.plain) and value.plain is not True and is_secret(name)


def _is_evaluated(name: str, value: Value) -> bool:
    """Whether ``render`` knows something of an open value."""
    return value.kind == files.OPEN and value.plain is not None and not is_secret(name)


def plain(name: str, value: Value) -> Any:
    """A value as ``render`` takes it, with what is a hole in it unknown, by the keys to it."""
    return _plain(name, name, value, {})


def _plain(path: str, key: str, value: Value, known: dict[int, Any]) -> Any:
    if _is_evaluated(key, value):
        return value.plain
    if is_hole(key, value):
        return Unknown(path)
    if id(value) not in known:
        held = value.plain
        if isinstance(held, dict):
            held = {
                inner: _plain(f"{path}.{inner}", str(inner), one, known)
                for inner, one in held.items()
            }
        elif isinstance(held, list):
            held = [_plain(f"{path}[{at}]", key, one, known) for at, one in enumerate(held)]
        known[id(value)] = held
    return known[id(value)]
