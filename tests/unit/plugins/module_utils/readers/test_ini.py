"""INI files, held against Python's configparser, git and what go-ini does."""

from __future__ import annotations

import configparser
import io
import subprocess
from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.readers import ini
from ansible_collections.mailwarden.policy.plugins.module_utils.readers.ini_values import BACKSLASH
from ansible_collections.mailwarden.policy.plugins.module_utils.readers.leaves import Leaf, Leaves
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.properties import examples
from tests.support.reading import (
    Reader,
    check_edit,
    check_hole,
    check_spans,
    leaves_of,
    template,
    tree,
)

VARIANTS = {
    "default": ini.DEFAULT,
    "python": ini.PYTHON_RAW,
    "basic": ini.PYTHON,
    "extended": ini.PYTHON_EXTENDED,
    "inline": ini.PYTHON_RAW._replace(trailing="#;"),
    "go": ini.GO_INI,
    "grafana": ini.GRAFANA,
    "gitea": ini.GITEA,
    "git": ini.GIT_CONFIG,
    "quotes": ini.Variant(quotes="\"'", trailing="#;", lines=BACKSLASH),
}
LINES = st.sampled_from(
    [
        "[s]", "[s] # c", "[t]", "[DEFAULT]", "[s", "[]", "[a]b]", "", " ", "# c", "; c", "  # c",
        "k = v", "K=v", "k: v", "j = a = b", "k =", "k", "  k = v", "  more", "\tmore ; c", "= v",
        "k = 'v'", 'k = "v"', 'k = "v', 'k = "a" "b"', "k = v # c", "k = v#c", "k = v ;c", "k = #c",
        "k = a\\", "k = `v", "v`", 'k = """v', 'v""" x', "k = `v` # c", '"k = j" = v', "`k` = v",
        "j = %(k)s", "k = %(j)s%%", "k = %(no)s", "k = %(j", "k = 5%", "j = ${k}", "k = ${t:j}$$",
        "k = ${no}", "k = ${s:k}", "k = a  b", "k = \xa0v\xa0", "[k]=v",
    ]
)  # fmt: skip
ENDS = st.sampled_from(["\n", "\n", "\r\n", "\r"])
FILES = st.one_of(
    st.builds(lambda rows: "".join(a + b for a, b in rows), st.lists(st.tuples(LINES, ENDS))),
    st.text("ks=:#;[]\"'`\\ \t\n%(){}$", max_size=40),
    st.text("ks=:#;[]\"'`\\ \t\n%(){}$", max_size=40).map("[s]\nk =".__add__),
)
VALUES = st.text("ab#;\"'`\\ %$(){}=:\n", max_size=6)


def reader(name: str) -> Reader:
    return lambda text, assume: ini.read(text, assume, VARIANTS[name])


def parsed(parser: configparser.RawConfigParser, string: str) -> list[tuple[tuple[str, str], str]]:
    """What configparser reads of a file, sections and keys as they are there."""
    parser.read_file(io.StringIO(string, newline=None))
    found = [((parser.default_section, key), value) for key, value in parser.defaults().items()]
    for section in parser.sections():
        own = parser._sections[section]  # type: ignore[attr-defined]
        found += [((section, key), value) for key, value in own.items()]
    return found


def sorted_tree(leaves: Leaves) -> list[object]:
    return sorted(tree(leaves), key=repr)


@pytest.mark.parametrize("name", ["python", "inline"])
@given(string=FILES)
@settings(max_examples=examples(60), deadline=None)
def test_as_configparser_reads_it(name: str, string: str) -> None:
    inline = VARIANTS[name].trailing or None
    parser = configparser.RawConfigParser(inline_comment_prefixes=inline)
    leaves = leaves_of(reader(name), string)
    try:
        expected = parsed(parser, string)
    except (configparser.Error, AttributeError):
        assert leaves.problems
    else:
        assert not leaves.problems
        assert sorted_tree(leaves) == sorted(expected, key=repr)


