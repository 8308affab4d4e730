"""With everything known a template gives the bytes that ansible-core makes of it."""

from __future__ import annotations

import itertools
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import templar
from tests.support.rendered import may_be, read, readings
from tests.unit.mailwarden.render.cases import TEMPLATES, VARIABLES


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_bytes_are_those_of_ansible(name: str) -> None:
    made = read(TEMPLATES[name], VARIABLES).text
    assert not made.holes
    assert made.string == templar.rendered(TEMPLATES[name], VARIABLES)


@pytest.mark.parametrize("name", TEMPLATES)
def test_with_one_variable_forgotten_the_real_text_is_among_the_readings(name: str) -> None:
    real = read(TEMPLATES[name], VARIABLES).text.string
    for variable in VARIABLES:
        if variable in TEMPLATES[name]:
            assert may_be(read(TEMPLATES[name], VARIABLES, [variable]).text, real), variable


SQUARE = {
    "block_start_string": "[%",
    "block_end_string": "%]",
    "variable_start_string": "[[",
    "variable_end_string": "]]",
    "comment_start_string": "[#",
    "comment_end_string": "#]",
}
ODD = "a [[ x ]] {{ x }}{# b #}[# c #]\n  [% if b %]\n yes\n  [% endif %]\n{% end %}\n"
BLOCKS = "a\n  {% if b %}\n yes {{ s }}\n  {% endif %}\n\n{# c #}\nb\n"


@pytest.mark.parametrize(
    ("source", "how"),
    [
        pytest.param(ODD, SQUARE, id="other signs"),
        pytest.param(BLOCKS, {"trim_blocks": False}, id="no line end is taken away"),
        pytest.param(BLOCKS, {"lstrip_blocks": True}, id="blanks are taken away"),
        pytest.param(
            f"#jinja2: lstrip_blocks: False\n{BLOCKS}",
            {"lstrip_blocks": True, "trim_blocks": False},
            id="the first line counts before the task",
        ),
    ],
)
def test_what_a_task_says_of_a_template_counts(source: str, how: dict[str, Any]) -> None:
    made = read(source, VARIABLES, settings=how).text
    assert made.string == templar.rendered(source, VARIABLES, settings=how)


EXPRESSIONS = (
    "x", "s", "b", "f", "n", "l", "d", "e", "num", "ml", "fl", "t", "tl", "td.a", "d.k", "l[0]",
    "nest[0].name", "nest[1].tls", "nope | default(x)", "nope.a | default('', true)", "'lit'",
    "s | upper", "l | join(',')", "l | length", "x + 1", "x ~ s", "'%s-%s' | format(s, x)",
    "b | ternary('on', 'off')", "(s if b else e)", "(s if f)",
    "nest | map(attribute='name') | list",
    "ml | indent(2)", "ml | comment", "e | default('d', true)", "x == 3", "s in l", "'a' in l",
    "num | int", "s | replace('.', '-')", "l | sort | first", "d | dict2items | length",
    "nest | selectattr('on') | list | length", "s.split('.') | last", "(ml | trim)", "cond",
    "tl | join('-')", "x | string", "[x, s]", "{'a': x}", "v", "v | default(0)", "not b",
    "s | regex_replace('e', 'E')", "b | bool", "x > 2 and s", "f or e", "x is defined",
    "nope is defined", "s is match('smtp')", "ints | max", "v is defined", "x == 4 or s == 'a'",
    "m(x)", "m(s, b)", "s in ['smtp.example.com', 'a']", "x != 3", "l | map('upper') | join",
)  # fmt: skip
TEXTS = ("a", "\n", " b\n", "key = ", "\n\n", "  ", "# c\n", "")
MACRO = "{% macro m(q, r=1) %}{% if q %}<{{ q }}>{% endif %}{{ r }}{% endmacro %}\n"
# Made by Python's own generator: hypothesis takes longer to draw one than the rest of the test.
SEEDS = st.integers(0, 1 << 40).map(Random)


def template(random: Random, depth: int = 3) -> str:
    """A template of statements in each other, over the variables of the cases."""

    def dash() -> str:
        return random.choice(["", "", "", "-"])

    def one() -> str:
        return random.choice(EXPRESSIONS)

    parts = [MACRO] if depth == 3 else []
    for _number in range(random.randint(1, 4)):
        parts.append(random.choice(TEXTS))
        kind = random.choice(["print", "print", "if", "elif", "for", "set", "block", "list"])
        if kind == "print" or not depth:
            parts.append(f"{{{{{dash()} {one()} {dash()}}}}}")
            continue
        inner = template(random, depth - 1)
        if kind == "if":
            parts.append(f"{{%{dash()} if {one()} {dash()}%}}{inner}{{%{dash()} endif %}}")
        elif kind == "elif":
            more = template(random, depth - 1)
            parts.append(f"{{% if {one()} %}}{inner}{{% elif {one()} -%}}{more}")
            parts.append("{% else %}E{% endif %}")
        elif kind == "for":
            of = random.choice(["l", "nest", "range(2)", "d", "tl", "[]", "[x, s]"])
            parts.append(f"{{% for v in {of} %}}{inner}{{{{ loop.index }}}}{{%{dash()} endfor %}}")
        elif kind == "set":
            parts.append(f"{{% set v = {one()} %}}{inner}")
        elif kind == "block":
            parts.append(f"{{% set v %}}{inner}{{% endset %}}{{{{ v }}}}")
        else:
            parts.append(
                f"{{% set w = [] %}}{{% if {one()} %}}{{% set _ = w.append({one()}) %}}"
                f"{{% endif %}}{{{{ w }}}}{inner}"
            )
    return "".join(parts)


@settings(deadline=None)
@given(SEEDS)
def test_any_template_gives_the_bytes_of_ansible(random: Random) -> None:
    source = template(random)
    try:
        real = templar.rendered(source, VARIABLES)
    except templar.Failed:
        return
    assert may_be(read(source, VARIABLES).text, real)


@settings(deadline=None)
@given(SEEDS)
def test_whatever_is_forgotten_the_real_text_is_among_the_readings(random: Random) -> None:
    source = template(random)
    forgotten = random.sample(sorted(VARIABLES), random.randint(0, 4))
    try:
        real = templar.rendered(source, VARIABLES)
    except templar.Failed:
        return
    assert may_be(read(source, VARIABLES, forgotten).text, real)


def test_the_check_of_readings_can_fail() -> None:
    text = read("a {{ x }} b {{ s }}\n", VARIABLES, ["x"]).text
    assert may_be(text, "a 7 b smtp.example.com\n")
    assert not may_be(text, "a 7 c smtp.example.com\n")
    assert not may_be(text, "a b smtp.example.com\n")
    assert len(readings(read("{% if x %}1{% else %}2{% endif %}", {}).text)) == 2
    assert len({*itertools.chain(TEMPLATES)}) > 40
