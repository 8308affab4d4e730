"""Which files a run is about: what the user names, and what a walk through folders finds.

Files that git ignores are left out of a walk.  The ignore files are read by ``ignored``: running
git in a tree that nobody vouches for would run what the tree's own configuration names.
"""

from __future__ import annotations

import os

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import read_file
from ansible_collections.mailwarden.policy.plugins.module_utils.source.folder import LEADS_OUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import NamedTuple

    from ansible_collections.mailwarden.policy.plugins.module_utils.catalogue import Look

    from .ignored import Ignored

    # A folder, relative to the root and ending in a slash (empty for the root), and what its
    # ignore file says.
    Specs = list[tuple[str, Ignored]]
else:
    from ansible_collections.mailwarden.policy.plugins.module_utils.tuples import NamedTuple

STDIN = "-"
POLICY = ".mailwarden.yml"
# The names of a policy file, of which a folder has one at most.
POLICIES = (POLICY, ".mailwarden.yaml")
IGNORE_FILE = ".gitignore"
# Folders that hold no configuration of the repository, whether git ignores them or not.
NEVER = frozenset({".git", ".hg", ".svn"})


A_LINK = "a link to a folder, which is not followed"


class Passed(NamedTuple):
    """What a walk has passed over, relative to the root, and why."""

    path: str
    reason: str


class Found(NamedTuple):
    """The files to check, relative to the root, and the folders that could not be looked into.

    ``passed`` are files that bear the name of one to check and are not read, and links to folders
    that the run does not look into otherwise.  ``only_files`` says that no folder was named.
    ``ignore_files`` are those that have been read, as whole paths.
    """

    files: tuple[str, ...]
    unread: tuple[MailwardenError, ...]
    passed: tuple[Passed, ...] = ()
    only_files: bool = False
    ignore_files: tuple[str, ...] = ()


def root_of(paths: Sequence[str]) -> str:
    """The folder beyond which nothing is read, for the paths that a user names.

    In a repository: from the folder that holds them all upward the first with a policy file,
    else its root.  Elsewhere nobody vouches for what lies above: the current folder,
    if it holds them all, else the folder that does.  Raises ``MailwardenError`` for ``/``, by the
    name of the path that is not there, if that is why.
    """
    here = os.getcwd()
    common = os.path.commonpath([real(path) for path in paths if path != STDIN] or [here])
    if not os.path.isdir(common) or os.path.islink(common):
        common = os.path.dirname(common)
    if upward(common, [".git"]):
        return upward(common, [*POLICIES, ".git"])
    if os.path.commonpath([common, here]) == here:
        return here
    if common == "/":
        for path in paths:
            require(path)
        raise MailwardenError("the paths share no folder but /; check them in runs of their own")
    return common


def require(path: str) -> str:
    """The path as ``real`` has it; raises ``MailwardenError`` where nothing is there."""
    full = real(path)
    if path != STDIN and not os.path.lexists(full):
        raise MailwardenError("no such file or folder", path)
    return full


def real(path: str) -> str:
    """The path without links in its folders; a link at its end stays one."""
    folder, name = os.path.split(os.path.abspath(path))
    return os.path.join(os.path.realpath(folder), name)


def upward(folder: str, names: Sequence[str]) -> str:
    """The first folder, from ``folder`` upward, that holds one of the names; else nothing."""
    while True:
        if any(os.path.lexists(os.path.join(folder, name)) for name in names):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return ""
        folder = parent


def find(
    root: str,
    paths: Sequence[str],
    look: Callable[[str], Look],
    exclude: Sequence[str] = (),
) -> Found:
    """The files to check, each once, in the order of the paths named.

    A file that is named counts whether or not git ignores it; in folders only what ``look``
    knows.  A link to a folder counts for that folder where it is named, if that lies below the
    root; in folders links are not followed, which may lead in circles.  ``exclude`` holds patterns
    as in a ``.gitignore`` and goes for both.  Raises ``MailwardenError`` for a path that is not
    there.
    """
    walk = _Walk(root, look, exclude)
    found: dict[str, None] = {}
    only_files = True
    for path in paths:
        if path == STDIN:
            continue
        full = require(path)
        inside = os.path.relpath(full, root)
        if not os.path.isdir(full):
            if not walk.excluded(inside):
                found.setdefault(inside)
            continue
        only_files = False
        folder = walk.folder_of(inside)
        if folder is None:
            walk.unread.append(MailwardenError(LEADS_OUT, inside))
        else:
            found.update(dict.fromkeys(walk.below(folder)))
    passed = (*walk.passed, *walk.unfollowed())
    return Found(tuple(found), tuple(walk.unread), passed, only_files, tuple(walk.ignore_files))


def is_left_out(root: str, folder: str) -> bool:
    """Whether a walk from the root does not come to a folder, because git ignores it."""
    from ansible_collections.mailwarden.policy.plugins.module_utils.catalogue import NONE_OF_OURS

    return _Walk(root, lambda _path: NONE_OF_OURS, ()).ignores(folder)


