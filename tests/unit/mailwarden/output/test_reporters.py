"""Every reporter shows what was planted, names what was not read, and shows no secret."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import junitparser
import pytest

from mailwarden.cli import main
from mailwarden.output import reporters
from mailwarden.output.reporters import REPORTERS
from tests.support import reports, sarif
from tests.unit.mailwarden.test_hostile import EVIL, HOLDERS, SECRET

MSMTPRC = """\
account work
host mail.example.com
port 465
auth on
tls on
tls_starttls on
user jane
"""
RULE, PLACE = "implicit-tls-missing", (6, 1)
SUPPRESSED = MSMTPRC.replace(
    "tls_starttls on\n", f"# mailwarden: ignore[{RULE}] the old gateway\ntls_starttls on\n"
)
BROKEN = "account work\nno such command\n"


class Seen(NamedTuple):
    """A finding as a reader of a report has it; no place is a line of 0."""

    path: str
    line: int
    rule: str
    severity: str


def of_text(run: reports.Run) -> Iterator[Seen]:
    for line in run.of["text"].splitlines():
        place, _colon, words = line.partition(": ")
        if line[:1] != " " and words.endswith("]") and not words.startswith("suppressed"):
            path, number, _column = place.rsplit(":", 2)
            yield Seen(path, int(number), words.rpartition("[")[2][:-1], words.partition(":")[0])
        elif words.startswith("unread: "):
            yield Seen(place, 0, "unread", "error")


def of_json(run: reports.Run) -> Iterator[Seen]:
    data = run.data("json")
    named = {one["path"] for one in data["findings"]}
    for one in data["findings"]:
        if one["suppressed"] is None:
            yield Seen(one["path"], one["line"], one["rule"], one["severity"])
    for one in data["unread"]:
        if one["path"] not in named:
            yield Seen(one["path"], 0, "unread", "error")


def of_sarif(run: reports.Run) -> Iterator[Seen]:
    assert sarif.wrong(run.data("sarif")) == []
    named = set()
    for result in run.results:
        physical = result["locations"][0]["physicalLocation"]
        path, line = physical["artifactLocation"]["uri"], physical["region"]["startLine"]
        named.add(path)
        if "suppressions" not in result:
            yield Seen(path, line, result["ruleId"], result["level"])
    (invocation,) = run.data("sarif")["runs"][0]["invocations"]
    for note in invocation["toolExecutionNotifications"]:
        if note["message"]["text"].startswith("unread: "):
            assert not invocation["executionSuccessful"]
            path = note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            if path not in named:
                yield Seen(path, 0, "unread", note["level"])


def of_github(run: reports.Run) -> Iterator[Seen]:
    severities = {"error": "error", "warning": "warning", "notice": "note"}
    for line in run.of["github"].splitlines():
        command = reports.command(line)
        if command is not None and "file" in command.properties:
            values = command.properties
            number = int(values.get("line", 0))
            yield Seen(values["file"], number, values["title"], severities[command.name])


def of_gitlab(run: reports.Run) -> Iterator[Seen]:
    severities = {"critical": "error", "major": "warning", "info": "note", "blocker": "error"}
    issues = run.data("gitlab")
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        location, rule = issue["location"], issue["check_name"]
        assert location["lines"]["begin"] >= 1
        assert not location["path"].startswith(("./", "/"))
        line = 0 if rule == "unread" else location["lines"]["begin"]
        yield Seen(location["path"], line, rule, severities[issue["severity"]])


def of_junit(run: reports.Run) -> Iterator[Seen]:
    suites = junitparser.JUnitXml.fromstring(run.of["junit"].encode())
    assert isinstance(suites, junitparser.JUnitXml)
    cases = [case for suite in suites for case in suite]
    assert len({(case.classname, case.name) for case in cases}) == len(cases) == suites.tests
    failed = [case for case in cases if isinstance(case.result[:1], list) and case.is_failure]
    assert (len(failed), sum(case.is_error for case in cases)) == (suites.failures, suites.errors)
    broken = {case.classname for case in failed}
    for case in cases:
        for result in case.result:
            if isinstance(result, junitparser.Failure):
                line = int(result.text.partition(": error: ")[0].rsplit(":", 2)[1])
                yield Seen(case.classname, line, result.type, "error")
            if isinstance(result, junitparser.Error) and case.name not in broken:
                yield Seen(case.name, 0, result.type, "error")


def of_checkstyle(run: reports.Run) -> Iterator[Seen]:
    root = ElementTree.fromstring(run.of["checkstyle"])
    assert (root.tag, set(root.attrib)) == ("checkstyle", {"version"})
    paths = [file.get("name") for file in root]
    assert len(set(paths)) == len(paths)
    for file in root:
        assert (file.tag, set(file.attrib)) == ("file", {"name"})
        for error in file:
            assert error.tag == "error"
            known = {"line", "column", "severity", "message", "source"}
            assert known - {"column"} <= set(error.attrib) <= known
            prefix, _dot, rule = error.attrib["source"].partition(".")
            assert prefix == "mailwarden"
            severity = error.attrib["severity"].replace("info", "note")
            line = 0 if rule == "unread" else int(error.attrib["line"])
            yield Seen(file.attrib["name"], line, rule, severity)


READERS = {
    "text": of_text,
    "json": of_json,
    "sarif": of_sarif,
    "github": of_github,
    "gitlab": of_gitlab,
    "junit": of_junit,
    "checkstyle": of_checkstyle,
}


def test_every_reporter_is_read() -> None:
    assert READERS.keys() == REPORTERS.keys()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> reports.Run:
    folder = tmp_path_factory.mktemp("reports")
    files = {"planted/msmtprc": MSMTPRC, "suppressed/msmtprc": SUPPRESSED, "broken/msmtprc": BROKEN}
    reports.write(folder, {**files, "nul/msmtprc": "account a\nhost \0\n"})
    return reports.run(folder)


@pytest.mark.parametrize("name", REPORTERS)
def test_what_is_planted_is_seen(run: reports.Run, name: str) -> None:
    assert run.status == 2
    seen = set(READERS[name](run))
    assert Seen("planted/msmtprc", PLACE[0], RULE, "error") in seen
    assert Seen("broken/msmtprc", 2, "syntax-error", "error") in seen
    # Some formats have a finding of it, the others say that it was not read.
    assert {one.rule for one in seen if one.path == "nul/msmtprc"} <= {"unread", "unreadable"}
    assert {one.path for one in seen} == {"planted/msmtprc", "broken/msmtprc", "nul/msmtprc"}


@pytest.mark.parametrize("name", REPORTERS)
def test_all_say_the_same(run: reports.Run, name: str) -> None:
    assert set(READERS[name](run)) == set(of_json(run))


@pytest.mark.parametrize("name", REPORTERS)
def test_a_run_that_checked_nothing_says_so(tmp_path: Path, name: str) -> None:
    reports.write(tmp_path, {"README.md": "Mail.\n"})
    empty = reports.run(tmp_path, names=[name])
    assert empty.status == 4
    assert "nothing was checked" in empty.of[name] + empty.told


@pytest.mark.parametrize("names", [["msmtprc"], ["main.cf", "master.cf"]], ids=" ".join)
def test_no_secret_is_in_any(tmp_path: Path, names: list[str]) -> None:
    reports.write(tmp_path, {name: HOLDERS[name] for name in names})
    shown = reports.run(tmp_path, "--statistics", "--verbose", f"--write-baseline={tmp_path}.json")
    for text in (*shown.of.values(), shown.told, Path(f"{tmp_path}.json").read_text()):
        assert text
        assert SECRET not in text


@pytest.mark.parametrize("name", REPORTERS)
def test_no_report_has_an_escape(tmp_path: Path, name: str) -> None:
    names = ("msmtprc", "\x1b[31mred\n::error::/msmtprc", " ::error::/msmtprc")
    reports.write(tmp_path, dict.fromkeys(names, EVIL))
    (tmp_path / "\udcff").mkdir()
    (tmp_path / "\udcff/msmtprc").write_bytes(EVIL)
    shown = reports.run(tmp_path, names=[name])
    assert shown.status == 2
    assert shown.of[name].replace("\n", "").isprintable()
    commands = [reports.command(line) for line in shown.of[name].split("\n")]
    assert all(name == "github" and "file" in one.properties for one in commands if one is not None)
    assert len({one.path for one in READERS[name](shown)}) == 4


def calls(folder: Path, number: int) -> int:
    """How many functions a run with every report calls, for so many findings."""
    accounts = (MSMTPRC.replace("work", f"a{at}").replace("mail", f"m{at}") for at in range(number))
    reports.write(folder, {"msmtprc": "".join(accounts)})
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        assert reports.run(folder, "--statistics").status == 1
    finally:
        sys.setprofile(None)
    return count


def test_reports_cost_in_proportion_to_their_findings(tmp_path: Path) -> None:
    calls(tmp_path / "first", 2)
    assert calls(tmp_path / "many", 60) <= 5 * calls(tmp_path / "few", 15)


# Several reports in one run


def test_one_goes_to_the_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reports.write(tmp_path, {"msmtprc": MSMTPRC})
    monkeypatch.chdir(tmp_path)
    assert main(["lint", "--format", "json:report.json", "--format", "gitlab"]) == 1
    assert capsys.readouterr().out.startswith("[\n")
    assert (tmp_path / "report.json").read_text().startswith("{\n")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--format json --format sarif", "sarif: another report goes to the standard output"),
        ("--format json:a --format sarif:./a", "a: is to be written twice"),
        ("--format json:a --format text --output a", "a: is to be written twice"),
        ("--format json:a --output b", "--output goes with a --format that has no file"),
        ("--format html", "no format is called html; there are text, json, sarif"),
        ("--format json:", "json: names no file"),
        ("--format sarif:s --statistics", "--statistics is a part of the text"),
        ("--format sarif:s --diff", "--diff is text"),
    ],
)
def test_wrong_usage(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    line: str,
    words: str,
) -> None:
    reports.write(tmp_path, {"msmtprc": MSMTPRC})
    monkeypatch.chdir(tmp_path)
    assert main(["lint", *line.split()]) == 2
    out, err = capsys.readouterr()
    assert (words in err, out) == (True, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".git", "msmtprc"]


def test_a_reporter_is_loaded_when_it_is_asked_for() -> None:
    for name in REPORTERS:
        assert callable(reporters.load(name).write)


# --statistics


def test_statistics_count_by_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = MSMTPRC + "tls_certcheck off\n"
    reports.write(tmp_path, {"a/msmtprc": wrong, "b/msmtprc": MSMTPRC, "c/msmtprc": SUPPRESSED})
    monkeypatch.chdir(tmp_path)
    main(["lint", "--statistics", "--quiet"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == [
        "2  error    implicit-tls-missing",
        "1  warning  certificate-unverified",
    ]
