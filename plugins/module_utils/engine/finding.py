# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a rule says, and what the engine makes of it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple

    from ..endpoint import Endpoint, Fix, Unit
    from ..text import Text
    from ..text.place import Place
    from ..text.values import Setting
    from .alternatives import Judged, Projected
else:
    from ..tuples import NamedTuple

SEVERITIES = ("off", "note", "warning", "error")
# How sure a finding is: it holds under some answers of what the files leave open; under all as long
# as the supplied answers hold; under all.
POSSIBLE = "possible"
LIKELY = "likely"
CERTAIN = "certain"
CONFIDENCES = (POSSIBLE, LIKELY, CERTAIN)
# How a suppression in a comment begins.
SUPPRESSED = "mailwarden:"


class Violation(NamedTuple):
    """What a rule yields.

    ``field`` names the endpoint's field that is wrong: its causes become the finding's cause and
    the last of them that stands in a file is blamed.  ``severity`` overrides the rule's own level
    downwards or upwards where the rule's manual says so.  ``wants`` is a field and the value that
    would be right, for a fix.  A rule of scope ``setting`` gives ``place`` and ``cause`` itself,
    one of scope ``run`` those or ``endpoints``, of which the first is blamed.  ``fix`` is what a
    format offers for the setting.  ``confidence`` is
    ``possible`` where the rule itself is not sure: something that no file says (who may reach the
    port) decides.
    """

    message: str
    field: str = ""
    severity: str = ""
    wants: tuple[str, Any] | None = None
    place: Place | None = None
    cause: tuple[Setting, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    confidence: str = ""
    fix: Fix | None = None


class Suppression(NamedTuple):
    """Why a finding is not counted: a comment in the file or the policy's ``ignore``."""

    reason: str
    path: str
    line: int


class Finding:
    """A violation with everything that the engine knows about it."""

    __slots__ = (
        "also",
        "cause",
        "confidence",
        "decider",
        "details",
        "endpoints",
        "fix",
        "hosts",
        "message",
        "offered",
        "place",
        "rests_on",
        "rule",
        "severity",
        "side",
        "subject",
        "suppressed",
        "unit",
        "wants",
        "when",
    )  # fmt: skip

    def __init__(
        self,
        rule: str,
        severity: str,
        confidence: str,
        message: str,
        place: Place,
        cause: tuple[Setting, ...] = (),
        endpoints: tuple[str, ...] = (),
        when: tuple[str, ...] = (),
        unit: str = "",
        rests_on: tuple[str, ...] = (),
    ) -> None:
        self.rule = rule
        self.severity = severity
        self.confidence = confidence
        self.message = message
        self.place = place
        self.cause = cause
        self.endpoints = endpoints
        self.hosts: tuple[str, ...] = ()
        self.when = when
        # The supplied answers without which it would not be said, in words.
        self.rests_on = rests_on
        # The ids of the rules that the same endpoint breaks for the same reason.
        self.also: tuple[str, ...] = ()
        # The field, and the value that would be right, for each endpoint for which that is known.
        self.wants: dict[str, tuple[str, Any]] = {}
        # The words for the endpoint with which the message begins, and the endpoint's side.
        self.subject = ""
        self.side = ""
        # What the format offers to mend it with; ``fix`` is what was tried with success.
        self.offered: Fix | None = None
        self.fix: Fix | None = None
        self.suppressed: Suppression | None = None
        # The unit whose endpoints it is about; empty for a finding of the engine's own.
        self.unit = unit
        # For ``undecided``: the thing that decides.
        self.decider = ""
        # For ``undecided``: what hangs on it, one by one.
        self.details: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Finding({self.place.path}:{self.place.line} {self.rule} {self.message})"


class Unread(NamedTuple):
    """A file that was asked for and could not be read or parsed, and why."""

    path: str
    reason: str


class Report:
    """The outcome of one run; ``report.as_data`` turns it into plain data."""

    __slots__ = (
        "_bytes", "blamed", "endpoints", "failures", "files", "findings", "texts", "units",
        "unread",
    )  # fmt: skip

    def __init__(self) -> None:
        # Each unit's endpoints over all alternatives: ``(Unit, Projected)``.
        self.endpoints: list[tuple[Unit, Projected]] = []
        self.findings: list[Finding] = []
        self.unread: list[Unread] = []
        self.files: list[str] = []
        self.units: list[Judged] = []
        # What was read, to show the lines of a finding.
        self.texts: dict[str, Text] = {}
        self._bytes: dict[str, bytes] = {}
        # What findings point at, as ``report.blamed`` has made it.
        self.blamed: dict[Place, str] = {}
        # Why a file could not be read, and where; they become findings.
        self.failures: list[tuple[str, Place]] = []

    def bytes_of(self, path: str) -> bytes:
        """A file as it was read; empty where it was not."""
        if path not in self._bytes:
            text = self.texts.get(path)
            string = text.origin(0)[0].string if text is not None else ""
            self._bytes[path] = string.encode("utf-8", "surrogateescape")
        return self._bytes[path]
