# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which files are read together: a dovecot.conf with all that it includes.

A file that is given alone (``conf.d/10-ssl.conf`` from a hook) is read as part of the dovecot.conf
beside or above it, where that includes it.
"""

from __future__ import annotations

from ...endpoint import Unit
from ...errors import MailwardenError
from ...text.assume import Assumptions
from .files import Blind, Files
from .includes import fitting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    from ...source import Source
else:
    from ...tuples import NamedTuple

MAIN = "dovecot.conf"


class Included(NamedTuple):
    """The files that a dovecot.conf includes, and the patterns that may mean further ones."""

    files: list[str]
    elsewhere: list[str]


def units(found: dict[str, str], source: Source) -> list[tuple[str, dict[str, str]]]:
    """The units of the files that were found: a name, and each file of it by its role.

    The role of an included file is its own path.  A part that the dovecot.conf beside or above it
    does not include is set ``aside``: Dovecot does not read it.  Where an include that cannot be
    followed may mean the file, it is read alone.  What is only ``beside`` and not included is in
    no unit.
    """
    mains = {
        path: included(path, source)
        for path, role in found.items()
        if role == "main" and _base(path) == MAIN
    }
    alone: dict[str, list[str]] = {}
    aside: list[str] = []
    for path, role in found.items():
        if path in mains or any(path in parts.files for parts in mains.values()):
            continue
        above = _above(path, source, mains)
        if above is None and role == "main":
            mains[path] = included(path, source)
        elif above is None:
            alone.setdefault(path.rpartition("/")[0], []).append(path)
        elif path not in above.files and role == "part":
            if any(fitting(_base(path), _base(one)) for one in above.elsewhere):
                alone.setdefault(path.rpartition("/")[0], []).append(path)
            else:
                aside.append(path)
    own = [path for path in mains if not _is_part(path, mains)]
    together = [
        (path, {"main": path, **{part: part for part in mains[path].files}}) for path in own
    ]
    parts = [(min(paths), {path: path for path in paths}) for paths in alone.values()]
    return [*together, *parts, *((path, {"aside": path}) for path in aside)]


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _is_part(path: str, mains: dict[str, Included]) -> bool:
    return any(path in parts.files for main, parts in mains.items() if main != path)


def _above(path: str, source: Source, mains: dict[str, Included]) -> Included | None:
    """What the dovecot.conf beside or above a file includes; it joins where that is the file."""
    folder = path.rpartition("/")[0]
    for _level in range(2):
        main = f"{folder}/{MAIN}" if folder else MAIN
        if main != path and source.exists(main):
            parts = mains.get(main) or included(main, source)
            if path in parts.files:
                mains[main] = parts
            return parts
        if not folder:
            break
        folder = folder.rpartition("/")[0]
    return None


def included(path: str, source: Source) -> Included:
    """The files that a configuration includes, as far as nothing else decides it."""
    try:
        text = source.text(path)
    except MailwardenError:
        return Included([], [])
    files = Files(Unit("dovecot", path, {"main": text}), source, Assumptions({}))
    open_ends = [item for item in files.items() if isinstance(item, Blind)]
    return Included(files.included, files.elsewhere + ["*"] * bool(open_ends))
