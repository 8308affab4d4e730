"""JUnit: what fails is what the exit status counts."""

from __future__ import annotations

from pathlib import Path

import junitparser
import pytest

from tests.support import reports

HEAD = "account a\nhost mail.example.com\nport 465\nauth on\ntls on\ntls_starttls off\nuser jane\n"
OFF = "tls_certcheck off\n"
WARNING = HEAD + OFF
SUPPRESSED = f"{HEAD}# mailwarden: ignore[certificate-unverified] old\n{OFF}"
# What is not tested here.
QUIET = "--ignore=tls-version-weak"


@pytest.mark.parametrize(
    ("name", "text", "fail_on", "counts"),
    [
        pytest.param("msmtprc", HEAD, "error", (1, 0, 0, 0), id="clean"),
        pytest.param("msmtprc", WARNING, "error", (1, 0, 0, 0), id="a warning passes"),
        pytest.param("msmtprc", WARNING, "warning", (1, 1, 0, 0), id="a warning fails"),
        pytest.param("msmtprc", SUPPRESSED, "warning", (1, 0, 0, 1), id="suppressed"),
        pytest.param("README.md", "", "error", (1, 0, 1, 0), id="nothing checked"),
        # It is a finding too.
        pytest.param("msmtprc", "account \0\n", "error", (2, 1, 1, 0), id="unread"),
    ],
)
def test_what_fails(
    tmp_path: Path, name: str, text: str, fail_on: str, counts: tuple[int, ...]
) -> None:
    reports.write(tmp_path, {name: text})
    run = reports.run(tmp_path, QUIET, f"--fail-on={fail_on}", names=["junit"])
    suites = junitparser.JUnitXml.fromstring(run.of["junit"].encode())
    assert (suites.tests, suites.failures, suites.errors) == counts[:3]
    assert sum(suite.skipped for suite in suites) == counts[3]
    assert (run.status == 0) is (suites.failures + suites.errors == 0)


def test_names_stay_when_lines_move(tmp_path: Path) -> None:
    names = []
    for before in ("", "# a comment\n\n"):
        reports.write(tmp_path, {"msmtprc": before + WARNING})
        root = junitparser.JUnitXml.fromstring(
            reports.run(tmp_path, names=["junit"]).of["junit"].encode()
        )
        names.append([(case.classname, case.name) for suite in root for case in suite])
    assert names[0] == names[1]
