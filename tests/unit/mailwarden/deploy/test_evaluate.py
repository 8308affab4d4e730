"""The values of a task where not all is known, and where each stands."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from hypothesis import given, settings
from hypothesis import strategies as st

from mailwarden.deploy import loops
from mailwarden.deploy.evaluate import Scope, answers, holds, printed
from mailwarden.render import render
from mailwarden.render.limits import Limits, TooMuch
from mailwarden.variables import files, levels
from mailwarden.variables.layers import Layer
from tests.support.properties import examples
from tests.support.rendered import shown
from tests.unit.mailwarden.deploy.evaluated import scope, told, value

PRINTED: dict[str, tuple[str, Any]] = {
    "a hole": ("'{{ u }}'", "<u>"),
    "in a text": ("'a {{ u }}:{{ port }}'", "a <u>:587"),
    "that may be omitted": ("'{{ u | default(omit) }}'", "<u is defined|yes:<u>|no:?>"),
    "of two values": ("'{{ host if u else port }}'", "<u|yes:smtp.example.com|no:587>"),
    "of a text or a list": ("'{{ names if u else port }}'", "<u|yes:?|no:587>"),
    "of two texts": ("'{% if u %}a{% else %}b{% endif %}c'", "<u|yes:a|no:b>c"),
    "in a list": ("[a, '{{ u }}']", ["a", "<u>"]),
    "in a list of an expression": ("'{{ names + [u] }}'", ["1", "587", "a", "<u>"]),
    "a list in a list": ("[[a]]", ["<task.yml:1>"]),
    "a mapping": ("{a: 1}", "<task.yml:1>"),
    "a vault": ("!vault x", "<task.yml:1>"),
    "no template": ("'{{ a b }}'", "<{{ a b }} (task.yml:1:5)>"),
    "what is unsafe": ("'{{ braces }}'", "<braces>"),
    "an if without else": ("'{{ host if not tls }}'", "<{{ host if not tls }}>"),
    "what nobody sets": ("'{{ nope }}'", "<nope>"),
}


@pytest.mark.parametrize("name", PRINTED)
def test_what_is_printed(name: str) -> None:
    yaml, expected = PRINTED[name]
    assert told(printed(value(yaml), scope(), Limits())) == expected


def test_too_many_answers_are_one_hole() -> None:
    each = ", ".join(f"u.{name} | default(1)" for name in "abcdefgh")
    made = printed(value(f"'{{{{ [{each}] }}}}'"), scope(), Limits())
    assert isinstance(made, Text)
    assert made.holes
    assert not any(hole.options for hole in made.holes.values())


HOLDS: dict[str, bool | str] = {
    "u": "u",
    "not u": "not u",
    "not (u | bool)": "not (u | bool)",
    "'{{ u }}'": "u",
    "u and w": "u and w",
    "w and u": "u and w",
    "u or w": "u or w",
    "not u and not w": "not u and not w",
    "u and port == 465": False,
    "u or port == 587": True,
    "u or not u": True,
    "u == 'a'": "u == 'a'",
    'u  ==  "a"': "u == 'a'",
    "u != 'a'": "not (u == 'a')",
    "u in ['a', 'b']": "(the value of u) is 'a' or (the value of u) is 'b'",
    "u is defined": "u is defined",
    "u | bool": "u | bool",
    "u|bool": "u | bool",
    "[u, w]": "u and w",
    "[u, true]": "u",
    "[u, false]": False,
    "[u, not u]": False,
    "nope": "nope",
    "a b": "a b (task.yml:1:4)",
    "!vault x": "task.yml:1",
    "ansible_os_family == 'Debian'": "ansible_os_family == 'Debian'",
    "ansible_facts['os_family'] == 'Debian'": "ansible_os_family == 'Debian'",
    "ansible_facts.packages == 1": "ansible_facts.packages == 1",
}


@pytest.mark.parametrize("yaml", HOLDS)
def test_whether_a_condition_holds(yaml: str) -> None:
    assert holds(value(yaml), scope(), Limits()) == HOLDS[yaml]


@pytest.mark.parametrize(
    "condition", ["u", "u == 'a'", "u | bool", "u is defined", "u.a > 2", "nope"]
)
def test_an_if_asks_the_same_question(condition: str) -> None:
    text = render(Text.of("t", f"{{% if {condition} %}}1{{% else %}}2{{% endif %}}"), scope()).text
    assert shown(text) == f"<{holds(value(condition), scope(), Limits())}|yes:1|no:2>"


def test_answers_are_what_a_template_asks_for() -> None:
    assert answers(value("u and not w"), scope(), Limits()) == [
        ((("u", "yes"), ("w", "yes")), False),
        ((("u", "yes"), ("w", "no")), True),
        ((("u", "no"),), False),
    ]


FACTS = {"ansible_os_family": "Debian", "ansible_distribution_major_version": "12"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("ansible_os_family == 'Debian'", True),
        ("ansible_facts['os_family'] != 'Debian'", False),
        ("ansible_facts.distribution_major_version | int >= 12", True),
        ("ansible_facts.os_family is defined", True),
        ("ansible_facts.hostname == 'a'", "ansible_hostname == 'a'"),
        ("ansible_hostname == 'a'", "ansible_hostname == 'a'"),
    ],
)
def test_facts_that_are_known(condition: str, expected: bool | str) -> None:
    assert holds(value(condition), scope(facts=FACTS), Limits()) == expected


LOOPS: dict[str, tuple[str, str, Any]] = {
    "of nobody knows what": ("loop", "'{{ u }}'", None),
    "of one of two lists": ("loop", "'{{ names if u else more }}'", None),
    "of what is no way": ("with_first_found", "[a]", None),
    "of an open item": ("loop", "'{{ names + [u] }}'", ["1", "587", "a", "<u>"]),
    "of a vault": ("loop", "[!vault x, b]", ["<task.yml:1:12>", "b"]),
    "of an open list among items": ("with_items", "['{{ u }}']", None),
}


@pytest.mark.parametrize("name", LOOPS)
def test_what_a_loop_goes_over(name: str) -> None:
    how, yaml, expected = LOOPS[name]
    found = loops.items(value(yaml), how, scope(), Limits())
    assert (None if found is None else [seen(one, "item") for one in found]) == expected


def seen(item: files.Value, what: str) -> Any:
    told_by = scope().with_layer(Layer(levels.LOOP, "loop", {"item": item}))
    return told(printed(value(f"'{{{{ {what} }}}}'"), told_by, Limits()))


def test_secrets_of_a_loop_s_mapping_are_not_known() -> None:
    (item,) = loops.items(value("{smtp_password: abc}"), "with_dict", scope(), Limits()) or []
    assert seen(item, "item.key") == "smtp_password"
    assert seen(item, "item.value") == "<task.yml:1:4.smtp_password>"


def test_items_of_a_variable_keep_their_places() -> None:
    found = loops.items(value("'{{ names }}'"), "loop", scope(), Limits())
    assert [one.place.path for one in found or ()] == ["vars.yml"] * 3
    assert [(one.place.line, one.place.column) for one in found or ()] == [(5, 9), (5, 12), (5, 26)]


def test_a_scope_notes_what_its_answers_rest_on() -> None:
    held = files.read(Text.of("d.yml", "a: 1\nb: 2\n")).values
    told_by = Scope([Layer(levels.DEFAULTS, "d.yml", held, supplied="nobody changes them")])
    inner = told_by.with_layer(Layer(levels.TASK_VARS, "task", {"b": value("3")}))
    assert told(printed(value("'{{ b }}'"), inner, Limits())) == "3"
    assert (list(told_by.supplied), list(told_by.absent)) == ([], [])
    assert told(printed(value("'{{ a }}{{ nope | default(4) }}'"), inner, Limits())) == "14"
    assert (list(told_by.supplied), list(told_by.absent)) == (["nobody changes them"], ["nope"])


def test_the_variables_behind_a_value_are_its_cause() -> None:
    made = printed(value("'a {{ relay }}'"), scope(), Limits())
    assert isinstance(made, Text)
    (behind,) = [settings for settings in made.written.values() if settings]
    assert [(one.name, one.place and one.place.line) for one in behind] == [
        ("relay", 4),
        ("host", 3),
        ("port", 1),
    ]


def test_limits_are_those_of_the_caller() -> None:
    limits = Limits("task.yml", steps=40)
    printed(value("'{{ relay }}'"), scope(), limits)
    with pytest.raises(TooMuch):
        printed(value("'{{ [relay, relay, relay, relay] }}'"), scope(), limits)


PARTS = st.lists(
    st.sampled_from(
        ("a", " b", "{{ host }}", "{{ u }}", "{% if u %}c{% endif %}", "\n", "''", "é")
    ),
    min_size=1,
    max_size=8,
).map("".join)


@settings(max_examples=examples(100), deadline=None)
@given(PARTS, st.booleans())
def test_what_stands_in_the_task_leads_to_itself(string: str, block: bool) -> None:
    lines = string.replace("\n", "\n  ") if block else string.replace("\n", "\n\n")
    yaml = f"|\n  {lines}\n" if block else f"'{lines}'"
    data = f"v: {yaml}\n".encode()
    try:
        one = value(yaml)
    except MailwardenError:
        # A block that begins with an empty line stands in otherwise.
        return
    made = printed(one, scope(), Limits())
    assert isinstance(made, Text)
    for at, sign in enumerate(made.string):
        place = made.place(at, at + 1)
        if made.stands("task.yml", place.start, place.end):
            assert data[place.start : place.end].decode() == sign
