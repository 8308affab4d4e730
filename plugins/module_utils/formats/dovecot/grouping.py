# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which files are read together: a dovecot.conf with all that it includes.

A file that is given alone (``conf.d/10-ssl.conf`` from a hook) is read as part of the dovecot.conf
beside or above it, where that includes it.
"""

from __future__ import annotations

from ...assume import Assumptions
from ...endpoint import Unit
from ...errors import MailwardenError
from .files import Files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...source import Source

MAIN = "dovecot.conf"


def units(found: dict[str, str], source: Source) -> list[tuple[str, dict[str, str]]]:
    """The units of the files that were found: a name, and each file of it by its role.

    The role of an included file is its own path.  A file of conf.d that the dovecot.conf above it
    does not include is set ``aside``: Dovecot does not read it.  Other such files are in no unit.
    """
    mains = {
        path: included(path, source)
        for path, role in found.items()
        if role == "main" and _base(path) == MAIN
    }
    alone: dict[str, list[str]] = {}
    aside: list[str] = []
    for path, role in found.items():
        if path in mains or any(path in parts for parts in mains.values()):
            continue
        above = _above(path, source, mains)
        if above is None and role == "main":
            mains[path] = included(path, source)
        elif above is None:
            alone.setdefault(path.rpartition("/")[0], []).append(path)
        elif path not in mains.get(above, ()) and path.endswith(".conf") and "/conf.d/" in path:
            aside.append(path)
    own = [path for path in mains if not _is_part(path, mains)]
    together = [(path, {"main": path, **{part: part for part in mains[path]}}) for path in own]
    parts = [(min(paths), {path: path for path in paths}) for paths in alone.values()]
    return [*together, *parts, *((path, {"aside": path}) for path in aside)]


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _is_part(path: str, mains: dict[str, list[str]]) -> bool:
    return any(path in parts for main, parts in mains.items() if main != path)


def _above(path: str, source: Source, mains: dict[str, list[str]]) -> str | None:
    """The dovecot.conf beside or above a file; it joins the others where it includes the file."""
    folder = path.rpartition("/")[0]
    for _level in range(2):
        main = f"{folder}/{MAIN}" if folder else MAIN
        if main != path and source.exists(main):
            parts = mains.get(main) or included(main, source)
            if path in parts:
                mains[main] = parts
            return main
        if not folder:
            break
        folder = folder.rpartition("/")[0]
    return None


def included(path: str, source: Source) -> list[str]:
    """The files that a configuration includes, as far as nothing else decides it."""
    try:
        text = source.text(path)
    except MailwardenError:
        return []
    files = Files(Unit("dovecot", path, {"main": text}), source, Assumptions({}))
    for _item in files.items():
        pass
    return files.included
