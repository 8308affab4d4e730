# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The causes of a field or a finding as plain data."""

from __future__ import annotations

from functools import lru_cache

from .form import LONGEST
from .secrets import masked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable

    from ..text.values import Setting


def as_data(settings: Iterable[Setting]) -> list[dict[str, Any]]:
    """Each cause: where it stands and what it says; a default has no place."""
    return [_setting(setting) for setting in settings]


def _setting(setting: Setting) -> dict[str, Any]:
    data: dict[str, Any] = {"path": None, "line": None, "column": None}
    if setting.place is not None:
        data.update(path=setting.place.path, line=setting.place.line, column=setting.place.column)
    data["text"] = _shown(setting.text)
    return data


@lru_cache(maxsize=64)
def _shown(text: str) -> str:
    """A setting as a report has it: many findings may come of one that is long."""
    text = masked(text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
