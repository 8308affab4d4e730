"""Which roles may concern mail: cheap, for it is asked of every role."""

from __future__ import annotations

import os

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source

# A role whose tasks name none of these writes no mail configuration.
WORDS = (b"postfix", b"dovecot", b"msmtp", b"main.cf", b"master.cf", b"postconf")

# So many files of tasks are looked into, so deep in each other.
FILES, DEEPEST = 200, 4


def concerned(folder: str, source: Source) -> bool:
    """Whether the tasks of a role may concern mail: it is called so, or they name it."""
    for path in files_of_tasks(folder, source):
        try:
            if any(word in source.looked_into(path) for word in WORDS):
                return True
        except MailwardenError:
            continue
    return False


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
