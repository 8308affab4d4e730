"""``mailwarden init``: a first ``.mailwarden.yml`` and an entry for pre-commit."""

from __future__ import annotations

import os
from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import read_file
from ansible_collections.mailwarden.policy.plugins.module_utils.version import VERSION

from . import config, discover
from .output import printed

HOOKS = ".pre-commit-config.yaml"
REPOSITORY = "https://github.com/mailwarden/mailwarden"

STARTER = """\
# What mailwarden judges this repository by. `mailwarden policy` shows everything that counts.

# default, strict (RFC 8314 in full) or legacy (what may be tolerated while migrating)
profile: default

# Levels: off, note, warning, error. `mailwarden rules` lists the rules, `mailwarden explain RULE`
# shows the manual of one.
# rules:
#   auth-on-relay-port: warning

# The versions that run on your hosts: what a setting means depends on them.
# programs:
#   postfix: "3.7"

# Folders here, and what they become on a host.
# roots:
#   roles/mail/files: /etc/postfix

# What strangers can not reach.
# internal:
#   networks: [10.0.0.0/8]

# What is known and not counted, and until when.
# ignore:
#   - rule: starttls-optional
#     path: roles/mail/files/master.cf
#     reason: the old scanners can not do TLS
#     until: 2027-01-31
"""


def run(folder: str) -> int:
    """Write both, leaving what is there as it is; returns the exit status."""
    if not os.path.isdir(folder):
        raise MailwardenError("no such folder", folder)
    folder = os.path.realpath(folder)
    root = discover.upward(folder, [".git"]) or folder
    done = {discover.POLICY: _policy(root), HOOKS: _hook(root)}
    printed.lines(
        f"{config.shown(os.path.join(root, path))}: {'written' if added else 'left as it is'}"
        for path, added in done.items()
    )
    return 0


def _policy(root: str) -> bool:
    path = os.path.join(root, discover.POLICY)
    if os.path.lexists(path):
        return False
    _write(path, STARTER.encode(), new=True)
    return True


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
        {"repo": REPOSITORY, "rev": f"v{VERSION}", "hooks": [{"id": "mailwarden"}]}
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
    from ansible_collections.mailwarden.policy.plugins.module_utils import edit

    if not new:
        edit.replace([edit.Change(path, read_file(path, path), data)])
        return
    try:
        with open(path, "xb") as handle:
            handle.write(data)
    except OSError as error:
        raise MailwardenError(
            f"can not be written: {error.strerror}", config.shown(path)
        ) from error
