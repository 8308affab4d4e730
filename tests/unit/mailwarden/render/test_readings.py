"""What a template may be where not everything is known."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from hypothesis import given, settings
from hypothesis import strategies as st

from mailwarden.render import render
from mailwarden.render.limits import TooMuch
from mailwarden.render.values import Known
from tests.support.rendered import Plain, read, shown

CASES: dict[str, tuple[str, str]] = {
    "a hole": ("a = {{ x }}\n", "a = <x>\n"),
    "whole lines": ("{% if x %}\na\n{% else %}\nb\n{% endif %}\n", "<x|yes:a\n|no:b\n>"),
    "a default holds where no file sets the name": ("{{ x | default('d') }}\n", "d\n"),
    "a fact is there": ("{{ ansible_host | default('d') }}-\n", "<ansible_host>-\n"),
    "a key of a fact may be there": (
        "{{ ansible_x.y | default('d') }}-\n",
        "<ansible_x.y is defined|yes:<ansible_x>|no:d>-\n",
    ),
    "and asks one after the other": (
        "{% if x and y %}1{% elif x %}2{% endif %}-\n",
        "<x|yes:<y|yes:1|no:2>|no:>-\n",
    ),
    "one question for literals that exclude each other": (
        "{% if x == 'a' %}1{% elif x == 'b' %}2{% else %}3{% endif %}-\n",
        "<the value of x|'a':1|'b':2|another:3>-\n",
    ),
    "a question that an answer has answered": (
        "{% if x %}{% if x %}1{% else %}2{% endif %}{% endif %}-\n",
        "<x|yes:1|no:>-\n",
    ),
    "equal branches are no question": ("{% if x %}a{% else %}a{% endif %}-\n", "a-\n"),
    "a name that branches set": (
        "{% if x %}{% set p = 465 %}{% else %}{% set p = 587 %}{% endif %}{{ p }}-\n",
        "<x|yes:465|no:587>-\n",
    ),
    "a name that one branch sets": (
        "{% set p = 25 %}{% if x %}{% set p = 465 %}{% endif %}{{ p }}-\n",
        "<x|yes:465|no:25>-\n",
    ),
    "a loop without lines": ("a{% for i in x %} {{ i }}{% endfor %}-\n", "a<x>-\n"),
    "a loop over lines": (
        "{% for i in x %}\nq\n{% endfor %}\n-\n",
        "<items of x|some:q\n<further items of x|none:|some:<x>\n>|none:>-\n",
    ),
    "a list changed in a branch": (
        "{% set l = [] %}{% if x %}{% set _ = l.append('a') %}{% endif %}{{ l | join }}-\n",
        "<x|yes:a|no:>-\n",
    ),
    "a comment of what is not known": ("{{ x | comment }}\n", "#\n# <x>\n#\n"),
    "what is no filter": ("{{ 'a' | nope }}-\n", "<'a' | nope>-\n"),
    "what is looked up": ("{{ lookup('pipe', 'id') }}-\n", "<lookup('pipe', 'id')>-\n"),
    "no attribute but of data": ("{{ 'a'.__class__.__mro__ }}-\n", "<'a'.__class__.__mro__>-\n"),
    "nor by a filter": (
        "{{ ['a'] | map(attribute='__class__') | join }}-\n",
        "<'a'.__class__>-\n",
    ),
    "nor by a format": ("{{ '{0.__class__}'.format(1) }}-\n", "<'{0.__class__}'.format(1)>-\n"),
    "a wrong type": ("{{ 1 + 'a' }}-{{ 2 }}\n", "<1 + 'a'>-2\n"),
    "a file that is not there": ("a\n{% include 'x' %}\nb\n", "a\n<{% include 'x' %}>b\n"),
    "a file that may be missing": ("a\n{% include 'x' ignore missing %}\nb\n", "a\nb\n"),
    "a variable that is itself": ("{{ circle }}-\n", "<circle>-\n"),
    "a loop that may be left": (
        "{% for i in [1, 2] %}{% if x %}{% break %}{% endif %}{{ i }}{% endfor %}-\n",
        "<{% for i in [1, 2] %}>-\n",
    ),
    "lines at the end": (
        "a\n{% if x %}\nb\n{% endif %}\n{% if y %}\nc\n{% endif %}\n",
        "a\n<x|yes:b\n|no:><y|yes:c\n|no:>",
    ),
    "blank lines at the end that hang on an answer": (
        "a\n{% if x %}\nb\n{% endif %}\n\n{% if y %}\nc\n{% endif %}\n\n",
        "a\n<x|yes:b\n|no:>\n<y|yes:c\n\n|no:>",
    ),
    "line ends that hang on an answer": (
        "a\n{% if x %}\nb\n{% endif %}\n{% if y %}\nc\n{% endif %}\n\n\n",
        "a\n<x|yes:b\n|no:><y|yes:c\n|no:>\n\n",
    ),
    "a line end that hangs on another answer": (
        "a{% if x %}\nb\n{% endif %}\n{% if y %}\nc\n{% endif %}\n",
        "a<x|yes:b\n|no:><y|yes:c\n|no:<the line ends of t.j2|0:\n|1:>>",
    ),
    "a macro": (
        "{% macro m(a) %}{% if a %}[{{ a }}]{% endif %}{% endmacro %}{{ m('b') }}{{ m(x) }}-\n",
        "[b]<x|yes:[<x>]|no:>-\n",
    ),
    "partly known": ("{{ ('a' ~ x ~ 'b') | upper }}-\n", "A<x>B-\n"),
    "a list that holds what is not known": ("{{ [1, x] | join(':') }}-\n", "1:<x>-\n"),
    "a blank beside what is not known": ("[{{ (' ' ~ x ~ ' ') | trim }}]-\n", "[<x>]-\n"),
    "a condition of too many answers": (
        "{% if a and b or c and d or e and f or g and h %}1{% endif %}-\n",
        "<a><b><c><d><e><f><g><h>-\n",
    ),
}
VARIABLES: dict[str, Any] = {"circle": "{{ circle }}"}


@pytest.mark.parametrize("name", CASES)
def test_readings(name: str) -> None:
    template, expected = CASES[name]
    assert shown(read(template, VARIABLES).text) == expected


def test_what_was_used_is_named() -> None:
    known = {"x": Known("x", 3, supplied="defaults/main.yml"), "z": Known("z", 1)}
    template = Text.of("t.j2", "{{ x }}{{ y | default(4) }}-\n")
    made = render(template, Plain(known))
    assert shown(made.text) == "34-\n"
    assert (list(made.used), made.absent) == (["x"], ("y",))
    unsure = render(template, Plain(known, sure=False))
    assert shown(unsure.text) == "<x><y is defined|yes:<y>|no:4>-\n"


HOSTILE: dict[str, str] = {
    "long text": "{{ 'x' * 10 ** 9 }}",
    "large number": "{{ 9 ** 9 ** 9 }}",
    "empty turns": "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
    "doubling": "{% set s = 'ab' %}" + "{% set s = s ~ s %}" * 60 + "{{ s }}",
    "doubling lists": "{% set l = [1] %}" + "{% set _ = l.extend(l) %}" * 60,
    "lists in lists": "{% set l = [1] %}" + "{% set l = [l, l] %}" * 60 + "{{ l }}",
    "circle": "{% set l = [1] %}{% set _ = l.append(l) %}{{ l }}",
    "replacing": "{% set s = 'aaaaaaaa' %}" + "{% set s = s | replace('a', 'aaaaaaaa') %}" * 9,
    "braces": "{" * 1_000_000,
    "comments": "{#" * 200_000,
    "attributes": "{{ a" + ".b" * 50_000 + " }}",
    "sums": "{{ 1" + " + 1" * 20_000 + " }}",
    "brackets": "{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}",
    "nested": "{% if a %}" * 3_000 + "{% endif %}" * 3_000,
    "nested and open": "".join(f"{{% if a{n} %}}" for n in range(60)) + "{% endif %}" * 60,
    "open": "".join(f"{{% if a{n} %}}b{{% endif %}}" for n in range(200)),
    "open names": "".join(
        f"{{% if a{n} %}}{{% set b = b ~ 'x' %}}{{% endif %}}" for n in range(60)
    ),
    "wide": "{{ '%1000000000d' | format(1) }}{{ 'a'.center(10 ** 9) }}",
    "wide format": "{{ '{:>999999999}'.format(1) }}",
    "indent": "{{ ('a\n' * 9999) | indent(99999) }}",
    "pattern": "{{ ('a' * 29 ~ 'b') | regex_replace('^(a+)+$', '') }}",
    "macro of itself": "{% macro m(a) %}{{ m(a) }}{% endmacro %}{{ m(1) }}",
    "macros": "{% macro m(a) %}{{ m(a) }}{{ m(a) }}{% endmacro %}{{ m(x) }}",
    "variables of variables": "{{ v0 }}",
    "digits": "{{ " + "9" * 5_000 + " }}",
    "extends": "{% extends 'a' %}{% block b %}{% endblock %}",
    "caller": "{{ caller() }}{{ loop.index }}{{ super() }}{{ self.b() }}{{ varargs }}",
    "namespace": "{% set ns = namespace(a=1) %}{% set ns.a = 2 %}{{ ns.a }}",
    "loop variable": "{% for loop in [1] %}{{ loop }}{% endfor %}{% break %}",
    "wrong arguments": "{{ 'a' | default(1, 2, 3, 4) }}{{ [1] | map }}{{ 1 | ternary }}",
    "no range": "{{ range() }}{{ range('a') }}{{ range(1, 2, 0) }}",
    "no length": "{{ 1 | length }}{{ none | first }}{{ 5 | join }}{{ {} | last }}{{ [] | min }}",
    "lone sign": "{{ '\ud800' }}{{ x }}\x00",
}  # fmt: skip


@pytest.mark.integration
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_template_ends(name: str) -> None:
    """It is read, or refused for what it costs; what it takes is counted, not timed."""
    variables = {f"v{n}": f"{{{{ v{n + 1} }}}}" * 2 for n in range(80)}
    try:
        made = read(HOSTILE[name], variables).text
    except MailwardenError:
        return
    assert len(made) <= 2 << 20


@pytest.mark.parametrize(
    ("pattern", "is_tried"),
    [
        pytest.param(r"^(\w+)\.([a-z]+)$", True, id="two repeats"),
        pytest.param(r"[^\]a+*]+", True, id="signs in a class"),
        pytest.param(r"\(a+\)", True, id="signs that are escaped"),
        pytest.param(r"(?:ab|cd)e?", True, id="choices"),
        pytest.param(r"(a+)+$", False, id="a repeat in a repeat"),
        pytest.param(r"(a|a)*$", False, id="a choice in a repeat"),
        pytest.param(r"((a?)b){9}", False, id="what may be missing in a repeat"),
        pytest.param(r"a?" * 9 + "a" * 9, False, id="much that may be missing"),
        pytest.param(r"a*a*a*b", False, id="three repeats"),
        pytest.param(r"a{2,}a{2,}a{2,9}b", False, id="three with numbers"),
        pytest.param(r"(a)\1(?=b)", False, id="a look ahead"),
        pytest.param(r"(", False, id="no pattern"),
        pytest.param("a" * 201, False, id="too long"),
    ],
)
def test_only_harmless_patterns_are_tried(pattern: str, is_tried: bool) -> None:
    made = read("{{ 'a' | regex_replace(p, '') }}-\n", {"p": pattern}).text
    assert bool(made.holes) is not is_tried


def test_steps_are_counted() -> None:
    with pytest.raises(TooMuch):
        read(HOSTILE["empty turns"], {})


TOKENS = st.sampled_from(
    ["{{", "}}", "{%", "%}", "{#", "#}", "{%-", "-%}", "if", "else", "elif", "endif", "for", "in",
     "endfor", "set", "endset", "macro", "endmacro", "include", "x", "y", "'a'", "1", "(", ")", "[",
     "]", "{", "}", "|", "default", "join", ".", ",", "=", "==", "~", "+", "*", "**", "%", "is",
     "defined", "not", "and", "or", "loop", "raw", "endraw", "call", "endcall", "filter",
     "endfilter", "with", "endwith", "\n", "import", "from", "extends", "block", "do", "range",
     "length", "map", "select", "attribute", "break", "continue", "recursive"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(TOKENS, max_size=40).map(" ".join) | st.text(max_size=60))
def test_no_input_raises_anything_but_an_error_with_words(source: str) -> None:
    with contextlib.suppress(MailwardenError):
        read(source, {"x": [1, "{{ y }}"], "y": source})


SIGNS = st.sampled_from(
    ["a", "é\n", "\n", "\r\n", " ", "{{ x }}", "{{- y -}}", "{% if x %}", "{% endif %}", "{# c #}",
     "{%- if y +%}", "{% raw %}{{ z }}{% endraw %}", "{% set q = 'w' -%}\n", "{{ q }}"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(SIGNS, max_size=20).map("".join), st.booleans())
def test_places_give_the_bytes_back(body: str, has_header: bool) -> None:
    source = ("#jinja2: lstrip_blocks: True\r\n" if has_header else "") + body
    try:
        text = read(source, {"x": "some long value", "y": ""}).text
    except MailwardenError:
        return
    data = source.encode()
    for at, sign in enumerate(text.string):
        place = text.place(at, at + 1)
        written = data[place.start : place.end].decode()
        if text.stands("t.j2", place.start, place.end):
            # Jinja2 reads a line end of two characters as one.
            assert written.replace("\r\n", "\n") == sign
        else:
            assert written.startswith("{{")
            assert written.endswith("}}")
