"""The variables of a role that is read alone, and of a play."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.source.folder import FolderSource

from mailwarden.render.values import Known, Open
from mailwarden.variables import layers, scopes
from mailwarden.variables.layers import Layers

ROLE = "roles/mail"
DEFAULTS = f"{ROLE}/defaults/main.yml"
RESTS = f"nobody changes the defaults of {ROLE}"
VAULTED = "$ANSIBLE_VAULT;1.1;AES256\n6162\n"


def source(root: Path, texts: dict[str, str]) -> FolderSource:
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return FolderSource(str(root))


def shown(value: Known | Open | None) -> Any:
    if isinstance(value, Known):
        return (value.value, value.supplied) if value.supplied else value.value
    return value


OPENED = Open("a", True)
ALONE: dict[str, tuple[dict[str, str], bool, Any]] = {
    "a default": ({}, False, (1, RESTS)),
    "its vars": ({f"{ROLE}/vars/main.yml": "a: 2\n"}, False, 2),
    "a group": ({"group_vars/all.yml": "a: 2\n"}, False, OPENED),
    "a group, below its vars": (
        {"group_vars/all.yml": "a: 3\n", f"{ROLE}/vars/main.yml": "a: 2\n"},
        False,
        2,
    ),
    "an inventory, below its vars": (
        {"inventory/hosts": "h a=3\n", f"{ROLE}/vars/main.yml": "a: 2\n"},
        False,
        2,
    ),
    "a play": ({"site.yml": "- vars: {a: 2}\n"}, False, OPENED),
    "a play, over its vars": (
        {"site.yml": "- vars: {a: 3}\n", f"{ROLE}/vars/main.yml": "a: 2\n"},
        False,
        OPENED,
    ),
    "a task of its own": ({f"{ROLE}/tasks/main.yml": "- set_fact: {a: 2}\n"}, False, OPENED),
    "a task that is followed": (
        {f"{ROLE}/tasks/main.yml": "- set_fact: {a: 2}\n"},
        True,
        (1, RESTS),
    ),
    "a distribution's that is followed": ({f"{ROLE}/vars/Debian.yml": "a: 2\n"}, True, (1, RESTS)),
    "a vault": (
        {"group_vars/all.yml": VAULTED},
        False,
        Open("a in group_vars/all.yml", True),
    ),
    "another name": ({"group_vars/all.yml": "ab: 2\n"}, False, (1, RESTS)),
}


@pytest.mark.parametrize("name", ALONE)
def test_a_role_alone(name: str, tmp_path: Path) -> None:
    texts, followed, expected = ALONE[name]
    texts = {DEFAULTS: "a: 1\n", **texts}
    held = source(tmp_path, texts)
    found = scopes.layers_of_role(held, ROLE)
    if followed:
        found = layers.of_role(held, ROLE, alone=True)
        found += scopes.layers_beside_role(held, ROLE, {}, followed)
    assert shown(Layers(found).get("a")) == expected


HOSTS: dict[str, tuple[dict[str, str], Any]] = {
    "nothing": ({}, None),
    "every group": ({"site/group_vars/all.yml": "a: 2\n"}, 2),
    "a group of its hosts": (
        {"site/group_vars/mail.yml": "a: 2\n"},
        (2, "the host is in the group mail"),
    ),
    "another group": ({"site/group_vars/web.yml": "a: 2\n"}, Open("a", None)),
    "another group, over every": (
        {"site/group_vars/web.yml": "a: 2\n", "site/group_vars/all.yml": "a: 1\n"},
        Open("a", True),
    ),
    "a host": ({"site/host_vars/h1/a.yml": "a: 2\n"}, Open("a", None)),
    "a host that is encrypted": (
        {"site/host_vars/h1.yml": VAULTED, "site/group_vars/all.yml": "a: 1\n"},
        (1, "site/host_vars/h1.yml, which is encrypted, does not set a"),
    ),
    "an inventory": ({"inventory/hosts": "h1 a=2\n"}, Open("a", None)),
    "the groups of an inventory": ({"inventories/x/group_vars/all": "a: 2\n"}, Open("a", None)),
    "another name": ({"inventories/x/group_vars/all": "b: 2\n"}, None),
}


@pytest.mark.parametrize("name", HOSTS)
def test_the_hosts_of_a_play(name: str, tmp_path: Path) -> None:
    texts, expected = HOSTS[name]
    found = scopes.layers_of_hosts(source(tmp_path, texts), "site", ["mail"])
    assert shown(Layers(found).get("a")) == expected
