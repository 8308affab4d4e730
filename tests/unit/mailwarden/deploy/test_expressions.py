"""Patterns of strangers: what may take long is not run, and what is open in a line decides."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailwarden.deploy.steps import expansion
from mailwarden.deploy.steps.expressions import LONGEST, MOST, Expression
from mailwarden.deploy.steps.outcome import FailsError, OpenError
from tests.support import backtracking
from tests.support.properties import examples

# Of roles: looked for in a whole main.cf.
USUAL = (
    r"^relayhost\s*=\s*.*$", r"^#?\s*relayhost\s*=.*", r"\s*=\s*", r"^#?(smtp_tls_level).*$",
    r"^smtpd_banner = .*", "relayhost", r"^submission\s+inet", r"(?i)^relayhost", r"^\s*$",
    r"^((?:smtp|name)\w*\s+\S+\s+\S+\s+)\S+\s+\S+\s+\S+",
    r"^(\s*)(\w+ \{\n)(?:\s*port = \d+\n)?",
)  # fmt: skip
HOSTILE = (
    r"(a+)+$", r"(a|a)*b", r"(.*)(.*)(.*)x", r"(x{0,50}){0,50}y", r"^(\w+\s?)*$", r"(a*)*b",
    r"(?:a|aa)+$", r"(.*a){20}", r"([a-z]+)*=", r"(a?){60}a{60}", r"(\s*\s*)*x", r"((a+)b?)+c",
)  # fmt: skip
MAIN = "".join(f"# a comment of line {n}\nname_{n} = value {n}\n\n" for n in range(400))


@pytest.mark.parametrize("source", USUAL)
def test_usual_patterns_are_run(source: str) -> None:
    expression = Expression(source, re.MULTILINE)
    found = re.compile(source, re.MULTILINE).search(MAIN)
    mine = expression.search(MAIN)
    assert (mine and mine.span()) == (found and found.span())


@pytest.mark.parametrize("source", HOSTILE)
def test_what_backtracks_is_not_run(source: str) -> None:
    with pytest.raises(OpenError):
        Expression(source).search("a" * 2000 + "x" * 2000 + "\n")


@pytest.mark.parametrize("source", ["(", "a{2,1}", "[b-a]", "*", "(?P<a", r"\8", "(?<=a*)b"])
def test_what_python_refuses_fails(source: str) -> None:
    with pytest.raises(FailsError):
        Expression(source)


@pytest.mark.parametrize(
    "source", ["a" * (LONGEST + 1), "a(?i)", "a*+", "(?>a)", "(" * 41 + ")" * 41, "a**"]
)
def test_what_depends_on_pythons_version_is_open(source: str) -> None:
    with pytest.raises(OpenError):
        Expression(source)


ATOMS = st.sampled_from(("a", "b", ".", r"\s", r"\w", "[ab]", "[^a]", " ", "=", "^", "$", r"\n"))


def repeated(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3).map("".join)
    return (
        st.builds("({}){}".format, several, st.sampled_from(("*", "+", "?", "{0,3}", "*?", "")))
        | st.builds("(?:{}|{})".format, several, several)
        | st.builds("{}{}".format, inner, st.sampled_from(("", "b")))
    )


single = st.builds("{}{}".format, ATOMS, st.sampled_from(("", "", "*", "+", "?", "{2}", "{1,4}")))
sources = st.lists(st.recursive(single, repeated, max_leaves=4), max_size=4).map("".join)


@pytest.fixture
def deep() -> Iterator[None]:
    """Room for a matcher that calls itself for each turn of a repetition."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(12_000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.usefixtures("deep")
@settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sources, st.integers(1, 20))
def test_no_search_takes_more_steps_than_are_allowed(source: str, size: int) -> None:
    try:
        expression = Expression(source, re.MULTILINE)
    except (FailsError, OpenError):
        return
    for attack in backtracking.attacks(source, re.MULTILINE):
        subject = attack(size)[:80]
        allowed = MOST * (len(subject) + 100)
        try:
            expression.measure(subject)
        except OpenError:
            continue
        # The counting matcher counts what leads from one item to the next as well.
        counted = backtracking.steps(source, re.MULTILINE, subject, True, 8 * allowed)
        assert counted <= 8 * allowed


@settings(max_examples=examples(600), deadline=None)
@given(sources, st.booleans(), st.text("ab =x", max_size=6), st.lists(st.text("ab =x", max_size=5)))
def test_what_is_sure_of_a_beginning_holds_for_every_end(
    source: str, anchored: bool, known: str, ends: list[str]
) -> None:
    source = "^" + source if anchored else source
    try:
        expression = Expression(source.encode())
    except (FailsError, OpenError):
        return
    answer = expression.sure(known.encode())
    if answer is None:
        return
    for end in ["", *ends]:
        found = re.search(source.encode(), f"{known}{end}\n".encode())
        assert (found is not None) is answer


@pytest.mark.parametrize(
    ("source", "known", "answer"),
    [
        (r"^relayhost\s*=", "relayhost = ", True),
        (r"^relayhost\s*=", "relayhost", None),
        (r"^relayhost", "myhostname = ", False),
        (r"^#?relayhost\s*=.*$", "#relayhost = [", True),
        (r"^relayhost = a$", "relayhost = ", None),
        ("relayhost", "a = ", None),
        ("relayhost", "my relayhost is ", True),
        (r"(?i)^RELAYHOST", "relayhost", True),
        (r"^(a|b)", "b", True),
        (r"^(a)\1", "a", None),
    ],
)
def test_what_is_sure_of_a_beginning(source: str, known: str, answer: bool | None) -> None:
    assert Expression(source.encode()).sure(known.encode()) is answer


@settings(max_examples=examples(500), deadline=None)
@given(st.text("\\01g<>ab19nqk ", max_size=8), st.sampled_from(("ab", "a")))
def test_what_stands_for_a_match_is_expanded_as_re_does(written: str, subject: str) -> None:
    pattern = re.compile("(?P<k>a)(b)?")
    match = pattern.match(subject)
    assert match
    template = Text.of("tasks/main.yml", written)
    try:
        parts = expansion.parts(template, pattern)
    except OpenError:
        return
    except FailsError:
        with pytest.raises((re.error, IndexError)):
            match.expand(written)
        return
    texts = expansion.expanded(parts, lambda number: Text.of("main.cf", match[number] or ""))
    assert "".join(text.string for text in texts) == match.expand(written)
