"""What ignore files say of paths, as git reads them.

Bytes are matched as git matches them, one by one; a line costs in proportion to the path, whatever
it holds, since of the stars in one part of a path only the last is ever tried again.

Source: gitignore(5); dir.c and wildmatch.c of git 2.39.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import NamedTuple

    # One character of a name: a star, or what it may be.
    Sign = Callable[[str], bool] | None
else:
    from ansible_collections.mailwarden.policy.plugins.module_utils.tuples import NamedTuple

STAR = None
SPECIAL = frozenset("*?[\\")
# POSIX classes in the C locale.
CLASSES: dict[str, Callable[[str], bool]] = {
    "alnum": lambda one: one.isascii() and one.isalnum(),
    "alpha": lambda one: one.isascii() and one.isalpha(),
    "blank": lambda one: one in " \t",
    "cntrl": lambda one: one < " " or one == "\x7f",
    "digit": lambda one: "0" <= one <= "9",
    "graph": lambda one: "!" <= one <= "~",
    "lower": lambda one: "a" <= one <= "z",
    "print": lambda one: " " <= one <= "~",
    "punct": lambda one: "!" <= one <= "~" and not one.isalnum(),
    "space": lambda one: one in " \t\n\r\f\v",
    "upper": lambda one: "A" <= one <= "Z",
    "xdigit": lambda one: one in "0123456789abcdefABCDEF",
}


class Pattern(NamedTuple):
    """A line: its parts between slashes, and whether it is for folders alone or takes back.

    ``name`` is set where the line has no slash and stands for that name in any folder.
    """

    parts: tuple[str, ...]
    compiled: tuple[Sequence[Sign] | None, ...]
    floating: bool
    folders: bool
    takes_back: bool


class Ignored:
    """The lines of one ignore file, or the patterns of ``--exclude``."""

    def __init__(self, lines: Iterable[str]) -> None:
        found = (_pattern(_bytes(line)) for line in lines)
        self._patterns = [one for one in found if one is not None]
        # The numbers of the patterns that are plain names or paths, the last first; of the others.
        self._plain: dict[tuple[str, ...], list[int]] = {}
        self._wild: list[int] = []
        for number in range(len(self._patterns) - 1, -1, -1):
            one = self._patterns[number]
            if any(SPECIAL & set(part) for part in one.parts):
                self._wild.append(number)
            else:
                key = ("", *one.parts) if not one.floating else one.parts
                self._plain.setdefault(key, []).append(number)

    def says(self, path: str) -> bool | None:
        """Whether the path itself is ignored; ``None`` where no line speaks of it.

        A folder's path ends in a slash.  What lies in a folder that is ignored is too, and nothing
        is said of that here.
        """
        folder = path.endswith("/")
        parts = _bytes(path).strip("/").split("/")
        best = self._last_plain(parts, folder)
        for number in self._wild:
            if number < best:
                break
            one = self._patterns[number]
            if (folder or not one.folders) and _fits(one, parts):
                best = number
                break
        return None if best < 0 else not self._patterns[best].takes_back

    def _last_plain(self, parts: Sequence[str], folder: bool) -> int:
        """The number of the last plain pattern that fits."""
        best = -1
        for key in ((parts[-1],), ("", *parts)):
            for number in self._plain.get(key, ()):
                if folder or not self._patterns[number].folders:
                    best = max(best, number)
                    break
        return best

    def leaves_out(self, path: str) -> bool:
        """Whether the path, or a folder that it is in, is ignored."""
        at = path.find("/")
        while at >= 0:
            if self.says(path[: at + 1]):
                return True
            at = path.find("/", at + 1)
        return bool(path) and not path.endswith("/") and bool(self.says(path))


def _bytes(text: str) -> str:
    """The bytes of a path or a line, as a character each."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _pattern(line: str) -> Pattern | None:
    """A line as it is matched; ``None`` for one that says nothing."""
    line = line.removesuffix("\r")
    if line.startswith("#"):
        return None
    line = _without_blanks(line)
    takes_back = line.startswith("!")
    line = line[takes_back:]
    folders = line.endswith("/")
    line = line[: len(line) - folders]
    if not line:
        return None
    floating = "/" not in line
    parts = tuple(map(_part, _split(line[line.startswith("/") :])))
    return Pattern(parts, tuple(map(_signs, parts)), floating, folders, takes_back)


def _part(part: str) -> str:
    """A part; one of several stars alone is ``**``, however many there are."""
    return "**" if len(part) > 1 and not part.strip("*") else part


