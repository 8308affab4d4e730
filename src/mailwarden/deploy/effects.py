"""What an action does to which files of its host: for each module of Ansible its steps.

A module that is not in the table writes what it is told to write where: what that may be is open.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ansible_collections.mailwarden.policy.plugins.module_utils.source import clean
from ansible_collections.mailwarden.policy.plugins.module_utils.text import HOLE, Hole, Text

from . import concerns, delimiters, modules
from .steps import (
    blockinfile,
    command,
    copied,
    ini_file,
    lineinfile,
    postconf,
    postconf_master,
    replace,
)
from .steps.outcome import Failed, Outcome, hole, opened

if TYPE_CHECKING:
    from .action import Action
    from .steps.parameters import Given

Step = Callable[["Text | None"], Outcome]
# How a task names the file that it writes.
TARGETS = ("dest", "path", "destfile", "name")
# How a path of a host begins; a task may name the home of its user.
WHOLE = ("/", "~")
EDITS = {
    "blockinfile": blockinfile.apply,
    "ini_file": ini_file.apply,
    "lineinfile": lineinfile.apply,
    "replace": replace.apply,
}
COMMANDS = ("command", "shell", "raw", "script", "expect")
# What a line of a shell writes with.
WRITING = (">", "sed ", "tee ", "cp ", "mv ", "rm ", "install ", "ln ", "perl ", "awk ", "patch ")
# A call of postconf that may edit, of which nothing else can be said.
EDITS_A_FILE = re.compile(
    r"postconf\b(?:(?!postconf\b)[^|;&\n]){0,400}?(?:\s-[a-zA-Z]{0,8}[eX#MPF]|=)"
)
SUFFIXES = (".j2", ".jinja2", ".jinja")


class Effect(NamedTuple):
    """A file that an action writes, and what it makes of it.

    ``whole``: it replaces all of the file.
    """

    path: str
    step: Step
    whole: bool = False


class Files(Protocol):
    """What effects ask of the host, and of the repository that its files come from."""

    def paths(self) -> set[str]:
        """The files that are there or that programs look for."""

    def is_folder(self, path: str) -> bool:
        """Whether a path is known to be a folder."""

    def version(self, program: str) -> tuple[int, ...]:
        """The version of a program; empty where it is not known."""

    def rendered(self, action: Action, name: str, settings: dict[str, Any]) -> Text | None:
        """The template that a task names, rendered; ``None`` where it is not there.

        ``settings`` are those of the task, of how it is read.
        """

    def copies(self, action: Action, name: str) -> dict[str, str]:
        """The files that a task copies, by their paths from what it names: empty for itself."""

    def copied(self, path: str) -> Text:
        """One of these files; raises ``MailwardenError``."""


def of(action: Action, files: Files) -> list[Effect] | None:
    """The files of mail programs that an action writes, in order.

    ``None``: nobody knows whether it writes any.
    """
    given, module = action.given, action.module
    if modules.is_harmless(module):
        return []
    if given is None:
        return _mentioned(action, action.task.written.string, files) or None
    if module in COMMANDS:
        return _commanded(action, given, files)
    if module == "debconf":
        # Counts before the package is installed.
        return []
    if module == "file":
        return list(_of_file(action, given, files))
    target = _target(given)
    if target is None:
        return []
    if module in ("template", "copy"):
        return _whole(action, given, target, files)
    edit = EDITS.get(module)
    if edit is None:
        return _opened(action, target, files)
    paths = _paths(target, files)
    if paths is None:
        return None
    if target.holes:
        return [Effect(path, _opening(path, action)) for path in paths]
    return [Effect(path, partial(edit, path=path, given=given, task=action.task)) for path in paths]


def open_target(action: Action) -> Text | None:
    """The path that an action writes to, of which a part is not known; ``None`` for others."""
    target = None if action.given is None else _target(action.given)
    if target is None or not target.holes or action.module in COMMANDS:
        return None
    return target


def _target(given: Given) -> Text | None:
    found = (given.get(name) for name in TARGETS)
    return next((text for text in found if isinstance(text, Text)), None)


def _paths(target: Text, files: Files) -> list[str] | None:
    """The mail files that a parameter may name; ``None`` where it may be any file."""
    if not target.holes:
        path = clean(target.string)
        return [path] if path.startswith(WHOLE) and concerns.concerns(path) else []
    fitting = list(concerns.fitting(target, files.paths()))
    return fitting or (None if concerns.is_anything(target) else [])


def _opening(path: str, action: Action) -> Step:
    return lambda _before: opened(path, action.task)


def _opened(action: Action, target: Text, files: Files) -> list[Effect] | None:
    """What an unknown content is written to: a file, or all those of a folder."""
    if target.holes:
        paths = _paths(target, files)
    else:
        top = clean(target.string)
        paths = [path for path in sorted(files.paths()) if path == top or _is_below(path, top)]
        if not paths and top.startswith(WHOLE) and concerns.concerns(top):
            paths = [top]
    if paths is None:
        return None
    return [Effect(path, _opening(path, action), True) for path in paths]


def _is_below(path: str, top: str) -> bool:
    """Whether a file is in a folder of its program's, which ``top`` names."""
    return path.startswith(f"{top}/") and concerns.concerns(f"{top}/any")


def _mentioned(action: Action, string: str, files: Files) -> list[Effect]:
    """The files of which a task that nobody can follow speaks."""
    return [
        Effect(path, _opening(path, action))
        for path in sorted(files.paths())
        if path in string or (os.path.basename(path) in string and os.path.dirname(path) in string)
    ]


# Whole files


