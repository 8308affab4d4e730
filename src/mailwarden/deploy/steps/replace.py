"""``ansible.builtin.replace``: every match of a pattern in the whole file, or in a part of it.

``^`` and ``$`` are the ends of lines, ``.`` stops at one.  ``after`` and ``before`` are matched
with other rules: there ``.`` is everything, ``^`` the start of the file.

What is open in the file: a line with a hole stays as it is where no match can reach the hole; where
the pattern fits for sure and takes the rest of the line, it goes with the match.  Else the file is
open.

Source: ``replace.py`` of ansible-core 2.19 (``main``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from . import expansion
from .expressions import Expression
from .outcome import FailsError, OpenError, applied
from .parameters import Given, Parameters, Spec

if TYPE_CHECKING:
    from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions

    from .outcome import Outcome, Task

SPEC = Spec(
    texts=("path", "regexp", "replace", "after", "before", "encoding", "validate"),
    booleans={},
    aliases={"dest": "path", "destfile": "path", "name": "path"},
    stated=False,
)
UTF8 = ("utf-8", "utf8", "UTF-8", "UTF8")


def apply(before: Text | None, path: str, given: Given, task: Task) -> Outcome:
    """The file behind the task; see ``mailwarden.deploy.steps``."""

    def edit(assume: Assumptions) -> Text:
        parameters = Parameters(SPEC, given, assume)
        source = parameters.known("regexp")
        if source is None:
            raise FailsError("missing required arguments: regexp")
        if before is None:
            raise FailsError("the file does not exist")
        if parameters.known("encoding") not in (None, *UTF8):
            raise OpenError
        text = before.settled(assume, "\r\n")
        if any(hole.structural("\r\n") for hole in text.holes.values()):
            raise OpenError
        return _edited(text, source, parameters, assume)

    return applied(edit, path, task)


def _edited(text: Text, source: str, parameters: Parameters, assume: Assumptions) -> Text:
    start, end = _region(text, parameters.known("after"), parameters.known("before"))
    if start < 0:
        return text
    expression = Expression(source, re.MULTILINE)
    section = text.cut(start, end) if (start, end) != (0, len(text)) else text
    template = parameters.text("replace")
    if template is None:
        template = text.cut(0, 0)
    template = template.filled(assume, _holds_a_backslash)
    expression.measure(section.string)
    matches = list(expression.compiled.finditer(section.string))
    covered = _covered(section, expression, matches)
    # A wrong replacement fails even where nothing is found.
    parts = expansion.parts(template, expression.compiled)
    if not matches:
        return text
    if covered and any(part.text is None for part in parts):
        # A group may have a part of a hole.
        raise OpenError
    pieces: list[Text] = [text.cut(0, start)]
    done = 0
    for match in matches:
        pieces.append(section.cut(done, match.start()))
        pieces += expansion.expanded(parts, _grouped(section, match))
        done = match.end()
    pieces += [section.cut(done, len(section)), text.cut(end, len(text))]
    result = Text.joined(text.path, pieces)
    return text if result.string == text.string and not result.holes else result


def _holds_a_backslash(text: Text, at: int) -> bool:
    return any(option and "\\" in option.string for _label, option in text.holes[at].options)


def _grouped(section: Text, match: re.Match[str]) -> expansion.Group:
    def group(number: int) -> Text:
        first, last = match.span(number)
        return section.cut(max(first, 0), max(last, 0))

    return group


def _region(text: Text, after: str | None, before: str | None) -> tuple[int, int]:
    """Where matches are looked for; a start below zero: nowhere."""
    if not after and not before:
        return 0, len(text)
    if text.holes:
        raise OpenError
    end = ".*?" if after and before else ".*"
    source = f"{after or ''}(?P<subsection>{end}){before or ''}"
    match = Expression(source, re.DOTALL).search(text.string)
    if match is None:
        return -1, -1
    if match["subsection"] is None:
        # An alternative without the part, and the module looks into nothing.
        raise FailsError(f"{source!r} does not say which part of the file it is")
    return match.span("subsection")


def _covered(section: Text, expression: Expression[str], matches: list[re.Match[str]]) -> list[int]:
    """The holes that go with a match.

    Raises ``OpenError`` unless the matches are the same whatever the holes are.
    """
    holes = section.hole_offsets(0, len(section))
    if holes and not expression.anchored:
        raise OpenError
    spans = {match.span() for match in matches}
    found: list[int] = []
    # Where the first line behind the last hole begins.
    known = 0
    for at in holes:
        if at < known:
            # The rest of a line that goes with a match, or what no match gets to.
            continue
        line = section.string.rfind("\n", 0, at) + 1
        end = section.string.find("\n", at)
        end = len(section) if end < 0 else end
        # A hole that begins a line may be several.
        covered = at > line and expression.covers(section.string[line:at])
        if covered and (line, end) not in spans:
            raise OpenError
        reached = section.string[known : line if covered else at]
        if _touches(expression, reached, last=not covered):
            raise OpenError
        found += section.hole_offsets(line, end) if covered else []
        known = end + 1
    return found


def _touches(expression: Expression[str], known: str, *, last: bool) -> bool:
    """Whether a match from the beginning of a line goes beyond what is known.

    ``last``: a line that begins at the end of it counts as well.
    """
    starts = {0} | {number for number, one in enumerate(known, 1) if one == "\n"}
    return expression.touches(known, starts if last else starts - {len(known)})
