# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asks the lookup tables that a parameter names; most configurations name none, and load no more.

Source: maps_find of Postfix: the first table that answers counts.
"""

from __future__ import annotations

from ...text.values import Setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from ...source import Source
    from ...text.budget import Budget
    from ...text.values import Undecided
    from .entries import Entry
    from .lookup_tables import Table
    from .parameters import Parameters


def opened(
    name: str,
    parameters: Parameters,
    source: Source,
    beside: str,
    kinds: Sequence[str] = (),
) -> list[Table]:
    """The tables that a parameter names, in order; with ``kinds``, others are not looked into."""
    words, why = parameters.words(name, braces=True)
    if not words:
        return []
    from . import lookup_tables

    setting = next((one for one in why if one.place is not None), None)
    setting = setting or Setting(name, "", None, name)
    return list(lookup_tables.opened(words, setting, parameters, source, beside, kinds))


def find(tables: Sequence[Table], key: str, budget: Budget) -> Entry | Undecided | None:
    """What the tables answer for the key, asked one after the other."""
    for table in tables:
        entry = table.find(key, budget)
        if entry is not None:
            return entry
    return None
