"""Tasks that write a mail configuration piece by piece, which no reader puts together yet.

The ansible-lint rule says of each that it has not been read.  What a task copies whole under a name
that a format knows is read where it is copied from, and a template under such a name is named
itself; neither is said again.
"""

from __future__ import annotations

import os
import re
from functools import cache

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue

from . import ansible_lint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
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
    "unarchive": ("dest",),
}
# Modules that write into a folder as well, and the argument after which the file there is called.
CALLED = {"copy": "src", "get_url": "url", "template": "src"}
WHOLE = ("copy", "template")
# A path that is rendered, and what it is where nobody says another.
RENDERED = re.compile(r"\{\{[^{}]*\}\}")
DEFAULT = re.compile(r"\|\s*d(?:efault)?\(\s*(['\"])(/[^'\"]*)\1")
RUNS = ("command", "expect", "raw", "shell")
CONTINUED = re.compile(r"\\\n\s*")
INNER = re.compile(r"\$\(([^()]*)\)")
ENDS = re.compile(r"[|;&\n]")
POSTCONF = re.compile(r"\bpostconf$")
WRITING = re.compile(r"-\w*[eX#]")


def unread(module: str, arguments: Mapping[str, Any], folder: str) -> str:
    """What is not read of a task; empty where there is nothing to say.

    In: the module's name, with or without its collection, its arguments, and the folder beside
    whose ``files`` and ``templates`` the task stands.
    """
    name = module.rpartition(".")[2]
    if name in RUNS:
        return "postconf sets what is not read" if _sets(_command(arguments)) else ""
    target = str(next((arguments[key] for key in WRITES.get(name, ()) if arguments.get(key)), ""))
    if not _mail(target, str(arguments.get(CALLED.get(name, "")) or "")):
        return ""
    source = str(arguments.get("src") or "") if not arguments.get("remote_src") else ""
    beside = [os.path.join(folder, inside, source) for inside in ansible_lint.BESIDE if source]
    there = next(filter(os.path.exists, beside), "")
    if name in WHOLE and _read(source, there, target):
        return ""
    if name == "copy" and os.path.isfile(there):
        return f"{source} is not read: say under files in .mailwarden.yml what it is"
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


def _mail(target: str, called: str) -> bool:
    """Whether a path on the host is, or may be, a file that a format knows.

    ``called`` is after what a file is called where the path is a folder.
    """
    path = _pattern(target)
    if path.endswith(("/", *_folders())):
        path = os.path.join(path, os.path.basename(_rendered(_pattern(called))))
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


def _pattern(path: str) -> str:
    """A path with a ``*`` for each part of it that is rendered and has no path for a default."""
    path = RENDERED.sub(_default, path)
    pieces = path.replace("{%", "{{").replace("%}", "}}").split("}}")
    return "*".join(piece.partition("{{")[0] for piece in pieces)


def _default(rendered: re.Match[str]) -> str:
    """The path that an expression has for a default, or the expression itself."""
    found = [one.group(2) for one in DEFAULT.finditer(rendered.group())]
    return found[-1] if found else rendered.group()


def _read(source: str, there: str, target: str) -> bool:
    """Whether what a task copies or renders is read, or named, as a file of the repository.

    Where a part of its path is rendered, its name decides, or that it keeps it; of a folder, all
    that goes to a name that a format knows.
    """
    if "{{" in source:
        return catalogue.recognise(_rendered(source)) is not None or _keeps(source, target)
    if not os.path.isdir(there):
        return bool(there) and _recognised(there)
    return os.access(there, os.R_OK) and all(
        _recognised(os.path.join(there, name))
        for name in os.listdir(there)
        if _mail(os.path.join(target, name), "")
    )


def _keeps(source: str, target: str) -> bool:
    """Whether a file keeps its name, and is known by it where it is copied from as well."""
    folder = _pattern(target).rstrip("/")
    if not any(_known(folder)):
        if _name(source) != _name(target):
            return False
        folder = os.path.dirname(folder)
    beside = os.path.dirname(_pattern(source))
    return any(catalogue.recognise(os.path.join(beside, known)) for known in _known(folder))


def _name(path: str) -> str:
    """The last part of a path, as a template has it."""
    return os.path.basename(_rendered("".join(path.split()).replace("|basename", "")))


def _recognised(path: str) -> bool:
    known = ansible_lint.recognised(path) or catalogue.recognise(_rendered(path)) is not None
    return known or _included(path)


def _included(path: str) -> bool:
    """Whether a file is where the ``dovecot.conf`` of the repository includes it, if it does."""
    folder, name = os.path.split(path)
    if os.path.basename(folder) == "conf.d":
        folder = os.path.dirname(folder)
    elif name != "local.conf":
        return False
    return os.path.isfile(os.path.join(folder, "dovecot.conf"))


def _rendered(name: str) -> str:
    return name.removesuffix(ansible_lint.SUFFIX)
