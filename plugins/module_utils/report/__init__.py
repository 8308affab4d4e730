# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A report as plain data, the same for the command and the module: ``report.schema.json``."""

from __future__ import annotations

from ..endpoint import FIELDS
from ..engine.alternatives import BOTH, Further
from ..text.place import Place
from . import causes
from .counting import summary
from .form import EXISTS, FURTHER, SCHEMA_VERSION
from .secrets import masked, masked_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Sequence

    from ..endpoint import Unit
    from ..engine.alternatives import Projected
    from ..engine.finding import Report


def as_data(report: Report, version: str) -> dict[str, Any]:
    """The report in the terms of JSON; ``version`` is the tool's own."""
    names = _names(report.endpoints)
    texts: causes.Texts = {}
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "mailwarden", "version": version},
        "endpoints": [
            _endpoint(shown, names[unit.name, shown.endpoint.id], texts)
            for unit, shown in report.endpoints
        ],
        "findings": _findings(report, names, texts),
        FURTHER: [_more(one) for one in further(report)],
        "unread": [{"path": one.path, "reason": masked_words(one.reason)} for one in report.unread],
        "summary": summary(report),
    }


def further(report: Report) -> Iterator[Further]:
    """What may define more endpoints than are known, whatever the policy silences.

    Where too many combinations were left open, or nothing was seen in a file that was read as if
    it were another version's, that is not known either.
    """
    seen = {unit.name for unit, _shown in report.endpoints}
    for judged in report.units:
        yield from judged.further()
        place = Place(judged.unit.name, 1, 1, 1, 1, 0, 0)
        if judged.overflow:
            yield Further("too many combinations of " + ", ".join(judged.overflow), place, BOTH)
        if judged.unknown_version and judged.unit.name not in seen:
            yield Further(f"the version of {judged.unit.format}", place, BOTH)


def _more(one: Further) -> dict[str, Any]:
    return {
        "decider": masked_words(one.decider),
        "sides": list(one.sides),
        "path": one.place.path,
        "line": one.place.line,
        "column": one.place.column,
    }


def _names(endpoints: Sequence[tuple[Unit, Projected]]) -> dict[tuple[str, str], str]:
    """Ids that are one of a kind in the run: the unit is added where two units share one."""
    count: dict[str, int] = {}
    for _unit, shown in endpoints:
        count[shown.endpoint.id] = count.get(shown.endpoint.id, 0) + 1
    return {
        (unit.name, shown.endpoint.id): shown.endpoint.id
        + ("@" + unit.name if count[shown.endpoint.id] > 1 else "")
        for unit, shown in endpoints
    }


def _endpoint(shown: Projected, name: str, texts: causes.Texts) -> dict[str, Any]:
    endpoint = shown.endpoint
    data: dict[str, Any] = {
        "id": name,
        "side": endpoint.side,
        "program": endpoint.program,
        "name": endpoint.name,
        "local": endpoint.local,
        "path": endpoint.place.path,
        "line": endpoint.place.line,
        "column": endpoint.place.column,
        "when": list(shown.when),
        "hosts": [],
        "causes": {
            field: causes.as_data(settings, texts) for field, settings in shown.causes.items()
        },
        "undecided": _undecided(shown),
        "not_applicable": sorted(endpoint.not_applicable - set(shown.undecided)),
    }
    for field in FIELDS:
        value = None if field in shown.undecided else getattr(endpoint, field)
        data[field] = _plain(field, value)
    return data


def _undecided(shown: Projected) -> dict[str, Any]:
    """What is open: fields, and, under a name of its own, whether there is such an endpoint."""
    data: dict[str, Any] = {}
    if shown.depends_on:
        data[EXISTS] = {"possible": [True, False], "depends_on": list(shown.depends_on)}
    for field, one in shown.undecided.items():
        possible = [_plain(field, value) for value in one.possible]
        data[field] = {"possible": possible, "depends_on": list(one.depends_on)}
    return data


def _plain(field: str, value: Any) -> Any:
    if field == "exceptions" and value is not None:
        merged: dict[str, dict[str, Any]] = {}
        for network, name, differs in value:
            merged.setdefault(network, {"from": network})[name] = differs
        return list(merged.values())
    if field == "host" and value is not None:
        return masked(value)
    return list(value) if isinstance(value, tuple) else value


def _findings(
    report: Report, names: dict[tuple[str, str], str], texts: causes.Texts
) -> list[dict[str, Any]]:
    if not report.findings:
        return []
    from . import findings

    return findings.as_data(report, names, texts)
