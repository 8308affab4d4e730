"""Variables are what ansible-core itself makes of the same files."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils.readers import yaml_nodes
from ansible_collections.mailwarden.policy.plugins.module_utils.source.folder import FolderSource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Original
from hypothesis import given, settings
from hypothesis import strategies as st

from mailwarden.render.values import Known
from mailwarden.variables import files, found, layers, levels
from mailwarden.variables.layers import Layer, Layers
from tests.support import core_variables
from tests.support.properties import examples

NAMES = ("port", "mode", "host", "tls", "relay")
FILES = (
    *(
        f"{where}/{kind}{rest}"
        for where in ("inventory", "site")
        for kind, rests in (
            ("group_vars/all", ("", ".yml", ".yaml", "/b.yml", "/a.yml", "/.a.yml")),
            (
                "group_vars/web",
                ("", ".yml", ".json", "/1", "/2.yaml", "/2.yml~", "/in/3.json", "/in.d/4.yml",
                 "/5.txt", "/in/6/7.yml"),
            ),
            ("group_vars/mail", (".yml", ".yaml")),
            ("host_vars/h1", ("", ".yml", "/a.json", "/b.yml")),
        )
        for rest in rests
    ),
    *(
        f"site/roles/{role}/{part}/{name}"
        for role in ("mail", "other")
        for part in ("defaults", "vars")
        for name in ("main.yml", "main.yaml", "main.json", "main", "main/a.yml", "main/b/c.yml")
    ),
    "site/vars/more.yml",
    "site/more.yml",
)  # fmt: skip
VALUES = st.one_of(
    st.integers(0, 99),
    st.sampled_from(("yes", "{{ relay }}", "text", True, None, [465, "{{ port }}"], {"a": "b"})),
)
SETS = st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=1, max_size=4)
TREES = st.fixed_dictionaries(
    {
        "files": st.dictionaries(st.sampled_from(FILES), SETS, max_size=12),
        "play": st.one_of(st.just({}), SETS),
        "block": st.one_of(st.just({}), SETS),
        "task": st.one_of(st.just({}), SETS),
        "reads_more": st.booleans(),
        "inventory": st.fixed_dictionaries(
            {
                group: st.dictionaries(st.sampled_from(NAMES), st.integers(0, 99), max_size=2)
                for group in ("all:vars", "web:vars", "mail:vars", "host")
            }
        ),
    }
)


def written(folder: Path, tree: dict[str, Any]) -> dict[str, Any]:
    """Write a tree of files; return the play."""
    for name, values in tree["files"].items():
        path = folder / name
        if any((folder / name).parents[at].is_file() for at in range(name.count("/"))):
            continue
        if not path.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))
    sets = tree["inventory"]
    host = " ".join(f"{name}={value}" for name, value in sets["host"].items())
    lines = ["[web]", f"h1 {host}", "[mail:children]", "web"]
    for group in ("all:vars", "web:vars", "mail:vars"):
        lines += [f"[{group}]", *(f"{name}={value}" for name, value in sets[group].items())]
    (folder / "inventory").mkdir(exist_ok=True)
    (folder / "inventory/hosts").write_text("\n".join(lines) + "\n")
    for role in ("mail", "other"):
        (folder / f"site/roles/{role}/tasks").mkdir(parents=True, exist_ok=True)
    task = {"debug": {}, "vars": tree["task"]}
    tasks = [{"block": [task], "vars": tree["block"]}]
    (folder / "site/roles/mail/tasks/main.yml").write_text(json.dumps(tasks))
    play = {"hosts": "all", "roles": ["mail", "other"], "vars": tree["play"], "gather_facts": False}
    return {**play, "vars_files": ["more.yml"]} if reads_more(folder, tree) else play


def reads_more(folder: Path, tree: dict[str, Any]) -> bool:
    there = (folder / "site/vars/more.yml").exists() or (folder / "site/more.yml").exists()
    return bool(tree["reads_more"]) and there


def of_plain(level: str, values: dict[str, Any]) -> Layer:
    """The layer of values that stand in a playbook or an inventory."""
    string = json.dumps(values)
    text = Original("here", string)
    stream = yaml_nodes.nodes(yaml, string)
    return layers.of_value(level, "here", files.of_node(text, stream.children[0]))


def read(folder: Path, tree: dict[str, Any]) -> Layers:
    source = FolderSource(str(folder))
    every = layers.of_role(source, "site/roles/mail", alone=False)
    every += layers.of_other_role(source, "site/roles/mail")
    every += layers.of_other_role(source, "site/roles/other")
    for where in ("inventory", "site"):
        every += layers.of_groups(source, where, ["all", "mail", "web"], where == "site")
        every += layers.of_host(source, where, "h1", where == "site")
    if reads_more(folder, tree):
        more = found.named_by(source, ["site"], "more.yml")
        every.append(layers.of_file(levels.VARS_FILES, source, more, lists=True))
    sets = tree["inventory"]
    every += [
        of_plain(levels.INVENTORY_ALL, sets["all:vars"]),
        of_plain(levels.INVENTORY_GROUPS, sets["mail:vars"]),
        of_plain(levels.INVENTORY_GROUPS, sets["web:vars"]),
        of_plain(levels.INVENTORY_HOST, sets["host"]),
        of_plain(levels.PLAY_VARS, tree["play"]),
        of_plain(levels.BLOCK_VARS, tree["block"]),
        of_plain(levels.TASK_VARS, tree["task"]),
        of_plain(levels.INCLUDED, tree.get("included", {})),
        of_plain(levels.SET_FACT, tree.get("facts", {})),
        of_plain(levels.ROLE_PARAMETERS, tree.get("role", {})),
    ]
    return Layers(every)


# Where each level is set; those of the prompt and of an include are not in such a tree.
PLACES: dict[str, tuple[str, ...]] = {
    levels.DEFAULTS_OF_PLAY: ("files", "site/roles/other/defaults/main.yml"),
    levels.DEFAULTS: ("files", "site/roles/mail/defaults/main.yml"),
    levels.INVENTORY_ALL: ("inventory", "all:vars"),
    levels.INVENTORY_GROUPS: ("inventory", "web:vars"),
    levels.ALL_BESIDE_INVENTORY: ("files", "inventory/group_vars/all.yml"),
    levels.ALL_BESIDE_PLAYBOOK: ("files", "site/group_vars/all.yml"),
    levels.GROUPS_BESIDE_INVENTORY: ("files", "inventory/group_vars/web.yml"),
    levels.GROUPS_BESIDE_PLAYBOOK: ("files", "site/group_vars/web.yml"),
    levels.INVENTORY_HOST: ("inventory", "host"),
    levels.HOST_BESIDE_INVENTORY: ("files", "inventory/host_vars/h1.yml"),
    levels.HOST_BESIDE_PLAYBOOK: ("files", "site/host_vars/h1.yml"),
    levels.PLAY_VARS: ("play",),
    levels.VARS_FILES: ("files", "site/vars/more.yml"),
    levels.VARS_OF_PLAY: ("files", "site/roles/other/vars/main.yml"),
    levels.ROLE_VARS: ("files", "site/roles/mail/vars/main.yml"),
    levels.BLOCK_VARS: ("block",),
    levels.TASK_VARS: ("task",),
    levels.INCLUDED: ("included",),
    levels.SET_FACT: ("facts",),
    levels.ROLE_PARAMETERS: ("role",),
}
BARE: dict[str, Any] = {
    **{name: {} for name in ("files", "play", "block", "task", "included", "facts", "role")},
    "inventory": {group: {} for group in ("all:vars", "web:vars", "mail:vars", "host")},
    "reads_more": True,
}


@pytest.mark.parametrize("level", PLACES)
def test_a_level_wins_over_all_below_it(level: str, tmp_path: Path) -> None:
    below = list(PLACES)[: list(PLACES).index(level) + 1]
    tree = json.loads(json.dumps(BARE))
    for number, one in enumerate(below):
        holder = tree
        for key in PLACES[one]:
            holder = holder.setdefault(key, {})
        holder["relay"] = number
    play = written(tmp_path, tree)
    play["roles"] = [{"role": "other"}, {"role": "mail", **tree["role"]}]
    theirs = core_variables.seen(tmp_path, play, "h1", "mail", tree["included"], tree["facts"])
    assert theirs["relay"] == len(below) - 1
    known = read(tmp_path, tree).get("relay")
    assert isinstance(known, Known)
    assert known.value == theirs["relay"]


@pytest.mark.integration
@settings(max_examples=examples(50), deadline=None)
@given(TREES)
def test_every_name_has_the_value_that_ansible_gives_it(tree: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        play = written(folder, tree)
        theirs = core_variables.seen(folder, play, "h1", "mail")
        ours = read(folder, tree)
        assert not ours.unread()
        expected = {name: theirs[name] for name in NAMES if name in theirs}
        got = {name: known for name in NAMES if (known := ours.get(name)) is not None}
        assert {name: one.value for name, one in got.items() if isinstance(one, Known)} == expected
        assert list(got) == list(expected)


SCALARS = (
    "yes", "No", "on", "y", "0644", "0o17", "0x1F", "1_000", "1:30", "1e3", "1.5e+3", ".5", "~", "",
    "null", "Null", "-0", "+12", "0b11", ".inf", "!!str 5", "!!int '5'", "'5'", '"a\\tb"', "! 5",
    "a # b", "a#b", "'it''s'", "{{ x }}", "'{{ x }}'", "!unsafe '{{ x }}'", "[1, a]", "{a: 1}",
    "{a}", "=", "{=: 1}", "{<<: {a: 1}}", "{<<: [{a: 1}, {a: 2, b: 3}], b: 4}",
    "{<<: {a: 1, b: 2}, b: 3}", "{<<: [{aa: 1}]}", "{a: 1, a: 2}",
    "&x {a: 1}", "[&x 5, *x]", "{<<: 5}", "!foo 5", "!!foo 5", "[a, [b, {c: d}]]", "@a", "`a", "%a",
    "a: b", "- a", "{1: a, true: b}", "{[1]: 2}", "|\n  a\n  b\n", ">-\n  a\n  b\n", "08", "1.",
    "!!float 5", "!!int x", "!!null x", "!!bool x", "2:99", "é", '"\\u00e9"', "*x", "!!map {a: 1}",
    "\u2028a", "0x", "0b", "\ta", "'", "!!int 1:90:90", "!!seq [1]", "1__0", "-.inf", "<<", "'<<'",
)  # fmt: skip


@pytest.mark.parametrize("scalar", SCALARS)
def test_yaml_is_read_as_ansible_reads_it(scalar: str, tmp_path: Path) -> None:
    assert_same(f"a: {scalar}\nb: 1\n".encode(), tmp_path / "main.yml")


WHOLE = {
    "empty": "",
    "a comment": "# x\n",
    "nothing": "---\n...\n",
    "two documents": "a: 1\n---\nb: 2\n",
    "a list": "- a: 1\n",
    "a text": "a\n",
    "a mark": "\ufeffa: 1\n",
    "json": '{"a": 1e5, "b": "\\ud83d\\ude00", "c": "{{ x }}", "d": null, "d": [true, 0.5]}',
    "json that is no YAML's": '{"yes": "no", "<<": {"a": 1}}',
    "json in tabs": '{\n\t"a": 1,\n\t"b": [\n\t\t"x"\n\t]\n}\n',
    "nearly json": '{"a": 1e5, "b": yes,}',
    "anchors": "x: &x {p: 1, q: 2}\ny: {<<: *x, q: 3}\nz: *x\n",
    "an alias of itself": "x: &x [*x]\n",
    "anchors in keys": "&k a: 1\nb: *k\n",
    "two merges": "x: &x {p: 1}\ny: &y {p: 2}\nz:\n  <<: *x\n  <<: *y\n",
    "merges in merges": "x: &x {p: 1}\ny: &y {<<: *x, q: 1}\nz: {r: 2, <<: [*y, *x]}\n",
    "windows lines": "a: 1\r\nb: |\r\n  c\r\n  d\r\n",
    "no UTF-8": "a: \udce9\n",
    "a NEL": "a: b\x85c: d\n",
    "an escape": "a: b\x1bc\n",
}


@pytest.mark.parametrize("name", WHOLE)
def test_files_are_read_as_ansible_reads_them(name: str, tmp_path: Path) -> None:
    assert_same(WHOLE[name].encode("utf-8", "surrogateescape"), tmp_path / "main.yml")


YAML_SIGNS = st.lists(
    st.sampled_from(
        ("a", "b: ", "- ", "\n", "  ", "{", "}", "[", "]", ", ", "&x ", "*x", "<<: ", "'", '"', "|",
         "!unsafe ", "!vault ", "5", "yes", "? ", "{{ x }}", "#", "é", "---\n", ": ")
    ),
    max_size=24,
).map("".join)  # fmt: skip


@settings(max_examples=examples(200), deadline=None)
@given(YAML_SIGNS)
def test_any_yaml_is_read_as_ansible_reads_it(string: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        assert_same(string.encode(), Path(name) / "main.yml")


# Of what Ansible reads: no mapping is refused later on, the others nobody needs.
REFUSED_HERE = (
    "holds no mapping of variables",
    "holds a key that is no plain value",
    "holds a byte that is not UTF-8",
    "is not YAML: an alias that stands for itself",
    "is not YAML: found invalid Unicode character escape code",
)


def assert_same(data: bytes, path: Path) -> None:
    """We read what Ansible reads, or less: what is open or refused is no guess."""
    path.write_bytes(data)
    source = FolderSource(str(path.parent))
    layer = layers.of_file(levels.DEFAULTS, source, path.name)
    try:
        theirs = core_variables.loaded(path)
    except core_variables.Refused:
        assert layer.unread is not None
        return
    if layer.unread is not None:
        assert layer.unread.reason in REFUSED_HERE
        return
    theirs = theirs if isinstance(theirs, dict) else {}
    named = {key: value for key, value in theirs.items() if isinstance(key, str)}
    assert list(layer.values) == list(named)
    for key, value in named.items():
        agree(layer.values[key], value)


def agree(ours: files.Value, theirs: Any) -> None:
    if ours.kind in (files.VAULT, files.OPEN):
        return
    if isinstance(theirs, dict):
        assert list(ours.plain) == list(theirs)
        for one, other in zip(ours.plain.values(), theirs.values(), strict=True):
            agree(one, other)
    elif isinstance(theirs, list):
        assert len(ours.plain) == len(theirs)
        for one, other in zip(ours.plain, theirs, strict=True):
            agree(one, other)
    else:
        assert ours.plain == theirs
        assert isinstance(ours.plain, type(None) if theirs is None else plain_type(theirs))


def plain_type(value: Any) -> type:
    return next(kind for kind in (bool, int, float, str) if isinstance(value, kind))
