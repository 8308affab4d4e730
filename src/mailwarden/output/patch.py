"""A unified diff that ``git apply`` and ``patch`` take, and that shows no secret.

A line that holds a secret can be neither shown nor masked, for what is masked does not fit the file
any more. The context of a hunk ends before such a line, which both programs allow within limits,
and a change of such a line itself is left out and named.

Source: apply.c of Git (a hunk without lines behind it fits only the end of a file), pch.c and
locate_hunk of GNU patch (nor does one with fewer lines behind it than in front); git-diff(1) for
how names are written.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import NamedTuple

    # The lines of a file to the same lines with what nobody may see masked.
    Masked = Callable[[Sequence[str]], list[str]]
else:
    from ansible_collections.mailwarden.policy.plugins.module_utils.tuples import NamedTuple

CONTEXT = 3
NO_END = "\\ No newline at end of file\n"
# What a name of a file must not hold unquoted, and how it is written then.
ESCAPES = {"\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


class Patch(NamedTuple):
    """The diff of one file, and the lines of the old file at which a change is left out."""

    text: str
    hidden: tuple[int, ...]


class _Change(NamedTuple):
    """Lines ``first`` to ``last`` of the old file, and what they become."""

    first: int
    last: int
    new: Sequence[str]


def patch(path: str, before: bytes, after: bytes, masked: Masked) -> Patch:
    """The diff of a file; bytes that are not UTF-8 are lone surrogates in it."""
    old, new = _lines(before), _lines(after)
    secret = _secret(old, masked)
    changes, hidden = [], []
    for change, seen in _changes(old, new, secret, _secret(new, masked)):
        if seen:
            changes.append(change)
        else:
            hidden.append(change.first + 1)
    hunks: list[str] = []
    shift = 0
    for group in _groups(changes, secret):
        span = _span(group, secret, len(old))
        if span is None:
            hidden.extend(change.first + 1 for change in group)
            continue
        hunks.append(_hunk(group, span, old, shift))
        shift += sum(len(one.new) - (one.last - one.first) for one in group)
    head = f"--- {_name('a/' + path)}\n+++ {_name('b/' + path)}\n" if hunks else ""
    return Patch(head + "".join(hunks), tuple(sorted(hidden)))


def _lines(data: bytes) -> list[str]:
    """The lines with their ends; only a line feed ends one, as for ``patch``."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    return [line + "\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def _secret(lines: Sequence[str], masked: Masked) -> list[bool]:
    bare = [line.rstrip("\n") for line in lines]
    return [one != shown for one, shown in zip(bare, masked(bare), strict=True)]


def _changes(
    old: Sequence[str], new: Sequence[str], old_secret: Sequence[bool], new_secret: Sequence[bool]
) -> Iterator[tuple[_Change, bool]]:
    """The changes, and whether each may be seen."""
    from difflib import SequenceMatcher

    for kind, first, last, begin, end in SequenceMatcher(None, old, new).get_opcodes():
        if kind != "equal":
            secret = any(old_secret[first:last]) or any(new_secret[begin:end])
            yield _Change(first, last, new[begin:end]), not secret


def _groups(changes: Sequence[_Change], secret: Sequence[bool]) -> Iterator[list[_Change]]:
    """The changes that are near enough to share a hunk, with nothing secret between them."""
    group: list[_Change] = []
    for change in changes:
        if group:
            between = range(group[-1].last, change.first)
            if len(between) > 2 * CONTEXT or any(secret[at] for at in between):
                yield group
                group = []
        group.append(change)
    if group:
        yield group


def _span(group: Sequence[_Change], secret: Sequence[bool], count: int) -> tuple[int, int] | None:
    """The lines of the old file that a hunk has; ``None`` where it would fit nowhere."""
    first = group[0].first
    while first > max(0, group[0].first - CONTEXT) and not secret[first - 1]:
        first -= 1
    last = group[-1].last
    while last < min(count, group[-1].last + CONTEXT) and not secret[last]:
        last += 1
    behind = last - group[-1].last
    if last < count:
        if not behind:
            return None
        first = max(first, group[0].first - behind)
    # Without any line git takes "behind line 1" for the beginning of the file.
    return None if first == last == 1 else (first, last)


def _hunk(group: Sequence[_Change], span: tuple[int, int], old: Sequence[str], shift: int) -> str:
    rows: list[str] = []
    at, last = span
    for change in group:
        rows.extend(_row(" ", line) for line in old[at : change.first])
        rows.extend(_row("-", line) for line in old[change.first : change.last])
        rows.extend(_row("+", line) for line in change.new)
        at = change.last
    rows.extend(_row(" ", line) for line in old[at:last])
    length = last - span[0]
    grown = length + sum(len(one.new) - (one.last - one.first) for one in group)
    head = f"@@ -{_range(span[0], length)} +{_range(span[0] + shift, grown)} @@\n"
    return head + "".join(rows)


def _row(sign: str, line: str) -> str:
    return sign + line if line.endswith("\n") else f"{sign}{line}\n{NO_END}"


def _range(start: int, length: int) -> str:
    """The lines of a hunk: those of none stand behind the line that is named."""
    return f"{start + 1 if length else start},{length}"


def _name(path: str) -> str:
    """A name as git writes it: quoted if it must be, with a tab behind it if it has blanks."""
    if any(char in ESCAPES or ord(char) < 32 for char in path):
        return '"' + "".join(_escaped(char) for char in path) + '"'
    return path + "\t" if " " in path else path


def _escaped(char: str) -> str:
    return ESCAPES.get(char) or (f"\\{ord(char):03o}" if ord(char) < 32 else char)
