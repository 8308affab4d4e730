# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The controller's half of ``mailwarden.policy.check``: finds the policy, hands content over."""

from __future__ import annotations

import datetime
import json
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.text.converters import to_bytes
from ansible.plugins.action import ActionBase
from ansible.release import __version__
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.version import VERSION

MODULE = "mailwarden.policy.check"
POLICY_FILES = (".mailwarden.yml", ".mailwarden.yaml")
CORE = tuple(int(part) for part in __version__.split(".")[:2])
# How pip calls the folder that describes what it has installed (PEP 427, PEP 376).
DISTRIBUTION = re.compile(r"mailwarden-([^-]+)\.dist-info")


class ActionModule(ActionBase):  # type: ignore[misc]  # ansible-core ships no types
    """What Ansible calls on the controller for each host."""

    _VALID_ARGS = frozenset(("paths", "content", "files", "format", "policy", "profile", "fail_on"))

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Hand the policy and the contents to the module, and return what it returns."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        unknown = sorted(set(arguments) - self._VALID_ARGS)
        if unknown:
            raise AnsibleActionFail(f"unknown options: {', '.join(unknown)}")
        arguments["policy"] = self._policy(arguments.get("policy"), task_vars or {})
        content, files = arguments.pop("content", None), arguments.pop("files", None)
        if content is not None:
            others = [name for name in ("paths", "files") if name in self._task.args]
            if others:
                raise AnsibleActionFail(f"{others[0]} and content exclude each other")
            (arguments["src"],) = self._hand_over([content])
        if files is not None:
            places = iter(self._hand_over(texts_of(files)))
            arguments["files_src"] = {path: next(places) for path in files}
        result.update(
            self._execute_module(module_name=MODULE, module_args=arguments, task_vars=task_vars)
        )
        warn_of_another_version(result)
        self._show(result)
        return result

    def _hand_over(self, contents: Iterable[Any]) -> list[str]:
        """Put contents into temporary files on the node; return their paths."""
        if not getattr(self._connection._shell, "tmpdir", None):
            self._make_tmp_path()
        folder = self._connection._shell.tmpdir
        places: list[str] = []
        for content in contents:
            place = self._connection._shell.join_path(folder, f"content-{len(places)}")
            self._transfer_data(place, to_bytes(as_text(content), errors="surrogate_or_strict"))
            places.append(str(place))
        self._fixup_perms2((folder, *places))
        return places

    def _show(self, result: dict[str, Any]) -> None:
        """Show the findings of a failure line by line.

        Before 2.19 Ansible itself shows a message only within JSON, line feeds as ``\\n``.
        """
        is_one = "findings" in result and result.get("failed")
        if CORE < (2, 19) and is_one and not self._task.no_log:
            self._display.error(result["msg"], wrap_text=False)

    def _policy(self, given: Any, task_vars: dict[str, Any]) -> dict[str, Any]:
        """Return the policy as plain data, checked; it is read here because here it is."""
        if given is None:
            path = nearest(Path(self._loader.get_basedir()))
            if path is None:
                return {}
            given = str(path)
        elif isinstance(given, str):
            given = self._find_needle("files", given)
        name = given if isinstance(given, str) else "policy"
        data = self._of_file(given) if isinstance(given, str) else given
        if not isinstance(data or {}, dict):
            raise AnsibleActionFail(f"{name}: not a dictionary")
        plain: dict[str, Any] = without_dates(data or {})
        if plain:
            # Loaded anew for every task, so only where there is a policy.
            self._check_policy(plain, name)
        return plain

    def _of_file(self, path: str) -> Any:
        """Return what a policy file says, read as the command reads it.

        Ansible's own loader only warns of a key that stands twice, and takes the last.
        """
        from ansible_collections.mailwarden.policy.plugins.module_utils.source import read_file
        from ansible_collections.mailwarden.policy.plugins.plugin_utils.plain_yaml import parsed

        # Where the file is encrypted, a copy that is not.
        readable = self._loader.get_real_file(path)
        try:
            policy = parsed(read_file(readable, path), path)
        except MailwardenError as error:
            raise AnsibleActionFail(str(error)) from error
        finally:
            self._loader.cleanup_tmp_file(readable)
        if policy.twice:
            where = ", ".join(f"{line}:{column}" for line, column in policy.twice)
            raise AnsibleActionFail(f"{path}: a key stands twice: {where}")
        return policy.value

    def _check_policy(self, plain: dict[str, Any], name: str) -> None:
        from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load

        try:
            load(plain, path=name)
        except MailwardenError as error:
            raise AnsibleActionFail(str(error)) from error


def texts_of(files: Any) -> list[Any]:
    """Return the contents of ``files``; raises ``AnsibleActionFail`` for what is no mapping."""
    if not isinstance(files, dict) or not files:
        raise AnsibleActionFail("files: not a mapping of absolute paths of the host to contents")
    empty = [str(path) for path, content in files.items() if content is None]
    if empty:
        raise AnsibleActionFail(f"files: no content for {', '.join(empty)}")
    return list(files.values())


def as_text(content: Any) -> str:
    """Return a content as a text.

    Jinja makes data of a text that reads like JSON; ansible.builtin.copy does the same.
    """
    return json.dumps(content) if isinstance(content, (dict, list)) else str(content)


def nearest(folder: Path) -> Path | None:
    """Find the policy file of a playbook.

    :param folder: the playbook's
    :return: the nearest policy file from there up to the root of the repository; outside of a
        repository that of the folder alone, since nobody vouches for what lies above it
    """
    folder = folder.resolve()
    above = [folder, *folder.parents]
    root = next((parent for parent in above if (parent / ".git").exists()), folder)
    for parent in above[: above.index(root) + 1]:
        found = [parent / name for name in POLICY_FILES if (parent / name).is_file()]
        if len(found) > 1:
            raise AnsibleActionFail(
                f"{found[0]} and {found[1]} are both there: one policy counts, take the other out"
            )
        if found:
            return found[0]
    return None


def without_dates(data: Any) -> Any:
    """Return the data with dates as texts: YAML makes dates of them, and JSON has none."""
    if isinstance(data, dict):
        return {key: without_dates(value) for key, value in data.items()}
    if isinstance(data, list):
        return [without_dates(value) for value in data]
    return data.isoformat() if isinstance(data, datetime.date) else data


def warn_of_another_version(result: dict[str, Any]) -> None:
    """Add a warning where this controller also has the command, of another version."""
    command = installed_version()
    if command and command != VERSION:
        result.setdefault("warnings", []).append(
            f"the collection mailwarden.policy is {VERSION}, the command mailwarden is {command};"
            " they may judge differently"
        )


def installed_version() -> str:
    """Return the version of the command on this controller; empty where it is not installed.

    The name of its metadata says it: reading that through ``importlib.metadata`` would cost a
    tenth of the whole task, every time.
    """
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        for name in names:
            found = DISTRIBUTION.fullmatch(name)
            if found:
                return found.group(1)
    return ""
