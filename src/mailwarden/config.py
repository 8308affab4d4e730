"""The policy of a run: ``.mailwarden.yml`` and what the command line says over it."""

from __future__ import annotations

import os

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import (
    MailwardenError,
    PolicyErrors,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source import read_file

import mailwarden

from . import discover

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def find(root: str) -> str:
    """The policy file of a tree, which is at its root; empty where it has none.

    Raises ``MailwardenError`` where it has two: nothing says which counts.
    """
    found = [os.path.join(root, name) for name in discover.POLICIES]
    found = [path for path in found if os.path.lexists(path)]
    if len(found) > 1:
        names = " and ".join(map(shown, found))
        raise MailwardenError(f"{names} are both there: one policy counts, take the other out")
    return found[0] if found else ""


def load(path: str, profile: str = "", programs: Mapping[str, str] | None = None) -> Policy:
    """The policy in a file (none: the default), with the profile and versions that were asked for.

    Raises ``MailwardenError`` with everything that is wrong with the file.
    """
    policy = _of_file(path, profile) if path else Policy.default(profile or "default")
    policy.programs = {**policy.programs, **(programs or {})}
    return policy


def _of_file(path: str, profile: str) -> Policy:
    if mailwarden.ALONE:
        from . import quick_yaml

        quick_yaml.load()
    from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import (
        load as load_policy,
    )
    from ansible_collections.mailwarden.policy.plugins.plugin_utils.plain_yaml import parsed

    name = shown(path)
    data = read_file(path, name)
    value, twice = parsed(data, name)
    try:
        policy = load_policy(value, profile or None, name)
        if twice:
            raise PolicyErrors(())
    except PolicyErrors as errors:
        from .policy_errors import explained

        raise MailwardenError(explained(data, errors, twice), name) from errors
    policy.locate = lambda keys: _position(data, keys)
    return policy


def _position(data: bytes, keys: Sequence[str | int]) -> tuple[int, int]:
    """Line and column of what the keys lead to: asked where something is to be said of it."""
    import yaml

    from .policy_errors import position

    return position(yaml.compose(data, Loader=yaml.SafeLoader), tuple(keys))


def shown(path: str) -> str:
    """A path as a user would write it: relative where it is below the current folder."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def programs(said: Sequence[str]) -> dict[str, str]:
    """``--program NAME=VERSION`` as a mapping; raises ``MailwardenError`` for anything else."""
    versions = {}
    for one in said:
        name, equals, version = one.partition("=")
        from ansible_collections.mailwarden.policy.plugins.module_utils.policy.check import (
            is_version,
        )

        if not (equals and is_version(version)):
            said = one if len(one) < 40 else f"{one[:40]}…"
            raise MailwardenError(f"--program {said}: wanted is NAME=VERSION, such as postfix=3.7")
        if not catalogue.is_program(name):
            known = catalogue.programs()
            raise MailwardenError(f"--program {one}: known are {', '.join(sorted(known))}")
        versions[name] = version
    return versions
