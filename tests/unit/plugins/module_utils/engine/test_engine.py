"""The engine on real files: what is said, how surely, by whom, and what silences it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
    Finding,
    Report,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.report import as_data
from ansible_collections.mailwarden.policy.plugins.module_utils.report.counting import summary
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text

from tests.support.holed import either
from tests.support.holed import holed as of_parts

# One account that may send its password in clear; everything else about it is right.
CLEAR = "account a\nhost mail.example.com\nport 587\n{}auth plain\nuser jo\n"
RIGHT = CLEAR.format("tls on\n")
ON_465 = "account a\nhost mail.example.com\nport 465\nauth on\ntls on\nuser jo\n"


class Texts(MemorySource):
    """A source that hands out texts with holes, as a template's rendering does."""

    def __init__(self, texts: dict[str, Text]) -> None:
        super().__init__({path: text.origin(0)[0].string.encode() for path, text in texts.items()})
        self._texts = texts

    def text(self, path: str) -> Text:
        return self._texts[path]


def judged(content: str, policy: dict[str, Any] | None = None, **options: Any) -> Report:
    """The report on one msmtprc."""
    source = MemorySource({"msmtprc": content.encode()})
    return engine.check(source, load(policy or {}), ["msmtprc"], Options(**options))


def holed(*parts: str | Hole) -> Report:
    """The report on an msmtprc made of literals and holes."""
    text = of_parts("msmtprc", *parts)
    return engine.check(Texts({"msmtprc": text}), load({}), ["msmtprc"])


def said(report: Report) -> list[tuple[str, str]]:
    """Rule and confidence of what is not suppressed."""
    return [(one.rule, one.confidence) for one in report.findings if one.suppressed is None]


def only(report: Report, rule: str) -> Finding:
    """The one finding of a rule."""
    (finding,) = [one for one in report.findings if one.rule == rule]
    return finding


@pytest.mark.parametrize(
    ("content", "findings"),
    [
        pytest.param(RIGHT, [], id="right"),
        pytest.param(CLEAR.format(""), [("starttls-missing", "certain")], id="wrong"),
        pytest.param(ON_465, [("implicit-tls-missing", "certain")], id="465 with STARTTLS"),
    ],
)
def test_certain_findings(content: str, findings: list[tuple[str, str]]) -> None:
    assert said(judged(content)) == findings


@pytest.mark.parametrize(
    ("report", "findings"),
    [
        pytest.param(
            holed(
                CLEAR.partition("{}")[0],
                either("tls", on="tls on\n", off=""),
                "auth plain\nuser u\n",
            ),
            [("starttls-missing", "possible"), ("undecided", "certain")],
            id="a line that may be missing",
        ),
        pytest.param(
            holed(
                "account a\nhost h\nauth on\nuser u\ntls on\nport ",
                either("x", old="465", new="587"),
                "\ntls_starttls ",
                either("x", old="off", new="on"),
                "\n",
            ),
            [("undecided", "certain")],
            id="port and mode of one branch belong together",
        ),
        pytest.param(
            holed("account a\nhost h\nauth on\nuser u\ntls on\nport 4", Hole("rest"), "\n"),
            [("undecided", "certain")],
            id="half a number is no port",
        ),
        pytest.param(
            holed("account a\nhost h\nport 587\nauth plain\nuser u\ntls ", Hole("tls"), "\n"),
            [("undecided", "certain")],
            id="an unknown value is neither plaintext nor fine",
        ),
    ],
)
def test_holes(report: Report, findings: list[tuple[str, str]]) -> None:
    assert said(report) == findings


def test_an_unknown_command_with_an_unknown_value_is_no_crash() -> None:
    report = holed("account a\nhost h\nfoo ", Hole("x"), "\n")
    assert ("syntax-error", "certain") in said(report)


def test_one_note_for_each_thing_that_decides() -> None:
    report = holed(
        "defaults\ntls ", Hole("tls"), "\naccount a\nhost h\nport 587\naccount b\nhost i\nport ",
        Hole("port"), "\n",
    )  # fmt: skip
    notes = [one.message for one in report.findings if one.rule == "undecided"]
    assert [note.partition(" decides")[0] for note in notes] == ["port", "tls"] or [
        note.partition(" decides")[0] for note in sorted(notes)
    ] == ["port", "tls"]
    assert summary(report)["undecided"] == 2


