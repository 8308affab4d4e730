"""Where each character of a YAML scalar stands in its file.

A character that stands there as it is leads to itself.  An escape, a fold, and a scalar of which
that cannot be told stand for all that is written for them, and no fix writes there.

Source: YAML 1.1 sections 7.3 (flow scalars) and 8.1 (block scalars).  Whatever they fold, the
characters between two line ends stay in order: they are laid over the scalar, and where they do not
fit, its place is all that is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Original, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Setting

from .files import Value, Written

# A run of the scalar: how long, from where to where it is written, and whether it is so written.
_Run = tuple[int, int, int, bool]

_ESCAPE = r"\\(?:x.{2}|u.{4}|U.{8}|[^\r\n])"
# Blanks are looked at from the first on, or from the one that a backslash keeps.
_BREAK = r"(?:(?:(?<![ \t])|(?<=\\[ \t]))[ \t]+)?(?:\r\n|[\n\r\x85\u2028\u2029])\s*"
_SPLIT = {
    "": re.compile(rf"(?P<fold>{_BREAK})"),
    "'": re.compile(rf"(?P<fold>{_BREAK})|(?P<escape>'')"),
    '"': re.compile(rf"(?P<fold>{_BREAK})|(?P<escape>{_ESCAPE})"),
}
_LINE = re.compile(r"[^\r\n\x85\u2028\u2029]+")
_JOINT = re.compile(r" |\n+")


class _UnclearError(Exception):
    """What is written does not fit the scalar."""


def text(value: Value) -> Text:
    """A scalar as Ansible prints it, each character with its place."""
    string = "" if value.plain is None else str(value.plain)
    written = value.written
    if isinstance(written, Text):
        return written
    if written is None:
        return Text(value.place.path, string, [(0, Original(value.place.path, ""), 0, 0)])
    try:
        runs = list(_runs(string, written))
    except _UnclearError:
        runs = [(len(string), written.start, written.end, False)]
    return _text(string, written.original, runs)


def standing_for(path: str, string: str, whole: Text) -> Text:
    """A string that stands for all of a text, none of its characters for one of it."""
    return Text(path, string, [(0, *whole.span(0, len(whole)))], {}, {0: ()})


def _text(string: str, original: Original, runs: list[_Run]) -> Text:
    pieces = []
    whole: dict[int, tuple[Setting, ...]] = {}
    at = 0
    for length, start, end, literal in runs:
        if not literal:
            whole[at] = ()
        pieces.append((at, original, start, end))
        at += length
    return Text(original.path, string, pieces, {}, whole)


def _runs(string: str, written: Written) -> Iterator[_Run]:
    """What the scalar is made of; raises ``_UnclearError``."""
    source = written.original.string
    at = 0
    found = _block if written.quoted in ("|", ">") else _flow
    for run in found(string, written):
        length, start, end, literal = run
        if literal and source[start:end] != string[at : at + length]:
            raise _UnclearError
        at += length
        if length:
            yield run
    if at != len(string):
        raise _UnclearError


def _flow(string: str, written: Written) -> Iterator[_Run]:
    source, quote = written.original.string, len(written.quoted)
    begin, end = written.start + quote, written.end - quote
    at = 0
    for match in _SPLIT[written.quoted].finditer(source, begin, end):
        yield match.start() - begin, begin, match.start(), True
        at += match.start() - begin
        begin = match.end()
        # An escape is a character, a fold a blank or the line ends but the first.
        length = 1 if match.lastgroup == "escape" else _folded(string, at)
        yield length, match.start(), begin, False
        at += length
    yield end - begin, begin, end, True


def _folded(string: str, at: int) -> int:
    """How long what lines are joined by is: a blank, or line ends."""
    joint = _JOINT.match(string, at)
    if joint is None:
        raise _UnclearError
    return len(joint[0])


def _block(string: str, written: Written) -> Iterator[_Run]:
    source = written.original.string
    head = source.find("\n", written.start) + 1
    if not 0 < head <= written.end:
        # All of it are line ends, which lie behind the span.
        raise _UnclearError
    indent = _indent(source, written, head)
    at, before = 0, head
    for match in _LINE.finditer(source, head, written.end):
        start, end = match.start() + indent, match.end()
        if end <= start:
            continue
        if at or string.startswith("\n"):
            length = _folded(string, at)
            yield length, before, min(before + 1, start), False
            at += length
        yield end - start, start, end, True
        at += end - start
        before = end
    yield len(string) - at, before, min(before + 1, len(source)), False


def _indent(source: str, written: Written, head: int) -> int:
    """How far the lines of a block stand in, which its first one shows."""
    if re.search("[1-9]", source[written.start : head].partition("#")[0]):
        raise _UnclearError
    lines = _LINE.findall(source, head, written.end)
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        # Line ends alone, of kinds that a string is not asked about.
        raise _UnclearError
    return len(first) - len(first.lstrip(" "))
