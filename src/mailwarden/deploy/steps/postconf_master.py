"""``postconf -M``, ``-P`` and ``-F``: services of master.cf.

A service whose entry, field or parameter is written is printed anew: its fields in columns, each
``-o`` on a line of its own.  Its comments stay where they are, in front of it.  A service that is
not there is added by ``-M``; for ``-P`` and ``-F`` nothing is written.

Where the name or the type of a service in the file is a hole, the file is open.

Source: postconf_edit.c (``pcf_edit_master``), postconf_master.c (``pcf_parse_master_entry``,
``pcf_print_master_entry``, ``pcf_edit_master_param``), postconf_match.c; run with 3.7.11 and 3.10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from . import master_entry
from .command import COMMENT_OUT, EDIT, ENTRY, FIELD, PARAMETER
from .outcome import FailsError, OpenError, added, applied
from .postconf import BLANK, checked, must_not_glue, name_and_value, stripped, terminated
from .units import Unit, joined, units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions

    from .command import Request
    from .outcome import Outcome, Task

BLANKS = " \t\r\n"
FIELDS = (
    "service", "type", "private", "unprivileged", "chroot", "wakeup", "process_limit", "command",
)  # fmt: skip
PARTS = {ENTRY: 2, FIELD: 3, PARAMETER: 3}
ANY = "*"


class Wanted(NamedTuple):
    """One argument: the service, the field or parameter, and what is written."""

    service: tuple[str, str]
    what: str
    value: Text | None
    entry: tuple[Text, ...] = ()
    name: Text | None = None

    def matches(self, service: tuple[str, str]) -> bool:
        """Whether it names the service."""
        return all(one in (ANY, other) for one, other in zip(self.service, service, strict=True))


def apply(
    before: Text | None, request: Request, task: Task, version: tuple[int, ...] = ()
) -> Outcome:
    """master.cf behind one call; see ``mailwarden.deploy.steps``.

    ``version`` is Postfix's, where it is known.
    """

    def edit(assume: Assumptions) -> Text:
        wanted = [_wanted(argument, request) for argument in request.arguments]
        if before is None:
            raise FailsError("master.cf does not exist")
        text = before.settled(assume, "\r\n").filled(assume, _may_be_words)
        if any(hole.structural("\r\n") for hole in text.holes.values()):
            raise OpenError
        text = terminated(text, version, assume)
        return _Edit(request, wanted).done(units(text, lambda _line: False, assume))

    return applied(edit, request.path, task)


def _may_be_words(text: Text, at: int) -> bool:
    return any(
        option is not None and (not option.string or set(option.string) & set(" \t\r\n{}"))
        for _label, option in text.holes[at].options
    )


def _wanted(argument: Text, request: Request) -> Wanted:
    checked(argument)
    kind = request.kind
    value: Text | None = None
    pattern = stripped(argument)
    if request.mode == EDIT:
        pattern, value = name_and_value(argument)
    elif "=" in argument.string:
        raise FailsError(f"{request.mode} requires names without value")
    if pattern.holes:
        raise OpenError
    parts = [part for part in pattern.string.split("/") if part]
    starred = any(ANY in part and part != ANY for part in parts)
    if len(parts) != PARTS[kind] or pattern.string[0] == "/" or starred:
        raise FailsError(f"{kind} requires a service's name and type")
    what = parts[2] if kind != ENTRY else ""
    name = pattern.cut(len(pattern) - len(what), len(pattern)) if what else None
    if what == ANY or (kind == FIELD and what not in FIELDS):
        raise FailsError(f"invalid service attribute name: {what}")
    one_word = kind == PARAMETER or (kind == FIELD and what != "command")
    if value is not None and one_word and set(value.string) & set(BLANKS):
        raise FailsError(f"{kind} does not accept whitespace in {value.string!r}")
    entry: tuple[Text, ...] = ()
    if kind == ENTRY and value is not None:
        entry = tuple(master_entry.parsed(value))
        if any(field.holes for field in entry[:2]):
            raise OpenError
    return Wanted((parts[0], parts[1]), what, value, entry, name)


class _Edit:
    """One call on one text."""

    def __init__(self, request: Request, wanted: list[Wanted]) -> None:
        self._request = request
        self._wanted = wanted
        self._counts = [0] * len(wanted)
        self._entry = request.kind == ENTRY

    def done(self, found: list[Unit]) -> Text:
        kept: list[Unit] = []
        at, matched = 0, False
        while at < len(found):
            unit = found[at]
            string = unit.text.string
            at += 1
            if not string.strip(BLANK) or string.lstrip(BLANK)[0] == "#":
                kept.append(unit)
            elif string[0] in BLANK:
                kept += self._continued(unit, matched)
            else:
                service = _service(unit.text)
                entry, matched, at = self._edited(unit, service, found, at, kept)
                if entry is not None:
                    kept.append(Unit(master_entry.printed(entry, self._request.path)))
                elif not matched:
                    kept.append(unit)
                elif self._request.mode == COMMENT_OUT:
                    kept += self._commented(unit)
        new = list(self._missing())
        must_not_glue(kept, new)
        kept += new
        return joined(self._request.path, kept)

    def _continued(self, unit: Unit, matched: bool) -> list[Unit]:
        if not matched:
            return [unit]
        return self._commented(unit) if self._request.mode == COMMENT_OUT else []

    def _commented(self, unit: Unit) -> list[Unit]:
        sign = added("#", self._request.arguments[0])
        return [Unit(Text.joined(self._request.path, [sign, unit.text]))]

    def _edited(
        self,
        unit: Unit,
        service: tuple[str, str],
        found: list[Unit],
        at: int,
        kept: list[Unit],
    ) -> tuple[list[Text] | None, bool, int]:
        """The entry that is printed in the place of a service's, if one is."""
        entry: list[Text] | None = None
        matched = False
        for number, wanted in enumerate(self._wanted):
            named = wanted.matches(service)
            written = bool(wanted.entry) and service == _named(wanted.entry)
            if not named and not written:
                continue
            matched = True
            self._counts[number] += 1
            if self._entry and wanted.value is not None and self._counts[number] == 1:
                entry = list(wanted.entry)
            elif not self._entry:
                if entry is None:
                    lines, at = _gobbled(unit, found, at, kept)
                    entry = master_entry.parsed(Text.joined(unit.text.path, lines))
                _change(entry, wanted, self._request)
        return entry, matched, at

    def _missing(self) -> Iterator[Unit]:
        for wanted, count in zip(self._wanted, self._counts, strict=True):
            if not count and self._entry and wanted.value is not None:
                yield Unit(master_entry.printed(list(wanted.entry), self._request.path))


