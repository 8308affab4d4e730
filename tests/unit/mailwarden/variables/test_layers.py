"""What a name is, of the layers that may set it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source.folder import FolderSource
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from mailwarden.render import render
from mailwarden.render.values import Known, Open, Unknown
from mailwarden.variables import files, found, layers, levels, settings
from mailwarden.variables.layers import Layer, Layers

VAULTED = "$ANSIBLE_VAULT;1.1;AES256\n6162\n"
DEFAULTS = "roles/mail/defaults/main.yml"
RESTS = "nobody changes the defaults of roles/mail"


def source(**texts: str) -> MemorySource:
    return MemorySource({path: text.encode() for path, text in texts.items()})


def one(level: str, text: str, path: str = "x.yml", **more: Any) -> Layer:
    return layers.of_file(level, source(**{path: text}), path)._replace(**more)


def shown(value: Known | Open | None) -> Any:
    """A value without its place, and what it rests on."""
    if isinstance(value, Known):
        return (value.value, value.supplied) if value.supplied else value.value
    return value


PLAIN = one(levels.DEFAULTS, "a: 1\n", DEFAULTS)
SUPPLIED = PLAIN._replace(supplied=RESTS)
ENCRYPTED = one(levels.GROUPS_BESIDE_PLAYBOOK, VAULTED, "group_vars/web.yml")
UNREAD = one(levels.VARS_FILES, "a: [\n", "vars/x.yml")
PROMPT = Layer(levels.PROMPTS, "vars_prompt", may_set=frozenset(("a",)))
IN_GROUP = one(levels.GROUPS_BESIDE_PLAYBOOK, "a: 2\n", supplied="the host is in the group web")

SURE: dict[str, tuple[list[Layer], Any, Any]] = {
    "nobody sets it": ([], None, Open("a", None)),
    "a default of a play": ([PLAIN], 1, 1),
    "a default of a role alone": ([SUPPLIED], (1, RESTS), Open("a", True)),
    "a group that is supplied": (
        [PLAIN, IN_GROUP],
        (2, "the host is in the group web"),
        Open("a", True),
    ),
    "nothing but a group that is supplied": (
        [IN_GROUP],
        (2, "the host is in the group web"),
        Open("a", None),
    ),
    "under an encrypted file": (
        [PLAIN, ENCRYPTED],
        (1, "group_vars/web.yml, which is encrypted, does not set a"),
        Open("a", True),
    ),
    "a default under an encrypted file": (
        [SUPPLIED, ENCRYPTED],
        (1, f"group_vars/web.yml, which is encrypted, does not set a and {RESTS}"),
        Open("a", True),
    ),
    "an encrypted file alone": (
        [ENCRYPTED],
        Open("a in group_vars/web.yml", None),
        Open("a in group_vars/web.yml", None),
    ),
    "over an encrypted file": ([ENCRYPTED, one(levels.TASK_VARS, "a: 3\n")], 3, 3),
    "under a file that is not read": (
        [PLAIN, UNREAD],
        Open("a in vars/x.yml", True),
        Open("a in vars/x.yml", True),
    ),
    "a file that is not read alone": (
        [UNREAD],
        Open("a in vars/x.yml", None),
        Open("a in vars/x.yml", None),
    ),
    "over a file that is not read": ([UNREAD, one(levels.ROLE_VARS, "a: 3\n")], 3, 3),
    "a prompt": ([PROMPT], Open("a", None), Open("a", None)),
    "a prompt over a default": ([PLAIN, PROMPT], Open("a", True), Open("a", True)),
    "over a prompt": ([PROMPT, one(levels.VARS_FILES, "a: 3\n")], 3, 3),
    "a later layer of one level": (
        [one(levels.VARS_FILES, "a: 3\n"), one(levels.VARS_FILES, "a: 4\n")],
        4,
        4,
    ),
    "null is a value": ([PLAIN, one(levels.PLAY_VARS, "a:\n")], None, None),
}


@pytest.mark.parametrize("name", SURE)
def test_how_sure_a_value_is(name: str) -> None:
    given, sure, unsure = SURE[name]
    every = Layers(given)
    assert shown(every.get("a")) == sure
    assert shown(every.without_supplied().get("a")) == unsure
    assert (every.get("a") is None) == (not given)


HOLES: dict[str, tuple[str, Any]] = {
    "a secret": ("smtp_password: hunter2\n", Open("smtp_password")),
    "a secret in a template": ("smtp_token: '{{ x }}'\n", Open("smtp_token")),
    "no secret": ("smtp_password: ''\n", ""),
    "no secret either": ("smtp_token: yes\n", True),
    "a vault": ("a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n", Open("a")),
    "what is never a template": ("a: !unsafe '{{ x }}'\n", Open("a")),
    "what is none either way": ("a: !unsafe x\n", "x"),
    "a date": ("a: 2024-01-01\n", Open("a")),
    "a template": ("a: '{{ x }}'\n", "{{ x }}"),
    "a fact": ("ansible_fqdn: x\n", Open("ansible_fqdn")),
    "what Ansible sets": ("inventory_hostname: x\n", Open("inventory_hostname")),
    "a name that looks like a fact": ("ansible_managed: x\n", "x"),
    "two mappings merged": ("a: {<<: [{b: 1}, {c: 1}]}\n", Open("a")),
}


@pytest.mark.parametrize("name", HOLES)
def test_what_is_a_hole(name: str) -> None:
    text, expected = HOLES[name]
    layer = one(levels.DEFAULTS, text)
    assert shown(Layers([layer]).get(text.partition(":")[0])) == expected


def test_what_is_a_hole_inside_of_a_value() -> None:
    text = "users:\n- name: jane\n  password: hunter2\n  key: !vault |\n    $ANSIBLE_VAULT\n"
    found_ = Layers([one(levels.DEFAULTS, text)]).get("users")
    assert isinstance(found_, Known)
    (user,) = found_.value
    assert user["name"] == "jane"
    assert [user[key].what for key in ("password", "key")] == ["users[0].password", "users[0].key"]
    assert isinstance(user["password"], Unknown)


def test_no_secret_reaches_a_text() -> None:
    every = Layers(
        [one(levels.DEFAULTS, "db: {password: hunter2}\nx_password: hunter2\ny: '{{ db }}'\n")]
    )
    text = render(Text.of("t.j2", b"{{ db.password }} {{ x_password }} {{ y }} {{ db }}\n"), every)
    assert "hunter2" not in repr((text.text.string, text.text.holes, text.text.written))
    assert len(text.text.holes) == 4


def test_facts_that_nobody_sets() -> None:
    every = Layers([])
    names = ("ansible_fqdn", "ansible_managed", "ansible_host", "range")
    assert [every.get(name) for name in names] == [
        Open("ansible_fqdn"), Open("ansible_managed"), Open("ansible_host", None), None,
    ]  # fmt: skip
    assert every.without_supplied().get("range") is None


def test_levels_come_in_the_order_of_the_facts() -> None:
    every = [one(level, f"a: {number}\n") for number, level in enumerate(levels.ORDER)]
    for number in range(len(every), 0, -1):
        assert shown(Layers(every[:number][::-1]).get("a")) == number - 1


FOUND: dict[str, tuple[list[str], list[str]]] = {
    "nothing": (["group_vars/other.yml"], []),
    "a bare name before any ending": (["web", "web.yml"], ["web"]),
    "endings": (["web.json", "web.yaml"], ["web.yaml"]),
    "a folder hides a file": (["web/a.yml", "web.yml"], ["web/a.yml"]),
    "in the order of names": (
        ["web/b", "web/c/d.yml", "web/a.json"],
        ["web/a.json", "web/b", "web/c/d.yml"],
    ),
    "hidden files and backups": (["web/.a.yml", "web/a.yml~", "web/a.txt", "web/d.d/a.yml"], []),
    "a host of a long name": (["web.example.com.yml"], []),
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_which_files_are_those_of_a_group(name: str) -> None:
    paths, expected = FOUND[name]
    given = source(**{f"p/group_vars/{path}": "" for path in paths})
    assert found.of_group(given, "p", "web") == [f"p/group_vars/{path}" for path in expected]
    given = source(**{f"p/host_vars/{path}": "" for path in paths})
    assert found.of_host(given, "p", "web") == [f"p/host_vars/{path}" for path in expected]


def test_a_file_of_a_role_hides_the_folder() -> None:
    given = source(**{"r/vars/main/a.yml": "", "r/vars/main.yaml": "", "r/vars/Debian.yml": ""})
    assert found.of_role(given, "r", "vars") == ["r/vars/main.yaml"]
    assert found.of_role(given, "r", "vars", "main") == ["r/vars/main/a.yml"]
    assert found.of_role(given, "r", "vars", "Debian") == ["r/vars/Debian.yml"]
    assert found.of_role(given, "r", "vars", "Debian.yml") == ["r/vars/Debian.yml"]
    assert found.of_role(given, "r", "defaults") == []


QUESTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "the system": ("{{ os }}.yml", {"Debian": "v/Debian.yml", "RedHat": "v/RedHat.yml"}),
    "with more around it": ("os_{{ ansible_distribution }}.yml", {"a": "v/os_a.yml"}),
    "in a folder": ("in/{{ x }}.yml", {"b": "v/in/b.yml"}),
    "two expressions": ("{{ a }}{{ b }}.yml", {}),
    "none": ("Debian.yml", {}),
    "a part of a path": ("{{ a }}/b.yml", {}),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_file_that_one_question_names(name: str) -> None:
    template, expected = QUESTIONS[name]
    paths = ("v/Debian.yml", "v/RedHat.yml", "v/x.json", "v/.h.yml", "v/in/b.yml", "v/os_a.yml")
    got = found.by_one_question(source(**dict.fromkeys(paths, "")), "v", template)
    assert {label: got[label] for label in expected} == expected
    assert bool(got) == bool(expected)


def test_links_that_lead_out_or_round(tmp_path: Path) -> None:
    (tmp_path / "out.yml").write_text("a: 1\n")
    inside = tmp_path / "repository/group_vars"
    (inside / "web").mkdir(parents=True)
    (inside / "all.yml").symlink_to(tmp_path / "out.yml")
    (inside / "mail.yml").symlink_to(inside / "nowhere.yml")
    (inside / "web/again").symlink_to(inside / "web")
    (inside / "web/a.yml").write_text("b: 1\n")
    given = FolderSource(str(tmp_path / "repository"))
    every = layers.of_groups(given, ".", ["mail"], True)
    assert [(one_.name, bool(one_.unread)) for one_ in every] == [("group_vars/all.yml", True)]
    (endless,) = layers.of_groups(given, ".", ["web"], True)[1:]
    assert endless.unread is not None
    assert "more than 16 deep" in endless.unread.reason


def test_where_a_named_file_is_looked_for() -> None:
    given = source(**{"r/vars/a.yml": "", "a.yml": "", "vars/b.yml": ""})
    names = ("a.yml", "b.yml", "vars/b.yml", "c.yml", "/etc/x.yml")
    assert [found.named_by(given, ["r", "."], name) for name in names] == [
        "r/vars/a.yml", "vars/b.yml", "vars/b.yml", "", "/etc/x.yml",
    ]  # fmt: skip


def test_layers_of_a_role_alone() -> None:
    given = source(**{DEFAULTS: "a: 1\nb: 1\n", "roles/mail/vars/main.yml": "b: 2\n"})
    alone = Layers(layers.of_role(given, "roles/mail", alone=True))
    assert [shown(alone.get(name)) for name in "ab"] == [(1, RESTS), 2]
    used = Layers(layers.of_role(given, "roles/mail", alone=False))
    assert [shown(used.get(name)) for name in "ab"] == [1, 2]


def test_groups_without_an_inventory_are_supplied() -> None:
    given = source(**{"group_vars/all.yml": "a: 1\n", "group_vars/web.yml": "b: 2\n"})
    every = Layers(layers.of_groups(given, ".", ["web", "all"], True, certain=False))
    assert [shown(every.get(name)) for name in "ab"] == [1, (2, "the host is in the group web")]


def value(text: str) -> files.Value:
    read = files.read(Text.of("x.yml", f"v: {text}\n".encode()))
    return read.values["v"]


FACTS: dict[str, tuple[str, bool, dict[str, Any], set[str]]] = {
    "literals": ("{a: 465, b: x, cacheable: true}", True, {"a": 465, "b": "x"}, set()),
    "a template": ("{a: '{{ x }}', b: [1, '{{ y }}'], c: [1]}", True, {"c": [1]}, {"a", "b"}),
    "under a condition": ("{a: 465}", False, {}, {"a"}),
    "words that 2.17 makes booleans of": ("{a: 'yes', b: yes}", True, {"b": True}, {"a"}),
}


@pytest.mark.parametrize("name", FACTS)
def test_what_set_fact_sets(name: str) -> None:
    text, always, known, open_ = FACTS[name]
    layer = layers.of_set_fact("a task", value(text), always)
    assert {key: layers.plain(key, one_) for key, one_ in layer.values.items()} == known
    assert layer.may_set == open_
    assert layer.unread is None


@pytest.mark.parametrize("text", ["{'{{ x }}': 1}", "'{{ x }}'", "[a]"])
def test_set_fact_of_unknown_names_may_set_anything(text: str) -> None:
    layer = layers.of_set_fact("mail : set", value(text), True)
    assert Layers([layer]).get("a") == Open("a in mail : set", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("{a: 1}", 1), ("[{a: 1}, {a: 2}]", 2), ("", None), ("'{{ x }}'", Open("a in here", None))],
)
def test_vars_of_a_play(text: str, expected: Any) -> None:
    layer = layers.of_value(levels.PLAY_VARS, "here", value(text))
    assert shown(Layers([layer]).get("a")) == expected


SETTINGS: dict[str, tuple[str, str]] = {
    "nothing": ("[defaults]\nroles_path = x\n", ""),
    "as it is anyway": ("[defaults]\nhash_behaviour = replace\n", ""),
    "of another section": ("[x]\nhash_behaviour = merge\n", ""),
    "a percent sign": ("[defaults]\nansible_managed = %Y\n", ""),
    "merge": (
        "[defaults]\n\nhash_behaviour = merge\n",
        "a.cfg:3: sets hash_behaviour to merge, which is not followed",
    ),
    "precedence": (
        "[defaults]\nprecedence = all_inventory, groups_inventory\n",
        "a.cfg:2: sets precedence to all_inventory groups_inventory, which is not followed",
    ),
    "no INI": ("x\n", "a.cfg: is no INI file"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_that_are_not_followed(name: str) -> None:
    text, expected = SETTINGS[name]
    said = ""
    try:
        settings.refuse(Text.of("a.cfg", text.encode()))
    except MailwardenError as error:
        said = str(error)
    assert said == expected
