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

    The role of an included file is its own path.
    """
    mains: dict[str, list[str]] = {}
    part_of: dict[str, str] = {}
    for path, role in found.items():
        if role == "main" and _base(path) == MAIN:
            mains[path] = included(path, source)
    for path, role in found.items():
        if path in mains:
            continue
        above = next((main for main, parts in mains.items() if path in parts), None)
        above = above or _above(path, source, mains)
        if above:
            part_of[path] = above
        elif role == "main":
            mains[path] = included(path, source)
    own = [path for path in mains if not _is_part(path, mains)]
    return [(path, {"main": path, **{part: part for part in mains[path]}}) for path in own]


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _is_part(path: str, mains: dict[str, list[str]]) -> bool:
    return any(path in parts for main, parts in mains.items() if main != path)


def _above(path: str, source: Source, mains: dict[str, list[str]]) -> str | None:
    """The dovecot.conf beside or above a file that includes it."""
    folder = path.rpartition("/")[0]
    for _level in range(2):
        main = f"{folder}/{MAIN}" if folder else MAIN
        if main not in mains and source.exists(main):
            parts = included(main, source)
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
