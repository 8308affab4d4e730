"""What a repository shows of the hosts that it is for: their folders and their distribution.

Read for ``mailwarden init`` alone, which writes it down for somebody to correct.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class Release(NamedTuple):
    """A release of a distribution: how it is called, and the versions that it ships.

    Source: the packages of each (Debian and Ubuntu archives, the el8 to el10 sources).
    """

    name: str
    words: str
    programs: Mapping[str, str]


RHEL = r"(?:rocky|rockylinux|alma|almalinux|rhel|ubi|el):?-?"
RELEASES = (
    Release("Debian 11", r"bullseye|debian:?-?11", {"postfix": "3.5", "dovecot": "2.3"}),
    Release("Debian 12", r"bookworm|debian:?-?12", {"postfix": "3.7", "dovecot": "2.3"}),
    Release("Debian 13", r"trixie|debian:?-?13", {"postfix": "3.10", "dovecot": "2.4"}),
    Release("Ubuntu 20.04", r"focal|ubuntu:?-?20\.?04", {"postfix": "3.4", "dovecot": "2.3"}),
    Release("Ubuntu 22.04", r"jammy|ubuntu:?-?22\.?04", {"postfix": "3.6", "dovecot": "2.3"}),
    Release("Ubuntu 24.04", r"noble|ubuntu:?-?24\.?04", {"postfix": "3.8", "dovecot": "2.3"}),
    Release("RHEL 8", RHEL + "8", {"postfix": "3.5", "dovecot": "2.3"}),
    Release("RHEL 9", RHEL + "9", {"postfix": "3.5", "dovecot": "2.3"}),
    Release("RHEL 10", RHEL + "10", {"postfix": "3.8", "dovecot": "2.3"}),
)  # fmt: skip
# Which files show it, the surest first, which of their lines, and what else the file has to hold:
# other images of a repository say nothing of its mail servers.
MAIL = re.compile("postfix|dovecot|msmtp")
SIGNS: tuple[tuple[str, str, bool], ...] = (
    (r"(?:.*/)?(?:Dockerfile|Containerfile)[^/]*", r"\s*from\s", True),
    (r"(?:.*/)?molecule/[^/]+/molecule\.ya?ml", r"\s*(?:- )?(?:image|box):", False),
    (r"(?:.*/)?group_vars/.*", r".*(?:release|distribution|codename|image)", False),
    (r"(?:.*/)?meta/main\.ya?ml", "", False),
)
# Folders of a host that a repository keeps under their own names, and what they become.
ROOTS = (("usr/local/etc", "/usr/local/etc"), ("etc", "/etc"))
# The first lines of a file tell.
HEAD = 64 * 1024


class Distribution(NamedTuple):
    """What the signs of one kind say, and the first file that says it."""

    releases: tuple[Release, ...]
    path: str


def roots(paths: Iterable[str]) -> dict[str, str]:
    """The folders of the repository that become folders of hosts.

    In: its mail configurations, and their templates.
    """
    found = {}
    for path in paths:
        for inside, target in ROOTS:
            before, between, below = f"/{path}".rpartition(f"/{inside}/")
            if between and below:
                found[f"{before}/{inside}"[1:]] = target
                break
    return dict(sorted(found.items()))


def distribution(root: str, paths: Iterable[str]) -> Distribution | None:
    """The releases that the surest signs name; ``None`` where there are none.

    In: the repository, and its files.
    """
    known = list(paths)
    for name, line, mail in SIGNS:
        said: dict[str, tuple[Release, str]] = {}
        for path in known:
            if re.fullmatch(name, path):
                for release in _named(root, path, line, mail):
                    said.setdefault(release.name, (release, path))
        if said:
            releases = tuple(release for release, _path in said.values())
            return Distribution(releases, next(iter(said.values()))[1])
    return None


def _named(root: str, path: str, line: str, mail: bool) -> Iterator[Release]:
    try:
        data = read_file(os.path.join(root, path), path, HEAD)
    except MailwardenError:
        return
    whole = data.decode("utf-8", "replace").lower()
    if mail and not MAIL.search(whole):
        return
    lines = whole.splitlines()
    wanted = [one for one in lines if not one.lstrip().startswith("#") and re.match(line, one)]
    text = _platforms("\n".join(wanted))
    for release in RELEASES:
        if re.search(rf"(?<![a-z0-9])(?:{release.words})(?![0-9])", text):
            yield release


def _platforms(text: str) -> str:
    """``name: EL`` and its ``versions`` in a role's ``meta`` as ``el9``."""
    lines, name = [], ""
    for line in text.split("\n"):
        key, _colon, value = line.strip(" -").partition(":")
        if key == "name":
            name = value.strip()
        number = line.strip(" -'\"")
        lines.append(f"{name}{number}" if name and number.replace(".", "").isdigit() else line)
    return "\n".join(lines)
