"""Text output: what a line is shown as, and where its marks stand."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.report import lines, plain
from ansible_collections.mailwarden.policy.plugins.module_utils.report.excerpt import Shown
from ansible_collections.mailwarden.policy.plugins.module_utils.report.secrets import MASK
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from hypothesis import given
from hypothesis import strategies as st

HEAD = b"account a\nhost mail.example.com\nport 465\nauth on\ntls on\n"
WORDS = st.sampled_from(
    [
        b"tls_certcheck off",
        b"tls_starttls on",
        b"\t",
        b" ",
        b"\n",
        b"\x1b[2J",
        b"\xff",
        b"password x",
    ]
)


def report_on(read: Text) -> Report:
    """A report that has read one file."""
    report = Report()
    report.texts = {"f": read}
    return report


@given(st.lists(st.one_of(WORDS, st.binary(max_size=6)), max_size=12))
def test_whatever_a_file_holds_is_printable(pieces: list[bytes]) -> None:
    source = MemorySource({"msmtprc": HEAD + b"".join(pieces)})
    report = engine.check(source, Policy.default(), ["msmtprc"])
    for line in lines.of_report(report, lines.Style(verbose=True)):
        assert line.isprintable()


@pytest.mark.parametrize(
    ("line", "span", "shown", "marks"),
    [
        pytest.param("tls off", (0, 7), "tls off", "^~~~~~~", id="all of it"),
        pytest.param("  tls off", (2, 5), "  tls off", "  ^~~", id="a part"),
        pytest.param("\ttls off", (1, 4), "    tls off", "    ^~~", id="behind a tab"),
        pytest.param("\x1bx y", (3, 4), "\\x1bx y", "      ^", id="behind an escape"),
        pytest.param("\udcffx", (1, 2), "\\xffx", "    ^", id="behind a byte that is not UTF-8"),
        pytest.param("żx", (1, 2), "żx", " ^", id="behind a letter of two bytes"),
        pytest.param("漢x", (1, 2), "漢x", "  ^", id="behind a wide letter"),
        pytest.param("e\u0301x", (2, 3), "e\u0301x", " ^", id="behind a combining accent"),
        pytest.param("off  ", (0, 5), "off", "^~~", id="not the blanks at the end"),
        pytest.param("password x", (0, 10), f"password {MASK}", "^" + "~" * 16, id="a mask"),
        pytest.param("password x y", (11, 12), f"password {MASK}", "", id="within a mask"),
    ],
)
def test_excerpt(line: str, span: tuple[int, int], shown: str, marks: str) -> None:
    read = Text.of("f", f"first\n{line}\n")
    place = read.place(6 + span[0], 6 + span[1])
    assert Shown(report_on(read)).excerpt(place) == (shown, marks)


def test_a_secret_over_several_lines_is_not_shown() -> None:
    lines = ["smtp_sasl_password_maps = inline:{", "  { h = u:hunter2 }", "  }", "x = y"]
    shown = plain.without_secrets(lines)
    assert "hunter2" not in "".join(shown)
    assert len(shown) == len(lines)
    assert shown[-1] == "x = y"


@pytest.mark.parametrize("start", [0, 60, 400, 990])
def test_a_long_line_is_shown_around_its_span(start: int) -> None:
    read = Text.of("f", "".join(chr(97 + n % 26) for n in range(1000)))
    line, marks = Shown(report_on(read)).excerpt(read.place(start, start + 5))
    at = marks.index("^")
    assert line[at : at + 5] == read.string[start : start + 5]
    assert len(line) <= plain.COLUMNS + 2