class _Walk:
    """A walk through folders below one root; what it needs is read once."""

    def __init__(self, root: str, look: Callable[[str], Look], exclude: Sequence[str]) -> None:
        self._root = root
        # What git says begins at the root of git's own tree, which may lie further up.
        self._top = upward(root, [".git"]) or root
        self._base = os.path.relpath(root, self._top) + "/" if self._top != root else ""
        self._look = look
        self._exclude = _ignoring(exclude) if exclude else None
        self.unread: list[MailwardenError] = []
        self.ignore_files: list[str] = []
        self.passed: list[Passed] = []
        self._links: list[str] = []
        self._walked: set[str] = set()

    def folder_of(self, path: str) -> str | None:
        """The folder that a path or a link leads to, as ``below`` wants it; ``None``: outside."""
        real = os.path.relpath(os.path.realpath(os.path.join(self._root, path)), self._root)
        if real == os.pardir or real.startswith("../"):
            return None
        return "" if real == "." else real + "/"

    def unfollowed(self) -> Iterator[Passed]:
        """The links to folders that nothing else has led into."""
        for path in self._links:
            if self.folder_of(path) not in self._walked:
                yield Passed(path, A_LINK)

    def ignores(self, folder: str) -> bool:
        """Whether git ignores a folder, or one that it lies in, below the root."""
        specs = self._specs_above(self._base)
        above = self._base
        for part in folder.split("/"):
            specs = specs + self._specs_in(above)
            above += part + "/"
            if part != "." and (part in NEVER or _ignored(above, specs)):
                return True
        return False

    def excluded(self, path: str) -> bool:
        """Whether a pattern of ``--exclude`` fits; a folder's path ends in a slash."""
        return self._exclude is not None and self._exclude.leaves_out(path)

    def below(self, folder: str) -> Iterator[str]:
        """Files under a folder (its path ends in a slash; empty for the root), sorted."""
        waiting = [(folder, self._specs_above(self._base + folder))]
        while waiting:
            here, above = waiting.pop()
            self._walked.add(here)
            specs = above + self._specs_in(self._base + here)
            folders = []
            for entry in self._entries(here):
                path = here + entry.name
                if not entry.is_dir(follow_symlinks=False):
                    if self._is_file_to_check(entry, path, specs):
                        yield path
                elif entry.name not in NEVER and not self._left_out(path + "/", specs):
                    folders.append((path + "/", specs))
            waiting.extend(reversed(folders))

    def _is_file_to_check(self, entry: os.DirEntry[str], path: str, specs: Specs) -> bool:
        """Whether an entry that is no folder is to be checked; notes what is passed over."""
        claims, why, _by_content = self._look(path)
        known = bool(claims)
        leads_on = not (known or why) and entry.is_symlink() and entry.is_dir()
        if not (known or why or leads_on) or self._left_out(path, specs):
            return False
        if leads_on:
            self._links.append(path)
        elif not known:
            self.passed.append(Passed(path, why))
        return known

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(os.path.join(self._root, folder)) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            reason = (error.strerror or "cannot be read").lower()
            self.unread.append(MailwardenError(reason, folder.rstrip("/") or "."))
            return []

    def _left_out(self, path: str, specs: Specs) -> bool:
        return self.excluded(path) or _ignored(self._base + path, specs)

    def _specs_above(self, folder: str) -> Specs:
        """What the ignore files above a folder say, the repository's own list first.

        Nothing where they ignore the folder itself: somebody has named it, and wants it looked at.
        """
        specs: Specs = []
        if os.path.isfile(os.path.join(self._top, ".git/info/exclude")):
            specs.extend(self._read(".git/info/exclude", ""))
        above = ""
        for part in folder.split("/")[:-1]:
            specs.extend(self._specs_in(above))
            above += part + "/"
            if _ignored(above, specs):
                return []
        return specs

    def _specs_in(self, folder: str) -> Specs:
        path = folder + IGNORE_FILE
        # Like git, which does not follow a link here.
        full = os.path.join(self._top, path)
        return self._read(path, folder) if os.path.isfile(full) and not os.path.islink(full) else []

    def _read(self, path: str, folder: str) -> Specs:
        full = os.path.join(self._top, path)
        self.ignore_files.append(full)
        data = read_file(full, path)
        lines = data.decode("utf-8", "surrogateescape").lstrip("\ufeff").split("\n")
        wanted = [line for line in lines if line.strip() and not line.startswith("#")]
        return [(folder, _ignoring(wanted))] if wanted else []


def _ignoring(lines: Sequence[str]) -> Ignored:
    from .ignored import Ignored

    return Ignored(lines)


def _ignored(path: str, specs: Specs) -> bool:
    """The innermost ignore file that says anything about a path decides."""
    for folder, spec in reversed(specs):
        said = spec.says(path[len(folder) :])
        if said is not None:
            return said
    return False
