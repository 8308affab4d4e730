"""A run that has looked at nothing is not green."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailwarden.cli import main

MSMTP = "account a\nhost h\nport 465\ntls on\ntls_starttls off\ntls_certcheck on\n"
FILES = {
    "good/msmtprc": MSMTP,
    "empty/msmtprc": "# no account yet\n",
    "templates/main.cf.erb": "x = 1\n",
    "templates/master.cf.noc": "none\n",
    "templates/10-ssl.conf.tmpl": "ssl = no\n",
    "templates/dovecot.conf.bak": "ssl = no\n",
    "foreign/README.md": "x\n",
    "disowned/main.cf.erb": "x = 1\n",
    "remark/msmtprc": "defaults\ntls on\naccount a\nhost h\nport 465\ntls_starttls off\n",
    ".mailwarden.yml": (
        "files:\n  disowned/main.cf.erb: {format: none, reason: x}\n"
        "ignore:\n  - {rule: tls-auto, reason: not there, path: empty/msmtprc}\n"
    ),
}
TEMPLATE = "templates/main.cf.erb"


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    for path, content in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("command", [["lint"], ["endpoints"], ["lint", "--quiet"]])
@pytest.mark.parametrize(
    ("words", "status"),
    [
        pytest.param(["good"], 0, id="a folder with a file"),
        pytest.param(["good", "templates"], 0, id="and one without"),
        pytest.param(["foreign"], 4, id="a folder without any"),
        pytest.param(["foreign", "--skip-unknown"], 4, id="of a folder something is expected"),
        pytest.param(["templates"], 4, id="a folder of templates"),
        pytest.param(["empty"], 4, id="a file that says nothing"),
        pytest.param(["empty/msmtprc", "--skip-unknown"], 4, id="named"),
        pytest.param(["disowned"], 4, id="a folder of what the policy disowns"),
        pytest.param(["disowned/main.cf.erb"], 4, id="which is named"),
        pytest.param(["foreign", "--allow-empty"], 0, id="as it may be"),
        pytest.param(["empty", "--allow-empty"], 0, id="as it may be, with a file"),
        pytest.param(["foreign/README.md"], 2, id="a foreign file that is named"),
        pytest.param(["foreign/README.md", "--allow-empty"], 2, id="which is an error"),
        pytest.param(["foreign/README.md", "--skip-unknown"], 0, id="as the hook names it"),
        pytest.param(["disowned/main.cf.erb", "--skip-unknown"], 0, id="disowned, by the hook"),
        pytest.param(["empty/msmtprc", "--exclude", "empty", "--skip-unknown"], 0, id="left out"),
        pytest.param(["empty/msmtprc", "--exclude", "empty"], 4, id="left out by hand"),
        pytest.param([TEMPLATE], 2, id="a template that is named"),
        pytest.param([TEMPLATE, "--skip-unknown"], 2, id="by the hook"),
        pytest.param([TEMPLATE, "--allow-empty"], 2, id="whatever is allowed"),
        pytest.param(["good/msmtprc", TEMPLATE, "--skip-unknown"], 2, id="beside one that is read"),
        pytest.param(["templates/master.cf.noc", "--skip-unknown"], 2, id="of no known name"),
        pytest.param(["templates/dovecot.conf.bak", "--skip-unknown"], 2, id="set aside"),
    ],
)
def test_status(command: list[str], words: list[str], status: int) -> None:
    assert main([*command, *words]) == status


@pytest.mark.parametrize(
    "more",
    ["--select tls-auto", "--ignore tls-auto", "--fail-on never", "--diff", "--fix"],
)
@pytest.mark.parametrize(
    ("words", "status"),
    [(["templates"], 4), (["empty"], 4), ([TEMPLATE], 2), (["good"], 0), (["remark"], 0)],
)
def test_no_option_changes_it(more: str, words: list[str], status: int) -> None:
    assert main(["lint", *words, *more.split()]) == status


def test_what_was_found_goes_before() -> None:
    Path("good/msmtprc").write_text("account a\nhost h\nport 465\ntls off\nauth plain\nuser u\n")
    assert main(["lint", "good", "templates"]) == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        pytest.param(
            ["templates"],
            "4 files (templates/10-ssl.conf.tmpl, templates/dovecot.conf.bak, "
            "templates/main.cf.erb and 1 more) passed over, which --verbose lists with reasons",
            id="passed over",
        ),
        pytest.param(
            ["empty"], "1 file (empty/msmtprc) read: no port is opened or dialled there", id="read"
        ),
        pytest.param(
            ["disowned/main.cf.erb"],
            "1 file (disowned/main.cf.erb) named and not to be checked",
            id="disowned",
        ),
        pytest.param(
            ["foreign"],
            "no file to check was named or found (mailwarden formats lists their names)",
            id="nothing",
        ),
    ],
)
@pytest.mark.parametrize("command", [["lint"], ["lint", "-v"], ["lint", "-q"], ["endpoints"]])
def test_the_last_line_says_why(
    capsys: pytest.CaptureFixture[str], command: list[str], words: list[str], why: str
) -> None:
    main([*command, *words])
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"nothing was checked: {why}"


@pytest.mark.parametrize("more", [["--format", "json"], ["--diff"]], ids=" ".join)
def test_the_reason_stays_out_of_other_output(
    capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    assert main(["lint", "foreign", *more]) == 4
    out, err = capsys.readouterr()
    assert "nothing was checked" not in out
    assert err.splitlines()[-1].startswith("mailwarden: nothing was checked: no file to check")


@pytest.mark.parametrize(
    ("words", "checked"),
    [
        (["good"], True),
        (["remark", "--select", "tls-auto"], True),
        (["foreign"], False),
        (["empty"], False),
        (["foreign", "--allow-empty"], False),
        (["foreign/README.md", "--skip-unknown"], False),
    ],
)
def test_the_summary_says_it(
    capsys: pytest.CaptureFixture[str], words: list[str], checked: bool
) -> None:
    main(["lint", "--format", "json", *words])
    assert json.loads(capsys.readouterr().out)["summary"]["checked"] is checked
