"""Which files hold the variables of a role, a group or a host.

Source: ansible-core 2.17 and 2.19, ``DataLoader.find_vars_files`` and ``Role._load_role_yaml``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source, clean

EXTENSIONS = (".yml", ".yaml", ".json")
# Folders in each other, and files in them: a link may lead back into its own folder.
DEEPEST = 16
MOST = 1_000


def of_group(source: Source, folder: str, name: str) -> list[str]:
    """The files of a group, in the order in which they are read; ``folder`` holds ``group_vars``.

    A folder of the group's name hides the files beside it.  Raises ``MailwardenError`` for folders
    that have no end.
    """
    return _named(source, os.path.join(folder, "group_vars"), name, ("", *EXTENSIONS))


def of_host(source: Source, folder: str, name: str) -> list[str]:
    """The files of a host likewise, in the ``host_vars`` that ``folder`` holds."""
    return _named(source, os.path.join(folder, "host_vars"), name, ("", *EXTENSIONS))


def of_role(source: Source, role: str, part: str, name: str = "") -> list[str]:
    """The files of a role's ``defaults`` or ``vars``.

    Without a name it is ``main``, and a file hides the folder; ``name`` is what ``vars_from`` and
    ``defaults_from`` say.
    """
    extensions = ("", *EXTENSIONS) if name else (*EXTENSIONS, "")
    return _named(source, os.path.join(role, part), name or "main", extensions)


def named_by(source: Source, folders: Iterable[str], name: str) -> str:
    """The file that ``vars_files`` or ``include_vars`` names, empty where there is none.

    It is looked for in each folder, under ``vars`` first: a role, the folder of its tasks, that of
    the playbook.
    """
    if os.path.isabs(name):
        return source.locate(name) or name
    for folder in folders:
        inside = [os.path.join(folder, "vars", name)] if name.split("/")[0] != "vars" else []
        for path in map(clean, (*inside, os.path.join(folder, name))):
            if source.exists(path) is not False:
                return path
    return ""


def by_one_question(source: Source, folder: str, template: str) -> dict[str, str]:
    """The files of a folder that a template such as ``{{ os }}.yml`` may name, by its answers.

    An answer is what the expression would be: ``Debian`` for ``vars/Debian.yml``.  There is none
    where the template is more than one expression and the literals around it.
    """
    before, _braces, rest = template.partition("{{")
    _expression, _braces, after = rest.partition("}}")
    inside, slash, before = before.rpartition("/")
    folder = os.path.join(folder, inside) if slash else folder
    if "{" in after or "/" in after or not rest:
        return {}
    names = (name for name in source.listing(folder) if not _is_ignored(name))
    return {
        name[len(before) : len(name) - len(after)]: clean(os.path.join(folder, name))
        for name in names
        if name.startswith(before) and name.endswith(after) and len(name) > len(before + after)
    }


def _named(source: Source, folder: str, name: str, extensions: Sequence[str]) -> list[str]:
    for extension in extensions:
        path = clean(os.path.join(folder, name) + extension)
        # What is a link out of the repository is there, and cannot be read.
        if source.exists(path) is not False:
            return _inside(source, path, 0) if source.listing(path) else [path]
    return []


def _inside(source: Source, folder: str, depth: int) -> list[str]:
    """The files of a folder, in the order of their names, folders without an extension included."""
    if depth > DEEPEST:
        raise MailwardenError(f"holds folders more than {DEEPEST} deep", folder)
    found: list[str] = []
    for name in source.listing(folder):
        path = os.path.join(folder, name)
        extension = os.path.splitext(name)[1]
        if _is_ignored(name) or extension not in ("", *EXTENSIONS) or source.exists(path) is False:
            continue
        if not source.listing(path):
            found.append(path)
        elif not extension:
            found += _inside(source, path, depth + 1)
        if len(found) > MOST:
            raise MailwardenError(f"holds more than {MOST:,} files", folder)
    return found


def _is_ignored(name: str) -> bool:
    """Whether a file is hidden, or what an editor keeps of an older one."""
    return name.startswith(".") or name.endswith("~")