@pytest.mark.parametrize(
    ("version", "words"),
    [
        pytest.param("1.4.32", "msmtp 1.4.32 is not known, 1.6 to 1.8 is: read as 1.6", id="older"),
        pytest.param("1.10", "read as 1.8", id="newer"),
        pytest.param("2", "read as 1.8", id="newer, one number"),
        pytest.param("1.6.0", "", id="the oldest"),
        pytest.param("1.8.99", "", id="the newest series"),
        pytest.param("1", "", id="a whole series"),
    ],
)
def test_a_version_that_the_format_does_not_know_is_named(version: str, words: str) -> None:
    content = "host h\nport 465\ntls on\ntls_starttls off\n"
    report = judged(content, {"programs": {"msmtp": version}})
    notes = [one for one in report.findings if one.rule == "undecided"]
    assert [note.endpoints for note in notes] == [("msmtp:default",)] * bool(words)
    assert all(words in note.message for note in notes)
    assert summary(report)["undecided"] == len(notes)
    assert as_data(report, "0")["further"] == []


def test_what_is_not_seen_in_a_version_that_is_not_known() -> None:
    report = judged("", {"programs": {"msmtp": "9.9"}})
    assert [one["decider"] for one in as_data(report, "0")["further"]] == ["the version of msmtp"]


def test_too_many_combinations_are_said_and_nothing_is_guessed() -> None:
    holes = [either(name, yes="on", no="off") for name in "abcdefg"]
    parts: list[str | Hole] = []
    for number, hole in enumerate(holes):
        parts += [f"account {number}\nhost h\nport 587\nauth plain\nuser u\ntls ", hole, "\n"]
    report = holed(*parts)
    assert {rule for rule, _sure in said(report)} == {"undecided"}
    assert any("too many combinations of a, b" in one.message for one in report.findings)
    assert summary(report)["undecided"] == len(report.findings) == 8
    (more,) = as_data(report, "0")["further"]
    assert more["decider"].startswith("too many combinations of a, b")


COMMENT = "# mailwarden: ignore[{}]{}\n"


@pytest.mark.parametrize(
    ("comment", "findings"),
    [
        pytest.param(
            COMMENT.format("starttls-missing", " the lab has no TLS"),
            [("cleartext-auth", "certain")],
            id="what stands behind a suppressed finding comes forward",
        ),
        pytest.param(
            COMMENT.format("starttls-missing, cleartext-auth", " the lab has no TLS"),
            [("cleartext-auth", "certain"), ("suppression", "certain")],
            id="what is to blame on another line is not suppressed here",
        ),
        pytest.param(
            COMMENT.format("starttls-missing", ""),
            [("starttls-missing", "certain"), ("suppression", "certain")],
            id="without a reason",
        ),
        pytest.param(
            COMMENT.format("starttls-mising", " typo"),
            [("starttls-missing", "certain"), ("suppression", "certain")],
            id="no such rule",
        ),
        pytest.param(
            COMMENT.format("tls-auto", " not here"),
            [("starttls-missing", "certain"), ("suppression", "certain")],
            id="nothing to suppress",
        ),
    ],
)
def test_suppressions(comment: str, findings: list[tuple[str, str]]) -> None:
    line = only(judged(CLEAR.format("")), "starttls-missing").place.line
    lines = CLEAR.format("").splitlines(keepends=True)
    lines.insert(line - 1, comment)
    assert sorted(said(judged("".join(lines)))) == sorted(findings)
    assert sorted(said(judged("".join(lines), suppressions=False)))[0][0] == "starttls-missing"


