"""The variables of a role's templates, as its own files have them.

A default holds as long as nobody says otherwise: it is supplied.  A name that another file of the
role or of the repository may set is open, and so is what sounds like a secret, what a vault holds,
and what Ansible itself knows of a host.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.report.secrets import is_secret
from ansible_collections.mailwarden.policy.plugins.module_utils.source import A_FOLDER, Source
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from ..variables.found import of_role
from .values import Known, Unknown
from .variables import Plain

TEMPLATES = "templates"
# What may set a variable from elsewhere: in the role, and beside the folder of the roles.
INSIDE = ("tasks", "vars", "handlers")
BESIDE = (
    "group_vars",
    "host_vars",
    "inventory",
    "inventories",
    "environments",
    "playbooks",
    "vars",
)
FILES = 400
SIZE = 1 << 20
NODES = 20_000
_SET = re.compile(r"(?<!\w)([A-Za-z_]\w{0,99})[\"']?[ \t]{0,20}(?::|=(?!=))")
_RESULT = re.compile(r"(?<!\w)(?:register|name):[ \t]{0,20}[\"']?([A-Za-z_]\w{0,99})")


class Role(NamedTuple):
    """What a role's files say of its variables.

    ``folder`` is the role's, without a slash at its end.  ``elsewhere`` are names that another file
    may set; ``None`` where that is not known, so that it may set any.
    """

    folder: str
    known: dict[str, Known]
    elsewhere: frozenset[str] | None

    def variables(self) -> Plain:
        """The variables as the role's files set them."""
        return Plain(self.known, self.elsewhere or frozenset(), self.elsewhere is not None)


def folder_of(path: str) -> str:
    """The folder of the role that a template is in, with a slash; empty for the root."""
    return ("/" + path).rpartition(f"/{TEMPLATES}/")[0][1:] + "/" * (not path.startswith(TEMPLATES))


def read(folder: str, source: Source, names: dict[str, frozenset[str] | None]) -> Role:
    """The variables of the role in a folder; ``names`` keeps what files may set, by their paths."""
    known: dict[str, Known] = {}
    own: list[str] = []
    for kind in ("defaults", "vars"):
        files = _main(folder, kind, source)
        read_files = [_file(path, source) for path in files or ()]
        if files is None or None in read_files:
            return Role(folder.rstrip("/"), {}, None)
        own += files
        for found in read_files:
            known.update(found or {})
    return Role(folder.rstrip("/"), known, _elsewhere(folder, source, own, names))


def _main(role: str, kind: str, source: Source) -> list[str] | None:
    """The files of ``defaults`` or ``vars``; ``None``: there are too many to read."""
    try:
        return of_role(source, role, kind)
    except MailwardenError:
        return None


# Values


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads plain data."""


def _file(path: str, source: Source) -> dict[str, Known] | None:
    """The variables of a file; ``None`` where it is none that can be read."""
    try:
        text = source.text(path)
        loader = _Loader(text.string)
        root = loader.get_single_node()
    except (MailwardenError, yaml.YAMLError, ValueError, RecursionError):
        return None
    if root is None or root.tag == "tag:yaml.org,2002:null":
        return {}
    if not isinstance(root, yaml.MappingNode):
        return None
    found: dict[str, Known] = {}
    for key, value in root.value:
        if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
            return None
        made = _value(key.value, value, loader)
        place = text.place(key.start_mark.index, _end(text, key, value))
        found[key.value] = Known(key.value, made, place, f"{path} sets {key.value}")
    return found


def _end(text: Text, key: Any, value: Any) -> int:
    """Where a value ends on the line of its name, which is what is shown of it."""
    line = text.string.find("\n", key.start_mark.index)
    ends = min(value.end_mark.index, line if line >= 0 else len(text))
    return max(int(ends), int(key.end_mark.index))


def _value(name: str, node: Any, loader: Any) -> Any:
    """A value of plain data; a secret, and what is no plain data, is there and not known."""
    if not _is_plain(node):
        return Unknown(name)
    try:
        return _without_secrets(loader.construct_object(node, deep=True), name)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, OverflowError):
        return Unknown(name)


def _is_plain(node: Any) -> bool:
    """Whether a node holds no tag of its own, no merge, and not more than any real one does."""
    waiting, left = [node], NODES
    while waiting:
        one = waiting.pop()
        left -= 1
        if left < 0 or not str(one.tag).startswith("tag:yaml.org,2002:"):
            return False
        if isinstance(one, yaml.MappingNode):
            if any(key.tag == "tag:yaml.org,2002:merge" for key, _value in one.value):
                return False
            waiting.extend(part for pair in one.value for part in pair)
        elif isinstance(one, yaml.SequenceNode):
            waiting.extend(one.value)
        elif one.tag in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:binary"):
            return False
    return True


def _without_secrets(value: Any, name: str) -> Any:
    """A value without what stands under the name of a secret, whose truth alone is known."""
    if isinstance(value, list):
        return [_without_secrets(one, f"{name}[{at}]") for at, one in enumerate(value)]
    if isinstance(value, dict):
        return {key: _without_secrets(one, f"{name}.{key}") for key, one in value.items()}
    if not value or isinstance(value, bool):
        # None is set.
        return value
    return Unknown(name) if is_secret(name.rpartition(".")[2].partition("[")[0]) else value


# What else may set a name


def _elsewhere(
    folder: str, source: Source, own: list[str], names: dict[str, frozenset[str] | None]
) -> frozenset[str] | None:
    """The names that other files of the role and of the repository may set."""
    found: set[str] = set()
    left = FILES
    for path in _others(folder, source):
        if path in own or not _may_set(path):
            continue
        left -= 1
        if path not in names:
            names[path] = _set_by(path, source)
        set_here = names[path]
        if left < 0 or set_here is None:
            return None
        found |= set_here
    return frozenset(found)


def _set_by(path: str, source: Source) -> frozenset[str] | None:
    """The names that a file may set; ``None``: any."""
    try:
        data = source.looked_into(path)
    except MailwardenError as error:
        return frozenset() if error.reason == A_FOLDER else None
    if len(data) > SIZE or data.startswith(b"$ANSIBLE_VAULT"):
        return None
    string = data.decode("utf-8", "replace")
    return frozenset((*_SET.findall(string), *_RESULT.findall(string)))


def _may_set(path: str) -> bool:
    """Whether a file may be one of variables, by the ending of its name."""
    name = path.rpartition("/")[2]
    known = "." not in name or name.endswith((".yml", ".yaml", ".json", ".ini", ".cfg"))
    return known and not name.startswith(".")


def _others(folder: str, source: Source) -> Iterator[str]:
    """The files that may set a variable of the role: its own, and those beside it and above."""
    for name in INSIDE:
        yield from _below(folder + name, source)
    above = folder.rstrip("/")
    while True:
        prefix = f"{above}/" if above else ""
        for name in BESIDE:
            yield from _below(prefix + name, source)
        yield from (prefix + name for name in source.listing(above or "."))
        if not above:
            return
        above = above.rpartition("/")[0]


def _below(folder: str, source: Source, depth: int = 4) -> Iterator[str]:
    """The files below a folder, however they are called."""
    for name in source.listing(folder):
        path = f"{folder}/{name}"
        if name.startswith("."):
            continue
        if depth and source.listing(path):
            yield from _below(path, source, depth - 1)
        else:
            yield path
