# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fixes: what a rule wants and what a format can edit, brought together and judged again.

A fix is only shown where the files with it are free of its finding and of anything new.
"""

from __future__ import annotations

from . import edit, engine, formats
from .endpoint import Fix
from .errors import MailwardenError
from .source import MemorySource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Sequence

    from .endpoint import Endpoint, Unit
    from .engine import Options
    from .finding import Finding, Report
    from .policy import Policy
    from .source import Source
    from .text import Text

# What is tried one by one when the fixes of a run do not work together.
SINGLE_LIMIT = 16


def propose(
    source: Source,
    policy: Policy,
    paths: Sequence[str],
    options: Options,
    report: Report,
) -> None:
    """Sets ``fix`` on every finding of the report whose fix has been tried with success."""
    endpoints = {
        (unit.name, shown.endpoint.id): (unit, shown.endpoint) for unit, shown in report.endpoints
    }
    unknown = _unknown(report)
    candidates = [finding for finding in report.findings if _ask(finding, endpoints, unknown)]
    if not candidates:
        return
    before = _sayings(report.findings)

    def works(findings: list[Finding]) -> bool:
        edits = [one for finding in findings if finding.fix for one in finding.fix.edits]
        try:
            files = edit.edited(source, edits)
        except MailwardenError:
            return False
        again = engine.check(
            MemorySource(files, source), policy, paths, options._replace(fixes=False)
        )
        after = _sayings(again.findings)
        gone = all(not (after & _sayings([finding])) for finding in findings)
        return gone and after <= before and len(again.unread) <= len(report.unread)

    if works(candidates):
        return
    for index, finding in enumerate(candidates):
        if index >= SINGLE_LIMIT or not works([finding]):
            finding.fix = None


def _unknown(report: Report) -> frozenset[tuple[str, str]]:
    """The units, each with the side, that may have further endpoints than are known."""
    return frozenset(
        (judged.unit.name, side)
        for judged in report.units
        for one in judged.further()
        for side in one.sides
    )


def _ask(
    finding: Finding,
    endpoints: dict[tuple[str, str], tuple[Unit, Endpoint]],
    unknown: frozenset[tuple[str, str]],
) -> bool:
    """Asks the format for the edits that the finding wants; whether there are any for all of it."""
    if not finding.wants or finding.suppressed or not finding.endpoints:
        return False
    fixes = []
    # What an edit does to endpoints that nobody sees is not known, so it is not safe.
    seen = True
    for name in finding.endpoints:
        if name not in finding.wants:
            return False
        unit, endpoint = endpoints[finding.unit, name]
        module = formats.load(unit.format)
        if not hasattr(module, "edit") or any(map(_has_branches, unit.texts.values())):
            return False
        fix = module.edit(unit, endpoint, *finding.wants[name])
        if fix is None:
            return False
        fixes.append(fix)
        seen = seen and (unit.name, endpoint.side) not in unknown
    edits = tuple(dict.fromkeys(one for fix in fixes for one in fix.edits))
    finding.fix = Fix(fixes[0].title, seen and all(fix.safe for fix in fixes), edits)
    return True


def _has_branches(text: Text) -> bool:
    """Whether a text is several: what an edit of one does to the others is not known."""
    return any(hole.options for hole in text.holes.values())


def _sayings(findings: Iterable[Finding]) -> frozenset[tuple[str, str]]:
    """Which rule speaks about which endpoint: findings without places, which an edit moves."""
    return frozenset(
        (rule, name)
        for finding in findings
        if finding.suppressed is None
        for rule in (finding.rule, *finding.also)
        for name in finding.endpoints or (finding.message,)
    )
