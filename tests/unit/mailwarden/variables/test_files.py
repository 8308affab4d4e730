"""Where a value is written, and what no file may cost."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from hypothesis import given
from hypothesis import strategies as st

from mailwarden.variables import files
from mailwarden.variables.files import Value

KINDS = {
    "a: 1": files.LITERAL,
    "a: x": files.LITERAL,
    "a: [1]": files.LITERAL,
    "a: '{{ x }}'": files.TEMPLATE,
    "a: '{% if x %}1{% endif %}'": files.TEMPLATE,
    "a: '{# x #}'": files.TEMPLATE,
    "a: !vault x": files.VAULT,
    "a: !vault-encrypted x": files.VAULT,
    "a: !unsafe '{{ x }}'": files.UNSAFE,
    "a: !unsafe '5'": files.OPEN,
    "a: 2024-01-01": files.OPEN,
    "a: !!binary aGk=": files.OPEN,
    "a: !!set {b}": files.OPEN,
    f"a: {'9' * 200}": files.OPEN,
    '{"a": {"__ansible_vault": "x"}}': files.OPEN,
}


@pytest.mark.parametrize("text", KINDS)
def test_kinds(text: str) -> None:
    assert read(text.encode()).values["a"].kind == KINDS[text]


def read(data: bytes) -> files.VarsFile:
    return files.read(Text.of("x.yml", data))


def test_unsafe_holds_for_all_that_is_inside() -> None:
    value = read(b"a: !unsafe [x, {b: '{{ c }}'}, 5]\n").values["a"]
    assert [one.kind for one in leaves(value)] == [files.UNSAFE, files.UNSAFE, files.LITERAL]


def leaves(value: Value) -> Iterator[Value]:
    if isinstance(value.plain, dict):
        for one in value.plain.values():
            yield from leaves(one)
    elif isinstance(value.plain, list):
        for one in value.plain:
            yield from leaves(one)
    else:
        yield value


PLACED = """\
# é
plain: 465
"quoted": "a\\tb"   # x
single: 'it''s'
list: [a, "é", 5]
nested: {port: 587, é: {x: yes}}
block: |
  one
  two
folded: >-
  one
anchor: &here 25
alias: *here
tag: !unsafe x
dashes:
- a
- b: 1
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_places_give_the_bytes_back(end: str) -> None:
    data = PLACED.replace("\n", end).encode()
    every = list(leaves(Value(files.LITERAL, read(data).values, None)))  # type: ignore[arg-type]
    assert len(every) == 15
    for one in every:
        written = data[one.place.start : one.place.end].decode()
        line = data.decode().split("\n")[one.place.line - 1]
        assert line[one.place.column - 1 :].startswith(written.partition(end)[0])
        assert str(yaml.safe_load(written + "\n")).strip() == str(one.plain).strip()


def test_a_key_that_stands_twice() -> None:
    one = read(b"a: 1\nb: {c: 1, c: 2}\na: 3\n")
    assert [(place.line, place.column) for place in one.twice] == [(3, 1), (2, 11)]
    assert [value.plain for value in (one.values["a"], one.values["b"].plain["c"])] == [3, 2]


def test_an_encrypted_file() -> None:
    one = read(b"$ANSIBLE_VAULT;1.1;AES256\n6162\n")
    assert (one.encrypted, one.values) == (True, {})


def test_a_list_of_mappings_is_one_for_vars_files() -> None:
    text = Text.of("x.yml", b"- a: 1\n- a: 2\n  b: 3\n")
    values = files.read(text, lists=True).values
    assert {name: value.plain for name, value in values.items()} == {"a": 2, "b": 3}
    with pytest.raises(MailwardenError, match="holds no mapping of variables"):
        files.read(text)


LAUGHS = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30))
WRONG: dict[str, tuple[str, str]] = {
    "no YAML": ("a: 1\nb: [\n", "x.yml:3:1: is not YAML: "),
    "two documents": ("a: 1\n---\nb: 1\n", "x.yml:3:1: holds more than one document"),
    "an anchor twice": ("a: &x 1\nb: &x 2\n", "x.yml:2:8: is not YAML: an anchor that"),
    "no mapping": ("\n- a\n", "x.yml:2: holds no mapping of variables"),
    "a tag": ("a: !x 1\n", "x.yml:1:7: the tag !x is not known"),
    "no number": ("a: !!int x\n", "x.yml:1:10: no value of the tag !!int"),
    "no UTF-8": ("a: \udce9\n", "x.yml:1:4: holds a byte that is not UTF-8"),
    "a vault that is a list": ("a: !vault [1]\n", "x.yml:1:11: holds a !vault that is no text"),
    "a merge of a text": ("a: {<<: x}\n", "x.yml:1:9: << is followed by what is no mapping"),
    "a key that is a list": ("[a]: 1\n", "x.yml:1:1: holds a key that is no plain value"),
    "two mappings merged": ("<<: [{a: 1}, {b: 1}]\n", "x.yml:1: holds no mapping of variables"),
    "too deep": ("a: " + "[" * 70 + "]" * 70, "x.yml:1:67: is not YAML: nested more than 64 deep"),
    "too deep by aliases": (
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 70)),
        "is nested more than 64 deep",
    ),
    "too many by aliases": ("a0: &a0 x\n" + LAUGHS, "holds more than 3,000 values"),
    "too many": ("a: [" + "1," * 3_001 + "]", "holds more than 3,000 values"),
    "too many merges": (
        "a: &a {" + ", ".join(f"k{n}: 1" for n in range(50)) + "}\n"
        + "".join(f"b{n}: {{<<: *a}}\n" for n in range(70)),
        "holds more than 3,000 values",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST", 3_000)
    text, expected = WRONG[name]
    with pytest.raises(MailwardenError) as raised:
        read(text.encode("utf-8", "surrogateescape"))
    assert expected in str(raised.value)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_end(data: bytes) -> None:
    with contextlib.suppress(MailwardenError):
        for one in leaves(Value(files.LITERAL, read(data).values, None)):  # type: ignore[arg-type]
            assert data[one.place.start : one.place.end].decode() or one.plain in (None, "")
