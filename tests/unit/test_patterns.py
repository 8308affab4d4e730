"""No pattern of ours takes longer than in proportion to what it is tried on.

The patterns are collected from the sources, and their steps counted (``support.backtracking``) on
strings that are made to hurt each of them.
"""

from __future__ import annotations

import ast
import functools
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.source import placeholders

from mailwarden import signs
from tests.support import backtracking

ROOT = Path(__file__).resolve().parents[2]
SMALL, LARGE = 64, 256
# Four times the length; what is tried at each place may differ a little.
RATIO = 6
SLACK = 500
MOST = 60_000
ANCHORED = {"match", "fullmatch"}
# Handed on by another name, and matched there from the beginning of a string.
HANDED_ON = {"_PLACEHOLDERS", "_NAME", "_IPV6", "_NUMBER"}
ANYWHERE = {"search", "sub", "subn", "finditer", "findall", "split"}
FLAGS = re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE
# What is read by these is our own documentation.
OUR_OWN = {"mailwarden.reference", "mailwarden.manuals"}
# What is run here comes from strangers, and is measured before: tests/unit/mailwarden/deploy.
MEASURED = {"mailwarden.deploy.steps.expressions"}
# Patterns that are made while they are needed, each as it may come to be.
MADE = {
    ("module_utils.report.misspelt", "_quotes"): r"(?<!\w)foo\ bar(?!\w)",
    ("module_utils.catalogue.templates", "_comments"): r"(?m:^[ \t]*#[^\n]*)",
    ("module_utils.catalogue.templates", "_comments "): r"(?m:(?:^|[ \t])#[^\n]*)",
    ("module_utils.catalogue.templates", "_comments  "): r"(?s:<!--.*?(?:-->|\Z))",
    ("module_utils.formats.postfix.parameters", "split_list"): r"[,\ \t\r\n]+",
    ("module_utils.formats.postfix.fixes", "_refers"): r"\$[({]?name\b",
    ("mailwarden.signs", "distribution"): f"^(?:{'|'.join(name for name, _, _ in signs.SIGNS)})$",
    ("mailwarden.signs", "_named"): f"^(?:{'|'.join(line for _, line, _ in signs.SIGNS)})",
    ("mailwarden.signs", "_named "): "|".join(
        f"(?<![a-z0-9])(?:{release.words})(?![0-9])" for release in signs.RELEASES
    ),
    ("module_utils.source.placeholders", "_pattern"): "|".join(
        pattern for _sign, pattern in placeholders.FORMS.values()
    ),
    ("module_utils.formats.postfix.lookup_tables", "_matcher"): r"^a\.b$",
    ("mailwarden.deploy.steps.ini_file", "_bounds"): r"^\[\s*a\ b\s*]",
    ("mailwarden.deploy.steps.ini_file", "__init__"): (
        r"^(?P<indent>[ \t]*)(?:(?P<comment>[#;])[ \t]*)?a\.b[ \t]*(?P<sep>=|$)[ \t]*"
    ),
}


class Pattern(NamedTuple):
    """A pattern, and whether it is looked for anywhere in a string."""

    where: str
    source: str
    flags: int
    anywhere: bool


def sources() -> Iterator[tuple[str, str]]:
    """The text of every module of the code but those of patterns themselves, by its name."""
    for top, prefix in (("plugins", "ansible_collections.mailwarden.policy."), ("src", "")):
        for path in sorted(ROOT.glob(f"{top}/**/*.py")):
            parts = path.relative_to(ROOT if prefix else ROOT / top).with_suffix("").parts
            name = prefix + ".".join(part for part in parts if part != "__init__")
            if name not in OUR_OWN and not name.endswith(".patterns"):
                yield name, path.read_text()


SOURCES = dict(sources())


@functools.cache
def trees() -> dict[str, ast.Module]:
    """The modules that may make a pattern; to parse the others costs more than all the rest."""
    makes = re.compile(r"\b(?:lazy\(|re\.)")
    return {name: ast.parse(text) for name, text in SOURCES.items() if makes.search(text)}


def is_compiled(node: ast.AST) -> bool:
    """Whether the node makes a pattern."""
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    return called == "lazy" or called in {f"re.{one}" for one in ("compile", *ANCHORED, *ANYWHERE)}


