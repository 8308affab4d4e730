# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One cause, one finding: who speaks for an endpoint, what is said together, in which order.

Before this a finding of a rule about endpoints is about one of them.
"""

from __future__ import annotations

from ..endpoint import CLIENT
from ..rule_table import PRECEDENCE
from .finding import CERTAIN, CONFIDENCES, SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Sequence, Tuple

    from .finding import Finding

    Order = Tuple[str, int, int, str]

# More endpoints than these are counted in a sentence and not named.
NAMED = 6
# With an error of these a client does not get as far as to exchange anything.
NO_CONNECTION = frozenset(
    (
        "endpoint-unusable",
        "tls-broken",
        "port-protocol-mismatch",
        "implicit-tls-missing",
        "implicit-tls-unexpected",
        "provider-mismatch",
        "client-server-mismatch",
    )
)


def gathered(found: Sequence[Finding]) -> list[Finding]:
    """The findings as they are shown."""
    return ordered(joined(chained(found)))


def chained(found: Sequence[Finding]) -> list[Finding]:
    """Lets the first rule of the chain speak for an endpoint, where it is as sure and as severe.

    A line for which the program does not start speaks for all endpoints that it takes along.  A
    suppressed finding speaks for nobody: what stands behind it comes forward.
    """
    chain = {rule: rank for rank, rule in enumerate(PRECEDENCE)}
    kept: list[Finding] = []
    by_endpoint: dict[tuple[str, str], list[Finding]] = {}
    for one in sorted((one for one in found if one.rule in chain), key=lambda one: chain[one.rule]):
        if one.suppressed is None:
            for name in one.endpoints:
                by_endpoint.setdefault((one.unit, name), []).append(one)
    refused = {one.place: one for one in found if one.rule == "syntax-error"}
    for finding in found:
        speaker = None
        if finding.rule in chain and finding.endpoints:
            speakers = by_endpoint.get((finding.unit, finding.endpoints[0]), [])
            speaker = _speaker(finding, speakers, chain)
            if finding.rule == "endpoint-unusable" and finding.place in refused:
                speaker = refused[finding.place]
                speaker.endpoints += finding.endpoints
        if speaker is None:
            kept.append(finding)
        elif finding.rule not in speaker.also:
            speaker.also += (finding.rule,)
    return kept


def _speaker(finding: Finding, speakers: list[Finding], chain: dict[str, int]) -> Finding | None:
    if finding.suppressed is not None:
        return None
    for other in speakers:
        if chain[other.rule] >= chain[finding.rule]:
            return None
        if (
            set(finding.endpoints) <= set(other.endpoints)
            and SEVERITIES.index(other.severity) >= SEVERITIES.index(finding.severity)
            and _is_as_sure(other, finding)
        ):
            return other
    return None


def _is_as_sure(one: Finding, other: Finding) -> bool:
    """Whether wherever the other holds, this one does."""
    if one.confidence == CERTAIN:
        return True
    return (
        CONFIDENCES.index(one.confidence) >= CONFIDENCES.index(other.confidence)
        and one.when == other.when
        and set(one.rests_on) <= set(other.rests_on)
    )


def joined(found: Iterable[Finding]) -> list[Finding]:
    """Findings that a rule blames on one span, and of which it is as sure, become one.

    It has all their endpoints, and says each of their sentences once.
    """
    by_cause: dict[tuple[object, ...], list[Finding]] = {}
    for finding in found:
        # What is about no endpoint is told apart by what it says.
        about = (finding.unit,) if finding.endpoints and finding.subject else (finding.message,)
        cause = (
            finding.rule, finding.severity, finding.confidence, finding.rests_on, finding.when,
            finding.place, finding.suppressed, *about,
        )  # fmt: skip
        by_cause.setdefault(cause, []).append(finding)
    return [_one(same) if len(same) > 1 else same[0] for same in by_cause.values()]


def _one(same: Sequence[Finding]) -> Finding:
    """The first of the findings, with what the others have."""
    first = same[0]
    first.message = _sentences(same)
    first.endpoints = tuple(dict.fromkeys(name for one in same for name in one.endpoints))
    first.also = tuple(dict.fromkeys(rule for one in same for rule in one.also))
    first.wants = {name: wanted for one in same for name, wanted in one.wants.items()}
    return first


def _sentences(same: Sequence[Finding]) -> str:
    """What the findings say: a sentence that begins with its subject takes all who share it."""
    subjects: dict[str, dict[str, None]] = {}
    for one in same:
        subject = one.subject if one.message.startswith(one.subject) else ""
        subjects.setdefault(one.message[len(subject) :], {})[subject] = None
    sentences = [_subject(list(names)) + rest for rest, names in subjects.items()]
    reason = sentences[0].partition(": ")[2]
    if reason and all(one.partition(": ")[2] == reason for one in sentences):
        # What is so for one reason stands before it, and the reason is said once.
        return " and ".join(one.partition(": ")[0] for one in sentences) + f": {reason}"
    return "; ".join(sentences)


def _subject(names: list[str]) -> str:
    """``port 25``, or ``each of ports 25, 465 and 587``: the verb is the same."""
    if len(names) == 1:
        return names[0]
    ports = [name.partition("port ")[2] for name in names if name.startswith("port ")]
    head, shown = ("each of ports ", ports) if len(ports) == len(names) else ("each of ", names)
    if len(shown) > NAMED:
        shown = [*shown[: NAMED - 1], f"{len(shown) - NAMED + 1} more"]
    return head + ", ".join(shown[:-1]) + " and " + shown[-1]


def ordered(found: Iterable[Finding]) -> list[Finding]:
    """In the order of files and lines.

    What is lesser about a client that gets no connection comes behind the error that says so.
    """
    found = sorted(found, key=_order)
    errors: dict[tuple[str, str], Finding] = {}
    for one in found:
        if one.rule in NO_CONNECTION and one.severity == "error" and one.side == CLIENT:
            for name in one.endpoints:
                errors.setdefault((one.unit, name), one)
    if not errors:
        return found

    def order(one: Finding) -> tuple[Order, bool, Order]:
        own = _order(one)
        lesser = one.side == CLIENT and one.severity != "error"
        graver = [errors.get((one.unit, name)) for name in one.endpoints] if lesser else []
        last = max([own, *(_order(error) for error in graver if error)])
        return last, last != own, own

    return sorted(found, key=order)


def _order(finding: Finding) -> Order:
    return finding.place.path, finding.place.line, finding.place.column, finding.rule
