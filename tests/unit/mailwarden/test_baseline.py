"""A baseline: what it lists is suppressed, however lines move, and nothing grave in silence."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.rule_table import NEVER_SUPPRESSED

from mailwarden.cli import main
from tests.support import reports

HEAD = "account work\nhost mail.example.com\nport 465\nauth on\ntls on\nuser jane\n"
WRONG = "tls_starttls on\n"
UNCHECKED = "tls_certcheck off\n"
# A password in clear, told to be sent so.
CLEAR = "account work\nhost mail.example.com\nport 25\nuser jane\nauth plain\ntls off\n"


class Lint(NamedTuple):
    """The command in a folder, and what it has said last."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def write(self, **files: str) -> None:
        reports.write(self.folder, {f"{name}/msmtprc": text for name, text in files.items()})

    def __call__(self, line: str) -> tuple[int, str, str]:
        status = main(["lint", "--ignore=tls-version-weak", *line.split()])
        out, err = self.capsys.readouterr()
        return status, out, err

    def entries(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = json.loads(Path("b.json").read_text())["findings"]
        return entries

    def give_reasons(self, reason: str) -> None:
        data = {"schema_version": 1, "findings": [{**e, "reason": reason} for e in self.entries()]}
        Path("b.json").write_text(json.dumps(data))


@pytest.fixture
def lint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Lint:
    """The command in a repository with two known findings, in a baseline b.json."""
    monkeypatch.chdir(tmp_path)
    made = Lint(tmp_path, capsys)
    made.write(a=HEAD + WRONG, b=HEAD + UNCHECKED + "tls_starttls off\n")
    status, out, err = made("--write-baseline b.json")
    assert (status, "1 error, 1 warning" in out) == (1, True)
    assert err == "mailwarden: 2 findings in b.json\n"
    return made


def test_what_is_known_is_suppressed(lint: Lint) -> None:
    status, out, err = lint("--baseline b.json")
    assert (status, err) == (0, "")
    assert out.endswith("0 errors, 0 warnings, 0 notes, 0 undecided, 0 unread, 2 suppressed\n")
    assert "reason: in the baseline" in lint("--baseline b.json --verbose")[1]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"a": "# more\n\n" + HEAD + WRONG}, id="lines above"),
        pytest.param({"a": HEAD + "logfile ~/log\n" + WRONG}, id="a line between"),
        pytest.param({"a": HEAD + "  tls_starttls   on\n"}, id="blanks"),
        pytest.param({"c": HEAD + "tls_starttls off\n"}, id="another file"),
    ],
)
def test_it_outlives_moved_lines(lint: Lint, files: Mapping[str, str]) -> None:
    lint.write(**files)
    status, out, _err = lint("--baseline b.json")
    assert (status, "2 suppressed" in out, "gone" in out) == (0, True, False)


def test_what_is_new_counts(lint: Lint) -> None:
    lint.write(c=HEAD + WRONG)
    status, out, _err = lint("--baseline b.json")
    assert status == 1
    assert out.startswith("c/msmtprc:7:1: error: ")
    assert "1 error, 0 warnings" in out


def test_what_is_graver_than_it_was_counts(lint: Lint) -> None:
    Path(".mailwarden.yml").write_text("rules: {certificate-unverified: error}\n")
    status, out, _err = lint("--baseline b.json")
    assert (status, "1 error" in out) == (1, True)
    Path(".mailwarden.yml").write_text("rules: {certificate-unverified: note}\n")
    assert lint("--baseline b.json")[0] == 0


# What is gone


def test_what_is_gone_is_counted_and_named(lint: Lint) -> None:
    lint.write(a=HEAD + "tls_starttls off\n")
    status, out, _err = lint("--baseline b.json")
    assert (status, out.endswith("; 1 of the baseline gone, which --verbose lists\n")) == (0, True)
    named = "no longer there: a/msmtprc: implicit-tls-missing\n"
    assert named in lint("--baseline b.json --verbose")[1]
    _status, _out, err = lint("--baseline b.json --format json:report.json")
    assert err == "mailwarden: 1 of the baseline gone\n"


@pytest.mark.parametrize("folder", [False, True], ids=["a file", "a folder"])
def test_a_file_that_is_gone_takes_its_entries_along(lint: Lint, folder: bool) -> None:
    Path("a/msmtprc").unlink()
    if folder:
        Path("a").rmdir()
    assert "1 of the baseline gone" in lint("--baseline b.json")[1]


@pytest.mark.parametrize("path", ["../outside", "/etc/nowhere", "a/../../outside", "\0"])
def test_nothing_outside_is_looked_for(lint: Lint, path: str) -> None:
    entries = [{**entry, "path": path, "fingerprint": "0" * 32} for entry in lint.entries()]
    Path("b.json").write_text(json.dumps({"schema_version": 1, "findings": entries}))
    assert "gone" not in lint("--baseline b.json")[1]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("b", id="another file"),
        pytest.param("--select certificate-unverified", id="another rule"),
        pytest.param("--ignore implicit-tls-missing", id="a rule that is ignored"),
        pytest.param(". broken", id="something is unread"),
    ],
)
def test_what_a_run_does_not_look_for_is_not_gone(lint: Lint, line: str) -> None:
    lint.write(a=HEAD + "tls_starttls off\n", broken="account \0\n" if "broken" in line else HEAD)
    before = {entry["fingerprint"] for entry in lint.entries()}
    assert "gone" not in lint(f"{line} --baseline b.json")[1]
    lint(f"{line} --baseline b.json --write-baseline b.json")
    assert before <= {entry["fingerprint"] for entry in lint.entries()}


