"""A file of tasks, a playbook and the ``meta`` of a role, as they are written.

Nothing is evaluated and no other file is read.  Each value keeps its kind and its place.

Source: ansible-core 2.17 and 2.19, ``ModuleArgsParser``, ``Task``, ``Block``, ``Play``,
``RoleDefinition`` and ``RoleMetadata``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place

from ..variables import files
from ..variables.files import Value
from . import modules
from .arguments import Arguments, Lines, of_module, of_word

# What a task may say beside its module: the attributes of ``Task`` and ``Handler``.
KEYWORDS = frozenset(
    ("action", "any_errors_fatal", "args", "async", "async_val", "become", "become_exe",
     "become_flags", "become_method", "become_user", "changed_when", "check_mode", "collections",
     "connection", "debugger", "delay", "delegate_facts", "delegate_to", "diff", "environment",
     "failed_when", "ignore_errors", "ignore_unreachable", "listen", "local_action", "loop",
     "loop_control", "loop_with", "module_defaults", "name", "no_log", "notify", "poll", "port",
     "register", "remote_user", "retries", "run_once", "static", "tags", "throttle", "timeout",
     "until", "vars", "when")
)  # fmt: skip
# Those of older releases, of which newer ones say that they are no module.
FORMER = frozenset(("always_run", "first_available_file", "su", "su_user", "sudo", "sudo_user"))
SECTIONS = ("block", "rescue", "always")
# What an entry of ``roles`` may say that is no variable: the attributes of ``RoleInclude``.
OF_ROLES = (KEYWORDS | {"role"}) - frozenset(
    ("action", "args", "async", "async_val", "changed_when", "delay", "failed_when", "listen",
     "local_action", "loop", "loop_control", "loop_with", "notify", "poll", "register", "retries",
     "static", "until")
)  # fmt: skip
IMPORTS = ("import_playbook", "ansible.builtin.import_playbook", "include")
Keywords = Mapping[str, Value]


class Task(NamedTuple):
    """A task.

    ``name`` is what it is called where it is spoken of, ``module`` the module's short name,
    ``text`` the task as it stands there.
    """

    name: str
    module: str
    arguments: Arguments
    keywords: Keywords
    text: Text
    place: Place


class Block(NamedTuple):
    """Tasks under common keywords.

    ``rescue`` is done where one of them fails, ``always`` in any case.
    """

    block: tuple[Entry, ...]
    rescue: tuple[Entry, ...]
    always: tuple[Entry, ...]
    keywords: Keywords
    place: Place


Entry = Task | Block


class RoleEntry(NamedTuple):
    """A role as a play or another role names it; ``parameters`` are variables beside the name."""

    role: Value
    parameters: Keywords
    keywords: Keywords
    place: Place


class Play(NamedTuple):
    """A play: who it is for, its keywords, and what is done, each section in its order."""

    hosts: Value
    keywords: Keywords
    pre_tasks: tuple[Entry, ...]
    roles: tuple[RoleEntry, ...]
    tasks: tuple[Entry, ...]
    post_tasks: tuple[Entry, ...]
    handlers: tuple[Entry, ...]
    place: Place


class Import(NamedTuple):
    """Another playbook in the place of a play."""

    playbook: Value
    keywords: Keywords
    place: Place


class Meta(NamedTuple):
    """What ``meta/main.yml`` says of a role."""

    dependencies: tuple[RoleEntry, ...] = ()
    allow_duplicates: bool = False


def tasks(text: Text) -> tuple[Entry, ...]:
    """The tasks of a file; raises ``MailwardenError`` with the line for what is none."""
    document = files.document(text)
    return () if document is None else _Reader(text).entries(document)


def plays(text: Text) -> tuple[Play | Import, ...]:
    """The plays of a playbook; raises likewise."""
    document = files.document(text)
    reader = _Reader(text)
    return () if document is None else tuple(map(reader.play, _list(document, "plays")))


def is_playbook(text: Text) -> bool:
    """Whether a file is a list of plays."""
    try:
        document = files.document(text)
    except MailwardenError:
        return False
    entries = document.plain if document is not None else None
    if not isinstance(entries, list) or not entries:
        return False
    keys = [one.plain if isinstance(one.plain, dict) else {} for one in entries]
    # A bare ``include`` may be one of tasks as well.
    is_sure = any("hosts" in one or any(name in one for name in IMPORTS[:2]) for one in keys)
    return is_sure and all("hosts" in one or _imported(one) is not None for one in keys)


def meta(text: Text) -> Meta:
    """What the ``meta/main.yml`` of a role says; raises likewise."""
    document = files.document(text)
    if document is None or not document.plain:
        return Meta()
    if not isinstance(document.plain, dict):
        raise _error("holds no mapping", document.place)
    named = document.plain.get("dependencies")
    entries = _list(named, "dependencies") if named is not None else []
    repeats = document.plain.get("allow_duplicates")
    allowed = repeats is not None and str(repeats.plain).lower() in ("true", "yes", "on", "1")
    return Meta(tuple(map(_role, entries)), allowed)


def words(value: Value | None) -> list[Value]:
    """The values of a keyword that takes a list or one value."""
    if value is None or (value.plain is None and value.kind == files.LITERAL):
        return []
    return value.plain if isinstance(value.plain, list) else [value]


def tags(value: Value | None) -> Iterator[str]:
    """The tags of a keyword, of which one text may hold several, with commas between them."""
    for one in words(value):
        for tag in str(one.plain).split(","):
            yield tag.strip()


class _Reader:
    """Makes entries of the values of one file."""

    def __init__(self, text: Text) -> None:
        self._lines = Lines(text)

    def entries(self, value: Value) -> tuple[Entry, ...]:
        return tuple(map(self._entry, _list(value, "tasks")))

    def _entry(self, value: Value) -> Entry:
        keys = _mapping(value, "a task")
        if any(name in keys for name in SECTIONS):
            return self._block(keys, value.place)
        return self._task(keys, value.place)

    def _block(self, keys: Keywords, place: Place) -> Block:
        if "block" not in keys:
            raise _error("has a rescue or always without a block", place)
        block, rescue, always = (self._section(keys.get(name)) for name in SECTIONS)
        keywords = {name: value for name, value in keys.items() if name not in SECTIONS}
        return Block(block, rescue, always, keywords, place)

    def _section(self, value: Value | None) -> tuple[Entry, ...]:
        return () if value is None or value.plain is None else self.entries(value)

    def _task(self, keys: Keywords, place: Place) -> Task:
        keywords = {name: value for name, value in keys.items() if _is_keyword(name)}
        given = {name: value for name, value in keys.items() if name not in keywords}
        old = [name for name in ("action", "local_action") if name in keywords]
        known = [name for name in given if len(given) == 1 or modules.is_module(name)]
        if len(old) + len(known) != 1:
            found = ", ".join((*old, *(known or given))) or "none"
            raise _error(f"a task has one module; here stands {found}", place)
        extra = keywords.pop("args", None)
        if old:
            module, arguments = of_word(keywords.pop(old[0]), extra)
            if old[0] == "local_action":
                keywords["delegate_to"] = Value(files.LITERAL, "localhost", place)
        else:
            module = modules.short(known[0])
            arguments = of_module(given[known[0]], extra, module)
        name = keywords.get("name")
        called = name.plain if name is not None and isinstance(name.plain, str) else module
        shown = f"{place.path}:{place.line} {called}"
        return Task(shown, module, arguments, keywords, self._lines.text(place), place)

    def play(self, value: Value) -> Play | Import:
        keys = _mapping(value, "a play")
        imported = _imported(keys)
        if imported is not None:
            return Import(imported, keys, value.place)
        if "hosts" not in keys:
            raise _error("a play names its hosts", value.place)
        pre, tasks_, post, handlers = (
            self._section(keys.get(name))
            for name in ("pre_tasks", "tasks", "post_tasks", "handlers")
        )
        named = keys.get("roles")
        roles = _list(named, "roles") if named is not None and named.plain is not None else []
        return Play(
            keys["hosts"], keys, pre, tuple(map(_role, roles)), tasks_, post, handlers, value.place
        )


def _role(value: Value) -> RoleEntry:
    if isinstance(value.plain, str):
        return RoleEntry(value, {}, {}, value.place)
    keys = _mapping(value, "a role")
    name = keys.get("role", keys.get("name", keys.get("src")))
    if name is None or not isinstance(name.plain, str):
        raise _error("a role has a name", value.place)
    keywords = {key: one for key, one in keys.items() if key in OF_ROLES}
    parameters = {key: one for key, one in keys.items() if key not in OF_ROLES}
    return RoleEntry(name, parameters, keywords, value.place)


def _imported(keys: Mapping[str, Value]) -> Value | None:
    return next((keys[name] for name in IMPORTS if name in keys), None)


def _is_keyword(name: str) -> bool:
    return name in KEYWORDS or name in FORMER or name.startswith("with_")


def _list(value: Value, what: str) -> list[Value]:
    if value.plain is None and value.kind == files.LITERAL:
        return []
    if not isinstance(value.plain, list):
        raise _error(f"holds no list of {what}", value.place)
    return value.plain


def _mapping(value: Value, what: str) -> dict[str, Value]:
    if not isinstance(value.plain, dict):
        raise _error(f"{what} is a mapping", value.place)
    return {str(key): one for key, one in value.plain.items()}


def _error(reason: str, place: Place) -> MailwardenError:
    return MailwardenError(reason, place.path, place.line, place.column)