def compiled_in(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """The calls that make patterns, with the constant that is made of them, if one is.

    Of a constant that is a table of patterns the first call stands for all.
    """
    for statement in tree.body:
        for node in ast.walk(statement):
            if is_compiled(node):
                assert isinstance(node, ast.Call)
                if isinstance(statement, ast.Assign):
                    yield ast.unparse(statement.targets[0]), node
                    break
                yield "", node


def collected() -> Iterator[Pattern]:
    # A private name is a module's own, any other is everybody's.
    used: dict[tuple[str, str], set[str]] = {}
    uses = re.compile(rf"(\w+)\.({'|'.join(ANCHORED | ANYWHERE)})\b")
    for name, text in SOURCES.items():
        for called, way in uses.findall(text):
            owner = name if called.startswith("_") else ""
            used.setdefault((owner, called), set()).add(way)
    for name, tree in trees().items():
        for assigned, call in compiled_in(tree):
            if not assigned:
                if isinstance(call.args[0], ast.Constant):
                    anchored = ast.unparse(call.func).rpartition(".")[2] in ANCHORED
                    source = str(call.args[0].value)
                    yield Pattern(f"{name}:{call.lineno}", source, 0, not anchored)
                continue
            owner = name if assigned.startswith("_") else ""
            ways = ANCHORED if assigned in HANDED_ON else used.get((owner, assigned), ANYWHERE)
            made = getattr(importlib.import_module(name), assigned)
            table = made if isinstance(made, dict) else {"": made}
            for key, one in table.items():
                source = getattr(one, "_source", None) or one.pattern
                flags = one._flags if hasattr(one, "_flags") else one.flags
                text = source.decode() if isinstance(source, bytes) else source
                where = f"{name}.{assigned}{f'[{key}]' if key else ''}"
                yield Pattern(where, text, flags & FLAGS, bool(ways & ANYWHERE))
    yield from (Pattern(" ".join(key), source, 0, True) for key, source in MADE.items())


PATTERNS = list(collected())


@pytest.fixture(autouse=True)
def deep() -> Iterator[None]:
    """Room for a matcher that calls itself for each turn of a repetition."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(12_000)
    yield
    sys.setrecursionlimit(before)


def worst(pattern: Pattern) -> tuple[float, str]:
    """The largest growth of the steps, and a short string of the kind that brought it."""
    found = (0.0, "")
    for make in backtracking.attacks(pattern.source, pattern.flags):
        few = steps(pattern, make(SMALL))
        many = steps(pattern, make(LARGE))
        found = max(found, ((many - SLACK) / few if few < MOST else RATIO + 1, make(3)))
        if found[0] > RATIO:
            break
    return found


def steps(pattern: Pattern, string: str) -> int:
    try:
        return backtracking.steps(pattern.source, pattern.flags, string, pattern.anywhere, MOST)
    except backtracking.TooMany:
        return 100 * MOST


@pytest.mark.parametrize("pattern", PATTERNS, ids=[one.where for one in PATTERNS])
def test_no_pattern_backtracks(pattern: Pattern) -> None:
    growth, string = worst(pattern)
    assert growth <= RATIO, f"{pattern.source!r} on strings like {string!r}"


def test_every_pattern_that_is_made_in_a_function_is_known() -> None:
    """A pattern that no constant gives is one of ``MADE``."""
    unknown = []
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef) or name in MEASURED:
                continue
            calls = [one for one in ast.walk(node) if is_compiled(one)]
            dynamic = [
                one
                for one in calls
                if isinstance(one, ast.Call) and not isinstance(one.args[0], ast.Constant)
            ]
            known = any(
                name.endswith(module) and node.name == function for module, function in MADE
            )
            if dynamic and not known:
                unknown.append(f"{name}.{node.name}")
    assert unknown == []


@pytest.mark.parametrize(
    ("source", "flags"),
    [
        (r"foo\s*[:=\s]\s*\S", 0),
        (r"(a+)+b", 0),
        (r"(a|a)*b", 0),
        (r"a.*?b", 0),
        (r"\{\{[^\n]*?\}\}", 0),
        (r"(?:x+x+)+y", 0),
        (r"ignore\[([^\]\n]*)\]", 0),
    ],
)
def test_what_backtracks_is_seen(source: str, flags: int) -> None:
    assert worst(Pattern("", source, flags, True))[0] > RATIO


@pytest.mark.parametrize("string", ["", "aab", "xaabb", "aaa", "b\n", "a\nb", "Ab", "ab ab", "0a"])
@pytest.mark.parametrize(
    "source",
    [
        r"a+b", r"^a*?b$", r"(?i)A(b)?\Z", r"(?m)^b", r"(a|b)\1", r"\bab\b", r"(?<!a)b", r"(?=ab)a",
        r"[^a\s]+", r"(?s)a.b", r"(?:ab ?){2}", r"[a-c0-9]\w", r"\B\w", r"a{2,3}b",
    ],
)  # fmt: skip
def test_the_counting_matcher_matches_as_re_does(source: str, string: str) -> None:
    for anywhere, method in ((True, "search"), (False, "match")):
        mine = backtracking.Matcher(source, 0, MOST).search(string, anywhere)
        theirs: Any = getattr(re.compile(source), method)(string)
        assert mine is (theirs is not None)
