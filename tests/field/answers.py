"""A report held against the answers that ``roles.yml`` has for a repository, field by field.

A decided value that is another one than the answer's is *wrong*, and so are an endpoint and an
error or warning of which the answer knows nothing.  What the report leaves open is *open*, and what
it does not speak of is *missing*: neither is a false claim.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

OPEN = "open"
# The keys of an answer's endpoint that are no fields.
ABOUT = frozenset({"side", "port", "at", "because"})
# Which field decides what has no list of its own of what is undecided.
DECIDES = {"local": "address"}
# The verdicts that are false claims, in the order of the words in which a comparison ends.
FALSE = ("wrong field", "extra endpoint", "extra finding")


class Verdict(NamedTuple):
    """One thing that was compared: what came of it, and which it is."""

    kind: str
    words: str


def compare(answer: Mapping[str, Any], report: Mapping[str, Any]) -> list[Verdict]:
    """Each field, endpoint and finding of the answer, and what the report has beyond it."""
    return [
        *_endpoints(answer["endpoints"], report["endpoints"]),
        *_findings(answer["findings"], report["findings"]),
    ]


def counts(verdicts: Sequence[Verdict]) -> Counter[str]:
    """How often each kind of verdict occurs."""
    return Counter(verdict.kind for verdict in verdicts)


def value(endpoint: Mapping[str, Any], field: str) -> Any:
    """What a report says of a field, or ``OPEN``."""
    return OPEN if DECIDES.get(field, field) in endpoint["undecided"] else endpoint[field]


def _endpoints(
    expected: Sequence[Mapping[str, Any]], seen: Sequence[Mapping[str, Any]]
) -> Iterator[Verdict]:
    for answer in expected:
        name = f"{answer['side']} {answer['port']}"
        same = [_fields(answer, endpoint, name) for endpoint in seen if _may_be(answer, endpoint)]
        if same:
            yield from min(same, key=_distance)
        else:
            yield Verdict("missing endpoint", name)
    for endpoint in seen:
        if _is_extra(endpoint, expected):
            words = f"{endpoint['id']} {endpoint['port']} ({endpoint['path']})"
            yield Verdict("extra endpoint", words)


def _may_be(answer: Mapping[str, Any], endpoint: Mapping[str, Any]) -> bool:
    ports = endpoint["undecided"].get("port", {"possible": [endpoint["port"]]})["possible"]
    if endpoint["side"] != answer["side"] or answer["port"] not in ports:
        return False
    host = answer.get("host", OPEN)
    return OPEN in (host, value(endpoint, "host")) or value(endpoint, "host") == host


def _fields(answer: Mapping[str, Any], endpoint: Mapping[str, Any], name: str) -> list[Verdict]:
    kind = "open endpoint" if "port" in endpoint["undecided"] else "endpoint"
    fields = [field for field in answer if field not in ABOUT]
    return [
        Verdict(kind, name),
        *(Verdict(_verdict(answer[field], endpoint, field), f"{name} {field}") for field in fields),
    ]


def _verdict(expected: Any, endpoint: Mapping[str, Any], field: str) -> str:
    """With ``OPEN`` expected, what is decided was taken out of nowhere."""
    seen = value(endpoint, field)
    if seen == expected:
        return "right field"
    return "open field" if seen == OPEN else "wrong field"


def _distance(verdicts: Sequence[Verdict]) -> tuple[int, int]:
    found = counts(verdicts)
    return found["wrong field"], found["open field"]


def _is_extra(endpoint: Mapping[str, Any], expected: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an endpoint, sure to exist on a known port, is none of the answer's.

    Delivery to the servers of others and through Unix sockets is no part of an answer.
    """
    if endpoint["undecided"].keys() & {"exists", "port"} or endpoint["port"] is None:
        return False
    if endpoint["name"] == "mx-delivery":
        return False
    return not any(_may_be(answer, endpoint) for answer in expected)


def _findings(expected: Sequence[str], seen: Sequence[Mapping[str, Any]]) -> Iterator[Verdict]:
    sure = [one for one in seen if one["confidence"] != "possible" and one["rule"] != "undecided"]
    for answer in expected:
        place, _, rule = answer.partition(" ")
        lines = [f"{one['path']}:{one['line']}" for one in sure if rule in _rules(one)]
        if place in lines:
            yield Verdict("finding", answer)
        elif lines:
            yield Verdict("finding elsewhere", f"{answer}: {', '.join(lines)}")
        else:
            yield Verdict("missing finding", answer)
    known = {answer.partition(" ")[2] for answer in expected}
    for one in sure:
        if not known & _rules(one):
            kind = "extra note" if one["severity"] == "note" else "extra finding"
            yield Verdict(kind, f"{one['path']}:{one['line']} {one['rule']}")


def _rules(finding: Mapping[str, Any]) -> set[str]:
    return {finding["rule"], *finding["also"]}