def test_it_is_written_anew_with_what_is_new_and_without_what_is_gone(lint: Lint) -> None:
    lint.give_reasons("the old gateway")
    lint.write(a=HEAD + "tls_starttls off\n", c=HEAD + WRONG)
    lint("--baseline b.json --write-baseline b.json")
    assert [(one["path"], one["reason"]) for one in lint.entries()] == [
        ("b/msmtprc", "the old gateway"),
        ("c/msmtprc", ""),
    ]
    assert lint("--baseline b.json")[0] == 0


def test_reasons_outlive_a_new_baseline_in_its_place(lint: Lint) -> None:
    lint.give_reasons("the old gateway")
    lint("--write-baseline b.json")
    assert {one["reason"] for one in lint.entries()} == {"the old gateway"}


def test_what_a_comment_suppresses_is_not_written(lint: Lint) -> None:
    comment = "# mailwarden: ignore[implicit-tls-missing] old\n"
    lint.write(a=HEAD + comment + WRONG)
    for line in ("--baseline b.json --write-baseline b.json", "--write-baseline b.json"):
        lint(line)
        assert [one["path"] for one in lint.entries()] == ["b/msmtprc"]


# What is never known in silence


def test_a_password_in_clear_needs_a_reason(lint: Lint) -> None:
    lint.write(a=CLEAR, b=HEAD + "tls_starttls off\n")
    lint("--write-baseline b.json")
    status, out, err = lint("--baseline b.json")
    assert (status, "cleartext-auth" in out) == (1, True)
    assert err.startswith("mailwarden: b.json: 1 finding without a reason: ")
    lint.give_reasons("  ")
    assert lint("--baseline b.json")[0] == 1
    lint.give_reasons("the gateway is in the rack")
    status, out, err = lint("--baseline b.json")
    assert (status, err) == (0, "")
    assert out.endswith("2 suppressed (1 of them cleartext-auth)\n")
    assert "the gateway is in the rack" in lint("--baseline b.json -v")[1]


def test_what_speaks_for_a_password_in_clear_needs_one_too(lint: Lint) -> None:
    """``starttls-missing`` stands for ``cleartext-auth``: what is behind it is not known."""
    lint.write(a=CLEAR.replace("port 25", "port 587"), b=HEAD + "tls_starttls off\n")
    lint("--write-baseline b.json")
    assert [one["rule"] for one in lint.entries()] == ["starttls-missing"]
    assert "also: cleartext-auth" in lint("")[1]
    status, _out, err = lint("--baseline b.json")
    assert (status, "without a reason" in err) == (1, True)


def test_what_cannot_be_suppressed_is_not_written(lint: Lint) -> None:
    lint.write(a=HEAD + "no such command\n", b="account \0\n")
    status, _out, _err = lint("--write-baseline new.json")
    assert status == 2
    assert json.loads(Path("new.json").read_text())["findings"] == []


@pytest.mark.parametrize("rule", sorted(NEVER_SUPPRESSED))
def test_nor_read(lint: Lint, rule: str) -> None:
    (first, _second) = lint.entries()
    Path("b.json").write_text(
        json.dumps({"schema_version": 1, "findings": [{**first, "rule": rule}]})
    )
    status, out, err = lint("--baseline b.json")
    assert (status, out) == (2, "")
    assert f"b.json: {rule} cannot be in a baseline" in err


# Files that are none


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "is no baseline", id="empty"),
        pytest.param("[]", "is no baseline", id="a list"),
        pytest.param("{}", "is no baseline", id="an object"),
        pytest.param('{"schema_version": 2, "findings": []}', "version 1", id="of another version"),
        pytest.param('{"findings": []}', "is no baseline", id="without a version"),
        pytest.param('{"schema_version": 1, "findings": [1]}', "is no baseline", id="a number"),
        pytest.param(
            '{"schema_version": 1, "findings": [{"rule": "x"}]}', "is no baseline", id="a part"
        ),
        pytest.param("[" * 100_000, "is no baseline", id="nested"),
        pytest.param("9" * 5000, "is no baseline", id="a long number"),
        pytest.param("\0", "is no baseline", id="NUL"),
    ],
)
def test_what_is_no_baseline(lint: Lint, text: str, words: str) -> None:
    Path("b.json").write_text(text)
    for line in ("--baseline b.json", "--write-baseline b.json"):
        status, _out, err = lint(line)
        assert (status, words in err) == (2, True)
        assert Path("b.json").read_text() == text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("rule", "no-such-rule", "no rule is called no-such-rule"),
        ("severity", "bad", "no severity is called bad"),
        ("reason", None, "is no baseline"),
        ("colour", "red", "is no baseline"),
    ],
)
def test_a_wrong_entry(lint: Lint, field: str, value: object, words: str) -> None:
    (first, _second) = lint.entries()
    Path("b.json").write_text(
        json.dumps({"schema_version": 1, "findings": [{**first, field: value}]})
    )
    status, _out, err = lint("--baseline b.json")
    assert (status, words in err) == (2, True)


def test_a_fifo_is_not_waited_for(lint: Lint) -> None:
    os.mkfifo("fifo")
    assert lint("--baseline fifo")[0] == 2
    assert lint("--baseline nowhere.json")[0] == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--write-baseline a/msmtprc", "is no baseline"),
        ("--write-baseline link", "through the link"),
        ("--baseline b.json --format json:b.json", "is one of the files"),
        ("--write-baseline c.json --format json:c.json", "c.json: is to be written twice"),
    ],
)
def test_it_takes_the_place_of_no_other_file(lint: Lint, line: str, words: str) -> None:
    Path("link").symlink_to("b.json")
    before = Path("b.json").read_bytes(), Path("a/msmtprc").read_bytes()
    status, _out, err = lint(line)
    assert (status, words in err) == (2, True)
    assert (Path("b.json").read_bytes(), Path("a/msmtprc").read_bytes()) == before
