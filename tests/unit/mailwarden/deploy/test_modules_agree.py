"""Each step writes what ansible-core's own module writes, byte for byte.

The modules run in this process on files and parameters that Hypothesis makes of the pieces that
they treat differently: ends of lines, equal lines, patterns, markers.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailwarden.deploy.steps.outcome import Failed
from tests.support import modules
from tests.support.properties import examples
from tests.support.steps import step

MODULES = ("lineinfile", "blockinfile", "replace")
BEGIN, END = "# BEGIN ANSIBLE MANAGED BLOCK", "# END ANSIBLE MANAGED BLOCK"
LINES = (
    "relayhost = a", "relayhost = b", "relayhost=a", "#relayhost = a", "  relayhost = c", "", " ",
    "a = 1", "ä = ü", "submission inet n - y - - smtpd", "  -o a=1", BEGIN, END, "\udce4 = 1",
    "relayhost = a ", "x\x0by", "{mark}",
)  # fmt: skip
ENDS = ("\n", "\n", "\n", "\r\n", "\r", "")
PATTERNS = (
    "^relayhost", r"^relayhost\s*=", r"^#?relayhost\s*=\s*(.*)$", "relayhost", "^a", "a$", "", "^$",
    r"^\s*$", r"(\w+) = (\w)", "^submission", "ä", ".", r"=\s", r"(?i)^RELAYHOST", r"(?m)^a",
    r"^(#)?relayhost", "(", "EOF", "BOF", r"\s+", "^(?P<key>[^=]*)=", r"(?<=a)\s", "x|a",
)  # fmt: skip
WRITTEN = (
    "relayhost = a", "relayhost = z", "", "a = 1\nb = 2", "ü", r"\1 = y", r"\g<1>x", r"\2", r"\n",
    r"a\\b", r"\q", "line\n", r"\g<key>", r"\0", "relayhost = a\r", r"\.", r"\101", "\\",
)  # fmt: skip
BLOCKS = ("b = 2", "b = 2\nc = 3\n", "", "\n", "b\n\n\n", "  -o a=1", "c\rd", "ü")
MARKERS = (
    "# {mark} ANSIBLE MANAGED BLOCK", "# {mark} x", "# none", "{mark}", "a\n{mark}", "{mark}{mark}",
)  # fmt: skip
BOOLEANS = ("true", "no", "yes", "True", "maybe")

files = st.none() | st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(ENDS)), max_size=7)


def some(**choices: tuple[str, ...]) -> st.SearchStrategy[dict[str, str]]:
    """Some of the parameters, each with one of its values."""
    return st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(values) for name, values in choices.items()}
    )


PARAMETERS = {
    "lineinfile": some(
        line=WRITTEN,
        regexp=PATTERNS,
        search_string=("relayhost", "a", ""),
        insertafter=PATTERNS,
        insertbefore=PATTERNS,
        state=("present", "present", "absent", "gone"),
        firstmatch=BOOLEANS,
        backrefs=BOOLEANS,
        create=BOOLEANS,
    ),
    "blockinfile": some(
        block=BLOCKS,
        marker=MARKERS,
        marker_begin=("BEGIN", "x"),
        insertafter=PATTERNS,
        insertbefore=PATTERNS,
        state=("present", "present", "absent"),
        append_newline=BOOLEANS,
        prepend_newline=BOOLEANS,
        create=BOOLEANS,
    ),
    "replace": some(
        regexp=PATTERNS,
        replace=WRITTEN,
        after=PATTERNS,
        before=PATTERNS,
    ),
}


def written(lines: list[tuple[str, str]] | None) -> bytes | None:
    if lines is None:
        return None
    return "".join(line + end for line, end in lines).encode("utf-8", "surrogateescape")


def data(outcome: Text | None) -> bytes | None:
    return None if outcome is None else outcome.string.encode("utf-8", "surrogateescape")


@pytest.mark.parametrize("module", MODULES)
@settings(
    max_examples=examples(200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(drawn=st.data())
def test_a_step_writes_what_the_module_writes(
    drawn: st.DataObject, module: str, tmp_path: Path
) -> None:
    before = written(drawn.draw(files))
    arguments = drawn.draw(PARAMETERS[module])
    mine = step(module, before, dict(arguments))
    try:
        theirs = modules.run(module, tmp_path, before, arguments)
    except modules.ModuleError:
        assert isinstance(mine, Failed) or (mine is not None and mine.holes)
        return
    assert not isinstance(mine, Failed)
    if mine is not None and mine.holes:
        assert is_left_open(arguments)
        return
    assert data(mine) == theirs


def is_left_open(arguments: dict[str, str]) -> bool:
    """What a step does not say although nothing in it is open: the pattern may be slow."""
    several_lines = "(?m)" in arguments.get("insertafter", arguments.get("insertbefore", ""))
    region = arguments.get("after", ""), arguments.get("before", "")
    return several_lines or all(region) or any("(" in pattern for pattern in region)
