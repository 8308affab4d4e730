# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Folders of a repository and the folders of hosts that they become: ``roots`` of a policy."""

from __future__ import annotations

import posixpath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Mapping


def cleaned(roots: Mapping[str, str]) -> dict[str, str]:
    """The mapping with no ``.``, ``..`` or doubled slash in it."""
    return {
        posixpath.normpath(folder): posixpath.normpath(target) for folder, target in roots.items()
    }


def in_repository(path: str, roots: Mapping[str, str]) -> list[str]:
    """What becomes an absolute path of a host, by the innermost folder of it that is mapped.

    In: the path, and folders of the repository to those of hosts, all clean.  Out: paths of the
    repository; several where several folders become the same one.
    """
    found: dict[int, list[str]] = {}
    for folder, target in roots.items():
        rest = _below(path, target)
        if rest is not None:
            found.setdefault(len(target), []).append(_join(folder, rest))
    return found[max(found)] if found else []


def on_host(path: str, roots: Mapping[str, str]) -> str:
    """What a path of the repository becomes on a host; empty where nothing maps it."""
    for folder in sorted(roots, key=len, reverse=True):
        rest = path if folder == "." else _below(path, folder)
        if rest is not None:
            return _join(roots[folder], rest)
    return ""


def _below(path: str, folder: str) -> str | None:
    """The path from a folder on, empty for the folder itself; ``None`` where it is not in it."""
    if path == folder:
        return ""
    inside = folder.rstrip("/") + "/"
    return path[len(inside) :] if path.startswith(inside) else None


def _join(folder: str, rest: str) -> str:
    if not rest or folder == ".":
        return rest or folder
    return folder.rstrip("/") + "/" + rest