def _named(entry: tuple[Text, ...]) -> tuple[str, str]:
    return entry[0].string, entry[1].string


def _service(line: Text) -> tuple[str, str]:
    """Name and type of the service that a line begins."""
    words = line.string.split(None, 2)
    if len(words) < 2:
        if line.holes:
            raise OpenError
        raise FailsError("a line of master.cf has no service name and type")
    name, kind = words[0], words[1]
    if line.has_hole(0, line.string.index(kind, len(name)) + len(kind)):
        raise OpenError
    if "=" in name or set(kind) & set("=/"):
        raise FailsError("a service's name or type is unsupported by postconf")
    return name, kind


def _gobbled(unit: Unit, found: list[Unit], at: int, kept: list[Unit]) -> tuple[list[Text], int]:
    """The lines of a service; comments between them are passed on."""
    lines = [unit.text]
    while at < len(found) and found[at].text.string[0] in BLANK + "#":
        text = found[at].text
        at += 1
        string = text.string
        if not string.strip(BLANK) or string.lstrip(BLANK)[0] == "#":
            kept.append(Unit(text))
        else:
            lines.append(text)
    return lines, at


def _change(entry: list[Text], wanted: Wanted, request: Request) -> None:
    """Writes one field or parameter of an entry."""
    if request.kind == PARAMETER:
        master_entry.set_parameter(entry, wanted.what, wanted.name, wanted.value)
        return
    if wanted.value is None:
        raise OpenError
    number = FIELDS.index(wanted.what)
    if wanted.what == "command":
        entry[number:] = master_entry.command(wanted.value)
    else:
        entry[number] = wanted.value
    master_entry.check(entry)
