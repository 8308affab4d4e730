"""The variables that the tasks and templates of a role, or the hosts of a play, see."""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source

from . import elsewhere, found, layers
from .elsewhere import Names
from .layers import Layer


def layers_of_role(source: Source, role: str, names: Names | None = None) -> list[Layer]:
    """What a role's files set where it is read alone, and what other files of the source may set.

    Its defaults are supplied.  ``names`` is as ``elsewhere.layers`` has it.
    """
    made = layers.of_role(source, role, alone=True)
    return made + layers_beside_role(source, role, {} if names is None else names, followed=False)


def layers_beside_role(source: Source, role: str, names: Names, followed: bool) -> list[Layer]:
    """What other files of the source may set for a role; as ``elsewhere.layers`` has it."""
    own: list[str] = []
    for part in ("defaults", "vars"):
        try:
            own += found.of_role(source, role, part)
        except MailwardenError:
            # Too many: that layer is unread.
            continue
    return elsewhere.layers(source, role, own, names, followed)


def layers_of_hosts(
    source: Source, folder: str, groups: Iterable[str], names: Names | None = None
) -> list[Layer]:
    """What files set for the hosts of a play, and what others of the source may set for them.

    ``folder`` is that of the playbook.  The hosts are in ``all``; that they are in these groups is
    supplied.  Other groups, single hosts and inventories may set what they set.
    """
    made = layers.of_groups(source, folder, groups, beside_playbook=True, certain=False)
    own = [one.name for one in made]
    return made + elsewhere.of_hosts(source, folder, own, {} if names is None else names)
