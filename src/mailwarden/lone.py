"""A ``main.cf`` without a ``master.cf``: whether the one that Postfix ships is left as it is.

Loaded where a run has such a file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection

from ansible_collections.mailwarden.policy.plugins.module_utils.catalogue import Look
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix import configuration
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source

from . import discover

# So many files, and so much of them, is looked through; a repository with more may write anything.
FILES, BYTES = 5_000, 32 * 1024 * 1024
# What edits a master.cf without naming it is postconf, with an option among others or alone. Each
# postconf is looked at up to the next, so that a line of many costs no more than its length.
_WRITES = re.compile(rb"master\.cf|postconf\b(?:(?!postconf\b)[^\n]){0,200}?\s-[a-zA-Z#]{0,8}[MPF]")
# What is read by people.
_PROSE = (".md", ".rst", ".adoc", ".html")
WORDS = "nothing in the repository writes a master.cf: it is as Postfix ships it"
_ANY = Look((("any", "any"),))


def facts(root: str, read: Collection[str], source: Source) -> dict[str, str]:
    """What Postfix may take for granted where nothing in the repository writes a ``master.cf``.

    In: the root, the files that the run reads, which are not searched, and where they come from.
    What the repository ignores does not count.
    """
    files = discover.find(root, [root], lambda _path: _ANY).files
    left = BYTES
    for path in files:
        if "master.cf" in path:
            return {}
        if path in read or path.lower().endswith(_PROSE):
            continue
        if not os.path.isfile(os.path.join(root, path)):
            continue
        try:
            data = source.looked_into(path)
        except MailwardenError:
            return {}
        left -= len(data)
        if left < 0 or _WRITES.search(data):
            return {}
    return {configuration.UNWRITTEN: WORDS} if len(files) <= FILES else {}
