# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which files an include means.

Source: settings_include of config-parser.c; glob(3) with GLOB_BRACE; glob(7).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from ...source import Source

# What braces may come to.
BRACES_LIMIT = 64


def is_missing(path: str, wanted: str, tries: bool, source: Source) -> bool:
    """Whether what is not there is really missing.

    On a host it is.  A repository may hold some files of a folder that a package fills: there an
    include that Dovecot insists on, and a whole folder, come from elsewhere.
    """
    if path.startswith("/"):
        return True
    folder, wild = _split(wanted)
    if not tries or not wild:
        return tries
    located = source.locate(folder or ".", path)
    return located is not None and bool(source.listing(located))


def is_whole(wanted: str, path: str, source: Source) -> bool:
    """Whether all the files that an include may mean are known: there may be others beside them."""
    folder, wild = _split(wanted)
    start = source.locate(folder or ".", path) if wild else None
    if start is None or path.startswith("/"):
        return True
    return source.exists(f"{start}/{wild[0]}") is not None


def matching(pattern: str, beside: str, source: Source) -> list[str] | None:
    """The files that an include means, in order; ``None`` where they lie elsewhere."""
    found: list[str] = []
    for one in braces(pattern) or ():
        some = _globbed(one, beside, source)
        if some is None:
            return None
        found.extend(some)
    return found


def _globbed(pattern: str, beside: str, source: Source) -> list[str] | None:
    folder, wild = _split(pattern)
    if not wild:
        located = source.locate(pattern, beside)
        there = source.exists(pattern if located is None else located)
        if there is None or (located is None and there):
            return None
        return [located] if there and located is not None else []
    start = source.locate(folder or ".", beside)
    if start is None:
        return None if source.exists(folder) is not False else []
    return _walk([start], wild, source) or _unseen(start, source)


def _unseen(folder: str, source: Source) -> list[str] | None:
    return None if source.exists(folder) is None else []


def _walk(folders: Sequence[str], wild: Sequence[str], source: Source) -> list[str]:
    from fnmatch import fnmatchcase

    for number, part in enumerate(wild):
        found = []
        for folder in folders:
            for name in source.listing(folder):
                if fnmatchcase(name, part) and (part[0] == "." or name[0] != "."):
                    path = name if folder == "." else "{}/{}".format(folder.rstrip("/"), name)
                    if number < len(wild) - 1 or not source.listing(path):
                        found.append(path)
        folders = sorted(found)
    return list(folders)


def _split(pattern: str) -> tuple[str, list[str]]:
    """The folder before the first part with a wildcard, and the parts from there on."""
    parts = pattern.split("/")
    for number, part in enumerate(parts):
        if is_wild(part):
            head = "/".join(parts[:number])
            return head if head or not pattern.startswith("/") else "/", parts[number:]
    return pattern, []


def is_wild(part: str) -> bool:
    """Whether a part of a pattern may mean several names; braces are written out elsewhere."""
    return any(sign in part for sign in "*?[")


def fitting(name: str, pattern: str) -> bool:
    """Whether a file of that name is one that the pattern means."""
    from fnmatch import fnmatchcase

    return any(fnmatchcase(name, one) for one in braces(pattern) or ())


def braces(pattern: str) -> list[str] | None:
    """``{a,b}`` written out, as glob(3) does it with GLOB_BRACE; ``None``: to too many."""
    found: list[str] = []
    waiting = [pattern]
    steps = 0
    while waiting:
        one = waiting.pop()
        close = one.find("}")
        start = one.rfind("{", 0, close) if close >= 0 else -1
        if start < 0:
            found.append(one)
            continue
        steps += 1
        words = one[start + 1 : close].split(",")
        if steps + len(found) + len(words) > 2 * BRACES_LIMIT:
            return None
        waiting.extend(one[:start] + word + one[close + 1 :] for word in reversed(words))
    return found if len(found) <= BRACES_LIMIT else None
