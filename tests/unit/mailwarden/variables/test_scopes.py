"""The variables of a role that is read alone, and of a play."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.source.folder import FolderSource

from mailwarden.render.values import Known, Open
from mailwarden.variables import files, scopes
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
    found = Layers(scopes.layers_of_role(source(tmp_path, texts), ROLE, followed=followed))
    assert shown(found.get("a")) == expected


PLAYS: dict[str, tuple[str, dict[str, str], Any]] = {
    "nothing": ("{}", {}, None),
    "its vars": ("{vars: {a: 1}}", {"site/group_vars/all.yml": "a: 2\n"}, 1),
    "every group": ("{}", {"site/group_vars/all.yml": "a: 2\n"}, 2),
    "a group of its hosts": ("{}", {"site/group_vars/mail.yml": "a: 2\n"}, 2),
    "another group": ("{}", {"site/group_vars/web.yml": "a: 2\n"}, Open("a", None)),
    "another group, over every": (
        "{}",
        {"site/group_vars/web.yml": "a: 2\n", "site/group_vars/all.yml": "a: 1\n"},
        Open("a", True),
    ),
    "a host": ("{}", {"site/host_vars/h1/a.yml": "a: 2\n"}, Open("a", None)),
    "a host that is encrypted": (
        "{vars: {b: 1}}",
        {"site/host_vars/h1.yml": VAULTED},
        Open("a in site/host_vars/h1.yml", None),
    ),
    "the inventory's groups": ("{}", {"inventory/group_vars/all": "a: 2\n"}, 2),
    "the playbook's groups count": (
        "{}",
        {"inventory/group_vars/all": "a: 2\n", "site/group_vars/all": "a: 3\n"},
        3,
    ),
    "a prompt": ("{vars: {a: 1}, vars_prompt: [{name: a}]}", {}, Open("a", True)),
    "a prompt without a name": (
        "{vars: {a: 1}, vars_prompt: ['{{ x }}']}",
        {},
        Open("a in site/play.yml", True),
    ),
    "a file": ("{vars: {a: 1}, vars_files: [x.yml]}", {"site/x.yml": "a: 2\n"}, 2),
    "the first file there": (
        "{vars_files: [[y.yml, x.yml]]}",
        {"site/x.yml": "a: 2\n"},
        2,
    ),
    "the later file": (
        "{vars_files: [x.yml, y.yml]}",
        {"site/x.yml": "a: 2\n", "site/vars/y.yml": "a: 3\n"},
        3,
    ),
    "a file that is not there": ("{vars_files: x.yml}", {}, Open("a in site/play.yml", None)),
    "a file that a variable names": (
        "{vars_files: ['{{ x }}.yml']}",
        {},
        Open("a in site/play.yml", None),
    ),
}


@pytest.mark.parametrize("name", PLAYS)
def test_a_play(name: str, tmp_path: Path) -> None:
    yaml, texts, expected = PLAYS[name]
    held = source(tmp_path, {**texts, "site/play.yml": f"play: {yaml}\n"})
    play = files.read(held.text("site/play.yml")).values["play"]
    found = scopes.layers_of_play(held, "site/play.yml", play, "inventory", ["mail"])
    assert shown(Layers(found).get("a")) == expected
