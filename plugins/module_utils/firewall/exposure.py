# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which peers can reach which mail ports of a host: as a value, and as JSON."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple
else:
    from ..tuples import NamedTuple

# The port between servers, which no client has to dial (RFC 6409 section 3.1).
RELAY = 25


class Door(NamedTuple):
    """One port that may be reached over one IP version.

    ``address`` is empty for every address of the host, ``sources`` (as ``networks.normal`` gives
    them) for every peer.
    """

    version: int
    address: str
    sources: tuple[str, ...]
    port: int


class Exposure(NamedTuple):
    """The packets that the firewall lets pass, or is to let pass.

    Of the mail ports ``managed``, exactly ``doors`` can be reached; no other port is touched.
    ``shut`` are single addresses that stay closed though a door is for every address.  ``dials``
    says whether the host's own programs may dial ``RELAY``.
    """

    doors: frozenset[Door]
    managed: frozenset[int]
    shut: frozenset[Door] = frozenset()
    dials: bool = True

    @property
    def ports(self) -> dict[int, frozenset[int]]:
        """The ports that have doors, by IP version."""
        return {of: frozenset(one.port for one in self.doors if one.version == of) for of in (4, 6)}

    @property
    def all_ports(self) -> frozenset[int]:
        """The ports that any rule is about."""
        return self.managed | {one.port for one in (*self.doors, *self.shut)}

    @property
    def closing(self) -> frozenset[int]:
        """The ports of which something is closed, whatever ``shut`` says."""
        everywhere = [{one.port for one in self.doors if one[:3] == (of, "", ())} for of in (4, 6)]
        return self.managed - (everywhere[0] & everywhere[1])

    def as_data(self) -> dict[str, Any]:
        """The exposure as JSON holds it."""
        return {
            "doors": [list(one) for one in sorted(self.doors)],
            "managed": sorted(self.managed),
            "shut": [list(one) for one in sorted(self.shut)],
            "dials": self.dials,
        }


DOOR = (int, str, [str], int)
# What of ``as_data`` is relied on.
EXPOSURE = {"doors": [DOOR], "managed": [int], "shut": [DOOR]}


def from_data(data: dict[str, Any]) -> Exposure:
    """What ``as_data`` gave, or that of an older version, of the shape ``EXPOSURE``."""
    doors, shut = (
        frozenset(Door(one[0], one[1], tuple(one[2]), one[3]) for one in data[key])
        for key in ("doors", "shut")
    )
    return Exposure(doors, frozenset(data["managed"]), shut, data.get("dials", True))
