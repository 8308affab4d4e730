"""The endpoints as a table, with what is open and what differs for some networks below it."""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils.report.form import EXISTS
from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import (
    plain,
    quoted,
    width,
    words,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    Endpoint = dict[str, Any]
    Shown = Callable[[str], str]

# Heading, and the field that the column shows.
COLUMNS = (
    ("SIDE", "side"),
    ("PROGRAM", "program"),
    ("NAME", "name"),
    ("ADDRESS:PORT", "address"),
    ("PROTOCOL", "protocol"),
    ("TLS", "tls"),
    ("AUTH", "auth"),
    ("CLEARTEXT", "cleartext_auth"),
    ("USABLE", "usable"),
    ("MIN TLS", "tls_min"),
    ("FROM", "path"),
)
OPEN, NOTHING = "?", "-"


def lines(
    data: dict[str, Any], shown: Shown, colour: bool, quiet: bool, verbose: bool
) -> Iterator[str]:
    """The table; without ``quiet`` also what decides a ``?``; with ``verbose`` also the causes."""
    endpoints = sorted(data["endpoints"], key=lambda one: (one["path"], one["line"]))
    rows = [[_cell(endpoint, field, shown) for _head, field in COLUMNS] for endpoint in endpoints]
    yield from _aligned([[head for head, _field in COLUMNS], *rows], colour)
    if not quiet:
        yield from _notes(endpoints, verbose)
    if verbose:
        for endpoint in endpoints:
            yield from _causes(endpoint, shown)
    for one in data["unread"]:
        yield f"{plain(shown(one['path']))}: unread: {words(one['reason'])}"


def _aligned(rows: Sequence[Sequence[str]], colour: bool) -> Iterator[str]:
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for index, row in enumerate(rows):
        cells = [cell + " " * (room - width(cell)) for cell, room in zip(row, widths, strict=True)]
        line = "  ".join(cells).rstrip()
        yield f"\x1b[1m{line}\x1b[0m" if colour and index == 0 else line


def _cell(endpoint: Endpoint, field: str, shown: Shown) -> str:
    if field == "path":
        return f"{plain(shown(endpoint['path']))}:{endpoint['line']}"
    if field == "address":
        return _peer(endpoint)
    text = _value(endpoint, field)
    if field == "name" and EXISTS in endpoint["undecided"]:
        text += OPEN
    if field == "tls" and endpoint["tls_works"] is False:
        text += " (broken)"
    return text


def _peer(endpoint: Endpoint) -> str:
    """What it listens on, or whom it dials; ``*`` is any address."""
    field = "address" if endpoint["side"] == "server" else "host"
    host = _value(endpoint, field, empty="*")
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    if "port" in endpoint["not_applicable"]:
        return host
    return f"{host}:{_value(endpoint, 'port')}"


def _value(endpoint: Endpoint, field: str, empty: str = NOTHING) -> str:
    if field in endpoint["undecided"]:
        return OPEN
    value = endpoint[field]
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain(str(value)) or empty


def _notes(endpoints: Sequence[Endpoint], verbose: bool) -> Iterator[str]:
    notes = [note for endpoint in endpoints for note in _of_one(endpoint, verbose)]
    if notes:
        yield ""
        yield from notes


def _of_one(endpoint: Endpoint, verbose: bool) -> Iterator[str]:
    name = plain(endpoint["id"])
    said = [*_existence(endpoint), *(_each(endpoint) if verbose else _together(endpoint))]
    if verbose:
        yield from (f"{OPEN} {name}: {one}" for one in said)
    elif said:
        yield f"{OPEN} {name}: {'; '.join(said)}"
    if endpoint["requires"]:
        yield f"  {name}: wants a {' and a '.join(endpoint['requires'])}"
    for one in endpoint["exceptions"] or ():
        differs = ", ".join(
            f"{field.replace('_', ' ')} is {_words(value)}"
            for field, value in one.items()
            if field != "from"
        )
        yield f"  {name}: from {plain(one['from'])} {differs}"


def _existence(endpoint: Endpoint) -> Iterator[str]:
    if endpoint["when"]:
        yield f"there only where {', '.join(map(words, endpoint['when']))}"
    elif EXISTS in endpoint["undecided"]:
        deciding = endpoint["undecided"][EXISTS]["depends_on"]
        yield f"there or not; {', '.join(map(words, deciding))} decides"


def _open(endpoint: Endpoint) -> dict[str, Any]:
    return {field: one for field, one in endpoint["undecided"].items() if field != EXISTS}


def _each(endpoint: Endpoint) -> Iterator[str]:
    """Each open field with its values, and what decides it."""
    for field, one in _open(endpoint).items():
        possible = _possible(one) or "not known"
        decides = ", ".join(map(words, one["depends_on"]))
        yield f"{field.replace('_', ' ')} is {possible}; {decides} decides"


def _together(endpoint: Endpoint) -> Iterator[str]:
    """The open fields, those that hang on the same together."""
    hanging: dict[str, list[str]] = {}
    for field, one in _open(endpoint).items():
        possible = _possible(one)
        shown = field.replace("_", " ") + (f" ({possible})" if possible else "")
        hanging.setdefault(", ".join(map(words, one["depends_on"])), []).append(shown)
    for decides, fields in hanging.items():
        yield f"{', '.join(fields)}: {decides} decides"


def _possible(one: dict[str, Any]) -> str:
    return " or ".join(plain(_words(value)) for value in one["possible"])


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _causes(endpoint: Endpoint, shown: Shown) -> Iterator[str]:
    yield ""
    yield f"{plain(endpoint['id'])}"
    for field, settings in endpoint["causes"].items():
        for index, one in enumerate(settings):
            where = f"{plain(shown(one['path']))}:{one['line']}: " if one["path"] else ""
            head = field.replace("_", " ") if index == 0 else ""
            yield f"  {head:<21}{where}{quoted(one['text'])}"