def _whole(action: Action, given: Given, target: Text, files: Files) -> list[Effect] | None:
    source = given.get("src")
    name = source.string if isinstance(source, Text) and not source.holes else ""
    if isinstance(source, Text) and source.holes and not _is_choice(action, source):
        paths = _paths(_with_name(target, "", files), files)
        return None if paths is None else [
            Effect(path, _opening(path, action), True) for path in paths
        ]  # fmt: skip
    target = _with_name(target, os.path.basename(name), files)
    if action.module == "template":
        paths = _paths(target, files)
        if paths is None:
            # Called after its template, wherever that goes.
            base = os.path.basename(name)
            base = next((base[: -len(end)] for end in SUFFIXES if base.endswith(end)), base)
            paths = [path for path in sorted(files.paths()) if os.path.basename(path) == base]
            if not paths:
                return None
        if target.holes:
            return [Effect(path, _opening(path, action), True) for path in paths]
        return [_template(action, given, source, path, files) for path in paths]
    return _copies(action, given, name, target, files)


def _with_name(target: Text, name: str, files: Files) -> Text:
    """The path of the file, where that of a folder is given."""
    string = target.string
    if name and not target.holes and (string.endswith("/") or files.is_folder(clean(string))):
        return Text.of(target.path, os.path.join(string, name))
    return target


def _is_choice(action: Action, source: Text) -> bool:
    """Whether the template is one of a few, by the answer to a question."""
    return action.module == "template" and len(source) == 1 and bool(source.holes[0].options)


def _template(
    action: Action, given: Given, source: Text | list[Text] | None, path: str, files: Files
) -> Effect:
    def rendered(name: Text | None, settings: dict[str, Any]) -> Text | None:
        if name is None or not name.holes:
            return None if name is None else files.rendered(action, name.string, settings)
        one = name.holes.get(0)
        options = (
            [(answer, rendered(text, settings)) for answer, text in one.options] if one else []
        )
        return hole(path, action.task, Hole(one.name, options)) if one and options else None

    def step(before: Text | None) -> Outcome:
        settings = delimiters.settings(given)
        known = None
        if isinstance(source, Text) and settings is not None:
            known = rendered(source, settings)
        return copied.apply(before, path, given, action.task, known)

    return Effect(path, step, True)


def _copies(
    action: Action, given: Given, name: str, target: Text, files: Files
) -> list[Effect] | None:
    remote = given.get("remote_src")
    found: dict[str, str] = {"": ""}
    if name and not (isinstance(remote, Text) and remote.string.lower() in ("true", "yes")):
        found = files.copies(action, name) or found
    made: list[Effect] = []
    for below, file in found.items():
        whole = Text.of(target.path, os.path.join(target.string, below)) if below else target
        paths = _paths(whole, files)
        if paths is None:
            return None
        for path in paths:
            made.append(
                Effect(path, _opening(path, action), True)
                if target.holes
                else Effect(path, _copy(action, given, path, file, files), True)
            )
    return made


def _copy(action: Action, given: Given, path: str, file: str, files: Files) -> Step:
    def step(before: Text | None) -> Outcome:
        return copied.apply(before, path, given, action.task, files.copied(file) if file else None)

    return step


# Other modules


def _of_file(action: Action, given: Given, files: Files) -> Iterator[Effect]:
    """``ansible.builtin.file``: what is taken away, linked, or made."""
    target, state = _target(given), given.get("state")
    if target is None or not isinstance(state, Text):
        return
    if state.holes:
        yield from _opened(action, target, files) or ()
    elif state.string == "absent" and not target.holes:
        top = clean(target.string)
        for path in sorted({*files.paths(), top}):
            if (path == top or path.startswith(f"{top}/")) and concerns.concerns(path):
                yield Effect(path, lambda _before: None, True)
    elif state.string in ("link", "hard"):
        yield from _opened(action, target, files) or ()
    elif state.string == "touch" and not target.holes and concerns.concerns(target.string):
        path = clean(target.string)
        yield Effect(path, lambda before: Text(path, "", []) if before is None else before)


def _commanded(action: Action, given: Given, files: Files) -> list[Effect] | None:
    line = given.get("cmd", given.get("_raw_params"))
    words = given.get("argv")
    written = line.string if isinstance(line, Text) else ""
    if isinstance(words, list):
        written = " ".join(word.string for word in words)
    if _is_open(line) or _is_open(words):
        # Another one in each round of a loop: what is known of it is the task.
        written = action.task.written.string
        if "postconf" in written:
            return _all_of_postfix(action, files)
    requests = command.requests(given, action.module != "command")
    if isinstance(requests, Failed):
        failed = requests
        return [Effect("/etc/postfix/main.cf", lambda _before: failed)]
    if requests is None and (HOLE in written or EDITS_A_FILE.search(written)):
        return _all_of_postfix(action, files)
    if requests:
        return [Effect(one.path, _postconf(action, one, files)) for one in requests]
    if any(sign in written for sign in WRITING):
        return _mentioned(action, written, files)
    return []


def _is_open(value: Text | list[Text] | None) -> bool:
    """Whether nothing is known of a command."""
    return isinstance(value, Text) and bool(value.holes) and not value.string.strip(f"{HOLE} ")


def _all_of_postfix(action: Action, files: Files) -> list[Effect]:
    return [
        Effect(path, _opening(path, action))
        for path in sorted(files.paths())
        if os.path.basename(path) in ("main.cf", "master.cf")
    ]


def _postconf(action: Action, request: command.Request, files: Files) -> Step:
    apply = postconf.apply if request.kind == command.MAIN else postconf_master.apply
    version = files.version("postfix")
    return lambda before: apply(before, request, action.task, version)
