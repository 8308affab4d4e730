"""Tasks that write a mail configuration and are followed on no host.

Those of roles and plays are followed where the command reads what they do; a file of tasks that
none of these names is not.  What such a task copies or renders may be read where it stands, and
that is not said again.
"""

from __future__ import annotations

import os
import re
from functools import cache

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue

from .deploy.effects import EDITS, SUFFIXES, TARGETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from typing import Any

# Modules that write a file under the name that they are given, and those that make all of it.
WHOLE = ("copy", "template")
WRITES = (*EDITS, *WHOLE, "assemble", "get_url", "unarchive")
# Of modules that write into a folder as well, what the file there is called after.
CALLED = {"copy": "src", "get_url": "url", "template": "src"}
BESIDE = ("files", "templates")
RENDERED = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}")
RUNS = ("command", "expect", "raw", "shell")
CONTINUED = re.compile(r"\\\n\s*")
INNER = re.compile(r"\$\(([^()]*)\)")
ENDS = re.compile(r"[|;&\n]")
POSTCONF = re.compile(r"\bpostconf$")
WRITING = re.compile(r"-\w*[eX#]")


def unread(module: str, arguments: Mapping[str, Any], folder: str, read: Collection[str]) -> str:
    """What is not read of a task; empty where there is nothing to say.

    In: the module's name, with or without its collection, its arguments, the folder beside whose
    ``files`` and ``templates`` the task stands, and the files that are read, by absolute path.
    """
    name = module.rpartition(".")[2]
    if name in RUNS:
        return "postconf sets what is not read" if _sets(_command(arguments)) else ""
    if name not in WRITES:
        return ""
    target = str(next((arguments[key] for key in TARGETS if arguments.get(key)), ""))
    called = str(arguments.get(CALLED.get(name, "")) or "")
    if not _is_mail(target, called):
        return ""
    if (
        name in WHOLE
        and not arguments.get("remote_src")
        and any(os.path.join(folder, beside, called) in read for beside in BESIDE)
    ):
        return ""
    return f"what is written to {target} here is not read"


def _command(arguments: Mapping[str, Any]) -> str:
    words = arguments.get("cmd") or arguments.get("_raw_params") or arguments.get("argv") or ""
    return " ".join(map(str, words)) if isinstance(words, list) else str(words)


def _sets(command: str) -> bool:
    """Whether postconf writes: with -e, -X or -#, or with an assignment.  Without, it shows."""
    command = CONTINUED.sub(" ", command)
    for part in ENDS.split("\n".join([INNER.sub("$", command), *INNER.findall(command)])):
        words = part.split()
        first = next((at for at, word in enumerate(words, 1) if POSTCONF.search(word)), len(words))
        told = words[first:]
        if any(map(WRITING.match, told)) or "=" in " ".join(told).lstrip("= "):
            return True
    return False


def _is_mail(target: str, called: str) -> bool:
    """Whether a path on the host is, or may be, a file that a format knows.

    ``called`` is after what a file is called where the path is a folder.
    """
    path = RENDERED.sub("*", target)
    if path.endswith(("/", *_folders())):
        path = os.path.join(path, os.path.basename(_made(RENDERED.sub("*", called))))
    folder, _slash, name = path.rpartition("/")
    return catalogue.recognise(path) is not None or any(
        _may_be(known, name or "*") for known in _known(folder)
    )


def _known(folder: str) -> Iterator[str]:
    for ending, names in _folders().items():
        if folder.endswith(ending):
            yield from names


@cache
def _folders() -> dict[str, list[str]]:
    """Folders of a host, and what the programs that own them read there without being told.

    Of no program alone are the folders of users, and ``/etc`` itself.  What dialects read is a part
    of a file that is written for other reasons as well, so that nothing is said of those.
    """
    found: dict[str, list[str]] = {}
    for row in catalogue.FORMATS.values():
        for path in (*row.paths, *row.read_there):
            folder, _slash, name = path.rpartition("/")
            if folder.startswith("/etc/") and "*" not in folder:
                found.setdefault(folder, []).append(name)
    return found


def _may_be(known: str, name: str) -> bool:
    """Whether one of two names can be the other; a ``*`` in either stands for anything."""
    beginning, *others = name.split("*")
    known = known.replace("*", beginning)
    if not others or not known.startswith(beginning):
        return known == name
    rest = known[len(beginning) :]
    return rest.endswith(others[-1]) and all(piece in rest for piece in others)


def _made(name: str) -> str:
    """What a template is called when it is rendered."""
    ending = next((one for one in SUFFIXES if name.endswith(one)), "")
    return name.removesuffix(ending)
