# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One instance of Postfix: its main.cf and its master.cf, as far as they are there."""

from __future__ import annotations

from ...text import Text
from ...text.values import Setting
from .parameters import Parameters
from .services import Master, read_master
from .syntax import Main, read_main, settled
from .written import NOT_READ

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, NamedTuple

    from ...endpoint import Unit
    from ...text.assume import Assumptions
    from .services import Service
else:
    from ...tuples import NamedTuple

PROGRAM = "postfix"
SHIPPED = "as Postfix ships it"
ANOTHER = "another"
# The fact that says, in words, why there is no other master.cf than the one that Postfix ships.
UNWRITTEN = "no other master.cf"
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

    ``main`` is ``None`` without a main.cf; ``missing`` names what decides then, and also where
    ``main`` is only added to one that is elsewhere.  ``master`` is
    ``None`` where another master.cf than the one that Postfix ships is assumed and not known;
    ``stock`` says that it is the shipped one and no file of the unit.
    """

    unit: Unit
    main: Main | None
    master: Master | None
    stock: bool
    missing: str
    assume: Assumptions
    # The parameters of each program without a service: services share what they do not override.
    shared: dict[str, Parameters]

    def parameters(self, program: str, service: Service | None = None) -> Parameters:
        """The parameters of a program, for one service or for none.

        A service without options has the program's own.
        """
        base = self.shared.get(program)
        if base is None:
            base = Parameters(program, self.main, None, self.assume, self.missing)
            self.shared[program] = base
        if service is None or not service.options:
            return base
        return Parameters(program, self.main, service, self.assume, self.missing, base)

    def fatal(self) -> list[tuple[Setting, ...]]:
        """Why the master does not start, each reason with the settings behind it.

        What the master dies of in the services is known when the listeners are.
        """
        files = (self.main, None if self.stock else self.master)
        problems = [one for file in files if file is not None for one in file.problems if one.fatal]
        refused = [(Setting("line", "", one.place, one.message),) for one in problems]
        died = [one.shown("the master") for one in self.parameters("master").failures]
        return [*refused, *died]

    @property
    def missing_master(self) -> str:
        """What decides what a master.cf would say, where there is none that is known."""
        missing = _base if "override" in self.unit.texts else _missing
        return missing(self.unit, "master")


# The texts of the unit that is being read, each with what it parses to: alternatives share them.
_parsed: dict[str, tuple[Text, Any]] = {}


def configuration(unit: Unit, assume: Assumptions) -> Configuration:
    """The unit's files, parsed; ``assume`` is asked for the one that is not there."""
    main = _parse(unit, "main", assume, read_main)
    added = _parse(unit, "override", assume, read_main)
    master = _parse(unit, "master", assume, read_master)
    if assume.named(PROGRAM) is None:
        for version in _written_for(main, master):
            assume.written_for(PROGRAM, version)
    if added is not None:
        return Configuration(unit, added, None, False, _base(unit, "main"), assume, {})
    if master is not None or main is None:
        missing = _missing(unit, "main") if main is None else ""
        return Configuration(unit, main, master, False, missing, assume, {})
    question = _missing(unit, "master")
    if "master" in unit.unread:
        return Configuration(unit, main, None, False, "", assume, {})
    words = assume.fact(UNWRITTEN)
    if words is None:
        stock = assume.choose(question, [SHIPPED, ANOTHER]) == SHIPPED
    else:
        stock = assume.takes(question, words)
    if stock:
        master = read_master(Text.of(question, STOCK))
    return Configuration(unit, main, master, stock, "", assume, {})


def _missing(unit: Unit, role: str) -> str:
    path = unit.unread.get(role)
    return f"{path}{NOT_READ}" if path else f"{role}.cf beside {unit.name}"


def _base(unit: Unit, role: str) -> str:
    return f"the {role}.cf that {unit.name} is added to"


def _written_for(main: Main | None, master: Master | None) -> Iterator[str]:
    """The versions that the files show by what an older Postfix dies of.

    A compatibility level with a dot (3.6 and newer; nobody writes one above their own version), and
    protocols with a bound (3.6 and newer).
    """
    entries = list(main.entries) if main is not None and _may_show(main.text) else []
    if master is not None and _may_show(master.text):
        options = (one for service in master.services for one in service.options)
        entries += [one.entry for one in options if one.entry is not None]
    for entry in entries:
        name = entry.name or ""
        if name != "compatibility_level" and not name.endswith("_protocols"):
            continue
        value = entry.line.string[entry.value_start : entry.value_end]
        if name == "compatibility_level":
            major, _dot, minor = value.partition(".")
            minor = minor.partition(".")[0]
            if major == "3" and minor.isascii() and minor.isdigit() and len(minor) < 3:
                yield f"3.{minor}"
        elif ">=" in value or "<=" in value:
            yield "3.6"


def _may_show(text: Text) -> bool:
    return "compatibility_level" in text.string or "=TLS" in text.string or "=0x" in text.string


def _parse(unit: Unit, role: str, assume: Assumptions, read: Callable[[Text], Any]) -> Any:
    text = unit.texts.get(role)
    if text is None:
        return None
    text = settled(text, assume, role == "master")
    known = _parsed.get(role)
    if known is None or known[0] is not text:
        known = _parsed[role] = (text, read(text))
    return known[1]
