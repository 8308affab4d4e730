"""The three standard streams as a shell may hand them over, and ``--output``.

Status 3 is for what is a bug of ours; a stream that is closed or full is none.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Each starts a shell and a command.
pytestmark = pytest.mark.integration

WRONG = "account work\nhost mail.example.com\nport 465\ntls on\n"
RUN = f"{sys.executable} -c 'from mailwarden.cli import entry; entry()'"
MODULE = f"{sys.executable} -m mailwarden"
FULL = "the standard output: cannot be written: No space left on device"
CLOSED = "the standard output: is closed"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one file that has an error, and a policy."""
    (tmp_path / "msmtprc").write_text(WRONG)
    (tmp_path / ".mailwarden.yml").write_text("profile: default\n")
    return tmp_path


def shell(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """What a shell makes of a line."""
    return subprocess.run(
        ["bash", "-c", line], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", [RUN, MODULE], ids=["entry", "module"])
@pytest.mark.parametrize(
    ("line", "status", "words"),
    [
        pytest.param("lint > /dev/full", 2, FULL, id="lint, full"),
        pytest.param("lint --format json > /dev/full", 2, FULL, id="JSON, full"),
        pytest.param("lint --diff > /dev/full", 2, FULL, id="diff, full"),
        pytest.param("endpoints > /dev/full", 2, FULL, id="endpoints, full"),
        pytest.param("rules > /dev/full", 2, FULL, id="rules, full"),
        pytest.param("formats > /dev/full", 2, FULL, id="formats, full"),
        pytest.param("policy > /dev/full", 2, FULL, id="policy, full"),
        pytest.param("explain tls-broken > /dev/full", 2, FULL, id="explain, full"),
        pytest.param("init > /dev/full", 2, FULL, id="init, full"),
        pytest.param("--help > /dev/full", 2, FULL, id="help, full"),
        pytest.param("lint --help > /dev/full", 2, FULL, id="help of lint, full"),
        pytest.param("--version > /dev/full", 2, FULL, id="version, full"),
        pytest.param("lint >&-", 2, CLOSED, id="lint, closed"),
        pytest.param("endpoints >&-", 2, CLOSED, id="endpoints, closed"),
        pytest.param("rules >&-", 2, CLOSED, id="rules, closed"),
        pytest.param("policy >&-", 2, CLOSED, id="policy, closed"),
        pytest.param("--help >&-", 2, CLOSED, id="help, closed"),
        pytest.param("--version >&-", 2, CLOSED, id="version, closed"),
        pytest.param("lint - --as msmtp <&-", 2, "standard input: is closed", id="input, closed"),
        pytest.param("lint nowhere 2>&-", 2, "", id="errors, closed"),
        pytest.param("lint nowhere 2> /dev/full", 2, "", id="errors, full"),
        pytest.param("lint --nope 2> /dev/full", 2, "", id="usage, full"),
        pytest.param("lint --output out.txt >&-", 1, "", id="a file in place of a closed output"),
        pytest.param("lint 2>&-", 1, "", id="findings, errors closed"),
    ],
)
def test_a_stream_that_is_closed_or_full(
    folder: Path, command: str, line: str, status: int, words: str
) -> None:
    done = shell(folder, f"{command} {line}")
    assert done.returncode == status
    assert words in done.stderr
    assert "internal error" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_has_gone(folder: Path) -> None:
    (folder / "msmtprc").write_text(WRONG + "# " + "x" * 200_000)
    done = shell(folder, f"{RUN} explain tls-broken | true; exit ${{PIPESTATUS[0]}}")
    assert done.returncode in (0, 141)
    assert done.stderr == ""


def test_a_folder_that_has_gone(folder: Path) -> None:
    for command in ("lint", "endpoints", "policy", "init"):
        done = shell(folder, f"mkdir gone; cd gone; rmdir ../gone; {RUN} {command}")
        assert done.returncode == 2
        assert "the current folder: No such file or directory" in done.stderr


# --output


def lint(folder: Path, output: str) -> subprocess.CompletedProcess[str]:
    """Lint the folder, with the report in a file."""
    return shell(folder, f"{RUN} lint . --output {output}")


def test_output_takes_the_place_of_an_old_file(folder: Path) -> None:
    (folder / "out.txt").write_text("the report of yesterday, which was longer" * 100)
    (folder / "out.txt").chmod(0o640)
    inode = (folder / "out.txt").stat().st_ino
    done = lint(folder, "out.txt")
    assert done.returncode == 1
    assert (folder / "out.txt").read_text() == shell(folder, f"{RUN} lint .").stdout
    assert (folder / "out.txt").stat().st_mode & 0o777 == 0o640
    assert (folder / "out.txt").stat().st_ino != inode
    assert sorted(os.listdir(folder)) == [".mailwarden.yml", "msmtprc", "out.txt"]


@pytest.mark.parametrize(
    ("output", "words"),
    [
        pytest.param("msmtprc", "one of the files that are checked", id="an input"),
        pytest.param("./sub/../msmtprc", "one of the files that are checked", id="by another way"),
        pytest.param("second", "one of the files that are checked", id="its second name"),
        pytest.param(".mailwarden.yml", "one of the files that are checked", id="the policy"),
        pytest.param(".gitignore", "one of the files that are checked", id="an ignore file"),
        pytest.param("main.cf.j2", "one of the files that are checked", id="passed over"),
        pytest.param("link", "through the link", id="a link"),
        pytest.param("dangling", "through the link", id="a link to nothing"),
        pytest.param("linked/new", "through the link", id="a folder that is a link"),
        pytest.param("sub", "no plain file", id="a folder"),
        pytest.param("/dev/null", "no plain file", id="a device"),
        pytest.param("fifo", "no plain file", id="a FIFO"),
        pytest.param("nowhere/new", "No such file or directory", id="in no folder"),
        pytest.param("msmtprc/new", "Not a directory", id="below a file"),
    ],
)
def test_output_is_refused(folder: Path, output: str, words: str) -> None:
    (folder / "sub").mkdir()
    (folder / "main.cf.j2").write_text("relayhost = {{ relay }}\n")
    (folder / ".gitignore").write_text("*.log\n")
    os.link(folder / "msmtprc", folder / "second")
    (folder / "link").symlink_to("sub/target")
    (folder / "sub/target").write_text("not ours")
    (folder / "dangling").symlink_to("sub/none")
    (folder / "linked").symlink_to("sub")
    os.mkfifo(folder / "fifo")
    before = {path.name: path.lstat().st_ino for path in folder.iterdir()}
    done = lint(folder, output)
    assert done.returncode == 2
    assert words in done.stderr
    assert {path.name: path.lstat().st_ino for path in folder.iterdir()} == before
    assert [path.name for path in (folder / "sub").iterdir()] == ["target"]
    assert (folder / "sub/target").read_text() == "not ours"
    assert (folder / "msmtprc").read_text() == WRONG


def test_output_that_fails_leaves_the_old_file(folder: Path) -> None:
    (folder / "out.txt").write_text("the report of yesterday")
    done = shell(folder, f"ulimit -f 0; {RUN} lint . --output out.txt")
    assert done.returncode == 2
    assert "out.txt: cannot be written: File too large" in done.stderr
    assert (folder / "out.txt").read_text() == "the report of yesterday"
    assert sorted(os.listdir(folder)) == [".mailwarden.yml", "msmtprc", "out.txt"]
