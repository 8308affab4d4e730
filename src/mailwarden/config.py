"""The policy of a run: ``.mailwarden.yml`` and what the command line says over it."""

from __future__ import annotations

import os

from ansible_collections.mailwarden.policy.plugins.module_utils.assume import parse_version
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import (
    MailwardenError,
    PolicyErrors,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import load as load_policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source import read_file

from . import discover

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

# A policy that people write says some hundred things.
EXPANDED_LIMIT = 100_000


def find(root: str) -> str:
    """The policy file of a tree, which is at its root; empty where it has none."""
    path = os.path.join(root, discover.POLICY)
    return path if os.path.lexists(path) else ""


def load(path: str, profile: str = "", programs: Mapping[str, str] | None = None) -> Policy:
    """The policy in a file (none: the default), with the profile and versions that were asked for.

    Raises ``MailwardenError`` with everything that is wrong with the file.
    """
    policy = _of_file(path, profile) if path else Policy.default(profile or "default")
    policy.programs = {**policy.programs, **(programs or {})}
    return policy


def _of_file(path: str, profile: str) -> Policy:
    name = shown(path)
    data = read_file(path, name)
    try:
        return load_policy(parsed(data, name), profile or None, name)
    except PolicyErrors as errors:
        from .policy_errors import explained

        raise MailwardenError(explained(data, errors), name) from errors


def shown(path: str) -> str:
    """A path as a user would write it: relative where it is below the current folder."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def programs(said: Sequence[str]) -> dict[str, str]:
    """``--program NAME=VERSION`` as a mapping; raises ``MailwardenError`` for anything else."""
    versions = {}
    for one in said:
        name, equals, version = one.partition("=")
        from ansible_collections.mailwarden.policy.plugins.module_utils.policy_table import PROGRAMS

        try:
            parse_version(version)
        except ValueError:
            equals = ""
        if not equals:
            raise MailwardenError(f"--program {one}: wanted is NAME=VERSION, such as postfix=3.7")
        if name not in PROGRAMS:
            raise MailwardenError(f"--program {one}: known are {', '.join(sorted(PROGRAMS))}")
        versions[name] = version
    return versions


def parsed(data: bytes, path: str) -> Any:
    """YAML as plain data; raises ``MailwardenError`` with the line where it is none."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        value = yaml.load(data, Loader=loader)  # a safe loader: plain data and nothing else
        too_much = b"&" in data and _expanded(value, {}) > EXPANDED_LIMIT
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise MailwardenError(f"is not YAML: {error.problem}", path, line, column) from error
    except (yaml.YAMLError, ValueError) as error:
        raise MailwardenError(f"is not YAML: {type(error).__name__}", path) from error
    except RecursionError as error:
        raise MailwardenError("is nested too deeply", path) from error
    if too_much:
        raise MailwardenError("its aliases stand for too much", path)
    return {} if value is None else value


def _expanded(value: Any, known: dict[int, float]) -> float:
    """How many values there are with every alias written out; infinite where one holds itself."""
    if not isinstance(value, list | dict):
        return 1
    if id(value) not in known:
        known[id(value)] = float("inf")
        items = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_expanded(item, known) for item in items)
    return known[id(value)]
