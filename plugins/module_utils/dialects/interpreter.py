# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From a file and its row to client endpoints: leaves, then settings, then the shape of clients."""

from __future__ import annotations

from itertools import product

from ..endpoint import CLIENT, REMEMBERED, Endpoint, Reading
from ..patterns import lazy
from ..readers import leaves as tree
from ..shapes.client import Knobs, fields
from ..source import is_of_host
from ..text.parts import split
from ..text.values import Undecided, Value, causes, default, reason
from . import files
from .row import ALONE, BY_ORDER, MODE, PORT, SCHEME, URL, WITH_PORT
from .settings import Layer, Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, NamedTuple, Sequence

    from ..endpoint import Unit
    from ..readers.leaves import Leaf, Leaves, Path
    from ..source import Source
    from ..text.assume import Assumptions
    from .files import File
    from .row import Client, Dialect
else:
    from ..tuples import NamedTuple

# A shell's variable, which envsubst(1) or a script of one's own replaces.
_VARIABLE = lazy(r"\$[A-Z][A-Z0-9_]{0,63}")


class Dialled(NamedTuple):
    """Where a client connects to: what is written of it, the port as text."""

    host: Value
    port: Value
    scheme: Value


def read(row: Dialect, unit: Unit, source: Source, assume: Assumptions) -> Reading:
    """The clients of one file.

    In: the text under the role ``config``.  Out: the reading; what may be a client, if something
    that is not known says so, is open.
    """
    reading = Reading()
    text = unit.texts.get("config")
    if text is None:
        return reading
    stacks = files.read(row, text, source, assume)
    reading.problems = list(stacks[0][0].leaves.problems)
    for client, (own, *others) in product(row.clients, stacks):
        for name, first, settings in clients(row, client, own, others, assume):
            place = own.leaves.text.place(first.line_start, first.line_end)
            connects = settings.decide(client.when).value
            if isinstance(connects, Undecided):
                reading.clients.extend((decider, place) for decider in connects.depends_on)
            where = dialled(client, settings) if connects is True else None
            if where is not None:
                settings.known.update({PORT: where.port, SCHEME: where.scheme})
                shown = fields(_knobs(client, settings, where, files.overruled(row, text, source)))
                tags = (REMEMBERED,) if row.remembered else ()
                reading.endpoints.append(
                    Endpoint(f"{row.name}:{name}", CLIENT, row.name, name, place, shown, tags)
                )
    return reading


def clients(
    row: Dialect, client: Client, own: File, others: Sequence[File], assume: Assumptions
) -> Iterator[tuple[str, Leaf, Settings]]:
    """Each client that a file may define: a name, the leaf that stands for it, its settings."""
    *root, begin = client.root.split(".")
    if row.keys in (files.DOTTED, files.VARIABLES):
        root, begin = [], client.root
    for below, leaves in _items(own.leaves, root):
        layers = [own.layer(leaves, below, begin)]
        if client.shared:
            *shared, start = client.shared.split(".")
            layers.append(own.layer(own.leaves, tuple(shared), start))
        layers += [other.layer(other.leaves, below, begin) for other in others]
        settings = Settings(row, layers, assume)
        first = _first(client, layers[0], row)
        if first is not None:
            name = ".".join(map(str, below)) or client.root.strip("._").lower() or str(client.host)
            yield f"{name}@{own.profile}" if own.profile else name, first, settings


def _items(leaves: Leaves, root: Sequence[str]) -> Iterator[tuple[Path, Leaves]]:
    """The places that a root names, with the leaves of each."""
    if not root:
        yield (), leaves
        return
    for path, group in tree.grouped(leaves, len(root)).items():
        if all(part in ("*", str(actual)) for part, actual in zip(root, path)):
            yield path, group


def _first(client: Client, layer: Layer, row: Dialect) -> Leaf | None:
    """What stands for the client in its file: its host, or another of its keys."""
    dialled = [keys for keys in (client.host, client.port) if keys]
    names = [key for keys in dialled for key in ((keys,) if isinstance(keys, str) else keys)]
    tables = (client.when, client.modes, client.login, client.verified)
    asked = [key for rules in tables for _outcome, conditions in rules for key in conditions]
    keys = [key for key in (*names, *asked) if not key.startswith("@")]
    found = (ask(row, key) for ask in (layer.leaf, layer.within) for key in keys)
    return next((leaf for leaf in found if leaf is not None), None)