def _split(line: str) -> Iterator[str]:
    """The parts between slashes; one between brackets is none, a quoted one is."""
    start = at = 0
    while at < len(line):
        sign = line[at]
        at += 1
        if sign == "[":
            at = _bracket(line, at)[1]
        elif sign == "/":
            yield line[start : at - 1]
            start = at
        elif sign == "\\":
            if line.startswith("/", at):
                yield line[start : at - 1]
                start = at + 1
            at += 1
    yield line[start:]


def _without_blanks(line: str) -> str:
    """The line without the blanks at its end, a quoted one excepted."""
    end = at = 0
    while at < len(line):
        if line[at] == "\\":
            at += 1
            end = at + 1
        elif line[at] != " ":
            end = at + 1
        at += 1
    return line[:end]


def _signs(part: str) -> list[Sign] | None:
    """A part as what each of its characters may be; ``None`` where it fits nothing."""
    found: list[Sign] = []
    at = 0
    while at < len(part):
        sign = part[at]
        at += 1
        if sign == "*":
            if not found or found[-1] is not STAR:
                found.append(STAR)
        elif sign == "?":
            found.append(lambda _one: True)
        elif sign == "[":
            inside, at = _bracket(part, at)
            if inside is None:
                return None
            found.append(inside)
        else:
            if sign == "\\":
                if at == len(part):
                    return None
                sign = part[at]
                at += 1
            found.append(sign.__eq__)
    return found


def _bracket(part: str, at: int) -> tuple[Callable[[str], bool] | None, int]:
    """What stands between brackets, and the offset behind it."""
    negated = part[at : at + 1] in ("!", "^")
    at += negated
    tests: list[Callable[[str], bool]] = []
    first = True
    before = ""
    while at < len(part) and (first or part[at] != "]"):
        first = False
        sign = part[at]
        if part.startswith("[:", at):
            end = part.find("]", at + 2)
            name = part[at + 2 : end - 1]
            if end < 0:
                return None, len(part)
            if part[end - 1] == ":" and end - 1 >= at + 2:
                if name not in CLASSES:
                    return None, len(part)
                tests.append(CLASSES[name])
                at = end + 1
                before = ""
                continue
        if sign == "-" and before and at + 1 < len(part) and part[at + 1] != "]":
            at += 1
            last, at = _quoted(part, at)
            if last is None:
                return None, len(part)
            tests.append(lambda one, low=before, high=last: low <= one <= high)  # type: ignore[misc]
            before = ""
            continue
        one, at = _quoted(part, at)
        if one is None:
            return None, len(part)
        tests.append(one.__eq__)
        before = one
    if at >= len(part):
        return None, len(part)
    return (lambda one: any(test(one) for test in tests) is not negated), at + 1


def _quoted(part: str, at: int) -> tuple[str | None, int]:
    """A character, of which a backslash is taken away."""
    if part[at] == "\\":
        at += 1
    return (part[at], at + 1) if at < len(part) else (None, at)


def _fits(pattern: Pattern, parts: Sequence[str]) -> bool:
    if pattern.floating:
        return _fits_name(pattern.compiled[0], parts[-1])
    last = len(pattern.parts)
    states = _across({0}, pattern.parts)
    for part in parts:
        following = set()
        for at in states:
            if at < last and pattern.parts[at] == "**":
                following.add(at)
                if at == last - 1:
                    following.add(last)
            elif at < last and _fits_name(pattern.compiled[at], part):
                following.add(at + 1)
        states = _across(following, pattern.parts)
        if not states:
            return False
    return last in states


def _across(states: set[int], wanted: Sequence[str]) -> set[int]:
    """The states, and those behind a ``**`` that stands for no folder; the last has to hold one."""
    reached = set(states)
    for state in states:
        at = state
        while at < len(wanted) - 1 and wanted[at] == "**":
            at += 1
            reached.add(at)
    return reached


def _fits_name(signs: Sequence[Sign] | None, name: str) -> bool:
    if signs is None:
        return False
    at = here = 0
    # The last star, and the character that it ends before.
    star = again = -1
    while here < len(name):
        sign = signs[at] if at < len(signs) else STAR
        if at < len(signs) and sign is STAR:
            star, again = at, here
            at += 1
        elif sign is not STAR and sign(name[here]):
            at += 1
            here += 1
        elif star >= 0:
            again += 1
            at, here = star + 1, again
        else:
            return False
    while at < len(signs) and signs[at] is STAR:
        at += 1
    return at == len(signs)
