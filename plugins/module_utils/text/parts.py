# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The parts of a text of which something is open: each keeps its own holes.

Loaded where a text has holes.
"""

from __future__ import annotations

from .values import Undecided, concatenated


def split(value: str | Undecided, sign: str, most: int = -1) -> list[str | Undecided]:
    """The parts of a text between the signs that are known, each open by its own holes alone.

    ``most`` is how many signs count.  A hole may hold further signs: what an open part then means
    is for the caller to say.
    """
    if isinstance(value, str):
        return list(value.split(sign, most))
    parts: list[list[str | Undecided]] = [[]]
    for piece in value.pieces or (value,):
        if isinstance(piece, Undecided):
            parts[-1].append(piece)
            continue
        left = most if most < 0 else most - len(parts) + 1
        first, *others = piece.split(sign, left)
        parts[-1].append(first)
        parts.extend([other] for other in others)
    return [concatenated(part) for part in parts]


def host_and_port(written: Undecided) -> tuple[str | Undecided, str | Undecided | None]:
    """Host and port of ``host:port`` or ``[host]:port`` with holes.

    Both are open if no sign parts them: a hole may hold it.  There is no port if nothing stands
    behind the bracket.
    """
    first = written.pieces[0] if written.pieces else written
    if isinstance(first, str) and first.startswith("["):
        host, *rest = split(written, "]", 1)
        if not rest:
            return written, written
        port: str | Undecided | None = rest[0]
        if isinstance(port, str):
            port = port[1:] if port.startswith(":") else port or None
        return host[1:] if isinstance(host, str) else host, port
    host, *ports = split(written, ":")
    return (host, ports[0]) if len(ports) == 1 else (written, written)
