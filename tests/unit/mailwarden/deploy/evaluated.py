"""Values as a task has them, and the variables that they see."""

from __future__ import annotations

from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from mailwarden.deploy.evaluate import Scope
from mailwarden.variables import files, levels
from mailwarden.variables.files import Value
from mailwarden.variables.layers import Layer
from tests.support.rendered import shown

OPEN = ("u", "w")
VARIABLES = """\
port: 587
tls: true
host: smtp.example.com
relay: "{{ host }}:{{ port }}"
names: [1, "{{ port }}", a]
more: [[1, [2]], 3]
users: {a: 1, b: {c: 2}}
nothing:
empty: ""
text: "yes"
ratio: 1.50
braces: !unsafe "{{ host }}"
rule: port == 587
"""


def value(yaml: str) -> Value:
    """The value that a task has, of its YAML."""
    return files.read(Text.of("task.yml", f"v: {yaml}\n")).values["v"]


def scope(yaml: str = VARIABLES, **more: Any) -> Scope:
    """The variables of a file, and names that are set somewhere."""
    held = files.read(Text.of("vars.yml", yaml)).values
    layers = [
        Layer(levels.DEFAULTS, "vars.yml", held),
        Layer(levels.EXTRA, "elsewhere", may_set=frozenset(OPEN)),
    ]
    return Scope(layers, **more)


def told(made: Text | list[Text] | None) -> Any:
    """A text with its holes, each item of a list."""
    if isinstance(made, list):
        return [shown(one) for one in made]
    return None if made is None else shown(made)
