# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The addresses of hosts and interfaces that are named one by one.

Most configurations name none: their services listen on every address.

Source: as of ``interfaces``.
"""

from __future__ import annotations

from ... import peers
from ...text.budget import LISTENER
from ...text.values import Setting, Undecided, Value, causes
from .interfaces import ALL, ANY, LOOPBACK, family, is_spoken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from .parameters import Parameters


def missing(word: str, spoken: Sequence[int]) -> str:
    """Why no host has such an interface; empty where one may have it."""
    network = peers.parse(word)
    if "/" in word or word.lower() in (ALL, LOOPBACK):
        return f"host not found: {word}"
    if network is None:
        return ""
    if not is_spoken(word, spoken):
        return f"host not found: {word}"
    return f"no local interface found for {word}" if network.is_unspecified else ""


def of_host(host: str, why: tuple[Setting, ...], used: Value) -> list[tuple[Value, Value]]:
    """Address and family of a host as master.cf or ``inet_interfaces`` names it.

    In: the host, the settings that name it, the families in use.
    """
    network = peers.parse(host)
    if network is not None:
        address = ANY if network.base == 0 else str(network).partition("/")[0]
        return [(Value(address, why), Value(f"ipv{network.version}", why))]
    if host.lower() in ("localhost", "localhost.localdomain"):
        return _loopback(why, used)
    return [(Value(Undecided(f"the address of {host}"), why), family(used))]


def of_words(
    words: Sequence[str | Undecided],
    why: tuple[Setting, ...],
    parameters: Parameters,
    used: Value,
) -> list[tuple[Value, Value]]:
    """The addresses and families that the words of ``inet_interfaces`` stand for."""
    first = words[0] if len(words) == 1 else ""
    if isinstance(first, str) and first.lower() == LOOPBACK:
        return _loopback(why, used)
    parameters.assume.budget.spend(LISTENER * len(words), "services and their addresses")
    unique: dict[tuple[str, str], tuple[Value, Value]] = {}
    for word in words:
        if isinstance(word, Undecided):
            places = [(Value(word, why), family(used))]
        else:
            places = of_host(word, why, used)
        for place in places:
            unique.setdefault((_key(place[0]), _key(place[1])), place)
    return list(unique.values()) or [(Value(ANY, why), family(used))]


def _key(value: Value) -> str:
    return value.value if isinstance(value.value, str) else str(value.value.depends_on[0])


def suffix(address: Value, version: Value) -> str:
    """What tells the addresses of one service apart."""
    if address.value == ANY:
        return "@" + {"ipv4": "0.0.0.0", "ipv6": "::"}.get(_key(version), "*")
    return "@" + _key(address)


def _loopback(why: tuple[Setting, ...], used: Value) -> list[tuple[Value, Value]]:
    wanted = (4, 6) if isinstance(used.value, Undecided) else used.value
    addresses = {4: "127.0.0.1", 6: "::1"}
    settings = causes(why, used.causes if len(wanted) == 1 else ())
    return [
        (Value(addresses[number], settings), Value(f"ipv{number}", settings)) for number in wanted
    ]
