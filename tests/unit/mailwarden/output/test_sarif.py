"""SARIF: regions hold what is blamed, fixes do what ours do, links are ours alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Edit, Fix
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
    Finding,
    Report,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.rule_table import RULES
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from hypothesis import given
from hypothesis import strategies as st

from mailwarden.output.sarif import Files, _bracketed, _changes, _rule, _unlinked
from tests.support import reports, sarif

HEAD = "account work\nhost mail.example.com\nport 465\nauth on\ntls on\nuser jane\n"
WRONG = "tls_starttls on"
# A link as a reader of messages finds it (3.11.6).
LINK = re.compile(r"\[((?:[^\\\[\]]|\\[\\\[\]])*)\]\(([^)]*)\)")


def cut(text: str, region: dict[str, int]) -> tuple[int, int]:
    """Where a region begins and ends in a text, in characters."""
    lines = text.split("\n")
    start, end = (
        sum(len(line) + 1 for line in lines[: region[line_key] - 1]) + region[column_key] - 1
        for line_key, column_key in (("startLine", "startColumn"), ("endLine", "endColumn"))
    )
    return start, end


def fixed(text: str, result: Any) -> str:
    """A text with the fix of a result made."""
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    replacements = [
        (*cut(text, one["deletedRegion"]), one["insertedContent"]["text"])
        for one in change["replacements"]
    ]
    for start, end, inserted in sorted(replacements, reverse=True):
        text = text[:start] + inserted + text[end:]
    return text


def edited(data: bytes, finding: Any) -> bytes:
    """A file with the edits of a finding of the JSON report made."""
    for edit in sorted(finding["fix"]["edits"], key=lambda edit: -edit["start"]):
        data = data[: edit["start"]] + edit["text"].encode() + data[edit["end"] :]
    return data


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("", id="nothing before"),
        pytest.param("# żółw 漢 e\u0301 \U0001f600\n", id="wide letters above"),
        pytest.param("# \udcff\udc80\n", id="bytes that are not UTF-8 above"),
        pytest.param("# a\r\n\r\n", id="CR LF"),
    ],
)
@pytest.mark.parametrize("indent", ["", "\t", "    "], ids=repr)
def test_regions_and_fixes(tmp_path: Path, before: str, indent: str) -> None:
    text = f"{before}{HEAD}{indent}{WRONG}\n"
    data = text.encode("utf-8", "surrogateescape")
    reports.write(tmp_path, {"msmtprc": data})
    run = reports.run(tmp_path, names=["sarif", "json"])
    assert sarif.wrong(run.data("sarif")) == []
    (result,) = (one for one in run.results if one["ruleId"] == "implicit-tls-missing")
    start, end = cut(text, result["locations"][0]["physicalLocation"]["region"])
    assert text[start:end] == WRONG
    (finding,) = (
        one for one in run.data("json")["findings"] if one["rule"] == "implicit-tls-missing"
    )
    assert fixed(text, result).encode("utf-8", "surrogateescape") == edited(data, finding)
    assert edited(data, finding) != data


@pytest.mark.parametrize(
    ("inserted", "shown"),
    [("tls_starttls off", True), ("password hunter2", False), ("x\npassword hunter2\n", False)],
)
def test_a_fix_that_shows_a_secret_is_left_out(inserted: str, shown: bool) -> None:
    read = Text.of("msmtprc", HEAD)
    report = Report()
    report.texts = {"msmtprc": read}
    finding = Finding("tls-auto", "error", "certain", "a message", read.place(0, 7))
    finding.fix = Fix("a title", True, (Edit("msmtprc", 0, 7, inserted),))
    assert bool(_changes(finding, Files(report, str))) is shown


def test_causes_are_linked_to_their_places(tmp_path: Path) -> None:
    files = {
        "main.cf": "compatibility_level = 3.6\nsmtpd_tls_chain_files = /etc/ssl/mail.pem\n"
        "smtpd_tls_security_level = may\nsmtpd_sasl_auth_enable = yes\n"
        "mynetworks = [::1]/128\nsmtpd_tls_auth_only = no\n",
        "master.cf": "smtp inet n - y - - smtpd\n",
    }
    reports.write(tmp_path, files)
    results = reports.run(tmp_path, names=["sarif"]).results
    linked = [result for result in results if "relatedLocations" in result]
    assert linked
    for result in linked:
        links = {int(number): text for text, number in LINK.findall(result["message"]["text"])}
        related = {one["id"]: one for one in result["relatedLocations"]}
        assert links.keys() == related.keys()
        for number, one in related.items():
            physical = one["physicalLocation"]
            text = files[physical["artifactLocation"]["uri"]]
            start, end = cut(text, physical["region"])
            assert text[start:end].split()[0] == links[number].split()[0]


@given(st.text(alphabet="[]()\\ab:/", max_size=20))
def test_what_a_file_says_is_no_link(text: str) -> None:
    assert LINK.findall(_unlinked(text)) == []
    (link,) = LINK.findall(f"[{_bracketed(text)}](1)")
    assert (re.sub(r"\\(.)", r"\1", link[0]), link[1]) == (text, "1")


@given(st.text().map(lambda text: text.replace("\0", "")))
def test_a_location_is_a_uri_of_the_path(path: str) -> None:
    path = path.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    found = Files(Report(), str).location(path)
    assert not path or re.fullmatch(sarif.URI["pattern"], found["uri"])
    assert ("uriBaseId" in found) is not path.startswith("/")
    encoded = found["uri"].removeprefix("file://")
    assert unquote_to_bytes(encoded) == path.encode("utf-8", "surrogateescape")
    # What stands before the first colon would be a scheme.
    assert ":" not in encoded


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_a_description(name: str) -> None:
    validator = jsonschema.Draft202012Validator(sarif.RULE)
    assert list(validator.iter_errors(_rule(name))) == []


@pytest.mark.parametrize(
    ("comment", "policy", "kind", "path"),
    [
        pytest.param("# mailwarden: ignore[implicit-tls-missing] old\n", "", "inSource", "msmtprc",
                     id="a comment"),
        pytest.param("", "ignore: [{rule: implicit-tls-missing, path: msmtprc, reason: old}]\n",
                     "external", ".mailwarden.yml", id="the policy"),
    ],
)  # fmt: skip
def test_suppressions(tmp_path: Path, comment: str, policy: str, kind: str, path: str) -> None:
    reports.write(tmp_path, {"msmtprc": f"{HEAD}{comment}{WRONG}\n", ".mailwarden.yml": policy})
    run = reports.run(tmp_path, names=["sarif"])
    assert run.status == 0
    (result,) = (one for one in run.results if one["ruleId"] == "implicit-tls-missing")
    (suppression,) = result["suppressions"]
    assert (suppression["kind"], suppression["justification"]) == (kind, "old")
    assert suppression["location"]["physicalLocation"]["artifactLocation"]["uri"] == path


def test_paths_are_those_from_the_root_of_the_repository(tmp_path: Path) -> None:
    """Whoever reads a log knows nothing of the folder that the policy is in."""
    reports.write(tmp_path, {"deep/er/.mailwarden.yml": "profile: default\n"})
    reports.write(tmp_path, {"deep/er/a/msmtprc": f"{HEAD}{WRONG}\n"})
    run = reports.run(tmp_path, "deep/er")
    assert {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            for result in run.results} == {"deep/er/a/msmtprc"}  # fmt: skip
    for name in ("github", "gitlab", "junit", "checkstyle"):
        assert "deep/er/a/msmtprc" in run.of[name]
        assert run.of[name].count("a/msmtprc") == run.of[name].count("deep/er/a/msmtprc")
    assert run.data("json")["findings"][0]["path"] == "a/msmtprc"


def test_what_was_not_looked_at_is_named(tmp_path: Path) -> None:
    reports.write(tmp_path, {"main.cf.j2": "relayhost = {{ x }}\n", "a/msmtprc": "account \0\n"})
    run = reports.run(tmp_path, names=["sarif"])
    assert sarif.wrong(run.data("sarif")) == []
    (invocation,) = run.data("sarif")["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    notes = invocation["toolExecutionNotifications"]
    shown = {
        (one["level"], one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for one in notes
    }
    assert shown >= {("error", "a/msmtprc"), ("note", "main.cf.j2")}


def _without_tool(run: Any) -> None:
    del run["tool"]


def _unknown(run: Any) -> None:
    run["results"][0]["colour"] = "red"


def _level(run: Any) -> None:
    run["results"][0]["level"] = "bad"


def _twice(run: Any) -> None:
    run["results"].append(run["results"][0])


def _another_rule(run: Any) -> None:
    run["results"][0]["ruleId"] = "x"


def _backwards(run: Any) -> None:
    run["results"][0]["locations"][0]["physicalLocation"]["region"]["endLine"] = 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_without_tool, "'tool' is a required property"),
        (_unknown, "'colour' was unexpected"),
        (_level, "'bad' is not one of"),
        (_twice, "two results have one fingerprint"),
        (_another_rule, "is not the rule of its index"),
        (_backwards, "ends before it begins"),
    ],
)
def test_a_wrong_log_is_wrong(tmp_path: Path, change: Callable[[Any], None], words: str) -> None:
    reports.write(tmp_path, {"msmtprc": f"{HEAD}{WRONG}\n"})
    log = reports.run(tmp_path, names=["sarif"]).data("sarif")
    assert sarif.wrong(log) == []
    change(log["runs"][0])
    assert words in sarif.wrong(log)[0]
