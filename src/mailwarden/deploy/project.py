"""The roles, tasks and playbooks of a repository: where they are, and each file read once.

Source: ansible-core 2.17 and 2.19, ``RoleDefinition._load_role_path``, ``Role._load_role_yaml``,
``DataLoader.path_dwim_relative`` and ``_get_collection_role_path``.
"""

from __future__ import annotations

import configparser
import os
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source, clean
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from ..variables import found
from ..variables.elsewhere import Names
from . import written
from .written import Entry, Import, Meta, Play

COLLECTIONS = "ansible_collections"

# What a role consists of.
PARTS = ("tasks", "meta", "handlers", "defaults", "vars", "templates", "files")

Made = TypeVar("Made")


class Project:
    """A repository, for as long as a run lasts."""

    def __init__(self, source: Source) -> None:
        self.source = source
        # What files may set, by their paths.
        self.names: Names = {}
        self._read: dict[tuple[str, str], Any] = {}
        self._roles: dict[tuple[str, str, str], str] = {}
        self._roles_paths: tuple[str, ...] | None = None

    # Files

    def tasks(self, path: str) -> tuple[Entry, ...]:
        """The tasks of a file; raises ``MailwardenError``."""
        return self._once("tasks", path, written.tasks)

    def plays(self, path: str) -> tuple[Play | Import, ...]:
        """The plays of a playbook; raises likewise."""
        return self._once("plays", path, written.plays)

    def meta(self, role: str) -> Meta:
        """What a role's ``meta/main.yml`` says; raises likewise."""
        path = self.part(role, "meta")
        return self._once("meta", path, written.meta) if path else Meta()

    def _once(self, kind: str, path: str, make: Callable[[Text], Made]) -> Made:
        kept: Made | MailwardenError | None = self._read.get((kind, path))
        if kept is None:
            try:
                # Hosts that are made of one source share what is made of its texts.
                kept = self.source.text(path).made(kind, make)
            except MailwardenError as error:
                kept = error
            self._read[kind, path] = kept
        if isinstance(kept, MailwardenError):
            raise kept
        return kept

    def part(self, role: str, part: str, name: str = "") -> str:
        """The file of a role's ``tasks``, ``handlers`` or ``meta``; empty where there is none.

        ``name`` is what ``tasks_from`` says.
        """
        files = found.of_role(self.source, role, part, name)
        return files[0] if files else ""

    def task_file(self, folders: Iterable[str], name: str) -> str:
        """The file that an include names, in the first folder that has it; empty for none."""
        if os.path.isabs(name):
            name = self.source.locate(name) or ""
            return name if name and self.source.exists(name) else ""
        for folder in folders:
            path = clean(os.path.join(folder, name))
            if self._is_inside(path) and self.source.exists(path) is not False:
                return path
        return ""

    def _is_inside(self, path: str) -> bool:
        return not path.startswith("../") and path != ".."

    # Roles

    def role(self, name: str, playbook: str, beside: str = "") -> str:
        """The folder of a role; empty where the repository does not hold it.

        ``playbook`` is the folder of the playbook, ``beside`` that of the role that names it.
        """
        key = (name, playbook, os.path.dirname(beside))
        if key not in self._roles:
            self._roles[key] = self._looked_for(name, playbook, beside)
        return self._roles[key]

    def _looked_for(self, name: str, playbook: str, beside: str) -> str:
        if name.count(".") >= 2 and "/" not in name:
            folder = self._of_collection(*name.split(".", 2))
            if folder:
                return folder
        folders = [os.path.join(playbook, "roles"), *self._configured()]
        if beside:
            folders.append(os.path.dirname(beside))
        # Of a repository without ``ansible.cfg`` the roles are in its root all the same.
        folders += [playbook, "roles", "."]
        for folder in folders:
            path = clean(os.path.join(folder, name))
            if self._is_inside(path) and not os.path.isabs(path) and self._is_role(path):
                return path
        return ""

    def _is_role(self, path: str) -> bool:
        return any(self.source.listing(os.path.join(path, part)) for part in PARTS)

    def _of_collection(self, namespace: str, name: str, role: str) -> str:
        """The folder of a role of a collection, which may be the repository itself."""
        inside = os.path.join(COLLECTIONS, namespace, name, "roles", role)
        for folder in (inside, os.path.join("collections", inside)):
            if self._is_role(folder):
                return folder
        own = clean(os.path.join("roles", role))
        is_own = self._galaxy() == (namespace, name)
        return own if is_own and self._is_role(own) else ""

    def _galaxy(self) -> tuple[str, str]:
        """The collection that the repository is."""
        try:
            lines = self.source.text("galaxy.yml").string.splitlines()
        except MailwardenError:
            return "", ""
        pairs = dict(line.split(":", 1) for line in lines if ":" in line and line[0].isalpha())
        names = (pairs.get(key, "").split("#")[0].strip(" \"'") for key in ("namespace", "name"))
        return next(names), next(names)

    def _configured(self) -> tuple[str, ...]:
        """The folders of ``roles_path`` in the repository's ``ansible.cfg``, which is data."""
        if self._roles_paths is None:
            parser = configparser.RawConfigParser(strict=False, inline_comment_prefixes=(";",))
            try:
                parser.read_string(self.source.text("ansible.cfg").string)
                value = parser.get("defaults", "roles_path", fallback="") or ""
            except (MailwardenError, configparser.Error):
                value = ""
            paths = (clean(one.strip()) for one in value.split(":") if one.strip())
            self._roles_paths = tuple(
                one for one in paths if self._is_inside(one) and one[0] not in "/~$"
            )
        return self._roles_paths