def _knobs(client: Client, settings: Settings, where: Dialled, overruled: Value) -> Knobs:
    mode = settings.decide(client.modes) if overruled.value is None else overruled
    settings.known[MODE] = mode
    return Knobs(
        host=where.host,
        port=_port(client, settings, where),
        mode=mode,
        login=settings.decide(client.login),
        plaintext=settings.decide(client.plaintext),
        protocol=Value(client.protocol),
        verified=settings.decide(client.verified),
        usable=_usable(settings.decide((*client.unusable, ("", {})))),
    )


def _usable(words: Value) -> Value:
    if isinstance(words.value, Undecided):
        return words
    return (
        Value(False, causes((reason(words.value),), words.causes)) if words.value else Value(True)
    )


def _port(client: Client, settings: Settings, where: Dialled) -> Value:
    """The port as it is written, or the default for the mode."""
    written = where.port.value
    if isinstance(written, Undecided):
        return where.port
    if written is not None:
        known = int(written) if written.isdigit() and len(written) < 6 else Undecided(
            f"the port {written[:40]}")  # fmt: skip
        return Value(known, where.port.causes)
    port = settings.decide(client.ports)
    if port.value is None or isinstance(port.value, Undecided):
        return port
    key = settings.first(client.port)
    name = settings.layers[0].begin + key if key else "port"
    return Value(port.value, (*port.causes, default(settings.program, name, str(port.value))))


def dialled(client: Client, settings: Settings) -> Dialled | None:
    """Where the client connects to; ``None`` if nothing says so."""
    key = settings.first(client.host)
    host = settings.value(key)
    if host.value is None:
        if not client.default_host:
            return None
        why = causes((default(settings.program, key, client.default_host),))
        parts = _parts(client.written, client.default_host)
    else:
        why = host.causes
        parts = _written(client.written, host.value)
    address, port, scheme = (
        Value(None if part in (None, "") else _known(part, settings), why) for part in parts
    )
    own = settings.first(client.port)
    own_port = settings.value(own) if own else Value(None)
    overruled = (
        client.written == BY_ORDER and port.value is not None and settings.is_behind(key, own)
    )
    if not overruled and (own_port.value is not None or (port.value is None and own_port.causes)):
        port = own_port._replace(value=_known(own_port.value, settings))
    if scheme.value is None and client.scheme:
        scheme = Value(client.scheme, why)
    return Dialled(address, port, scheme)


def _known(part: Any, settings: Settings) -> Any:
    """A host, a port or a scheme, open where it is filled in or decrypted later.

    No host has a ``$`` or a bracket in its name.
    """
    value = settings.resolved(part) if isinstance(part, str) else part
    if not isinstance(value, str):
        return value
    if value.startswith("ENC("):
        # Jasypt decrypts it when the application starts.
        return Undecided("ENC(…)")
    in_repository = not is_of_host(settings.layers[0].leaves.text.path)
    names = _VARIABLE.findall(value) if in_repository else []
    return Undecided(*names) if names else value


def _written(written: str, value: str | Undecided) -> tuple[Any, ...]:
    """The parts of an address; of one that is open, a side without a hole is known."""
    if not isinstance(value, Undecided):
        return _parts(written, value)
    if written == ALONE:
        return value, None, None
    sides = split(value, ":")
    if written in (WITH_PORT, BY_ORDER) and len(sides) == 2:
        return (*sides, None)
    return value, value, value


def _parts(written: str, value: str) -> tuple[str, str | None, str | None]:
    """Host, port and scheme of an address as it is written."""
    scheme = None
    if written == URL and "://" in value:
        scheme, _sign, value = value.partition("://")
    if written == URL:
        value = value.partition("/")[0].rpartition("@")[2]
    host, colon, port = value.rpartition(":")
    if written == ALONE or not colon or "]" in port or (":" in host and "[" not in host):
        host, port = value, ""
    return host.strip("[]"), port or None, scheme
