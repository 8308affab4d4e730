"""Tasks that write a mail configuration piece by piece, which no reader puts together yet.

The ansible-lint rule says of each that it has not been read.  What a task copies whole under a name
that a format knows is read where it is copied from, and a template under such a name is named
itself; neither is said again.
"""

from __future__ import annotations

import os
import re

from ansible_collections.mailwarden.policy.plugins.module_utils import formats

from . import ansible_lint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

# Modules that write a file, and the arguments that name it.
EDITED = ("path", "dest", "destfile", "name")
WRITES = {
    "assemble": ("dest",),
    "blockinfile": EDITED,
    "copy": ("dest",),
    "get_url": ("dest",),
    "ini_file": ("path", "dest"),
    "lineinfile": EDITED,
    "replace": EDITED,
    "template": ("dest",),
}
WHOLE = ("copy", "template")
RUNS = ("command", "expect", "raw", "shell")
# postconf with -e, -X or -#, or with an assignment, writes; without, it shows.
POSTCONF = re.compile(r"\bpostconf\s(?:[^|;&\n]*\s)?(?:-\w*[eX#]|[^\s=|;&]+\s*=)")


def unread(module: str, arguments: Mapping[str, Any], folder: str) -> str:
    """What is not read of a task; empty where there is nothing to say.

    In: the module's name, with or without its collection, its arguments, and the folder beside
    whose ``files`` and ``templates`` the task stands.
    """
    name = module.rpartition(".")[2]
    if name in RUNS:
        return "postconf sets what is not read" if POSTCONF.search(_command(arguments)) else ""
    target = str(next((arguments[key] for key in WRITES.get(name, ()) if arguments.get(key)), ""))
    source = str(arguments.get("src") or "") if not arguments.get("remote_src") else ""
    if not _mail(target, source):
        return ""
    beside = [os.path.join(folder, inside, source) for inside in ansible_lint.BESIDE if source]
    there = next(filter(os.path.isfile, beside), "")
    if name in WHOLE and _read(source, there):
        return ""
    if name == "copy" and there:
        return f"{source} is not read: say under files in .mailwarden.yml what it is"
    return f"what is written to {target} here is not read"


def _command(arguments: Mapping[str, Any]) -> str:
    words = arguments.get("cmd") or arguments.get("_raw_params") or arguments.get("argv") or ""
    return " ".join(map(str, words)) if isinstance(words, list) else str(words)


def _mail(target: str, source: str) -> bool:
    """Whether a path on the host is a file that a format knows."""
    if target.endswith("/"):
        target += _rendered(os.path.basename(source))
    return formats.recognise(target) is not None


def _read(source: str, there: str) -> bool:
    """Whether what a task copies or renders is read, or named, as a file of the repository.

    Where a part of its path is rendered, its name decides.
    """
    if "{{" in source:
        return formats.recognise(_rendered(source)) is not None
    return bool(there) and (
        ansible_lint.recognised(there) or formats.recognise(_rendered(there)) is not None
    )


def _rendered(name: str) -> str:
    return name.removesuffix(ansible_lint.SUFFIX)
