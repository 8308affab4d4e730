"""The values of a task are what ansible-core makes of them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from mailwarden.deploy import loops
from mailwarden.deploy.evaluate import holds, printed
from mailwarden.render import single
from mailwarden.render.limits import Limits
from mailwarden.variables import levels
from mailwarden.variables.files import Value
from mailwarden.variables.layers import Layer
from tests.support.core_tasks import Core, Refused
from tests.unit.mailwarden.deploy.evaluated import VARIABLES, scope, told, value


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Core:
    return Core(tmp_path_factory.mktemp("core"), VARIABLES)


PARAMETERS = (
    "True", "yes", "no", "587", "0644", "1.50", "1e3", "~", "", "abc", "'it''s'", '"a\\tb"',
    "'{{ host }}'", "'{{ port }}'", "'{{ tls }}'", "'{{ relay }}'", "'{{ names }}'",
    "'{{ nothing }}'", "'{{ empty }}'", "'{{ ratio }}'", "'{{ port | string }}'",
    "'relayhost = [{{ host }}]:{{ port }}'", "'{{ none }}'", "'{{ nope | default(omit) }}'",
    "'{{ host if tls else port }}'", "'{{ port + 1 }}'",
    "'{{ names | join(\",\") }}'", "'{{ names | map(\"string\") | list }}'", "'{{ relay }} '",
    "'{% if tls %}a{% else %}b{% endif %}'", "'x{% if not tls %}a{% endif %}'",
    "'{% for n in names %}{{ n }},{% endfor %}'", "[1, two, '{{ port }}', yes]",
    "['{{ nope | default(omit) }}', b]", "|\n  a = {{ host }}\n  b = {{ port }}\n",
    "|-\n  a\n\n  b\n", ">\n  a {{ host }}\n  b\n\n  c\n", "|+\n  a\n\n", "'{{ host }}\n\n  '",
    "!unsafe '{{ host }}'", "'{{ (1, 2) }}'", "'{{ [host, port] }}'",
    "'a{{ names }}'", "'{# no #}a'", "'{{ host }}{{ port }}'", "'{{ text }}'",
    "'{{ text | bool }}'",
)  # fmt: skip


@pytest.mark.parametrize("yaml", PARAMETERS)
def test_a_parameter_is_printed_as_its_module_gets_it(yaml: str, core: Core) -> None:
    theirs = core.parameters(f"v: {yaml}\n").get("v")
    expected = [str(one) for one in theirs] if isinstance(theirs, list) else theirs
    made = told(printed(value(yaml), scope(), Limits()))
    assert made == (expected if isinstance(expected, list) or expected is None else str(expected))


CONDITIONS = (
    "true", "no", "1", "~", "''", "'  '", "tls", "not tls", "port == 587", "port == '587'",
    "port | int > 500", "host is defined", "nope is defined", "nope is not defined", "rule",
    "'{{ rule }}'", "'{{ tls }}'", "text", "text | bool", "nothing", "empty",
    "names", "names | length", "more | length > 1", "('a' in names)", "587 in names", "'true'",
    "tls and port == 465", "tls or port == 465", "(tls and not nothing) | bool", "relay != host",
    "host is match('smtp')", "users.a == 1", "users['b'].c == 2", "users.x is defined", "ratio > 1",
    "nope | default(false)", "nope | default(true) | bool", "tls | ternary(true, false)",
    "nothing is none", "('x' if tls else '')", "\"host == 'smtp.example.com'\"",
    "'host ==\n  relay'",
)  # fmt: skip


@pytest.mark.parametrize("yaml", CONDITIONS)
def test_a_condition_holds_where_it_does(yaml: str, core: Core) -> None:
    assert holds(value(yaml), scope(), Limits()) is core.holds(yaml)


LOOPS = (
    ("loop", "[1, two, '{{ port }}', [3, 4], {a: '{{ host }}'}]"),
    ("loop", "'{{ names }}'"),
    ("loop", "'{{ more }}'"),
    ("loop", "'{{ names + more }}'"),
    ("loop", "'{{ users | dict2items }}'"),
    ("loop", "'{{ users.keys() | list }}'"),
    ("loop", "'{{ names | select(\"string\") | list }}'"),
    ("loop", "[]"),
    ("loop", "'{{ nope | default([]) }}'"),
    ("loop", "'{{ range(3) | list }}'"),
    ("with_items", "[1, [2, [3]], '{{ names }}', a]"),
    ("with_items", "'{{ more }}'"),
    ("with_items", "a"),
    ("with_items", "'{{ host }}'"),
    ("with_items", "'{{ users }}'"),
    ("with_items", "['{{ port }}', '{{ more }}']"),
    ("with_list", "[1, [2, [3]]]"),
    ("with_list", "'{{ more }}'"),
    ("with_dict", "'{{ users }}'"),
    ("with_dict", "{a: '{{ port }}', b: {c: 1}}"),
    ("with_dict", "['{{ users }}', {z: 1}]"),
    ("with_dict", "{}"),
    ("with_indexed_items", "'{{ names }}'"),
    ("with_nested", "[[1, 2], '{{ names }}']"),
    ("with_nested", "[[1, 2], [3, 4], [5]]"),
    ("with_together", "[[1, 2], '{{ names }}']"),
)


@pytest.mark.parametrize(("how", "yaml"), LOOPS)
def test_a_loop_goes_over_the_same(how: str, yaml: str, core: Core) -> None:
    found = loops.items(value(yaml), how, scope(), Limits())
    assert found is not None
    assert [seen(one) for one in found] == core.items(how, yaml)


def seen(item: Value) -> Any:
    """What a task sees under ``item``."""
    told_by = scope().with_layer(Layer(levels.LOOP, "loop", {"item": item}))
    (one,) = single.outcomes(Text.of("t", "{{ item }}"), told_by, Limits())
    return one.value


@pytest.mark.parametrize(
    ("how", "yaml"), [("loop", "a"), ("loop", "'{{ host }}'"), ("with_dict", "[a]")]
)
def test_a_loop_over_what_is_none_is_not_known(how: str, yaml: str, core: Core) -> None:
    with pytest.raises(Refused):
        core.items(how, yaml)
    assert loops.items(value(yaml), how, scope(), Limits()) is None
