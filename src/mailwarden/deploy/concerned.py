"""Which roles may concern mail: cheap, for it is asked of every role."""

from __future__ import annotations

import os
from collections.abc import Iterator

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source

# A role whose tasks name none of these writes no mail configuration.
WORDS = (b"postfix", b"dovecot", b"msmtp", b"main.cf", b"master.cf", b"postconf")
# So many files of tasks are looked into, so deep in each other.
FILES, DEEPEST = 200, 4


def concerned(folder: str, source: Source) -> bool:
    """Whether the tasks of a role may concern mail: it is called so, or they name it."""
    return any(speaks(data) for data in of_tasks(folder, source))


def speaks(data: bytes) -> bool:
    """Whether bytes name a mail program."""
    return any(word in data for word in WORDS)


def of_tasks(folder: str, source: Source) -> Iterator[bytes]:
    """What the files of a role's tasks hold."""
    for path in files_of_tasks(folder, source):
        try:
            yield source.looked_into(path)
        except MailwardenError:
            continue


def files_of_tasks(folder: str, source: Source) -> list[str]:
    """The files of a role's tasks, those in folders too."""
    return _below(os.path.join(folder, "tasks"), source, DEEPEST)


def _below(folder: str, source: Source, depth: int) -> list[str]:
    found: list[str] = []
    for name in source.listing(folder):
        path = os.path.join(folder, name)
        if name.endswith((".yml", ".yaml")):
            found.append(path)
        elif depth:
            found += _below(path, source, depth - 1)
    return found[:FILES]
