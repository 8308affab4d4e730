# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The finding of a violation: the line that is to blame, and the endpoints that it is about.

Apart from ``judge``, for a clean configuration has no violation.
"""

from __future__ import annotations

from .. import catalogue, rules
from ..endpoint import REMEMBERED, SHIPPED
from ..rules.common import subject
from ..text.values import Shipped
from .finding import CERTAIN, CONFIDENCES, Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Sequence

    from ..endpoint import Endpoint
    from ..text.place import Place
    from ..text.values import Setting
    from .alternatives import Judged
    from .confidence import Hit
    from .finding import Violation

    # The level of a rule at a path, where the rule itself wants one.
    Severity = Callable[[str, str, str], str]


def of_hits(rule: str, said: Sequence[Hit], judged: Judged, severity: Severity) -> Finding:
    """The finding of what a rule says in the same words, or of the same field, in alternatives."""
    _alternative, violation, endpoint = said[0]
    endpoints = () if endpoint is None else (endpoint,)
    finding = of_violation(rule, violation, endpoints, judged.unit.format, severity)
    finding.unit, finding.offered = judged.unit.name, violation.fix
    if len(said) > 1:
        from .confidence import sentence

        finding.message = sentence(hit[1].message for hit in said)
    if len(said) < len(judged.alternatives):
        from .confidence import sure

        held = [alternative for alternative, _violation, _endpoint in said]
        name = endpoint.id if endpoint is not None else ""
        rests = sure(held, judged, name, violation.field, finding.cause)
        finding.confidence = min(finding.confidence, rests.confidence, key=CONFIDENCES.index)
        finding.when, finding.rests_on = rests.when, rests.rests_on
    return finding


def of_violation(
    rule: str, violation: Violation, endpoints: Sequence[Endpoint], kind: str, severity: Severity
) -> Finding:
    """The finding of a violation; ``kind`` is the format of the first of its endpoints."""
    place, cause = _blamed(rule, violation, endpoints[0] if endpoints else None, kind)
    level = severity(rule, place.path, violation.severity)
    confidence = violation.confidence or CERTAIN
    finding = Finding(rule, level, confidence, violation.message, place, cause)
    return _about(finding, endpoints, violation)


def _about(finding: Finding, endpoints: Sequence[Endpoint], violation: Violation) -> Finding:
    """The finding with its endpoints; its sentence begins with the first."""
    if endpoints:
        finding.endpoints = tuple(one.id for one in endpoints)
        finding.unit, finding.side = endpoints[0].unit, endpoints[0].side
        finding.subject = subject(endpoints[0])
        if violation.wants is not None:
            finding.wants = dict.fromkeys(finding.endpoints, violation.wants)
    if finding.severity == "error" and any(REMEMBERED in one.tags for one in endpoints):
        finding.severity = "warning"
    return finding


def _blamed(
    rule: str, violation: Violation, endpoint: Endpoint | None, kind: str
) -> tuple[Place, tuple[Setting, ...]]:
    """The one line that a finding points at, and the settings that led there.

    A wrong value is blamed on the setting that has it.  What is missing is missing at the endpoint:
    a rule with ``BLAME = "endpoint"`` blames a setting only where it is one of the endpoint's own,
    which in a format that includes files is any of them.
    """
    cause = violation.cause
    if violation.place is not None:
        return violation.place, cause
    if endpoint is None:
        raise ValueError(f"{rule} blames neither a place nor an endpoint")
    if not cause and violation.field:
        cause = endpoint.causes.get(violation.field, ())
    last = cause[-1].place if cause else None
    if last is None and (SHIPPED in endpoint.tags or (cause and isinstance(cause[-1], Shipped))):
        # Who left it so is the nearest that can be told.
        last = next((one.place for one in reversed(cause) if one.place is not None), None)
    if last is None:
        return endpoint.place, cause
    if (
        getattr(rules.load(rule), "BLAME", "setting") == "endpoint"
        and last.path != endpoint.place.path
        and not (kind and catalogue.row(kind).one_text)
    ):
        return endpoint.place, cause
    return last, cause
