"""The program behind ``make roles``: how far the command comes, and where an answer differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.field import answers, command, roles

MAIN = (
    "compatibility_level = 3.6\nmynetworks = 127.0.0.0/8\nrelayhost = [{{ relay }}]:587\n"
    "smtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = hash:/etc/postfix/sasl\n"
    "smtp_sasl_security_options = noanonymous\nsmtp_tls_security_level = encrypt\n"
)
FILES = {
    "defaults/main.yml": "relay: mail.example.org\n",
    "tasks/main.yml": "- template: {src: main.cf.j2, dest: /etc/postfix/main.cf}\n",
    "templates/main.cf.j2": MAIN,
}
SERVER = {"side": "server", "port": 25, "tls": "none", "auth": False}
CLIENT = {
    "side": "client",
    "port": 587,
    "host": "mail.example.org",
    "tls": "starttls-required",
    "auth": True,
    "cleartext_auth": False,
    "certificate_verified": "none",
    "at": "templates/main.cf.j2:3",
    "because": "level encrypt",
}
ANSWER: dict[str, Any] = {
    "endpoints": [SERVER, CLIENT],
    "findings": [
        "templates/main.cf.j2:7 certificate-unverified",
        "templates/main.cf.j2:1 relay-starttls-missing",
    ],
}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "owner" / "name"
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    (folder / ".git").mkdir()
    return folder


def endpoint(name: str = "x", side: str = "server", **fields: Any) -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "path": "f",
        "side": side,
        "host": None,
        "undecided": {},
        **fields,
    }


def run(status: int, *endpoints: dict[str, Any], words: str = "") -> command.Run:
    return command.Run(status, {**command.EMPTY, "endpoints": list(endpoints)}, words)


MAY_BE: dict[str, Any] = {"undecided": {"exists": {"possible": [True, False], "depends_on": ["p"]}}}
OPENED = endpoint(port=None, undecided={"port": {"possible": [], "depends_on": ["p"]}})


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        pytest.param(run(0, endpoint(port=25), endpoint(port=465)), roles.OWN, id="another port"),
        pytest.param(run(1, endpoint(side="client", port=25)), roles.OWN, id="a relay on 25"),
        pytest.param(run(0, OPENED, endpoint(port=25)), roles.OPEN, id="an open port"),
        pytest.param(run(0, endpoint(port=465, **MAY_BE)), roles.OPEN, id="perhaps a port"),
        pytest.param(
            run(0, endpoint(port=25), endpoint("mx-delivery", "client", port=25)),
            roles.STOCK,
            id="the stock port",
        ),
        pytest.param(run(0, endpoint(side="client", port=None)), roles.STOCK, id="a socket"),
        pytest.param(run(2, words="unreadable"), roles.NOTHING, id="a reason"),
        pytest.param(run(4, words="nothing was checked"), roles.UNCHECKED, id="nothing checked"),
        pytest.param(run(0), roles.SILENT, id="not a word"),
        pytest.param(run(3, words="internal error"), roles.CRASH, id="a bug"),
    ],
)
def test_outcome(of: command.Run, expected: str) -> None:
    assert roles.outcome(of) == expected


def test_an_answer_that_fits(clone: Path) -> None:
    verdicts = answers.compare(ANSWER, command.lint(clone).report)
    assert list(roles.differences(verdicts)) == []
    assert answers.counts(verdicts) == {"endpoint": 2, "right field": 7, "finding": 2}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(
            {"endpoints": [SERVER, {**CLIENT, "tls": "implicit"}]},
            ["wrong field: client 587 tls"],
            id="another mode",
        ),
        pytest.param(
            {"endpoints": [SERVER, {**CLIENT, "host": "open"}]},
            ["wrong field: client 587 host"],
            id="a host out of nowhere",
        ),
        pytest.param(
            {"endpoints": [SERVER, {**CLIENT, "port": 465}]},
            [
                "missing endpoint: client 465",
                "extra endpoint: postfix:relayhost 587 (templates/main.cf.j2)",
            ],
            id="another port",
        ),
        pytest.param(
            {"findings": [ANSWER["findings"][0], "templates/main.cf.j2:2 tls-broken"]},
            [
                "missing finding: templates/main.cf.j2:2 tls-broken",
                "extra finding: templates/main.cf.j2:1 relay-starttls-missing",
            ],
            id="another rule",
        ),
        pytest.param(
            {"findings": ["main.cf.j2:2 certificate-unverified", ANSWER["findings"][1]]},
            [
                "finding elsewhere: main.cf.j2:2 certificate-unverified: templates/main.cf.j2:7",
            ],
            id="another line",
        ),
    ],
)
def test_differences(clone: Path, answer: dict[str, Any], words: list[str]) -> None:
    verdicts = answers.compare({**ANSWER, **answer}, command.lint(clone).report)
    assert [line.strip() for line in roles.differences(verdicts)] == words


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        pytest.param({"tls": "none"}, "right field", id="right"),
        pytest.param({"tls": "implicit"}, "wrong field", id="wrong"),
        pytest.param({"tls": None, "undecided": ["none"]}, "open field", id="the only value"),
        pytest.param({"tls": None, "undecided": ["none", "implicit"]}, "open field", id="open"),
    ],
)
def test_fields(fields: dict[str, Any], kind: str) -> None:
    possible = fields.pop("undecided", None)
    undecided = {"tls": {"possible": possible}} if possible else {}
    seen = {**endpoint(port=25, **fields), "undecided": undecided}
    answer = {"endpoints": [{"side": "server", "port": 25, "tls": "none"}], "findings": []}
    verdicts = answers.compare(answer, {**command.EMPTY, "endpoints": [seen]})
    assert answers.counts(verdicts) == {"endpoint": 1, kind: 1}


@pytest.mark.parametrize(
    ("row", "status", "says"),
    [
        pytest.param(ANSWER, 0, "1 of 1 repositories", id="as answered"),
        pytest.param({}, 0, "1 an endpoint of its own (beyond: 1 own", id="without an answer"),
        pytest.param({**ANSWER, "findings": []}, 1, "extra finding", id="a finding too many"),
        pytest.param({"repository": "owner/other"}, 2, "not run in: owner/other", id="none"),
    ],
)
def test_status(
    clone: Path,
    row: dict[str, Any],
    status: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = clone.parent / "roles.yml"
    table.write_text(yaml.safe_dump([{"repository": "owner/name", "beyond": "own", **row}]))
    monkeypatch.setattr(roles, "TABLE", table)
    assert roles.main([str(clone.parent.parent)]) == status
    assert says in capsys.readouterr().out


def test_the_table() -> None:
    rows = yaml.safe_load(roles.TABLE.read_text(encoding="utf-8"))
    assert len({row["repository"] for row in rows}) == len(rows) >= 60
    assert all(len(row["commit"]) == 40 and row["mail"] for row in rows)
    assert {row["beyond"] for row in rows} == {"own", "asked", "no"}
    answered = [row for row in rows if "endpoints" in row]
    assert len(answered) == 20
    assert all(" " in finding for row in answered for finding in row["findings"])
