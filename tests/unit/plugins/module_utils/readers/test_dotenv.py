"""Files of variables, held against python-dotenv and a shell, and what others' sources say."""

from __future__ import annotations

import io
import logging
import re
import subprocess

import dotenv.parser
import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.readers import dotenv as reader_of
from ansible_collections.mailwarden.policy.plugins.module_utils.readers.leaves import (
    Leaf,
    Leaves,
    chosen,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import (
    Assumptions,
    explore,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text.budget import Overspent
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.support.properties import examples
from tests.support.reading import Reader, check_edit, check_hole, check_spans, leaves_of, tree

VARIANTS = {
    "python": reader_of.PYTHON,
    "php": reader_of.PHP,
    "compose": reader_of.COMPOSE,
    "docker": reader_of.DOCKER,
    "shell": reader_of.SHELL,
}
LINES = st.sampled_from(
    [
        "A=b", "export A=b", "A = b", "A=b c", "A=b # c", "A=b#c", "A= # c", "A=#c", "A=", "A",
        "=b",
        "A='b'", 'A="b"', 'A="b', "A='b", 'b"', "b'", "A='b' # c", 'A="b" c', "A=\"b'\"c'd'",
        'A="b\\n\\"c\\\\"', "A='b\\'c'", "A=b\\nc", "# c", '# c="', "", " ", "  A=b", "A: b", "é=b",
        "'A'=b", "B=${A}", "B='${A}'", 'B="x${A}y"', "B=$A", "B=\\$A", 'B="\\${A}"', "C=${B}${N}",
        "C=${N:-d}", "C=${A:-d}", "C=$(x y)", "A+=b", "A=(b)", "A=b; B=c", "x y", "A=b\xa0c",
    ]
)  # fmt: skip
ENDS = st.sampled_from(["\n", "\n", "\r\n", "\r"])
FILES = st.one_of(
    st.builds(lambda rows: "".join(a + b for a, b in rows), st.lists(st.tuples(LINES, ENDS))),
    st.text("AB=:#\"'\\ \t\n${}-n;", max_size=40),
    st.text("AB=:#\"'\\ \t\n${}-n;", max_size=40).map("A=".__add__),
)
VALUES = st.text("ab#\"'\\ $\n{};", max_size=6)
WITHIN = re.compile(r'(?m)^[^=\n]*=[^\n]*="')


@pytest.fixture(autouse=True)
def quiet() -> None:
    """python-dotenv says each line that it cannot parse."""
    logging.getLogger("dotenv.main").setLevel(logging.ERROR)


def reader(name: str) -> Reader:
    return lambda text, assume: reader_of.read(text, assume, VARIANTS[name])


@given(string=FILES)
@settings(max_examples=examples(120), deadline=None)
def test_as_python_dotenv_reads_it(string: str) -> None:
    bindings = list(dotenv.parser.parse_stream(io.StringIO(string, newline="")))
    raw = reader_of.PYTHON._replace(refers="")
    leaves = reader_of.read(Text.of(".env", string), Assumptions({}), raw)
    expected = [
        ((one.key,), Undecided(f"${{{one.key}}}") if one.value is None else one.value)
        for one in bindings
        if one.key
    ]
    assert tree(leaves) == expected
    assert bool(leaves.problems) == any(one.error for one in bindings)


@given(string=FILES)
@settings(max_examples=examples(120), deadline=None)
def test_references_as_python_dotenv_resolves_them(string: str) -> None:
    leaves = leaves_of(reader("python"), string)
    expected = dotenv.dotenv_values(stream=io.StringIO(string, newline=""))
    for name in {leaf.path[0] for leaf in leaves.leaves}:
        leaf = chosen(leaves, (name,), reader_of.PYTHON)
        assert leaf is not None
        if isinstance(leaf.value, str):
            assert leaf.value == expected[str(name)]
        else:
            assert all(one.startswith("${") for one in leaf.value.depends_on)


# Each line alone, with what a POSIX shell has in A behind it.
WORDS = [
    "A=b", "export A=b", "A=b # c", "A=b#c", "A= # c", "A=", "A='b c'", 'A="b c"#d',
    "A=b'c d'\"e\"",
    "A='b\\'", 'A="b\\n\\"c\\\\\\$"', "A=b\\ c\\\"", 'A="b\n c"', "A='b\n c'", 'A="b\\\nc"',
    "A=b\\\nc",
    "A=b;B=c", "B=x; A=${B}y$B'${B}'\"$B\"", "B=; A=${B:-d}${B-e}", "A=b\nA=c", "  A=b", "A=$",
    "A=a$/b",
]  # fmt: skip


@pytest.mark.parametrize("string", WORDS)
def test_as_a_shell_reads_it(string: str) -> None:
    script = string + '\nprintf %s "$A"'
    done = subprocess.run(["sh", "-c", script], capture_output=True, check=True, text=True)
    leaves = leaves_of(reader("shell"), string)
    assert not leaves.problems
    leaf = chosen(leaves, ("A",), reader_of.SHELL)
    assert leaf is not None
    assert leaf.value == done.stdout


@pytest.mark.parametrize("string", ["A=b c", "A = b", "A+=b", "A=(b)", "A=b && c", "A=`b`", "A='b"])
def test_what_a_shell_runs_or_refuses_is_a_problem(string: str) -> None:
    leaves = leaves_of(reader("shell"), f"B=1\n{string}\n")
    assert tree(leaves) == [(("B",), "1")]
    assert len(leaves.problems) == 1


FACTS = [
    # phpdotenv 5.6: EntryParser, Lexer, Lines, Resolver.
    pytest.param("php", "A=b#c", "b", id="php: a comment needs no blank"),
    pytest.param("php", "export 'A' = b # c", "b", id="php: a quoted name"),
    pytest.param("php", 'A="b\\n\\$\\""', 'b\n$"', id="php: escapes"),
    pytest.param("php", "A='b\\n'", "b\\n", id="php: none in single quotes"),
    pytest.param("php", 'A="b\nc"', "b\nc", id="php: lines"),
    pytest.param("php", '# B="\nA=c\nB=d"\nA=e', "e", id="php: a quote in a comment takes lines"),
    pytest.param("php", "B=c\nA=x${B}", "xc", id="php: a reference"),
    pytest.param("php", "B=c\nA='${B}'", "${B}", id="php: none in single quotes, either"),
    pytest.param("php", "A=${B}", Undecided("${B}"), id="php: from outside"),
    pytest.param("php", "A=$B", "$B", id="php: no reference"),
    pytest.param("php", "A=${B:-c}", "${B:-c}", id="php: no default"),
    pytest.param("php", "A=b\\n", "b\\n", id="php: a backslash without quotes"),
    # compose-go 2: dotenv/parser.go.
    pytest.param("compose", "A=b#c # d", "b#c", id="compose: a comment behind a space"),
    pytest.param("compose", "A: b", "b", id="compose: a colon"),
    pytest.param("compose", "A", Undecided("${A}"), id="compose: from outside"),
    pytest.param("compose", "A='b\\'c${D}'", "b'c${D}", id="compose: single quotes"),
    pytest.param("compose", 'A="b\\nc\\q"', "b\nc\\q", id="compose: escapes"),
    pytest.param("compose", "B=c\nA=$B-${B}$$", "c-c$", id="compose: references"),
    pytest.param("compose", "A=b c", "b c", id="compose: blanks"),
    # docker's cli: kvfile.
    pytest.param("docker", "A='b' # c", "'b' # c", id="docker: all of the line"),
    pytest.param("docker", "A= b ", " b ", id="docker: blanks"),
    pytest.param("docker", "A", Undecided("${A}"), id="docker: from outside"),
    # A shell.
    pytest.param("shell", "A=$(cat x)y", Undecided("the output of a command"), id="shell: command"),
    pytest.param("shell", "A=${B:?no}", Undecided("${B}"), id="shell: an error"),
]


@pytest.mark.parametrize(("name", "string", "value"), FACTS)
def test_facts(name: str, string: str, value: object) -> None:
    leaves = leaves_of(reader(name), string)
    leaf = chosen(leaves, ("A",), VARIANTS[name])
    assert leaf is not None
    assert leaf.value == value
    assert not leaves.problems


@pytest.mark.parametrize(
    ("name", "string"),
    [
        ("php", "A=b c"), ("php", 'A="\\q"'), ("php", "A='b\nc'"), ("php", "A-B=c"), ("php", "=c"),
        ("php", "A='b'c"), ("compose", "A B=c"), ("compose", "A='b"), ("compose", "A%=b"),
        ("docker", "A =b"), ("docker", "=b"),
    ],
)  # fmt: skip
def test_what_a_program_refuses_is_a_problem(name: str, string: str) -> None:
    assert leaves_of(reader(name), string + "\n").problems


def test_a_default_is_a_supplied_answer() -> None:
    def value(assume: Assumptions) -> object:
        text = Text.of(".env", "A=${PORT:-587}\n")
        return reader_of.read(text, assume, reader_of.COMPOSE).leaves[0].value

    outcomes, _open = explore(value, {})
    assert [answer for _when, answer in outcomes] == ["587", Undecided("${PORT}")]
    assert "587" not in repr([when for when, _answer in outcomes])


def test_a_long_chain_and_one_that_doubles() -> None:
    chain = "".join(f"A{at}=${{A{at - 1}}}\n" for at in range(1, 3000))
    assert leaves_of(reader("python"), "A0=x\n" + chain).leaves[-1].value == "x"
    doubling = "".join(f"A{at}=${{A{at - 1}}}${{A{at - 1}}}\n" for at in range(1, 60))
    with pytest.raises(Overspent):
        _ = leaves_of(reader("python"), "A0=x\n" + doubling).leaves[-1].value


@pytest.mark.parametrize("name", sorted(VARIANTS))
@given(string=FILES, which=st.integers(0, 9), new=VALUES, at=st.integers(0, 99))
@settings(max_examples=examples(30), deadline=None)
def test_spans_edits_and_holes(name: str, string: str, which: int, new: str, at: int) -> None:
    # phpdotenv takes `="` within a value for the beginning of one of several lines, if no quote
    # follows in its line: what such a value means depends on what is behind it.
    assume(name != "php" or not WITHIN.search(string))
    raw = VARIANTS[name]._replace(refers="", lone_names="skipped")

    def read(text: Text, assume: Assumptions) -> Leaves:
        return reader_of.read(text, assume, raw)

    def encode(leaf: Leaf, value: str) -> str | None:
        return reader_of.encode(leaf, value, raw)

    check_spans(read, string, "k=")
    check_hole(read, string, at)
    check_edit(read, encode, string, which, new)


@pytest.mark.parametrize(
    ("name", "old", "new", "written"),
    [
        ("python", "b", "587", "587"),
        ("python", "'b'", "it's", "'it\\'s'"),
        ("python", "b", "a # b", '"a # b"'),
        ("python", "b", "a\nb", '"a\\nb"'),
        ("php", '"b"', "a$b", '"a\\$b"'),
        ("php", "b", "a b", '"a b"'),
        ("compose", "b", "a$b", '"a\\$b"'),
        ("docker", "b", "a # b", "a # b"),
        ("docker", "b", "a\nb", None),
        ("shell", "b", "a b", '"a b"'),
        ("shell", "'b'", "it's", '"it\'s"'),
        ("python", "", "587", "587"),
    ],
)
def test_encode(name: str, old: str, new: str, written: str | None) -> None:
    leaf = leaves_of(reader(name), f"A={old}\n").leaves[0]
    assert reader_of.encode(leaf, new, VARIANTS[name]) == written


def test_holes() -> None:
    parts = ("A=x", Hole("v"), "\n", Hole("k"), "=1\nB='", Hole("w"), "'\nC=${A}\nD=2\n")
    leaves = leaves_of(reader("python"), *parts)
    values = {name: chosen(leaves, (name,), reader_of.PYTHON) for name in "ABCD"}
    assert [values[name].value for name in "ABCD" if values[name]] == [  # type: ignore[union-attr]
        Undecided("k"), Undecided("w"), Undecided("k"), "2",
    ]  # fmt: skip
    assert not leaves.problems


@pytest.mark.parametrize("name", sorted(VARIANTS))
@given(data=st.binary(max_size=60))
@settings(max_examples=examples(15), deadline=None)
def test_any_bytes_are_read(name: str, data: bytes) -> None:
    leaves = reader_of.read(Text.of(".env", data), Assumptions({}), VARIANTS[name])
    assert all(leaf.value is not None for leaf in leaves.leaves)
