# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edits of values that a program dies of, where what is meant shows in the value itself.

A second equal sign, a comment behind a value, a list in a policy that blanks take apart.

Source: postconf(5), master(5), TLS_README.
"""

from __future__ import annotations

from ...endpoint import Edit, Fix
from ...patterns import lazy
from .syntax import BLANK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...endpoint import Endpoint
    from ...text import Text
    from ...text.values import Setting
    from .configuration import Configuration
    from .services import Option, Service
    from .syntax import Entry, Line

# A table that Postfix reads as it is written; others have to be compiled again.
READ_AS_WRITTEN = "texthash:"

_COMMENT = lazy(r"(?<![ \t])[ \t]+#")
_PROTOCOLS = lazy(r"(?<=protocols=)([^\s,]+)((?:[\s,]+![\w.]+)+)")
_BETWEEN = lazy(r"[\s,]+")


def edit(files: Configuration, endpoint: Endpoint, field: str) -> Fix | None:
    """The edits of what the field is blamed on, or ``None`` where what is meant does not show."""
    why = endpoint.causes.get(field, ())
    for setting in reversed(why):
        if setting.place is not None:
            found = _of_setting(files, setting) or _of_policy(why, setting)
            if found is not None:
                return found
    return None


def _of_setting(files: Configuration, setting: Setting) -> Fix | None:
    for entry in files.main.entries if files.main is not None else ():
        if entry.place() == setting.place:
            return _of_entry(entry)
    for service in files.master.services if files.master is not None else ():
        for option in service.options:
            if service.line.place(option.start, option.end) == setting.place:
                if option.entry is not None:
                    return _of_entry(option.entry)
                return _of_option(service, option)
    return None


def _of_entry(entry: Entry) -> Fix | None:
    line, name = entry.line, entry.name
    value = line.string[entry.value_start : entry.value_end]
    if value.startswith("="):
        meant = value.lstrip("=" + BLANK)
        end = entry.value_start + len(value) - len(value.lstrip("="))
        cut = _removed(line.text, *line.span(entry.value_start, end))
        return Fix(f"{name} = {meant}", True, (cut,)) if meant else None
    comment = _COMMENT.search(value)
    if comment is None or not comment.start():
        return None
    start = entry.value_start + comment.start()
    return _own_line(line, start, entry.value_end)


def _of_option(service: Service, option: Option) -> Fix | None:
    """A comment behind an option: its words are arguments that the program does not know."""
    line = service.line
    if not line.string.startswith("#", option.start):
        return None
    start = len(line.string[: option.start].rstrip(" \t"))
    first = line.offset(option.start)
    part = next(number for number, (_a, end) in enumerate(line.parts) if first < end)
    length = line.parts[part][1] - first
    words = line.string[option.start : option.start + length]
    return _own_line(line, start, option.start + len(words.rstrip(BLANK)))


def _own_line(line: Line, start: int, end: int) -> Fix | None:
    """The comment that begins with blanks at ``start`` on a line of its own, above its value."""
    if line.part(start) != line.part(end - 1):
        return None
    text = line.text
    comment = line.string[start:end].strip(BLANK)
    above = line.parts[line.part(start)][0]
    body = text.string[above:]
    indent = body[: len(body) - len(body.lstrip(" \t"))] if line.part(start) else ""
    newline = "\r\n" if text.string[: text.string.find("\n") + 1].endswith("\r\n") else "\n"
    place = text.place(above, above)
    put = Edit(place.path, place.start, place.start, f"{indent}{comment}{newline}")
    cut = _removed(text, *line.span(start, end))
    return Fix("the comment on a line of its own", True, (put, cut))


def _removed(text: Text, start: int, end: int) -> Edit:
    place = text.place(start, end)
    return Edit(place.path, place.start, place.end, "")


def _of_policy(why: tuple[Setting, ...], setting: Setting) -> Fix | None:
    """A list of protocols with colons between them, in a table that is read as it is written."""
    place = setting.place
    written = setting.text.encode("utf-8", "surrogateescape")
    read = any(one.value.startswith(READ_AS_WRITTEN) for one in why)
    if place is None or not read or len(written) != place.end - place.start:
        return None
    found = _PROTOCOLS.search(setting.text)
    if found is None:
        return None
    listed = _BETWEEN.sub(":", found.group(2).strip())
    meant = f"{found.group(1)}:{listed.lstrip(':')}"
    after = setting.text[: found.start()] + meant + setting.text[found.end() :]
    return Fix(f"protocols={meant}", True, (Edit(place.path, place.start, place.end, after),))
