# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a rule says, and what the engine makes of it."""

from __future__ import annotations

from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

    from .alternatives import Judged, Projected
    from .endpoint import Fix, Setting, Unit
    from .place import Place
    from .text import Text

SEVERITIES = ("off", "note", "warning", "error")
POSSIBLE = "possible"
CERTAIN = "certain"


class Violation(NamedTuple):
    """What a rule yields.

    ``field`` names the endpoint's field that is wrong: its causes become the finding's cause and
    the last of them that stands in a file is blamed.  ``severity`` overrides the rule's own level
    downwards or upwards where the rule's manual says so.  ``wants`` is a field and the value that
    would be right, for a fix.  A rule of scope ``setting`` or ``run`` gives ``place`` and ``cause``
    itself.
    """

    message: str
    field: str = ""
    severity: str = ""
    wants: Optional[Tuple[str, Any]] = None
    place: Optional[Place] = None
    cause: Tuple[Setting, ...] = ()
    endpoints: Tuple[str, ...] = ()


class Suppression(NamedTuple):
    """Why a finding is not counted: a comment in the file or the policy's ``ignore``."""

    reason: str
    path: str
    line: int


class Finding:
    """A violation with everything that the engine knows about it."""

    __slots__ = (
        "rule", "severity", "confidence", "message", "place", "cause", "endpoints", "hosts",
        "when", "also", "wants", "fix", "suppressed", "unit", "decider",
    )  # fmt: skip

    def __init__(
        self,
        rule: str,
        severity: str,
        confidence: str,
        message: str,
        place: Place,
        cause: Tuple[Setting, ...] = (),
        endpoints: Tuple[str, ...] = (),
        when: Tuple[str, ...] = (),
        wants: Optional[Tuple[str, Any]] = None,
        unit: str = "",
    ) -> None:
        self.rule = rule
        self.severity = severity
        self.confidence = confidence
        self.message = message
        self.place = place
        self.cause = cause
        self.endpoints = endpoints
        self.hosts: Tuple[str, ...] = ()
        self.when = when
        # The ids of the rules that the same endpoint breaks for the same reason.
        self.also: Tuple[str, ...] = ()
        self.wants = wants
        self.fix: Optional[Fix] = None
        self.suppressed: Optional[Suppression] = None
        # The unit whose endpoints it is about; empty for a finding of the engine's own.
        self.unit = unit
        # For ``undecided``: the thing that decides.
        self.decider = ""

    def __repr__(self) -> str:
        return "Finding(%s:%s:%s %s %s)" % (
            self.place.path,
            self.place.line,
            self.place.column,
            self.rule,
            self.message,
        )


class Unread(NamedTuple):
    """A file that was asked for and could not be read or parsed, and why."""

    path: str
    reason: str


class Report:
    """The outcome of one run; ``report.as_data`` turns it into plain data."""

    __slots__ = ("endpoints", "failures", "files", "findings", "texts", "units", "unread", "_bytes")

    def __init__(self) -> None:
        # Each unit's endpoints over all alternatives: ``(Unit, Projected)``.
        self.endpoints: List[Tuple[Unit, Projected]] = []
        self.findings: List[Finding] = []
        self.unread: List[Unread] = []
        self.files: List[str] = []
        self.units: List[Judged] = []
        # What was read, to show the lines of a finding.
        self.texts: Dict[str, Text] = {}
        self._bytes: Dict[str, bytes] = {}
        # Why a file could not be read, and where; they become findings.
        self.failures: List[Tuple[str, Place]] = []

    def bytes_of(self, path: str) -> bytes:
        """A file as it was read; empty where it was not."""
        if path not in self._bytes:
            text = self.texts.get(path)
            string = text.origin(0)[0].string if text is not None else ""
            self._bytes[path] = string.encode("utf-8", "surrogateescape")
        return self._bytes[path]
