# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Findings as a compiler shows them: place, severity, message, the line with the span marked.

::

    mail/master.cf:17:3: error: port 465 is served with STARTTLS [implicit-tls-missing]
      17 |   -o smtpd_tls_wrappermode=no
         |      ^~~~~~~~~~~~~~~~~~~~~~~~
         cause: mail/main.cf:3:1: smtpd_tls_security_level = may
         fix: serve TLS from the first byte (--fix)
"""

from __future__ import annotations

from .counting import UNDECIDED
from .plain import COLUMNS, plain, quoted, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterator, NamedTuple, Sequence

    from ..engine.finding import Finding, Report
    from ..text.place import Place
    from ..text.values import Setting
    from .excerpt import Shown
else:
    from ..tuples import NamedTuple

COLOURS = {
    "error": "1;31",
    "warning": "1;35",
    "note": "1;36",
    "unread": "1;31",
    "suppressed": "2",
    "place": "1",
    "mark": "1;32",
    "faint": "2",
}


class Style(NamedTuple):
    """How much is shown, how paths are written, whether in colour.

    ``undecided`` says whether the notes about what is left open are shown.
    ``options`` are those of the command, by which it makes a fix: a task has none.
    """

    colour: bool = False
    quiet: bool = False
    verbose: bool = False
    undecided: bool = True
    path: Callable[[str], str] = plain
    options: bool = True

    def paint(self, text: str, name: str) -> str:
        """The text in the colour of that name."""
        return f"\x1b[{COLOURS[name]}m{text}\x1b[0m" if self.colour and text else text

    def place(self, place: Place) -> str:
        """``path:line:column``."""
        return f"{self.path(place.path)}:{place.line}:{place.column}"


def of_report(
    report: Report, style: Style, passed: Sequence[tuple[str, str]] = (), last: str = ""
) -> Iterator[str]:
    """Everything that ``lint`` prints, line by line.

    ``passed`` is what was passed over, ``last`` the line that closes it.
    """
    named = set()
    for path, reason in passed if style.verbose else ():
        yield f"passed over: {style.path(path)}: {reason}"
    if report.findings:
        from . import excerpt

        shown = excerpt.Shown(report)
    for finding in report.findings:
        named.add(finding.place.path)
        hidden = finding.rule == UNDECIDED and not style.undecided
        if not hidden and (finding.suppressed is None or style.verbose):
            yield from of_finding(finding, shown, style)
    for path, reason in report.unread:
        # A file that a finding speaks of has its reason there, with its line.
        if path not in named:
            yield f"{style.path(path)}: {style.paint('unread', 'unread')}: {words(reason)}"
    if style.verbose:
        for path in report.files:
            yield f"read: {style.path(path)}"
    if last:
        yield last


def of_finding(finding: Finding, shown: Shown, style: Style) -> Iterator[str]:
    """One finding; ``shown`` has the lines of the files."""
    place = style.paint(style.place(finding.place), "place")
    severity = style.paint(finding.severity, finding.severity)
    if finding.suppressed is not None:
        severity = f"{style.paint('suppressed', 'suppressed')} {severity}"
    sure = "" if finding.confidence == "certain" else f" ({finding.confidence})"
    yield f"{place}: {severity}: {words(finding.message)} [{finding.rule}]{sure}"
    if style.quiet:
        return
    yield from _excerpt(finding.place, shown, style)
    yield from _remarks(finding, style)
    if style.verbose:
        yield from _labelled("decides", [words(one) for one in finding.details], style)


def _remarks(finding: Finding, style: Style) -> Iterator[str]:
    yield from _labelled("cause", causes(finding, style), style)
    yield from _labelled("where", [words(condition) for condition in finding.when], style)
    yield from _labelled("rests on", [words(one) for one in finding.rests_on], style)
    yield from _labelled("also", [", ".join(finding.also)] if finding.also else [], style)
    if finding.fix is not None:
        option = " (--fix)" if finding.fix.safe else " (--fix --unsafe-fixes)"
        fix = words(finding.fix.title) + (option if style.options else "")
        yield from _labelled("fix", [fix], style)
    if finding.suppressed is not None:
        yield from _labelled("reason", [words(finding.suppressed.reason)], style)


def causes(finding: Finding, style: Style) -> list[str]:
    """The settings that led there; the one that the finding points at needs no second showing."""
    if len(finding.cause) == 1 and finding.cause[0].place == finding.place:
        return []
    return [_setting(setting, style) for setting in finding.cause]


def _setting(setting: Setting, style: Style) -> str:
    text = quoted(setting.text)
    if len(text) > COLUMNS:
        text = text[: COLUMNS - 1] + "…"
    return f"{style.place(setting.place)}: {text}" if setting.place is not None else text


def _labelled(label: str, entries: Sequence[str], style: Style) -> Iterator[str]:
    """Entries one below the other, the first behind its label."""
    for index, entry in enumerate(entries):
        head = f"{label}: " if index == 0 else " " * (len(label) + 2)
        yield " " * 7 + style.paint(head, "faint") + entry


def _excerpt(place: Place, shown: Shown, style: Style) -> Iterator[str]:
    """The line of a place, its span marked; nothing where the file could not be read."""
    line, mark = shown.excerpt(place)
    if line:
        yield f"{style.paint(f'{place.line:>5} |', 'faint')} {line}"
    if mark:
        yield f"{style.paint('      |', 'faint')} {style.paint(mark, 'mark')}"
