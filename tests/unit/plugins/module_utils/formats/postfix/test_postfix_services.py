"""The services of master.cf and their options."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix.services import (
    Master,
    Service,
    left_behind,
    read_master,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from hypothesis import given
from hypothesis import strategies as st

from tests.support.holed import holed

HEAD = "smtp inet n - n - - smtpd"


def parsed(text: str | Text) -> Master:
    return read_master(text if isinstance(text, Text) else Text.of("master.cf", text))


def shown(service: Service) -> list[tuple[str, str]]:
    line = service.line.string
    return [
        (one.entry.name or "", line[one.entry.value_start : one.entry.value_end])
        for one in service.options
        if one.entry is not None
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("-o a=b", [("a", "b")], id="plain"),
        pytest.param("-oa=b", [("a", "b")], id="glued"),
        pytest.param("-voa=b", [("a", "b")], id="glued to another flag"),
        pytest.param("-v -o a=b", [("a", "b")], id="behind a flag"),
        pytest.param("-vo a=b", [("a", "b")], id="bundled, value in the next word"),
        pytest.param("-o { a = b c }", [("a", "b c")], id="braces"),
        pytest.param("-o {a=b c}", [("a", "b c")], id="braces without blanks"),
        pytest.param("-o { a = {b} {c} }", [("a", "{b} {c}")], id="braces in braces"),
        pytest.param("-o a={b c}", [("a", "{b c}")], id="braces in a value"),
        pytest.param("-o a=b -o c=d", [("a", "b"), ("c", "d")], id="two on a line"),
        pytest.param("\n  -o a=b\n  -o c=d", [("a", "b"), ("c", "d")], id="on lines of their own"),
        pytest.param("\n  -o a=b\n#  -o x=y\n  -o c=d", [("a", "b"), ("c", "d")], id="comment"),
        pytest.param("-o\n a=b", [("a", "b")], id="value on the next line"),
        pytest.param("-o a=", [("a", "")], id="empty value"),
        pytest.param('-o a="b"', [("a", '"b"')], id="quotes mean nothing"),
        pytest.param("-o a=b\r\n\t-o c=d\r", [("a", "b"), ("c", "d")], id="CRLF"),
        pytest.param("-m 5 -o a=b", [("a", "b")], id="another flag with a value"),
    ],
)
def test_options(words: str, expected: list[tuple[str, str]]) -> None:
    master = parsed(f"{HEAD} {words}\n")
    assert shown(master.services[0]) == expected
    assert [one.fatal for one in master.services[0].options] == [""] * len(expected)
    assert master.problems == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param("-o a = b", "missing '='", id="blanks around the equals sign"),
        pytest.param("-o a=b, c", "unexpected command-line argument", id="blank in a value"),
        pytest.param("# public MX", "unexpected command-line argument", id="comment behind"),
        pytest.param("-o a=b # why", "unexpected command-line argument", id="behind an option"),
        pytest.param("-- x", "unexpected command-line argument", id="behind two dashes"),
        pytest.param("-c /etc/postfix", "unexpected command-line argument", id="a folder"),
        pytest.param("-o", "lacks its value", id="no value"),
        pytest.param("-o =b", "missing name", id="no name"),
        pytest.param("-q", "invalid option", id="unknown flag"),
        pytest.param("-o{ a = b }", "missing '='", id="braces glued to the flag"),
    ],
)
def test_what_the_program_dies_of(words: str, said: str) -> None:
    (service,) = parsed(f"{HEAD} {words}\n").services
    assert any(said in one.fatal for one in service.options)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("-o a=b", "bad transport type: a=…", id="option in the first column"),
        pytest.param("-o a=b", "with a blank in front", id="where the option belongs"),
        pytest.param("smtpd_use_tls = yes", "bad transport type: =", id="a setting"),
        pytest.param("smtpd_use_tls=yes", 'missing "type" field', id="a setting without blanks"),
        pytest.param("smtpd_use_tls=yes", "settings belong in main.cf", id="where it belongs"),
        pytest.param("smtp inet n - n", 'missing "wakeup" field', id="too short"),
        pytest.param("smtp tcp n - n - - smtpd", "bad transport type: tcp", id="type"),
        pytest.param("password x", "bad transport type", id="two words, the second maybe a secret"),
        pytest.param("smtp inet - - n - - smtpd", "cannot be private", id="private inet"),
        pytest.param("smtp inet n - x - - smtpd", 'field "chroot": bad value', id="chroot"),
        pytest.param("smtp inet n - n x - smtpd", 'field "wakeup": bad value', id="wakeup"),
        pytest.param("smtp inet n - n - - -", 'field "command" has no default', id="no command"),
        pytest.param(HEAD + " -o { a=b", "missing '}'", id="open brace"),
        pytest.param(HEAD + " -o {a=b}c", "syntax error after '}'", id="text behind a brace"),
    ],
)
def test_a_line_for_which_the_master_does_not_start(line: str, said: str) -> None:
    master = parsed(f"relay unix - - n - - smtp\n{line}\n25 inet n - n - - smtpd\n")
    (problem,) = master.problems
    assert (problem.rule, problem.place.line) == ("syntax-error", 2)
    assert said in problem.message
    assert [one.line.string.split()[0] for one in master.services] == ["relay", "25"]


def test_options_left_behind_by_a_commented_head() -> None:
    text = HEAD + "\n  -o a=1\n#submission inet n - y - - smtpd\n  -o b=2\n#  -o x=3\n  -o c=4\n"
    (service,) = parsed(text).services
    assert left_behind(service) == [("submission", 1), ("submission", 2)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(HEAD + "\n#  -o a=1\n  -o b=2\n", id="commented option"),
        pytest.param(HEAD + "\n# submission is below\n  -o b=2\n", id="remark"),
        pytest.param(HEAD + "\n  -o b=2\n#smtps inet n - y - - smtpd\n#  -o c=1\n", id="all of it"),
    ],
)
def test_nothing_is_left_behind(text: str) -> None:
    assert left_behind(parsed(text).services[0]) == []


@pytest.mark.parametrize(
    ("parts", "services", "unknown"),
    [
        pytest.param([HEAD, "\n", Hole("x"), "\n"], 1, 1, id="whole line"),
        pytest.param(["smtp inet ", Hole("x"), "\n"], 0, 1, id="rest of a line"),
        pytest.param([Hole("port"), " inet n - n - - smtpd\n"], 1, 0, id="name"),
        pytest.param([HEAD, "\n  ", Hole("x"), "\n"], 1, 0, id="options"),
    ],
)
def test_holes(parts: list[str | Hole], services: int, unknown: int) -> None:
    master = parsed(holed("master.cf", *parts))
    assert (len(master.services), len(master.unknown)) == (services, unknown)
    assert master.problems == []


@given(st.text(st.sampled_from("ab=-o{} \t\r\n#\udcff"), max_size=60))
def test_no_input_crashes_and_spans_are_exact(tail: str) -> None:
    text = f"{HEAD} {tail}\n"
    master = parsed(text)
    for service in master.services:
        for option in service.options:
            start, _end = service.line.span(option.start, option.end)
            assert text[start] == service.line.string[option.start]
            service.line.place(option.start, option.end)
