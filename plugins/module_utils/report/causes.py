# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The causes of a field or a finding as plain data."""

from __future__ import annotations

from .form import LONGEST
from .secrets import masked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable

    from ..text.values import Setting

    # The texts of settings as one report shows them.
    Texts = Dict[str, str]


def as_data(settings: Iterable[Setting], texts: Texts) -> list[dict[str, Any]]:
    """Each cause: where it stands and what it says; a default has no place."""
    return [_setting(setting, texts) for setting in settings]


def _setting(setting: Setting, texts: Texts) -> dict[str, Any]:
    data: dict[str, Any] = {"path": None, "line": None, "column": None}
    if setting.place is not None:
        data.update(path=setting.place.path, line=setting.place.line, column=setting.place.column)
    text = setting.text
    if text not in texts:
        # Many findings may come of a setting that is long.
        short = masked(text)
        texts[text] = short if len(short) <= LONGEST else short[:LONGEST] + "…"
    data["text"] = texts[text]
    return data
