"""Parameters in a line are what ansible-core takes them for."""

from __future__ import annotations

from ansible.errors import AnsibleError
from ansible.parsing.splitter import parse_kv
from hypothesis import given, settings
from hypothesis import strategies as st

from mailwarden.deploy import words
from tests.support.properties import examples

SIGNS = (
    "a", "=", "a=b", "'", '"', " ", "  ", "\n", "{{", "}}", "{%", "%}", "{#", "#}", "\\", "\\n",
    "\\=", "creates=x", "é", "\\x41", "x", "{{ a }}", "\\ \n", "''",
)  # fmt: skip
LINES = st.lists(st.sampled_from(SIGNS), max_size=12).map("".join)


@settings(max_examples=examples(1_000))
@given(LINES, st.booleans())
def test_the_same_as_ansible(line: str, command: bool) -> None:
    try:
        wanted = parse_kv(line, check_raw=command)
    except AnsibleError:
        wanted = None
    try:
        found = {one.name: one.value for one in words.parameters(line, command)}
    except ValueError:
        found = None
    assert found == wanted
