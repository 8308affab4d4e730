"""Which roles may concern mail: cheap, for it is asked of every role."""

from __future__ import annotations

import os

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source

# A role whose tasks name none of these writes no mail configuration.
WORDS = (b"postfix", b"dovecot", b"msmtp", b"main.cf", b"master.cf", b"postconf")


def concerned(folder: str, source: Source) -> bool:
    """Whether the tasks of a role may concern mail: it is called so, or they name it."""
    tasks = os.path.join(folder, "tasks")
    for name in source.listing(tasks):
        path = os.path.join(tasks, name)
        try:
            if any(word in source.looked_into(path) for word in WORDS):
                return True
        except MailwardenError:
            continue
    return False
