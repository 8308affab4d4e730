"""``mailwarden init``: a first ``.mailwarden.yml`` and an entry for pre-commit."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source import read_file
from ansible_collections.mailwarden.policy.plugins.module_utils.source.folder import FolderSource

from . import checkout, config, discover, signs
from .output import printed

if TYPE_CHECKING:
    from collections.abc import Mapping

HOOKS = ".pre-commit-config.yaml"
REPOSITORY = "https://github.com/mailwarden/mailwarden"

SCHEMA = "https://raw.githubusercontent.com/mailwarden/mailwarden/main/schemas/policy.schema.json"

STARTER = """\
# yaml-language-server: $schema={schema}
# What mailwarden judges this repository by. `mailwarden policy` shows everything that counts.

# default, strict (RFC 8314 in full) or legacy (what may be tolerated while migrating)
profile: default

# Levels: off, note, warning, error. `mailwarden rules` lists the rules, `mailwarden explain RULE`
# shows the manual of one.
# rules:
#   auth-on-relay-port: warning

# The versions that run on your hosts: what a setting means depends on them.
{programs}
# Folders here, and what they become on a host.
{roots}
# What strangers cannot reach.
# internal:
#   networks: [10.0.0.0/8]

# What is known and not counted, and until when.
# ignore:
#   - rule: starttls-optional
#     path: roles/mail/files/master.cf
#     reason: the old scanners cannot do TLS
#     until: 2027-01-31
"""
PROGRAMS = {"postfix": "3.7"}
ROOTS = {"roles/mail/files/etc": "/etc"}


def run(folder: str) -> int:
    """Write both, leaving what is there as it is; returns the exit status."""
    if not os.path.isdir(folder):
        raise MailwardenError("no such folder", folder)
    folder = os.path.realpath(folder)
    root = discover.upward(folder, [".git"]) or folder
    policy = os.path.relpath(config.find(root) or os.path.join(root, discover.POLICY), root)
    done = {policy: _policy(root, policy), HOOKS: _hook(root)}
    printed.lines(
        f"{config.shown(os.path.join(root, path))}: {'written' if added else 'left as it is'}"
        for path, added in done.items()
    )
    return 0


def _policy(root: str, name: str) -> bool:
    path = os.path.join(root, name)
    if os.path.lexists(path):
        return False
    _write(path, _starter(root).encode(), new=True)
    return True


def _starter(root: str) -> str:
    """A policy with what the repository shows of its hosts, and examples of the rest."""
    source = FolderSource(root)
    seen: list[str] = []

    def look(path: str) -> catalogue.Look:
        seen.append(path)
        return catalogue.look(path, Policy.default(), "", source, beside=False)

    found = discover.find(root, [root], look)
    told = signs.distribution(root, seen)
    mail = [*found.files, *(path for path, _why in found.passed)]
    roots = signs.roots(mail)
    return STARTER.format(
        schema=SCHEMA,
        programs=_programs(told),
        roots=_mapping("roots", roots or ROOTS, not roots),
    )


def _programs(told: signs.Distribution | None) -> str:
    """The versions of the one release that is named; of several none is chosen."""
    if told is None:
        return _mapping("programs", PROGRAMS, True)
    names = ", ".join(release.name for release in told.releases)
    said = f"# {names}, by {told.path}:\n"
    return said + _mapping("programs", told.releases[0].programs, len(told.releases) > 1)


def _mapping(name: str, values: Mapping[str, str], example: bool) -> str:
    """A key of the policy with its values; as a comment where they are an example only."""
    sign = "# " if example else ""
    lines = [f"{name}:", *(f"  {_key(key)}: {_value(value)}" for key, value in values.items())]
    return "".join(f"{sign}{line}\n" for line in lines)


def _key(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_./-]*", text) else json.dumps(text)


def _value(text: str) -> str:
    """A version is no number: 3.10 is not 3.1."""
    return text if text.startswith("/") else json.dumps(text)


def _hook(root: str) -> bool:
    """Add the hook to pre-commit's configuration, with its comments and its order kept."""
    import io

    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    path = os.path.join(root, HOOKS)
    there = os.path.lexists(path)
    before = read_file(path, config.shown(path)) if there else b"repos: []\n"
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=_indent(before) + 2, offset=_indent(before))
    try:
        data = yaml.load(before)
    except YAMLError as error:
        raise MailwardenError("is not YAML", config.shown(path)) from error
    if not isinstance(data, dict) or not isinstance(data.get("repos"), list):
        raise MailwardenError("has no list of repos", config.shown(path))
    if any(_ours(entry) for entry in data["repos"]):
        return False
    if not there:
        data["repos"] = []
    data["repos"].append(
        {"repo": REPOSITORY, "rev": checkout.revision(), "hooks": [{"id": "mailwarden"}]}
    )
    out = io.BytesIO()
    yaml.dump(data, out)
    _write(path, out.getvalue(), new=not there)
    return True


def _indent(data: bytes) -> int:
    """How far the file indents the dashes of ``repos``."""
    for line in data.splitlines():
        if line.lstrip().startswith(b"- "):
            return min(len(line) - len(line.lstrip()), 8)
    return 2


def _ours(entry: Any) -> bool:
    if not isinstance(entry, dict):
        return False
    hooks = entry.get("hooks")
    ids = {hook.get("id") for hook in hooks if isinstance(hook, dict)} if hooks else set()
    return entry.get("repo") == REPOSITORY or "mailwarden" in ids


def _write(path: str, data: bytes, new: bool) -> None:
    from ansible_collections.mailwarden.policy.plugins.module_utils.engine import edit

    if not new:
        edit.replace([edit.Change(path, read_file(path, path), data)])
        return
    try:
        with open(path, "xb") as handle:
            handle.write(data)
    except OSError as error:
        raise MailwardenError(f"cannot be written: {error.strerror}", config.shown(path)) from error
