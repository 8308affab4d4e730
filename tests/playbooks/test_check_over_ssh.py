"""The module on a node that is reached over ssh and has an old Python and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.playbooks import far_side, planted
from tests.playbooks.plays import ROOT, Played, play
from tests.support import interpreters, suites

pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.needs_command("ip", "unshare", "ssh", "sshd", "su", "openssl"),
]
REPORT = ("schema_version", "tool", "endpoints", "findings", "further", "unread", "summary")


@pytest.fixture(scope="module")
def node(pytestconfig: pytest.Config) -> Iterator[far_side.Node]:
    with far_side.running() as running:
        planted.write(running.folder / "files")
        (running.folder / "files").chmod(0o755)
        yield running
    suites.say(pytestconfig, f"module over ssh: the node had Python {running.version} alone")


@pytest.fixture(scope="module")
def played(node: far_side.Node, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Run everything in one play: with and without become, from files and from content."""
    files = node.folder / "files"
    check = {"paths": [str(files)], "fail_on": "never"}
    absent = "import importlib.util as u; print([n for n in NAMES if u.find_spec(n)])"
    names = ["mailwarden", "yaml", "jinja2", "ansible", "jsonschema", "ruamel", "pip"]
    script = absent.replace("NAMES", repr(names)) + "; import sys; print(sys.version.split()[0])"
    return play(
        tmp_path_factory.mktemp("play"),
        {
            "python": {
                "ansible.builtin.command": {"argv": [str(node.python), "-c", script]},
            },
            "with_become": {"mailwarden.policy.check": check, "become": True},
            "without_become": {"mailwarden.policy.check": check},
            "failing": {
                "mailwarden.policy.check": {"paths": [str(files)]},
                "become": True,
            },
            "content": {
                "mailwarden.policy.check": {
                    "content": f"{{{{ lookup('ansible.builtin.file', '{files / 'msmtprc'}') }}}}",
                    "format": "msmtp",
                },
            },
            "content_become": {
                "mailwarden.policy.check": {
                    "content": f"{{{{ lookup('ansible.builtin.file', '{files / 'msmtprc'}') }}}}",
                    "format": "msmtp",
                    "fail_on": "never",
                },
                "become": True,
            },
            "files": {
                "mailwarden.policy.check": {
                    "files": {
                        f"/srv/mail/{name}": "{{ lookup('ansible.builtin.file', '%s') }}"
                        % (files / "postfix" / name)
                        for name in ("main.cf", "master.cf")
                    },
                },
            },
        },
        node.inventory(),
        wrap=node.inside,
        options=("-vvv",),
    )


