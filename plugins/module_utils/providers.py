# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What well-known providers offer to mail programs.

A row is a group of hosts that offer the same.  A provider's page that lists its ports in full makes
a row complete: a port that is not on it is then a mistake.  Where a page only recommends, the row
is not complete, and only the mode of a listed port is judged.
"""

from __future__ import annotations

from typing import NamedTuple

from .ports import IMPLICIT, REQUIRED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Tuple

    # Protocol, port, modes that a client may use there.
    Offer = Tuple[str, int, Tuple[str, ...]]

# A client that takes STARTTLS where it is offered gets it as well: whether it may be stripped is
# the matter of other rules.
STARTTLS = (*REQUIRED, "starttls-optional")


class Provider(NamedTuple):
    """A group of hosts of one provider and what they offer."""

    hosts: Tuple[str, ...]
    offers: Tuple[Offer, ...]
    complete: bool = False


PROVIDERS: Dict[str, Tuple[Provider, ...]] = {
    # https://www.smtp2.cz/podporovane-smtp-porty ("overview of supported ports"): 5870 and 12345
    # are twins of 587 for networks that block it, 4650 of 465.
    "smtp2": (
        Provider(
            ("smtp2.cz", "*.smtp2.cz"),
            (
                ("submission", 25, STARTTLS),
                ("submission", 587, STARTTLS),
                ("submission", 5870, STARTTLS),
                ("submission", 12345, STARTTLS),
                ("submission", 465, IMPLICIT),
                ("submission", 4650, IMPLICIT),
            ),
            True,
        ),
    ),
}