@pytest.mark.parametrize(
    ("today", "rule", "findings"),
    [
        ("2026-11-22", "starttls-missing", ["cleartext-auth"]),
        ("2027-01-01", "starttls-missing", ["starttls-missing", "suppression"]),
        ("2026-11-22", "tls-auto", ["starttls-missing", "suppression"]),
    ],
    ids=["known until its day", "expired", "of something else"],
)
def test_an_ignore_ends_on_its_day(today: str, rule: str, findings: list[str]) -> None:
    entry = {"path": "msmtprc", "rule": rule, "reason": "migrating", "until": "2026-12-31"}
    report = judged(CLEAR.format(""), {"ignore": [entry]}, today=today)
    assert sorted(name for name, _sure in said(report)) == findings


@pytest.mark.parametrize(
    ("options", "rules"),
    [
        ({"select": ("tls-auto",)}, ["cleartext-auth"]),
        ({"ignore": ("starttls-missing",)}, ["cleartext-auth"]),
        ({"ignore": ("starttls-missing", "cleartext-auth")}, ["cleartext-auth"]),
        ({"select": ("starttls-missing",)}, ["starttls-missing"]),
    ],
)
def test_cleartext_auth_is_never_dropped(options: dict[str, Any], rules: list[str]) -> None:
    assert [rule for rule, _sure in said(judged(CLEAR.format(""), **options))] == rules


def test_a_finding_lists_what_else_it_stands_for() -> None:
    finding = only(judged(CLEAR.format("")), "starttls-missing")
    assert finding.also == ("cleartext-auth",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"a\0b", "NUL byte", id="not a text"),
        pytest.param(b"account a\nfoo bar\n", "foo", id="not understood"),
        pytest.param(b"account a\nport {{ port }}\n", "line 2: is a template", id="a template"),
    ],
)
def test_what_is_not_read_is_unread_and_a_finding(content: bytes, reason: str) -> None:
    report = engine.check(MemorySource({"msmtprc": content}), load({}), ["msmtprc"])
    assert [reason in one.reason for one in report.unread] == [True]
    assert next(rule for rule, _sure in said(report)) in ("unreadable", "syntax-error")


@pytest.mark.parametrize(
    ("branches", "unread"),
    [
        pytest.param(("tls on\n", "tls maybe\n"), False, id="under one answer"),
        pytest.param(("tls perhaps\n", "tls maybe\n"), True, id="under each, for its own reason"),
    ],
)
def test_a_file_is_unread_if_no_answer_makes_it_one_to_read(
    branches: tuple[str, str], unread: bool
) -> None:
    report = holed(CLEAR.format(""), either("x", yes=branches[0], no=branches[1]))
    assert bool(report.unread) is unread
    assert "syntax-error" in {rule for rule, _sure in said(report)}


def test_a_file_of_no_format_is_unread() -> None:
    source = MemorySource({"notes": b"x"})
    assert engine.check(source, load({}), ["notes"]).unread[0].path == "notes"
    options = Options(skip_unknown=True)
    assert engine.check(source, load({}), ["notes"], options).unread == []


def test_a_rule_of_a_run_blames_the_file_that_it_means() -> None:
    # Both files have an endpoint of this name, and the later one is right.
    implicit = ON_465.replace("tls on", "tls on\ntls_starttls off")
    files = {"a/msmtprc": RIGHT.encode(), "b/msmtprc": implicit.encode()}
    report = engine.check(MemorySource(files), load({"profile": "strict"}), list(files))
    assert only(report, "implicit-tls-preferred").place.path == "a/msmtprc"


def test_a_fix_is_proposed_when_it_works() -> None:
    finding = only(judged(ON_465), "implicit-tls-missing")
    assert finding.fix is not None
    data = ON_465.encode()
    for edit in sorted(finding.fix.edits, key=lambda one: -one.start):
        data = data[: edit.start] + edit.text.encode() + data[edit.end :]
    assert said(judged(data.decode())) == []


def test_a_fingerprint_outlives_lines_and_blanks() -> None:
    def fingerprint(content: str) -> str:
        (finding,) = as_data(judged(content), "0")["findings"]
        return str(finding["fingerprint"])

    moved = "# a comment\n\n" + ON_465.replace("account a", "account  a")
    assert fingerprint(ON_465) == fingerprint(moved)
    assert fingerprint(ON_465) != fingerprint(ON_465.replace("account a", "account b"))