@pytest.mark.parametrize(
    ("name", "interpolation"),
    [
        ("basic", configparser.BasicInterpolation),
        ("extended", configparser.ExtendedInterpolation),
    ],
)
@given(string=FILES)
@settings(max_examples=examples(60), deadline=None)
def test_references_as_configparser_resolves_them(
    name: str, interpolation: type[configparser.Interpolation], string: str
) -> None:
    parser = configparser.ConfigParser(interpolation=interpolation())
    leaves = leaves_of(reader(name), string)
    if leaves.problems:
        return
    parser.read_file(io.StringIO(string, newline=None))
    for leaf in leaves.leaves:
        if leaf.path[0] == "DEFAULT":
            continue
        try:
            expected: object = parser.get(*map(str, leaf.path))
        except configparser.Error:
            expected = Undecided
        value = Undecided if isinstance(leaf.value, Undecided) else leaf.value
        assert value == expected


def git_reads(string: str, folder: Path) -> list[tuple[str, str]] | None:
    file = folder / "config"
    file.write_bytes(string.encode())
    done = subprocess.run(
        ["git", "config", "--null", "--file", str(file), "--list"],
        capture_output=True, check=False, cwd=folder,
    )  # fmt: skip
    if done.returncode:
        return None
    pairs = done.stdout.decode().split("\0")[:-1]
    return [(key, value) for key, _newline, value in (pair.partition("\n") for pair in pairs)]


GIT_FILES = [
    '[a]\nk = v\n[a "B"]\nk=v # c\n[A.C]\nKey-1 = "a # b" ; c\n[d] x = 1\n y\n',
    '[a]\nk = a\\\n  b\\\n\nj = "a\\\nb"\ni = a\\tb\\"c\\\\\n',
    '[a "x\\"y\\\\z"]\nk = "  a  "  \n j = a "" \n i = x " " \n h = "a" b "c"\n',
    "[a]\r\nk = v\r\nj = a\\\r\nb\r\n",
    "\ufeff[a]\nk = \n j =#c\n",
    "[a]\nk = a b;c\n",
    "[a]\nk = v",
    "[a]\nk = v \\\n\n j = w \\\n # c\n",
    "[a]\nk = v \\",
    "k = v\n",
]
GIT_ERRORS = [
    "[a\nk = v\n", '[a "b]\nk = v\n', "[a]\n1 = v\n", '[a]\nk = "v\n', "[a]\nk v\n",
    "[a]\nk = \\q\n", "[a]\nk # c\n", '[a "b" ]\nk = v\n',
]  # fmt: skip


@pytest.mark.parametrize("string", GIT_FILES)
def test_as_git_reads_it(string: str, tmp_path: Path) -> None:
    leaves = leaves_of(reader("git"), string)
    assert not leaves.problems
    assert [(".".join(map(str, path)), value) for path, value in tree(leaves)] == git_reads(
        string, tmp_path
    )


@pytest.mark.parametrize("string", GIT_ERRORS)
def test_what_git_refuses_is_a_problem(string: str, tmp_path: Path) -> None:
    assert git_reads(string, tmp_path) is None
    assert leaves_of(reader("git"), string + "[z]\nk = v\n").problems


