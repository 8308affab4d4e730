# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fixes for dialects: the keys that a rule of the row asks for get the values that it asks for."""

from __future__ import annotations

from itertools import product

from ..endpoint import IMPLICIT, STARTTLS_REQUIRED, Edit, Fix, together
from ..text.assume import Assumptions
from . import files, interpreter
from .row import BY_ORDER, MODE, PORT, SCHEME, WITH_PORT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ..endpoint import Endpoint, Unit
    from ..readers.leaves import Leaf
    from .row import Client, Dialect, Rules
    from .settings import Layer, Settings

_TITLES = {
    IMPLICIT: "speak TLS from the first byte",
    STARTTLS_REQUIRED: "insist on STARTTLS",
    "full": "check the server's certificate",
}
# Where a protocol has TLS from the first byte (RFC 8314 section 7.3).
_IMPLICIT_PORTS = {"smtp": "465", "imap": "993", "pop3": "995"}


def edit(
    row: Dialect, unit: Unit, endpoints: Sequence[Endpoint], field: str, value: Any
) -> Fix | None:
    """The edits that give the endpoints' field that value; ``None`` if none are known."""
    if field == "cleartext_auth" and value is False:
        field, value = "tls", STARTTLS_REQUIRED
    if (field, value) not in (
        ("tls", IMPLICIT), ("tls", STARTTLS_REQUIRED), ("certificate_verified", "full"),
    ):  # fmt: skip
        return None
    assume = Assumptions({})
    stacks = files.read(row, unit.texts["config"], None, assume)
    clients = {
        name: _Change(client, settings, name)
        for client, (own, *others) in product(row.clients, stacks)
        for name, _first, settings in interpreter.clients(row, client, own, others, assume)
    }
    changes = [clients.get(endpoint.name) for endpoint in endpoints]
    return together(change.fix(field, value) if change else None for change in changes)


class _Change:
    """What is to be changed for one client."""

    def __init__(self, client: Client, settings: Settings, name: str) -> None:
        self.client = client
        self.settings = settings
        self.name = name
        dialled = interpreter.dialled(client, settings)
        if dialled is not None:
            settings.known.update({PORT: dialled.port, SCHEME: dialled.scheme})
            settings.known[MODE] = settings.decide(client.modes)

    def fix(self, field: str, value: str) -> Fix | None:
        """The edits for a field; where STARTTLS cannot be required, those for the other port."""
        if field == "certificate_verified":
            # Where the check was switched off, the certificate may well be one that fails it.
            return self._fix(self._wanted(self.client.verified, value), value, False)
        wanted = self._wanted(self.client.modes, value)
        if wanted is not None or value != STARTTLS_REQUIRED:
            return self._fix(wanted, value, True)
        wanted = self._wanted(self.client.modes, IMPLICIT)
        if wanted is None:
            return None
        port = _IMPLICIT_PORTS[self.client.protocol]
        fix = self._fix({**wanted, PORT: port}, IMPLICIT, False)
        title = f"{self.name}: dial {port}, where TLS comes with the first byte"
        return fix._replace(title=title) if fix else None

    def _wanted(self, rules: Rules, value: str) -> dict[str, Any] | None:
        """What the keys must say for the first rule of that outcome to be the one that counts."""
        wanted: dict[str, Any] = {}
        for outcome, conditions in rules:
            if outcome == value and all(key == PORT or key[0] != "@" for key in conditions):
                return {**wanted, **conditions}
            if self.settings.decide(((True, conditions),)).value is True:
                wanted.update(
                    (key, not one) for key, one in conditions.items() if one in (True, False)
                )
        return None

    def _fix(self, wanted: dict[str, Any] | None, value: str, safe: bool) -> Fix | None:
        edits = []
        for key, one in (wanted or {}).items():
            if self.settings.holds(key, one).value is not True:
                made = self._edit(key, one[0] if isinstance(one, tuple) else one)
                if made is None:
                    return None
                edits.append(made)
        title = f"{self.name}: {_TITLES[value]}"
        return Fix(title, safe, tuple(edits)) if edits else None

    def _edit(self, key: str, value: Any) -> Edit | None:
        """The edit that gives a key a value: in place of the old one, or as a line of its own."""
        truth = self.settings.row.truth
        if isinstance(value, bool):
            words = truth.yes if value else (*truth.no, "no")
            value = words[0] if words else "true"
        if not isinstance(value, str):
            return None
        host = self.settings.find(self.settings.first(self.client.host))
        if key == PORT:
            key = self.settings.first(self.client.port)
            dialled = interpreter.dialled(self.client, self.settings)
            if (
                self.client.written in (WITH_PORT, BY_ORDER)
                and host
                and not self.settings.find(key)
            ):
                if dialled is None or not isinstance(dialled.host.value, str):
                    return None
                return self._replaced(*host, f"{dialled.host.value}:{value}")
        found = self.settings.find(key)
        if found is not None:
            # What several share is not changed for one of them.
            return self._replaced(*found, value) if found[0] is self.settings.layers[0] else None
        return (
            self._added(*host, key, value) if host and host[0] is self.settings.layers[0] else None
        )

    def _replaced(self, layer: Layer, leaf: Leaf, value: str) -> Edit | None:
        module = files.reader(self.settings.row, layer.leaves.text.path)
        written = module.encode(leaf, value, layer.variant)
        if written is None:
            return None
        place = layer.leaves.text.place(leaf.start, leaf.end)
        return Edit(place.path, place.start, place.end, written)

    def _added(self, layer: Layer, leaf: Leaf, key: str, value: str) -> Edit | None:
        """An entry like the host's behind it; ``None`` if the host has none of its own.

        A key within another one cannot be added: the other may be there.
        """
        text = layer.leaves.text
        host = self.settings.first(self.client.host)
        written = text.string[leaf.key_start : leaf.key_end].strip("\"'")
        begin = written[: -len(host)]
        if (begin + host).lower() != written.lower() or (layer.typed and "." in key):
            return None
        line = text.string.rfind("\n", 0, leaf.line_start) + 1
        indent = text.string[line : leaf.line_start]
        separator = text.string[leaf.key_end : leaf.start]
        if not value:
            separator = separator.strip()
        if files.reader_of(self.settings.row, text.path) == "jsons":
            at, behind = (
                leaf.end,
                f",{_line_end(text.string, leaf.end) if indent.isspace() else ' '}",
            )
            key, value = f'"{key}"', value if value in ("true", "false") else f'"{value}"'
        else:
            at = _end(text.string, leaf.line_end)
            behind = _line_end(text.string, at)
        if indent.strip():
            if behind[:1] != ",":
                return None
            indent = ""
        place = text.place(leaf.line_start, at)
        added = f"{behind}{indent}{begin}{key}{separator}{value}"
        return Edit(place.path, place.end, place.end, added)


def _end(string: str, at: int) -> int:
    """Where the line of an offset ends, without its line end."""
    end = string.find("\n", at)
    end = len(string) if end < 0 else end
    return end - 1 if string[at:end].endswith("\r") else end


def _line_end(string: str, at: int) -> str:
    return "\r\n" if string.startswith("\r\n", _end(string, at)) else "\n"
