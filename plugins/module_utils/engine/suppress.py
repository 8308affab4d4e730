# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Suppressions: ``mailwarden: ignore[rule] reason`` in a comment.

A comment line counts for the next line that is neither blank nor a comment.  Behind a value it
counts for its own line, where the format has such comments at all: in Postfix and Exim they become
part of the value and kill the service.  In YAML it counts for all that the next line begins, such
as a task, and in a template Jinja2's comments count too.
"""

from __future__ import annotations

from .. import catalogue, rules
from ..patterns import lazy
from ..rule_table import NEVER_SUPPRESSED
from ..text.place import Place
from .finding import SUPPRESSED, Suppression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import NamedTuple

    from ..policy import Policy
    from ..text import Text
    from .alternatives import Judged
    from .finding import Finding, Report
    from .options import Options

    # What is wrong with a suppression, and where it stands.
    Complaint = tuple[str, Place]
else:
    from ..tuples import NamedTuple

_MARK = lazy(r"mailwarden:[ \t]*ignore\[([^\[\]\n]*)\][ \t]*([^\n]*)")


class Comment(NamedTuple):
    """A suppression as it is written: the rules, the reason, the lines that it is for."""

    rules: tuple[str, ...]
    reason: str
    line: int
    place: Place
    last: int


def find(
    text: Text,
    signs: tuple[str, ...],
    trailing: bool,
    closing: str = "",
    last_of: Callable[[int], int] | None = None,
) -> list[Comment]:
    """The suppressions in a text whose comments begin with one of ``signs``.

    They end with ``closing``, or with the line where that is empty.  ``last_of`` gives the last
    line of what begins in a line.
    """
    if not signs or SUPPRESSED not in text.string:
        return []
    found = []
    known: dict[int, int] = {}
    # No comment behind the last end has an end, and to look for one takes the rest of the text.
    last = text.string.rfind(closing) if closing else len(text.string)
    for match in _MARK.finditer(text.string):
        start = text.string.rfind("\n", 0, match.start()) + 1
        before = text.string[start : match.start()].strip()
        alone = before.strip("".join(signs) + " \t") == "" and before.startswith(signs)
        if not alone and not (trailing and any(sign in before for sign in signs)):
            continue
        place = text.place(match.start(), match.end())
        line = place.line
        if alone:
            ends = match.start() <= last
            line = _next_line(text, match.start(), signs, closing, known) if ends else 0
        rules = tuple(name.strip() for name in match.group(1).split(",") if name.strip())
        reason = match.group(2).partition(closing)[0] if closing else match.group(2)
        last_line = last_of(line) if last_of is not None and alone and line else line
        found.append(Comment(rules, reason.strip(), line, place, last_line))
    return found


def _next_line(
    text: Text, offset: int, signs: tuple[str, ...], closing: str, known: dict[int, int]
) -> int:
    """The first line behind the comment at ``offset`` that says something; 0: there is none.

    ``known`` are the answers for the beginnings of lines that were passed before.
    """
    passed = []
    number = 0
    at = _behind(text.string, offset, closing)
    while at:
        if at in known:
            number = known[at]
            break
        passed.append(at)
        end = text.string.find("\n", at)
        line = text.string[at : end if end >= 0 else len(text.string)].strip()
        if line and not line.startswith(signs):
            number = text.place(at).line
            break
        at = _behind(text.string, at, closing) if line else end + 1
    known.update(dict.fromkeys(passed, number))
    return number


def _behind(string: str, offset: int, closing: str) -> int:
    """Where the line behind a comment begins; 0 where the text ends with it."""
    end = string.find(closing, offset) if closing else offset
    return string.find("\n", end) + 1 if end >= 0 else 0


def mark(
    found: Sequence[Finding],
    judged: Sequence[Judged],
    policy: Policy,
    options: Options,
    report: Report,
    speaks: Callable[[str], bool],
) -> list[Complaint]:
    """Marks what comments and the policy suppress; gives back what is wrong with either."""
    complaints: list[Complaint] = []
    at: dict[tuple[str, str], list[Finding]] = {}
    for finding in found:
        at.setdefault((finding.rule, finding.place.path), []).append(finding)
    owners: dict[str, dict[str, None]] = {}
    made: set[str] = set()
    for one in judged:
        host = one.unit.host
        paths = host.files if host is not None else (text.path for text in one.unit.texts.values())
        for path in paths:
            owners.setdefault(path, {})[one.unit.format] = None
            if one.unit.templates:
                made.add(path)
    for path, text in report.texts.items():
        for comment in _comments(owners.get(path, ()), text, path in made):
            complaints.extend(_commented(comment, path, at, speaks))
    complaints.extend(_ignored(found, policy, options, report, speaks))
    return complaints


def _comments(formats: Iterable[str], text: Text, is_made: bool) -> Iterable[Comment]:
    """What stands in the comments of a file, each once, as any of its formats has comments.

    ``is_made``: a file is made of it.
    """
    if is_made:
        from .nested_lines import YAML, last_of

        if text.path.endswith(YAML):
            return find(text, ("#",), False, last_of=last_of(text))
    found: dict[Place, Comment] = {}
    for row in map(catalogue.row, formats):
        for comment in find(text, row.comments, row.trailing_comments, row.comment_end):
            found.setdefault(comment.place, comment)
    if is_made:
        for comment in find(text, ("{#",), True, "#}"):
            found.setdefault(comment.place, comment)
    return found.values()


def _commented(
    comment: Comment,
    path: str,
    at: Mapping[tuple[str, str], Sequence[Finding]],
    speaks: Callable[[str], bool],
) -> Iterator[Complaint]:
    if not comment.reason:
        message = f"a suppression needs a reason: ignore[{', '.join(comment.rules)}] why"
        yield message, comment.place
        return
    for rule in comment.rules:
        if not rules.known(rule):
            yield f"no rule is called {rule}", comment.place
            continue
        if rule in NEVER_SUPPRESSED:
            yield f"{rule} cannot be suppressed", comment.place
            continue
        hit = [
            one
            for one in at.get((rule, path), ())
            if comment.line <= one.place.line <= comment.last
        ]
        for finding in hit:
            finding.suppressed = Suppression(comment.reason, path, comment.place.line)
        if not hit and speaks(rule):
            message = f"nothing to suppress: {rule} does not fire on line {comment.line}"
            yield message, comment.place


def _ignored(
    found: Sequence[Finding],
    policy: Policy,
    options: Options,
    report: Report,
    speaks: Callable[[str], bool],
) -> Iterator[Complaint]:
    """Suppresses what the policy ignores; gives back its entries that are over or do nothing."""
    used = set()
    for finding in found:
        if finding.suppressed is None and finding.rule not in NEVER_SUPPRESSED:
            entry = policy.ignore_entry(finding, options.today)
            if entry is not None:
                finding.suppressed = Suppression(entry.reason, policy.path, 0)
                used.add(entry.at)
    for entry in policy.ignores:
        keys = ("ignore", entry.at)
        name = f"ignore[{entry.at}] ({', '.join(entry.rules)})"
        if entry.expired(options.today):
            yield f"{name} is over: {entry.until}", policy.place(keys)
        elif (
            entry.at not in used and entry.concerns(report.files) and all(map(speaks, entry.rules))
        ):
            yield f"{name} ignores nothing: take it out", policy.place(keys)
