# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One instance of Postfix: its main.cf and its master.cf, as far as they are there."""

from __future__ import annotations

from typing import NamedTuple

from ...text import Text
from .parameters import Parameters
from .services import Master, read_master
from .syntax import Main, read_main, settled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Optional, Tuple

    from ...assume import Assumptions
    from ...endpoint import Unit
    from .services import Service

SHIPPED = "as Postfix ships it"
ANOTHER = "another"
# The services that matter of the master.cf that comes with Postfix.
STOCK = """\
smtp inet n - n - - smtpd
smtp unix - - n - - smtp
relay unix - - n - - smtp
  -o syslog_name=${multi_instance_name?{$multi_instance_name}:{postfix}}/$service_name
lmtp unix - - n - - lmtp
local unix - n n - - local
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
"""


class Configuration(NamedTuple):
    """What a unit's files say under these assumptions.

    ``main`` is ``None`` without a main.cf, and ``missing`` then names what decides.  ``master`` is
    ``None`` where another master.cf than the one that Postfix ships is assumed and not known;
    ``stock`` says that it is the shipped one and no file of the unit.
    """

    unit: Unit
    main: Optional[Main]
    master: Optional[Master]
    stock: bool
    missing: str
    assume: Assumptions

    def parameters(self, program: str, service: Optional[Service] = None) -> Parameters:
        """The parameters of a program, for one service or for none."""
        return Parameters(program, self.main, service, self.assume, self.missing)


# The texts of the unit that is being read, each with what it parses to: alternatives share them.
_parsed: Dict[str, Tuple[Text, Any]] = {}


def configuration(unit: Unit, assume: Assumptions) -> Configuration:
    """The unit's files, parsed; ``assume`` is asked for the one that is not there."""
    main = _parse(unit, "main", assume, read_main)
    master = _parse(unit, "master", assume, read_master)
    if master is not None or main is None:
        return Configuration(unit, main, master, False, "main.cf beside %s" % unit.name, assume)
    question = "master.cf beside %s" % unit.name
    stock = assume.choose(question, [SHIPPED, ANOTHER]) == SHIPPED
    if stock:
        master = read_master(Text.of(question, STOCK))
    return Configuration(unit, main, master, stock, "", assume)


def _parse(unit: Unit, role: str, assume: Assumptions, read: Callable[[Text], Any]) -> Any:
    text = unit.texts.get(role)
    if text is None:
        return None
    text = settled(text, assume, role == "master")
    known = _parsed.get(role)
    if known is None or known[0] is not text:
        known = _parsed[role] = (text, read(text))
    return known[1]