# go-ini's parser.go and key.go (v1.67) say each of these; no Go is needed to read them.
GO_FILES = [
    pytest.param("k = v", [("DEFAULT", "k", "v")], id="before any section"),
    pytest.param("[a]\nk: v\n[a]\nj=1\n", [("a", "k", "v"), ("a", "j", "1")], id="sections join"),
    pytest.param("[a]\nk = a#b;c\n", [("a", "k", "a")], id="a comment needs no blank"),
    pytest.param("[a]\nk = 'a#b'\n", [("a", "k", "'a")], id="a comment comes off before quotes"),
    pytest.param("[a]\nk = 'a'\n", [("a", "k", "a")], id="quotes"),
    pytest.param("[a]\nk = 'a'b'\n", [("a", "k", "'a'b'")], id="a quote within"),
    pytest.param("[a]\nk = `a#'b` # c\n", [("a", "k", "a#'b")], id="backquotes"),
    pytest.param('[a]\nk = """a#"b""" # c\n', [("a", "k", 'a#"b')], id="three quotes"),
    pytest.param("[a]\nk = `a\n  b\n` c\nj=1\n", [("a", "k", "a\n  b\n"), ("a", "j", "1")],
                 id="rows"),
    pytest.param("[a]\nk = a \\\n  b\\\n\nj=1\n", [("a", "k", "a b"), ("a", "j", "1")],
                 id="lines go on"),
    pytest.param('[a]\n"k = x" = v\n`j`=w\n', [("a", "k = x", "v"), ("a", "j", "w")],
                 id="quoted keys"),
    pytest.param("[a]b] ; c\nk = v\n", [("a]b", "k", "v")], id="the last bracket closes"),
    pytest.param("k = v\n[a]\nj = %(k)s/%(i)s\ni = 1\n",
                 [("DEFAULT", "k", "v"), ("a", "j", "v/1"), ("a", "i", "1")], id="references"),
    pytest.param("[a]\nk = 5%(no)s\n", [("a", "k", "5%(no)s")], id="an unknown reference stays"),
    pytest.param("[a]\nk = %(k)s\n", [("a", "k", "%(k)s")], id="a reference to itself"),
    pytest.param("\ufeff[a]\r\nk = v\r\n", [("a", "k", "v")], id="byte order mark"),
]  # fmt: skip


@pytest.mark.parametrize(("string", "expected"), GO_FILES)
def test_as_go_ini_reads_it(string: str, expected: list[tuple[str, str, str]]) -> None:
    leaves = leaves_of(reader("go"), string)
    assert [(*path, value) for path, value in tree(leaves)] == expected
    assert not leaves.problems


@pytest.mark.parametrize("string", ["[a\nk=v\n", "[a]\nk\n", "[a]\n=v\n", "[a]\nk = `v\nj=1\n"])
def test_what_go_ini_refuses_is_a_problem(string: str) -> None:
    assert leaves_of(reader("go"), string).problems


def test_gitea_reads_a_backslash_as_itself() -> None:
    assert tree(leaves_of(reader("gitea"), "[m]\nk = a\\\nj=1\n"))[0] == (("m", "k"), "a\\")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("$__env{SMTP_HOST}:25", Undecided("$__env{SMTP_HOST}")),
        ("${A}$__file{/run/x}", Undecided("${A}", "$__file{/run/x}")),
        ("${}$x", "${}$x"),
        ("$__env{A", "$__env{A"),
    ],
)
def test_what_grafana_takes_from_outside_is_undecided(value: str, expected: object) -> None:
    assert tree(leaves_of(reader("grafana"), f"[smtp]\nhost = {value}\n"))[0][1] == expected


Variant = ini.Variant
VARIATIONS = [
    pytest.param(Variant(quotes="'"), "k = '#a' # b", {"k": "#a"}, id="quotes, comment"),
    pytest.param(Variant(trailing="#"), "k = a#b # c", {"k": "a#b"}, id="behind a blank"),
    pytest.param(Variant(trailing="#", behind="anywhere"), "k = a#b", {"k": "a"}, id="anywhere"),
    pytest.param(Variant(lone_keys="skipped"), "j\nk = a", {"k": "a"}, id="lone key skipped"),
    pytest.param(Variant(lone_keys="kept"), "j\nk = a", {"j": "", "k": "a"}, id="lone key kept"),
    pytest.param(Variant(folds=("keys",)), "Key = A", {"key": "A"}, id="case of keys"),
    pytest.param(Variant(), "Key = A", {"Key": "A"}, id="case kept"),
    pytest.param(Variant(lines="backslash"), "k = a\\\n  b\nj=1", {"k": "ab", "j": "1"},
                 id="goes on"),
    pytest.param(Variant(sections="last"), "[a]\nk=1\n[b]\nk=2\n[a]\nj=3", {"k": "2", "j": "3"},
                 id="last"),
]  # fmt: skip


@pytest.mark.parametrize(("variant", "string", "expected"), VARIATIONS)
def test_variants(variant: ini.Variant, string: str, expected: dict[str, str]) -> None:
    leaves = ini.read(Text.of("x.ini", string), Assumptions({}), variant)
    assert {path[-1]: value for path, value in tree(leaves)} == expected
    assert not leaves.problems


