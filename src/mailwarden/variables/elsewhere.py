"""The names that files may set for a role, where nobody knows the play that uses it.

Files are looked through for what looks like a name that is set; none is parsed.  One that cannot be
read may set any name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import A_FOLDER, Source

from . import inventories, levels
from .layers import Layer

# What may set a variable: in the role, and beside it and above.
INSIDE = ("tasks", "vars", "handlers")
BESIDE = (
    "group_vars",
    "host_vars",
    "inventory",
    "inventories",
    "environments",
    "playbooks",
    "vars",
)
# Folders of which the files set variables of hosts and groups, and nothing else.
OF_HOSTS = ("group_vars", "host_vars", "inventory", "inventories", "environments")
FILES = 400
SIZE = 1 << 20
_SET = re.compile(r"(?<!\w)([A-Za-z_]\w{0,99})[\"']?[ \t]{0,20}(?::|=(?!=))")
_RESULT = re.compile(r"(?<!\w)(?:register|name):[ \t]{0,20}[\"']?([A-Za-z_]\w{0,99})")

# The names that each file may set, by its path; ``None``: any.
Names = dict[str, "frozenset[str] | None"]


def layers(
    source: Source, role: str, own: Iterable[str], names: Names, followed: bool
) -> list[Layer]:
    """What files but a role's ``own`` may set: those of hosts and groups, and those of plays.

    ``followed``: somebody reads the tasks of the role, and what they set.  ``names`` keeps what
    files may set from one role to the next.
    """
    of_hosts: set[str] = set()
    of_plays: set[str] = set()
    left = FILES
    for path in _others(source, role, followed):
        if path in own or not _may_set(path):
            continue
        left -= 1
        if path not in names:
            names[path] = _set_by(path, source)
        set_here = names[path]
        if left < 0 or set_here is None:
            reason = "may set any variable" if left >= 0 else "stands beside too many files"
            return [Layer(levels.EXTRA, path, unread=MailwardenError(reason, path))]
        of_which = of_hosts if any(part in OF_HOSTS for part in path.split("/")) else of_plays
        of_which.update(set_here)
    return [
        Layer(levels.HOST_BESIDE_PLAYBOOK, "hosts and groups", may_set=frozenset(of_hosts)),
        Layer(levels.EXTRA, "plays", may_set=frozenset(of_plays)),
    ]


def of_hosts(source: Source, folder: str, own: Iterable[str], names: Names) -> list[Layer]:
    """What files but its ``own`` may set for the hosts of a play whose playbook is in a folder.

    An encrypted one is supplied to set nothing that another sets, as everywhere in ``layers``.
    """
    level = levels.HOST_BESIDE_PLAYBOOK
    made: list[Layer] = []
    found: set[str] = set()
    around = (*_around(source, folder, OF_HOSTS), *inventories.files(source, folder))
    paths = [path for path in dict.fromkeys(around) if _may_set(path)]
    if len(paths) > FILES:
        reason = "stands beside too many files"
        return [Layer(level, paths[0], unread=MailwardenError(reason, paths[0]))]
    for path in paths:
        if path in own:
            continue
        if path not in names:
            names[path] = _set_by(path, source)
        set_here = names[path]
        if set_here is None:
            made.append(Layer(level, path, encrypted=True))
        else:
            found |= set_here
    return [*made, Layer(level, "hosts and groups", may_set=frozenset(found))]


def set_in(source: Source, folder: str) -> set[str]:
    """The names that the files below a folder may set, as far as they can be read."""
    found: set[str] = set()
    for path in _below(folder, source):
        found |= _set_by(path, source) or frozenset()
    return found


def _set_by(path: str, source: Source) -> frozenset[str] | None:
    """The names that a file may set; ``None``: any."""
    try:
        data = source.looked_into(path)
    except MailwardenError as error:
        is_folder = error.reason == A_FOLDER or source.listing(path)
        return frozenset() if is_folder else None
    if len(data) > SIZE or data.startswith(b"$ANSIBLE_VAULT"):
        return None
    string = data.decode("utf-8", "replace")
    return frozenset((*_SET.findall(string), *_RESULT.findall(string)))


def _may_set(path: str) -> bool:
    """Whether a file may be one of variables, by the ending of its name."""
    name = path.rpartition("/")[2]
    known = "." not in name or name.endswith((".yml", ".yaml", ".json", ".ini", ".cfg"))
    return known and not name.startswith(".")


def _others(source: Source, role: str, followed: bool) -> Iterator[str]:
    """The files that may set a variable of the role: its own, and those beside it and above."""
    folder = f"{role}/" if role else ""
    for name in () if followed else INSIDE:
        yield from _below(folder + name, source)
    # Beside a role that is followed is what plays may read, and in it what its tasks do.
    start = role.rpartition("/")[0] if followed and role else role
    own = INSIDE if followed and not role else ()
    yield from _around(source, start, tuple(name for name in BESIDE if name not in own))
    above = start
    while True:
        yield from (f"{above}/{name}" if above else name for name in source.listing(above or "."))
        if not above:
            return
        above = above.rpartition("/")[0]


def _around(source: Source, folder: str, names: tuple[str, ...]) -> Iterator[str]:
    """The files below folders of these names, which stand in a folder or above it."""
    while True:
        for name in names:
            yield from _below(f"{folder}/{name}" if folder else name, source)
        if not folder:
            return
        folder = folder.rpartition("/")[0]


def _below(folder: str, source: Source, depth: int = 4) -> Iterator[str]:
    """The files below a folder, however they are called."""
    for name in source.listing(folder):
        path = f"{folder}/{name}"
        if name.startswith("."):
            continue
        if depth and source.listing(path):
            yield from _below(path, source, depth - 1)
        else:
            yield path
