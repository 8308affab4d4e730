# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings of Postfix's files as causes show them, without the secrets that they may hold."""

from __future__ import annotations

import re

from ...patterns import lazy
from ...text import hole_shown
from ...text.values import Setting, Value, causes, reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from .services import Option, Service
    from .syntax import Entry, Line

SHOWN = 200

_SECRET = lazy(r"(static:|inline:)\s*(\S.*)", re.DOTALL)


def dead(why: str, *settings: Sequence[Setting]) -> Value:
    """``usable`` where it is false: why in words, and the settings, the one to be edited last."""
    return Value(False, causes((reason(why),), *settings))


def entry_setting(entry: Entry) -> Setting:
    """A setting of main.cf as causes show it."""
    if entry.setting is None:
        name = entry.name or _literal(entry.line, entry.start, entry.end)
        value = _literal(entry.line, entry.value_start, entry.value_end)
        value = masked_value(name, value)
        entry.setting = Setting(name, value, entry.place(), cut(f"{name} = {value}"))
    return entry.setting


def option_setting(service: Service, option: Option) -> Setting:
    """A ``-o`` of a service as causes show it."""
    line, entry = service.line, option.entry
    text = _literal(line, option.start, option.end)
    place = line.place(option.start, option.end)
    if entry is None:
        return Setting("-o", "", place, cut(text))
    name = entry.name or _literal(line, entry.start, entry.end)
    value = _literal(line, entry.value_start, entry.value_end)
    masked = masked_value(name, value)
    if masked != value:
        text = f"-o {name}={masked}"
    return Setting(name, masked, place, cut(text))


def service_setting(service: Service) -> Setting:
    """A service's head line as causes show it."""
    if service.setting is None:
        line, columns = service.line, service.columns
        name = "/".join(_literal(line, *span) for span in columns[:2])
        text = cut(_literal(line, *service.head()))
        service.setting = Setting(name, _literal(line, *columns[-1]), service.place(), text)
    return service.setting


def _literal(line: Line, start: int, end: int) -> str:
    """The characters as a reader sees them; a hole is shown by its name."""
    if not line.has_hole(start, end):
        return line.string[start:end]
    shown = []
    for at in range(start, min(end, start + 2 * SHOWN)):
        names = line.hole_names(at, at + 1)
        shown.append(hole_shown(names[0]) if names else line.string[at])
    return "".join(shown)


def cut(text: str, length: int = SHOWN) -> str:
    """The text on one line, its end left out where it is long."""
    text = " ".join(text[: 2 * length].split())
    return text if len(text) <= length else text[: length - 1] + "…"


def masked_value(name: str, value: str) -> str:
    """The value without a secret that it may hold: a lookup table can stand in the line itself."""
    if "static:" not in value and "inline:" not in value:
        return value
    from . import defaults_smtp, defaults_smtpd
    from .defaults import COMMON

    tables = (COMMON, defaults_smtpd, defaults_smtp)
    if "pass" not in name and any(name in table.ROWS for table in tables):
        return value
    return _SECRET.sub(r"\1***", value)