@pytest.mark.parametrize("name", sorted(VARIANTS))
@given(string=FILES, which=st.integers(0, 9), new=VALUES, at=st.integers(0, 99))
@settings(max_examples=examples(25), deadline=None)
def test_spans_edits_and_holes(name: str, string: str, which: int, new: str, at: int) -> None:
    raw = VARIANTS[name]._replace(refers="", outside="", duplicates="last", sections="merged")

    def read(text: Text, assume: Assumptions) -> Leaves:
        return ini.read(text, assume, raw)

    check_spans(read, string, "[s]\nk =")
    check_hole(read, string, at)

    def encode(leaf: Leaf, value: str) -> str | None:
        return ini.encode(leaf, value, raw)

    check_edit(read, encode, string, which, new)


@pytest.mark.parametrize(
    ("name", "old", "new", "written"),
    [
        ("default", "v", "587", "587"),
        ("default", "", "587", "587"),
        ("default", "v", " a", None),
        ("default", "v", "a\nb", None),
        ("python", "a\n  b", "c", "c"),
        ("basic", "v", "5%", "5%%"),
        ("extended", "v", "5$", "5$$"),
        ("go", "v", "a#b", "`a#b`"),
        ("go", "`v`", "a", "`a`"),
        ("go", "'v'", "a", "'a'"),
        ("go", "v", "a`#b", "`a`#b`"),
        ("go", "v", "a\nb", "`a\nb`"),
        ("git", "v", "a b", "a b"),
        ("git", "v", "a # b", '"a # b"'),
        ("git", '"v"', "a", '"a"'),
        ("git", "v", 'a"\\b\nc', 'a\\"\\\\b\\nc'),
        ("quotes", "'v'", "a", "'a'"),
        ("quotes", "v", "a #b", '"a #b"'),
    ],
)
def test_encode(name: str, old: str, new: str, written: str | None) -> None:
    leaf = leaves_of(reader(name), f"[s]\nk = {old}\n").leaves[0]
    assert ini.encode(leaf, new, VARIANTS[name]) == written


@pytest.mark.parametrize(
    ("name", "string", "path", "value"),
    [
        ("python", "[DEFAULT]\nk = 1\n[s]\nj = 2\n", ("s", "k"), "1"),
        ("go", "[a]\nk = 1\n[a.b]\nj = 2\n", ("a.b", "k"), "1"),
        ("default", "[a]\nk = 1\n[a.b]\nj = 2\n", ("a.b", "k"), None),
    ],
)
def test_look_up(name: str, string: str, path: tuple[str, str], value: str | None) -> None:
    leaf = ini.look_up(leaves_of(reader(name), string), path, VARIANTS[name])
    assert (leaf.value if leaf else None) == value


def test_holes() -> None:
    text = template("[", Hole("s"), "]\nk = 1\n[m]\n", Hole("k"), " = 1\nj = a", Hole("v"), "\n")
    leaves = ini.read(text, Assumptions({}))
    assert tree(leaves) == [(("m", "j"), Undecided("v"))]
    sought = [ini.look_up(leaves, ("m", key), ini.DEFAULT) for key in "jk"]
    assert [leaf.value for leaf in sought if leaf] == [Undecided("v"), Undecided("k", "s")]
    assert not leaves.problems


def test_a_hole_with_branches_is_decoded_once_it_is_filled() -> None:
    branches = Hole("x", [("a", Text.of("t", "'1' # c")), ("b", Text.of("t", "2"))])
    leaves = leaves_of(reader("quotes"), "[s]\nk = ", branches, "\n")
    assert leaves.leaves[0].value == "1"


@pytest.mark.parametrize("name", sorted(VARIANTS))
@given(data=st.binary(max_size=60))
@settings(max_examples=examples(15), deadline=None)
def test_any_bytes_are_read(name: str, data: bytes) -> None:
    leaves = ini.read(Text.of("x.ini", data), Assumptions({}), VARIANTS[name])
    assert all(leaf.value is not None for leaf in leaves.leaves)
