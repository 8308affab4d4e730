"""Templates of every construct and every filter, over one set of variables.

What ansible-core makes of each is asked of the one that is installed.
"""

from __future__ import annotations

from typing import Any

VARIABLES: dict[str, Any] = {
    "x": 3,
    "s": "smtp.example.com",
    "b": True,
    "f": False,
    "n": None,
    "l": ["b", "a", "C"],
    "d": {"k": 1, "z": "q"},
    "e": "",
    "u": ["u1", "u2"],
    "t": "{{ s }}:{{ x }}",
    "nest": [{"name": "a", "on": True, "tls": {"m": 1}}, {"name": "b", "on": False}],
    "num": "42",
    "ml": "one\ntwo\n\nthree\n",
    "tl": ["{{ s }}", "{{ x }}"],
    "td": {"a": "{{ x }}", "items": 5},
    "fl": 1.5,
    "dup": ["a", "A", "b", "a", 1],
    "ints": [3, 1, 2, 3],
    "ended": "{{ s }}\n",
    "nothing": "{% if f %}a{% endif %}\n",
    "cond": "{% if b %}{{ s }}{% else %}none{% endif %}\n",
}

# Each is a template; those of one filter are by the name of what they show.
TEMPLATES: dict[str, str] = {
    "printing": ("{{ x }} {{ s }} {{ b }} {{ n }} {{ l }} {{ d }} {{ (1,2) }} {{ fl }}"),
    "printing 2": ("{{ t }}"),
    "printing 3": ("{{ td.a + 1 }}"),
    "printing 4": ("{{ td['items'] }}"),
    "if": ("{% if b %}\na\n{% elif f %}\nc\n{% else %}\nd\n{% endif %}"),
    "for": ('{% for i in l %}\n{{ i }}{{ "," if not loop.last }}\n{% endfor %}'),
    "for 2": ("{% for i in l -%}\n  {{ i }} {%- endfor %}\n"),
    "for 3": ("x{% for k, v in d.items() %} {{ k }}={{ v }}{% endfor %}\n"),
    "for 4": (
        "{% for k in d %}{{ k }}{% endfor %}|{% for p in d | dict2items %}{{ p.key }}"
        "{{ p.value }}{% endfor %}"
    ),
    "namespace": (
        "{% set ns = namespace(sum=0, found=f) %}{% for i in ints %}{% set ns.sum = ns.sum + i %}"
        "{% if i == x %}{% set ns.found = true %}{% endif %}{% endfor %}"
        "{{ ns.sum }} {{ ns.found }} {{ ns.nope is defined }}"
    ),
    "namespace 2": (
        "{% set ns = namespace() %}{% set other = ns %}{% set other.a = s %}{{ ns.a }}"
        "{% macro m(q) %}{% set q.a = 5 %}{{ q.a }}{% endmacro %}{{ m(ns) }}{{ ns.a }}"
    ),
    "namespace 3": (
        "{% set ns = namespace(a=x) %}{% for i in l %}{% set ns = namespace(b=i) %}{{ ns.b }}"
        "{{ ns.a is defined }}{% endfor %}{{ ns.a }}"
    ),
    "vars": (
        "{{ lookup('vars', 'n' ~ 'um') }} {{ vars['n' ~ 'um'] }} {{ vars.s }} {{ vars.td.a }}"
        " {{ lookup('vars', 'nope', default='d') }} {{ query('vars', 't') | first }}"
        " {{ lookup('vars', 'd').k }} {{ q('vars', 'l')[0] }} {{ vars['nope'] is defined }}"
    ),
    "join": (
        "{{ l | join(', ') }}|{{ l | sort | join }}"
        "|{{ nest | map(attribute='name') | list }}"
        "|{{ nest | selectattr('on') | map(attribute='name') | join }}"
    ),
    "selectattr": (
        "{{ nest | selectattr('name', 'equalto', 'b') | list | length }}"
        " {{ nest | rejectattr('on') | first }}"
    ),
    "defined": (
        "{{ x is defined }} {{ q is defined }} {{ q.a is undefined }} {{ s is string }}"
        " {{ d is mapping }} {{ l is sequence }} {{ l is iterable }} {{ x is number }}"
        " {{ b is sameas true }} {{ n is none }}"
    ),
    "bool": (
        '{{ "yes" | bool }} {{ "y" | bool }} {{ 1 | bool }} {{ "false" | bool }}'
        ' {{ n | bool }} {{ "ON" | bool }} {{ 2 | bool }}'
    ),
    "ternary": (
        "{{ b | ternary('a','b') }} {{ n | ternary('a','b','c') }} {{ \"False\" | ternary(1, 2) }}"
    ),
    "upper": (
        "{{ s | upper }} {{ s | replace('.', '_') }} {{ s | capitalize }} {{ s | title }}"
        " {{ s | length }} {{ s | first }} {{ s | reverse }} {{ s[0:4] }} {{ l[-1] }}"
        " {{ l[1:] }}"
    ),
    "indent": (
        "{{ ml | indent(4) }}|{{ ml | indent }}|{{ ml | indent(2, true) }}"
        "|{{ ml | indent(width=2, first=True, blank=True) }}"
    ),
    "comment": ("{{ ml | comment }}"),
    "comment 2": (
        "{{ ml | comment('c') }}{{ s | comment('cblock') }}{{ s | comment('xml') }}"
        "{{ s | comment(decoration='; ') }}"
        "{{ s | comment('plain', prefix='##', postfix='') }}{{ \"\" | comment }}"
    ),
    "trim": ('{{ ml | trim }} {{ "  a " | trim }}'),
    "int": (
        '{{ num | int + 1 }} {{ "a" | int(5) }} {{ "1.5" | float }} {{ 7 // 2 }}'
        " {{ 7 / 2 }} {{ 7 % 4 }} {{ 2 ** 8 }} {{ -x }} {{ 3.7 | round }}"
        " {{ 3.14159 | round(2) }} {{ 3.2 | round(0, 'ceil') | int }}"
    ),
    "format": (
        '{{ "%s:%d" % ("a", 5) }} {{ "%s" % x }} {{ "%-10s|" | format(s) }}'
        ' {{ "{}:{}".format(s, x) }} {{ "%s" | format(n) }}'
    ),
    "printing 5": ('{{ "a" ~ n ~ x ~ b ~ l }}'),
    "printing 6": ('{{ "a" + "b" }} {{ l + u }} {{ [1] * 3 }} {{ "=" * 5 }}'),
    "printing 7": (
        "{{ 'a' in l }} {{ 'k' in d }} {{ 'smtp' in s }} {{ 'z' not in l }}"
        " {{ 1 < 2 < 3 }} {{ 1 == 1.0 }} {{ 'a' == 'b' }} {{ not b }} {{ b and f }}"
        " {{ e or 'x' }} {{ 5 and 6 }}"
    ),
    "unique": (
        "{{ l | unique }} {{ dup | unique }} {{ ints | unique | list }}"
        " {{ [[1],[1],[2]] | unique }} {{ dup | unique(case_sensitive=true) }}"
    ),
    "min": (
        "{{ ints | min }} {{ ints | max }} {{ ints | sum }}"
        " {{ ints | sort(reverse=true) }}"
        " {{ nest | sort(attribute='name', reverse=True) | map(attribute='name') | list }"
        "} {{ l | sort }} {{ l | sort(case_sensitive=true) }} {{ l | min }}"
    ),
    "dictsort": (
        "{{ d | dictsort }} {{ d | to_json }} {{ d | to_nice_json }} {{ l | to_json }}"
        " {{ d | to_yaml }}{{ nest | to_nice_yaml }}{{ nest | to_nice_yaml(indent=2) }}"
        '{{ x | to_json }}{{ "é" | to_json }}'
    ),
    "from_json": ("{{ '{\"a\": [1, 2]}' | from_json }} {{ 'a: 1' | from_yaml }}"),
    "b64encode": (
        "{{ s | b64encode }} {{ 'YQ==' | b64decode }} {{ s | hash('sha256') }} {{ s | hash }}"
    ),
    "quote": (
        "{{ \"a b\" | quote }} {{ n | quote }} {{ '/a/b.c' | basename }}"
        " {{ '/a/b.c' | dirname }} {{ '/a/b.c' | splitext }} {{ \"a,b\" | split(',') }}"
        " {{ 'a b' | split }} {{ s.split('.') }} {{ s.split('.')[0] }} {{ ','.join(l) }}"
    ),
    "regex_replace": (
        "{{ s | regex_replace('\\\\.', '-') }} {{ s | regex_replace('^(\\w+)\\.', '\\\\1!') }}"
        " {{ s | regex_search('e\\w+') }} {{ s | regex_search('(\\\\w+)\\\\.(\\\\w+)', '\\\\2') }}"
        " {{ s | regex_findall('[a-z]+') }} {{ 'a.b' | regex_escape }}"
        " {{ s | regex_search('zzz') }}"
    ),
    "combine": (
        "{{ {'a': 1} | combine({'b': 2}) }} {{ {'a': {'x': 1}} | combine({'a': {'y': 2}}"
        ", recursive=true) }} {{ [{'a': 1}, {'b': 2}] | combine }}"
        " {{ {'a': [1]} | combine({'a': [2]}, list_merge='append') }}"
    ),
    "flatten": (
        "{{ [1,[2,[3,none]]] | flatten }} {{ [1,[2,[3]]] | flatten(1) }}"
        " {{ [1,[2,[3]]] | flatten(levels=1) }}"
        " {{ [{'key':'a','value':1}] | items2dict }} {{ [1,2] | zip(['a','b']) | list }}"
        " {{ [1,2] | product([3]) | list }}"
    ),
    "version": (
        "{{ '2.10' is version('2.9', '>') }} {{ '1.0' is version('1.0.0', '==') }}"
        " {{ '3.4.5' is version('3.4', '>=') }} {{ 'abc' is match('a') }}"
        " {{ 'abc' is search('c') }} {{ 'abc' is regex('^b') }}"
        " {{ [1] is subset([1,2]) }} {{ [1,2] is superset([1]) }}"
        " {{ [1,2] is contains(1) }} {{ 1 is in([1]) }}"
        " {{ 'yes' is truthy(convert_bool=true) }} {{ '' is falsy }}"
    ),
    "odd": (
        "{{ 3 is odd }} {{ 4 is even }} {{ 4 is divisibleby(2) }} {{ 'a' is lower }}"
        " {{ 1 is eq(1) }} {{ 1 is gt(0) }} {{ 1 is integer }} {{ 1.0 is float }}"
        " {{ true is boolean }} {{ true is number }} {{ true is integer }}"
        " {{ s is iterable }} {{ true is true }} {{ false is false }} {{ 1 is true }}"
        " {{ none is none }} {{ x is callable }}"
    ),
    "list": (
        "{{ range(3) | list }} {{ range(1, 10, 3) | list }} {{ dict(a=1) }}"
        " {{ [1,2,3,4,5] | batch(2) | list }} {{ [1,2,3,4,5] | slice(2) | list }}"
        ' {{ "a b c" | wordcount }} {{ "<a>" | escape }} {{ "<b>x</b>" | striptags }}'
        " {{ 'a b' | urlencode }} {{ \"hello world foo\" | truncate(8) }}"
        " {{ 'abc' | center(9) }}|"
    ),
    "set": (
        "{% set a = 1 %}{% set b, c = 2, 3 %}{{ a }}{{ b }}{{ c }}"
        "{% for i in [1] %}{% set a = 5 %}{% endfor %}{{ a }}"
        "{% if true %}{% set a = 7 %}{% endif %}{{ a }}"
    ),
    "macro": (
        "{% macro m(a, b='B') %}<{{ a }}-{{ b }}-{{ varargs }}-{{ kwargs }}"
        ">{% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(a=5) }}{{ m(1,2,3, z=4) }}"
    ),
    "macro 2": (
        "{% macro w(t) %}[{{ t }}:{{ caller() }}"
        "]{% endmacro %}{% call w('x') %}body{{ x }}{% endcall %}"
    ),
    "set 2": (
        "{% set blk %}text {{ x }}\n"
        "{% endset %}{{ blk }}{% filter upper %}abc{{ s }}"
        "{% endfilter %}{% with a=1, b=2 %}{{ a + b }}{% endwith %}"
    ),
    "raw": ("{% raw %}{{ x }}{% endraw %} {# comment #} end"),
    "printing 8": ("{{ 'x' if f }}|{{ 'x' if f else 'y' }}|{{ '' if f }}"),
    "header": (
        "#jinja2: trim_blocks: False, lstrip_blocks: True\na\n  {% if b %}\nb\n  {% endif %}\nc"
    ),
    "for 5": ("{% for n in nest recursive %}{{ n.name }}{% endfor %}"),
    "for 6": (
        "{% for i in [1,2,3] if i > 1 %}{{ loop.index }}{{ i }}{{ loop.revindex }}"
        "{{ loop.first }}{{ loop.last }}{{ loop.length }}"
        "{% else %}none{% endfor %}{% for i in [] %}{% else %}empty{% endfor %}"
    ),
    "set 3": (
        "{% set l2 = [] %}{% for i in [1,2] %}{{ l2.append(i) }}{% endfor %}{{ l2 }}"
        "{% set _ = l2.extend([5]) %}{{ l2 | length }}"
    ),
    "printing 9": ("{{ none }}"),
    "printing 10": ("{{ '' }}\n"),
    "if 2": ("{% if f %}x{% endif %}\n"),
    "printing 11": ("{{ l }}\n"),
    "printing 12": ("{{ x }}\n"),
    "map": (
        "{{ nest | map(attribute='tls.m', default=0) | list }}"
        " {{ nest | map('length') | list }} {{ l | map('upper') | join('') }}"
        " {{ l | map('regex_replace', '^', 'x') | list }}"
        " {{ l | select('match', 'a') | list }} {{ l | reject('eq', 'a') | list }}"
        " {{ ['', 'a'] | select | list }}"
    ),
    "ansible.builtin.regex_replace": (
        "{{ s | ansible.builtin.regex_replace('e', 'E') }}"
        " {{ l | ansible.builtin.flatten }} {{ d.keys() | list }} {{ d.values() | list }}"
        " {{ d.get('k') }} {{ d.get('nope') }} {{ d.get('nope', 4) }}"
    ),
    "human_readable": (
        "{{ 1024 | human_readable }} {{ 'k' | extract(d) }} {{ 0 | extract(l) }}"
        " {{ s | type_debug }} {{ x | type_debug }} {{ l | type_debug }}"
        " {{ n | type_debug }} {{ d | items | list }}"
    ),
    "printing 13": ("{{ \"a\\tb\" }} {{ \"a\\\\tb\" }} {{ 'it''s' }}"),
    "string": (
        "{{ s | string | list | length }} {{ x | string | length }} {{ l | count }}"
        " {{ d | length }} {{ l | last }} {{ ml.splitlines() }}"
        " {{ s.startswith('smtp') }} {{ s.find('.') }} {{ s.partition('.') }}"
        ' {{ "7" | string | int }} {{ "x".zfill(3) }}'
    ),
    "printing 14": ("{{ tl }} {{ td }}"),
    "default": (
        "{{ nope | default('w') }} {{ e | default('w') }} {{ e | default('w', true) }}"
        " {{ nest[0].tls.m }} {{ nest[1].tls.m | default(7) }}"
        " {{ nope.a.b | default('z') }}"
    ),
    "intersect": (
        "{{ [1,2] | intersect([2,3]) }} {{ [1,2] | difference([2]) }}"
        " {{ [1] | symmetric_difference([1]) }} {{ [[1]] | union([[2],[1]]) }}"
    ),
    "mandatory": ("{{ e | mandatory }}|{{ x | abs }}|{{ (-5) | abs }}"),
    "a variable of statements": ("[{{ cond }}]\n"),
    "crlf": ("a = {{ x }}\r\n{% if b %}\r\nb\r\n{% endif %}\r\nc\r\n"),
    "no end": ("{{ x }}\n\n\n"),
    "ends in a false block": ("x{% if f %}\ny\n{% endif %}\n"),
    "a variable that ends in a line end": "[{{ ended }}]\n",
    "a variable that writes nothing": "[{{ nothing }}][{{ nothing | string }}]\n",
    "to_yaml of scalars": "{{ 'a,b' | to_yaml }}|{{ 1 | to_yaml }}|{{ 'a' | to_nice_yaml }}",
    "none in filters": (
        "{{ none | string }} {{ none | upper }} {{ none | trim }} {{ none | replace('N', 'x') }}"
        " {{ 5 | replace('5', '6') }} {{ true | lower }} {{ [1, 2] | string }}"
    ),
}
