"""The variables that the tasks and templates of a role, or of a play, see."""

from __future__ import annotations

import os
from collections.abc import Iterable

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source

from . import elsewhere, files, found, layers, levels
from .elsewhere import Names
from .files import Value
from .layers import Layer


def layers_of_role(
    source: Source, role: str, names: Names | None = None, followed: bool = False
) -> list[Layer]:
    """What a role's files set where it is read alone, and what other files of the source may set.

    Its defaults are supplied.  ``followed`` and ``names`` are as ``elsewhere.layers`` has them.
    """
    own: list[str] = []
    for part in ("defaults", "vars"):
        try:
            own += found.of_role(source, role, part)
        except MailwardenError:
            # Too many: that layer is unread.
            continue
    made = layers.of_role(source, role, alone=True)
    return made + elsewhere.layers(source, role, own, {} if names is None else names, followed)


def layers_of_play(
    source: Source, playbook: str, play: Value, inventory: str = "", groups: Iterable[str] = ()
) -> list[Layer]:
    """What a play sets, and what files set for its hosts, which are in these groups and ``all``.

    ``inventory`` is the folder of the inventory, where one is known; what it sets itself is not
    read.  What is set for other groups and for single hosts may be set.  Variables of roles, blocks
    and tasks are not among them.
    """
    beside = os.path.dirname(playbook)
    held = play.plain if isinstance(play.plain, dict) else {}
    wanted = ["all", *groups]
    made: list[Layer] = []
    for folder, beside_playbook in ((inventory, False), (beside, True)):
        if beside_playbook or (inventory and inventory != beside):
            made += layers.of_groups(source, folder, wanted, beside_playbook)
            made += _of_others(source, folder, wanted, beside_playbook)
    if "vars" in held:
        made.append(layers.of_value(levels.PLAY_VARS, f"the vars of {playbook}", held["vars"]))
    prompts = held.get("vars_prompt")
    if prompts is not None:
        made.append(_prompts(playbook, prompts))
    return made + _vars_files(source, beside, playbook, held.get("vars_files"))


def _of_others(
    source: Source, folder: str, groups: list[str], beside_playbook: bool
) -> list[Layer]:
    """What is set for groups and hosts of which nobody knows whether the host is one."""
    made: list[Layer] = []
    ranks = (
        (levels.GROUPS_BESIDE_PLAYBOOK, levels.HOST_BESIDE_PLAYBOOK)
        if beside_playbook
        else (levels.GROUPS_BESIDE_INVENTORY, levels.HOST_BESIDE_INVENTORY)
    )
    for level, where in zip(ranks, ("group_vars", "host_vars"), strict=True):
        find = found.of_group if where == "group_vars" else found.of_host
        for name in _names(source, os.path.join(folder, where)):
            if where == "group_vars" and name in groups:
                continue
            try:
                paths = find(source, folder, name)
            except MailwardenError as error:
                made.append(Layer(level, error.path, unread=error))
                continue
            made += [_maybe(layers.of_file(level, source, path)) for path in paths]
    return made


def _names(source: Source, folder: str) -> list[str]:
    """The groups or hosts of which a folder has files."""
    names = (name for name in source.listing(folder) if not name.startswith("."))
    return sorted(
        {os.path.splitext(name)[0] if name.endswith(found.EXTENSIONS) else name for name in names}
    )


def _maybe(layer: Layer) -> Layer:
    """What a layer sets if it counts."""
    if layer.encrypted:
        reason = "is encrypted and may set any variable"
        return layer._replace(encrypted=False, unread=MailwardenError(reason, layer.name))
    return layer._replace(values={}, may_set=frozenset(layer.values))


def _prompts(playbook: str, prompts: Value) -> Layer:
    """The names that a play asks for."""
    each = prompts.plain if isinstance(prompts.plain, list) else []
    names = [one.plain.get("name") for one in each if isinstance(one.plain, dict)]
    known = [one.plain for one in names if one is not None and one.kind == files.LITERAL]
    if len(known) < len(each) or not isinstance(prompts.plain, list):
        reason = "asks for variables that are not known"
        return Layer(levels.PROMPTS, playbook, unread=MailwardenError(reason, playbook))
    return Layer(levels.PROMPTS, playbook, may_set=frozenset(map(str, known)))


def _vars_files(source: Source, folder: str, playbook: str, named: Value | None) -> list[Layer]:
    """The files that a play names, of which a later one wins; of several names the first there."""
    made: list[Layer] = []
    each = [] if named is None else named.plain if isinstance(named.plain, list) else [named]
    for entry in each:
        if entry.plain is None and entry.kind == files.LITERAL:
            continue
        paths = [
            found.named_by(source, [folder], one.plain)
            for one in (entry.plain if isinstance(entry.plain, list) else [entry])
            if one.kind == files.LITERAL and isinstance(one.plain, str)
        ]
        several = len(entry.plain) if isinstance(entry.plain, list) else 1
        there = next((path for path in paths if path), "")
        if len(paths) < several or not there:
            reason = "names a file of variables that is not known"
            made.append(
                Layer(levels.VARS_FILES, playbook, unread=MailwardenError(reason, playbook))
            )
        else:
            made.append(layers.of_file(levels.VARS_FILES, source, there, lists=True))
    return made
