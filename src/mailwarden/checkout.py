"""The commit of mailwarden that is installed, where it came from a checkout."""

from __future__ import annotations

import json
import os
from importlib import metadata
from urllib.parse import unquote, urlparse

from ansible_collections.mailwarden.policy.plugins.module_utils.version import VERSION


def revision() -> str:
    """What pre-commit can check out: the tag of this version, or the commit of the checkout.

    How pip was told to install it is in ``direct_url.json`` (PEP 610): a repository with its
    commit, or the folder of a checkout, whose ``.git`` is read.
    """
    tag = f"v{VERSION}"
    said = _installed_from()
    commit = str(said.get("vcs_info", {}).get("commit_id", ""))
    url = urlparse(str(said.get("url", "")))
    if commit or url.scheme != "file":
        return commit or tag
    git = _git(unquote(url.path))
    if not git or _commit(git, f"refs/tags/{tag}"):
        return tag
    return _head(git) or tag


def _installed_from() -> dict[str, dict[str, str]]:
    try:
        text = metadata.distribution("mailwarden").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        text = None
    try:
        said = json.loads(text or "{}")
    except ValueError:
        said = {}
    return said if isinstance(said, dict) else {}


def _git(folder: str) -> str:
    """The folder of git's own of a checkout; of a further worktree its file leads there."""
    path = os.path.join(folder, ".git")
    pointed = _line(path).removeprefix("gitdir: ") if os.path.isfile(path) else path
    return os.path.join(folder, pointed) if os.path.isdir(os.path.join(folder, pointed)) else ""


def _head(git: str) -> str:
    head = _line(os.path.join(git, "HEAD"))
    return _commit(git, head.removeprefix("ref: ")) if head.startswith("ref: ") else head


def _commit(git: str, ref: str) -> str:
    """The commit of a branch or a tag; empty where there is none."""
    common = os.path.join(git, _line(os.path.join(git, "commondir")) or ".")
    loose = _line(os.path.join(common, ref))
    if loose:
        return loose
    try:
        with open(os.path.join(common, "packed-refs"), encoding="utf-8") as lines:
            return next((line.split()[0] for line in lines if line.split()[1:] == [ref]), "")
    except (OSError, ValueError):
        return ""


def _line(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as lines:
            return lines.readline().strip()
    except (OSError, ValueError):
        return ""