def command_report(folder: Path, *arguments: str) -> dict[str, Any]:
    """Return what the command says about the files of a folder."""
    path = os.pathsep.join([str(ROOT / ".dev"), str(ROOT / "src")])
    command = [sys.executable, "-m", "mailwarden", "lint", "--format", "json", *arguments, "."]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def comparable(report: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return the parts of a report, without a prefix of the paths and what is made from them."""
    text = json.dumps({part: report[part] for part in REPORT})
    data: dict[str, Any] = json.loads(text.replace(prefix, "") if prefix else text)
    for finding in data["findings"]:
        # Made of the path, among others.
        del finding["fingerprint"]
    return data


def test_node_has_an_old_python_and_nothing_else(node: far_side.Node, played: Played) -> None:
    installed, version = played.results["python"]["stdout_lines"]
    assert installed == "[]"
    assert version == node.version == interpreters.oldest()[0]


def test_report_is_the_command_s(node: far_side.Node, played: Played) -> None:
    files = node.folder / "files"
    expected = comparable(command_report(files))
    assert comparable(played.results["with_become"], f"{files}/") == expected
    assert {endpoint["program"] for endpoint in expected["endpoints"]} == {
        "postfix",
        "msmtp",
        "thunderbird",
    }
    found = {finding["path"] for finding in expected["findings"]}
    assert found > {"postfix/master.cf", "msmtprc", "broken/main.cf", "broken/master.cf"}


def test_what_may_not_be_read_is_named(node: far_side.Node, played: Played) -> None:
    result = played.results["without_become"]
    denied = [one["path"] for one in result["unread"] if one["reason"] == "permission denied"]
    assert denied == [str(node.folder / "files" / name) for name in ("broken/msmtprc", "msmtprc")]
    assert result["summary"]["unread"] == len(result["unread"])
    assert {endpoint["program"] for endpoint in result["endpoints"]} == {"postfix", "thunderbird"}


def test_failure_reads_as_the_command_does(node: far_side.Node, played: Played) -> None:
    result = played.results["failing"]
    assert result["failed"]
    errors = [
        finding
        for finding in result["findings"]
        if finding["severity"] == "error" and finding["confidence"] != "possible"
    ]
    assert errors
    lines = result["msg"].splitlines()
    heads = [line for line in lines if line.startswith("/")]
    # A file that could not be read is among the findings too, and is named once.
    assert len(heads) == len(errors)
    assert {one["path"] for one in result["unread"]} <= {finding["path"] for finding in errors}
    for finding in errors:
        start = f"{finding['path']}:{finding['line']}:{finding['column']}: error: "
        assert [head for head in heads if head.startswith(start) and f"[{finding['rule']}]" in head]
        if finding["fix"]:
            assert any(line.strip() == f"fix: {finding['fix']['title']}" for line in lines)
    # Ansible's own output has it line by line, too.
    assert f"\n{lines[1]}\n" in played.printed


def test_what_does_not_fail_the_task_is_warned_of(played: Played) -> None:
    result = played.results["with_become"]
    loud = [one for one in result["findings"] if one["severity"] in ("error", "warning")]
    assert loud
    for finding in loud:
        start = f"{finding['path']}:{finding['line']}:{finding['column']}: {finding['severity']}: "
        assert [warning for warning in result["warnings"] if warning.startswith(start)]


def test_files_are_judged_together_before_they_are_there(
    node: far_side.Node, played: Played
) -> None:
    result = played.results["files"]
    assert {one["path"] for one in result["findings"]} <= {
        "/srv/mail/main.cf", "/srv/mail/master.cf",
    }  # fmt: skip
    expected = [
        (one["rule"], one["line"])
        for one in played.results["with_become"]["findings"]
        if one["path"].startswith(str(node.folder / "files/postfix/"))
    ]
    assert [(one["rule"], one["line"]) for one in result["findings"]] == expected


@pytest.mark.parametrize("name", ["content", "content_become"])
def test_content_is_judged_as_the_file_is(name: str, played: Played) -> None:
    result = played.results[name]
    expected = [
        {**finding, "path": "content", "fingerprint": ""}
        for finding in played.results["with_become"]["findings"]
        if finding["path"].endswith("files/msmtprc")
    ]
    assert expected
    got = [(finding["rule"], finding["line"]) for finding in result["findings"]]
    assert got == [(finding["rule"], finding["line"]) for finding in expected]
    assert {finding["path"] for finding in result["findings"]} == {"content"}


def test_no_secret_is_returned_printed_or_logged(node: far_side.Node, played: Played) -> None:
    node_log = b"\n".join(node.logged).decode(errors="replace")
    # That the logs are the right ones: the module says there how it was called.
    assert "mailwarden" in node_log
    assert "fail_on=never" in node_log
    assert "fail_on" in played.printed
    assert len(planted.secrets()) == sum(
        len(planted.WORD.findall(text)) for text in planted.FILES.values()
    )
    for text in (json.dumps(played.results), played.printed, node_log, node.sshd_log()):
        assert planted.seen_in(text) == set()


def test_nothing_stays_on_the_node(node: far_side.Node, played: Played) -> None:
    assert played.results
    left = [path for path in (node.folder / "home").rglob("*") if path.is_file()]
    assert left == []
